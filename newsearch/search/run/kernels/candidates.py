"""Articles that can have a phrase, found before any position is read, compiled.

A phrase's entries are laid out as a table with a row a block, only for the blocks that have all
words. For each alternative of a word a row has a :class:`scan.PhraseEntry`.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.codec.coding.decoding import (
    count_of,
    freq_at,
    locator_with,
    mark,
    rank_of,
    signature_at,
    size_of,
    start_of,
    width_of,
    word_of,
)
from newsearch.codec.coding.entries import HIGH_FREQ_BYTE, LONG_BYTE, MAX_SPARSE
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
    load_word,
    population,
    store_i64,
    trailing_zeros,
)
from newsearch.search.run.bitmaps import BLOCK_WORDS
from newsearch.search.run.kernels.entries import blocks_with_all, exact_freq, offset_of
from newsearch.search.run.kernels.positions import first_long_entry, position_bytes
from newsearch.search.run.kernels.scan import NOTED, PHRASE_ENTRY, Scan, article_at, entry_at
from newsearch.search.run.kernels.views import (
    BOUND_WEIGHTS,
    ENTRY_BLOCKS,
    ENTRY_BOUNDS,
    ENTRY_COUNTS,
    ENTRY_POSITION_BYTES,
    POSTINGS,
    TERM_ENTRIES,
    TERM_POSITIONS,
    TERM_POSTINGS,
)

_ONE: Final = np.uint64(1)
_MOST: Final = 1 << 62
_ANY_VALUE: Final = 0xFFFF
_SEVERAL: Final = 32
_BEFORE: Final = 16
_BOTH_SIDES: Final = 3


@kernel
def lay_out_phrase(
    segment: Int, starts: Array, terms: Array, factor: Float
) -> tuple[bool, Array, Array, Array]:
    """Find all entries of a phrase in the blocks that have all its words.

    Given the first alternative of each word and the term id of each alternative, see
    :data:`views.Phrase`; and `factor`, how often, at most, a phrase stands in an article for each
    time that its rarest word does.

    Returns whether the postings are sound: not when the entries of a term do not fill its bytes of
    postings or of positions, or lie after the last block; then nothing of the table may be used.
    Then the block of each row, int64 and ascending; a table of :class:`scan.PhraseEntry`, shape
    ``(n_rows, n_alternatives)``; and, float32, the bound of the BM25 weight of the phrase in any
    article of each row's block.
    """
    is_sound, rows, blocks = blocks_with_all(segment, starts, terms)
    n = len(blocks)
    table = np.zeros((n + 1, len(terms)), PHRASE_ENTRY)
    bounds, reach = np.zeros(n + 1, np.float32), np.ones(n, np.float32)
    for word in range(len(starts) - 1 if is_sound and n else 0):
        for column in range(starts[word], starts[word + 1]):
            if terms[column] >= 0:
                is_sound &= _lay_out_term(segment, terms[column], column, rows, table, bounds)
        for row in range(n):
            reach[row] = min(reach[row], bounds[row + 1] * factor)
        bounds[:] = 0
    return is_sound, blocks, table[1:], reach


@kernel
def _lay_out_term(
    segment: Int, term: Int, column: Int, rows: Array, table: Array, bounds: Array
) -> bool:
    """Fill a column of the table and add bounds, both with one row more at the beginning.

    It takes the entries of blocks without a row, which saves a branch.
    """
    start = offset_of(segment, TERM_POSTINGS, term)
    byte = offset_of(segment, TERM_POSITIONS, term)
    end_byte = offset_of(segment, TERM_POSITIONS, term + 1)
    # Read once: for all a compiler knows, what is written in the loop may change them.
    postings, weights = load_i64(segment, POSTINGS), load_i64(segment, BOUND_WEIGHTS)
    blocks, counts = load_i64(segment, ENTRY_BLOCKS), load_i64(segment, ENTRY_COUNTS)
    codes, sizes = load_i64(segment, ENTRY_BOUNDS), load_i64(segment, ENTRY_POSITION_BYTES)
    entries, n_columns = table.ctypes.data, table.shape[1]
    long: Int = -1
    for entry in range(
        offset_of(segment, TERM_ENTRIES, term), offset_of(segment, TERM_ENTRIES, term + 1)
    ):
        code, size = load_u8(codes, entry), load_u8(sizes, entry)
        locator = locator_with(start, load_u8(counts, entry), code)
        if size == LONG_BYTE:
            long = long + 1 if long >= 0 else first_long_entry(segment, entry)
            size = position_bytes(segment, entry, long)
        if size < 0 or size > end_byte - byte:
            return False
        row = np.int64(rows[load_u16(blocks, entry)]) + 1
        laid_out = entry_at(entries, row * n_columns + column)
        laid_out.locator, laid_out.number = locator, entry
        laid_out.start, laid_out.size = byte, size
        bounds[row] += load_f32(weights, code)
        # Blocks are visited in another order, which the processor cannot foresee.
        expect(postings, start if row else 0)
        start += size_of(locator)
        byte += size
    return bool(start == offset_of(segment, TERM_POSTINGS, term + 1) and byte == end_byte)


@inlined
def likely_signatures(scan: Scan) -> None:
    """Find which signatures each word of a phrase can have in an article with the phrase.

    Writes for each word to `Scan.wanted` four times 16 bits, one for each value of 4 bits of a
    signature: of what follows and of what precedes a word that occurs once, and of the same for a
    word that occurs more often.

    No article with the phrase is left out. Wherever the phrase stands, one of the next word's
    alternatives follows the word, so the set that the signature of one of its own alternatives
    means has one of their codes; see `codec.signatures` for sets. A word that the phrase has more
    than once must satisfy that for each time if it has one alternative, and for any time if it has
    several: different alternatives may stand there.
    """
    starts, sequence, codes = scan.starts, scan.sequence, scan.codes
    n_sequence, slop = scan.n_sequence, scan.slop
    for word in range(scan.n_words):
        is_one = load_i64(starts, word + 1) - load_i64(starts, word) == 1
        total = -1 if is_one else 0
        for i in range(n_sequence):
            if load_i64(sequence, i) == word:
                has_before, has_next = i > 0 and slop == 0, i + 1 < n_sequence and slop == 0
                before = load_i64(codes, load_i64(sequence, i - 1)) if has_before else 0
                after = load_i64(codes, load_i64(sequence, i + 1)) if has_next else 0
                here = values_with(after) | values_with(before) << _BEFORE
                total = total & here if is_one else total | here
        store_i64(scan.wanted, word, total)


@inlined
def values_with(codes: Int) -> Int:
    """Return which halves of a signature allow one of some neighbours.

    `codes`: those that the neighbour may have, as bits; 0 for any neighbour. Bit i is set when a
    half of value i allows it beside a term that occurs once; bit 32 + i when it does beside a term
    that occurs more often.
    """
    fours = codes | codes >> 4 | codes >> 8 | codes >> 12
    several = 0xAAAA * (fours & 1) | 0xCCCC * (fours >> 1 & 1)
    several |= 0xF0F0 * (fours >> 2 & 1) | 0xFF00 * (fours >> 3 & 1)
    once = codes | 1 << 15
    values = once | several << _SEVERAL
    return values if codes else _ANY_VALUE | _ANY_VALUE << _SEVERAL


@inlined
def _sides_allowed(wanted: Int, signature: Int, freq: Int) -> Int:
    """Whether a signature allows a wanted neighbour after (bit 0) and before (bit 1) the term."""
    values = wanted >> (_SEVERAL if freq > 1 else 0)
    after = values >> (signature & 15) & 1
    before = values >> (_BEFORE + (signature >> 4)) & 1
    return after | before << 1


@inlined
def list_likely(segment: Int, scan: Scan, at: tuple[Int, Int, Int]) -> Int:
    """List the allowed articles of a block that may have all words, ascending; return how many.

    `at`: address of a row of the table, its block, and which word has the fewest articles.
    """
    row, block, rarest = at
    n_words, n_columns = scan.n_words, scan.n_columns
    mask = scan.allowed + block * BLOCK_WORDS * 8
    locator = entry_at(row, rarest).locator
    if n_columns > n_words:
        n: Int = _list_with_alternatives(segment, scan, row, mask)
    elif count_of(locator) > MAX_SPARSE:
        n = _list_dense(segment, n_columns, scan, row, mask, rarest)
    else:
        n = _list_sparse(segment, scan, locator, load_i64(scan.wanted, rarest), mask)
    return n


@inlined
def rarest_of(row: Int, n_columns: Int) -> Int:
    """Return the column with the fewest articles of a row at an address."""
    rarest: Int = 0
    for column in range(1, n_columns):
        if count_of(entry_at(row, column).locator) < count_of(entry_at(row, rarest).locator):
            rarest = column
    return rarest


@inlined
def _list_sparse(segment: Int, scan: Scan, locator: Int, wanted: Int, mask: Int) -> Int:
    """List the articles of the rarest word whose signature allows the others beside it."""
    postings, count, width = load_i64(segment, POSTINGS), count_of(locator), width_of(locator)
    docs = scan.docs
    start = postings + start_of(locator)
    freqs = start + count
    signatures = freqs + ((count * width + 7) >> 3)
    several = (1 << width) - 1
    n: Int = 0
    for rank in range(count):
        bit = rank * width
        is_several = load_u8(freqs, bit >> 3) >> (bit & 7) & several != 0
        sides = _sides_allowed(wanted, load_u8(signatures, rank), 1 + is_several)
        store_i64(docs, n, rank)
        n += sides == _BOTH_SIDES
    n_likely, n = n, 0
    for i in range(n_likely):
        doc = load_u8(start, load_i64(docs, i))
        store_i64(docs, n, doc)
        n += load_u8(mask, doc >> 3) >> (doc & 7) & 1
    return n


@inlined
def _list_dense(segment: Int, n_columns: Int, scan: Scan, row: Int, mask: Int, rarest: Int) -> Int:
    """List the articles of all words, where none is rare, likewise."""
    postings, locator = load_i64(segment, POSTINGS), entry_at(row, rarest).locator
    wanted, docs = load_i64(scan.wanted, rarest), scan.docs
    rank: Int = 0
    n: Int = 0
    for i in range(BLOCK_WORDS):
        mine = word_of(postings, locator, i)
        word = load_word(mask, i * 8)
        for column in range(n_columns):
            word &= word_of(postings, entry_at(row, column).locator, i)
        while word != 0:
            lowest = word & (~word + _ONE)
            # A damaged bitmap may have more bits than postings.
            own = min(rank + np.int64(population(mine & (lowest - _ONE))), count_of(locator) - 1)
            freq, signature = freq_at(postings, locator, own), signature_at(postings, locator, own)
            store_i64(docs, n, i * 64 + np.int64(trailing_zeros(word)))
            n += _sides_allowed(wanted, signature, freq) == _BOTH_SIDES
            word ^= lowest
        rank += np.int64(population(mine))
    return n


@inlined
def _list_with_alternatives(segment: Int, scan: Scan, row: Int, mask: Int) -> Int:
    """List the articles that have an alternative of each word."""
    starts, bits, docs = scan.starts, scan.bits, scan.docs
    for i in range(BLOCK_WORDS):
        store_i64(bits, i, load_i64(mask, i))
    for word in range(scan.n_words):
        for i in range(BLOCK_WORDS):
            store_i64(bits, BLOCK_WORDS + i, 0)
        for column in range(load_i64(starts, word), load_i64(starts, word + 1)):
            locator = entry_at(row, column).locator
            if locator != 0:
                mark(load_i64(segment, POSTINGS), locator, bits + BLOCK_WORDS * 8)
        for i in range(BLOCK_WORDS):
            store_i64(bits, i, load_i64(bits, i) & load_i64(bits, BLOCK_WORDS + i))
    n: Int = 0
    for i in range(BLOCK_WORDS):
        left = load_word(bits, i * 8)
        while left != 0:
            store_i64(docs, n, i * 64 + np.int64(trailing_zeros(left)))
            left &= left - _ONE
            n += 1
    return n


@inlined
def note_article(
    segment: Int, scan: Scan, at: tuple[Int, Int], first: Int, doc: Int, n: Int
) -> Int:
    """Note an article of a block as the n-th to be read; return how often its rarest word is there.

    That is 0 when it cannot have the phrase, see :func:`likely_signatures`, and must not be read.

    `at`: address of a row of the table, and its block. `first`: the word to be looked up first, the
    first one where there is none of that number; the others follow in turn. `doc`: docnum in the
    block.
    """
    row, block = at
    starts, n_words = scan.starts, scan.n_words
    postings = load_i64(segment, POSTINGS)
    least: Int = _MOST
    word = first
    for _ in range(n_words):
        word = word if word < n_words else 0
        wanted = load_i64(scan.wanted, word)
        total, sides = 0, 0
        for column in range(load_i64(starts, word), load_i64(starts, word + 1)):
            locator = entry_at(row, column).locator
            rank = rank_of(postings, locator, doc) if locator != 0 else -1
            freq: Int = 0
            if rank >= 0:
                freq = freq_at(postings, locator, rank)
                sides |= _sides_allowed(wanted, signature_at(postings, locator, rank), freq)
            if freq > HIGH_FREQ_BYTE:
                freq = exact_freq(segment, load_i64(scan.terms, column), block, doc)
            article = article_at(scan.articles, column * NOTED + n)
            article.doc, article.rank, article.freq = doc, rank, freq
            total += freq
        least = min(least, total)
        if sides != _BOTH_SIDES:
            least = 0
            break
        word += 1
    return least
