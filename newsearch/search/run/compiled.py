"""Runs a plan with compiled kernels. Importing this module imports Numba."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache, partial, reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from newsearch.fields import TEXT_FIELDS
from newsearch.index.snapshot import Snapshot
from newsearch.memo import Memo, once
from newsearch.query.nodes import (
    Alternatives,
    And,
    AndMaybe,
    DateRange,
    Every,
    FieldValue,
    Filter,
    Not,
    Nothing,
    NumberRange,
    Or,
    Pattern,
    ResolvedLeaf,
    ResolvedTree,
    Term,
    TermPhrase,
    TermsPlaced,
    assert_never,
    leaves,
)
from newsearch.query.plan import Plan, is_plain_word, plan
from newsearch.search.run.bags import Bags
from newsearch.search.run.bitmaps import Bitmap, bitmap_with, empty_bitmap
from newsearch.search.run.filters import filtered_bitmap
from newsearch.search.run.kernels import views
from newsearch.search.run.kernels.ids import read_ids
from newsearch.search.run.kernels.phrases import rank_phrase
from newsearch.search.run.kernels.ranking import match_all, rank_all, rank_any
from newsearch.search.run.kernels.sets import (
    count_bits,
    mark_any,
    mark_in_field,
    newest_of_set,
)
from newsearch.search.run.kernels.top_k import ranked
from newsearch.search.run.kernels.trees import match_tree, newest_of_tree, rank_tree
from newsearch.search.run.lists import (
    FIELD_CODES,
    ScoredList,
    ScoredLists,
    is_for_numpy,
    phrases_in,
)
from newsearch.search.run.searched import Searched, address_of, verify
from newsearch.search.run.words import (
    KnownWord,
    Listed,
    PlannedWords,
    Several,
    WordsIn,
    by_language,
    known_word,
)
from newsearch.search.statistics import PATTERN_SCORE, SnapshotStatistics
from newsearch.stopping import Stopped, check

_MEMO_FILTERS = 64
_MEMO_WORDS = 10_000
_MOST_IN_ORDER = 1 << 16
"""Articles that are put in order by date, once a segment: in 15 ms. Where these have too few that
match, all that match are looked at, at a few ns each."""


class CompiledSearch:
    """The kernels over one snapshot; safe in many threads.

    Its segments stay mapped as long as this lives, because kernels read by address.
    """

    def __init__(self, snapshot: Snapshot, statistics: SnapshotStatistics) -> None:
        self._segments = snapshot.segments
        self._statistics = statistics
        average = statistics.average_length(TEXT_FIELDS)
        self._searched = [
            Searched(number, segment, average) for number, segment in enumerate(snapshot.segments)
        ]
        self._live = [segment.live for segment in self._searched]
        self._known = Memo(self._look_up, _MEMO_WORDS)
        self._allowed = lru_cache(_MEMO_FILTERS)(self._find_allowed)
        self._filtered = lru_cache(_MEMO_FILTERS)(self._find_filtered)
        self._lists = ScoredLists(self._searched, statistics)
        self.bags = Bags(
            snapshot,
            self._searched,
            self._known,
            self._lists,
            statistics,
            self._allowed,
            lambda: [dated.newest_first for dated in self._newest_first],
        )
        statistics.count_live = self._count_live  # last, as other threads call it from now on

    def _look_up(self, terms: Alternatives) -> KnownWord:
        return known_word(self._segments, terms, self._statistics.idf(terms))

    def rank(self, planned: Plan, tree: ResolvedTree, k: int) -> Best:
        """Return the k (at least 1) best articles for a tree and its plan by score, best first."""
        return _best(k, partial(self._rank, planned, tree))

    def newest(self, planned: Plan, tree: ResolvedTree, k: int, *, oldest: bool) -> Best:
        """Return the k newest articles that match a tree and its plan, or the oldest."""
        dated = self._oldest_first if oldest else self._newest_first
        rank = self._rank_set_by_date if planned.way == "filters" else self._rank_tree_by_date
        return _best(k, partial(rank, planned, tree, dated))

    def _rank(self, planned: Plan, tree: ResolvedTree, top: views.TopK) -> None:
        if planned.way in ("any words", "all words"):
            self._rank_words(planned, self._allowed_by(planned), top)
        elif planned.way == "phrase":
            [phrase] = planned.scored
            assert isinstance(phrase, TermPhrase)
            self._rank_phrase(phrase, self._allowed_by(planned), top)
        else:
            for segment in self._searched:
                program = self._program(segment, tree)
                live, base = segment.live, segment.base
                verify(rank_tree(segment.address, program.arrays(), live, base, top), segment)

    def _rank_set_by_date(
        self, planned: Plan, _: ResolvedTree, dated: Sequence[_ByDate], top: views.TopK
    ) -> None:
        boosts = [one.boost for one in planned.scored if isinstance(one, Pattern)]
        score = PATTERN_SCORE * sum(boosts)  # a float, even of none
        found = self._passing_all(planned)
        for segment, by_date, bitmap in zip(self._searched, dated, found, strict=True):
            address = address_of(by_date.view)
            newest_of_set(address, bitmap, by_date.newest_first, score, segment.base, top)
            check()

    def _rank_tree_by_date(
        self, _: Plan, tree: ResolvedTree, dated: Sequence[_ByDate], top: views.TopK
    ) -> None:
        for segment, by_date in zip(self._searched, dated, strict=True):
            program = self._program(segment, tree)
            is_sound = newest_of_tree(
                address_of(by_date.view),
                program.arrays(),
                segment.live,
                segment.base,
                by_date.visits,
                by_date.newest,
                top,
            )
            verify(is_sound, segment)

    def count(self, tree: ResolvedTree) -> int:
        """Count the articles that match."""
        return sum([int(count_bits(bitmap)) for bitmap in self.matching(tree)])

    def article_ids(self, docnums: Sequence[int]) -> list[str] | None:
        """Read the ids of some articles by global docnum; None where one has a line feed in it, or
        is no text.
        """
        read = read_ids(self._id_rows, np.array(docnums, np.int64)).tobytes()
        if read.count(b"\n") > len(docnums):
            return None
        try:
            return read.decode("utf-8", "surrogatepass").split("\n")[:-1]
        except UnicodeDecodeError:
            return None

    @once
    def _id_rows(self) -> NDArray[np.int64]:
        rows = []
        for segment in self._segments:
            text, starts = segment.ids.strings.text, segment.ids.strings.starts
            rows.append((segment.base, text.ctypes.data, starts.ctypes.data, starts.itemsize))
        return np.array(rows, np.int64).reshape(-1, 4)

    def matching(self, tree: ResolvedTree) -> Sequence[Bitmap]:
        """Find the live articles that match: a bitmap a segment, not to be written to."""
        planned = plan(tree)
        if planned.way == "tree":
            return [self._match_tree(segment, tree) for segment in self._searched]
        if planned.way == "filters":
            return self._passing_all(planned)
        allowed = self._allowed_by(planned)
        words = self._words_of(planned)
        match = self._match_any if words.is_any else self._match_all
        return [
            reduce(or_, [match(segment, one, bitmap) for one in by_language(words, segment.number)])
            for segment, bitmap in zip(self._searched, allowed, strict=True)
        ]

    def _match_tree(self, segment: Searched, tree: ResolvedTree) -> Bitmap:
        found = empty_bitmap(segment.n_articles)
        program = self._program(segment, tree)
        verify(match_tree(segment.address, program.arrays(), segment.live, found), segment)
        return found

    def _count_live(self, number: int, word: TermPhrase, n_with_deleted: int | None) -> int:
        """Count the live articles of a segment that have a word; see `CountLive`."""
        segment = self._searched[number]
        if not word.exact and set(word.fields) == set(TEXT_FIELDS):
            found = map(segment.opened.term_id, word.words[0])
            terms = np.array([term_id for term_id in found if term_id is not None], np.int64)
            return int(count_bits(_marked(segment, terms) & segment.live))
        return self._lists.count_live(segment, word, n_with_deleted)

    def _match_any(self, segment: Searched, words: WordsIn, allowed: Bitmap) -> Bitmap:
        """Find the allowed articles that have any of the words or are in any of the lists."""
        found = _marked(segment, words.terms)
        found &= allowed
        for part in words.listed:
            found |= bitmap_with(self._lists.of(segment, part, allowed).docnums, segment.n_articles)
        return found

    def _match_all(self, segment: Searched, words: WordsIn, allowed: Bitmap) -> Bitmap:
        """Find the allowed articles that have all of the words and are in all of the lists."""
        found = self._lists_of_all(segment, words, allowed)
        return empty_bitmap(segment.n_articles) if found is None else found[0]

    @cached_property
    def _newest_first(self) -> list[_ByDate]:
        return [_ByDate(segment, segment.opened.dates) for segment in self._searched]

    @cached_property
    def _oldest_first(self) -> list[_ByDate]:
        return [
            _ByDate(segment, views.oldest_first(segment.opened.dates)) for segment in self._searched
        ]

    def _allowed_by(self, planned: Plan) -> Sequence[Bitmap]:
        if planned.filters or planned.excluded:
            return self._allowed(planned.filters, planned.excluded)
        return self._live

    def _passing_all(self, planned: Plan) -> Sequence[Bitmap]:
        """Return the live articles that match a plan without words and phrases."""
        allowed = self._allowed_by(planned)
        for pattern in planned.scored:
            allowed = _both(allowed, self._passing(pattern))
        return allowed

    def _program(self, segment: Searched, tree: ResolvedTree) -> views.Program:
        program = views.Program()
        self._push(program, segment, tree, segment.live)
        return program

    def _push(
        self, program: views.Program, segment: Searched, node: ResolvedTree, allowed: Bitmap
    ) -> None:
        """Add a node to a program, after what stands there already; others than the allowed
        articles may be left out.
        """
        match node:
            case And() | Or():
                operation = views.AND if isinstance(node, And) else views.OR
                if isinstance(node, And):
                    allowed = self._narrowed(segment, node.parts, allowed)
                for number, part in enumerate(node.parts):
                    self._push(program, segment, part, allowed)
                    if number:
                        program.add(operation)
            case AndMaybe():
                self._push(program, segment, node.required, allowed)
                self._push(program, segment, node.optional, allowed)
                program.add(views.AND_MAYBE)
            case Not():
                self._push(program, segment, node.part, allowed)
                program.add(views.NOT)
            case _:
                self._push_leaf(program, segment, node, allowed)

    def _narrowed(
        self, segment: Searched, parts: Sequence[ResolvedTree], allowed: Bitmap
    ) -> Bitmap:
        """Return the allowed articles that have all plain words among some parts, if so many
        positions would be read for the other parts that it pays to look.
        """
        if not any(self._lists.is_long(segment, leaf) for part in parts for leaf in leaves(part)):
            return allowed
        known = [self._known[part.terms] for part in parts if is_plain_word(part)]
        terms = [word.only[segment.number] for word in known if word.is_one]
        if not terms:
            return allowed
        found = empty_bitmap(segment.n_articles)
        verify(match_all(segment.address, np.array(terms, np.int64), allowed, found), segment)
        return found

    def _push_leaf(
        self, program: views.Program, segment: Searched, leaf: ResolvedLeaf, allowed: Bitmap
    ) -> None:
        match leaf:
            case Term() if leaf.fields == TEXT_FIELDS:
                self._push_word(program, segment, leaf)
            case Term() | TermPhrase() | TermsPlaced():
                program.add_list(self._lists.to_rank(segment, leaf, allowed))
            case Pattern():
                program.add_set(self._filtered(leaf)[segment.number], PATTERN_SCORE * leaf.boost)
            case FieldValue() | DateRange() | NumberRange():
                program.add_set(self._filtered(leaf)[segment.number], 0.0)
            case Every():
                program.add(views.EVERY)
            case Nothing():
                program.add(views.NOTHING)
            case _:
                assert_never(leaf)

    def _push_word(self, program: views.Program, segment: Searched, word: Term) -> None:
        """Add a word: its terms in each language, joined by OR, as no article has two of those."""
        known = self._known[word.terms]
        weight = word.factor * known.weight
        for number, terms in enumerate(known.by_language[segment.number].values()):
            if len(terms) == 1:
                program.add_word(terms[0], weight)
            else:
                several = Several(terms, weight)
                program.add_list(self._lists.of(segment, several, segment.live).cut)
            if number:
                program.add(views.OR)
        if not known.by_language[segment.number]:
            program.add(views.NOTHING)
        elif word.typed:
            program.add_list(self._lists.typed[word][segment.number])
            program.add(views.AND_MAYBE)

    def _pattern_set(self, segment: Searched, pattern: Pattern) -> Bitmap:
        """Find the articles of a segment that have a word that a pattern stands for."""
        terms = self._statistics.patterns.term_ids(pattern)[segment.number]
        if pattern.fields == TEXT_FIELDS:
            return _marked(segment, terms)
        found = empty_bitmap(segment.n_articles)
        field = FIELD_CODES[pattern.fields]
        verify(mark_in_field(segment.address, terms, field, found), segment)
        return found

    def _find_filtered(self, leaf: Filter | Pattern) -> Sequence[Bitmap]:
        """Return the articles that pass a filter, deleted ones among them: a bitmap a segment."""
        if isinstance(leaf, Pattern) and leaf.fields[0] in TEXT_FIELDS:
            return [self._pattern_set(segment, leaf) for segment in self._searched]
        return [filtered_bitmap(segment, leaf) for segment in self._segments]

    def _words_of(self, planned: Plan) -> PlannedWords:
        """Look up the plain words of a plan, their factors added up; the rest needs positions."""
        factors: dict[Alternatives, float] = {}
        listed: list[Listed] = []
        for part in planned.scored:
            if is_plain_word(part):
                factors[part.terms] = factors.get(part.terms, 0.0) + part.factor
            else:
                assert isinstance(part, Term | TermPhrase | TermsPlaced)
                listed.append(part)
        known = [self._known[terms] for terms in factors]
        weights = [f * one.weight for f, one in zip(factors.values(), known, strict=True)]
        return PlannedWords(known, np.array(weights), listed, planned.way == "any words")

    def _rank_words(self, planned: Plan, allowed: Sequence[Bitmap], top: views.TopK) -> None:
        words = self._words_of(planned)
        plain = [part for part in planned.scored if is_plain_word(part)]
        typed = [self._lists.typed[word] for word in plain if word.typed]
        for segment, passing in zip(self._searched, allowed, strict=True):
            optional = [lists[segment.number] for lists in typed]
            for own in by_language(words, segment.number):
                self._rank_words_in(segment, own, (passing, optional), top, is_any=words.is_any)

    def _rank_words_in(
        self,
        segment: Searched,
        words: WordsIn,
        within: tuple[Bitmap, list[views.CutList]],
        top: views.TopK,
        *,
        is_any: bool,
    ) -> None:
        """Rank articles that are allowed; lists in which none needs to be only add scores."""
        bitmap, optional = within
        found = list[ScoredList]()
        if words.listed and is_any:
            found = [self._lists.of(segment, part, bitmap) for part in words.listed]
        elif words.listed:
            of_all = self._lists_of_all(segment, words, bitmap)
            if of_all is None:
                return
            bitmap, found = of_all
        listed = [*(one.cut for one in found), *optional]
        lists = views.lists_of(listed)
        # All that are in the bitmap are in all lists that are not optional.
        rank = rank_any if is_any or not len(words.terms) else rank_all
        terms, weights = words.terms, words.weights
        is_sound = rank(segment.address, terms, weights, lists, bitmap, segment.base, top)
        verify(is_sound, segment)

    def _lists_of_all(
        self, segment: Searched, words: WordsIn, allowed: Bitmap
    ) -> tuple[Bitmap, list[ScoredList]] | None:
        """Return the articles that have all words and are in all lists, and the lists.

        None where there are no such articles.
        """
        is_in = allowed
        if len(words.terms):
            is_in = empty_bitmap(segment.n_articles)
            verify(match_all(segment.address, words.terms, allowed, is_in), segment)
            if words.listed and not is_in.any():
                return None
        found: list[ScoredList] = []
        for part in words.listed:
            found.append(self._lists.of(segment, part, is_in))
            if not len(found[-1].docnums):
                return None
            is_in = bitmap_with(found[-1].docnums, segment.n_articles)
        return is_in, found

    def _rank_phrase(self, phrase: TermPhrase, allowed: Sequence[Bitmap], top: views.TopK) -> None:
        parts = self._lists.parts_of(phrase)
        scoring = self._lists.scoring_of(phrase)
        for segment, bitmap in zip(self._searched, allowed, strict=True):
            if is_for_numpy(segment, phrase, parts):
                alone = WordsIn(np.zeros(0, np.int64), np.zeros(0), [phrase])
                self._rank_words_in(segment, alone, (bitmap, []), top, is_any=True)
                continue
            for words in phrases_in(segment, phrase, parts):
                is_sound = rank_phrase(segment.address, words, scoring, bitmap, segment.base, top)
                verify(is_sound, segment)

    def _find_allowed(
        self, filters: tuple[ResolvedTree, ...], excluded: tuple[ResolvedTree, ...]
    ) -> Sequence[Bitmap]:
        """Return a bitmap a segment of the live articles that pass all filters."""
        found: Sequence[Bitmap] = self._live
        for part in filters:
            found = _both(found, self._passing(part))
        for part in excluded:
            found = [a & ~b for a, b in zip(found, self._passing(part), strict=True)]
        return found

    def _passing(self, part: ResolvedTree) -> Sequence[Bitmap]:
        """Return the articles that match a part of a plan, deleted ones perhaps among them."""
        match part:
            case FieldValue() | DateRange() | NumberRange() | Pattern():
                return self._filtered(part)
            case Every():
                return self._live
            case Or() if part.is_filter:
                return reduce(_either, map(self._passing, part.parts))
            case Nothing() | And() | Or() | Not() | AndMaybe():
                return self.matching(part)
            case Term() | TermPhrase() | TermsPlaced():
                return self.matching(part)
            case _:
                assert_never(part)


Best = tuple[list[int], list[float], bool]
"""Global docnums, scores, and whether better ones may have been left out, see `Stopped`."""


def _best(k: int, rank: Callable[[views.TopK], None]) -> Best:
    top = views.new_top_k(k)
    is_partial = False
    try:
        rank(top)
    except Stopped:
        is_partial = True
    return (*ranked(top), is_partial)


class _ByDate:
    """A segment with dates to rank by."""

    def __init__(self, segment: Searched, dates: NDArray[np.int64]) -> None:
        self._dates = np.ascontiguousarray(dates)
        self._id_hashes = segment.opened.id_hashes
        self.view = segment.view.with_dates(self._dates)

    @once
    def newest(self) -> NDArray[np.int64]:
        """The newest date of each block."""
        return views.newest_in_blocks(self._dates)

    @once
    def visits(self) -> NDArray[np.int64]:
        """The blocks in the order of their newest dates."""
        return np.argsort(~self.newest, kind="stable")

    @once
    def newest_first(self) -> NDArray[np.int32]:
        """The newest articles in their order."""
        return views.newest_first(self._dates, self._id_hashes, _MOST_IN_ORDER)


def _marked(segment: Searched, terms: NDArray[np.int64]) -> Bitmap:
    """Return the articles that have any of some terms, deleted ones among them."""
    found = empty_bitmap(segment.n_articles)
    verify(mark_any(segment.address, terms, found), segment)
    return found


def _both(a: Sequence[Bitmap], b: Sequence[Bitmap]) -> list[Bitmap]:
    return [one & other for one, other in zip(a, b, strict=True)]


def _either(a: Sequence[Bitmap], b: Sequence[Bitmap]) -> list[Bitmap]:
    return [one | other for one, other in zip(a, b, strict=True)]
