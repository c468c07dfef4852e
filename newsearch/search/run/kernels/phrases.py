"""Phrases, words near each other, exact word forms and words of one field, compiled.

All of them are read from positions, so all are phrases here, of one word if need be.

Measured on 60,000 articles with 1,726 two-word phrases, best 10, in mean: of 1,700 articles that
have the rarer word, signatures (see `codec.signatures`) leave 350, of which 180 have the other one
too; 90 of them can be among the best, and 12 have the phrase. That takes 0.045 ms, a third of it
for reading positions, a third for what comes before, and a tenth for laying out the entries. Most
phrases have fewer than k articles, so that bounds help little.

What is done for each block or article takes addresses in place of arrays; ``compiling`` says why.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.bm25 import TITLE_COPIES
from newsearch.codec.coding.decoding import start_of
from newsearch.codec.coding.entries import BLOCK_BITS
from newsearch.compiling import (
    Array,
    Float,
    Int,
    called,
    expect,
    inlined,
    kernel,
    load_i64,
    load_u32,
    store_i64,
)
from newsearch.search.placing import IN_BODY, PLACE_BITS
from newsearch.search.run.bitmaps import Bitmap
from newsearch.search.run.kernels.candidates import (
    lay_out_phrase,
    likely_signatures,
    list_likely,
    note_article,
    rarest_of,
)
from newsearch.search.run.kernels.counting import count_adjacent, count_windows
from newsearch.search.run.kernels.entries import must_stop
from newsearch.search.run.kernels.positions import read_positions
from newsearch.search.run.kernels.ranking import offer_article
from newsearch.search.run.kernels.scan import (
    ARTICLES_BYTES,
    ENTRY_BYTES,
    NOTED,
    Scan,
    article_at,
    entry_at,
    new_scan,
    scan_at,
)
from newsearch.search.run.kernels.scoring import body_start, norm_in, score_term
from newsearch.search.run.kernels.top_k import threshold
from newsearch.search.run.kernels.views import (
    BOTH,
    LENGTHS,
    PHRASE_ALTERNATIVES,
    PHRASE_FIELD,
    PHRASE_LENGTH,
    PHRASE_SLOP,
    PHRASE_STARTS,
    PHRASE_WORDS,
    POSITIONS,
    POSTINGS,
    TITLE,
    TITLE_LENGTHS,
    Phrase,
    TopK,
)
from newsearch.search.run.kernels.visiting import visiting_order

_END: Final = 1 << 62
_LINES_AHEAD: Final = 384
"""Bytes of an entry's positions that are asked for before any is read; 128 and 640 took longer."""
_ROOM: Final = 1024
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
    """Rank the articles that have a phrase; the top k is exact. False when the segment is damaged.

    A phrase stands in an article no more often than its rarest word, so the least bound of its
    words bounds a block, and the least frequency an article, before a position is read.

    `segment`: address of a :class:`views.Segment`. `scoring`: sum of the words' idf times boost,
    positive, and the mean length of the fields searched over the live articles of all segments,
    positive. `allowed`, `base`, `top`: as for :func:`ranking.rank_any`.
    """
    # With slop, each occurrence of the rarest word may belong to as many shortest stretches as the
    # phrase has words.
    factor = np.float32(phrase[PHRASE_LENGTH] if phrase[PHRASE_SLOP] else 1)
    is_sound, blocks, table, reach = _lay_out(segment, phrase, factor)
    if not is_sound:
        return False
    for row in range(len(reach)):
        # Bounds know the length of whole articles only.
        reach[row] = (reach[row] if phrase[PHRASE_FIELD] == BOTH else np.float32(1)) * scoring[0]
    visits = visiting_order(reach, top[0].shape[1])
    work = (blocks, table, _new_scan(phrase, allowed))
    return _rank_rows(segment, work, scoring, base, top, reach, visits)


