"""Reading the positions of single articles out of entries, compiled.

An entry's positions are one bit string for all its articles. The items of an article begin at a
place that the number of positions before it gives; that number is the sum of the frequencies
before it, counted bit plane by bit plane. The unary parts are found by counting ones from where
the article read last ended.

What is known of a term's entry in the block at hand is a row of a table, `PLACE` and so on.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from newsearch.codec.bits import population, trailing_zeros
from newsearch.codec.entries import BLOCK_BITS, BLOCK_DOCS, HIGH_FREQ_BYTE, MAX_SPARSE
from newsearch.codec.positions import HEADER_BITS, WIDE_FORM_BITS, WIDE_FORM_CODE
from newsearch.search.kernels.compiling import Array, Int, inlined, kernel
from newsearch.search.kernels.entries import (
    count_of,
    first_high_freq,
    offset_of,
    start_of,
    width_of,
)
from newsearch.search.kernels.memory import load_i64, load_u8, load_u16, load_u32, load_word
from newsearch.search.kernels.views import (
    ENTRY_BLOCKS,
    ENTRY_POSITION_BYTES,
    HIGH_FREQ_KEYS,
    HIGH_FREQS,
    LONG_ENTRIES,
    LONG_ENTRY_BYTES,
    N_BLOCKS,
    N_HIGH_FREQS,
    N_LONG_ENTRIES,
    POSITIONS,
    POSTINGS,
    TERM_ENTRIES,
    TERM_POSITIONS,
)

(
    TERM, FORM, PLACE, ENTRY, START_BIT, END_BIT, RICE_BITS, FORM_BITS, UNARY_BIT, TOKENS_READ,
    RANK, FREQ,
) = range(12)  # fmt: skip
"""Row of an entry: term id and wanted form number (-1 for any); see :func:`choose_entry` and
:func:`open_entry`. `UNARY_BIT` is where the unary part of the position after the first
`TOKENS_READ` begins; `RANK` and `FREQ` are of the article at hand."""

ROW_ITEMS: Final = 12
UNOPENED: Final = -1
_LONG_BYTE: Final = 255
_ONE: Final = np.uint64(1)
_LOWEST_BITS: Final = np.array(
    [0, *((2**64 - 1) // (2**width - 1) for width in range(1, 9))], np.uint64
)
"""Lowest bit of every number in a word, by the numbers' width."""


@kernel
def lay_out_positions(
    segment: Array, terms: Array, entries: Array, starts: Array, sizes: Array
) -> bool:
    """Find where the positions of all entries of some terms lie.

    Parameters
    ----------
    terms
        Term ids, -1 for one that the segment lacks.
    entries, starts, sizes
        int64, filled with entry number, first byte and bytes. Shape ``(n_blocks, n_terms)``.

    Returns
    -------
    bool
        False when the entries of a term do not fill its bytes.
    """
    for column in range(len(terms)):
        term = terms[column]
        if term < 0:
            continue
        start = offset_of(segment, TERM_POSITIONS, term)
        end = offset_of(segment, TERM_POSITIONS, term + 1)
        first = offset_of(segment, TERM_ENTRIES, term)
        long = first_long_entry(segment, first)
        for entry in range(first, offset_of(segment, TERM_ENTRIES, term + 1)):
            size = position_bytes(segment, entry, long)
            long += size >= _LONG_BYTE
            block = load_u16(segment[ENTRY_BLOCKS], entry)
            if block >= segment[N_BLOCKS] or size < 0 or size > end - start:
                return False
            entries[block, column], starts[block, column] = entry, start
            sizes[block, column] = size
            start += size
        if start != end:
            return False
    return True


@inlined
def position_bytes(segment: Array, entry: Int, long: Int) -> Int:
    """Give the bytes of an entry's positions, -1 when the segment is damaged.

    Parameters
    ----------
    long
        Number of the first long entry that does not come before this one.
    """
    size = load_u8(segment[ENTRY_POSITION_BYTES], entry)
    if size < _LONG_BYTE:
        return size
    if long >= segment[N_LONG_ENTRIES]:
        return -1
    size = load_i64(segment[LONG_ENTRY_BYTES], long)
    return size if size >= _LONG_BYTE else -1


@kernel
def first_long_entry(segment: Array, entry: Int) -> Int:
    """Find the first long entry that does not come before an entry."""
    low, high = 0, segment[N_LONG_ENTRIES]
    while low < high:
        middle = (low + high) >> 1
        if load_u32(segment[LONG_ENTRIES], middle) < entry:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def choose_entry(table: Array, row: Int, place: Int, entry: Int, start: Int, size: Int) -> None:
    """Note which entry a row is about, and leave opening it for when a position is wanted.

    Parameters
    ----------
    entry, start, size
        Entry number, and first byte and bytes of its positions.
    """
    table[row, PLACE], table[row, ENTRY] = place, entry
    table[row, START_BIT], table[row, END_BIT] = start * 8, (start + size) * 8
    table[row, TOKENS_READ] = UNOPENED


@kernel
def open_entry(segment: Array, table: Array, row: Int) -> bool:
    """Read the header of a row's entry; False when its positions do not fit into its bytes."""
    place, start = table[row, PLACE], table[row, START_BIT]
    tokens = tokens_before(segment, place, table[row, ENTRY], count_of(place), BLOCK_DOCS)
    if table[row, END_BIT] <= start:
        return False
    header = load_u8(segment[POSITIONS], start >> 3)
    form_bits: Int = header >> 4
    if form_bits == WIDE_FORM_CODE:
        form_bits = WIDE_FORM_BITS
    table[row, RICE_BITS], table[row, FORM_BITS] = header & 15, form_bits
    table[row, UNARY_BIT] = start + HEADER_BITS + tokens * ((header & 15) + form_bits)
    table[row, TOKENS_READ] = 0
    return bool(table[row, UNARY_BIT] + tokens <= table[row, END_BIT])


