"""What a search gives back: results, hits, and what is read only when looked at."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, overload

from newsearch.answers.advice import NO_ADVICE, Advice, with_remarks
from newsearch.answers.notebook import Tabular
from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.snippet import Snippet, Span
from newsearch.article import Article, ArticleDate
from newsearch.fields import FIELD, NUMBER_FIELDS
from newsearch.memo import once

if TYPE_CHECKING:
    from newsearch.answers.table import Cell, Table

_NO_KEYS = frozenset((*FIELD, "rank", "score", "snippet"))
"""Names that columns of all hits have, or could have."""


class Hit:
    """One article that was found.

    Everything but `rank` and `score` is read from the index when first asked for, and only as long
    as the index is open. Pickling reads all of it; what is restored needs no index.

    Parameters
    ----------
    rank
        Place in the results, from 1.
    score
        Higher is better; comparable within one search only.
    found
        Reads what the hit shows.
    """

    def __init__(self, rank: int, score: float, found: FoundArticles) -> None:
        self.rank = rank
        self.score = score
        self._found = found

    @cached_property
    def article(self) -> Article:
        """The whole article as it was indexed."""
        return self._found.article(self.rank)

    @once
    def id(self) -> str:
        """The article's id."""
        return self._found.article_id(self.rank)

    @property
    def title(self) -> str:
        """The headline, '' where there is none."""
        return self.article.title

    @property
    def date(self) -> ArticleDate | None:
        """When the article appeared; ``str()`` gives it as precisely as it is known."""
        return self.article.date

    @property
    def source(self) -> str:
        """The publisher, else the agencies that the article credits."""
        return self.article.source or ", ".join(self.article.agency)

    @cached_property
    def numbers(self) -> dict[str, float]:
        """The fields that hold numbers, by name."""
        return self._found.numbers(self.rank)

    @property
    def length(self) -> int:
        """How many words the body has."""
        return int(self.numbers["length"])

    @cached_property
    def snippet(self) -> Snippet:
        """The passage of the body that shows best why the article was found."""
        return self._found.snippet(self.rank)

    @cached_property
    def title_highlights(self) -> tuple[Span, ...]:
        """Stretches of the headline that match, as offsets in characters."""
        return self._found.title_highlights(self.article)

    def as_dict(self) -> dict[str, Any]:
        """Return the hit as JSON values; the body is shown by its snippet only."""
        shown = {
            "rank": self.rank,
            "score": round(self.score, 6),
            "id": self.id,
            "title": self.title,
            "date": None if self.date is None else str(self.date),
            "source": self.source,
            **self.numbers,
            "title_highlights": list(map(list, self.title_highlights)),
            "snippet": {
                "text": self.snippet.text,
                "highlights": list(map(list, self.snippet.highlights)),
            },
        }
        rest = self.article.as_dict()
        return shown | {k: v for k, v in rest.items() if k not in shown and k != "body"}

    def __getstate__(self) -> dict[str, Any]:
        names = ("id", "article", "numbers", "snippet", "title_highlights")
        return {name: getattr(self, name) for name in ("rank", "score", *names)}

    def __repr__(self) -> str:
        return f"Hit(rank={self.rank}, score={self.score:.4f}, id={self.id!r})"


class FoundArticles(Protocol):
    """Reads what the hits of a search show, each by its rank, from the snapshot it was found in."""

    def article_id(self, rank: int) -> str:
        """Read an article's id."""

    def article(self, rank: int) -> Article:
        """Read a whole article."""

    def numbers(self, rank: int) -> dict[str, float]:
        """Read the fields of an article that hold numbers."""

    def snippet(self, rank: int) -> Snippet:
        """Cut the best passage of an article."""

    def title_highlights(self, article: Article) -> tuple[Span, ...]:
        """Find what to mark in the headline of an article."""


class Answer(FoundArticles, Protocol):
    """Reads, besides, what is asked of all that was found; see the properties of `Results`."""

    def plan(self) -> str:
        """Tell how the query was run."""

    def count(self) -> int | None:
        """Count all that matches; None where that was stopped."""

    def advise(self) -> Advice:
        """Tell what helps where nothing matches."""