@kernel
def _rank_rows(
    segment: Int,
    work: tuple[Array, Array, Array],
    scoring: tuple[Float, Float],
    base: Int,
    top: TopK,
    reach: Array,
    visits: Array,
) -> bool:
    """Rank the articles of all rows of a table, given how they are visited.

    `work`: blocks, table and memory of the scan. The caller keeps them, so their addresses stay
    good here.
    """
    weight, average = scoring
    values, ids, size = top
    blocks, table, memory = work
    scan = scan_at(memory.ctypes.data, 0)
    rows, row_bytes = table.ctypes.data, table.shape[1] * ENTRY_BYTES
    positions, field = np.empty(0, np.int64), scan.field
    for i in range(len(visits)):
        if must_stop(segment):
            break
        row: Int = np.int64(visits[i])
        least = threshold(values, size) * _ROUND_DOWN
        _expect_row(segment, scan, rows + np.int64(visits[min(i + 1, len(visits) - 1)]) * row_bytes)
        if reach[row] < least:
            continue
        at, block = rows + row * row_bytes, blocks[row]
        n = _note_likely(segment, scan, at, block, weight, average, least)
        room = _cut_room(scan, at, n) if n else 0
        if room > len(positions):
            # It lives on for as long as the loop, because the loop looks at its length.
            positions = np.empty(2 * room, np.int64)
            scan.target = positions.ctypes.data
        n_read: Int = _read_block(segment, scan, at, n) if n and room >= 0 else 0
        if room < 0 or n_read < 0:
            return False
        for j in range(n_read):
            docnum = block << BLOCK_BITS | article_at(scan.articles, j).doc
            freq = _count(segment, scan, docnum, j)
            if freq > 0:
                score = score_term(weight, freq, norm_in(segment, docnum, field, average))
                if score >= threshold(values, size):
                    offer_article(segment, docnum, score, base, values, ids, size)
    return True


@kernel
def match_phrase(
    segment: Int,
    phrase: Phrase,
    scoring: tuple[Float, Float],
    allowed: Bitmap,
    docnums: Array,
    scores: Array,
) -> Int:
    """Find and score all articles that have a phrase; return how many, -1 for a damaged segment.

    `segment`, `phrase`, `scoring`, `allowed`: as for :func:`rank_phrase`. `docnums`, `scores`:
    int64 and float64, take docnums of the segment, ascending, and their scores. They need as much
    room as the word with the fewest articles has articles.
    """
    is_sound, blocks, table, _ = _lay_out(segment, phrase, np.float32(1))
    if not is_sound:
        return -1
    work = (blocks, table, _new_scan(phrase, allowed))
    return _match_rows(segment, work, scoring, docnums, scores)


@kernel
def _match_rows(
    segment: Int,
    work: tuple[Array, Array, Array],
    scoring: tuple[Float, Float],
    docnums: Array,
    scores: Array,
) -> Int:
    """Find the articles of all rows of a table; ``work`` as for :func:`_rank_rows`."""
    weight, average = scoring
    blocks, table, memory = work
    scan = scan_at(memory.ctypes.data, 0)
    rows, row_bytes = table.ctypes.data, table.shape[1] * ENTRY_BYTES
    positions, field = np.empty(0, np.int64), scan.field
    n_found: Int = 0
    for row in range(len(table)):
        if must_stop(segment):
            break
        at, block = rows + row * row_bytes, blocks[row]
        n = _note_likely(segment, scan, at, block, 1.0, 1.0, 0.0)
        room = _cut_room(scan, at, n) if n else 0
        if room > len(positions):
            # As in `_rank_rows`.
            positions = np.empty(2 * room, np.int64)
            scan.target = positions.ctypes.data
        n_read: Int = _read_block(segment, scan, at, n) if n and room >= 0 else 0
        if room < 0 or n_read < 0:
            return -1
        for j in range(n_read):
            docnum = block << BLOCK_BITS | article_at(scan.articles, j).doc
            freq = _count(segment, scan, docnum, j)
            if n_found == len(docnums):
                return -1
            docnums[n_found] = docnum
            norm = norm_in(segment, docnum, field, average)
            scores[n_found] = score_term(weight, freq, norm)
            n_found += freq > 0
    return n_found


