"""Reading the positions of some articles out of an entry, compiled.

An entry's positions are one bit string for all its articles. Where the items of an article begin
follows from the number of positions before it; that number is the sum of the frequencies before
it, added up a word of them at a time. The unary parts are found by counting ones from where
the article read last ended.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from newsearch.codec.coding.decoding import (
    count_of,
    first_not_below,
    open_entry,
    skip_ones,
    start_of,
    width_of,
)
from newsearch.codec.coding.entries import (
    BLOCK_BITS,
    BLOCK_DOCS,
    HIGH_FREQ_BYTE,
    LONG_BYTE,
    MAX_SPARSE,
)
from newsearch.codec.coding.positions import HEADER_BITS
from newsearch.compiling import (
    Int,
    inlined,
    kernel,
    load_i64,
    load_u8,
    load_u32,
    load_word,
    population,
    store_i64,
    trailing_zeros,
)
from newsearch.search.run.kernels.scan import PhraseEntry, article_at
from newsearch.search.run.kernels.views import (
    ENTRY_POSITION_BYTES,
    HIGH_FREQ_KEYS,
    HIGH_FREQS,
    LONG_ENTRIES,
    LONG_ENTRY_BYTES,
    MOST_TOGETHER,
    N_HIGH_FREQS,
    N_LONG_ENTRIES,
    POSITIONS,
    POSTINGS,
)

_ONE: Final = np.uint64(1)
_ALL: Final = np.uint64(2**64 - 1)
_EVEN_BITS: Final = np.uint64(0x5555555555555555)
_EVEN_NIBBLES: Final = np.uint64(0x0F0F0F0F0F0F0F0F)
_EVERY_BYTE: Final = np.uint64(0x0101010101010101)
_EVEN_BYTES: Final = np.uint64(0x00FF00FF00FF00FF)
_HIGH_BITS: Final = np.uint64(0x8080808080808080)
_EVERY_SECOND_BYTE: Final = np.uint64(0x0001000100010001)


@inlined
def position_bytes(segment: Int, entry: Int, long: Int) -> Int:
    """Return the bytes of an entry's positions, -1 when the segment is damaged.

    `long`: number of the first long entry that does not come before this one.
    """
    size = load_u8(load_i64(segment, ENTRY_POSITION_BYTES), entry)
    if size < LONG_BYTE:
        return size
    if long >= load_i64(segment, N_LONG_ENTRIES):
        return -1
    size = load_i64(load_i64(segment, LONG_ENTRY_BYTES), long)
    return size if size >= LONG_BYTE else -1


@kernel
def first_long_entry(segment: Int, entry: Int) -> Int:
    """Find the first long entry that does not come before an entry."""
    return first_not_below(
        load_i64(segment, LONG_ENTRIES), 4, 0, load_i64(segment, N_LONG_ENTRIES), entry
    )


@kernel
def sum_freqs(
    segment: Int, locator: Int, entry: Int, ranks: tuple[Int, Int], docs: tuple[Int, Int]
) -> Int:
    """Add up the exact frequencies of some of an entry's postings.

    `ranks`, `docs`: rank and docnum in the block of the first posting and of the one after the
    last; 0 and 0, count and 256 for all.
    """
    total = _sum_stored(load_i64(segment, POSTINGS), locator, ranks[0], ranks[1])
    if width_of(locator) == 8:
        first = entry << BLOCK_BITS
        total += _excess(segment, first | docs[0], first + docs[1])
    return total


@inlined
def _sum_stored(postings: Int, locator: Int, rank: Int, end_rank: Int) -> Int:
    """Add up frequencies, those of 256 and more as 256."""
    width = width_of(locator)
    total = end_rank - rank
    freqs = start_of(locator) + min(count_of(locator), MAX_SPARSE)
    bit, end = rank * width, end_rank * width
    while bit < end:
        word = load_word(postings, freqs + (bit >> 3)) >> np.uint64(bit & 7)
        taken = 64 - (bit & 7)
        if end - bit < taken:
            taken = end - bit
            word &= (_ONE << np.uint64(taken)) - _ONE
        total += _sum_of_fields(word, width)
        bit += taken
    return total


@inlined
def _has_capped(postings: Int, locator: Int) -> bool:
    """Whether an entry with 8 bits a frequency may have one of 256 or more."""
    first = start_of(locator) + min(count_of(locator), MAX_SPARSE)
    zeros = np.uint64(0)
    for byte in range(first, first + count_of(locator), 8):
        word = ~load_word(postings, byte)
        zeros |= (word - _EVERY_BYTE) & ~word & _HIGH_BITS
    return bool(zeros != 0)


@inlined
def _sum_of_fields(word: Any, width: Int) -> Int:
    """Add up the numbers of 1, 2, 4 or 8 bits in a word.

    Multiplying adds up all bytes, or pairs of them, in the highest: 16 numbers up to 15, or 8 up to
    255, do not overflow it.
    """
    if width == 8:
        pairs = (word & _EVEN_BYTES) + (word >> np.uint64(8) & _EVEN_BYTES)
        total = np.int64(pairs * _EVERY_SECOND_BYTE >> np.uint64(48))
    elif width == 4:
        pairs = (word & _EVEN_NIBBLES) + (word >> np.uint64(4) & _EVEN_NIBBLES)
        total = np.int64(pairs * _EVERY_BYTE >> np.uint64(56))
    elif width == 2:
        twos = np.int64(population(word >> _ONE & _EVEN_BITS))
        total = np.int64(population(word & _EVEN_BITS)) + 2 * twos
    else:
        total = np.int64(population(word))
    return total


@kernel
def _excess(segment: Int, key: Int, end_key: Int) -> Int:
    """Add up by how much frequencies exceed the 256 that a byte can say."""
    total: Int = 0
    keys, n_high = load_i64(segment, HIGH_FREQ_KEYS), load_i64(segment, N_HIGH_FREQS)
    at = first_not_below(keys, 8, 0, n_high, key)
    while at < n_high and load_i64(keys, at) < end_key:
        total += load_u32(load_i64(segment, HIGH_FREQS), at) - (HIGH_FREQ_BYTE + 1)
        at += 1
    return total


@inlined
def forms_wanted(form: Int) -> Any:
    """Return, as bits, which numbers of forms are wanted, apart from `form` itself.

    The highest bit stands for all numbers that are not among the first. `form`: as in
    :data:`views.Phrase`.
    """
    together = -1 if form == -1 else (~form if form < 0 else 0)
    return np.uint64(together)


@inlined
def is_wanted(wanted: Any, form: Int, number: Int) -> Int:
    """Return 1 if the form with this number is wanted, else 0."""
    is_together = np.int64(wanted >> np.uint64(min(number, MOST_TOGETHER))) & 1
    return is_together | (number == form)


@inlined
def read_positions(
    segment: Int,
    entry: PhraseEntry,
    form: Int,
    articles: Int,
    n: Int,
    limits: Int,
    out: tuple[Int, Int, Int],
    starts: Int,
) -> bool:
    """Read where some forms of a word stand in some articles of an entry; False for damaged bytes.

    `entry`: the entry and where its positions are. `form`: which, as in :data:`views.Phrase`.
    `articles`: address of n :class:`scan.NotedArticle`, docnums ascending; `skipped` is written to.
    `limits`: address of n positions; of those of an article that are above, none or some are given.
    `out`: address of room for positions, and from which and up to which item they may be written;
    those of an article ascend. `starts`: address of ``n + 1`` numbers, which take where each
    article's positions begin in `out`, and after the last where they end.
    """
    target, filled, end = out
    data, end_bit = load_i64(segment, POSITIONS), (entry.start + entry.size) * 8
    tokens = _count_tokens(segment, entry, articles, n)
    rice_bits, form_bits, bit = open_entry(data, entry.start, entry.size, tokens)
    is_sound = rice_bits >= 0
    item_bits = rice_bits + form_bits
    low_mask, form_mask = (1 << rice_bits) - 1, (1 << form_bits) - 1
    wanted = forms_wanted(form)
    item = entry.start * 8 + HEADER_BITS
    left, i = 0, 0
    while is_sound and i < n:
        store_i64(starts, i, filled)
        article = article_at(articles, i)
        freq, limit = article.freq, load_i64(limits, i)
        skipped = left + article.skipped
        i += 1
        if freq == 0:
            continue
        bit = skip_ones(data, bit, end_bit, skipped)
        item += skipped * item_bits
        has_room = item + freq * item_bits <= end_bit and filled + freq <= end
        is_sound = has_room and bit >= 0
        position = -1
        base = max(bit, 0) & -8
        word = load_word(data, base >> 3) & (_ALL << np.uint64(bit & 7))
        left = freq if is_sound else 0
        while left > 0 and position <= limit:
            left -= 1
            while word == 0 and base + 64 < end_bit:
                base += 64
                word = load_word(data, base >> 3)
            one = base + np.int64(trailing_zeros(word))
            word &= word - _ONE
            value = load_word(data, item >> 3) >> np.uint64(item & 7)
            item += item_bits
            low = np.int64(value >> np.uint64(form_bits)) & low_mask
            position += ((one - bit) << rice_bits | low) + 1
            bit = one + 1
            store_i64(target, filled, position)
            number = np.int64(value) & form_mask
            filled += is_wanted(wanted, form, number)
        is_sound = is_sound and bit <= end_bit
    store_i64(starts, n, filled)
    return bool(is_sound)


@inlined
def _count_tokens(segment: Int, entry: PhraseEntry, articles: Int, n: Int) -> Int:
    """Count the positions of an entry, and those to be skipped before each of n articles.

    `articles`: as for :func:`read_positions`.
    """
    locator, first = entry.locator, entry.number << BLOCK_BITS
    postings = load_i64(segment, POSTINGS)
    exceeds = False
    if width_of(locator) == 8:
        exceeds = _has_capped(postings, locator)
    total, rank_before, doc_before = 0, 0, 0
    for i in range(n):
        article = article_at(articles, i)
        if article.freq > 0:
            skipped: Int = _sum_stored(postings, locator, rank_before, article.rank)
            if exceeds:
                skipped += _excess(segment, first + doc_before, first + article.doc)
            article.skipped = skipped
            total += skipped + article.freq
            rank_before, doc_before = article.rank + 1, article.doc + 1
    total += _sum_stored(postings, locator, rank_before, count_of(locator))
    if exceeds:
        total += _excess(segment, first + doc_before, first + BLOCK_DOCS)
    return total
