"""What the postings of a segment say of words and phrases, read with NumPy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import chain

import numpy as np

from newsearch import bm25
from newsearch.fields import TEXT_FIELDS
from newsearch.index.segment_reader import SegmentReader
from newsearch.query.nodes import Alternatives, Term, TermPhrase, word_pattern
from newsearch.search.proximity import phrase_frequency
from newsearch.search.run.ascending import Ints, distinct, is_member, shared, tally
from newsearch.search.run.patterns import pattern_terms
from newsearch.stopping import check

_POSITION_BITS = 32
"""A docnum and a position share one number, so that occurrences of words join as sets."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Live articles of one segment that have something, and how often; segment docnums."""

    docnums: Ints
    freqs: Ints


_NO_POSTINGS = Postings(np.zeros(0, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class _Occurrences:
    """Where one word stands in one segment: ``docnum << 32 | position``, ascending."""

    keys: Ints

    @property
    def docnums(self) -> Ints:
        return self.keys >> _POSITION_BITS

    @property
    def positions(self) -> Ints:
        return self.keys & ((1 << _POSITION_BITS) - 1)


def word_postings(segment: SegmentReader, terms: Alternatives, fields: tuple[str, ...]) -> Postings:
    """Find the live articles that have any of some terms in some of the text fields."""
    postings = segment.text.postings
    term_ids = [one for one in map(segment.term_id, terms) if one is not None]
    if not term_ids:
        return _NO_POSTINGS
    if set(fields) != set(TEXT_FIELDS):
        found = [_term_occurrences(segment, term_id, None, None) for term_id in term_ids]
        return _counted(segment, _join_occurrences(found), fields)
    decoded = [postings.decode(postings.entries(term_id)) for term_id in term_ids]
    return _live_postings(segment, *(decoded[0] if len(decoded) == 1 else _added_up(decoded)))


def typed_postings(segment: SegmentReader, word: Term) -> Postings:
    """Find the live articles that have the form of a word that was typed."""
    found = [
        _term_occurrences(segment, term_id, np.array([number]), None)
        for term_id, number in typed_forms(segment, word.terms, word.typed).items()
    ]
    return _counted(segment, _join_occurrences(found), word.fields) if found else _NO_POSTINGS


def typed_forms(segment: SegmentReader, terms: Alternatives, typed: Alternatives) -> dict[int, int]:
    """Return the number of the form that was typed among those of each term that has it."""
    term_ids = set(map(segment.term_id, terms))
    rows = chain.from_iterable(map(segment.form_rows, typed))
    return {row.term_id: row.number for row in rows if row.term_id in term_ids}


def _added_up(decoded: Sequence[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    """Return the articles of several terms, and how often each has any of them."""
    docnums, freqs = (np.concatenate(columns) for columns in zip(*decoded, strict=True))
    different, numbers = np.unique(docnums, return_inverse=True)
    totals = np.zeros(len(different), np.int64)
    np.add.at(totals, numbers.reshape(-1), freqs)
    return different, totals


def _live_postings(segment: SegmentReader, docnums: Ints, freqs: Ints) -> Postings:
    if segment.is_live is None:
        return Postings(docnums, freqs)
    kept = segment.is_live[docnums]
    return Postings(docnums[kept], freqs[kept])


def _counted(
    segment: SegmentReader, occurrences: _Occurrences, fields: tuple[str, ...]
) -> Postings:
    """Count the occurrences in the fields, an article at a time."""
    return _live_postings(segment, *tally(_in_fields(segment, occurrences, fields).docnums))


def _in_fields(
    segment: SegmentReader, occurrences: _Occurrences, fields: tuple[str, ...]
) -> _Occurrences:
    if set(fields) == set(TEXT_FIELDS):
        return occurrences
    titles = segment.title_lengths[occurrences.docnums].astype(np.int64)
    if fields == ("title",):
        return _Occurrences(occurrences.keys[occurrences.positions < titles])
    return _Occurrences(occurrences.keys[occurrences.positions >= bm25.body_start(titles)])


def _term_occurrences(
    segment: SegmentReader, term_id: int, numbers: Ints | None, blocks: Ints | None
) -> _Occurrences:
    """Find the occurrences of a term, of some of its forms and in some blocks only."""
    check()
    postings = segment.text.postings
    entries = postings.entries(term_id)
    if blocks is not None:
        entries = entries.take(is_member(entries.blocks, blocks))
    docnums, freqs = postings.decode(entries)
    positions, form_numbers = postings.decode_positions(entries, freqs)
    keys = np.repeat(docnums, freqs) << _POSITION_BITS | positions
    return _Occurrences(keys if numbers is None else keys[is_member(form_numbers, numbers)])


def terms_of(
    segment: SegmentReader, word: Alternatives, *, exact: bool
) -> list[tuple[int, Ints | None]]:
    """Return the terms that a word of a phrase can be, each with the numbers of the forms wanted.

    None stands for every form; the list is empty for a word that the segment lacks.
    """
    if not exact:
        term_ids = map(segment.term_id, word)
        return [(term_id, None) for term_id in term_ids if term_id is not None]
    pattern = word_pattern(word[0])
    if pattern is not None:
        return list(pattern_terms(segment, pattern))
    numbers: dict[int, list[int]] = {}
    for row in chain.from_iterable(map(segment.form_rows, word)):
        numbers.setdefault(row.term_id, []).append(row.number)
    return [
        (term_id, None if segment.are_all_forms(term_id, len(own)) else np.array(sorted(own)))
        for term_id, own in numbers.items()
    ]


def phrase_postings(segment: SegmentReader, phrase: TermPhrase) -> Postings:
    """Find the live articles that have a phrase."""
    terms = {word: terms_of(segment, word, exact=phrase.exact) for word in phrase.words}
    if not all(terms.values()):
        return _NO_POSTINGS
    blocks = reduce(shared, (_blocks_of(segment, options) for options in terms.values()))
    if not len(blocks):
        return _NO_POSTINGS
    occurrences_of = {
        word: _join_occurrences(_term_occurrences(segment, t, n, blocks) for t, n in options)
        for word, options in terms.items()
    }
    occurrences = [occurrences_of[word] for word in phrase.words]
    if phrase.slop:
        return _near(segment, phrase, occurrences)
    starts = reduce(shared, (word.keys - offset for offset, word in enumerate(occurrences)))
    return _counted(segment, _Occurrences(starts), phrase.fields)


def _blocks_of(segment: SegmentReader, options: list[tuple[int, Ints | None]]) -> Ints:
    entries = []
    for term_id, _ in options:
        check()
        entries.append(segment.text.postings.entries(term_id).blocks)
    return distinct(np.concatenate(entries))


def _join_occurrences(parts: Iterable[_Occurrences]) -> _Occurrences:
    return _Occurrences(distinct(np.concatenate([part.keys for part in parts])))


def _near(
    segment: SegmentReader, phrase: TermPhrase, occurrences: Sequence[_Occurrences]
) -> Postings:
    """Count the windows of a proximity query, an article and a field at a time."""
    freqs: dict[int, int] = {}
    for field in phrase.fields:
        copies = bm25.TITLE_COPIES if field == "title" and len(phrase.fields) > 1 else 1
        words = [_in_fields(segment, word, (field,)) for word in occurrences]
        for docnum in reduce(shared, (distinct(w.docnums) for w in words)).tolist():
            check()
            positions = [_of_article(word, docnum) for word in words]
            frequency = phrase_frequency(positions, phrase.slop)
            if frequency:
                freqs[docnum] = freqs.get(docnum, 0) + copies * frequency
    docnums = np.array(sorted(freqs), np.int64)
    return _live_postings(segment, docnums, np.array([freqs[d] for d in docnums], np.int64))


def _of_article(word: _Occurrences, docnum: int) -> list[int]:
    bounds = np.searchsorted(word.keys, [docnum << _POSITION_BITS, docnum + 1 << _POSITION_BITS])
    own = word.keys[slice(*bounds)] & ((1 << _POSITION_BITS) - 1)
    positions: list[int] = own.tolist()
    return positions


def docs_with_terms(segment: SegmentReader, term_ids: Ints, fields: tuple[str, ...]) -> Ints:
    """Find the articles that have any of some terms in some of the text fields."""
    found = [np.zeros(0, np.int64)]
    for term_id in term_ids.tolist():
        check()
        if set(fields) == set(TEXT_FIELDS):
            found.append(segment.text.postings.decode(segment.text.postings.entries(term_id))[0])
        else:
            occurrences = _term_occurrences(segment, term_id, None, None)
            found.append(distinct(_in_fields(segment, occurrences, fields).docnums))
    return distinct(np.concatenate(found))