@kernel
def locate_phrase(segment: Int, phrase: Phrase, allowed: Bitmap, least: Int) -> tuple[bool, Array]:
    """Find the places, see `search.placing`, where a phrase without slop begins, ascending.

    Returns whether the segment is sound, and the places; those in articles with fewer than `least`
    may be left out. `segment`, `phrase`, `allowed`: as for :func:`rank_phrase`.
    """
    is_sound, blocks, table, _ = _lay_out(segment, phrase, np.float32(1))
    memory = _new_scan(phrase, allowed)
    scan_at(memory.ctypes.data, 0).least = least
    work = (blocks, table, memory)
    found = np.empty(_ROOM, np.int64)
    return _locate_rows(segment, work, found) if is_sound else (False, found[:0])


@kernel
def _locate_rows(
    segment: Int, work: tuple[Array, Array, Array], found: Array
) -> tuple[bool, Array]:
    """Find the places of all rows of a table; ``work`` as for :func:`_rank_rows`."""
    blocks, table, memory = work
    scan = scan_at(memory.ctypes.data, 0)
    rows, row_bytes = table.ctypes.data, table.shape[1] * ENTRY_BYTES
    positions, n_found = np.empty(0, np.int64), 0
    for row in range(len(table)):
        if must_stop(segment):
            break
        at, block = rows + row * row_bytes, blocks[row]
        n = _note_likely(segment, scan, at, block, 1.0, 1.0, 0.0)
        room = _cut_room(scan, at, n) if n else 0
        if room > len(positions):
            # As in `_rank_rows`.
            positions = np.empty(2 * room, np.int64)
            scan.target = positions.ctypes.data
        n_read: Int = _read_block(segment, scan, at, n) if n and room >= 0 else 0
        if room < 0 or n_read < 0:
            return False, found[:0]
        if n_found + room > len(found):
            more = np.empty(2 * (n_found + room), np.int64)
            more[:n_found] = found[:n_found]
            found = more
        for j in range(n_read):
            docnum = block << BLOCK_BITS | article_at(scan.articles, j).doc
            n_found += _put_places(segment, scan, docnum, j, found.ctypes.data + 8 * n_found)
    return True, found[:n_found].copy()


@called
def _put_places(segment: Int, scan: Scan, docnum: Int, i: Int, out: Int) -> Int:
    """Write the places of a phrase in the i-th of the noted articles; return how many."""
    freq: Int = _count(segment, scan, docnum, i)
    title = load_u32(load_i64(segment, TITLE_LENGTHS), docnum)
    body, text = body_start(title), docnum << PLACE_BITS
    first: Int = load_i64(scan.spans, 2 * load_i64(scan.sequence, 0))
    n: Int = 0
    for at in range(first, first + freq):
        position = load_i64(scan.target, at)
        is_body = position >= body
        store_i64(out, n, text | (position - body + IN_BODY if is_body else position))
        n += is_body or position < title  # not in the second copy of the title
    return n


@kernel
def _lay_out(segment: Int, phrase: Phrase, factor: Float) -> tuple[bool, Array, Array, Array]:
    terms = PHRASE_STARTS + phrase[PHRASE_WORDS] + 1
    end = terms + phrase[PHRASE_ALTERNATIVES]
    return lay_out_phrase(segment, phrase[PHRASE_STARTS:terms], phrase[terms:end], factor)


@kernel
def _new_scan(phrase: Phrase, allowed: Bitmap) -> Array:
    memory = new_scan(phrase, allowed)
    likely_signatures(scan_at(memory.ctypes.data, 0))
    return memory


@inlined
def _expect_row(segment: Int, scan: Scan, row: Int) -> None:
    """Ask for the first postings and positions of a row that is visited next."""
    for column in range(scan.n_columns):
        entry = entry_at(row, column)
        expect(load_i64(segment, POSTINGS), start_of(entry.locator))
        expect(load_i64(segment, POSITIONS), entry.start)
        expect(load_i64(segment, POSITIONS), entry.start + 64)


