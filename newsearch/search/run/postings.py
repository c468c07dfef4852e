"""What the postings of a segment say of words and phrases, read with NumPy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.codec.coding.entries import BLOCK_BITS
from newsearch.codec.framing import AnyArray
from newsearch.codec.postings import Entries
from newsearch.fields import TEXT_FIELDS
from newsearch.index.segment_reader import SegmentReader
from newsearch.query.nodes import Alternatives, Term, TermPhrase, word_pattern
from newsearch.search.proximity import phrase_frequency, phrase_windows
from newsearch.search.run.ascending import Ints, distinct, is_member, shared, tally
from newsearch.search.run.patterns import pattern_terms
from newsearch.stopping import check
from newsearch.values import frozen

Options = list[tuple[int, Ints | None]]
"""Terms that a word can be, each with the ascending numbers of the forms wanted; None for all."""

_POSTINGS_AT_ONCE = 1 << 16
_ENTRIES_AT_ONCE = 1 << 18
_BYTES_AT_ONCE = 1 << 15
"""Of positions, for each word. So much of each takes a few ms, and up to 25 MB."""
_FORM_BITS = 24
_POSITION_BITS = 32
"""A docnum and a position share one number, so that occurrences of words join as sets."""


class Postings(NamedTuple):
    """Live articles of one segment that have something, and how often; segment docnums."""

    docnums: Ints
    freqs: Ints


_NO_POSTINGS = Postings(np.zeros(0, np.int64), np.zeros(0, np.int64))


@frozen
class _Occurrences:
    """Where one word stands in one segment: ``docnum << 32 | position``, ascending."""

    keys: Ints

    @property
    def docnums(self) -> Ints:
        return self.keys >> _POSITION_BITS

    @property
    def positions(self) -> Ints:
        return self.keys & ((1 << _POSITION_BITS) - 1)


class _Located(NamedTuple):
    """Entries of the terms of a word, by block, and which of the terms each is of."""

    entries: Entries
    owners: Ints

    def by_block(self) -> _Located:
        # NumPy sorts by their bytes what has two.
        order = np.argsort(self.entries.blocks.astype(np.uint16), kind="stable")
        return _Located(self.entries.take(order), self.owners[order])

    def within(self, blocks: Ints) -> _Located:
        """Return what lies in some ascending blocks."""
        first, end = np.searchsorted(self.entries.blocks, (blocks[0], blocks[-1] + 1)).tolist()
        which = first + np.flatnonzero(is_member(self.entries.blocks[first:end], blocks))
        return _Located(self.entries.take(which), self.owners[which])

    def size_in(self, blocks: Ints) -> int:
        """Return the bytes of the positions in some ascending blocks."""
        check()
        return int(self.entries.position_sizes[is_member(self.entries.blocks, blocks)].sum())


def word_postings(segment: SegmentReader, terms: Alternatives, fields: tuple[str, ...]) -> Postings:
    """Find the live articles that have any of some terms in some of the text fields."""
    if set(fields) != set(TEXT_FIELDS):
        return phrase_postings(segment, TermPhrase((terms,), exact=False, fields=fields))
    term_ids = _known(segment, terms)
    if len(term_ids) == 1:
        postings = segment.text.postings
        return _live_postings(segment, *postings.decode(postings.entries(term_ids[0])))
    totals = np.zeros(segment.n_articles, np.int64)
    for docnums, freqs in _decoded(segment, np.array(term_ids, np.int64)):
        np.add.at(totals, docnums, freqs)
    found = np.flatnonzero(totals)
    return _live_postings(segment, found, totals[found])


def _known(segment: SegmentReader, terms: Alternatives) -> list[int]:
    """Look up those of some terms that the segment has."""
    found: list[int] = []
    for one in terms:
        check()
        term_id = segment.term_id(one)
        if term_id is not None:
            found.append(term_id)
    return found


def _decoded(segment: SegmentReader, term_ids: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Return the docnums and frequencies of some terms, as many at a time as pays."""
    postings = segment.text.postings
    for some in _batches(segment, term_ids):
        check()
        yield postings.decode(postings.entries_of(some))


def _batches(segment: SegmentReader, term_ids: Ints) -> list[Ints]:
    """Cut a list of terms so that none but single terms have very many postings together."""
    ends = np.cumsum(segment.text.postings.term_dfs[term_ids], dtype=np.int64)
    n_batches = 1 + int(ends[-1]) // _POSTINGS_AT_ONCE if len(ends) else 0
    cuts = np.searchsorted(ends, np.arange(1, n_batches) * _POSTINGS_AT_ONCE)
    return [some for some in np.split(term_ids, cuts) if len(some)]


def typed_postings(segment: SegmentReader, word: Term) -> Postings:
    """Find the live articles that have the form of a word that was typed."""
    forms = typed_forms(segment, word.terms, word.typed)
    options: Options = [(term_id, np.array([number])) for term_id, number in forms.items()]
    phrase = TermPhrase((word.terms,), exact=True, fields=word.fields)
    return _postings_of(segment, {word.terms: options}, phrase)


