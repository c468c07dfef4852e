"""A concordance: every occurrence of what a query asks for, each with the text around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, Literal, NamedTuple

from newsearch.answers.advice import NO_ADVICE, Advice, with_remarks
from newsearch.answers.notebook import Tabular
from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.table import Cell, Column, Table
from newsearch.article import ArticleDate


class ConcordanceLine(NamedTuple):
    """One occurrence of a word or phrase.

    `left`, `match` and `right` read as the text does when they are joined, but that white space of
    any length is one space, and what is far away is cut off.

    Parameters
    ----------
    id, date, source
        Those of the article; the source is the publisher, else the agencies that it credits.
    left, match, right
        What stands before the occurrence in the same title or body, the occurrence, and what stands
        after it.
    field
        ``"title"`` or ``"body"``.
    start, end
        Where the occurrence stands there, in characters, end exclusive.
    """

    id: str
    date: ArticleDate | None
    source: str
    left: str
    match: str
    right: str
    field: Literal["title", "body"]
    start: int
    end: int

    def as_dict(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        return self._asdict() | {"date": None if self.date is None else str(self.date)}


@dataclass(slots=True, eq=False)
class Concordance(Tabular):
    """The occurrences of what a query asks for, as far as they were asked for, in order.

    Iterating over it reads them from the index, one by one and each time anew; ``list`` keeps them.
    Pickling reads all of them; what is restored needs no index.

    Parameters
    ----------
    read
        Reads the lines, and one more where there are more than `limit`.
    query
        The query as it was written.
    total
        Articles that match, exactly; None where counting was stopped.
    limit
        How many lines were asked for; None for all.
    warnings
        The parts of the query that were not read as written.
    advice
        What helps where nothing matches.
    """

    read: Callable[[], Iterable[ConcordanceLine]] = field(repr=False)
    query: str
    total: int | None
    limit: int | None
    warnings: tuple[QueryWarning, ...] = ()
    advice: Advice = NO_ADVICE
    is_partial: bool = field(init=False)
    """Whether the work was stopped by a bound of time, as far as is known by now."""
    has_more: bool = field(init=False, default=False)
    """Whether there are more lines than were asked for; known after the last one was read."""

    def __post_init__(self) -> None:
        self.is_partial = self.total is None

    def __iter__(self) -> Iterator[ConcordanceLine]:
        lines = iter(self.read())
        yield from islice(lines, self.limit)
        self.has_more = next(lines, None) is not None

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        lines = list(self.read())
        state = {name: getattr(self, name) for name in self.__slots__}
        return None, {**state, "read": partial(list, lines)}

    def as_dict(self) -> dict[str, Any]:
        """Return the lines as JSON values."""
        lines = [line.as_dict() for line in self]
        told = {"query": self.query, "total": self.total, "lines": lines, "has_more": self.has_more}
        return with_remarks(told, self)

    def as_table(self) -> Table:
        """Return one row for each line; a row is read from the index when it is reached."""
        numbers = ("start", "end")
        columns = (
            Column(name, "integer" if name in numbers else "text")
            for name in ConcordanceLine._fields
        )
        return Table(tuple(columns), map(_row, self), {"query": self.query, "total": self.total})

    def _repr_html_(self) -> str:
        from newsearch.answers.notebook import concordance_html

        return concordance_html(self)


def _row(line: ConcordanceLine) -> tuple[Cell, ...]:
    return tuple(line.as_dict().values())
