"""How often a phrase stands in an article, from the positions of its words, compiled.

The definitions are those of ``search.scoring.phrase_frequency`` and ``phrase_windows``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.search.kernels.compiling import Array, Int, kernel

_NOWHERE: Final = 1 << 62


@kernel
def count_places(positions: Array, counts: Array, sequence: Array) -> Int:
    """Count where words stand side by side in order.

    Parameters
    ----------
    positions, counts
        Ascending positions of each different word, shape ``(n_words, capacity)``, and how many.
    sequence
        The words in the order of the phrase.
    """
    if len(sequence) == 1:
        return counts[0]
    at = np.zeros(len(sequence), np.int64)
    found: Int = 0
    while at[0] < counts[sequence[0]]:
        start = positions[sequence[0], at[0]]
        n: Int = 1
        while n < len(sequence):
            word = sequence[n]
            while at[n] < counts[word] and positions[word, at[n]] < start + n:
                at[n] += 1
            if at[n] == counts[word]:
                return found
            if positions[word, at[n]] != start + n:
                break
            n += 1
        found += n == len(sequence)
        at[0] += 1
    return found


@kernel
def count_windows(
    positions: Array, counts: Array, needed: Array, longest: Int, span: tuple[Int, Int]
) -> Int:
    """Count the shortest stretches that hold every word, within a span of positions.

    Parameters
    ----------
    positions, counts
        As for :func:`count_places`.
    needed
        How often the phrase has each word.
    longest
        Words in the longest stretch that counts.
    span
        Positions from the first and below the second are looked at.
    """
    right = np.zeros(len(needed), np.int64)
    for word in range(len(needed)):
        while right[word] < counts[word] and positions[word, right[word]] < span[0]:
            right[word] += 1
    left = right.copy()
    n_missing = needed.sum()
    found: Int = 0
    while True:
        word = _earliest(positions, right, counts)
        if word < 0 or positions[word, right[word]] >= span[1]:
            return found
        last = positions[word, right[word]]
        right[word] += 1
        n_missing -= right[word] - left[word] <= needed[word]
        if n_missing:
            continue
        word = _earliest(positions, left, right)
        while right[word] - left[word] > needed[word]:
            left[word] += 1
            word = _earliest(positions, left, right)
        found += last - positions[word, left[word]] < longest
        left[word] += 1
        n_missing += 1


@kernel
def _earliest(positions: Array, starts: Array, ends: Array) -> Int:
    """Give the word whose next position is the lowest; -1 when none has any left."""
    best: Int = -1
    lowest: Int = _NOWHERE
    for word in range(len(starts)):
        if starts[word] < ends[word] and positions[word, starts[word]] < lowest:
            best, lowest = word, positions[word, starts[word]]
    return best
