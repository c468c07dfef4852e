"""Where the words of a `TermsPlaced` stand in a segment; what positions cannot tell, texts do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np

from newsearch import bm25
from newsearch.analysis.clitics import bare_spelling
from newsearch.analysis.normalising import normal
from newsearch.analysis.sentences import paragraph_starts, sentence_starts
from newsearch.analysis.tokens import counts_before, spans, spelling
from newsearch.article import title_of
from newsearch.codec.coding.entries import BLOCK_BITS
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.stored import head_and_body
from newsearch.query.nodes import Alternatives, Pattern, Term, TermPhrase, TermsPlaced
from newsearch.search.placing import (
    IN_BODY,
    PLACE_BITS,
    MarkReached,
    Spans,
    Unit,
    any_of,
    counting,
    frequencies,
    mark_reached,
)
from newsearch.search.run.ascending import Ints, distinct
from newsearch.search.run.postings import Options, Postings, phrase_spans, terms_of
from newsearch.search.run.warming import warming
from newsearch.stopping import check

Leaf = Term | TermPhrase | Pattern
SpansOf = Callable[[Leaf, Spans | None], Spans]
"""Finds where a leaf stands; articles without what was found before may be left out."""

_MEMO_WORDS = 64
_MEMO_TEXTS = 1 << 17
"""Articles whose sentences are known; each takes some 200 bytes."""


class Texts:
    """What the texts of a snapshot's articles say of places; remembers, safe in many threads."""

    def __init__(self) -> None:
        self._begins = lru_cache(_MEMO_TEXTS)(_begins)

    def begins(self, segment: SegmentReader, unit: Unit, docnums: Ints) -> Ints:
        """Return where the sentences or paragraphs of some articles begin; see `placing.Begins`."""
        found = [np.zeros(0, np.int64)]
        for docnum in docnums.tolist():
            check()
            found.append(self._begins(segment, docnum, unit) | docnum << PLACE_BITS)
        return np.concatenate(found)

    def spelt(self, segment: SegmentReader, found: Spans, phrase: TermPhrase) -> Spans:
        """Return where a phrase stands with the capitals and accents that it is asked for with."""
        is_so = np.zeros(len(found.firsts), np.bool_)
        # A field of an article at a time.
        ends = np.flatnonzero(np.diff(found.firsts >> PLACE_BITS - 1, append=-1)) + 1
        for first, end in pairwise([0, *ends.tolist()]):
            check()
            place = int(found.firsts[first])
            fields, language = _texts_of(segment, place >> PLACE_BITS)
            text = fields[bool(place & IN_BODY)]
            positions = found.firsts[first:end] & (IN_BODY - 1)
            is_so[first:end] = spelt_at(text, positions.tolist(), phrase.spelt, language)
        return found.take(is_so)


def spelt_at(
    text: str, positions: Sequence[int], wanted: Sequence[str], language: str
) -> list[bool]:
    """Whether words are spelt as wanted at all positions where they stand in some spelling."""
    if len(wanted) == 1 and text.isascii() and wanted[0].isalnum():
        # Whatever is such a word has these letters, but for acronyms with full stops.
        small = wanted[0].lower()
        found = [match.start() for match in _standing_alone(small).finditer(text.lower())]
        if len(found) == len(positions) and ".".join(small) not in text.lower():
            return [text.startswith(wanted[0], at) for at in found]
    words = spans(text)
    every = [words[first : first + len(wanted)] for first in positions]
    return [are_spelt([text[s:e] for s, e in own], wanted, language) for own in every]


@lru_cache(_MEMO_WORDS)
def _standing_alone(word: str) -> re.Pattern[str]:
    return re.compile(f"{word}(?<![a-z0-9]{word})(?![a-z0-9])")


def are_spelt(words: Iterable[str], wanted: Sequence[str], language: str) -> bool:
    """Whether words of a text are spelt as some of a query, capitals and accents too."""
    own = [bare_spelling(spelling(normal(word)), language) for word in words]
    return own == [bare_spelling(one, language) for one in wanted]


def _texts_of(segment: SegmentReader, docnum: int) -> tuple[tuple[str, str], str]:
    """Return an article's title and body, and its language."""
    head, body = head_and_body(segment.stored(docnum))
    return (title_of(head), body.decode("utf-8", "surrogatepass")), segment.language(docnum)


def _begins(segment: SegmentReader, docnum: int, unit: Unit) -> Ints:
    fields, language = _texts_of(segment, docnum)
    count = counts_before
    if warming.is_ready({"lists"}):
        from newsearch.analysis.finding import counts_before as count
    found: list[int] = []
    for base, text in zip((0, IN_BODY), fields, strict=True):
        cuts = sentence_starts(text, language) if unit == "S" else paragraph_starts(text)
        found += sorted({base | number for number in (0, *count(text, cuts))})
    return np.array(found, np.int64)


def placed_postings(
    segment: SegmentReader,
    placed: TermsPlaced,
    order: Iterable[int],
    spans_of: SpansOf,
    texts: Texts,
    mark: MarkReached = mark_reached,
) -> Postings:
    """Find the live articles that match, and how often they do; looks for parts in an order."""
    found: dict[int, Spans] = {}
    before: Spans | None = None
    for number in order:
        own: list[Spans] = []
        for leaf in placed.parts[number]:
            stands = spans_of(leaf, before)
            if isinstance(leaf, TermPhrase) and leaf.spelt:
                stands = texts.spelt(segment, stands, leaf)
            own.append(stands)
        before = found[number] = any_of(own)
        if not len(before.firsts):
            return Postings(before.firsts, before.firsts)
    parts = [found[number] for number in range(len(placed.parts))]
    begins = partial(texts.begins, segment)
    return Postings(*frequencies(placed, counting(placed, parts, begins, mark)))


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

    def spans_of(leaf: Leaf, before: Spans | None) -> Spans:
        blocks = np.arange((segment.n_articles >> BLOCK_BITS) + 1)
        if before:
            blocks = distinct(before.firsts >> PLACE_BITS + BLOCK_BITS)
        phrase, options = looked_up[leaf]
        return _as_places(segment, leaf, *phrase_spans(segment, options, phrase, blocks))

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


def _as_places(segment: SegmentReader, leaf: Leaf, firsts: Ints, lasts: Ints) -> Spans:
    """Return spans of a leaf that are given as ``docnum << 32 | position``, in its fields.

    Without what stands in the second copy of a title or in deleted articles.
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
    return Spans(firsts[is_in] + shift, lasts[is_in] + shift)
