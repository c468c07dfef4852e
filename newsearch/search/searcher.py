"""Runs queries on a snapshot and puts the hits in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch.answers.snippet import Snippet, Span
from newsearch.article import Article
from newsearch.errors import ArticleError
from newsearch.fields import SORTED_BY, TEXT_FIELDS, Sort, Syntax
from newsearch.index.snapshot import Snapshot
from newsearch.memo import Memo, once
from newsearch.query import resolve
from newsearch.query.leaves import word_parts, words_in
from newsearch.query.nodes import (
    ResolvedTree,
    Term,
    TermPhrase,
    TermsPlaced,
    WrittenTree,
    leaves,
)
from newsearch.query.parser import plain_part, plain_parts
from newsearch.query.plan import Plan, plan
from newsearch.schema import NO_DATE_S, article_language
from newsearch.search.matching import Matching
from newsearch.search.passages.highlighting import Highlighter, are_fields_alike, merged
from newsearch.search.passages.snippets import snippet
from newsearch.search.run.exhaustive import Matches, score_all
from newsearch.search.run.warming import skills_for, skills_for_matching, warming
from newsearch.search.run.words import LONGEST_BAG
from newsearch.search.statistics import SnapshotStatistics
from newsearch.search.vocabulary import SnapshotVocabulary
from newsearch.stopping import Stopped, current

if TYPE_CHECKING:
    from newsearch.search.passages.cutting import Cutter
    from newsearch.search.run.bags import Bag, Part
    from newsearch.search.run.compiled import Best, CompiledSearch
    from newsearch.search.run.parts import KnownParts

_MOST_LISTED = 32_000_000
"""Articles in all lists that kernels hold for a query, 16 bytes each: 512 MB."""
_LONGEST_PART = 60
"""Longer parts of a query, such as texts of a script without spaces, are seldom asked for twice."""
_COMPILED_SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")


class Ranking(NamedTuple):
    """The best articles for a query, best first: global docnums, and scores in the same order.

    `run` is what ran it, for people; `total` is how many articles match in all, where that is
    known. `is_partial`: the work was stopped, so that better articles may have been left out.
    """

    docnums: list[int]
    scores: list[float]
    run: str
    total: int | None = None
    is_partial: bool = False


class Searcher:
    """Searches one snapshot; safe in many threads.

    `kept`: what others keep for as long as they search this snapshot.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.statistics = SnapshotStatistics(snapshot)
        self.vocabulary = SnapshotVocabulary(snapshot, self.statistics)
        self.kept: dict[object, Any] = {}
        self._compiling = threading.Lock()
        self._compiled_once: CompiledSearch | None = None

    def rank(self, tree: ResolvedTree, *, limit: int | None, sort: Sort) -> Ranking:
        """Rank the articles that match.

        By relevance the order is score, then newest, then hash of the id; by date it is date, then
        hash of the id, with undated articles last either way; by a number it is the number, then
        newest, then hash of the id. So it is the same after any merge or rebuild.

        `limit`: how many to give; None for all.
        """
        if limit == 0 or not self.snapshot.n_articles:
            return Ranking([], [], "nothing is ranked, because no hits were asked for")
        planned = plan(tree)
        if limit and sort == "relevance" and self._ranks_bags():
            bag = self._compiled.bags.of(planned)
            if bag and not self._has_many_lists([*bag.listed, *bag.filters, *bag.excluded]):
                [ranking] = self.rank_bags([bag], limit)
                return ranking
        return self._rank_planned(planned, tree, limit, sort)

    def bag(
        self, query: str, *, syntax: Syntax, match_any: bool, filters: tuple[ResolvedTree, ...] = ()
    ) -> Bag | None:
        """Return the bag that a query is; None of one that is none, or not to be ranked as one.

        What a part of a query is in this snapshot is looked up once for all queries. `filters`:
        what an article must match besides, without words of texts.
        """
        if len(query) > LONGEST_BAG or not self._ranks_bags():
            return None
        parts = word_parts(query)
        if len(query) > _LONGEST_PART and max(map(len, parts)) > _LONGEST_PART:
            return None
        known = self._bag_parts[syntax]
        found = [one for part in parts for one in known[part]]
        bag = self._compiled.bags.joined(found, is_any=match_any, filters=filters)
        return bag if bag and not self._has_many_lists(bag.listed) else None

    def rank_known(
        self,
        queries: Sequence[str],
        limit: int | None,
        *,
        syntax: Syntax,
        match_any: bool,
        filters: tuple[ResolvedTree, ...] = (),
    ) -> Sequence[Ranking | None]:
        """Rank what matches the bags that queries are; None for one that `bag` must look up."""
        if not self._ranks_bags():
            return [None] * len(queries)
        is_read, asked, _kept = self._bag_parts[syntax].read(queries, is_any=match_any)
        if True not in is_read:
            return [None] * len(queries)
        ranked = self._compiled.bags.rank_read(asked, filters, self._room(limit))
        return [
            Ranking(docnums, scores, _BEST_FIRST) if is_one else None
            for is_one, (docnums, scores) in zip(is_read, ranked, strict=True)
        ]

    def rank_bags(self, bags: Sequence[Bag], limit: int | None) -> list[Ranking]:
        """Rank what matches each of several bags, as `rank` does."""
        k = self._room(limit)
        together: Iterable[Sequence[Bag]] = [bags]
        if self._has_many_lists([leaf for bag in bags for leaf in bag.listed]):
            together = [[bag] for bag in bags]
        elif len(bags) > 1:
            together = [list(own) for _, own in groupby(bags, _alike)]
        return [
            Ranking(docnums, scores, _NEWEST_FIRST if own[0].pattern else _BEST_FIRST)
            for own in together
            for docnums, scores in self._compiled.bags.rank(own, k)
        ]

    def article_ids(self, docnums: Sequence[int]) -> list[str]:
        """Read the ids of some articles by global docnum."""
        found = self._compiled.article_ids(docnums) if warming.is_complete else None
        return self.snapshot.article_ids(docnums) if found is None else found

    def count_bag(self, bag: Bag) -> int:
        """Count the articles that match a bag."""
        return self._compiled.bags.count(bag)

    def _ranks_bags(self) -> bool:
        """Whether bags can be ranked as such; what is bounded in time is not."""
        return warming.is_complete and not current() and self.snapshot.n_articles > 0

    @once
    def _bag_parts(self) -> dict[Syntax, KnownParts]:
        """By syntax, what a part of a query between spaces is in a bag."""

        def of_query(part: str) -> list[Part]:
            written = plain_parts(part)
            return looked_up(map(plain_part, written)) if written or not part else [None]

        def of_text(part: str) -> list[Part]:
            return looked_up(words_in(part))

        def looked_up(leaves: Iterable[WrittenTree]) -> list[Part]:
            return [one for leaf in leaves for one in bags.parts(resolve(leaf, self.vocabulary))]

        from newsearch.search.run.parts import KnownParts

        bags = self._compiled.bags
        return {"query": KnownParts(of_query, bags), "words": KnownParts(of_text, bags)}

    def _room(self, limit: int | None) -> int:
        # A heap larger than the index would only be memory.
        return min(limit or 1, self.snapshot.n_articles)

    def _rank_planned(
        self, planned: Plan, tree: ResolvedTree, limit: int | None, sort: Sort
    ) -> Ranking:
        if limit is not None and self._can_rank_compiled(planned, tree, sort):
            docnums, scores, is_partial = self._rank_compiled(planned, tree, limit, sort)
            return Ranking(docnums, scores, _run(planned, sort), is_partial=is_partial)
        found, is_partial = self._score_all(tree)
        best = self._best(found, sort, limit)
        run = f"with NumPy, scoring every match{warming.state}"
        docnums, scores = best.docnums.tolist(), best.scores.tolist()
        total = None if is_partial else len(found.docnums)
        return Ranking(docnums, scores, run, total, is_partial=is_partial)

    def _rank_compiled(self, planned: Plan, tree: ResolvedTree, limit: int, sort: Sort) -> Best:
        k = self._room(limit)
        if sort == "relevance" and planned.way != "filters":
            return self._compiled.rank(planned, tree, k)
        return self._compiled.newest(planned, tree, k, oldest=sort == "oldest")

    def matching(self, tree: ResolvedTree) -> Matching:
        """Find all articles that match, without ranking them."""
        if self._can_match_compiled(tree):
            return Matching(self.snapshot, self._compiled.matching(tree))
        found, is_partial = self._score_all(tree)
        if is_partial:
            raise Stopped
        return Matching.of(self.snapshot, found.docnums)

    def count(self, tree: ResolvedTree) -> int:
        """Count the articles that match."""
        if self._can_match_compiled(tree):
            return self._compiled.count(tree)  # a compiled count takes a tenth of NumPy's
        return self.matching(tree).count

    def newest_first(self, found: Matching) -> NDArray[np.int64]:
        """Return global docnums by date, then hash of the id; undated articles come last."""
        docnums = found.docnums
        return self._best(Matches(docnums, np.zeros(len(docnums))), "newest", None).docnums

    def _can_match_compiled(self, tree: ResolvedTree) -> bool:
        if not self.snapshot.n_articles:
            return False
        if not (warming.is_complete or warming.is_ready(skills_for_matching(tree))):
            return False
        return not self._has_many_lists([tree])

    def _can_rank_compiled(self, planned: Plan, tree: ResolvedTree, sort: Sort) -> bool:
        """Whether compiled kernels can rank here and now; they do not sort by numbers."""
        if sort not in _COMPILED_SORTS:
            return False
        by_date = sort != "relevance"
        if not (
            warming.is_complete or warming.is_ready(skills_for(planned, tree, by_date=by_date))
        ):
            return False
        return not self._has_many_lists([tree])

    def _has_many_lists(self, trees: Iterable[ResolvedTree]) -> bool:
        """Whether lists of so many phrases, and words of one field, would take too much memory.

        NumPy holds two at a time, kernels all.
        """
        n_lists = sum(
            isinstance(leaf, (TermPhrase, TermsPlaced))
            or (isinstance(leaf, Term) and leaf.fields != TEXT_FIELDS)
            for tree in trees
            for leaf in leaves(tree)
        )
        return n_lists * self.snapshot.n_articles > _MOST_LISTED

    def _score_all(self, tree: ResolvedTree) -> tuple[Matches, bool]:
        """Find every match without kernels, which may pay from the next search on."""
        if warming.is_due:
            warming.start(self.snapshot, lambda: self._compiled)
        started_s = time.perf_counter()
        found = score_all(self.statistics, tree)
        warming.spend(time.perf_counter() - started_s)
        return found

    def compile(self) -> None:
        """Wait until every search runs compiled; for tests and measurements, not for users.

        An index without words, or a damaged one, cannot be waited for: nothing is compiled then.

        Raises RuntimeError where kernels cannot be compiled.
        """
        warming.start(self.snapshot, lambda: self._compiled)
        warming.wait()

    def show(self, tree: ResolvedTree, *, every_word: bool = False) -> Show:
        """Prepare to show why articles were found; `every_word`: by function words too."""
        return Show(tree, self.vocabulary, every_word=every_word)

    @property
    def _compiled(self) -> CompiledSearch:
        found = self._compiled_once
        if found is None:
            from newsearch.search.run.compiled import CompiledSearch

            with self._compiling:
                found = self._compiled_once or CompiledSearch(self.snapshot, self.statistics)
                self._compiled_once = found
        return found

    def _best(self, found: Matches, sort: Sort, limit: int | None) -> Matches:
        """Put the best articles in order; only those that can be among them are sorted."""
        keys = self._keys(found, sort)
        if limit is None or limit >= len(found.scores):
            return found.take(np.lexsort(keys))
        highest = np.partition(keys[-1], limit - 1)[limit - 1]
        kept = np.flatnonzero(keys[-1] <= highest)
        return found.take(kept[np.lexsort([key[kept] for key in keys])[:limit]])

    def _keys(self, found: Matches, sort: Sort) -> list[NDArray[Any]]:
        """Return what articles are ordered by, ascending; what counts most comes last."""
        dates = self.snapshot.column("date", found.docnums)
        hashes = self.snapshot.column("id_hash", found.docnums)
        # ~x sorts integers in descending order where -x would overflow.
        if sort == "relevance":
            return [hashes, ~dates, -found.scores]
        if sort == "newest":
            return [hashes, ~dates]
        if sort == "oldest":
            return [hashes, np.where(dates == NO_DATE_S, ~dates, dates)]
        field, is_descending = SORTED_BY[sort]
        numbers = self.snapshot.column(field.column, found.docnums)
        return [hashes, ~dates, ~numbers if is_descending else numbers]


