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
    FREQ,
    PLACE,
    RANK,
    ROW_ITEMS,
    choose_entry,
    lay_out_positions,
    read_positions,
)
from newsearch.search.kernels.ranking import offer_article
from newsearch.search.kernels.top_k import threshold
from newsearch.search.kernels.views import (
    BLOCK_WORDS,
    BODY,
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

Work = tuple[Array, Array, Array, Array, Array]
"""Memory used again for every article: open entries, positions of each word, how many they are,
how many are needed, and two times four words of bits."""

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
    is_sound, places, bounds, wheres = _find_entries(segment, phrase[1])
    if not is_sound:
        return False
    values, ids, size = top
    work = _new_work(segment, phrase)
    docs = np.empty(BLOCK_DOCS, np.int64)
    reach = _bound_blocks(phrase, places, bounds, weight)
    visits = visiting_order(reach, values.shape[1])
    for i in range(len(visits)):
        block: Int = np.int64(visits[i])
        if reach[block] < threshold(values, size) * _ROUND_DOWN:
            continue
        n_docs = _enter_block(segment, phrase, places, wheres, block, allowed, work, docs)
        for j in range(n_docs):
            docnum = block << BLOCK_BITS | docs[j]
            norm = _norm_of(segment, docnum, phrase[4][1], average)
            most = _most_often(segment, phrase, block, docs[j], work[0])
            if weight * most / (most + norm) < threshold(values, size) * _ROUND_DOWN:
                continue
            freq = _count(segment, phrase, docnum, work)
            if freq < 0:
                return False
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
    is_sound, places, _, wheres = _find_entries(segment, phrase[1])
    if not is_sound:
        return -1
    work = _new_work(segment, phrase)
    docs = np.empty(BLOCK_DOCS, np.int64)
    n: Int = 0
    for block in range(places.shape[0]):
        n_docs = _enter_block(segment, phrase, places, wheres, block, allowed, work, docs)
        for j in range(n_docs):
            docnum = block << BLOCK_BITS | docs[j]
            _most_often(segment, phrase, block, docs[j], work[0])
            freq = _count(segment, phrase, docnum, work)
            if freq < 0 or n == len(docnums):
                return -1
            docnums[n], freqs[n] = docnum, freq
            n += freq > 0
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
def _new_work(segment: Array, phrase: Phrase) -> Work:
    """Make room for one article at a time."""
    starts, terms, _, sequence, _ = phrase
    n_words = len(starts) - 1
    most: Int = 1
    for word in range(n_words):
        most = max(most, starts[word + 1] - starts[word])
    needed = np.zeros(n_words, np.int64)
    for word in sequence:
        needed[word] += 1
    positions = np.empty((n_words, most * segment[HIGHEST_FREQ]), np.int64)
    table = np.zeros((len(terms), ROW_ITEMS), np.int64)
    bits = np.zeros((2, BLOCK_WORDS), np.uint64)
    return table, positions, np.zeros(n_words, np.int64), needed, bits


@kernel
def _bound_blocks(phrase: Phrase, places: Array, bounds: Array, weight: Float) -> Array:
    """Give the best score an article of each block can have.

    With slop, each place of the rarest word may belong to as many shortest stretches as the
    phrase has words. Bounds know the length of whole articles only.
    """
    starts, _, _, sequence, options = phrase
    factor = np.float32(len(sequence) if options[0] else 1)
    reach = np.zeros(places.shape[0], np.float32)
    for block in range(places.shape[0]):
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
def _enter_block(
    segment: Array,
    phrase: Phrase,
    places: Array,
    wheres: Array,
    block: Int,
    allowed: Bitmap,
    work: Work,
    docs: Array,
) -> Int:
    """List the allowed articles of a block that have all words; gives how many."""
    starts = phrase[0]
    table = work[0]
    both, one = work[4][0], work[4][1]
    for i in range(BLOCK_WORDS):
        both[i] = allowed[block * BLOCK_WORDS + i]
    for word in range(len(starts) - 1):
        one[:] = 0
        for row in range(starts[word], starts[word + 1]):
            place = places[block, row]
            choose_entry(table, row, place, wheres[:, block, row])
            if place != 0:
                mark(segment[POSTINGS], place, one)
        for i in range(BLOCK_WORDS):
            both[i] &= one[i]
    n: Int = 0
    for i in range(BLOCK_WORDS):
        bits = both[i]
        while bits != 0:
            docs[n] = i * 64 + np.int64(trailing_zeros(bits))
            bits &= bits - _ONE
            n += 1
    return n


@kernel
def _most_often(segment: Array, phrase: Phrase, block: Int, doc: Int, table: Array) -> Int:
    """Note rank and frequency of each word's entries; give how often the phrase may stand there."""
    starts, terms, _, sequence, options = phrase
    least: Int = _END
    for word in range(len(starts) - 1):
        total: Int = 0
        for row in range(starts[word], starts[word + 1]):
            place = table[row, PLACE]
            rank = rank_of(segment[POSTINGS], place, doc) if place != 0 else -1
            freq: Int = freq_at(segment[POSTINGS], place, rank) if rank >= 0 else 0
            if freq > HIGH_FREQ_BYTE:
                freq = exact_freq(segment, terms[row], block, doc)
            table[row, RANK], table[row, FREQ] = rank, freq
            total += freq
        least = min(least, total)
    return least * len(sequence) if options[0] else least


@kernel
def _count(segment: Array, phrase: Phrase, docnum: Int, work: Work) -> Int:
    """Count a phrase in the article at hand; -1 when the segment is damaged."""
    starts, _, _, sequence, options = phrase
    _, positions, counts, needed, _ = work
    slop, field = options
    title = load_u32(segment[TITLE_LENGTHS], docnum)
    span = (title if field == BODY else 0, title if field == TITLE else _END)
    for word in range(len(starts) - 1):
        n = _read_word(segment, phrase, word, docnum, span, work)
        if n <= 0:
            return n
        counts[word] = n
    if slop == 0:
        return count_places(positions, counts, sequence)
    longest = len(sequence) + slop
    in_title = count_windows(positions, counts, needed, longest, (0, title))
    return in_title + count_windows(positions, counts, needed, longest, (title, _END))


@kernel
def _read_word(
    segment: Array,
    phrase: Phrase,
    word: Int,
    docnum: Int,
    span: tuple[Int, Int],
    work: Work,
) -> Int:
    """Read the positions of a word's alternatives, ascending; -1 when the segment is damaged."""
    starts, forms = phrase[0], phrase[2]
    table, positions = work[0], work[1]
    n: Int = 0
    for row in range(starts[word], starts[word + 1]):
        if table[row, FREQ] == 0:
            continue
        doc = docnum & (BLOCK_DOCS - 1)
        more = read_positions(segment, table, row, doc, forms[row], span, positions[word, n:])
        if more < 0:
            return -1
        _merge(positions[word], n, n + more)
        n += more
    return n


@kernel
def _merge(numbers: Array, middle: Int, end: Int) -> None:
    """Sort numbers of which those before the middle and those behind it ascend."""
    for i in range(middle, end):
        number = numbers[i]
        slot = i
        while slot > 0 and numbers[slot - 1] > number:
            numbers[slot] = numbers[slot - 1]
            slot -= 1
        numbers[slot] = number


@kernel
def _norm_of(segment: Array, docnum: Int, field: Int, average: Float) -> Float:
    length = load_u32(segment[LENGTHS], docnum)
    title = load_u32(segment[TITLE_LENGTHS], docnum)
    if field != BOTH:
        length = title if field == TITLE else length - title
    return K1 * (1 - B + B * length / average)
