"""Charts of timelines, drawn by matplotlib."""

from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsearch.answers.printing import shortened
from newsearch.errors import NewsearchError

if TYPE_CHECKING:
    from newsearch.answers.timeline import Timeline

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's, which colour-blind people tell apart."""
_DASHES = ("-", "--", ":")
_INK, _GREY = "#333333", "#dddddd"
_ALL_DAYS = -719_162, 2_932_896
"""The years 1 to 9999, in days from 1970; matplotlib draws no others."""
_MOST_CHARS = 60
_ROW_CHARS = 90


def save(timeline: Timeline, path: str | os.PathLike[str]) -> None:
    """Draw a timeline into a file; see `Timeline.plot`."""
    form = Path(path).suffix.lower().removeprefix(".")
    if form not in ("png", "svg", "pdf"):
        raise NewsearchError(f"{path}: charts are drawn as .png, .svg or .pdf; name such a file")
    drawn = _drawn(timeline, form)
    try:
        Path(path).write_bytes(drawn)
    except OSError as error:
        raise NewsearchError(f"{path}: {error.strerror}; name another file") from error


def svg(timeline: Timeline) -> str:
    """Return the chart as an SVG element; '' where matplotlib is not installed."""
    with suppress(NewsearchError):
        drawn = _drawn(timeline, "svg").decode()
        return drawn[drawn.index("<svg") :]
    return ""


def _drawn(timeline: Timeline, form: str) -> bytes:
    if not timeline.buckets:
        raise NewsearchError("there is nothing to draw: no article has a date")
    names = [shortened(one.name, _MOST_CHARS) for one in timeline.series]
    queries = dict.fromkeys(one.query for one in timeline.series)
    title = shortened(", ".join(queries), _MOST_CHARS)
    with _style(title.join(names)):
        figure, axes = _lines(timeline)
        axes.set_title(title, loc="left", fontsize=13, pad=24, parse_math=False)
        axes.text(0, 1.04, timeline.heading, transform=axes.transAxes)
        if len(names) > 1:
            n_columns = max(1, _ROW_CHARS // (max(map(len, names)) + 8))
            # A name that is given here must not begin with an underscore, and $ is mathematics.
            legend = figure.legend(
                *(axes.lines, ["x" * len(one) for one in names]),
                **{"loc": "outside lower left", "ncols": n_columns, "frameon": False},
            )
            for text, name in zip(legend.get_texts(), names, strict=True):
                text.set(text=name, parse_math=False)
        file = io.BytesIO()
        undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}  # the same bytes each time
        figure.savefig(file, format=form, dpi=160, metadata=undated.get(form))
        return file.getvalue()


def _lines(timeline: Timeline) -> tuple[Any, Any]:
    import numpy as np
    from matplotlib import dates
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes: Any = figure.add_subplot()
    starts = np.array([one.start for one in timeline.buckets], "datetime64[D]")
    size = max(1.0, min(4.0, 200 / max(len(starts), 1)))
    for number, series in enumerate(timeline.series):
        # None is not a number there, and leaves a gap.
        shares = np.array([timeline.shown_share(one) for one in series.buckets], np.float64)
        colour = _COLOURS[number % len(_COLOURS)]
        dash = _DASHES[number // len(_COLOURS) % len(_DASHES)]
        style = {"color": colour, "linewidth": 1.6, "markersize": size, "clip_on": False}
        axes.plot(starts, shares, dash, marker="o", **style)
    axes.set_ylim(bottom=0)
    axes.set_xlim(np.clip(axes.get_xlim(), *_ALL_DAYS))
    axes.grid(axis="y", color=_GREY, linewidth=0.6)
    axes.tick_params(length=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    locator: Any = dates.AutoDateLocator(minticks=3, maxticks=10)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    return figure, axes


@contextmanager
def _style(text: str) -> Iterator[None]:
    """Draw with letters for a text, in our colours."""
    try:
        import matplotlib as mpl
    except ImportError as error:
        hint = "charts need matplotlib; pip install 'newsearch[plots]'"
        raise NewsearchError(hint) from error
    style: Any = {
        **dict.fromkeys(("text.color", "xtick.color", "ytick.color"), _INK),
        **{"axes.edgecolor": _GREY, "axes.axisbelow": True, "font.family": _families(text)},
        **{"svg.fonttype": "none", "svg.hashsalt": "newsearch", "pdf.fonttype": 42},
    }
    talk = logging.getLogger("matplotlib.font_manager")  # of weights that a font has not
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of letters that no font here has
        talk.disabled = True
        try:
            yield
        finally:
            talk.disabled = False


def _families(text: str) -> list[str]:
    """Return fonts that have all letters of a text between them, as far as there are any."""
    from matplotlib.font_manager import fontManager, get_font

    families: list[str] = []
    missing = set(map(ord, text))
    for font in sorted(fontManager.ttflist, key=lambda one: _PREFERRED.get(one.name, 1)):
        with suppress(OSError, RuntimeError):  # a damaged font
            if not families or missing & get_font(font.fname).get_charmap().keys():
                families.append(font.name)
                missing -= get_font(font.fname).get_charmap().keys()
        if not missing:
            break
    return families


_PREFERRED = {"DejaVu Sans": 0, "Last Resort High-Efficiency": 2}
"""What to draw letters with first, and only where no other font has them."""
