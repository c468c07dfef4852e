"""Shortest stretches that hold the words of a phrase, each at a place of its own."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.search.proximity import phrase_windows

places = st.sets(st.integers(0, 9), max_size=5).map(sorted)


@given(st.lists(places, min_size=1, max_size=4), st.integers(1, 11))
def test_windows_are_the_shortest_with_a_place_for_each_word(
    positions: list[list[int]], longest: int
) -> None:
    chosen = (c for c in product(*positions) if len(set(c)) == len(c))
    windows = {(min(c), max(c)) for c in chosen}
    shortest = [
        (first, last)
        for first, last in sorted(windows)
        if not any(first <= f and e <= last and (f, e) != (first, last) for f, e in windows)
    ]

    found = phrase_windows(positions, longest)

    assert found == [(first, last) for first, last in shortest if last - first < longest]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_word_moves_where_another_needs_its_place(order: tuple[int, ...]) -> None:
    words = [[0], [0, 1], [0, 1, 2]]

    assert phrase_windows([words[number] for number in order], 3) == [(0, 2)]


def test_a_phrase_of_very_many_overlapping_words_ends() -> None:
    words = [list(range(number, 1024)) for number in range(1000)]

    assert phrase_windows(words, 1000) == [(first, first + 999) for first in range(25)]
