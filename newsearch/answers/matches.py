"""Answers about all articles that match, however many: counts, and where they match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from newsearch.answers.advice import NO_ADVICE, Advice
from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.snippet import Span
from newsearch.answers.table import Column, Table
from newsearch.article import Article


@dataclass(frozen=True, slots=True)
class Counts:
    """How many matching articles have each value of a field.

    Parameters
    ----------
    by
        The field, or ``"day"``, ``"month"`` or ``"year"`` of the date, in the query's time zone.
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
        record: dict[str, Any] = {"query": self.query, "total": self.total}
        if self.is_partial:
            record["partial"] = True
        if self.warnings:
            record["warnings"] = [str(warning) for warning in self.warnings]
        if self.advice:
            record["advice"] = self.advice.as_dict()
        return record

    def as_table(self) -> Table:
        """Return one row, of the number."""
        return Table((Column("total", "integer"),), [(self.total,)], {"query": self.query})
