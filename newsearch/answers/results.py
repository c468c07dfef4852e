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
from newsearch.keys import key_name
from newsearch.memo import once

if TYPE_CHECKING:
    from newsearch.answers.table import Cell, ColumnKind, Table

HIT_FIELDS = (
    *("rank", "score", "id", "title", "date", "source", *NUMBER_FIELDS),
    *("title_highlights", "snippet"),
)
"""What every hit has as JSON."""

_COLUMNS = (*(name for name in HIT_FIELDS if name not in ("title_highlights", "snippet")), "url")
_NO_KEYS = frozenset((*FIELD, *HIT_FIELDS))
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
    found_rank
        The rank by which `found` knows it, if it is another.
    """

    def __init__(self, rank: int, score: float, found: FoundArticles, found_rank: int = 0) -> None:
        self.rank = rank
        self.score = score
        self._found = found
        self._found_rank = found_rank or rank
        self._ids = found.ids

    @cached_property
    def article(self) -> Article:
        """The whole article as it was indexed."""
        return self._found.article(self._found_rank)

    @property
    def id(self) -> str:
        """The article's id."""
        return self._ids[self._found_rank]

    @cached_property
    def archive(self) -> str:
        """The archive that has the article, where several are searched; else ''."""
        return self._found.archive(self._found_rank)

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
        return self._found.numbers(self._found_rank)

    @property
    def length(self) -> int:
        """How many words the body has."""
        return int(self.numbers["length"])

    @cached_property
    def snippet(self) -> Snippet:
        """The passage of the body that shows best why the article was found."""
        return self._found.snippet(self._found_rank)

    @cached_property
    def title_highlights(self) -> tuple[Span, ...]:
        """Stretches of the headline that match, as offsets in characters."""
        return self._found.title_highlights(self.article)

    def as_dict(
        self, fields: Sequence[str] | None = None, *, has_snippet: bool = True
    ) -> dict[str, Any]:
        """Return the hit as JSON values; the body is shown by its snippet only, if at all.

        `fields`: those of `value` that are wanted, in this order; None for all.
        """
        if fields is not None:
            return {name: self.value(name) for name in fields}
        names = [name for name in HIT_FIELDS if has_snippet or name != "snippet"]
        rest = self._record
        names += ["archive"] * bool(self.archive)
        names += [name for name in rest if name not in (*names, "snippet", "body")]
        return {name: self.value(name) for name in names}

    def value(self, name: str) -> Any:
        """Return a JSON value by its name in `as_dict`, or as queries call it; None for none."""
        match name:
            case "rank" | "id" | "title" | "source":
                return getattr(self, name)
            case "archive" if self.archive:
                return self.archive
            case "score":
                return round(self.score, 6)
            case "date":
                return None if self.date is None else str(self.date)
            case "title_highlights":
                return list(map(list, self.title_highlights))
            case "snippet":
                marks = list(map(list, self.snippet.highlights))
                return {"text": self.snippet.text, "highlights": marks}
        if name in NUMBER_FIELDS:
            return self.numbers[name]
        record = self._record
        if name not in record:
            name = next((key for key in record if key_name(key) == name), name)
        return record.get(name)

    @cached_property
    def _record(self) -> dict[str, Any]:
        return self.article.as_dict()

    def __getstate__(self) -> dict[str, Any]:
        names = ("archive", "article", "numbers", "snippet", "title_highlights")
        state = {name: getattr(self, name) for name in ("rank", "score", "_found_rank", *names)}
        return {**state, "_ids": {self._found_rank: self.id}}

    def __repr__(self) -> str:
        return f"Hit(rank={self.rank}, score={self.score:.4f}, id={self.id!r})"


class FoundArticles(Protocol):
    """Reads what the hits of a search show, each by its rank, from the snapshot it was found in."""

    @property
    def ids(self) -> Mapping[int, str]:
        """The ids of the articles by rank, each read when it is looked up."""

    def archive(self, rank: int) -> str:
        """Return which of several archives has an article."""

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
    offset
        How many hits come before the first of these.
    """

    fields: Sequence[str] | None = None
    """What rows and JSON tell of each hit, in this order, by names of `Hit.value`; None for all."""
    has_snippets = True
    """Whether rows and JSON have snippets."""

    def __init__(
        self,
        scores: Sequence[float],
        found: Answer,
        *,
        query: str,
        warnings: tuple[QueryWarning, ...],
        took_ms: float,
        is_partial: bool = False,
        offset: int = 0,
    ) -> None:
        self._offset = offset
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
        scores = enumerate(self._scores, self._offset + 1)
        return [Hit(rank, score, self._found) for rank, score in scores]

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
        """Return some of the hits in another order, with other scores, as all that there are."""
        scores = [score for _, score in best]
        results = Results(
            *(scores, self._found),
            query=query,
            warnings=(),
            took_ms=took_ms,
            is_partial=self.is_partial,
        )
        hits = [
            Hit(rank, score, self._found, hit.rank) for rank, (hit, score) in enumerate(best, 1)
        ]
        results.__dict__ |= {"_hits": hits, "total": len(hits), "advice": NO_ADVICE}
        return results

    def as_dict(self) -> dict[str, Any]:
        """Return the results as JSON values."""
        record = {
            "query": self.query,
            "total": self.total,
            "took_ms": round(self.took_ms, 3),
            "hits": list(self.records()),
        }
        return with_remarks(record, self)

    def records(self) -> Iterator[dict[str, Any]]:
        """Return each hit as JSON values."""
        return (hit.as_dict(self.fields, has_snippet=self.has_snippets) for hit in self._hits)

    def as_table(self) -> Table:
        """Return one row for each hit; a row is read from the index when it is reached."""
        from newsearch.answers.table import Column, Table

        names = self.fields
        if names is None:
            own = dict.fromkeys(key for hit in self._hits for key in _own_keys(hit))
            names = (
                *_COLUMNS,
                *(["archive"] * any(hit.archive for hit in self._hits)),
                *(["snippet"] * self.has_snippets),
                *own,
            )
        columns = tuple(Column(name, _KINDS.get(name, "text")) for name in names)
        rows = (tuple(_cell(hit, name) for name in names) for hit in self._hits)
        return Table(columns, rows, {"query": self.query}, "hits")

    def _repr_html_(self) -> str:
        from newsearch.answers.notebook import results_html

        return results_html(self)

    def __getstate__(self) -> dict[str, Any]:
        names = (
            *("query", "warnings", "took_ms", "plan", "total", "is_partial", "advice"),
            *("fields", "has_snippets"),
        )
        return {
            "_hits": self._hits,
            "_scores": self._scores,
            **{name: getattr(self, name) for name in names},
        }

    def __repr__(self) -> str:
        return f"Results({self.query!r}, {len(self)} hits)"


def _own_keys(hit: Hit) -> Mapping[str, Any]:
    """Return what an article has beside its fields, as far as no column is called so."""
    return {key: value for key, value in hit.article.extra.items() if key not in _NO_KEYS}


_KINDS: Mapping[str, ColumnKind] = {
    **dict.fromkeys(("rank", *NUMBER_FIELDS), "integer"),
    "score": "number",
}


def _cell(hit: Hit, name: str) -> Cell:
    from newsearch.answers.table import cell_of

    return hit.snippet.text if name == "snippet" else cell_of(hit.value(name))
