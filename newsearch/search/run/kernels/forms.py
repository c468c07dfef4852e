"""Articles that have a word in some of its forms, compiled.

The items of an entry's positions are all of one width, and each has the number of the form. So
forms are read without the positions themselves, whose unary parts would have to be counted out.
In 94,000 articles that takes 5 to 25 ns an article that has the word, where a phrase of one word
takes 55 to 75.
"""

from __future__ import annotations

import numpy as np

from newsearch.codec.coding.decoding import (
    count_of,
    freq_at,
    list_docs,
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
    load_u8,
    load_u16,
    load_word,
)
from newsearch.search.run.bitmaps import Bitmap
from newsearch.search.run.kernels.entries import high_freq_in, locator_of, must_stop, offset_of
from newsearch.search.run.kernels.positions import (
    first_long_entry,
    forms_wanted,
    is_wanted,
    position_bytes,
    sum_freqs,
)
from newsearch.search.run.kernels.scoring import norm_in, score_term
from newsearch.search.run.kernels.views import (
    BOTH,
    ENTRY_BLOCKS,
    ENTRY_POSITION_BYTES,
    N_BLOCKS,
    POSITIONS,
    POSTINGS,
    TERM_ENTRIES,
    TERM_POSITIONS,
    TERM_POSTINGS,
)


@kernel
def match_forms(
    segment: Int,
    word: tuple[Int, Int],
    scoring: tuple[Float, Float],
    allowed: Bitmap,
    docnums: Array,
    scores: Array,
) -> Int:
    """Find and score all articles that have a word in some of its forms, in title or body.

    Returns how many, -1 for a damaged segment. `word`: id of a term that the segment has, and form,
    as in :data:`views.Phrase`. `segment`, `scoring`, `allowed`, `docnums`, `scores`: as for
    :func:`phrases.match_phrase`, which finds the same.
    """
    term, form = word
    start, end = (
        offset_of(segment, TERM_POSTINGS, term),
        offset_of(segment, TERM_POSTINGS, term + 1),
    )
    byte = offset_of(segment, TERM_POSITIONS, term)
    end_byte = offset_of(segment, TERM_POSITIONS, term + 1)
    docs, found = np.empty(BLOCK_DOCS, np.int64), (docnums, scores)
    n_found: Int = 0
    last_block: Int = -1
    long: Int = -1
    for entry in range(
        offset_of(segment, TERM_ENTRIES, term), offset_of(segment, TERM_ENTRIES, term + 1)
    ):
        if must_stop(segment):
            return n_found
        block = load_u16(load_i64(segment, ENTRY_BLOCKS), entry)
        locator = locator_of(segment, entry, start)
        size: Int = load_u8(load_i64(segment, ENTRY_POSITION_BYTES), entry)
        if size == LONG_BYTE:
            long = long + 1 if long >= 0 else first_long_entry(segment, entry)
            size = position_bytes(segment, entry, long)
        is_in_order = last_block < block < load_i64(segment, N_BLOCKS)
        if size < 0 or size > end_byte - byte or size_of(locator) > end - start or not is_in_order:
            return -1
        last_block = block
        n_found = _match_entry(
            segment,
            (entry, block, locator, byte, size),
            form,
            scoring,
            allowed,
            docs,
            found,
            n_found,
        )
        if n_found < 0:
            return -1
        start += size_of(locator)
        byte += size
    return n_found if start == end and byte == end_byte else -1


@kernel
def _match_entry(
    segment: Int,
    at: tuple[Int, Int, Int, Int, Int],
    form: Int,
    scoring: tuple[Float, Float],
    allowed: Bitmap,
    docs: Array,
    found: tuple[Array, Array],
    n_found: Int,
) -> Int:
    """Add the articles of an entry to the first `n_found`; return how many there are then.

    `at`: number, block and locator of the entry, and first byte and bytes of its positions.
    `docs`: room for its articles.
    """
    entry, block, locator, byte, size = at
    weight, average = scoring
    docnums, scores = found
    postings, positions = load_i64(segment, POSTINGS), load_i64(segment, POSITIONS)
    _, form_bits, _ = open_entry(positions, byte, size, 0)
    if form >> form_bits > 0:  # a number that no item of the entry has room for
        return n_found
    n = list_docs(postings, locator, docs)
    tokens = sum_freqs(segment, locator, entry, (0, n), (0, BLOCK_DOCS))
    rice_bits, form_bits, end = open_entry(positions, byte, size, tokens)
    is_sound = n == count_of(locator) and rice_bits >= 0
    item_bits, form_mask = rice_bits + form_bits, (1 << form_bits) - 1
    wanted = forms_wanted(form)
    item = byte * 8 + HEADER_BITS
    rank: Int = 0
    while is_sound and rank < n:
        docnum = block << BLOCK_BITS | docs[rank]
        freq = freq_at(postings, locator, rank)
        if freq > HIGH_FREQ_BYTE:
            freq = high_freq_in(segment, entry, docs[rank])
        rank += 1
        next_item = item + freq * item_bits
        is_sound = next_item <= end and freq <= 8 * size
        count: Int = 0
        if is_sound and allowed[docnum >> 6] >> np.uint64(docnum & 63) & np.uint64(1):
            for _ in range(freq):
                number = load_word(positions, item >> 3) >> np.uint64(item & 7)
                count += is_wanted(wanted, form, np.int64(number) & form_mask)
                item += item_bits
        item = next_item
        if count > 0:
            is_sound = n_found < len(docnums)
            if is_sound:
                docnums[n_found] = docnum
                norm = norm_in(segment, docnum, BOTH, average)
                scores[n_found] = score_term(weight, count, norm)
            n_found += 1
    return n_found if is_sound else -1
