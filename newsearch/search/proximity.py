"""Where the words of a phrase stand together, by definition: plain lists, one article at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def phrase_frequency(positions: Sequence[Sequence[int]], slop: int) -> int:
    """Count where a phrase stands in one field of one article.

    Parameters
    ----------
    positions
        Ascending positions of each word of the phrase, in the order of the phrase.
    slop
        0: the words stand side by side in order. n > 0: in any order, with at most n other words
        between the first and the last.

    Returns
    -------
    int
        Positions where an ordered phrase begins, or the number of shortest stretches that hold all
        words (Clarke, Cormack and Burkowski 1995) and are short enough.
    """
    if slop == 0:
        return sum(1 for _ in phrase_starts(positions))
    return len(phrase_windows(positions, len(positions) + slop))


def phrase_starts(positions: Sequence[Sequence[int]]) -> Iterator[int]:
    """Yield the positions, ascending, where the words of a phrase stand side by side in order."""
    rest = [set(word) for word in positions[1:]]
    for start in positions[0]:
        if all(start + offset in word for offset, word in enumerate(rest, 1)):
            yield start


def phrase_windows(
    positions: Sequence[Sequence[int]], longest_tokens: int
) -> list[tuple[int, int]]:
    """Find the shortest stretches that hold every word of a phrase, first to last inclusive.

    A word that the phrase has twice must stand there twice. Stretches longer than
    `longest_tokens` are left out; of those returned none lies within another.
    """
    needed: dict[tuple[int, ...], int] = {}
    for word in positions:
        needed[tuple(word)] = needed.get(tuple(word), 0) + 1
    events = sorted((position, word) for word in needed for position in word)
    held = dict.fromkeys(needed, 0)
    n_missing = len(positions)
    windows: list[tuple[int, int]] = []
    left = 0
    for position, word in events:
        held[word] += 1
        n_missing -= held[word] <= needed[word]
        if n_missing:
            continue
        while held[events[left][1]] > needed[events[left][1]]:
            held[events[left][1]] -= 1
            left += 1
        first = events[left][0]
        held[events[left][1]] -= 1
        n_missing += 1
        left += 1
        if position - first < longest_tokens:
            windows.append((first, position))
    return windows
