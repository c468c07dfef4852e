"""Finding and reading the postings of query terms block by block, compiled.

A query's entries are laid out once as a table with a row a block and a column a term, so that
what a block needs is in one or two cache lines. Laying it out adds up the sizes of a term's
entries, and proves on the way that they fill exactly the bytes the dictionary gives the term;
readers then stay inside the section whatever the bytes hold.

A *place* packs where an entry lies into an integer: first byte in the postings section, postings
(9 bits) and bits a frequency (4 bits); 0 is no entry.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from newsearch.codec.bounds import FREQ_WIDTHS, LEVEL_BITS
from newsearch.codec.coding.entries import BLOCK_BITS, HIGH_FREQ_BYTE, MAX_SPARSE
from newsearch.codec.coding.signatures import ANY, MAX_SIGNED
from newsearch.compiling import (
    Array,
    Float,
    Int,
    expect,
    inlined,
    kernel,
    load_f32,
    load_i64,
    load_u8,
    load_u16,
    load_u32,
    load_word,
    population,
    trailing_zeros,
)
from newsearch.search.run.kernels.views import (
    BOUND_WEIGHTS,
    ENTRY_BLOCKS,
    ENTRY_BOUNDS,
    ENTRY_COUNTS,
    HIGH_FREQ_KEYS,
    HIGH_FREQS,
    N_BLOCKS,
    N_HIGH_FREQS,
    POSTINGS,
    TERM_ENTRIES,
    TERM_ENTRIES_BYTES,
    TERM_POSTINGS,
)

_COUNT_SHIFT: Final = 4
_START_SHIFT: Final = 13
_WIDTH_MASK: Final = (1 << _COUNT_SHIFT) - 1
_COUNT_MASK: Final = (1 << (_START_SHIFT - _COUNT_SHIFT)) - 1

_EVERY_BYTE: Final = np.uint64(0x0101010101010101)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)
_ONE: Final = np.uint64(1)


@inlined
def offset_of(segment: Int, section: Int, term: Int) -> Int:
    """Read one of the term offsets, which are of 4 or 8 bytes."""
    if load_i64(segment, section - TERM_ENTRIES + TERM_ENTRIES_BYTES) == 4:
        return load_u32(load_i64(segment, section), term)
    return load_i64(load_i64(segment, section), term)


@kernel
def lay_out(
    segment: Int, terms: Array, weights: Array, places: Array, bounds: Array, reach: Array
) -> bool:
    """Find all entries of some terms.

    Parameters
    ----------
    segment
        Address of a :class:`views.Segment`.
    terms
        Term ids, -1 for one that the segment lacks. Shape ``(n_terms,)``.
    weights
        float32, idf times boost of each.
    places
        int64, filled with places, zeroed before. Shape ``(n_blocks, n_terms)``.
    bounds
        float32, filled with weight times bound, zeroed before. Same shape.
    reach
        float32, to which the bounds of each block are added.

    Returns
    -------
    bool
        False when the entries of a term do not fill its bytes or lie behind the last block; then
        nothing of the table may be used.
    """
    is_sound = True
    for column in range(len(terms)):
        term = terms[column]
        if term < 0:
            continue
        start = offset_of(segment, TERM_POSTINGS, term)
        first = offset_of(segment, TERM_ENTRIES, term)
        for entry in range(first, offset_of(segment, TERM_ENTRIES, term + 1)):
            block = load_u16(load_i64(segment, ENTRY_BLOCKS), entry)
            if block >= load_i64(segment, N_BLOCKS):
                return False
            place = place_of(segment, entry, start)
            code = load_u8(load_i64(segment, ENTRY_BOUNDS), entry)
            bound = weights[column] * load_f32(load_i64(segment, BOUND_WEIGHTS), code)
            places[block, column] = place
            bounds[block, column] = bound
            reach[block] += bound
            # Blocks are visited in another order, which the processor cannot foresee.
            expect(load_i64(segment, POSTINGS), start)
            start += size_of(place)
        is_sound &= start == offset_of(segment, TERM_POSTINGS, term + 1)
    return is_sound


@kernel
def lay_out_shared(
    segment: Int, terms: Array, weights: Array
) -> tuple[bool, Array, Array, Array, Array]:
    """Find the entries of some terms in the blocks that have them all.

    Parameters
    ----------
    segment, terms, weights
        As for :func:`lay_out`; the segment has each of the terms.

    Returns
    -------
    is_sound
        As from :func:`lay_out`.
    blocks
        int64, the block of each row, ascending. Shape ``(n_rows,)``.
    places, bounds
        int64 places and float32 weights times bounds. Shape ``(n_rows, n_terms)``.
    reach
        float32, the sum of each row's bounds. Shape ``(n_rows,)``.
    """
    rows = np.zeros(load_i64(segment, N_BLOCKS), np.int32)
    is_sound = True
    for column in range(len(terms)):
        is_sound &= count_in_blocks(segment, terms[column], column, rows)
    blocks = np.empty(len(rows) + 1, np.int64)
    n: Int = 0
    for block in range(len(rows)):
        has_all = rows[block] == len(terms)
        blocks[n] = block
        n += has_all
        rows[block] = n if has_all else 0
    places, bounds = np.zeros((n, len(terms)), np.int64), np.zeros((n, len(terms)), np.float32)
    reach = np.zeros(n, np.float32)
    for column in range(len(terms) if is_sound and n else 0):
        table = places, bounds, reach
        is_sound &= _lay_out_column(segment, terms[column], weights[column], column, rows, table)
    return is_sound, blocks[:n], places, bounds, reach


@kernel
def count_in_blocks(segment: Int, term: Int, n_before: Int, counts: Array) -> bool:
    """Add 1 to the blocks that have a term and all those before it; False for unknown blocks.

    Parameters
    ----------
    n_before
        How many terms were counted before.
    counts
        Of terms, by block; zeros before the first.
    """
    blocks = load_i64(segment, ENTRY_BLOCKS)
    for entry in range(
        offset_of(segment, TERM_ENTRIES, term), offset_of(segment, TERM_ENTRIES, term + 1)
    ):
        block = load_u16(blocks, entry)
        if block >= len(counts):
            return False
        counts[block] += counts[block] == n_before
    return True


@kernel
def _lay_out_column(
    segment: Int,
    term: Int,
    weight: Float,
    column: Int,
    rows: Array,
    table: tuple[Array, Array, Array],
) -> bool:
    """Fill a column of places and bounds, and add to reach, for the blocks that have a row.

    Parameters
    ----------
    rows
        By block its row, counted from 1; 0 where it has none.
    """
    places, bounds, reach = table
    start = offset_of(segment, TERM_POSTINGS, term)
    # Read once: for all a compiler knows, what is written in the loop may change them.
    blocks, counts = load_i64(segment, ENTRY_BLOCKS), load_i64(segment, ENTRY_COUNTS)
    codes, weights = load_i64(segment, ENTRY_BOUNDS), load_i64(segment, BOUND_WEIGHTS)
    postings = load_i64(segment, POSTINGS)
    for entry in range(
        offset_of(segment, TERM_ENTRIES, term), offset_of(segment, TERM_ENTRIES, term + 1)
    ):
        code = load_u8(codes, entry)
        place = place_with(start, load_u8(counts, entry), code)
        row = np.int64(rows[load_u16(blocks, entry)]) - 1
        if row >= 0:
            bound = weight * load_f32(weights, code)
            places[row, column], bounds[row, column] = place, bound
            reach[row] += bound
            expect(postings, start)
        start += size_of(place)
    return bool(start == offset_of(segment, TERM_POSTINGS, term + 1))


@inlined
def place_of(segment: Int, entry: Int, start: Int) -> Int:
    """Pack where an entry lies, given the first byte of its postings."""
    count = load_u8(load_i64(segment, ENTRY_COUNTS), entry)
    return place_with(start, count, load_u8(load_i64(segment, ENTRY_BOUNDS), entry))


@inlined
def place_with(start: Int, count: Int, bound: Int) -> Int:
    """Pack where an entry lies, given its first byte, its postings less one and its bound byte."""
    width = np.int64(FREQ_WIDTHS[bound >> LEVEL_BITS])
    return start << _START_SHIFT | (count + 1) << _COUNT_SHIFT | width


@inlined
def size_of(place: Int) -> Int:
    """Return the bytes of an entry in the postings section."""
    count = count_of(place)
    size = min(count, MAX_SPARSE) + ((count * width_of(place) + 7) >> 3)
    if count <= MAX_SIGNED:
        size += count
    return size


@inlined
def start_of(place: Int) -> Int:
    """Return the first byte of an entry."""
    return place >> _START_SHIFT


@inlined
def count_of(place: Int) -> Int:
    """Return the postings of an entry."""
    return place >> _COUNT_SHIFT & _COUNT_MASK


@inlined
def width_of(place: Int) -> Int:
    """Return the bits in which each frequency of an entry is stored, less one."""
    return place & _WIDTH_MASK


@inlined
def freq_at(postings: Int, place: Int, rank: Int) -> Int:
    """Return the frequency of an entry's posting by its rank; 256 stands for 256 or more.

    Parameters
    ----------
    postings
        Address of the postings section.
    """
    width = width_of(place)
    if width == 0:
        return 1
    bit = rank * width
    byte = load_u8(postings, start_of(place) + min(count_of(place), MAX_SPARSE) + (bit >> 3))
    return (byte >> (bit & 7) & ((1 << width) - 1)) + 1


@inlined
def signature_at(postings: Int, place: Int, rank: Int) -> Int:
    """Return the signature of an entry's posting by its rank; see `codec.signatures`."""
    count = count_of(place)
    signature: Int = ANY
    if count <= MAX_SIGNED:
        behind = start_of(place) + min(count, MAX_SPARSE) + ((count * width_of(place) + 7) >> 3)
        signature = load_u8(postings, behind + rank)
    return signature


