"""Runs queries on a snapshot and puts the hits in order."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from newsearch.article import Article
from newsearch.index.snapshot import Snapshot
from newsearch.query.plan import Plan, has_boosted_group, plan
from newsearch.schema import NO_DATE_S, article_language
from newsearch.search.matching import Highlighter, Span, merged
from newsearch.search.numpy_path import Matches, score_all
from newsearch.search.snippets import Snippet, snippet
from newsearch.search.vocabulary import SnapshotVocabulary

if TYPE_CHECKING:
    from newsearch.search.compiled import CompiledSearch

Sort = Literal["relevance", "newest", "oldest"]

NUMBA_LOAD_S = 0.5
"""What importing Numba and its kernels from its cache costs a process."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best articles for a query, best first.

    Parameters
    ----------
    docnums, scores
        Global docnums and scores, in the same order.
    how
        The plan and what ran it, for people.
    """

    docnums: list[int]
    scores: list[float]
    how: str


class Searcher:
    """Searches one snapshot; safe in many threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.vocabulary = SnapshotVocabulary(snapshot)
        self._compiling = threading.Lock()

    def rank(self, tree: Query, *, limit: int | None, sort: Sort) -> Ranking:
        """Rank the articles that match.

        By relevance the order is score, then newest, then hash of the id; by date it is date, then
        hash of the id, with undated articles last either way. So it is the same after any merge
        or rebuild.

        Parameters
        ----------
        limit
            How many to give; None for all.
        """
        planned = plan(tree)
        if limit == 0 or not self.snapshot.n_articles:
            return Ranking([], [], f"{planned}\n  run: not at all")
        if limit is not None and self._may_compile(tree):
            return Ranking(*self._rank_compiled(planned, tree, limit, sort), _run(planned, sort))
        started_s = time.perf_counter()
        found = score_all(self.snapshot.segments, tree)
        best = self._order(found, sort)[:limit]
        _budget.spend(time.perf_counter() - started_s)
        docnums, scores = found.docnums[best].tolist(), found.scores[best].tolist()
        return Ranking(docnums, scores, f"{planned}\n  run: with NumPy, every match")

    def _rank_compiled(
        self, planned: Plan, tree: Query, limit: int, sort: Sort
    ) -> tuple[list[int], list[float]]:
        # A heap larger than the index would only be memory.
        k = min(limit, self.snapshot.n_articles)
        if sort == "relevance" and planned.way != "filters":
            return self._compiled.rank(planned, tree, k)
        return self._compiled.newest(tree, k, oldest=sort == "oldest")

    def count(self, tree: Query) -> int:
        """Count the articles that match."""
        if self._may_compile(tree):
            return self._compiled.count(tree)
        started_s = time.perf_counter()
        total = len(score_all(self.snapshot.segments, tree).docnums)
        _budget.spend(time.perf_counter() - started_s)
        return total

    def _may_compile(self, tree: Query) -> bool:
        return self.snapshot.n_articles > 0 and _budget.is_spent and not has_boosted_group(tree)

    def snippet(self, article: Article, tree: Query) -> Snippet:
        """Cut the passage that shows best why an article was found."""
        found = self._highlighter(tree, article_language(article), "body").matches(article.body)
        return snippet(article.body, found, article_language(article))

    def title_highlights(self, article: Article, tree: Query) -> tuple[Span, ...]:
        """Find what to mark in an article's headline."""
        found = self._highlighter(tree, article_language(article), "title").matches(article.title)
        return tuple(merged((match.start, match.end) for match in found))

    def _highlighter(self, tree: Query, language: str, field: str) -> Highlighter:
        return Highlighter(tree, language, field, self.vocabulary)

    @property
    def _compiled(self) -> CompiledSearch:
        with self._compiling:
            return self._compiled_once

    @cached_property
    def _compiled_once(self) -> CompiledSearch:
        from newsearch.search.compiled import CompiledSearch

        return CompiledSearch(self.snapshot)

    def _order(self, found: Matches, sort: Sort) -> NDArray[np.intp]:
        dates = self.snapshot.column("date", found.docnums)
        hashes = self.snapshot.column("id_hash", found.docnums)
        # ~x sorts integers in descending order where -x would overflow.
        if sort == "relevance":
            return np.lexsort((hashes, ~dates, -found.scores))
        if sort == "newest":
            return np.lexsort((hashes, ~dates))
        return np.lexsort((hashes, dates, dates == NO_DATE_S))


def _run(planned: Plan, sort: Sort) -> str:
    order = "best blocks first" if sort == "relevance" else f"{sort} blocks first"
    return f"{planned}\n  run: compiled, {order}"


class _Budget:
    """When a process has searched long enough for Numba to pay.

    Renting until the rent paid equals the price costs at most twice what knowing the future
    would (Karlin, Manasse, Rudolph and Sleator, Algorithmica 3, 1988).
    """

    def __init__(self, price_s: float) -> None:
        self._left_s = price_s

    @property
    def is_spent(self) -> bool:
        return self._left_s <= 0 or "numba" in sys.modules

    def spend(self, seconds: float) -> None:
        self._left_s -= seconds


_budget = _Budget(NUMBA_LOAD_S)