@kernel
def tokens_before(segment: Array, place: Int, entry: Int, rank: Int, doc: Int) -> Int:
    """Add up the frequencies of an entry's postings before one.

    Parameters
    ----------
    rank, doc
        Rank and docnum in the block of the posting; count and 256 for behind the last.
    """
    width = width_of(place)
    if width == 0:
        return rank
    start = start_of(place) + min(count_of(place), MAX_SPARSE)
    total = rank
    for bit in range(0, rank * width, 64):
        word = load_word(segment[POSTINGS], start + (bit >> 3))
        if rank * width - bit < 64:
            word &= (_ONE << np.uint64(rank * width - bit)) - _ONE
        total += _sum_of_fields(word, width)
    if width == 8:
        total += _excess(segment, entry << BLOCK_BITS, doc)
    return total


@inlined
def _sum_of_fields(word: Any, width: Int) -> Int:
    """Add up the numbers of ``width`` bits in a word: how many have their lowest bit, and so on."""
    lowest = _LOWEST_BITS[width]
    total: Int = 0
    for plane in range(width):
        total += np.int64(population(word >> np.uint64(plane) & lowest)) << plane
    return total


@kernel
def _excess(segment: Array, first_key: Int, doc: Int) -> Int:
    """Add up by how much frequencies before ``doc`` exceed the 256 that a byte can say."""
    total: Int = 0
    at = first_high_freq(segment, first_key)
    while at < segment[N_HIGH_FREQS] and load_i64(segment[HIGH_FREQ_KEYS], at) < first_key + doc:
        total += load_u32(segment[HIGH_FREQS], at) - (HIGH_FREQ_BYTE + 1)
        at += 1
    return total


@kernel
def read_positions(
    segment: Array, table: Array, row: Int, doc: Int, out: Array, word: Int, n: Int
) -> Int:
    """Read positions of the wanted form of the article at hand from a row's entry.

    Parameters
    ----------
    table, row
        `RANK` and `FREQ` are those of the article; articles must come in ascending order.
    doc
        Docnum in the block.
    out, word, n
        Row ``word`` of ``out`` takes positions, ascending, from place ``n`` on.

    Returns
    -------
    int
        The place behind the last, or -1 when the bytes are damaged.
    """
    if table[row, TOKENS_READ] == UNOPENED and not open_entry(segment, table, row):
        return -1
    freq, end_bit, form = table[row, FREQ], table[row, END_BIT], table[row, FORM]
    tokens = tokens_before(segment, table[row, PLACE], table[row, ENTRY], table[row, RANK], doc)
    bit = _skip_ones(segment, table[row, UNARY_BIT], end_bit, tokens - table[row, TOKENS_READ])
    rice_bits, form_bits = table[row, RICE_BITS], table[row, FORM_BITS]
    item_bits = rice_bits + form_bits
    item = table[row, START_BIT] + HEADER_BITS + tokens * item_bits
    if bit < 0 or n + freq > out.shape[1] or item + freq * item_bits > end_bit:
        return -1
    position: Int = -1
    for _ in range(freq):
        one = next_one(segment, bit, end_bit)
        if one < 0:
            return -1
        value = load_word(segment[POSITIONS], item >> 3) >> np.uint64(item & 7)
        item += item_bits
        low = np.int64(value >> np.uint64(form_bits)) & ((1 << rice_bits) - 1)
        position += ((one - bit) << rice_bits | low) + 1
        bit = one + 1
        out[word, n] = position
        n += form < 0 or np.int64(value) & ((1 << form_bits) - 1) == form
    table[row, UNARY_BIT], table[row, TOKENS_READ] = bit, tokens + freq
    return n


@inlined
def next_one(segment: Array, bit: Int, end_bit: Int) -> Int:
    """Give the first set bit from ``bit`` on, or -1 when there is none before ``end_bit``."""
    word = load_word(segment[POSITIONS], bit >> 3) >> np.uint64(bit & 7)
    while word == 0:
        bit = (bit | 7) + 57
        if bit >= end_bit:
            return -1
        word = load_word(segment[POSITIONS], bit >> 3)
    bit += np.int64(trailing_zeros(word))
    return bit if bit < end_bit else -1


@kernel
def _skip_ones(segment: Array, bit: Int, end_bit: Int, ones: Int) -> Int:
    """Give the bit behind the ``ones``-th set bit from ``bit`` on, or -1 where there are fewer."""
    if ones < 0:
        return -1
    while ones > 0:
        if bit >= end_bit:
            return -1
        word = load_word(segment[POSITIONS], bit >> 3) >> np.uint64(bit & 7)
        n = np.int64(population(word))
        if n < ones:
            ones -= n
            bit += 64 - (bit & 7)
            continue
        for width in (32, 16, 8):
            low = np.int64(population(word & ((_ONE << np.uint64(width)) - _ONE)))
            if low < ones:
                ones -= low
                word >>= np.uint64(width)
                bit += width
        for _ in range(ones - 1):
            word &= word - _ONE
        bit += np.int64(trailing_zeros(word)) + 1
        ones = 0
    return bit if bit <= end_bit else -1
