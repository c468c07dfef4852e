"""How often articles match over time, beside how many articles there are."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from newsearch.answers.advice import NO_ADVICE, Advice, with_remarks
from newsearch.answers.notebook import Tabular
from newsearch.answers.printing import shortened
from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.table import Cell, Column, Table

_BARS = "▁▂▃▄▅▆▇█"
_MOST_BARS = 60
_NAME_CHARS = 24


@dataclass(frozen=True, slots=True)
class Bucket:
    """One period, by its first day, month or year: ``1987-03-02``, ``1987-03``; '' for no date.

    `matching`: articles that match, or stretches that do; `all`: all articles that the filters
    leave, or their words.
    """

    start: str
    matching: int
    all: int

    @property
    def share(self) -> float | None:
        """Which share of all matches; None where there is nothing."""
        return self.matching / self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Series:
    """What matches one query, maybe only among the articles with one value of a field.

    `value`: that value, ``(other)`` for the less frequent ones; None for articles without any, and
    where values are not told apart. `name`: what tells it from the other series. `buckets`: all
    periods, also those without articles. `undated`: articles without a date.
    """

    query: str
    value: str | None
    name: str
    buckets: tuple[Bucket, ...]
    undated: Bucket

    @property
    def total(self) -> int:
        """What matches, dated or not."""
        return sum(one.matching for one in (*self.buckets, self.undated))

    def as_dict(self) -> dict[str, Any]:
        """Return the series as JSON values."""
        names = ("start", "matching", "all", "share")
        buckets = [{name: getattr(one, name) for name in names} for one in self.buckets]
        told = {"total": self.total, "undated": self.undated.matching, "buckets": buckets}
        return {"query": self.query, "value": self.value, **told}


@dataclass(frozen=True, slots=True)
class Timeline(Tabular):
    """Matches over time.

    Parameters
    ----------
    query
        The first query as it was written.
    by
        How long a period is: ``"month"``.
    timezone
        Where periods begin.
    count
        What is counted: ``"articles"``; or ``"words"``, stretches that match among all words.
    per
        The field whose values are told apart; '' for none.
    series
        Of each query in turn, one, or one for each value; all with the same periods. None of them
        where the time was up before all was counted.
    warnings
        The parts of the queries that were not read as written.
    advice
        What helps where nothing matches.
    """

    query: str
    by: str
    timezone: str
    count: str
    per: str
    series: tuple[Series, ...]
    warnings: tuple[QueryWarning, ...] = ()
    advice: Advice = NO_ADVICE

    @property
    def is_partial(self) -> bool:
        """Whether counting was stopped before it was done."""
        return not self.series

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        """The periods of the first query, all values together."""
        return self._first.buckets

    @property
    def _first(self) -> Series:
        own = [one for one in self.series if one.query == self.query]
        buckets = tuple(map(_joined, zip(*(one.buckets for one in own), strict=True)))
        return Series(self.query, None, "", buckets, _joined([one.undated for one in own]))

    @property
    def heading(self) -> str:
        """What is shown: ``% of articles by month, days of UTC``."""
        unit = "% of articles" if self.count == "articles" else "matches per million words"
        return f"{unit} by {self.by}, days of {self.timezone}"

    def shown_share(self, bucket: Bucket) -> float | None:
        """Return the share of a bucket in the unit of the heading, rounded."""
        factor = 100 if self.count == "articles" else 1_000_000
        return None if bucket.share is None else float(f"{factor * bucket.share:.3g}")

    def as_dict(self) -> dict[str, Any]:
        """Return the periods of the first query as JSON values, and all series, if several."""
        told = {"by": self.by, "timezone": self.timezone, "count": self.count}
        record = {"query": self.query, **told, **self._first.as_dict()}
        del record["value"]
        if self.per or len(self.series) > 1:
            record |= {"per": self.per or None, "series": [one.as_dict() for one in self.series]}
        record["total"] = None if self.is_partial else record["total"]
        return with_remarks(record, self)

    def as_table(self) -> Table:
        """Return a row for each period of each series, and one for its undated articles."""
        names = ("query", self.per or "value", "start", "timezone")
        numbers = (Column("matching", "integer"), Column("all", "integer"))
        columns = (*map(Column, names), *numbers, Column("share", "number"))
        rows = [
            (one.query, one.value, b.start or None, self.timezone, b.matching, b.all, b.share)
            for one in self.series
            for b in (*one.buckets, one.undated)
            if b.start or b.all
        ]
        return Table(columns, rows)

    def text(self) -> Iterator[str]:
        """Return a line of bars for each series, then the periods; those without articles once."""
        if self.series:
            yield from (self.heading, "", *self._bars().text(), "", *self._periods().text())

    def _bars(self) -> Table:
        names = (Column(""), Column("matching", "integer"), Column("highest", "number"))
        rows = []
        for one in self.series:
            top = max(one.buckets, key=lambda b: b.share or 0, default=one.undated)
            highest = self.shown_share(top), (top.start or None) if top.share else None
            rows.append((_bars(one.buckets), one.total, *highest, one.name))
        return Table((*names, Column("in"), Column("series")), rows)

    def _periods(self) -> Table:
        """Return a row a period: numbers and share of one series, or the shares of several."""
        is_one = len(self.series) == 1
        columns = [Column(shortened(one.name, _NAME_CHARS), "number") for one in self.series]
        if is_one:
            columns = [Column("matching", "integer"), Column("all", "integer"), *columns]
        rows: list[tuple[Cell, ...]] = []

        def add(start: str, own: Sequence[Bucket]) -> None:
            counts = (own[0].matching, own[0].all) if is_one else ()
            rows.append((start, *counts, *map(self.shown_share, own)))

        periods = zip(*(one.buckets for one in self.series), strict=True)
        for has_any, several in groupby(periods, lambda own: any(one.all for one in own)):
            run = list(several)
            if has_any or len(run) == 1:
                for own in run:
                    add(own[0].start, own)
            else:
                add(f"{run[0][0].start} to {run[-1][0].start}", run[0])
        if any(one.undated.all for one in self.series):
            add("undated", [one.undated for one in self.series])
        return Table((Column("start"), *columns), rows)

    def _repr_html_(self) -> str:
        from html import escape

        from newsearch.answers.plotting import svg

        bars = escape("\n".join(self._bars().text()))
        chart = svg(self) or f"<p>{escape(self.heading)}</p><pre>{bars}</pre>"
        return f"{chart}{self._periods()._repr_html_()}"

    def plot(self, path: str | os.PathLike[str]) -> None:
        """Draw a chart of the shares into a file: ``.png``, ``.svg`` or ``.pdf``.

        Raises
        ------
        NewsearchError
            matplotlib is not installed, or the file cannot be written.
        """
        from newsearch.answers.plotting import save

        save(self, path)


def _joined(buckets: Sequence[Bucket]) -> Bucket:
    start = buckets[0].start if buckets else ""
    return Bucket(start, sum(one.matching for one in buckets), sum(one.all for one in buckets))


def _bars(buckets: Sequence[Bucket]) -> str:
    """Return shares as bars, several periods together where there are many; no articles, no bar."""
    size = math.ceil(len(buckets) / _MOST_BARS) or 1
    shares = [_joined(buckets[at : at + size]).share for at in range(0, len(buckets), size)]
    highest = max(filter(None, shares), default=1)
    # The lowest bar is for none: what there is at all is seen.
    most = len(_BARS) - 1
    return "".join(" " if s is None else _BARS[math.ceil(s / highest * most)] for s in shares)