@inlined
def rank_of(postings: Int, place: Int, doc: Int) -> Int:
    """Find an article of the block, 0 to 255, in an entry.

    Returns
    -------
    int
        How many postings of the entry come before it, or -1 when it is not there.
    """
    if count_of(place) > MAX_SPARSE:
        return _rank_in_bitmap(postings, place, doc)
    return _rank_in_list(postings, place, doc)


@inlined
def _rank_in_bitmap(postings: Int, place: Int, doc: Int) -> Int:
    start = start_of(place)
    word = load_word(postings, start + (doc >> 6) * 8)
    bit = _ONE << np.uint64(doc & 63)
    if word & bit == 0:
        return -1
    rank = np.int64(population(word & (bit - _ONE)))
    # No loop: compilers make much of one, for at most three rounds.
    rank += np.int64(population(load_word(postings, start))) if doc >= 64 else 0
    rank += np.int64(population(load_word(postings, start + 8))) if doc >= 128 else 0
    rank += np.int64(population(load_word(postings, start + 16))) if doc >= 192 else 0
    # A damaged bitmap may have more bits than postings.
    return min(rank, count_of(place) - 1)


@inlined
def _rank_in_list(postings: Int, place: Int, doc: Int) -> Int:
    start, count = start_of(place), count_of(place)
    pattern = np.uint64(doc) * _EVERY_BYTE
    for first in range(0, count, 8):
        # Bytes that are equal become zero; the lowest zero byte is found exactly.
        word = load_word(postings, start + first) ^ pattern
        zeros = (word - _EVERY_BYTE) & ~word & _HIGH_BITS
        if zeros != 0:
            rank = first + (np.int64(trailing_zeros(zeros)) >> 3)
            return rank if rank < count else -1
    return -1


