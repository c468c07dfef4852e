"""Phrases, words near each other, exact word forms and words of one field, compiled.

All of them are read from positions, so all are phrases here, of one word if need be.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.codec.bits import trailing_zeros
from newsearch.codec.entries import BLOCK_BITS, BLOCK_DOCS, HIGH_FREQ_BYTE
from newsearch.search.kernels.compiling import Array, Float, Int, kernel
from newsearch.search.kernels.counting import count_places, count_windows
from newsearch.search.kernels.entries import exact_freq, freq_at, lay_out, mark, rank_of
from newsearch.search.kernels.memory import load_u32
from newsearch.search.kernels.positions import (
    FORM,
    FREQ,
    PLACE,
    RANK,
    ROW_ITEMS,
    TERM,
    choose_entry,
    lay_out_positions,
    read_positions,
)
from newsearch.search.kernels.ranking import find_all, offer_article
from newsearch.search.kernels.top_k import threshold
from newsearch.search.kernels.views import (
    BLOCK_WORDS,
    BOTH,
    HIGHEST_FREQ,
    LENGTHS,
    N_BLOCKS,
    POSTINGS,
    TITLE,
    TITLE_LENGTHS,
    Bitmap,
    Phrase,
    TopK,
)
from newsearch.search.kernels.visiting import visiting_order
from newsearch.search.scoring import K1, B

_ONE: Final = np.uint64(1)
_END: Final = 1 << 62
_ROUND_DOWN: Final = 1 - 1e-6
"""Bounds are float32; a threshold lowered by this much is safe against their rounding."""


@kernel
def rank_phrase(
    segment: Array,
    phrase: Phrase,
    scoring: tuple[Float, Float],
    allowed: Bitmap,
    base: Int,
    top: TopK,
) -> bool:
    """Rank the articles that have a phrase; the top k is exact.

    Parameters
    ----------
    segment
        Row of a :class:`views.Segment`.
    phrase
        See :data:`views.Phrase`.
    scoring
        Sum of the words' idf times boost, positive, and the mean length of the fields searched
        over the live articles of all segments, positive.
    allowed, base, top
        As for :func:`ranking.rank_any`.

    Returns
    -------
    bool
        False when the segment is damaged.

    Notes
    -----
    A phrase stands in an article no more often than its rarest word, so the least bound of its
    words bounds a block, and the least frequency an article, before a position is read.
    """
    weight, average = scoring
    starts, terms, _, sequence, options = phrase
    is_sound, places, bounds, wheres = _find_entries(segment, terms)
    if not is_sound:
        return False
    values, ids, size = top
    table, positions, counts, needed, cursors, bits, docs = _new_work(segment, phrase)
    reach = _bound_blocks(starts, options, len(sequence), bounds, weight)
    visits = visiting_order(reach, values.shape[1])
    for i in range(len(visits)):
        block: Int = np.int64(visits[i])
        if reach[block] < threshold(values, size) * _ROUND_DOWN:
            continue
        n_docs = _find_candidates(segment, starts, places, block, allowed, bits, docs)
        if n_docs > 0:
            _choose_entries(table, places, wheres, block)
        for j in range(n_docs):
            docnum = block << BLOCK_BITS | docs[j]
            most = _most_often(segment, starts, table, block, docs[j])
            if options[0]:
                most *= len(sequence)
            norm = _norm_of(segment, docnum, options[1], average)
            if weight * most / (most + norm) < threshold(values, size) * _ROUND_DOWN:
                continue
            if not _read_words(segment, starts, table, docnum, options[1], positions, counts):
                return False
            freq = _count(segment, docnum, options, sequence, positions, counts, needed, cursors)
            if freq > 0:
                score = weight * freq / (freq + norm)
                offer_article(segment, docnum, score, base, values, ids, size)
    return True


@kernel
def match_phrase(
    segment: Array, phrase: Phrase, allowed: Bitmap, docnums: Array, freqs: Array
) -> Int:
    """Find all articles that have a phrase.

    Parameters
    ----------
    segment, phrase, allowed
        As for :func:`rank_phrase`.
    docnums, freqs
        int64, take docnums of the segment, ascending, and how often the phrase stands in them.
        They need as many places as the word with the fewest articles has articles.

    Returns
    -------
    int
        How many, or -1 when the segment is damaged.
    """
    starts, terms, _, sequence, options = phrase
    is_sound, places, bounds, wheres = _find_entries(segment, terms)
    if not is_sound:
        return -1
    table, positions, counts, needed, cursors, bits, docs = _new_work(segment, phrase)
    reach = _bound_blocks(starts, options, len(sequence), bounds, 1.0)
    n: Int = 0
    for block in range(len(reach)):
        if reach[block] == 0:
            continue
        n_docs = _find_candidates(segment, starts, places, block, allowed, bits, docs)
        if n_docs > 0:
            _choose_entries(table, places, wheres, block)
        for j in range(n_docs):
            docnum = block << BLOCK_BITS | docs[j]
            _most_often(segment, starts, table, block, docs[j])
            is_sound = _read_words(segment, starts, table, docnum, options[1], positions, counts)
            if not is_sound or n == len(docnums):
                return -1
            docnums[n] = docnum
            freqs[n] = _count(
                segment, docnum, options, sequence, positions, counts, needed, cursors
            )
            n += freqs[n] > 0
    return n


@kernel
def _find_entries(segment: Array, terms: Array) -> tuple[bool, Array, Array, Array]:
    """Give places and bounds, and entry number, first byte and bytes of positions."""
    shape = (segment[N_BLOCKS], len(terms))
    places, bounds = np.zeros(shape, np.int64), np.zeros(shape, np.float32)
    wheres = np.zeros((3, shape[0], shape[1]), np.int64)
    ones, unused = np.ones(len(terms), np.float32), np.zeros(shape[0], np.float32)
    is_sound = lay_out(segment, terms, ones, places, bounds, unused)
    is_sound = is_sound and lay_out_positions(segment, terms, wheres[0], wheres[1], wheres[2])
    return is_sound, places, bounds, wheres


@kernel
def _new_work(
    segment: Array, phrase: Phrase
) -> tuple[Array, Array, Array, Array, Array, Array, Array]:
    """Make what is used again for every block or article.

    Returns
    -------
    table, positions, counts, needed, cursors, bits, docs
        A row for each alternative, see ``positions``; positions of each word in the article at
        hand, and how many; how often the phrase has each word; scratch; articles of a block.
    """
    starts, terms, forms, sequence, _ = phrase
    n_words = len(starts) - 1
    most: Int = 1
    for word in range(n_words):
        most = max(most, starts[word + 1] - starts[word])
    needed = np.zeros(n_words, np.int64)
    for i in range(len(sequence)):
        needed[sequence[i]] += 1
    table = np.zeros((len(terms), ROW_ITEMS), np.int64)
    for row in range(len(terms)):
        table[row, TERM], table[row, FORM] = terms[row], forms[row]
    return (
        table,
        np.empty((n_words, most * segment[HIGHEST_FREQ]), np.int64),
        np.zeros(n_words, np.int64),
        needed,
        np.zeros((2, max(n_words, len(sequence))), np.int64),
        np.zeros((2, BLOCK_WORDS), np.uint64),
        np.empty(BLOCK_DOCS + 1, np.int64),
    )


@kernel
def _bound_blocks(
    starts: Array, options: Array, n_words: Int, bounds: Array, weight: Float
) -> Array:
    """Give the best score an article of each block can have, 0 where a word is missing.

    With slop, each place of the rarest word may belong to as many shortest stretches as the
    phrase has words. Bounds know the length of whole articles only.
    """
    factor = np.float32(n_words if options[0] else 1)
    reach = np.zeros(len(bounds), np.float32)
    for block in range(len(bounds)):
        least = np.float32(1)
        for word in range(len(starts) - 1):
            total = np.float32(0)
            for row in range(starts[word], starts[word + 1]):
                total += bounds[block, row]
            if options[1] != BOTH and total > 0:
                total = np.float32(1)
            least = min(least, total * factor)
        reach[block] = least * weight
    return reach


@kernel
def _find_candidates(
    segment: Array,
    starts: Array,
    places: Array,
    block: Int,
    allowed: Bitmap,
    bits: Array,
    docs: Array,
) -> Int:
    """List the allowed articles of a block that have all words, which it has; gives how many."""
    if places.shape[1] == len(starts) - 1:
        return find_all(segment[POSTINGS], places, block, allowed, docs)
    for i in range(BLOCK_WORDS):
        bits[0, i] = allowed[block * BLOCK_WORDS + i]
    for word in range(len(starts) - 1):
        bits[1] = 0
        for row in range(starts[word], starts[word + 1]):
            if places[block, row] != 0:
                mark(segment[POSTINGS], places[block, row], bits[1])
        for i in range(BLOCK_WORDS):
            bits[0, i] &= bits[1, i]
    n: Int = 0
    for i in range(BLOCK_WORDS):
        left = bits[0, i]
        while left != 0:
            docs[n] = i * 64 + np.int64(trailing_zeros(left))
            left &= left - _ONE
            n += 1
    return n


@kernel
def _choose_entries(table: Array, places: Array, wheres: Array, block: Int) -> None:
    for row in range(len(table)):
        entry, start = wheres[0, block, row], wheres[1, block, row]
        choose_entry(table, row, places[block, row], entry, start, wheres[2, block, row])


@kernel
def _most_often(segment: Array, starts: Array, table: Array, block: Int, doc: Int) -> Int:
    """Note rank and frequency of each row; give how often the word least often there is there."""
    least: Int = _END
    for word in range(len(starts) - 1):
        total: Int = 0
        for row in range(starts[word], starts[word + 1]):
            place = table[row, PLACE]
            rank = rank_of(segment[POSTINGS], place, doc) if place != 0 else -1
            freq: Int = freq_at(segment[POSTINGS], place, rank) if rank >= 0 else 0
            if freq > HIGH_FREQ_BYTE:
                freq = exact_freq(segment, table[row, TERM], block, doc)
            table[row, RANK], table[row, FREQ] = rank, freq
            total += freq
        least = min(least, total)
    return least


@kernel
def _read_words(
    segment: Array,
    starts: Array,
    table: Array,
    docnum: Int,
    field: Int,
    positions: Array,
    counts: Array,
) -> bool:
    """Read the positions of all words, ascending, in the field; False when damaged.

    Reading ends at a word that is not there; all counts are 0 then.
    """
    for word in range(len(starts) - 1):
        n: Int = 0
        for row in range(starts[word], starts[word + 1]):
            if table[row, FREQ] == 0:
                continue
            doc = docnum & (BLOCK_DOCS - 1)
            end = read_positions(segment, table, row, doc, positions, word, n)
            if end < 0:
                return False
            _merge(positions, word, n, end)
            n = end
        if field != BOTH:
            n = _keep_field(segment, docnum, field, positions, word, n)
        counts[word] = n
        if n == 0:
            counts[:] = 0
            return True
    return True


@kernel
def _keep_field(
    segment: Array, docnum: Int, field: Int, positions: Array, word: Int, n: Int
) -> Int:
    """Keep the positions of a word in one field; gives how many."""
    title = load_u32(segment[TITLE_LENGTHS], docnum)
    kept: Int = 0
    for i in range(n):
        position = positions[word, i]
        positions[word, kept] = position
        kept += (position < title) == (field == TITLE)
    return kept


@kernel
def _count(
    segment: Array,
    docnum: Int,
    options: Array,
    sequence: Array,
    positions: Array,
    counts: Array,
    needed: Array,
    cursors: Array,
) -> Int:
    """Count a phrase in the article whose positions were read."""
    if options[0] == 0:
        return count_places(positions, counts, sequence, cursors)
    longest = len(sequence) + options[0]
    title = load_u32(segment[TITLE_LENGTHS], docnum)
    in_title = count_windows(positions, counts, needed, cursors, longest, (0, title))
    in_body = count_windows(positions, counts, needed, cursors, longest, (title, _END))
    return in_title + in_body


@kernel
def _merge(positions: Array, word: Int, middle: Int, end: Int) -> None:
    """Sort a word's positions, of which those before the middle and those behind it ascend."""
    if middle == 0:
        return
    for i in range(middle, end):
        position = positions[word, i]
        slot = i
        while slot > 0 and positions[word, slot - 1] > position:
            positions[word, slot] = positions[word, slot - 1]
            slot -= 1
        positions[word, slot] = position


@kernel
def _norm_of(segment: Array, docnum: Int, field: Int, average: Float) -> Float:
    length = load_u32(segment[LENGTHS], docnum)
    title = load_u32(segment[TITLE_LENGTHS], docnum)
    if field != BOTH:
        length = title if field == TITLE else length - title
    return K1 * (1 - B + B * length / average)
