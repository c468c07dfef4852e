"""What an archive holds of each source over time, and where it may have holes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Literal

from newsearch.answers.notebook import Tabular
from newsearch.answers.table import Cell, Column, Table

Mark = Literal["", "gap", "few", "many"]

_NEIGHBOURS = 3
_FEWEST_MISSED = 5
"""As many articles are all missed by chance less than once in a hundred times (Poisson)."""
_FACTOR, _LEAST_DIFFERENCE = 3, 10


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """The articles of one source.

    Parameters
    ----------
    source
        The publisher; '' for articles that name none.
    periods
        First day, month or year of each period from the first to the last that has articles, and
        how many there are.
    marks
        What is striking about each period; see `marks_of`.
    undated
        Articles without a date.
    """

    source: str
    periods: tuple[tuple[str, int], ...]
    marks: tuple[Mark, ...]
    undated: int

    @property
    def articles(self) -> int:
        return self.undated + sum(count for _, count in self.periods)

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        periods = [
            {"start": start, "articles": count, "mark": mark or None}
            for (start, count), mark in zip(self.periods, self.marks, strict=True)
        ]
        told = {"source": self.source or None, "articles": self.articles, "undated": self.undated}
        return {**told, "periods": periods}

    def striking(self) -> str:
        """Return the marked periods as people read them, neighbours together; '' for none."""
        told: list[tuple[Mark, str, str]] = []
        before: Mark = ""
        for (start, count), mark in zip(self.periods, self.marks, strict=True):
            if mark == "gap" == before:
                told[-1] = (mark, told[-1][1], f" to {start}")
            elif mark:
                told.append((mark, start, f" ({count:,})" if count else ""))
            before = mark
        words = {"gap": "none in", "few": "few in", "many": "many in"}
        return "; ".join(f"{words[mark]} {start}{rest}" for mark, start, rest in told)


@dataclass(frozen=True, slots=True)
class Coverage(Tabular):
    """How many articles there are of each source in each period, the largest source first.

    Parameters
    ----------
    by
        ``"month"`` or ``"year"``.
    sources
        All sources.
    """

    by: str
    sources: tuple[SourceCoverage, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        return {"by": self.by, "sources": [one.as_dict() for one in self.sources]}

    def as_table(self) -> Table:
        """Return a row for each period of each source, and one for its undated articles."""
        columns = (Column("source"), Column("start"), Column("articles", "integer"), Column("mark"))
        return Table(columns, list(self._rows()), {"by": self.by})

    def text(self) -> Iterator[str]:
        """Return a line for each source: what there is, and what is striking."""
        columns = (
            *(Column("source"), Column("articles", "integer"), Column("undated", "integer")),
            *(Column("from"), Column("to"), Column("gaps and jumps")),
        )
        rows = []
        for one in self.sources:
            ends = (one.periods[0][0], one.periods[-1][0]) if one.periods else (None, None)
            rows.append(
                (one.source or None, one.articles, one.undated, *ends, one.striking() or None)
            )
        return Table(columns, rows).text()

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for one in self.sources:
            for (start, count), mark in zip(one.periods, one.marks, strict=True):
                yield one.source or None, start, count, mark or None
            if one.undated:
                yield one.source or None, None, one.undated, None


def marks_of(counts: Sequence[int]) -> tuple[Mark, ...]:
    """Mark what is striking in counts of successive periods, beside the usual number.

    That is the median of the next three periods on each side that have any. ``"gap"``: none, where
    so many would be usual from the last period with any to the next that this is hardly chance;
    ``"few"``, ``"many"``: a third or three times of what is usual, and ten articles from it.
    """
    marks: list[Mark] = [""] * len(counts)
    filled = [at for at, count in enumerate(counts) if count]
    for rank, at in enumerate(filled):
        usual = _usual(counts, filled[:rank], filled[rank + 1 :])
        if abs(counts[at] - usual) < _LEAST_DIFFERENCE or not usual:
            continue
        if counts[at] * _FACTOR <= usual:
            marks[at] = "few"
        elif counts[at] >= usual * _FACTOR:
            marks[at] = "many"
    for rank, (before, after) in enumerate(pairwise(filled), 1):
        n_empty = after - before - 1
        if _usual(counts, filled[:rank], filled[rank:]) * n_empty >= _FEWEST_MISSED:
            marks[before + 1 : after] = ["gap"] * n_empty
    return tuple(marks)


def _usual(counts: Sequence[int], before: Sequence[int], after: Sequence[int]) -> float:
    near = [*before[-_NEIGHBOURS:], *after[:_NEIGHBOURS]]
    return median(counts[at] for at in near) if near else 0.0
