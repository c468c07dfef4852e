"""How often a phrase stands in an article, from the positions of its words, compiled.

The definitions are those of ``search.scoring.phrase_frequency`` and ``phrase_windows``.
"""

from __future__ import annotations

from typing import Final

from newsearch.search.kernels.compiling import Array, Int, inlined, kernel

_NOWHERE: Final = 1 << 62


@inlined
def count_places(positions: Array, spans: Array, sequence: Array, cursors: Array) -> Int:
    """Count where words stand side by side in order.

    Parameters
    ----------
    positions, spans
        Positions, and for each different word in which row, from where and up to where its
        ascending positions are. Shapes ``(n_rows, capacity)`` and ``(3, n_words)``.
    sequence
        The words in the order of the phrase.
    cursors
        Scratch, shape ``(2, n)`` with n at least the words of the phrase.
    """
    row, begin, end = spans[0, sequence[0]], spans[1, sequence[0]], spans[2, sequence[0]]
    for n in range(1, len(sequence)):
        cursors[0, n] = spans[1, sequence[n]]
    found: Int = 0
    i = begin
    while i < end:
        start = positions[row, i]
        i += 1
        n = 1
        while n < len(sequence):
            word, at = sequence[n], cursors[0, n]
            own_row, own_end = spans[0, word], spans[2, word]
            while at < own_end and positions[own_row, at] < start + n:
                at += 1
            cursors[0, n] = at
            if at == own_end:
                i = end
            if at == own_end or positions[own_row, at] != start + n:
                break
            n += 1
        found += n == len(sequence)
    return found


@kernel
def count_windows(
    positions: Array,
    spans: Array,
    needed: Array,
    cursors: Array,
    longest: Int,
    limits: tuple[Int, Int],
) -> Int:
    """Count the shortest stretches that hold every word, within a span of positions.

    Parameters
    ----------
    positions, spans, cursors
        As for :func:`count_places`.
    needed
        How often the phrase has each word.
    longest
        Words in the longest stretch that counts.
    limits
        Positions from the first and below the second are looked at.
    """
    n_missing: Int = 0
    for word in range(len(needed)):
        at = spans[1, word]
        while at < spans[2, word] and positions[spans[0, word], at] < limits[0]:
            at += 1
        cursors[0, word], cursors[1, word] = at, at
        n_missing += needed[word]
    found: Int = 0
    while True:
        word = _earliest(positions, spans, cursors, 1)
        if word < 0 or positions[spans[0, word], cursors[1, word]] >= limits[1]:
            return found
        last = positions[spans[0, word], cursors[1, word]]
        cursors[1, word] += 1
        n_missing -= cursors[1, word] - cursors[0, word] <= needed[word]
        if n_missing:
            continue
        word = _earliest(positions, spans, cursors, 0)
        while cursors[1, word] - cursors[0, word] > needed[word]:
            cursors[0, word] += 1
            word = _earliest(positions, spans, cursors, 0)
        found += last - positions[spans[0, word], cursors[0, word]] < longest
        cursors[0, word] += 1
        n_missing += 1


@kernel
def _earliest(positions: Array, spans: Array, cursors: Array, side: Int) -> Int:
    """Give the word with the lowest next position at one end; -1 when none has any left.

    On side 0, of the words taken in, only those up to the other side's cursor are left; on side
    1 all up to the end.
    """
    best: Int = -1
    lowest: Int = _NOWHERE
    for word in range(spans.shape[1]):
        at = cursors[side, word]
        end = spans[2, word] if side else cursors[1, word]
        if at < end and positions[spans[0, word], at] < lowest:
            best, lowest = word, positions[spans[0, word], at]
    return best
