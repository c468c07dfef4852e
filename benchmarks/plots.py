"""A result as PNG plots."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpora import GENERATED
from benchmarks.kinds import KINDS, MIXED
from benchmarks.peers import PEER_NAMES, VARIANTS, peer_class
from benchmarks.results import QueryRow, Result
from benchmarks.scaling import SCALE_KINDS

# Okabe and Ito's palette, told apart by colour-blind readers too; newsearch gets the strongest.
_PALETTE = (
    "#D55E00 #999999 #0072B2 #009E73 #117733 #CC79A7 #8C6D31 #56B4E9 #E69F00 #AA4499 #882255"
    " #332288 #F0A070 #A04000"
)
_COLOURS = dict(zip(PEER_NAMES, _PALETTE.split(), strict=True))
_MARKERS = dict(zip(PEER_NAMES, "osD^vPX*dph<>8", strict=True))
_DPI = 144
_SHORT_SCALE = 100


def save_plots(result: Result, folder: Path, stem: str) -> list[Path]:
    """Draw what the result has figures for.

    Returns
    -------
    list of Path
        The files; empty when Matplotlib is not installed.
    """
    try:
        matplotlib = importlib.import_module("matplotlib")
    except ImportError:
        return []
    matplotlib.use("Agg")
    pyplot = importlib.import_module("matplotlib.pyplot")
    pyplot.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    figures = {
        f"{stem}-latency-{_slug(name)}.png": _latency(pyplot, result, name)
        for name in _queried(result)
        if not name.startswith(GENERATED)
    }
    if len([name for name in _queried(result) if name.startswith(GENERATED)]) > 1:
        figures[f"{stem}-scale.png"] = _scale(pyplot, result)
    paths = []
    for name, figure in figures.items():
        figure.savefig(folder / name, dpi=_DPI, facecolor="white")
        pyplot.close(figure)
        paths.append(folder / name)
    return paths


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in Path(name).name).strip("-")


def _queried(result: Result) -> list[str]:
    return list(dict.fromkeys(row.corpus for row in result.querying))


def _latency(pyplot: Any, result: Result, corpus: str) -> Any:
    """Draw one panel a kind: a line an engine, from median to 99th percentile."""
    rows = [row for row in result.querying if row.corpus == corpus]
    kinds = [kind for kind in (*KINDS, MIXED) if any(row.kind == kind for row in rows)]
    columns = min(3, len(kinds))
    lines = -(-len(kinds) // columns)
    figure, axes = pyplot.subplots(
        lines,
        columns,
        figsize=(3.4 * columns, 0.9 + 2.2 * lines),
        sharex=True,
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    known = {*result.versions, *(row.peer for row in rows)} - set(VARIANTS)
    peers = [peer for peer in PEER_NAMES if peer in known]
    for axis, kind in zip(axes.flat, kinds, strict=False):
        _kind_panel(
            axis, kind, [row for row in rows if row.kind == kind and row.peer in known], peers
        )
        axis.set_title(kind, fontweight="bold", loc="left")
        axis.set_yticks(range(len(peers)), map(result.label, peers))
    for axis in axes.flat[len(kinds) :]:
        axis.set_visible(False)
    for axis in axes.flat[len(kinds) - columns : len(kinds)]:  # the lowest of each column
        axis.set_xlabel("milliseconds a query, log scale")
        axis.tick_params(labelbottom=True)
    figure.suptitle(
        f"Latency by kind of query on {corpus}: median (mark), mean (bar), 99th percentile (end)",
        x=0.01,
        ha="left",
    )
    return figure


def _kind_panel(axis: Any, kind: str, rows: Sequence[QueryRow], peers: Sequence[str]) -> None:
    for row in rows:
        y, colour = peers.index(row.peer), _COLOURS[row.peer]
        width = 3.0 if row.peer == "newsearch" else 1.8
        axis.plot(row.p50_ms, y, _MARKERS[row.peer], color=colour, markersize=6)
        if row.has_p99:
            axis.plot([row.p50_ms, row.p99_ms], [y, y], color=colour, linewidth=width)
            axis.plot(row.p99_ms, y, "|", color=colour, markersize=7)
        axis.plot(row.mean_ms, y, "|", color="black", markersize=9, markeredgewidth=1.6)
    for peer in set(peers) - {row.peer for row in rows}:
        is_offered = kind in peer_class(peer).kinds
        axis.annotate(
            "not measured" if is_offered else "not offered",
            (0.02, peers.index(peer)),
            xycoords=("axes fraction", "data"),
            va="center",
            color="#777777",
            fontsize=7,
        )
    _log(axis.xaxis, axis.set_xscale)
    axis.set_ylim(len(peers) - 0.5, -0.5)
    axis.grid(axis="x", color="#dddddd", linewidth=0.6)
    axis.set_axisbelow(True)


def _scale(pyplot: Any, result: Result) -> Any:
    """Draw time against corpus size, both on log scales: kinds of query, then any indexing."""
    sizes = {str(corpus["name"]): int(corpus["articles"]) for corpus in result.corpora}
    indexed = [row for row in result.indexing if row.corpus.startswith(GENERATED)]
    n_panels = len(SCALE_KINDS) + bool(indexed)
    figure, axes = pyplot.subplots(
        1, n_panels, figsize=(3.3 * n_panels, 3.6), squeeze=False, layout="constrained"
    )
    axes = axes[0]
    of_queries = axes[: len(SCALE_KINDS)]
    for axis, kind in zip(of_queries, SCALE_KINDS, strict=True):
        for peer in PEER_NAMES:
            points = [
                (sizes[row.corpus], row.p50_ms)
                for row in result.querying
                if (row.peer, row.kind) == (peer, kind) and row.corpus.startswith(GENERATED)
            ]
            _line(axis, peer, result.label(peer), points)
        axis.set_title(f"{kind}: median ms a query", loc="left", fontweight="bold")
    for axis in axes[len(SCALE_KINDS) :]:
        for peer in PEER_NAMES:
            own = [row for row in indexed if row.peer == peer]
            points = [(row.articles, 1e6 * row.median_s / row.articles) for row in own]
            _line(axis, peer, result.label(peer), points)
        axis.set_title("indexing: µs an article", loc="left", fontweight="bold")
    for axis in axes:
        axis.set_xlabel("articles (generated)")
        _log(axis.xaxis, axis.set_xscale)
        _log(axis.yaxis, axis.set_yscale)
        axis.grid(color="#dddddd", linewidth=0.6)
        axis.margins(x=0.12)
    handles = {
        label: line
        for axis in axes
        for line, label in zip(*axis.get_legend_handles_labels(), strict=True)
    }
    lowest = min(axis.get_ylim()[0] for axis in of_queries)
    highest = max(axis.get_ylim()[1] for axis in of_queries)
    for axis in of_queries:
        axis.set_ylim(lowest, highest)
    figure.legend(handles.values(), handles.keys(), loc="outside right center", frameon=False)
    return figure


def _log(axis: Any, set_scale: Callable[[str], None]) -> None:
    """Set a log scale with plain numbers: at powers of ten, on short scales at 2 and 5 as well."""
    ticker = importlib.import_module("matplotlib.ticker")
    set_scale("log")
    low, high = axis.get_view_interval()
    steps = (1.0, 2.0, 5.0) if high < _SHORT_SCALE * low else (1.0,)
    axis.set_major_locator(ticker.LogLocator(subs=steps, numticks=12))
    axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: _plain(value)))
    axis.set_minor_formatter(ticker.NullFormatter())


def _plain(value: float) -> str:
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _line(axis: Any, peer: str, label: str, points: Sequence[tuple[int, float]]) -> None:
    if points:
        x, y = zip(*sorted(points), strict=True)
        width = 2.6 if peer == "newsearch" else 1.5
        axis.plot(x, y, marker=_MARKERS[peer], color=_COLOURS[peer], linewidth=width, label=label)
