"""Finding the postings of query terms block by block, compiled.

A query's entries are laid out once as a table with a row a block and a column a term, so that
what a block needs is in one or two cache lines. Even where a block must have all words, all entries
are: leaving out those of other blocks took twice the time, as no processor foresees which they are.
Laying out adds up the sizes of a term's entries, and proves on the way that they fill exactly the
bytes the dictionary gives the term; the readers of ``codec.coding.decoding`` then stay inside the
section whatever the bytes hold.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.codec.coding.decoding import (
    first_not_below,
    high_freq,
    load_unsigned,
    locator_with,
    size_of,
    start_of,
)
from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS
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
    NORM_CODES,
    POSTINGS,
    STOP,
    TERM_ENTRIES,
    TERM_ENTRIES_BYTES,
    TERM_POSTINGS,
)

_LINE: Final = 64
"""Bytes that a processor reads together."""
_SECOND_LINE: Final = 48
"""Where the frequencies of long entries are, which begin anywhere in a line."""


@inlined
def offset_of(segment: Int, section: Int, term: Int) -> Int:
    """Read one of the term offsets, which are of 4 or 8 bytes."""
    item_bytes = load_i64(segment, section - TERM_ENTRIES + TERM_ENTRIES_BYTES)
    return load_unsigned(load_i64(segment, section), item_bytes, term)


@inlined
def must_stop(segment: Int) -> bool:
    """Whether the work on a segment must end; then kernels return what they have."""
    return bool(load_i64(load_i64(segment, STOP), 0))


@kernel
def blocks_with_all(segment: Int, starts: Array, terms: Array) -> tuple[bool, Array, Array]:
    """Find the blocks that have all of some words.

    `starts`: the first term of each word, and the end: a word may be any of several terms. `terms`:
    term ids, -1 for one that the segment lacks.

    Returns whether the postings are sound: not when an entry lies after the last block; then the
    rest may not be used. Then, int32, for each block its number among those found, -1 where it is
    none of them; and, int64, the blocks found, ascending.
    """
    rows = np.zeros(load_i64(segment, N_BLOCKS), np.int32)
    is_sound = True
    n_words = len(starts) - 1
    for word in range(n_words):
        for column in range(starts[word], starts[word + 1]):
            if terms[column] >= 0:
                is_sound &= _count_in_blocks(segment, terms[column], word, rows)
    blocks = np.empty(len(rows) + 1, np.int64)
    n: Int = 0
    for block in range(len(rows)):
        has_all = rows[block] == n_words
        blocks[n] = block
        rows[block] = n if has_all else -1
        n += has_all
    return is_sound, rows, blocks[:n]


@kernel
def _count_in_blocks(segment: Int, term: Int, n_before: Int, counts: Array) -> bool:
    """Add 1 to the blocks that have a term and ``n_before`` words before it; False for unknown
    blocks.
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
def lay_out(segment: Int, terms: Array, weights: Array) -> tuple[bool, Array, Array, Array]:
    """Find the entries of some terms, in tables with a row a block and a column a term.

    `terms`: term ids, -1 for one that the segment lacks. `weights`: float32, idf times boost of
    each.

    Returns whether the postings are sound: not when the entries of a term do not fill its bytes or
    lie after the last block; then nothing of the tables may be used. Then int64 locators, see
    ``codec.coding.decoding``, and float32 weights times bounds, shape ``(n_blocks, n_terms)`` each;
    and the sum of each row's bounds, float32.
    """
    n_blocks = load_i64(segment, N_BLOCKS)
    locators, bounds = (
        np.zeros((n_blocks, len(terms)), np.int64),
        np.zeros((n_blocks, len(terms)), np.float32),
    )
    reach = np.zeros(n_blocks, np.float32)
    is_sound = True
    for column in range(len(terms)):
        if terms[column] >= 0:
            table = locators, bounds, reach
            is_sound &= _lay_out_column(segment, terms[column], weights[column], column, table)
    return is_sound, locators, bounds, reach


@kernel
def _lay_out_column(
    segment: Int, term: Int, weight: Float, column: Int, table: tuple[Array, Array, Array]
) -> bool:
    """Fill a column of locators and bounds, and add to reach."""
    locators, bounds, reach = table
    start = offset_of(segment, TERM_POSTINGS, term)
    # Read once: for all a compiler knows, what is written in the loop may change them.
    blocks, counts = load_i64(segment, ENTRY_BLOCKS), load_i64(segment, ENTRY_COUNTS)
    codes, weights = load_i64(segment, ENTRY_BOUNDS), load_i64(segment, BOUND_WEIGHTS)
    for entry in range(
        offset_of(segment, TERM_ENTRIES, term), offset_of(segment, TERM_ENTRIES, term + 1)
    ):
        block, code = load_u16(blocks, entry), load_u8(codes, entry)
        if block >= len(locators):
            return False
        locator = locator_with(start, load_u8(counts, entry), code)
        bound = weight * load_f32(weights, code)
        locators[block, column], bounds[block, column] = locator, bound
        reach[block] += bound
        start += size_of(locator)
    return bool(start == offset_of(segment, TERM_POSTINGS, term + 1))


@inlined
def keep_shared(locators: Array, reach: Array) -> None:
    """Set to 0 what a block can reach that lacks one of the terms of a table."""
    for block in range(len(reach)):
        has_all = True
        for column in range(locators.shape[1]):
            has_all &= locators[block, column] != 0
        reach[block] = reach[block] if has_all else 0


@inlined
def expect_next(segment: Int, locators: Array, visits: Array, i: Int) -> None:
    """Ask for the postings and norms of the block after the i-th of those that are visited.

    No processor foresees their order.
    """
    block = np.int64(visits[min(i + 1, len(visits) - 1)])
    for column in range(locators.shape[1]):
        start = start_of(locators[block, column])
        expect(load_i64(segment, POSTINGS), start)
        expect(load_i64(segment, POSTINGS), start + _SECOND_LINE)
    for line in range(BLOCK_DOCS // _LINE):
        expect(load_i64(segment, NORM_CODES), (block << BLOCK_BITS) + line * _LINE)


@inlined
def locator_of(segment: Int, entry: Int, start: Int) -> Int:
    """Pack where an entry lies, given the first byte of its postings."""
    count = load_u8(load_i64(segment, ENTRY_COUNTS), entry)
    return locator_with(start, count, load_u8(load_i64(segment, ENTRY_BOUNDS), entry))


@inlined
def high_freq_in(segment: Int, entry: Int, doc: Int) -> Int:
    """Look up a frequency of 256 or more, given the entry and the article's place in its block."""
    keys, freqs = load_i64(segment, HIGH_FREQ_KEYS), load_i64(segment, HIGH_FREQS)
    return high_freq(keys, freqs, load_i64(segment, N_HIGH_FREQS), entry << BLOCK_BITS | doc)


@kernel
def exact_freq(segment: Int, term: Int, block: Int, doc: Int) -> Int:
    """Look up a frequency of 256 or more of an article in a block."""
    first = offset_of(segment, TERM_ENTRIES, term)
    end = offset_of(segment, TERM_ENTRIES, term + 1)
    entry = first_not_below(load_i64(segment, ENTRY_BLOCKS), 2, first, end, block)
    return high_freq_in(segment, entry, doc)
