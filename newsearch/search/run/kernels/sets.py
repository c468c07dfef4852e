"""Sets of articles as bitmaps, compiled: unions of words, in any field or in one, and counts."""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.codec.coding.decoding import (
    count_of,
    freq_at,
    list_docs,
    mark,
    next_one,
    open_entry,
    size_of,
)
from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS, HIGH_FREQ_BYTE, LONG_BYTE
from newsearch.codec.coding.positions import HEADER_BITS
from newsearch.compiling import (
    Array,
    Float,
    Int,
    kernel,
    load_i64,
    load_u16,
    load_u32,
    load_word,
    population,
    trailing_zeros,
)
from newsearch.search.run.bitmaps import BLOCK_WORDS, Bitmap
from newsearch.search.run.kernels.entries import exact_freq, locator_of, must_stop, offset_of
from newsearch.search.run.kernels.positions import first_long_entry, position_bytes, sum_freqs
from newsearch.search.run.kernels.scoring import body_start
from newsearch.search.run.kernels.top_k import offer
from newsearch.search.run.kernels.views import (
    DATE,
    DATES,
    ENTRY_BLOCKS,
    ID_HASHES,
    N_ARTICLES,
    N_BLOCKS,
    POSITIONS,
    POSTINGS,
    TERM_ENTRIES,
    TERM_POSITIONS,
    TERM_POSTINGS,
    TITLE,
    TITLE_LENGTHS,
    TopK,
)

_END: Final = 1 << 62
"""After every position."""


@kernel
def count_bits(bitmap: Bitmap) -> Int:
    """Count the articles of a bitmap."""
    total: Int = 0
    for word in bitmap:
        total += np.int64(population(word))
    return total


@kernel
def newest_of_set(
    segment: Int, found: Bitmap, newest_first: Array, score: Float, base: Int, top: TopK
) -> None:
    """Keep the newest articles of a bitmap, all with one score; ties go by hash of the id.

    For the oldest, give the segment dates of :func:`views.oldest_first`. `newest_first`: int32, the
    newest articles of the segment in this order, as many as there are. `base`, `top`: as for
    :func:`ranking.rank_any`.

    Of many articles, a walk along those that are the newest meets enough soon; few are all looked
    at. With n of N articles the one takes about kN / n steps, the other n.
    """
    values, ids, size = top
    k = values.shape[1]
    n_found = count_bits(found)
    first = np.empty(k, np.int64)
    n: Int = 0
    if n_found * n_found > k * load_i64(segment, N_ARTICLES):
        for docnum in newest_first:
            first[n] = docnum
            n += np.int64(found[docnum >> 6] >> np.uint64(docnum & 63)) & 1
            if n == k:
                break
    if n == k:
        for docnum in first:
            _offer_by_date(segment, docnum, score, base, top)
        return
    for word in range(len(found)):
        if must_stop(segment):
            break
        bits = found[word]
        while bits != 0:
            docnum = word * 64 + np.int64(trailing_zeros(bits))
            bits &= bits - np.uint64(1)
            if size[0] < k or load_i64(load_i64(segment, DATES), docnum) >= ids[DATE, 0]:
                _offer_by_date(segment, docnum, score, base, top)


@kernel
def _offer_by_date(segment: Int, docnum: Int, score: Float, base: Int, top: TopK) -> None:
    values, ids, size = top
    date = load_i64(load_i64(segment, DATES), docnum)
    id_hash = load_i64(load_i64(segment, ID_HASHES), docnum)
    offer(values, ids, size, (0.0, date, id_hash), score, base + docnum)


@kernel
def mark_any(segment: Int, terms: Array, out: Bitmap) -> bool:
    """Add the articles that have any of the words to a bitmap; False when the segment is damaged.

    `segment`: address of a :class:`views.Segment`. `terms`: int64 term ids, -1 for one that the
    segment lacks; a prefix may stand for thousands.
    """
    for term in terms:
        if must_stop(segment):
            break
        if term < 0:
            continue
        start = offset_of(segment, TERM_POSTINGS, term)
        end = offset_of(segment, TERM_POSTINGS, term + 1)
        first = offset_of(segment, TERM_ENTRIES, term)
        for entry in range(first, offset_of(segment, TERM_ENTRIES, term + 1)):
            locator = locator_of(segment, entry, start)
            block = load_u16(load_i64(segment, ENTRY_BLOCKS), entry)
            start += size_of(locator)
            if start > end or block >= load_i64(segment, N_BLOCKS):
                return False
            mark(load_i64(segment, POSTINGS), locator, out.ctypes.data + block * BLOCK_WORDS * 8)
    return True


