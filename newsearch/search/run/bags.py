"""Queries of plain words, the commonest: many are ranked by one call of a kernel.

A bag is what is left of such a query: which words, and whether any or all of them must match. What
a snapshot has of a word is looked up once and kept as the bytes that kernels take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from struct import Struct
from typing import NamedTuple

import numpy as np

from newsearch.analysis.terms import tag
from newsearch.index.snapshot import Snapshot
from newsearch.memo import Memo
from newsearch.query.nodes import Alternatives, And, Or, ResolvedTree, Term
from newsearch.query.plan import is_plain_word
from newsearch.search.run.bitmaps import empty_bitmap
from newsearch.search.run.kernels import views
from newsearch.search.run.kernels.bags import SOUND, rank_bags
from newsearch.search.run.lists import ScoredLists
from newsearch.search.run.searched import Searched, verify
from newsearch.search.run.words import KnownWord

_MEMO_WORDS = 10_000
_ADDRESS = Struct("=q").pack
_TWO = Struct("=2q").pack
_THREE = Struct("=3q").pack
_WEIGHT = Struct("=d").pack


class BagWord(NamedTuple):
    """A plain word: its leaf, and its weight and term ids as kernels take them."""

    leaf: Term
    asked: bytes


class Bag(NamedTuple):
    """Different plain words, and whether one of them is enough."""

    words: Sequence[BagWord]
    is_any: bool


Ranked = tuple[list[int], list[float]]
"""Global docnums and scores, the best first."""


NO_WORDS = Bag((), is_any=True)


class Bags:
    """Ranks bags over one snapshot; safe in many threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        searched: Sequence[Searched],
        known: Mapping[Alternatives, KnownWord],
        lists: ScoredLists,
    ) -> None:
        self._searched = searched
        self._known = known
        self._lists = lists
        tags = [tag(language) for language in snapshot.languages]
        self._places = {own: place for place, own in enumerate(dict.fromkeys(tags))}
        self._words = Memo(self._look_up, _MEMO_WORDS)
        bounds = [0, *accumulate(len(segment.live) for segment in searched)]
        self._segments = np.array(
            [
                (segment.view.address, segment.base, *ends)
                for segment, ends in zip(searched, pairwise(bounds), strict=True)
            ],
            np.int64,
        ).reshape(-1, 4)
        self._live = np.concatenate([empty_bitmap(0), *(segment.live for segment in searched)])

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
        return BagWord(word, _WEIGHT(word.factor * known.weight) + ids.tobytes())

    def of(self, tree: ResolvedTree) -> Bag | None:
        """Return the bag of a tree that has no more than different plain words; None of others."""
        parts = tree.parts if isinstance(tree, And | Or) else (tree,)
        leaves = [part for part in parts if isinstance(part, Term)]
        if len(leaves) < len(parts):
            return None
        words = [word for word in map(self._words.__getitem__, leaves) if word]
        is_bag = len({word.leaf.terms for word in words}) == len(parts)
        return Bag(words, isinstance(tree, Or)) if is_bag else None

    def rank(self, bags: Sequence[Bag], k: int) -> list[Ranked]:
        """Return the k (at least 1) best articles of each bag."""
        asked = [_TWO(len(self._places), len(bags))]
        kept: list[list[list[views.CutList]]] = []  # Kernels read them by address.
        for words, is_any in bags:
            typed = [self._lists.typed(word.leaf) for word in words if word.leaf.typed]
            asked.append(_THREE(is_any, len(words), len(typed)))
            asked += [word.asked for word in words]
            if typed:
                asked += [_ADDRESS(one.address) for own in zip(*typed, strict=True) for one in own]
                kept.append(typed)
        # Kernels take no array of bytes that cannot change.
        damaged, found = rank_bags(
            *(self._segments, self._live),
            *(np.frombuffer(bytearray().join(asked), np.int64), k),
        )
        verify(damaged == SOUND, self._searched[damaged])
        rows, scores = found.tolist(), found[:, 1 + k :].view(np.float64).tolist()
        return [(row[1 : 1 + row[0]], own[: row[0]]) for row, own in zip(rows, scores, strict=True)]
