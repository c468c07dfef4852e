"""Lists of the articles that have a phrase or a form, with scores: what is read with positions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.analysis.terms import tag_of
from newsearch.codec.coding.signatures import code_of
from newsearch.codec.strings import text_of
from newsearch.fields import TEXT_FIELDS
from newsearch.index.segment_reader import SegmentReader
from newsearch.memo import Memo, once
from newsearch.query.nodes import (
    Alternatives,
    Pattern,
    ResolvedLeaf,
    Term,
    TermPhrase,
    TermsPlaced,
)
from newsearch.query.plan import is_plain_word
from newsearch.search.placing import Spans, any_of
from newsearch.search.run.ascending import is_member
from newsearch.search.run.bitmaps import Bitmap, docnums_of, empty_bitmap, is_set, n_blocks
from newsearch.search.run.kernels import views
from newsearch.search.run.kernels.forms import match_forms
from newsearch.search.run.kernels.lists import cut
from newsearch.search.run.kernels.phrases import locate_phrase, match_phrase
from newsearch.search.run.kernels.places import mark_reached
from newsearch.search.run.kernels.sets import count_bits, mark_any
from newsearch.search.run.kernels.views import CutList
from newsearch.search.run.places import Leaf, as_phrase, placed_postings, read_with_numpy
from newsearch.search.run.postings import Postings, phrase_postings, terms_of, typed_forms
from newsearch.search.run.searched import Searched, verify
from newsearch.search.run.words import Listed, PhraseLike, Several
from newsearch.search.statistics import SnapshotStatistics

MOST_ALTERNATIVES = 2_000
"""Kernels look each alternative up for each article; with 12,000 they took 50 s, NumPy 7."""

_MOST_TOGETHER = 8
"""Alternatives of one word: more take less time one by one than side by side for each article."""

_MEMO_WORDS = 10_000
_ANY_FORM = -1
_MEMO_LISTS = 8
"""A list takes 25 bytes an article, and as good as all that is asked for often are the few acronyms
that small letters hide, such as ``US``."""
_FEW_ARTICLES = 5_000
"""Compounds come again in other queries: of phrases that have no more articles, some lists are
kept."""
_MOST_FEW, _MOST_FEW_ARTICLES = 1000, 1_000_000_000
"""Lists of few articles that are kept, and how many articles their segments may have in all: such a
list takes 12 bytes for each block of 256, too."""
MOST_TYPED_BYTES = 1 << 28
"""A form that was typed takes 10 KB among 94,000 articles, 0.9 MB among 5,000,000."""

_NOTHING = np.zeros(0, np.int64), np.zeros(0)
_ANY_SCORING = 1.0, 1.0
"""A weight and a mean length, where articles are only counted."""

FIELD_CODES: dict[tuple[str, ...], int] = {("title",): views.TITLE, ("body",): views.BODY}


class ScoredList:
    """Articles of a segment, ascending, and their scores, above 0.

    `n_blocks`: of the segment.
    """

    def __init__(
        self, docnums: NDArray[np.int64], scores: NDArray[np.float64], n_blocks: int
    ) -> None:
        self.docnums = docnums
        self.scores = scores
        self._n_blocks = n_blocks

    @once
    def cut(self) -> CutList:
        """The list as kernels take it."""
        return CutList(cut(self.docnums, self.scores, self._n_blocks))


Alternative = tuple[int, int, int]
"""Term id, form and code of the stem of what a phrase's word may be; see `views.Phrase`."""


class KnownPart(NamedTuple):
    """A phrase's word: its alternatives in each segment, all and those of each language, and at
    most how many articles there have one of them.
    """

    found: tuple[list[Alternative], ...]
    by_language: tuple[dict[str, list[Alternative]], ...]
    n_articles: tuple[int, ...]


