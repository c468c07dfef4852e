"""How often a phrase stands in an article, from the positions of its words, compiled.

The definitions are those of ``search.scoring.phrase_frequency`` and ``phrase_windows``.
"""

from __future__ import annotations

from typing import Final

from newsearch.search.kernels.compiling import Array, Int, kernel

_NOWHERE: Final = 1 << 62


@kernel
def count_places(positions: Array, counts: Array, sequence: Array, cursors: Array) -> Int:
    """Count where words stand side by side in order.

    Parameters
    ----------
    positions, counts
        Ascending positions of each different word, shape ``(n_words, capacity)``, and how many.
    sequence
        The words in the order of the phrase.
    cursors
        Scratch, shape ``(2, n)`` with n at least the words of the phrase.
    """
    first = sequence[0]
    if len(sequence) == 1:
        return counts[first]
    for n in range(len(sequence)):
        cursors[0, n] = 0
    found: Int = 0
    for i in range(counts[first]):
        start = positions[first, i]
        n = 1
        while n < len(sequence):
            word, at = sequence[n], cursors[0, n]
            while at < counts[word] and positions[word, at] < start + n:
                at += 1
            cursors[0, n] = at
            if at == counts[word]:
                return found
            if positions[word, at] != start + n:
                break
            n += 1
        found += n == len(sequence)
    return found


@kernel
def count_windows(
    positions: Array,
    counts: Array,
    needed: Array,
    cursors: Array,
    longest: Int,
    span: tuple[Int, Int],
) -> Int:
    """Count the shortest stretches that hold every word, within a span of positions.

    Parameters
    ----------
    positions, counts, cursors
        As for :func:`count_places`.
    needed
        How often the phrase has each word.
    longest
        Words in the longest stretch that counts.
    span
        Positions from the first and below the second are looked at.
    """
    n_missing: Int = 0
    for word in range(len(needed)):
        at: Int = 0
        while at < counts[word] and positions[word, at] < span[0]:
            at += 1
        cursors[0, word], cursors[1, word] = at, at
        n_missing += needed[word]
    found: Int = 0
    while True:
        word = _earliest(positions, cursors, 1, counts)
        if word < 0 or positions[word, cursors[1, word]] >= span[1]:
            return found
        last = positions[word, cursors[1, word]]
        cursors[1, word] += 1
        n_missing -= cursors[1, word] - cursors[0, word] <= needed[word]
        if n_missing:
            continue
        word = _earliest(positions, cursors, 0, counts)
        while cursors[1, word] - cursors[0, word] > needed[word]:
            cursors[0, word] += 1
            word = _earliest(positions, cursors, 0, counts)
        found += last - positions[word, cursors[0, word]] < longest
        cursors[0, word] += 1
        n_missing += 1


@kernel
def _earliest(positions: Array, cursors: Array, end: Int, counts: Array) -> Int:
    """Give the word with the lowest next position at one end; -1 when none has any left.

    Of the words taken in (end 0) only those up to the other end's cursor are left; of all others
    (end 1) up to their count.
    """
    best: Int = -1
    lowest: Int = _NOWHERE
    for word in range(len(counts)):
        at = cursors[end, word]
        limit = counts[word] if end else cursors[1, word]
        if at < limit and positions[word, at] < lowest:
            best, lowest = word, positions[word, at]
    return best
