"""Queries of plain words, the commonest: many are ranked by one call of a kernel.

A bag is what is left of such a query: which words, whether any or all of them must match, and what
an article must and must not match besides. Where any word is enough, some may be phrases, such as
compounds. What a snapshot has of a word is looked up once and kept as the bytes that kernels take.
A prefix or another pattern that stands alone is a bag too, if its words are rare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate, pairwise
from struct import Struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.terms import tag
from newsearch.fields import TEXT_FIELDS
from newsearch.index.snapshot import Snapshot
from newsearch.memo import Memo, once
from newsearch.query.nodes import Alternatives, Or, Pattern, ResolvedTree, Term
from newsearch.query.plan import Plan, is_plain_word
from newsearch.search.run.bitmaps import Bitmap, empty_bitmap
from newsearch.search.run.kernels import views
from newsearch.search.run.kernels.bags import SOUND, count_bag, newest_with_any, rank_bags
from newsearch.search.run.lists import ScoredLists, is_one_acronym
from newsearch.search.run.searched import Searched, verify
from newsearch.search.run.words import KnownWord, PhraseLike
from newsearch.search.statistics import PATTERN_SCORE, SnapshotStatistics

_MEMO_WORDS = 10_000
_MOST_MARKED = 20_000
"""Postings of a pattern's words that are all marked, in 50 us; of more, the newest are sought block
by block."""
_ADDRESS = Struct("=q").pack
_TWO = Struct("=2q").pack
_THREE = Struct("=3q").pack
_WEIGHT = Struct("=d").pack


class BagWord(NamedTuple):
    """A plain word: its leaf, its weight and then its term ids as kernels take them, the latter
    alone, and the leaves whose typed forms add to its scores.
    """

    leaf: Term
    asked: bytes
    ids: bytes
    typed: tuple[Term, ...]


class Bag(NamedTuple):
    """Different plain words, at least one; whether one of them is enough; and what adds to scores:
    where one word is enough, it may match in place of them, else it is among the filters too.
    `filters`, `excluded`: as of a `Plan`. Or, in place of words, a pattern.
    """

    words: Sequence[BagWord]
    is_any: bool
    listed: tuple[PhraseLike, ...] = ()
    filters: tuple[ResolvedTree, ...] = ()
    excluded: tuple[ResolvedTree, ...] = ()
    pattern: Pattern | None = None


Part = BagWord | PhraseLike | Pattern | None
"""What a part of a query is in a bag; None for what is nothing there."""

Allowed = Callable[[tuple[ResolvedTree, ...], tuple[ResolvedTree, ...]], Sequence[Bitmap]]
"""Returns the live articles, by segment, that match all of some trees and none of others."""

Ranked = tuple[list[int], list[float]]
"""Global docnums and scores, the best first."""


_Arguments = tuple[NDArray[np.int64], Bitmap, NDArray[np.int64]]
_Kept = list[list[list[views.CutList]]]


NO_WORDS = Bag((), is_any=True)


class Bags:
    """Ranks bags over one snapshot; safe in many threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        searched: Sequence[Searched],
        known: Mapping[Alternatives, KnownWord],
        lists: ScoredLists,
        statistics: SnapshotStatistics,
        allowed: Allowed,
        newest_first: Callable[[], list[NDArray[np.int32]]],
    ) -> None:
        self._searched = searched
        self._known = known
        self._lists = lists
        self._patterns = statistics.patterns
        self._allowed = allowed
        self._newest_first = newest_first
        tags = [tag(language) for language in snapshot.languages]
        self._places = {own: place for place, own in enumerate(dict.fromkeys(tags))}
        self._words = Memo(self._look_up, _MEMO_WORDS)
        self._are_few = Memo(self._have_few_postings, _MEMO_WORDS)
        bounds = [0, *accumulate(len(segment.live) for segment in searched)]
        self._segments = np.array(
            [
                (segment.view.address, segment.base, *ends)
                for segment, ends in zip(searched, pairwise(bounds), strict=True)
            ],
            np.int64,
        ).reshape(-1, 4)
        self._live = _in_a_row([segment.live for segment in searched])
        self.n_languages, self.n_segments = len(self._places), len(searched)

    def _look_up(self, word: Term) -> BagWord | None:
        """Look a word up; None for one that other ways must find."""
        if not is_plain_word(word):
            return None
        known = self._known[word.terms]
        ids = np.full((len(self._searched), len(self._places)), -1, np.int64)
        for number, by_tag in enumerate(known.by_language):
            for own, terms in by_tag.items():
                if len(terms) > 1 or own not in self._places:
                    return None
                ids[number, self._places[own]] = terms[0]
        return _bag_word(word, word.factor * known.weight, ids.tobytes(), (word,))

    def of(self, planned: Plan) -> Bag | None:
        """Return the bag of a plan that ranks by no more than plain words; None of others."""
        is_any = planned.way == "any words"
        if not is_any and planned.way not in ("all words", "filters"):
            return None
        parts = [self._part(part) for part in planned.scored]
        return self.joined(parts, is_any=is_any, filters=planned.filters, excluded=planned.excluded)

    def parts(self, tree: ResolvedTree) -> list[Part]:
        """Return the parts of a tree that match in place of each other; None of what is no part.

        Plain words alone do so nowhere: compounds have a spelling of two words.
        """
        if not isinstance(tree, Or):
            return [self._part(tree)]
        parts = [self._part(part) for part in tree.parts]
        return parts if any(isinstance(part, PhraseLike) for part in parts) else [None]

    def _part(self, tree: ResolvedTree) -> Part:
        if isinstance(tree, Term):
            return self._words[tree]
        if isinstance(tree, Pattern):
            return tree if tree.fields == TEXT_FIELDS and tree.boost > 0 else None
        return tree if isinstance(tree, PhraseLike) else None

    def joined(
        self,
        parts: Sequence[Part],
        *,
        is_any: bool,
        filters: tuple[ResolvedTree, ...] = (),
        excluded: tuple[ResolvedTree, ...] = (),
    ) -> Bag | None:
        """Return the bag of some parts, see `parts`; None where they are none."""
        known = [part for part in parts if type(part) is BagWord]
        listed: tuple[PhraseLike, ...] = ()
        if len(known) < len(parts):
            if len(parts) == 1 and isinstance(parts[0], Pattern) and self._are_few[parts[0]]:
                return Bag((), is_any, (), filters, excluded, parts[0])
            listed = tuple([part for part in parts if isinstance(part, PhraseLike)])
            if len(known) + len(listed) < len(parts):
                return None
            if not is_any:
                if not all(map(is_one_acronym, listed)):
                    return None
                filters += listed
        if not known:
            return None
        is_any = is_any and len(known) + len(listed) > 1
        if len({word.ids for word in known}) < len(known):
            known = self._distinct(known)
        return Bag(known, is_any, listed, filters, excluded)

    def _distinct(self, words: Sequence[BagWord]) -> list[BagWord]:
        """Put words with the same terms together: their factors are added up."""
        same: dict[bytes, list[BagWord]] = {}
        for word in words:
            same.setdefault(word.ids, []).append(word)
        return [own[0] if len(own) == 1 else self._together(own) for own in same.values()]

    def _together(self, words: Sequence[BagWord]) -> BagWord:
        leaves = [word.leaf for word in words]
        weight = sum(leaf.factor for leaf in leaves) * self._known[leaves[0].terms].weight
        return _bag_word(leaves[0], weight, words[0].ids, leaves)

    def rank(self, bags: Sequence[Bag], k: int) -> list[Ranked]:
        """Return the k (at least 1) best articles of each bag; all have the same filters, and
        either words or a pattern.
        """
        if bags[0].pattern:
            return [self._rank_pattern(bag, k) for bag in bags]
        arguments, _kept = self._arguments(bags, is_scored=True)
        return self._ranked(arguments, k)

    def rank_read(
        self, asked: NDArray[np.int64], filters: tuple[ResolvedTree, ...], k: int
    ) -> list[Ranked]:
        """Do what `rank` does, for bags of words that are written as the kernel takes them."""
        live = _in_a_row(self._allowed(filters, ())) if filters else self._live
        return self._ranked((self._segments, live, asked), k)

    def _ranked(self, arguments: _Arguments, k: int) -> list[Ranked]:
        damaged, found = rank_bags(*arguments, k)
        verify(damaged == SOUND, self._searched[damaged])
        rows, scores = found.tolist(), found[:, 1 + k :].view(np.float64).tolist()
        return [(row[1 : 1 + row[0]], own[: row[0]]) for row, own in zip(rows, scores, strict=True)]

    def count(self, bag: Bag) -> int:
        """Count the articles that match a bag."""
        if bag.pattern:
            return self._newest(bag, bag.pattern, 1)[0]
        arguments, _kept = self._arguments([bag], is_scored=False)
        damaged, count = count_bag(*arguments)
        verify(damaged == SOUND, self._searched[damaged])
        return int(count)

    def _have_few_postings(self, pattern: Pattern) -> bool:
        found = zip(self._searched, self._patterns.term_ids(pattern), strict=True)
        n = sum(int(one.opened.text.postings.term_dfs[own].sum()) for one, own in found)
        return n <= _MOST_MARKED

    def _rank_pattern(self, bag: Bag, k: int) -> Ranked:
        assert bag.pattern
        _, docnums = self._newest(bag, bag.pattern, k)
        return docnums, [PATTERN_SCORE * bag.pattern.boost] * len(docnums)

    def _newest(self, bag: Bag, pattern: Pattern, k: int) -> tuple[int, list[int]]:
        """Count the articles that match a pattern, and return the k newest."""
        found = self._patterns.term_ids(pattern)
        asked = bytearray()
        for own in found:
            asked += _ADDRESS(len(own)) + own.tobytes()
        allowed = self._allowed_by(bag)
        live = self._live if allowed is None else _in_a_row(allowed)
        segments, newest_first = self._dated
        damaged, total, docnums = newest_with_any(
            segments, live, newest_first, np.frombuffer(asked, np.int64), k
        )
        verify(damaged == SOUND, self._searched[damaged])
        return total, docnums.tolist()

    @once
    def _dated(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """The rows of segments with where their newest articles are, and these."""
        found = self._newest_first()
        ends = np.cumsum([0, *map(len, found)])
        rows = np.column_stack((self._segments, ends[:-1], ends[1:]))
        return rows, np.concatenate([np.zeros(0, np.int32), *found])

    def _arguments(self, bags: Sequence[Bag], *, is_scored: bool) -> tuple[_Arguments, _Kept]:
        """Return what kernels take of bags, and what they read by address.

        Without scores, typed forms are left out: articles with them have the word.
        """
        asked = [_TWO(len(self._places), len(bags))]
        allowed = self._allowed_by(bags[0])
        kept: _Kept = []
        for words, is_any, listed, *_ in bags:
            lists = [one for word in words for one in self.lists_of(word)] if is_scored else []
            if listed:
                lists = [self._cut(leaf, allowed) for leaf in listed] + lists
            asked.append(_THREE(is_any, len(words), len(lists)))
            asked += [word.asked for word in words]
            if lists:
                asked += [_ADDRESS(one.address) for own in zip(*lists, strict=True) for one in own]
                kept.append(lists)
        live = self._live if allowed is None else _in_a_row(allowed)
        # Kernels take no array of bytes that cannot change.
        return (self._segments, live, np.frombuffer(bytearray().join(asked), np.int64)), kept

    def lists_of(self, word: BagWord) -> list[list[views.CutList]]:
        """Return what adds to the scores of a word, a list a segment each.

        The caller keeps them as long as kernels read them: here they may be forgotten.
        """
        return [self._lists.typed[leaf] for leaf in word.typed]

    def _allowed_by(self, bag: Bag) -> Sequence[Bitmap] | None:
        """Return the articles that may be found, by segment; None for all that are live."""
        if bag.filters or bag.excluded:
            return self._allowed(bag.filters, bag.excluded)
        return None

    def _cut(self, leaf: PhraseLike, allowed: Sequence[Bitmap] | None) -> list[views.CutList]:
        """Return the articles that match a leaf, a list a segment; see `ScoredLists.to_rank`."""
        return [
            self._lists.to_rank(
                segment, leaf, segment.live if allowed is None else allowed[segment.number]
            )
            for segment in self._searched
        ]


def _in_a_row(bitmaps: Sequence[Bitmap]) -> Bitmap:
    return bitmaps[0] if len(bitmaps) == 1 else np.concatenate([empty_bitmap(0), *bitmaps])


def _bag_word(leaf: Term, weight: float, ids: bytes, leaves: Sequence[Term]) -> BagWord:
    return BagWord(leaf, _WEIGHT(weight) + ids, ids, tuple(one for one in leaves if one.typed))
