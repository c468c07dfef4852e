"""Answers about all articles that match, however many: counts, and where they match."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsearch.answers.advice import NO_ADVICE, Advice, with_remarks
from newsearch.answers.notebook import Tabular
from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.snippet import Span
from newsearch.answers.table import Column, Table
from newsearch.article import Article


@dataclass(frozen=True, slots=True)
class Counts(Tabular):
    """How many matching articles have each value of a field.

    Parameters
    ----------
    by
        The field, or the part of the date, such as ``"month"``, in the query's time zone.
    values
        Values that occur and their articles. Fields: the most frequent first, then by value.
        Dates: ascending, such as ``2020-07``; without those that no article has.
    missing
        Matching articles without a value.
    total
        All matching articles. Less than the sum where articles have several values.
    """

    by: str
    values: tuple[tuple[str, int], ...]
    missing: int
    total: int

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        return self.as_table().as_dict()

    def as_table(self) -> Table:
        """Return one row for each value, and the other numbers as facts."""
        facts = {"by": self.by, "total": self.total, "missing": self.missing}
        return Table((Column("value"), Column("count", "integer")), self.values, facts, "values")


@dataclass(frozen=True, slots=True)
class Facet:
    """The most frequent values of one field among the articles that match.

    Parameters
    ----------
    by
        The field, or the part of the date, such as ``"month"``.
    values
        Values and their articles, the most frequent first, then by value.
    n_values
        How many values there are, with those that are not in `values`.
    missing
        Matching articles without a value.
    """

    by: str
    values: tuple[tuple[str, int], ...]
    n_values: int
    missing: int


@dataclass(frozen=True, slots=True)
class Facets(Tabular):
    """How many matching articles have each value of some fields.

    Parameters
    ----------
    query
        The query as it was written.
    total
        All matching articles; None where the time was up before they were counted.
    facets
        The counts of each field, in the order asked.
    warnings
        The parts of the query that were not read as written.
    advice
        What helps where nothing matches.
    """

    query: str
    total: int | None
    facets: tuple[Facet, ...]
    warnings: tuple[QueryWarning, ...] = ()
    advice: Advice = NO_ADVICE

    @property
    def is_partial(self) -> bool:
        """Whether counting was stopped before it was done."""
        return self.total is None

    def __getitem__(self, by: str) -> dict[str, int]:
        """Return the values of a field and their articles, the most frequent first.

        Raises KeyError for a field that was not asked for.
        """
        return {one.by: dict(one.values) for one in self.facets}[by]

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        listed = {
            one.by: [{"value": value, "count": count} for value, count in one.values]
            for one in self.facets
        }
        missing = {one.by: one.missing for one in self.facets}
        told = {"query": self.query, "total": self.total, "facets": listed, "missing": missing}
        return with_remarks(told, self)

    def as_table(self) -> Table:
        """Return one row for each value, and one without a value for the articles that lack it."""
        columns = (Column("field"), Column("value"), Column("count", "integer"))
        rows: list[tuple[str, str | None, int]] = []
        for one in self.facets:
            rows += [(one.by, value, count) for value, count in one.values]
            rows += [(one.by, None, one.missing)] if one.missing else []
        return Table(columns, rows, {"query": self.query, "total": self.total})

    def text(self) -> Iterator[str]:
        """Return the counts of each field as people read them, with shares of all that match."""
        for number, one in enumerate(self.facets):
            if number:
                yield ""
            columns = (Column(one.by), Column("articles", "integer"), Column("%", "number"))
            pairs: list[tuple[str, int]] = [*one.values]
            pairs += [("(none)", one.missing)] if one.missing else []
            rows = [(value, count, 100 * count / (self.total or 1)) for value, count in pairs]
            yield from Table(columns, rows).text()
            if one.n_values > len(one.values):
                yield f"{len(one.values):,} of {one.n_values:,} values"


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every stretch of an article that matches the query.

    Parameters
    ----------
    article
        The whole article.
    title, body
        Start and end of each matched word or phrase there, in characters, ascending, disjoint.
        Both are empty where the article matches by filters alone.
    """

    article: Article
    title: tuple[Span, ...]
    body: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """How many articles match a query.

    Parameters
    ----------
    query
        The query as it was written.
    total
        Articles that match, exactly; None where counting was stopped.
    warnings
        The parts of the query that were not read as written.
    advice
        What helps where nothing matches.
    """

    query: str
    total: int | None
    warnings: tuple[QueryWarning, ...] = ()
    advice: Advice = NO_ADVICE

    @property
    def is_partial(self) -> bool:
        """Whether counting was stopped before it was done."""
        return self.total is None

    def as_dict(self) -> dict[str, Any]:
        """Return the number as JSON values."""
        return with_remarks({"query": self.query, "total": self.total}, self)

    def as_table(self) -> Table:
        """Return one row, of the number."""
        return Table((Column("total", "integer"),), [(self.total,)], {"query": self.query})