def typed_forms(segment: SegmentReader, terms: Alternatives, typed: Alternatives) -> dict[int, int]:
    """Return the number of the form that was typed among those of each term that has it."""
    term_ids = set(map(segment.term_id, terms))
    rows = chain.from_iterable(map(segment.form_rows, typed))
    return {row.term_id: row.number for row in rows if row.term_id in term_ids}


def _live_postings(segment: SegmentReader, docnums: Ints, freqs: Ints) -> Postings:
    if segment.is_live is None:
        return Postings(docnums, freqs)
    kept = segment.is_live[docnums]
    return Postings(docnums[kept], freqs[kept])


def _in_fields(
    segment: SegmentReader, occurrences: _Occurrences, fields: tuple[str, ...]
) -> _Occurrences:
    if set(fields) == set(TEXT_FIELDS):
        return occurrences
    titles = segment.title_lengths[occurrences.docnums].astype(np.int64)
    if fields == ("title",):
        return _Occurrences(occurrences.keys[occurrences.positions < titles])
    return _Occurrences(occurrences.keys[occurrences.positions >= bm25.body_start(titles)])


def terms_of(segment: SegmentReader, word: Alternatives, *, exact: bool) -> Options:
    """Return the terms that a word of a phrase can be, each with the numbers of the forms wanted.

    None stands for every form; the list is empty for a word that the segment lacks.
    """
    if not exact:
        return [(term_id, None) for term_id in _known(segment, word)]
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
    words = {word: terms_of(segment, word, exact=phrase.exact) for word in phrase.words}
    return _postings_of(segment, words, phrase)