_BEST_FIRST = "compiled, best blocks first"
_NEWEST_FIRST = "compiled, newest blocks first"


def _alike(bag: Bag) -> object:
    """Return what bags must have in common to be ranked together."""
    return bag.pattern is None, bag.filters, bag.excluded


def _run(planned: Plan, sort: Sort) -> str:
    if sort == "relevance":
        return _NEWEST_FIRST if planned.way == "filters" else _BEST_FIRST
    return f"compiled, {sort} blocks first"


_MOST_LANGUAGES = 1_000


class Show:
    """Cuts snippets and marks titles for the hits of one query; safe in many threads.

    `vocabulary`: word forms of the index. `every_word`: as for `Highlighter`.
    """

    def __init__(
        self, tree: ResolvedTree, vocabulary: SnapshotVocabulary, *, every_word: bool
    ) -> None:
        self._tree = tree
        self._vocabulary = vocabulary
        self._every_word = every_word

    @cached_property
    def _are_fields_alike(self) -> bool:
        return are_fields_alike(self._tree)

    @cached_property
    def _highlighters(self) -> Memo[tuple[str, str], Highlighter]:
        return Memo(self._make_highlighter, _MOST_LANGUAGES)

    def snippet(self, encoded: bytes, language: str, title: Callable[[], str]) -> Snippet:
        """Cut the passage that shows best why an article was found.

        `encoded`: the body in UTF-8 (``surrogatepass``). `language`: the article's. `title`: reads
        its headline, which is shown beside the passage. Raises ArticleError for bytes that are no
        UTF-8: the index is damaged.
        """
        try:
            body = encoded.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise ArticleError("the stored article cannot be read") from error
        cutter = self._cutters[language, "body"] if warming.is_ready({"snippets"}) else None
        if cutter is None:
            found = self._highlighters[language, "body"].matches(body)
            return snippet(body, found, language, title)
        return cutter.snippet(body, encoded, title)

    def title_highlights(self, article: Article) -> tuple[Span, ...]:
        """Find what to mark in an article's headline."""
        return self.highlights(article, "title")

    def highlights(self, article: Article, field: Literal["title", "body"]) -> tuple[Span, ...]:
        """Find every stretch of an article's headline or body that matches."""
        text = article.title if field == "title" else article.body
        if not text:  # as titles often are; looking there takes 5 us
            return ()
        own = article_language(article), "body" if self._are_fields_alike else field
        cutter = self._cutters[own] if warming.is_ready({"snippets"}) else None
        if cutter is not None:
            return tuple(cutter.marks(text))
        started_s = time.perf_counter()
        found = self._highlighters[own].matches(text)
        marks = tuple(merged((match.start, match.end) for match in found))
        warming.spend(time.perf_counter() - started_s)
        return marks

    @cached_property
    def _cutters(self) -> Memo[tuple[str, str], Cutter | None]:
        return Memo(self._make_cutter, _MOST_LANGUAGES)

    def _make_cutter(self, of: tuple[str, str]) -> Cutter | None:
        from newsearch.search.passages.cutting import cutter_for

        return cutter_for(self._highlighters[of], of[0])

    def _make_highlighter(self, of: tuple[str, str]) -> Highlighter:
        language, field = of
        return Highlighter(
            self._tree, language, field, self._vocabulary, every_word=self._every_word
        )