@kernel
def exact_freq(segment: Int, term: Int, block: Int, doc: Int) -> Int:
    """Look up a frequency of 256 or more of an article in a block."""
    low = offset_of(segment, TERM_ENTRIES, term)
    high = offset_of(segment, TERM_ENTRIES, term + 1)
    while low < high:
        middle = (low + high) >> 1
        if load_u16(load_i64(segment, ENTRY_BLOCKS), middle) < block:
            low = middle + 1
        else:
            high = middle
    key = low << BLOCK_BITS | doc
    at = first_high_freq(segment, key)
    if (
        at < load_i64(segment, N_HIGH_FREQS)
        and load_i64(load_i64(segment, HIGH_FREQ_KEYS), at) == key
    ):
        return load_u32(load_i64(segment, HIGH_FREQS), at)
    return HIGH_FREQ_BYTE + 1


@kernel
def first_high_freq(segment: Int, key: Int) -> Int:
    """Find the first frequency of 256 or more whose entry * 256 + docnum is not below ``key``."""
    low, high = 0, load_i64(segment, N_HIGH_FREQS)
    while low < high:
        middle = (low + high) >> 1
        if load_i64(load_i64(segment, HIGH_FREQ_KEYS), middle) < key:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def word_of(postings: Int, place: Int, i: Int) -> Any:
    """Return 64 articles of an entry of more than 32 postings as bits."""
    return load_word(postings, start_of(place) + i * 8)


@inlined
def list_docs(postings: Int, place: Int, docs: Array) -> Int:
    """List the articles of an entry, 0 to 255, ascending; fewer than it has if damaged."""
    count = count_of(place)
    if count <= MAX_SPARSE:
        for rank in range(count):
            docs[rank] = load_u8(postings, start_of(place) + rank)
        return count
    n: Int = 0
    for i in range(4):
        word = word_of(postings, place, i)
        while word != 0 and n < count:
            docs[n] = i * 64 + np.int64(trailing_zeros(word))
            word &= word - _ONE
            n += 1
    return n


@inlined
def mark(postings: Int, place: Int, words: Array) -> None:
    """Add the articles of an entry to four words of a bitmap."""
    count = count_of(place)
    if count > MAX_SPARSE:
        for i in range(4):
            words[i] |= word_of(postings, place, i)
        return
    for i in range(count):
        doc = load_u8(postings, start_of(place) + i)
        words[doc >> 6] |= _ONE << np.uint64(doc & 63)