def _postings_of(
    segment: SegmentReader, words: Mapping[Alternatives, Options], phrase: TermPhrase
) -> Postings:
    """Find the live articles that have a phrase, given the terms of each of its words.

    A part of the segment after the other, so that long lists take no more memory than short ones.
    """
    found = [_NO_POSTINGS]
    if all(words.values()):
        n_blocks = (segment.n_articles >> BLOCK_BITS) + 1
        count = segment.text.postings.entries_per_term
        n_entries = sum(int(count(_term_ids(options)).sum()) for options in words.values())
        n_parts = min(n_blocks, 1 + n_entries // _ENTRIES_AT_ONCE)
        for part in np.array_split(np.arange(n_blocks), n_parts):
            found += _within(segment, words, phrase, part)
    docnums, freqs = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return _live_postings(segment, docnums, freqs)


def _within(
    segment: SegmentReader, words: Mapping[Alternatives, Options], phrase: TermPhrase, blocks: Ints
) -> Iterator[Postings]:
    """Find the articles of some blocks that have a phrase."""
    for occurrences in _pieces(segment, words, phrase, blocks):
        if phrase.slop:
            yield _near(segment, phrase, occurrences)
            continue
        starts = reduce(shared, (word.keys - offset for offset, word in enumerate(occurrences)))
        yield Postings(*tally(_in_fields(segment, _Occurrences(starts), phrase.fields).docnums))


def phrase_spans(
    segment: SegmentReader, words: Mapping[Alternatives, Options], phrase: TermPhrase, blocks: Ints
) -> tuple[Ints, Ints]:
    """Find where a phrase stands in the articles of some blocks, given the terms of its words.

    Returns ``docnum << 32 | position`` of its first and last words, ascending; where it stands in
    the second copy of a title, perhaps, too.
    """
    firsts, lasts = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for occurrences in _pieces(segment, words, phrase, blocks):
        if phrase.slop:
            found = [
                (docnum << _POSITION_BITS | first, docnum << _POSITION_BITS | last)
                for _, docnum, positions in _by_article(segment, phrase, occurrences)
                for first, last in phrase_windows(positions, len(positions) + phrase.slop)
            ]
            both = np.array(sorted(found), np.int64).reshape(-1, 2)
            firsts.append(both[:, 0])
            lasts.append(both[:, 1])
            continue
        starts = reduce(shared, (word.keys - offset for offset, word in enumerate(occurrences)))
        firsts.append(starts)
        lasts.append(starts + len(occurrences) - 1)
    return np.concatenate(firsts), np.concatenate(lasts)


def _pieces(
    segment: SegmentReader, words: Mapping[Alternatives, Options], phrase: TermPhrase, blocks: Ints
) -> Iterator[list[_Occurrences]]:
    """Find where the words of a phrase stand in some blocks, as few blocks at a time as pays."""
    if not (all(words.values()) and len(blocks)):
        return
    located: dict[Alternatives, _Located] = {}
    for word, options in words.items():
        located[word] = _locate(segment, options, blocks)
        blocks = shared(blocks, distinct(located[word].entries.blocks))
        if not len(blocks):
            return
    size_bytes = sum(word.size_in(blocks) for word in located.values())
    n_pieces = 1 + size_bytes // (_BYTES_AT_ONCE * len(words))
    for piece in np.array_split(blocks, min(n_pieces, len(blocks))):
        occurrences_of = {
            word: _occurrences(segment, own.within(piece), words[word])
            for word, own in located.items()
        }
        yield [occurrences_of[word] for word in phrase.words]


def _term_ids(options: Options) -> Ints:
    return np.array([term_id for term_id, _ in options], np.int64)


def _locate(segment: SegmentReader, options: Options, blocks: Ints) -> _Located:
    """Find the entries of some terms in some ascending blocks."""
    postings = segment.text.postings
    found: list[Entries] = []
    owners: list[Ints] = []
    n_before = 0
    for term_ids in _batches(segment, _term_ids(options)):
        check()
        entries = postings.entries_of(term_ids)
        is_in = is_member(entries.blocks, blocks)
        numbers = np.arange(n_before, n_before + len(term_ids))
        owners.append(np.repeat(numbers, postings.entries_per_term(term_ids))[is_in])
        found.append(entries.take(is_in))
        n_before += len(term_ids)
    if len(found) == 1:
        return _Located(found[0], owners[0]).by_block()
    arrays: Iterator[AnyArray] = map(np.concatenate, zip(*found, strict=True))
    joined = Entries(*arrays)
    return _Located(joined, np.concatenate(owners)).by_block()


def _occurrences(segment: SegmentReader, located: _Located, options: Options) -> _Occurrences:
    """Read where any of the terms of a word stands, in one of the forms wanted."""
    check()
    postings, entries = segment.text.postings, located.entries
    docnums, freqs = postings.decode(entries)
    positions, forms = postings.decode_positions(entries, freqs)
    keys = np.repeat(docnums, freqs) << _POSITION_BITS | positions
    if any(numbers is not None for _, numbers in options):
        owners = np.repeat(np.repeat(located.owners, entries.counts), freqs)
        keys = keys[_has_form(owners, forms, options)]
    return _Occurrences(keys if len(options) == 1 else distinct(keys))


def _has_form(owners: Ints, forms: Ints, options: Options) -> NDArray[np.bool_]:
    """For each occurrence, whether its form is wanted; `owners`: which of the terms it is of."""
    takes_all = np.array([numbers is None for _, numbers in options])
    wanted = [
        owner << _FORM_BITS | numbers
        for owner, (_, numbers) in enumerate(options)
        if numbers is not None
    ]
    return takes_all[owners] | is_member(owners << _FORM_BITS | forms, np.concatenate(wanted))


def _near(
    segment: SegmentReader, phrase: TermPhrase, occurrences: Sequence[_Occurrences]
) -> Postings:
    """Count the windows of a proximity query, an article and a field at a time."""
    freqs: dict[int, int] = {}
    for field, docnum, positions in _by_article(segment, phrase, occurrences):
        copies = bm25.TITLE_COPIES if field == "title" and len(phrase.fields) > 1 else 1
        frequency = phrase_frequency(positions, phrase.slop)
        if frequency:
            freqs[docnum] = freqs.get(docnum, 0) + copies * frequency
    docnums = np.array(sorted(freqs), np.int64)
    return Postings(docnums, np.array([freqs[d] for d in docnums], np.int64))


def _by_article(
    segment: SegmentReader, phrase: TermPhrase, occurrences: Sequence[_Occurrences]
) -> Iterator[tuple[str, int, list[list[int]]]]:
    """Return the positions of each word in each field of the articles that have them all there."""
    for field in phrase.fields:
        words = [_in_fields(segment, word, (field,)) for word in occurrences]
        for docnum in reduce(shared, (distinct(w.docnums) for w in words)).tolist():
            check()
            yield field, docnum, [_of_article(word, docnum) for word in words]


def _of_article(word: _Occurrences, docnum: int) -> list[int]:
    bounds = np.searchsorted(word.keys, [docnum << _POSITION_BITS, docnum + 1 << _POSITION_BITS])
    own = word.keys[slice(*bounds)] & ((1 << _POSITION_BITS) - 1)
    positions: list[int] = own.tolist()
    return positions


def docs_with_terms(segment: SegmentReader, term_ids: Ints, fields: tuple[str, ...]) -> Ints:
    """Find the articles that have any of some terms in some of the text fields."""
    if set(fields) != set(TEXT_FIELDS):
        options: Options = [(term_id, None) for term_id in term_ids.tolist()]
        phrase = TermPhrase(((),), exact=False, fields=fields)
        return _postings_of(segment, {(): options}, phrase).docnums
    is_found = np.zeros(segment.n_articles, np.bool_)
    for docnums, _ in _decoded(segment, term_ids):
        is_found[docnums] = True
    return np.flatnonzero(is_found)
