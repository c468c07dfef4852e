"""Searching one commit of a local index: one query, or many over several threads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence, Sized
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, TypeVar, Unpack

from newsearch.answers.advice import NO_ADVICE, Advice
from newsearch.answers.results import Results
from newsearch.engines.asking import Asked, Consulted, FoundArticles, QueryReader
from newsearch.engines.base import Selection, check_choice, check_limit, check_paging, check_timeout
from newsearch.errors import QueryError
from newsearch.fields import SORTS, Sort
from newsearch.query import Date, calendar_of
from newsearch.query.dates import HalfLife
from newsearch.query.nodes import Nothing, ResolvedTree
from newsearch.query.plan import plan
from newsearch.search.searcher import Ranking, Searcher
from newsearch.stopping import Stop, Stopped

if TYPE_CHECKING:
    from newsearch.search.run.bags import Bag

AT_ONCE = 32
"""Queries that are ranked by one call of a kernel. With 8 a query of two words took 1.1 times as
long; with more, threads wait longer for the last one."""

_UNBOUND = nullcontext()

_Found = tuple[Asked | None, Ranking]
"""What was found for a query, which was not read where it was ranked as a bag."""


class Search:
    """Answers queries on one commit, all with the same options; safe in many threads.

    `check_open` raises where the index is closed. The options are those of `Engine.search`; raises
    QueryError where one is wrong.
    """

    def __init__(  # noqa: PLR0913 - every option is one a user may name
        self,
        check_open: Callable[[], object],
        searcher: Searcher,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        min_score: float | None = None,
        half_life: HalfLife | None = None,
        now: Date | None = None,
        timeout_s: float | None = None,
        **which: Unpack[Selection],
    ) -> None:
        check_limit(limit)
        check_paging(offset, min_score)
        check_timeout(timeout_s)
        check_choice("sort", sort, SORTS)
        self.check_open = check_open
        self.searcher = searcher
        self._reader = QueryReader(searcher, **which)
        self._end = limit and offset + limit
        self._offset = offset
        # Of an order other than by score, those with low scores may stand anywhere.
        is_by_score = min_score is None or sort == "relevance"
        self._limit = self._end if is_by_score or not limit else None
        self._sort: Sort = sort
        self._min_score = min_score
        self._recency = None
        if half_life is not None or now is not None:
            from newsearch.search.recency import recency

            calendar = calendar_of(which.get("timezone", "UTC"))
            self._recency = recency(half_life, now, calendar, sort)
        self._timeout_s = timeout_s
        self._which = which
        self._is_plain = timeout_s is None and self._recency is None
        self._ranks_bags = self._is_plain and sort == "relevance" and bool(limit)

    def one(self, query: str) -> Results:
        """Answer a query."""
        started_s = time.perf_counter()
        bound = _UNBOUND if self._timeout_s is None else Stop(self._timeout_s)
        try:
            with bound:
                asked, ranking = self._found(query, *self._ranked(query))
        except Stopped:
            nothing = Nothing()
            asked = Asked(self.searcher, query, strict=True, written=nothing, tree=nothing)
            ranking = Ranking([], [], "stopped before anything matched", is_partial=True)
        took_ms = (time.perf_counter() - started_s) * 1000
        return self._results(query, asked, ranking, bound, took_ms)

    def _ranked(self, query: str) -> _Found:
        """Rank what matches a query, and read it where it is not ranked as a bag."""
        if self._ranks_bags and not (type(query) is str and query.endswith('"')):  # no phrase
            [known] = self._reader.rank_known([query], self._limit)
            if known:
                return None, known
            bag = self._bag_of(query)
            if bag is not None:
                [ranking] = self.searcher.rank_bags([bag], self._limit)
                return None, ranking
        asked = self._reader.read(query)
        return asked, self._rank(asked.tree, self._limit)

    def _bag_of(self, query: str) -> Bag | None:
        return self._reader.bag(query) if self._ranks_bags else None

    def many(self, queries: Sequence[str], threads: int | None) -> list[Results]:
        """Answer queries, in their order; of those that cannot be read, the first is named.

        `threads`: at most so many; None for one a processor.
        """
        starts = range(0, len(queries), AT_ONCE)
        n_threads = min(len(starts), threads or os.cpu_count() or 1)

        answer_some = self._some if self._is_plain else self._one_by_one

        def answer(start: int) -> list[Results]:
            return answer_some(queries[start : start + AT_ONCE], start + 1)

        if n_threads <= 1:
            return [results for start in starts for results in answer(start)]
        from concurrent.futures import ThreadPoolExecutor

        pool = ThreadPoolExecutor(n_threads, "newsearch-search")
        try:
            return [results for some in pool.map(answer, starts) for results in some]
        finally:
            pool.shutdown(cancel_futures=True)

    def _one_by_one(self, queries: Sequence[str], first: int) -> list[Results]:
        """Answer some queries, given the number of the first, with a bound for each."""
        found: list[Results] = []
        try:
            for query in queries:
                found.append(self.one(query))
        except QueryError as error:
            raise error.in_query(first + len(found)) from None
        return found

    def _some(self, queries: Sequence[str], first: int) -> list[Results]:
        """Answer some queries, given the number of the first."""
        started_s = time.perf_counter()
        bags: list[Bag | None] = []
        read: list[Asked | None] = []
        settled: list[tuple[str, _Found]] = []
        done: Sized = read
        try:
            known: Sequence[Ranking | None] = [None] * len(queries)
            if self._ranks_bags:
                known = self._reader.rank_known(queries, self._limit)
            for query, ranking in zip(queries, known, strict=True):
                bags.append(None if ranking else self._bag_of(query))
                read.append(None if ranking or bags[-1] else self._reader.read(query))
            done = settled
            asked_bags = [bag for bag in bags if bag]
            rankings = iter(self.searcher.rank_bags(asked_bags, self._limit) if asked_bags else ())
            for query, asked, found in zip(queries, read, known, strict=True):
                ranking = found or (
                    self._rank(asked.tree, self._limit) if asked else next(rankings)
                )
                settled.append((query, self._found(query, asked, ranking)))
        except QueryError as error:
            raise error.in_query(first + len(done)) from None
        took_ms = (time.perf_counter() - started_s) * 1000 / len(queries)
        return [self._results(query, *found, _UNBOUND, took_ms) for query, found in settled]

    def _found(self, query: str, asked: Asked | None, ranking: Ranking) -> _Found:
        """Settle what was found for a query, which need not be read where a bag of it has hits."""
        if ranking.docnums or (asked is None and self._reader.strict):
            return asked, ranking
        return self._settled(self._reader.read(query) if asked is None else asked, ranking)

    def _settled(self, asked: Asked, ranking: Ranking) -> tuple[Asked, Ranking]:
        """Count where no hits are asked for; read less narrowly what nothing matches."""
        if self._limit == 0:
            ranking = ranking._replace(total=self.searcher.count(asked.tree))
        if ranking.docnums or ranking.total or ranking.is_partial:
            return asked, ranking
        for relaxed in asked.relaxations():
            found = self._rank(relaxed.tree, self._limit)
            if self._limit == 0:
                found = found._replace(total=self.searcher.count(relaxed.tree))
            if found.docnums or found.total or found.is_partial:
                return relaxed, found
        return asked, ranking

    def _results(
        self,
        query: str,
        asked: Asked | None,
        ranking: Ranking,
        bound: AbstractContextManager[object],
        took_ms: float,
    ) -> Results:
        if self._min_score is not None:
            ranking = self._above_least(ranking, self._min_score)
        found = _Answer(self, query, asked, ranking, bound)
        return Results(
            *(ranking.scores[self._offset :] if self._offset else ranking.scores, found),
            offset=self._offset,
            query=query,
            warnings=asked.warnings if asked else (),
            took_ms=took_ms,
            is_partial=ranking.is_partial,
        )

    def read(self, query: str) -> Asked:
        """Read a query that was ranked as a bag."""
        return self._reader.read(query)

    def count_unread(self, query: str) -> int:
        """Count the articles that match a query that was ranked as a bag."""
        bag = self._bag_of(query) if self._min_score is None else None
        return self.searcher.count_bag(bag) if bag else self.count(self.read(query).tree)

    def _rank(self, tree: ResolvedTree, limit: int | None) -> Ranking:
        if self._recency is None:
            return self.searcher.rank(tree, limit=limit, sort=self._sort)
        from newsearch.search.recency import rank_recent

        return rank_recent(self.searcher, tree, limit, self._recency)

    def _above_least(self, ranking: Ranking, least: float) -> Ranking:
        """Leave out what scores too low, and what comes after the hits that are asked for."""
        scored = zip(ranking.docnums, ranking.scores, strict=True)
        kept = [(docnum, score) for docnum, score in scored if score >= least]
        is_all = len(kept) < len(ranking.docnums) or len(kept) != self._limit
        return ranking._replace(
            docnums=[docnum for docnum, _ in kept[: self._end]],
            scores=[score for _, score in kept[: self._end]],
            total=len(kept) if is_all else None,
        )

    def count(self, tree: ResolvedTree) -> int:
        """Count the articles that match a tree, and score as high as they are to."""
        if self._min_score is None:
            return self.searcher.count(tree)
        found = self._rank(tree, None)
        if found.is_partial:
            raise Stopped
        return sum(score >= self._min_score for score in found.scores)

    def advise(self, asked: Asked) -> Advice:
        """Tell what helps where nothing matches."""
        from newsearch.engines.advising import advise

        self.check_open()
        any_word: Selection = {**self._which, "match": "any"}
        with_any = QueryReader(self.searcher, **any_word).read(asked.query).written
        return advise(asked.written, with_any, Consulted(self.searcher))


class _Answer(FoundArticles):
    """What was found for a query, within the time that is left of its bound."""

    def __init__(
        self,
        search: Search,
        query: str,
        asked: Asked | None,
        ranking: Ranking,
        bound: AbstractContextManager[object],
    ) -> None:
        super().__init__(search.check_open, search.searcher, ranking.docnums)
        self._search = search
        self._query = query
        self._read = asked
        self._ranking = ranking
        self._bound = bound

    @property
    def _asked(self) -> Asked:
        if self._read is None:
            self._read = self._search.read(self._query)
        return self._read

    def plan(self) -> str:
        return f"{plan(self._tree)}\n  run: {self._ranking.run}"

    def count(self) -> int | None:
        total = self._ranking.total
        return _in_time(self._bound, self._count, None) if total is None else total

    def _count(self) -> int:
        if self._read is None:
            return self._search.count_unread(self._query)
        return self._search.count(self._tree)

    @property
    def _tree(self) -> ResolvedTree:
        return self._asked.tree

    def advise(self) -> Advice:
        return _in_time(self._bound, lambda: self._search.advise(self._asked), NO_ADVICE)


T = TypeVar("T")


def _in_time(bound: AbstractContextManager[object], work: Callable[[], T], otherwise: T) -> T:
    """Return what some work gives, or something else when it is stopped."""
    try:
        with bound:
            return work()
    except Stopped:
        return otherwise