class ScoredLists:
    """Finds and keeps the lists of one snapshot; safe in many threads.

    `typed`: for a word, what the form that was typed adds to live articles: a list a segment.
    """

    def __init__(self, searched: Sequence[Searched], statistics: SnapshotStatistics) -> None:
        self._searched = searched
        self._statistics = statistics
        self._parts = Memo(self._look_up_part, _MEMO_WORDS)
        self.typed = Memo(self._find_typed, MOST_TYPED_BYTES, size_of=bytes_of)
        n_articles = sum(segment.n_articles for segment in searched)
        self._most_few = min(_MOST_FEW, _MOST_FEW_ARTICLES // (n_articles + 1))
        self._few: dict[tuple[int, TermPhrase], ScoredList] = {}
        self._one_word = lru_cache(_MEMO_LISTS)(self._find_one_word)
        self._placed = lru_cache(_MEMO_LISTS)(self._find_placed)

    def of(self, segment: Searched, leaf: Listed, allowed: Bitmap) -> ScoredList:
        """Find and score the allowed articles of a segment that have a phrase, or a word of one
        field, which is a phrase of one word.
        """
        if isinstance(leaf, Several):
            return self._several_list(segment, leaf, allowed)
        if isinstance(leaf, TermsPlaced):
            return _allowed_of(segment, self._placed(leaf)[segment.number], allowed)
        if isinstance(leaf, TermPhrase):
            return self._phrase_or_word_list(segment, leaf, allowed)
        found = self._phrase_or_word_list(segment, as_phrase(leaf), allowed)
        if leaf.typed:
            typed = self._typed_list(segment, leaf, allowed)
            scores = found.scores.copy()  # It may be kept for other queries.
            scores[np.searchsorted(found.docnums, typed.docnums)] += typed.scores
            found = _scored(segment, found.docnums, scores)
        return found

    def is_long(self, segment: Searched, leaf: ResolvedLeaf) -> bool:
        """Whether positions may be read in many articles to find a phrase, or a word of a field."""
        if not isinstance(leaf, TermPhrase | Term) or is_plain_word(leaf):
            return False
        parts = self.parts_of(as_phrase(leaf)).values()
        return min(part.n_articles[segment.number] for part in parts) > _FEW_ARTICLES

    def to_rank(self, segment: Searched, leaf: Term | PhraseLike, allowed: Bitmap) -> CutList:
        """Do what `of` does for kernels that rank allowed articles: others may be in the list."""
        kept = self._kept(segment, leaf, allowed) if isinstance(leaf, TermPhrase) else None
        return (kept or self.of(segment, leaf, allowed)).cut

    def _phrase_or_word_list(
        self, segment: Searched, phrase: TermPhrase, allowed: Bitmap
    ) -> ScoredList:
        kept = self._kept(segment, phrase, allowed)
        if kept is not None:
            return _allowed_of(segment, kept, allowed)
        found = self._phrase_list(segment, phrase, allowed)
        if allowed is segment.live and len(found.docnums) <= _FEW_ARTICLES:
            if len(self._few) >= self._most_few:
                self._few.clear()
            self._few[segment.number, phrase] = found
        return found

    def _kept(self, segment: Searched, phrase: TermPhrase, allowed: Bitmap) -> ScoredList | None:
        """Return all live articles that have a phrase, if these are kept or are to be."""
        key = segment.number, phrase
        found = self._few.get(key)
        is_one_word = allowed is segment.live and len(phrase.words) == 1
        if found is None and (is_one_word or is_one_acronym(phrase)):
            found = self._one_word(*key)
        return found

    def _find_placed(self, placed: TermsPlaced) -> list[ScoredList]:
        """Find and score the live articles that match: a list a segment.

        They score as those of a term that is as rare as they are.
        """
        statistics = self._statistics
        found = [self._read_placed(segment, placed) for segment in self._searched]
        weight = placed.boost * statistics.idf_of(sum(len(own.docnums) for own in found))
        average = statistics.average_length(placed.fields)
        return [
            _scored(segment, own.docnums, _scores(segment, own, placed.fields, (weight, average)))
            for segment, own in zip(self._searched, found, strict=True)
        ]

    def _read_placed(self, segment: Searched, placed: TermsPlaced) -> Postings:
        number, patterns, texts = segment.number, self._statistics.patterns, self._statistics.texts
        looked_up = {leaf: self._words_of(number, leaf) for part in placed.parts for leaf in part}
        phrases = [
            leaf for leaf in looked_up if isinstance(leaf, TermPhrase) and len(leaf.words) > 1
        ]
        if any(
            phrase.slop or max(map(len, looked_up[phrase].values())) > MOST_ALTERNATIVES
            for phrase in phrases
        ):
            return read_with_numpy(
                segment.opened, placed, lambda one: patterns.term_ids(one)[number], texts
            )
        allowed = segment.live.copy()
        for part in placed.parts:
            allowed &= reduce(or_, [_with_all(segment, looked_up[leaf]) for leaf in part])
        least = placed.least if len(looked_up) == 1 else 1

        def located(leaf: Leaf, words: list[list[tuple[int, int, int]]], order: list[int]) -> Spans:
            field = FIELD_CODES.get(leaf.fields, views.BOTH)
            phrase = views.phrase_of(words, order, slop=0, field=field)
            is_sound, firsts = locate_phrase(segment.address, phrase, allowed, least)
            verify(is_sound, segment)
            return Spans(firsts, firsts + len(order) - 1 if len(order) > 1 else firsts)

        def spans_of(leaf: Leaf, _: object) -> Spans:
            words = looked_up[leaf]
            own = list(words.values())
            if not all(own):
                return Spans(_NOTHING[0], _NOTHING[0])
            if len(own) == 1 and len(own[0]) > _MOST_TOGETHER and least == 1:
                return any_of([located(leaf, [[one]], [0]) for one in own[0]])
            sequence = leaf.words if isinstance(leaf, TermPhrase) else list(words)
            return located(leaf, own, [list(words).index(word) for word in sequence])

        order = range(len(placed.parts))
        return placed_postings(segment.opened, placed, order, spans_of, texts, mark_reached)

    def _words_of(self, number: int, leaf: Leaf) -> dict[Alternatives, list[tuple[int, int, int]]]:
        """Return the different words of a leaf, and what each may be in a segment."""
        if not isinstance(leaf, Pattern):
            parts = self.parts_of(as_phrase(leaf))
            return {word: part.found[number] for word, part in parts.items()}
        stems = self._searched[number].opened.text.terms
        term_ids = self._statistics.patterns.term_ids(leaf)[number].tolist()
        return {(): [(term, _ANY_FORM, code_of(stems[term])) for term in term_ids]}

    def _find_one_word(self, number: int, phrase: TermPhrase) -> ScoredList:
        segment = self._searched[number]
        return self._phrase_list(segment, phrase, segment.live)

    def _find_typed(self, word: Term) -> list[CutList]:
        return [self._typed_list(segment, word, segment.live).cut for segment in self._searched]

    def _typed_list(self, segment: Searched, word: Term, allowed: Bitmap) -> ScoredList:
        forms = typed_forms(segment.opened, word.terms, word.typed)
        field = FIELD_CODES.get(word.fields, views.BOTH)
        statistics = self._statistics
        scoring = statistics.typed_weight(word), statistics.average_length(word.fields)
        return _forms_list(segment, forms, field, scoring, allowed)

    def parts_of(self, phrase: TermPhrase) -> dict[Alternatives, KnownPart]:
        return {word: self._parts[word, phrase.exact] for word in phrase.words}

    def scoring_of(self, phrase: TermPhrase) -> tuple[float, float]:
        """Return a phrase's weight, and the mean length of its fields."""
        statistics = self._statistics
        weight = phrase.boost * statistics.phrase_idf(phrase)
        return weight, statistics.average_length(phrase.fields)

    def _look_up_part(self, part: tuple[Alternatives, bool]) -> KnownPart:
        word, is_exact = part
        segments = [segment.opened for segment in self._searched]
        found = tuple(_alternatives(segment, word, exact=is_exact) for segment in segments)
        n_articles = tuple(map(_n_articles, segments, found))
        return KnownPart(found, tuple(map(_by_language, segments, found)), n_articles)

    def count_live(self, segment: Searched, word: TermPhrase, n_with_deleted: int | None) -> int:
        """Count the live articles of a segment that have a phrase of one word.

        `n_with_deleted`: how many have it, deleted ones included; None where that is not known.
        """
        n_deleted = int(count_bits(segment.deleted))
        if (
            n_with_deleted is None
            or n_deleted > segment.n_articles // 2
            or is_for_numpy(segment, word, self.parts_of(word))  # which finds live ones only
        ):
            return len(self._scored_by(segment, word, _ANY_SCORING, segment.live).docnums)
        # The fewer articles are allowed, the fewer of their forms are read.
        deleted = self._scored_by(segment, word, _ANY_SCORING, segment.deleted)
        n_live = n_with_deleted - len(deleted.docnums)
        verify(n_live >= 0, segment)
        return n_live

    def _phrase_list(self, segment: Searched, phrase: TermPhrase, allowed: Bitmap) -> ScoredList:
        return self._scored_by(segment, phrase, self.scoring_of(phrase), allowed)

    def _scored_by(
        self, segment: Searched, phrase: TermPhrase, scoring: tuple[float, float], allowed: Bitmap
    ) -> ScoredList:
        parts = self.parts_of(phrase)
        if is_for_numpy(segment, phrase, parts):
            return _list_with_numpy(segment, phrase, scoring, allowed)
        most = min([part.n_articles[segment.number] for part in parts.values()])
        return _joined(
            segment,
            [
                _list_of(segment, own, scoring, most, allowed)
                for own in phrases_in(segment, phrase, parts)
            ],
        )

    def _several_list(self, segment: Searched, several: Several, allowed: Bitmap) -> ScoredList:
        scoring = several.weight, self._statistics.average_length(TEXT_FIELDS)
        forms = dict.fromkeys(several.terms, _ANY_FORM)
        return _forms_list(segment, forms, views.BOTH, scoring, allowed)


def _list_with_numpy(
    segment: Searched, phrase: TermPhrase, scoring: tuple[float, float], allowed: Bitmap
) -> ScoredList:
    """Find and score a phrase as the way without kernels does."""
    found = phrase_postings(segment.opened, phrase)
    is_allowed = is_member(found.docnums, docnums_of(allowed))
    kept = Postings(found.docnums[is_allowed], found.freqs[is_allowed])
    return _scored(segment, kept.docnums, _scores(segment, kept, phrase.fields, scoring))


def _scores(
    segment: Searched, found: Postings, fields: tuple[str, ...], scoring: tuple[float, float]
) -> NDArray[np.float64]:
    """Score articles by BM25, given the weight, and the mean length of the fields."""
    weight, average = scoring
    lengths = segment.opened.lengths(fields)[found.docnums].astype(np.int64)
    scores: NDArray[np.float64] = bm25.score(weight, found.freqs, bm25.norm(lengths, average))
    return scores


def _allowed_of(segment: Searched, found: ScoredList, allowed: Bitmap) -> ScoredList:
    """Return the part of a list of live articles that is allowed."""
    if allowed is segment.live:
        return found
    kept = np.flatnonzero(is_set(allowed, found.docnums))
    return _scored(segment, found.docnums[kept], found.scores[kept])


def _with_all(
    segment: Searched, words: Mapping[Alternatives, list[tuple[int, int, int]]]
) -> Bitmap:
    """Find the articles that have, of each of some words, any of the terms that it may be."""
    found = ~empty_bitmap(segment.n_articles)
    for own in words.values():
        one = empty_bitmap(segment.n_articles)
        terms = np.array(sorted({term for term, _, _ in own}), np.int64)
        verify(mark_any(segment.address, terms, one), segment)
        found &= one
    return found


def _forms_list(
    segment: Searched,
    forms: Mapping[int, int],
    field: int,
    scoring: tuple[float, float],
    allowed: Bitmap,
) -> ScoredList:
    """Find and score the allowed articles that have any of some terms, each in one form."""
    stems = segment.opened.text.terms
    found = [(term, number, code_of(stems[term])) for term, number in forms.items()]
    lists = [
        _list_of(
            segment,
            views.phrase_of([own], [0], slop=0, field=field),
            scoring,
            _n_articles(segment.opened, own),
            allowed,
        )
        for own in _by_language(segment.opened, found).values()
    ]
    return _joined(segment, lists)


def bytes_of(lists: Iterable[CutList]) -> int:
    """Return how much memory some lists take."""
    return sum([one.data.nbytes for one in lists])


def _scored(
    segment: Searched, docnums: NDArray[np.int64], scores: NDArray[np.float64]
) -> ScoredList:
    return ScoredList(docnums, scores, n_blocks(segment.n_articles))


def _joined(segment: Searched, found: Sequence[ScoredList]) -> ScoredList:
    """Join lists that have no article in common."""
    if len(found) == 1:
        return found[0]
    docnums = np.concatenate([_NOTHING[0], *(one.docnums for one in found)])
    scores = np.concatenate([_NOTHING[1], *(one.scores for one in found)])
    order = np.argsort(docnums)
    return _scored(segment, docnums[order], scores[order])


def _alternatives(segment: SegmentReader, word: Alternatives, *, exact: bool) -> list[Alternative]:
    """Return all that a phrase's word may be."""
    stems = segment.text.terms
    return [
        (term, form, code_of(stems[term]))
        for term, numbers in terms_of(segment, word, exact=exact)
        for form in ([_ANY_FORM] if numbers is None else _together(numbers.tolist()))
    ]


def _together(numbers: list[int]) -> list[int]:
    """Write several forms of one term as kernels take them, as one alternative if it can be.

    Most words have two: *government* is found in *government's* too.
    """
    few = [number for number in numbers if number < views.MOST_TOGETHER]
    if len(few) < 2:
        return numbers
    rest = [number for number in numbers if number >= views.MOST_TOGETHER]
    return [~reduce(or_, [1 << number for number in few]), *rest]


def _by_language(segment: SegmentReader, found: list[Alternative]) -> dict[str, list[Alternative]]:
    stems = segment.text.terms
    sorted_out: dict[str, list[Alternative]] = {}
    for one in found:
        sorted_out.setdefault(tag_of(text_of(stems[one[0]])), []).append(one)
    return sorted_out


def is_for_numpy(
    segment: Searched, phrase: TermPhrase, parts: dict[Alternatives, KnownPart]
) -> bool:
    """Whether a phrase has too many alternatives for kernels, or words that overlap if it is near.

    Kernels count each place for every word that it can be.
    """
    n_alternatives = sum(len(part.found[segment.number]) for part in parts.values())
    return n_alternatives > MOST_ALTERNATIVES or (phrase.slop > 0 and _overlap(segment, parts))


def _overlap(segment: Searched, parts: dict[Alternatives, KnownPart]) -> bool:
    """Whether different words of a phrase can be the same word of a text, ``trum*`` and ``trump``.

    Where an alternative is several forms together, each of its term is taken for one of them.
    """
    before: dict[int, set[int]] = {}
    for part in parts.values():
        own = [(term, form) for term, form, _ in part.found[segment.number]]
        for term, form in own:
            forms = before.get(term)
            if forms and (form < 0 or form in forms or min(forms) < 0):
                return True
        for term, form in own:
            before.setdefault(term, set()).add(form)
    return False


def is_one_acronym(phrase: PhraseLike) -> bool:
    """Whether a phrase is an acronym, which small letters hide: its articles are kept for all
    queries.
    """
    if isinstance(phrase, TermsPlaced) or len(phrase.words) > 1:
        return False
    return phrase.words[0][0][:1].isupper()


def phrases_in(
    segment: Searched, phrase: TermPhrase, parts: dict[Alternatives, KnownPart]
) -> list[views.Phrase]:
    """Write a phrase as a segment's kernels take it, once for each language that has its words.

    An article has one language, and so no words of another one. Where each word is one term,
    kernels leave out more articles before they read positions.
    """
    found = [part.by_language[segment.number] for part in parts.values()]
    languages = [one for one in found[0] if all(one in own for own in found[1:])]
    distinct = list(parts)
    sequence = [distinct.index(word) for word in phrase.words]
    field = FIELD_CODES.get(phrase.fields, views.BOTH)
    return [
        views.phrase_of([own[one] for own in found], sequence, slop=phrase.slop, field=field)
        for one in languages
    ]


def _list_of(
    segment: Searched, words: views.Phrase, scoring: tuple[float, float], most: int, allowed: Bitmap
) -> ScoredList:
    """Find and score the allowed articles that have a phrase; at most so many have it."""
    docnums, scores = np.empty(most, np.int64), np.empty(most)
    word = views.one_word_of(words)
    if word:
        n = match_forms(segment.address, word, scoring, allowed, docnums, scores)
    else:
        n = match_phrase(segment.address, words, scoring, allowed, docnums, scores)
    verify(n >= 0, segment)
    # Copies, because most of the room is not used.
    return _scored(segment, docnums[:n].copy(), scores[:n].copy())


def _n_articles(segment: SegmentReader, found: list[Alternative]) -> int:
    # Damaged numbers may be of any size.
    return min(sum(segment.text.postings.df(term) for term, _, _ in found), segment.n_articles)