@kernel
def mark_in_field(segment: Int, terms: Array, field: Int, out: Bitmap) -> bool:
    """Do what the quicker :func:`mark_any` does, for words in one field: `TITLE` or `BODY`."""
    docs = np.empty(BLOCK_DOCS, np.int64)
    for term in terms:
        if must_stop(segment):
            break
        if term < 0:
            continue
        start = offset_of(segment, TERM_POSTINGS, term)
        end = offset_of(segment, TERM_POSTINGS, term + 1)
        where = offset_of(segment, TERM_POSITIONS, term)
        positions_end = offset_of(segment, TERM_POSITIONS, term + 1)
        first = offset_of(segment, TERM_ENTRIES, term)
        long = first_long_entry(segment, first)
        for entry in range(first, offset_of(segment, TERM_ENTRIES, term + 1)):
            locator = locator_of(segment, entry, start)
            block = load_u16(load_i64(segment, ENTRY_BLOCKS), entry)
            size = position_bytes(segment, entry, long)
            long += size >= LONG_BYTE
            start += size_of(locator)
            if start > end or block >= load_i64(segment, N_BLOCKS) or size < 0:
                return False
            if size > positions_end - where:
                return False
            words = out[block * BLOCK_WORDS : (block + 1) * BLOCK_WORDS]
            what = (term, block, field)
            if not _mark_entry(segment, (locator, entry, where, size), what, docs, words):
                return False
            where += size
    return True


@kernel
def _mark_entry(
    segment: Int,
    where: tuple[Int, Int, Int, Int],
    what: tuple[Int, Int, Int],
    docs: Array,
    words: Bitmap,
) -> bool:
    """Add the articles of an entry that have its word in a field; False when it is damaged."""
    locator, entry, start, size = where
    term, block, field = what
    end_bit = (start + size) * 8
    tokens = sum_freqs(segment, locator, entry, (0, count_of(locator)), (0, BLOCK_DOCS))
    rice_bits, form_bits, unary = open_entry(load_i64(segment, POSITIONS), start, size, tokens)
    item = start * 8 + HEADER_BITS
    if rice_bits < 0:
        return False
    for rank in range(list_docs(load_i64(segment, POSTINGS), locator, docs)):
        doc = docs[rank]
        freq = freq_at(load_i64(segment, POSTINGS), locator, rank)
        if freq > HIGH_FREQ_BYTE:
            freq = exact_freq(segment, term, block, doc)
        if item + freq * (rice_bits + form_bits) > end_bit:
            return False
        # Damaged bytes may name articles after the last, whose lengths are not there.
        docnum = min(block << BLOCK_BITS | doc, load_i64(segment, N_ARTICLES) - 1)
        title = load_u32(load_i64(segment, TITLE_LENGTHS), docnum)
        limits = (0, title) if field == TITLE else (body_start(title), _END)
        bits = (item, unary, end_bit, rice_bits, form_bits)
        is_found, unary = _stands_within(segment, bits, freq, limits)
        if unary < 0:
            return False
        words[doc >> 6] |= np.uint64(is_found) << np.uint64(doc & 63)
        item += freq * (rice_bits + form_bits)
    return True


@kernel
def _stands_within(
    segment: Int, bits: tuple[Int, Int, Int, Int, Int], freq: Int, limits: tuple[Int, Int]
) -> tuple[bool, Int]:
    """Whether one of an article's positions is within limits; and the first bit of the next
    article's unary part, -1 when the entry is damaged.
    """
    item, unary, end_bit, rice_bits, form_bits = bits
    is_found = False
    position: Int = -1
    for _ in range(freq):
        one = next_one(load_i64(segment, POSITIONS), unary, end_bit)
        if one < 0:
            return False, one
        word = load_word(load_i64(segment, POSITIONS), item >> 3) >> np.uint64(item & 7)
        item += rice_bits + form_bits
        low = np.int64(word >> np.uint64(form_bits)) & ((1 << rice_bits) - 1)
        position += ((one - unary) << rice_bits | low) + 1
        unary = one + 1
        is_found |= limits[0] <= position < limits[1]
    return is_found, unary
