"""Phrases, words near each other, exact word forms and words of one field, compiled.

All of them are read from positions, so all are phrases here, of one word if need be.

Notes
-----
Measured on 94,202 articles with 1,673 two-word phrases, best 10: 0.10 ms, of which entries are laid
out in 0.011, articles with both words found in 0.03 and noted in 0.02. Signatures (see
`codec.signatures`) leave out most articles before their positions are read. A third of the time
goes to the tenth of the phrases with a word like "and", which is in nearly every article.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.codec.bits import trailing_zeros
from newsearch.codec.entries import BLOCK_BITS, BLOCK_DOCS, HIGH_FREQ_BYTE
from newsearch.codec.signatures import SETS
from newsearch.search.kernels.compiling import Array, Float, Int, inlined, kernel
from newsearch.search.kernels.counting import count_places, count_windows
from newsearch.search.kernels.entries import (
    exact_freq,
    freq_at,
    lay_out,
    mark,
    rank_of,
    signature_at,
)
from newsearch.search.kernels.memory import load_i64, load_u32
from newsearch.search.kernels.positions import lay_out_positions, read_positions
from newsearch.search.kernels.ranking import find_all, offer_article
from newsearch.search.kernels.top_k import threshold
from newsearch.search.kernels.views import (
    BLOCK_WORDS,
    BOTH,
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
_MOST_POSITIONS: Final = 1 << 26
_ROUND_DOWN: Final = 1 - 1e-6
"""Bounds are float32; a threshold lowered by this much is safe against their rounding."""


@kernel
def rank_phrase(
    segment: Int,
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
        Address of a :class:`views.Segment`.
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
    starts, terms, forms, sequence, options, _ = phrase
    is_sound, places, bounds, wheres = _find_entries(segment, terms)
    if not is_sound:
        return False
    values, ids, size = top
    articles, offsets, spans, needed, cursors, bits, docs, beside = _new_work(phrase)
    positions, norms = np.empty((0, 0), np.int64), np.empty(BLOCK_DOCS + 1)
    reach = _bound_blocks(starts, options, len(sequence), bounds, weight)
    visits = visiting_order(reach, values.shape[1])
    for i in range(len(visits)):
        block: Int = np.int64(visits[i])
        least = threshold(values, size) * _ROUND_DOWN
        if reach[block] < least:
            continue
        n_docs = _find_candidates(segment, starts, places, block, allowed, bits, docs)
        found = (block, n_docs, weight, average, least)
        n = _note_likely(segment, phrase, places, docs, articles, beside, norms, found)
        room = _room_needed(starts, articles, n)
        if room > positions.shape[1]:
            positions = np.empty((len(articles) + len(starts) - 1, 2 * room), np.int64)
        if not _read_block(segment, forms, wheres, articles, positions, offsets, (block, n)):
            return False
        for j in range(n):
            docnum = block << BLOCK_BITS | articles[0, 0, j]
            freq = 0
            if _find_spans(segment, starts, positions, offsets, spans, (docnum, options[1], j)):
                what = (docnum, options[0])
                freq = _count(segment, sequence, positions, spans, needed, cursors, what)
            if freq > 0:
                score = weight * freq / (freq + norms[j])
                offer_article(segment, docnum, score, base, values, ids, size)
    return True


@kernel
def match_phrase(
    segment: Int, phrase: Phrase, allowed: Bitmap, docnums: Array, freqs: Array
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
    starts, terms, forms, sequence, options, _ = phrase
    is_sound, places, bounds, wheres = _find_entries(segment, terms)
    if not is_sound:
        return -1
    articles, offsets, spans, needed, cursors, bits, docs, beside = _new_work(phrase)
    positions, norms = np.empty((0, 0), np.int64), np.empty(BLOCK_DOCS + 1)
    reach = _bound_blocks(starts, options, len(sequence), bounds, 1.0)
    n_found: Int = 0
    for block in range(len(reach)):
        n: Int = 0
        if reach[block] > 0:
            n = _find_candidates(segment, starts, places, block, allowed, bits, docs)
            found = (block, n, 1.0, 1.0, 0.0)
            n = _note_likely(segment, phrase, places, docs, articles, beside, norms, found)
        room = _room_needed(starts, articles, n)
        if room > positions.shape[1]:
            positions = np.empty((len(articles) + len(starts) - 1, 2 * room), np.int64)
        if not _read_block(segment, forms, wheres, articles, positions, offsets, (block, n)):
            return -1
        for j in range(n):
            docnum = block << BLOCK_BITS | articles[0, 0, j]
            if not _find_spans(segment, starts, positions, offsets, spans, (docnum, options[1], j)):
                continue
            what = (docnum, options[0])
            freq = _count(segment, sequence, positions, spans, needed, cursors, what)
            if n_found == len(docnums):
                return -1
            docnums[n_found], freqs[n_found] = docnum, freq
            n_found += freq > 0
    return n_found


@kernel
def _find_entries(segment: Int, terms: Array) -> tuple[bool, Array, Array, Array]:
    """Give places and bounds; and places, entry numbers, first bytes and bytes of positions."""
    shape = (load_i64(segment, N_BLOCKS), len(terms))
    bounds = np.zeros(shape, np.float32)
    wheres = np.zeros((4, shape[0], shape[1]), np.int64)
    ones, unused = np.ones(len(terms), np.float32), np.zeros(shape[0], np.float32)
    places = wheres[0]
    is_sound = lay_out(segment, terms, ones, places, bounds, unused)
    is_sound = is_sound and lay_out_positions(segment, terms, wheres[1], wheres[2], wheres[3])
    return is_sound, places, bounds, wheres


@kernel
def _new_work(phrase: Phrase) -> tuple[Array, Array, Array, Array, Array, Array, Array, Array]:
    """Make what is used again for every block.

    Returns
    -------
    articles, offsets, spans, needed, cursors, bits, docs, beside
        For each alternative what `read_positions` takes of the articles to be read,
        and where the positions of each begin; for each word in which row of positions, from where
        and up to where those of an article are; how often the phrase has each word; scratch;
        articles of a block; for each word the codes of what stands beside it in an article.
    """
    starts, terms, _, sequence, _, _ = phrase
    n_words = len(starts) - 1
    needed = np.zeros(n_words, np.int64)
    for i in range(len(sequence)):
        needed[sequence[i]] += 1
    return (
        np.empty((len(terms), 4, BLOCK_DOCS + 1), np.int64),
        np.zeros((len(terms), BLOCK_DOCS + 1), np.int64),
        np.zeros((3, n_words), np.int64),
        needed,
        np.zeros((2, max(n_words, len(sequence))), np.int64),
        np.zeros((2, BLOCK_WORDS), np.uint64),
        np.empty(BLOCK_DOCS + 1, np.int64),
        np.zeros(n_words, np.int64),
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


@inlined
def _find_candidates(
    segment: Int,
    starts: Array,
    places: Array,
    block: Int,
    allowed: Bitmap,
    bits: Array,
    docs: Array,
) -> Int:
    """List the allowed articles of a block that have all words, which it has; gives how many."""
    if places.shape[1] == len(starts) - 1:
        n: Int = find_all(load_i64(segment, POSTINGS), places, block, allowed, docs)
    else:
        n = _find_with_alternatives(segment, starts, places, block, allowed, bits, docs)
    return n


@kernel
def _find_with_alternatives(
    segment: Int,
    starts: Array,
    places: Array,
    block: Int,
    allowed: Bitmap,
    bits: Array,
    docs: Array,
) -> Int:
    for i in range(BLOCK_WORDS):
        bits[0, i] = allowed[block * BLOCK_WORDS + i]
    for word in range(len(starts) - 1):
        bits[1] = 0
        for row in range(starts[word], starts[word + 1]):
            if places[block, row] != 0:
                mark(load_i64(segment, POSTINGS), places[block, row], bits[1])
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


@inlined
def _note_likely(
    segment: Int,
    phrase: Phrase,
    places: Array,
    docs: Array,
    articles: Array,
    beside: Array,
    norms: Array,
    what: tuple[Int, Int, Float, Float, Float],
) -> Int:
    """Note those of the articles found in a block that can have the phrase; gives how many.

    Parameters
    ----------
    docs
        Docnums in the block of the articles found.
    norms
        Takes the norm of each noted article.
    what
        Block, number of articles found, weight and mean length of a score, and least score wanted.
    """
    starts, terms, _, sequence, options, codes = phrase
    block, n_docs, weight, average, least = what
    factor = len(sequence) if options[0] else 1
    n_pairs = 0 if options[0] else len(sequence) - 1
    n: Int = 0
    for j in range(n_docs):
        one = (block, docs[j], n)
        most = factor * _note_article(segment, starts, terms, places, articles, beside, one)
        if _can_follow(sequence, n_pairs, codes, beside):
            norms[n] = _norm_of(segment, block << BLOCK_BITS | docs[j], options[1], average)
            n += weight * most / (most + norms[n]) >= least
    return n


@inlined
def _note_article(
    segment: Int,
    starts: Array,
    terms: Array,
    places: Array,
    articles: Array,
    beside: Array,
    what: tuple[Int, Int, Int],
) -> Int:
    """Note an article of a block as the n-th to be read; give how often its rarest word is there.

    Parameters
    ----------
    beside
        Takes for each word the set of the codes that its alternatives' signatures mean.
    what
        Block, docnum in the block, and n.
    """
    block, doc, n = what
    least: Int = _END
    for word in range(len(starts) - 1):
        total: Int = 0
        beside[word] = 0
        for row in range(starts[word], starts[word + 1]):
            place = places[block, row]
            rank = rank_of(load_i64(segment, POSTINGS), place, doc) if place != 0 else -1
            freq: Int = 0
            if rank >= 0:
                freq = freq_at(load_i64(segment, POSTINGS), place, rank)
                signature = signature_at(load_i64(segment, POSTINGS), place, rank)
                beside[word] |= SETS[signature | (freq > 1) << 8]
            if freq > HIGH_FREQ_BYTE:
                freq = exact_freq(segment, terms[row], block, doc)
            articles[row, 0, n], articles[row, 1, n], articles[row, 2, n] = doc, rank, freq
            total += freq
        least = min(least, total)
    return least


@inlined
def _can_follow(sequence: Array, n_pairs: Int, codes: Array, beside: Array) -> bool:
    """Tell whether signatures allow each of the first words of a phrase before the next one.

    Parameters
    ----------
    n_pairs
        Words that have a next one.
    codes
        For each word the codes of its alternatives, as bits.
    beside
        As filled by :func:`_note_article`.

    Notes
    -----
    No article with the phrase is told off. There some alternative of a word stands at the position
    before some alternative of the next one. So the set of the former, of which ``beside`` has the
    union over alternatives, holds the code of the latter among what is behind, and the other way
    round; see `codec.signatures` for why.
    """
    can = True
    for i in range(n_pairs):
        word, behind = sequence[i], sequence[i + 1]
        can &= (beside[word] & codes[behind] != 0) & (beside[behind] >> 16 & codes[word] != 0)
    return can


@inlined
def _room_needed(starts: Array, articles: Array, n: Int) -> Int:
    """Give the most positions that a word has in the noted articles."""
    most: Int = 0
    for word in range(len(starts) - 1):
        total: Int = 0
        for row in range(starts[word], starts[word + 1]):
            for i in range(n):
                total += articles[row, 2, i]
        most = max(most, total)
    # Frequencies of damaged bytes may be anything; readers see that there is no room for them.
    return min(most, _MOST_POSITIONS)


@inlined
def _read_block(
    segment: Int,
    forms: Array,
    wheres: Array,
    articles: Array,
    positions: Array,
    offsets: Array,
    what: tuple[Int, Int],
) -> bool:
    """Read the positions of the n noted articles of a block; False when damaged."""
    block, n = what
    is_sound = True
    for row in range(len(forms) if n else 0):
        place, entry = wheres[0, block, row], wheres[1, block, row]
        if place != 0:
            where = (place, entry, wheres[2, block, row], wheres[3, block, row])
            form = forms[row]
            is_sound &= read_positions(segment, where, row, form, articles, n, positions, offsets)
        else:
            for i in range(n + 1):
                offsets[row, i] = 0
    return is_sound


@inlined
def _find_spans(
    segment: Int,
    starts: Array,
    positions: Array,
    offsets: Array,
    spans: Array,
    what: tuple[Int, Int, Int],
) -> bool:
    """Say where the positions of each word in a noted article are; False when one has none.

    Parameters
    ----------
    what
        Docnum, field, and the number of the article among the noted.
    """
    docnum, field, i = what
    has_all = True
    for word in range(len(starts) - 1):
        row = starts[word]
        begin, end = offsets[row, i], offsets[row, i + 1]
        if starts[word + 1] - row > 1:
            row = len(offsets) + word
            begin, end = 0, _merge(starts, word, i, positions, offsets)
        if field != BOTH:
            begin, end = _within_field(segment, docnum, field, positions, (row, begin, end))
        spans[0, word], spans[1, word], spans[2, word] = row, begin, end
        has_all &= begin < end
    return has_all


@kernel
def _merge(starts: Array, word: Int, i: Int, positions: Array, offsets: Array) -> Int:
    """Write the positions of a word's alternatives in the i-th article to the word's row."""
    target = len(offsets) + word
    n: Int = 0
    for row in range(starts[word], starts[word + 1]):
        for at in range(offsets[row, i], offsets[row, i + 1]):
            position = positions[row, at]
            slot = n
            while slot > 0 and positions[target, slot - 1] > position:
                positions[target, slot] = positions[target, slot - 1]
                slot -= 1
            positions[target, slot] = position
            n += 1
    return n


@kernel
def _within_field(
    segment: Int, docnum: Int, field: Int, positions: Array, span: tuple[Int, Int, Int]
) -> tuple[Int, Int]:
    """Shorten a span of positions, of a row from and up to, to those in the title or the body."""
    row, begin, end = span
    title = load_u32(load_i64(segment, TITLE_LENGTHS), docnum)
    middle = begin
    while middle < end and positions[row, middle] < title:
        middle += 1
    return (begin, middle) if field == TITLE else (middle, end)


@inlined
def _count(
    segment: Int,
    sequence: Array,
    positions: Array,
    spans: Array,
    needed: Array,
    cursors: Array,
    what: tuple[Int, Int],
) -> Int:
    """Count a phrase in an article that has all its words.

    Parameters
    ----------
    what
        Docnum and slop.
    """
    docnum, slop = what
    if slop == 0:
        freq: Int = count_places(positions, spans, sequence, cursors)
    else:
        longest = len(sequence) + slop
        title = load_u32(load_i64(segment, TITLE_LENGTHS), docnum)
        freq = count_windows(positions, spans, needed, cursors, longest, (0, title))
        freq += count_windows(positions, spans, needed, cursors, longest, (title, _END))
    return freq


@inlined
def _norm_of(segment: Int, docnum: Int, field: Int, average: Float) -> Float:
    length = load_u32(load_i64(segment, LENGTHS), docnum)
    title = load_u32(load_i64(segment, TITLE_LENGTHS), docnum)
    if field != BOTH:
        length = title if field == TITLE else length - title
    return K1 * (1 - B + B * length / average)
