"""Where the words of a phrase stand together, by definition: plain lists, one article at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def phrase_frequency(positions: Sequence[Sequence[int]], slop: int) -> int:
    """Count where a phrase stands in one field of one article.

    `positions`: ascending, of each word in the order of the phrase. `slop` 0: the words stand side
    by side in order; counted are the positions where that begins. n > 0: they stand in any order,
    with at most n other words between the first and the last; counted are the shortest stretches
    that hold all words (Clarke, Cormack and Burkowski 1995) and are short enough.
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

    A word that the phrase has twice must stand there twice, and where words overlap, as ``trum*``
    and ``trump`` do, each takes a place of its own. Stretches longer than `longest_tokens` are left
    out; of those returned none lies within another.
    """
    needed: dict[tuple[int, ...], int] = {}
    for word in positions:
        needed[tuple(word)] = needed.get(tuple(word), 0) + 1
    if len(set().union(*needed)) < sum(map(len, needed)):
        return _windows_of_overlapping(list(map(set, positions)), longest_tokens)
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


def _windows_of_overlapping(
    words: Sequence[set[int]], longest_tokens: int
) -> list[tuple[int, int]]:
    """Find what `phrase_windows` does where a place may be taken for one word or another."""
    places = sorted(set().union(*words))
    windows: list[tuple[int, int]] = []
    first = 0
    for last, position in enumerate(places):
        while position - places[first] >= longest_tokens:
            first += 1
        if not _have_places(words, places[first : last + 1]):
            continue
        while _have_places(words, places[first + 1 : last + 1]):
            first += 1
        windows.append((places[first], position))
        first += 1
    return windows


def _have_places(words: Sequence[set[int]], places: Sequence[int]) -> bool:
    """Whether each word can have a place of its own."""
    taken_by: dict[int, int] = {}
    return len(places) >= len(words) and all(
        _take_place(word, words, places, taken_by) for word in range(len(words))
    )


def _take_place(
    word: int, words: Sequence[set[int]], places: Sequence[int], taken_by: dict[int, int]
) -> bool:
    """Find a place for one more word; others move where they can (an augmenting path)."""
    wanted_by: dict[int, int] = {}
    waiting = [word]
    for other in waiting:
        for place in places:
            if place not in words[other] or place in wanted_by:
                continue
            wanted_by[place] = other
            if place in taken_by:
                waiting.append(taken_by[place])
                continue
            place_of = {mover: own for own, mover in taken_by.items()}
            free: int | None = place
            while free is not None:
                mover = taken_by[free] = wanted_by[free]
                free = place_of.get(mover)
            return True
    return False
