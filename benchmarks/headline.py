"""What README.md says of stored results: three figures and one plot first, the targets further on.

``python -m benchmarks report RESULT... --readme`` writes each between two marks in README.md, and
the plot into ``results/``. Each figure is of the first result that has it; the targets are those of
the first result of `targets`, and stay as they are without one.
"""

from __future__ import annotations

import importlib
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpora import REPOSITORY
from benchmarks.peers import VARIANTS
from benchmarks.report import render_targets
from benchmarks.results import SUBJECT, ColdRow, IndexRow, QueryRow, Result

README = REPOSITORY / "benchmarks" / "README.md"
PLOT = "headline.png"
HEADLINE = ("<!-- headline: written by `report --readme` -->", "<!-- end of headline -->")
TARGETS = ("<!-- targets: written by `report --readme` -->", "<!-- end of targets -->")
_REFERENCE = "tantivy"
_CAPTION = "Milliseconds to find the ten best articles"
_CUT_AT = 12.0
_WIDTH = 120
_OWN_COLOUR, _OTHER_COLOUR = "#D55E00", "#9AA5B1"


def write_readme(results: Sequence[Result], readme: Path = README) -> Path | None:
    """Replace what a README says of results and draw its plot; return the plot's file.

    Raises
    ------
    ValueError
        When the results have no figure of newsearch's, or the README no marks.
    """
    text = readme.read_text("utf-8")
    bars = search_times(results)
    plot = readme.parent / "results" / PLOT
    is_drawn = _draw(bars, plot)
    figures = [textwrap.fill(line, _WIDTH, subsequent_indent="  ") for line in _figures(results)]
    origin = textwrap.fill(_origin(results), _WIDTH)
    headline = "\n".join([*figures, "", f"![{_CAPTION}](results/{PLOT})", "", origin])
    text = _between(text, HEADLINE, headline)
    if tables := next(filter(None, map(render_targets, results)), ""):
        text = _between(text, TARGETS, tables)
    readme.write_text(text, "utf-8")
    return plot if is_drawn else None


def _between(text: str, marks: tuple[str, str], new: str) -> str:
    begin, end = marks
    if begin not in text or end not in text:
        raise ValueError(f"README.md has no lines {begin} and {end}")
    before, rest = text.split(begin, 1)
    return f"{before}{begin}\n\n{new}\n\n{end}{rest.split(end, 1)[1]}"


def search_times(results: Iterable[Result]) -> dict[str, float]:
    """Return milliseconds an ``or`` query by engine, newsearch first, the others by speed.

    Each other engine's mean is over the queries that it and newsearch answered, scaled to
    newsearch's mean over all its queries; the plain mean in results that have no such pairs.
    """
    own, result = _own_search(results)
    times = {
        row.peer: row.mean_ms
        for row in result.querying
        if (row.corpus, row.kind) == (own.corpus, own.kind)
    }
    for pair in result.pairs:
        if (pair.corpus, pair.kind) == (own.corpus, own.kind):
            times[pair.peer] = own.mean_ms / pair.ratio
    others = sorted(times.keys() - {SUBJECT, *VARIANTS}, key=lambda peer: times[peer])
    return {result.label(peer): times[peer] for peer in (SUBJECT, *others)}


def _own_search(results: Iterable[Result]) -> tuple[QueryRow, Result]:
    for result in results:
        for row in result.querying:
            if (row.peer, row.kind) == (SUBJECT, "or"):
                return row, result
    raise ValueError(f"no result has {SUBJECT}'s time of an 'or' query")


def _figures(results: Sequence[Result]) -> list[str]:
    row, result = _own_search(results)
    articles = next(int(c["articles"]) for c in result.corpora if c["name"] == row.corpus)
    times = search_times(results)
    other = times.get(_REFERENCE) if result.pairs else None
    faster = f", {other / row.mean_ms:.1f} × as fast as {_REFERENCE}" if other else ""
    lines = [
        f"- **{row.mean_ms:.2g} ms** to find the ten best of {articles:,} news articles for a"
        f" question of several words{faster}."
    ]
    loads = {r.peer: r for found in results for r in found.indexing if r.corpus == row.corpus}
    if own := loads.get(SUBJECT):
        lines.append(_loading(own, loads.get(_REFERENCE)))
    if cold := next(_cold(results), None):
        lines.append(
            f"- **{cold.median_s:.2g} s** from `newsearch query` in a shell, with nothing running"
            " before, to the answer on the screen."
        )
    return lines


def _loading(own: IndexRow, other: IndexRow | None) -> str:
    beside = f" ({_REFERENCE}: {other.median_s:.1f} s)" if other else ""
    return (
        f"- **{own.articles / own.median_s:,.0f} articles a second** are loaded:"
        f" {own.text_bytes / 1e6:.0f} MB of text can be searched after {own.median_s:.1f} s"
        f"{beside}, and take {own.index_bytes / 1e6:.0f} MB on disk, the text included."
    )


def _cold(results: Iterable[Result]) -> Iterator[ColdRow]:
    return (row for found in results for row in found.cold if row.name == "newsearch query")


def _origin(results: Sequence[Result]) -> str:
    row, result = _own_search(results)
    machine = result.machine
    note = (
        "each over the queries that both newsearch and the engine answered"
        if result.pairs
        else "each over the queries that the engine had time for"
    )
    return (
        f"One thread, open index, {row.corpus}, TREC topics with any of the words, {note}."
        f" {machine['processor']}, {machine['cores']} cores, {result.started[:10]}, commit"
        f" {machine['commit']}. What is asked, of whom, and how it is timed is told below, all"
        " figures with the commands that gave them under [Results](#results)."
    )


def _draw(times: dict[str, float], path: Path) -> bool:
    """Draw one bar an engine, too long ones cut short; False when Matplotlib is missing."""
    try:
        matplotlib = importlib.import_module("matplotlib")
    except ImportError:
        return False
    matplotlib.use("Agg")
    pyplot = importlib.import_module("matplotlib.pyplot")
    figure, axis = pyplot.subplots(figsize=(7.2, 0.9 + 0.32 * len(times)), layout="constrained")
    longest = _CUT_AT * times[SUBJECT]
    for place, (peer, ms) in enumerate(times.items()):
        _bar(axis, place, peer, ms, longest)
    axis.set_yticks(range(len(times)), times)
    axis.invert_yaxis()
    axis.set_xlim(0, 1.12 * min(longest, max(times.values())))
    axis.set_title(f"{_CAPTION} (shorter is better)", loc="left", fontweight="bold", fontsize=11)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.tick_params(left=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=144, facecolor="white")
    pyplot.close(figure)
    return True


def _bar(axis: Any, place: int, peer: str, ms: float, longest: float) -> None:
    is_own = peer == SUBJECT
    axis.barh(place, min(ms, longest), color=_OWN_COLOUR if is_own else _OTHER_COLOUR, height=0.7)
    label = f" {ms:.2g}" if ms < 100 else f" {ms:.0f}"
    axis.text(
        min(ms, longest),
        place,
        label + (" (bar cut)" if ms > longest else ""),
        va="center",
        fontweight="bold" if is_own else "normal",
    )
