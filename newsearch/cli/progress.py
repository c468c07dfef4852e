"""How a long command goes, told on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from newsearch.cli.printing import is_terminal, redraw

_DELAY_S = 1.0
_INTERVAL_S = 0.2


@contextmanager
def progress_shown(share: Callable[[int], float]) -> Iterator[Callable[[int], None] | None]:
    """Give what is to be called with the number of articles taken so far; None without a terminal.

    Parameters
    ----------
    share
        How much is done, from that number; 0 where it is not known.
    """
    line = _Line(share) if is_terminal(sys.stderr) else None
    try:
        yield line
    finally:
        if line:
            line.clear()


class _Line:
    """A line on the terminal, once it has gone on for a second."""

    def __init__(self, share: Callable[[int], float]) -> None:
        self._share = share
        self._started_s = time.monotonic()
        self._next_s = self._started_s + _DELAY_S
        self._width = 0

    def __call__(self, n_articles: int) -> None:
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + _INTERVAL_S
        elapsed_s = now_s - self._started_s
        line = f"{n_articles:,} articles, {n_articles / elapsed_s:,.0f}/s"
        if share := min(self._share(n_articles), 1.0):
            left_s = round(elapsed_s / share - elapsed_s)
            line += f", {share:.0%}, {timedelta(seconds=left_s)} left"
        self._draw(line)

    def clear(self) -> None:
        """Take the line away again."""
        if self._width:
            self._draw("")
            redraw("")

    def _draw(self, line: str) -> None:
        redraw(f"{line:<{self._width}}")
        self._width = len(line)
