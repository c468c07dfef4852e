"""Where the words of a `TermsPlaced` stand in a segment; what positions cannot tell, texts do."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial

import numpy as np

from newsearch import bm25
from newsearch.analysis.clitics import bare_spelling
from newsearch.analysis.normalising import normal
from newsearch.analysis.sentences import paragraph_starts, sentence_starts
from newsearch.analysis.tokens import spans, spelling
from newsearch.article import title_of
from newsearch.codec.coding.entries import BLOCK_BITS
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.stored import head_and_body
from newsearch.query.nodes import Alternatives, Pattern, Term, TermPhrase, TermsPlaced
from newsearch.search.placing import IN_BODY, PLACE_BITS, Spans, Unit, any_of, counting, frequencies
from newsearch.search.run.ascending import Ints, distinct
from newsearch.search.run.postings import Options, Postings, phrase_spans, terms_of
from newsearch.stopping import check

Leaf = Term | TermPhrase | Pattern
SpansOf = Callable[[Leaf, Ints | None], Spans]
"""Finds where a leaf stands; other articles than some may be left out, None being all."""

_MEMO_TEXTS = 1 << 17
"""Articles whose sentences are known; each takes some 300 bytes."""


class Texts:
    """What the texts of a snapshot's articles say of places; remembers, safe in many threads."""

    def __init__(self) -> None:
        self._begins = lru_cache(_MEMO_TEXTS)(_begins)

    def begins(self, segment: SegmentReader, unit: Unit, docnums: Ints) -> Ints:
        """Return where the sentences or paragraphs of some articles begin; see `placing.Begins`."""
        found = [np.zeros(0, np.int64)]
        for docnum in docnums.tolist():
            check()
            found.append(self._begins(segment, docnum)[unit] | docnum << PLACE_BITS)
        return np.concatenate(found)

    def spelt(self, segment: SegmentReader, found: Spans, phrase: TermPhrase) -> Spans:
        """Return where a phrase stands with the capitals and accents that it is asked for with."""
        length, is_so = len(phrase.spelt), list[bool]()
        docnums = (found.firsts >> PLACE_BITS).tolist()
        texts: _Texts = ("", ""), "", ([], [])
        known = -1
        for docnum, place in zip(docnums, found.firsts.tolist(), strict=True):
            if docnum != known:
                check()
                texts, known = _words_of(segment, docnum), docnum
            fields, language, words = texts
            is_body = bool(place & IN_BODY)
            first = place & (IN_BODY - 1)
            own = [fields[is_body][s:e] for s, e in words[is_body][first : first + length]]
            is_so.append(are_spelt(own, phrase.spelt, language))
        return found.take(np.array(is_so, np.bool_))


def are_spelt(words: Iterable[str], wanted: Sequence[str], language: str) -> bool:
    """Whether words of a text are spelt as some of a query, capitals and accents too."""
    own = [bare_spelling(spelling(normal(word)), language) for word in words]
    return own == [bare_spelling(one, language) for one in wanted]


_Texts = tuple[tuple[str, str], str, Sequence[Sequence[tuple[int, int]]]]


def _words_of(segment: SegmentReader, docnum: int) -> _Texts:
    """Return an article's title and body, its language, and where words stand in each."""
    head, body = head_and_body(segment.stored(docnum))
    fields = title_of(head), body.decode("utf-8", "surrogatepass")
    return fields, segment.language(docnum), [spans(text) for text in fields]


def _begins(segment: SegmentReader, docnum: int) -> Mapping[Unit, Ints]:
    fields, language, words = _words_of(segment, docnum)
    starts = [[start for start, _ in own] for own in words]
    found: dict[Unit, Ints] = {}
    cutters: dict[Unit, Callable[[str], list[int]]] = {
        "S": partial(sentence_starts, language=language),
        "P": paragraph_starts,
    }
    for unit, cut in cutters.items():
        own = [
            {0, *(bisect_left(at, start) for start in cut(text))}
            for text, at in zip(fields, starts, strict=True)
        ]
        found[unit] = np.array(sorted(own[0]) + [IN_BODY | one for one in sorted(own[1])], np.int64)
    return found


