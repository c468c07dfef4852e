"""Where an ordered phrase begins."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsearch.search.proximity import phrase_frequency, phrase_starts

POSITIONS = st.lists(st.integers(0, 12), max_size=10, unique=True).map(sorted)


@given(st.lists(POSITIONS, min_size=1, max_size=4))
def test_phrase_starts_where_its_words_stand_side_by_side(positions: list[list[int]]) -> None:
    expected = [
        start
        for start in range(13)
        if all(start + offset in word for offset, word in enumerate(positions))
    ]
    assert list(phrase_starts(positions)) == expected
    assert phrase_frequency(positions, 0) == len(expected)