class Results(Sequence[Hit], Tabular):
    """The hits of one search, best first.

    Pickling reads and counts all that is left to be asked for; what is restored needs no index.

    Parameters
    ----------
    scores
        Of the hits, as many as were asked for.
    found
        Reads what hits show, and what is asked of all results.
    query
        The query as it was written.
    warnings
        The parts of the query that were not read as written.
    took_ms
        Time from the call to the ranked hits, in milliseconds.
    is_partial
        Whether the search was stopped before it was done: what was found by then matches, and
        better hits may be missing. So it is once a `total` was asked for and not found in time.
    """

    def __init__(
        self,
        scores: Sequence[float],
        found: Answer,
        *,
        query: str,
        warnings: tuple[QueryWarning, ...],
        took_ms: float,
        is_partial: bool = False,
    ) -> None:
        self._scores = scores
        self._found = found
        self.query = query
        self.warnings = warnings
        self.took_ms = took_ms
        self._lock = threading.RLock()
        self.is_partial = is_partial

    # Made late, because of many queries most hits are never looked at, and Python's collector of
    # garbage goes through all that there are.
    @once
    def _hits(self) -> Sequence[Hit]:
        return [Hit(rank, score, self._found) for rank, score in enumerate(self._scores, 1)]

    @cached_property
    def plan(self) -> str:
        """How the query was run and why so, for people."""
        return self._found.plan()

    @cached_property
    def total(self) -> int | None:
        """How many articles match in all, exactly; None where the search or this was stopped."""
        with self._lock:
            total = None if self.is_partial else self._found.count()
            self.is_partial = total is None
            return total

    @cached_property
    def advice(self) -> Advice:
        """What helps where nothing matches: unknown words and what is near them, wider queries."""
        if self._scores or self.total != 0:
            return NO_ADVICE
        with self._lock:
            return self._found.advise()

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Hit]: ...
    def __getitem__(self, index: int | slice) -> Hit | Sequence[Hit]:
        return self._hits[index]

    def __len__(self) -> int:
        return len(self._scores)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self._hits)

    def reranked(self, best: Sequence[tuple[Hit, float]], *, query: str, took_ms: float) -> Results:
        """Return some of the hits in another order, with other scores, as all there are."""
        found = _Reranked(self._found, [hit for hit, _ in best])
        scores = [score for _, score in best]
        return Results(scores, found, query=query, warnings=(), took_ms=took_ms)

    def as_dict(self) -> dict[str, Any]:
        """Return the results as JSON values."""
        record = {
            "query": self.query,
            "total": self.total,
            "took_ms": round(self.took_ms, 3),
            "hits": [hit.as_dict() for hit in self._hits],
        }
        return with_remarks(record, self)

    def as_table(self) -> Table:
        """Return one row for each hit; a row is read from the index when it is reached."""
        from newsearch.answers.table import Column, Table

        keys = tuple(dict.fromkeys(key for hit in self._hits for key in _own_keys(hit)))
        columns = (
            *(Column("rank", "integer"), Column("score", "number"), Column("id"), Column("title")),
            *(Column("date"), Column("source")),
            *(Column(name, "integer") for name in NUMBER_FIELDS),
            *(Column("url"), Column("snippet")),
            *map(Column, keys),
        )
        rows = (_hit_row(hit, keys) for hit in self._hits)
        return Table(columns, rows, {"query": self.query}, "hits")

    def _repr_html_(self) -> str:
        from newsearch.answers.notebook import results_html

        return results_html(self)

    def __getstate__(self) -> dict[str, Any]:
        names = ("query", "warnings", "took_ms", "plan", "total", "is_partial", "advice")
        return {
            "_hits": self._hits,
            "_scores": self._scores,
            **{name: getattr(self, name) for name in names},
        }

    def __repr__(self) -> str:
        return f"Results({self.query!r}, {len(self)} hits)"


class _Reranked:
    """Reads hits that stand in another order now from where they were found."""

    def __init__(self, found: Answer, hits: Sequence[Hit]) -> None:
        self._hits = hits
        self.plan = found.plan
        self.title_highlights = found.title_highlights

    def article_id(self, rank: int) -> str:
        return self._hits[rank - 1].id

    def article(self, rank: int) -> Article:
        return self._hits[rank - 1].article

    def numbers(self, rank: int) -> dict[str, float]:
        return self._hits[rank - 1].numbers

    def snippet(self, rank: int) -> Snippet:
        return self._hits[rank - 1].snippet

    def count(self) -> int:
        return len(self._hits)

    def advise(self) -> Advice:
        return NO_ADVICE


def _own_keys(hit: Hit) -> Mapping[str, Any]:
    """Return what an article has beside its fields, as far as no column is called so."""
    return {key: value for key, value in hit.article.extra.items() if key not in _NO_KEYS}


def _hit_row(hit: Hit, keys: Sequence[str]) -> tuple[Cell, ...]:
    from newsearch.answers.table import cell_of

    date = None if hit.date is None else str(hit.date)
    shown = hit.id, hit.title, date, hit.source, *hit.numbers.values(), hit.article.url
    own = _own_keys(hit)
    return (
        hit.rank,
        round(hit.score, 6),
        *shown,
        hit.snippet.text,
        *(cell_of(own.get(key)) for key in keys),
    )
