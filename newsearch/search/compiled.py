"""Runs a plan with compiled kernels. Importing this module imports Numba."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Query

from newsearch.errors import CorruptIndexError
from newsearch.index.reading import OpenSegment
from newsearch.index.snapshot import Snapshot
from newsearch.query.nodes import Phrase
from newsearch.query.plan import Plan
from newsearch.schema import TEXT_FIELDS
from newsearch.search.kernels import views
from newsearch.search.kernels.phrases import rank_phrase
from newsearch.search.kernels.ranking import rank_all, rank_any
from newsearch.search.numpy_path import Evaluation, terms_of

_MEMO_FILTERS = 64
_MEMO_WORDS = 10_000

_FIELD_CODES: dict[tuple[str, ...], int] = {("title",): views.TITLE, ("body",): views.BODY}


class CompiledSearch:
    """The kernels over one snapshot; safe in many threads.

    Parameters
    ----------
    snapshot
        Its segments stay mapped as long as this lives, because kernels read by address.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._segments = snapshot.segments
        self._evaluation = Evaluation(snapshot.segments)
        self._n_articles = snapshot.n_articles
        average = self._evaluation.average_length(TEXT_FIELDS)
        self._views = [_view(segment, average) for segment in snapshot.segments]
        self._live = [_bitmap(segment, segment.is_live) for segment in snapshot.segments]
        self._word_weight = lru_cache(_MEMO_WORDS)(self._evaluation.word_idf)
        self._phrase_weight = lru_cache(_MEMO_WORDS)(self._evaluation.phrase_idf)
        self._allowed = lru_cache(_MEMO_FILTERS)(self._find_allowed)

    def rank(self, plan: Plan, k: int) -> tuple[list[int], list[float]]:
        """Give the k best articles, best first: global docnums and scores.

        Parameters
        ----------
        plan
            One whose way is ``"any words"``, ``"all words"`` or ``"phrase"``.
        k
            At least 1.
        """
        top = views.new_top_k(k)
        allowed = self._live
        if plan.filters or plan.excluded:
            allowed = self._allowed(plan.filters, plan.excluded)
        if plan.way == "phrase":
            self._rank_phrase(plan.scored[0], allowed, top)
        else:
            self._rank_words(plan, allowed, top)
        return views.ranked(top)

    def _rank_words(self, plan: Plan, allowed: Sequence[views.Bitmap], top: views.TopK) -> None:
        boosts: dict[str, float] = {}
        for word in plan.scored:
            boosts[word.stem] = boosts.get(word.stem, 0.0) + word.boost
        weights = np.array([b * self._word_weight(stem) for stem, b in boosts.items()])
        encoded = [stem.encode("utf-8", "surrogatepass") for stem in boosts]
        rank = rank_any if plan.way == "any words" else rank_all
        for segment, view, bitmap in zip(self._segments, self._views, allowed, strict=True):
            found = (segment.text.terms.find(stem) for stem in encoded)
            terms = np.array([-1 if term is None else term for term in found], np.int64)
            _verify(rank(view.row, terms, weights, bitmap, segment.base, top), segment)

    def _rank_phrase(
        self, phrase: Phrase, allowed: Sequence[views.Bitmap], top: views.TopK
    ) -> None:
        weight = phrase.boost * self._phrase_weight(phrase)
        scoring = (weight, self._evaluation.average_length(phrase.fields))
        for segment, view, bitmap in zip(self._segments, self._views, allowed, strict=True):
            words = _phrase_in(segment, phrase)
            if words is not None:
                is_sound = rank_phrase(view.row, words, scoring, bitmap, segment.base, top)
                _verify(is_sound, segment)

    def _find_allowed(
        self, filters: tuple[Query, ...], excluded: tuple[Query, ...]
    ) -> list[views.Bitmap]:
        """Give a bitmap a segment of the live articles that pass all filters."""
        is_in = np.ones(sum(segment.n_articles for segment in self._segments), np.bool_)
        for part in filters:
            is_in &= self._mask(part)
        for part in excluded:
            is_in &= ~self._mask(part)
        return [
            _bitmap(s, _both(s.is_live, is_in[s.base : s.base + s.n_articles]))
            for s in self._segments
        ]

    def _mask(self, part: Query) -> NDArray[np.bool_]:
        mask = np.zeros(sum(segment.n_articles for segment in self._segments), np.bool_)
        mask[self._evaluation.matches(part).docnums] = True
        return mask


def _view(segment: OpenSegment, average: float) -> views.Segment:
    columns = views.Columns(
        segment.text_lengths, segment.title_lengths, segment.dates, segment.id_hashes
    )
    return views.segment_view(segment.text.postings, columns, average=average)


def _bitmap(segment: OpenSegment, is_in: NDArray[np.bool_] | None) -> views.Bitmap:
    return views.bitmap_of(np.ones(segment.n_articles, np.bool_) if is_in is None else is_in)


def _both(a: NDArray[np.bool_] | None, b: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return b if a is None else a & b


def _phrase_in(segment: OpenSegment, phrase: Phrase) -> views.Phrase | None:
    """Write a phrase as a segment's kernels take it; None where a word is unknown there."""
    distinct = list(dict.fromkeys(phrase.words))
    alternatives: list[list[tuple[int, int]]] = []
    for word in distinct:
        known = terms_of(segment.text, word, exact=phrase.exact)
        if not known:
            return None
        alternatives.append([(term, -1 if n is None else int(n[0])) for term, n in known])
    sequence = [distinct.index(word) for word in phrase.words]
    field = _FIELD_CODES.get(phrase.fields, views.BOTH)
    return views.phrase_of(alternatives, sequence, slop=phrase.slop, field=field)


def _verify(is_sound: bool, segment: OpenSegment) -> None:
    if not is_sound:
        raise CorruptIndexError(segment.segment.file.path, "its postings are damaged")