def placed_postings(
    segment: SegmentReader,
    placed: TermsPlaced,
    order: Iterable[int],
    spans_of: SpansOf,
    texts: Texts,
) -> Postings:
    """Find the live articles that match, and how often they do; looks for parts in an order."""
    found: dict[int, Spans] = {}
    docnums: Ints | None = None
    for number in order:
        own: list[Spans] = []
        for leaf in placed.parts[number]:
            stands = spans_of(leaf, docnums)
            if isinstance(leaf, TermPhrase) and leaf.spelt:
                stands = texts.spelt(segment, stands, leaf)
            own.append(stands)
        found[number] = any_of(own)
        docnums = distinct(found[number].firsts >> PLACE_BITS)
        if not len(docnums):
            return Postings(docnums, docnums)
    parts = [found[number] for number in range(len(placed.parts))]
    return Postings(*frequencies(placed, counting(placed, parts, partial(texts.begins, segment))))


def read_with_numpy(
    segment: SegmentReader,
    placed: TermsPlaced,
    term_ids: Callable[[Pattern], Ints],
    texts: Texts,
) -> Postings:
    """Do what `placed_postings` does; the terms of patterns are given. The rarest part first."""
    looked_up = {
        leaf: _as_phrase(segment, leaf, term_ids) for part in placed.parts for leaf in part
    }
    dfs = segment.text.postings.term_dfs

    def n_articles(leaf: Leaf) -> int:
        own = looked_up[leaf][1].values()
        return min([sum([int(dfs[term]) for term, _ in options]) for options in own])

    def spans_of(leaf: Leaf, docnums: Ints | None) -> Spans:
        n_blocks = (segment.n_articles >> BLOCK_BITS) + 1
        blocks = np.arange(n_blocks) if docnums is None else distinct(docnums >> BLOCK_BITS)
        phrase, options = looked_up[leaf]
        return as_places(segment, leaf, *phrase_spans(segment, options, phrase, blocks))

    sizes = [sum(map(n_articles, part)) for part in placed.parts]
    return placed_postings(segment, placed, np.argsort(sizes).tolist(), spans_of, texts)


def _as_phrase(
    segment: SegmentReader, leaf: Leaf, term_ids: Callable[[Pattern], Ints]
) -> tuple[TermPhrase, dict[Alternatives, Options]]:
    """Return a leaf as a phrase, and the terms of each of its words in a segment."""
    if isinstance(leaf, Pattern):
        options: Options = [(term_id, None) for term_id in term_ids(leaf).tolist()]
        return TermPhrase(((),), exact=False, fields=leaf.fields), {(): options}
    phrase = as_phrase(leaf)
    words = phrase.words
    return phrase, {word: terms_of(segment, word, exact=phrase.exact) for word in words}


def as_phrase(leaf: Term | TermPhrase) -> TermPhrase:
    """Return a term as a phrase of one word, a phrase as it is."""
    if isinstance(leaf, TermPhrase):
        return leaf
    return TermPhrase((leaf.terms,), exact=False, fields=leaf.fields, boost=leaf.factor)


def as_places(segment: SegmentReader, leaf: Leaf, firsts: Ints, lasts: Ints | None = None) -> Spans:
    """Return spans of a leaf that are given as ``docnum << 32 | position``, in its fields.

    Without what stands in the second copy of a title or in deleted articles. `lasts`: None where
    they are `firsts`.
    """
    docnums, positions = firsts >> PLACE_BITS, firsts & ((1 << PLACE_BITS) - 1)
    titles = segment.title_lengths[docnums].astype(np.int64)
    bodies = bm25.body_start(titles)
    is_body = positions >= bodies
    is_in = np.zeros(len(firsts), np.bool_)
    if "title" in leaf.fields:
        is_in |= positions < titles
    if "body" in leaf.fields:
        is_in |= is_body
    if segment.is_live is not None:
        is_in &= segment.is_live[docnums]
    shift = np.where(is_body, IN_BODY - bodies, 0)[is_in]
    own = firsts[is_in] + shift
    return Spans(own, own if lasts is None else lasts[is_in] + shift)
