"""How often a phrase stands in an article, from the positions of its words, compiled.

The definitions are those of ``search.proximity.phrase_frequency`` and ``phrase_windows``.
"""

from __future__ import annotations

from typing import Final

from newsearch.compiling import Int, called, inlined, load_i64, store_i64

_NOWHERE: Final = 1 << 62


@inlined
def count_adjacent(positions: Int, spans: Int, sequence: Int, n_sequence: Int, cursors: Int) -> Int:
    """Count where words stand side by side in order, and write these places over the first word's.

    `positions`, `spans`: address of positions, and of where those of each different word begin and
    end there: two numbers a word. They ascend. `sequence`: address of the `n_sequence` words in the
    order of the phrase. `cursors`: address of room for as many numbers.
    """
    begin, end = span_of(spans, load_i64(sequence, 0))
    i = begin
    for n in range(1, n_sequence):
        store_i64(cursors, n, load_i64(spans, 2 * load_i64(sequence, n)))
    found: Int = 0
    while i < end:
        start = load_i64(positions, i)
        i += 1
        n = 1
        while n < n_sequence:
            at, own_end = load_i64(cursors, n), load_i64(spans, 2 * load_i64(sequence, n) + 1)
            while at < own_end and load_i64(positions, at) < start + n:
                at += 1
            store_i64(cursors, n, at)
            if at == own_end:
                i = end
            if at == own_end or load_i64(positions, at) != start + n:
                break
            n += 1
        # No place that is still to be read is overwritten with a higher one.
        store_i64(positions, begin + found, start)
        found += n == n_sequence
    return found


@inlined
def span_of(spans: Int, word: Int) -> tuple[Int, Int]:
    """Return where the positions of a word begin and end."""
    return load_i64(spans, 2 * word), load_i64(spans, 2 * word + 1)


@called
def count_windows(
    positions: Int,
    spans: Int,
    needed: tuple[Int, Int],
    cursors: Int,
    longest: Int,
    limits: tuple[Int, Int],
) -> Int:
    """Count the shortest stretches that hold every word, within a span of positions.

    `positions`, `spans`: as for :func:`count_adjacent`. `needed`: address of how often the phrase
    has each word, and how many words. `cursors`: address of room for two numbers a word. `longest`:
    words in the longest stretch that counts. `limits`: positions from the first and below the
    second are looked at.
    """
    counts, n_words = needed
    n_missing: Int = 0
    for word in range(n_words):
        at, end = span_of(spans, word)
        while at < end and load_i64(positions, at) < limits[0]:
            at += 1
        store_i64(cursors, 2 * word, at)
        store_i64(cursors, 2 * word + 1, at)
        n_missing += load_i64(counts, word)
    found: Int = 0
    while True:
        word, last = _earliest(positions, spans, cursors, n_words, 1)
        if word < 0 or last >= limits[1]:
            return found
        store_i64(cursors, 2 * word + 1, load_i64(cursors, 2 * word + 1) + 1)
        n_missing -= _n_taken(cursors, word) <= load_i64(counts, word)
        if n_missing:
            continue
        word, first = _earliest(positions, spans, cursors, n_words, 0)
        while _n_taken(cursors, word) > load_i64(counts, word):
            store_i64(cursors, 2 * word, load_i64(cursors, 2 * word) + 1)
            word, first = _earliest(positions, spans, cursors, n_words, 0)
        found += last - first < longest
        store_i64(cursors, 2 * word, load_i64(cursors, 2 * word) + 1)
        n_missing += 1


@inlined
def _n_taken(cursors: Int, word: Int) -> Int:
    """Return how many positions of a word are in the stretch."""
    return load_i64(cursors, 2 * word + 1) - load_i64(cursors, 2 * word)


@inlined
def _earliest(positions: Int, spans: Int, cursors: Int, n_words: Int, side: Int) -> tuple[Int, Int]:
    """Return the word with the lowest next position at one end, and it; -1 when none has any left.

    On side 0, of the words taken in, only those up to the other side's cursor are left; on side
    1 all up to the end.
    """
    best: Int = -1
    lowest: Int = _NOWHERE
    for word in range(n_words):
        at = load_i64(cursors, 2 * word + side)
        end = load_i64(spans, 2 * word + 1) if side else load_i64(cursors, 2 * word + 1)
        if at < end and load_i64(positions, at) < lowest:
            best, lowest = word, load_i64(positions, at)
    return best, lowest