@called
def _note_likely(
    segment: Int, scan: Scan, row: Int, block: Int, weight: Float, average: Float, least: Float
) -> Int:
    """Note the articles of a block that can have the phrase, and return how many.

    `row` is the address of a row of the table, `average` the mean length, `least` the least score
    that is wanted.
    """
    n_sequence, slop, field = scan.n_sequence, scan.slop, scan.field
    factor = n_sequence if slop else 1
    rarest = rarest_of(row, scan.n_columns)
    docs, first = scan.docs, block << BLOCK_BITS
    n_docs = list_likely(segment, scan, (row, block, rarest))
    for j in range(n_docs if least > 0 else 0):
        expect(load_i64(segment, LENGTHS), (first | load_i64(docs, j)) * 4)
    n: Int = 0
    for j in range(n_docs):
        doc = load_i64(docs, j)
        most = factor * note_article(segment, scan, (row, block), rarest + 1, doc, n)
        if most > 0 and least > 0:
            norm = norm_in(segment, first | doc, field, average)
            n += score_term(weight, most, norm) >= least
        else:
            n += most >= scan.least
    return n


@called
def _cut_room(scan: Scan, row: Int, n: Int) -> Int:
    """Share out the room for the positions of each alternative and word; see `Scan.rooms`.

    Returns how many there may be in all; -1 when frequencies are damaged: a position takes at least
    a bit, so they cannot be more than the bytes of the entries have.
    """
    starts, articles, rooms = scan.starts, scan.articles, scan.rooms
    n_words, n_columns = scan.n_words, scan.n_columns
    used: Int = 0
    is_sound = True
    for column in range(n_columns):
        store_i64(rooms, column, used)
        first: Int = used
        for i in range(n):
            used += article_at(articles, column * NOTED + i).freq
        is_sound &= used - first <= 8 * entry_at(row, column).size
    for word in range(n_words):
        store_i64(rooms, n_columns + word, used)
        column, last = load_i64(starts, word), load_i64(starts, word + 1)
        if last - column > 1:
            used += load_i64(rooms, last) - load_i64(rooms, column)
    store_i64(rooms, n_columns + n_words, used)
    return used if is_sound else -1


@called
def _read_block(segment: Int, scan: Scan, row: Int, n: Int) -> Int:
    """Read the positions of the n noted articles of a block; -1 when damaged.

    The word with the fewest articles comes first. A stretch that counts has it, and is no longer
    than the phrase and its slop; so positions of other words that come later are not read, and none
    where that word does not stand in its form. Returns n, or 0 where that is in all articles.
    """
    n_words, n_columns = scan.n_words, scan.n_columns
    limits = scan.limits
    for column in range(n_columns):
        entry = entry_at(row, column)
        for byte in range(entry.start, entry.start + min(entry.size, _LINES_AHEAD), 64):
            expect(load_i64(segment, POSITIONS), byte)
    for i in range(n):
        store_i64(limits, i, _END)
    rarest = rarest_of(row, n_columns) if n_columns == n_words else 0
    for turn in range(n_columns):
        column = (rarest + turn) % n_columns
        if not _read_column(segment, scan, row, column, n):
            return -1
        if turn == 0 and n_columns == n_words and not _limit_others(scan, column, n):
            return 0
    return n


@inlined
def _limit_others(scan: Scan, column: Int, n: Int) -> bool:
    """Set up to which position a phrase's other words are read, from the positions of one.

    They are not read in articles that have none. Returns whether any article is left.
    """
    starts, limits, is_any_left = scan.offsets + column * NOTED * 8, scan.limits, False
    for i in range(n):
        end = load_i64(starts, i + 1)
        if end > load_i64(starts, i):
            is_any_left = True
            last = load_i64(scan.target, end - 1)
            store_i64(limits, i, last + scan.n_sequence + scan.slop)
        else:
            for other in range(scan.n_columns):
                article_at(scan.articles, other * NOTED + i).freq = 0
    return is_any_left


@inlined
def _read_column(segment: Int, scan: Scan, row: Int, column: Int, n: Int) -> bool:
    """Read the positions of an alternative in the noted articles; False when damaged."""
    starts, rooms = scan.offsets + column * NOTED * 8, scan.rooms
    begin, end = load_i64(rooms, column), load_i64(rooms, column + 1)
    entry, is_sound = entry_at(row, column), True
    if entry.locator != 0:
        articles = scan.articles + column * ARTICLES_BYTES
        form, limits = load_i64(scan.forms, column), scan.limits
        out = (scan.target, begin, end)
        is_sound = read_positions(segment, entry, form, articles, n, limits, out, starts)
    else:
        for i in range(n + 1):
            store_i64(starts, i, begin)
    return is_sound


@called
def _count(segment: Int, scan: Scan, docnum: Int, i: Int) -> Int:
    """Count a phrase in the i-th of the noted articles."""
    positions, spans = scan.target, scan.spans
    cursors, slop = scan.cursors, scan.slop
    sequence, n_sequence = scan.sequence, scan.n_sequence
    freq: Int = 0
    if not _find_spans(segment, scan, docnum, i):
        freq = 0
    elif slop == 0:
        freq = count_adjacent(positions, spans, sequence, n_sequence, cursors)
    else:
        needed = (scan.needed, scan.n_words)
        title, longest = load_u32(load_i64(segment, TITLE_LENGTHS), docnum), n_sequence + slop
        freq = count_windows(positions, spans, needed, cursors, longest, (0, title))
        if scan.field == BOTH:
            freq *= TITLE_COPIES
        body = (body_start(title), _END)
        freq += count_windows(positions, spans, needed, cursors, longest, body)
    return freq


@inlined
def _find_spans(segment: Int, scan: Scan, docnum: Int, i: Int) -> bool:
    """Find the positions of each word in a noted article; False when a word has none."""
    starts, positions, spans = scan.starts, scan.target, scan.spans
    n_columns, field = scan.n_columns, scan.field
    has_all = True
    for word in range(scan.n_words):
        column = load_i64(starts, word)
        n_own = load_i64(starts, word + 1) - column
        offsets = scan.offsets + column * NOTED * 8
        begin, end = load_i64(offsets, i), load_i64(offsets, i + 1)
        if n_own > 1:
            begin = load_i64(scan.rooms, n_columns + word)
            end = _merge(positions, offsets, n_own, begin, i)
        if field != BOTH:
            begin, end = _within_field(segment, docnum, field, positions, (begin, end))
        store_i64(spans, 2 * word, begin)
        store_i64(spans, 2 * word + 1, end)
        has_all &= begin < end
    return has_all


@called
def _merge(positions: Int, offsets: Int, n_columns: Int, begin: Int, i: Int) -> Int:
    """Merge the positions of a word's alternatives in the i-th article; return where they end.

    They are written from item `begin` on, ascending.
    """
    end = begin
    for column in range(n_columns):
        own = offsets + column * NOTED * 8
        for at in range(load_i64(own, i), load_i64(own, i + 1)):
            position = load_i64(positions, at)
            slot = end
            while slot > begin and load_i64(positions, slot - 1) > position:
                store_i64(positions, slot, load_i64(positions, slot - 1))
                slot -= 1
            store_i64(positions, slot, position)
            end += 1
    return end


@inlined
def _within_field(
    segment: Int, docnum: Int, field: Int, positions: Int, span: tuple[Int, Int]
) -> tuple[Int, Int]:
    """Shorten a span of positions to those in the title or the body."""
    begin, end = span
    title = load_u32(load_i64(segment, TITLE_LENGTHS), docnum)
    limit = title if field == TITLE else body_start(title)
    middle = begin
    while middle < end and load_i64(positions, middle) < limit:
        middle += 1
    return (begin, middle) if field == TITLE else (middle, end)
