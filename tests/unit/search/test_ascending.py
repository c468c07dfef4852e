"""Sets as ascending arrays, each operation against Python's own sets."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from newsearch.search.run.ascending import distinct, is_member, shared, tally

numbers = st.lists(st.integers(-3, 12) | st.integers(0, 2**40), max_size=20)


@given(numbers)
def test_distinct_numbers_are_ascending_and_stand_once(values: list[int]) -> None:
    assert distinct(np.array(values, np.int64)).tolist() == sorted(set(values))


@given(numbers)
def test_tally_counts_each_number(values: list[int]) -> None:
    found, counts = tally(np.array(sorted(values), np.int64))

    assert list(zip(found.tolist(), counts.tolist(), strict=True)) == sorted(
        Counter(values).items()
    )


@given(numbers, numbers)
def test_membership_and_intersection_are_those_of_sets(a: list[int], b: list[int]) -> None:
    members = np.array(sorted(set(b)), np.int64)

    assert is_member(np.array(a, np.int64), members).tolist() == [value in b for value in a]
    assert shared(np.array(sorted(set(a)), np.int64), members).tolist() == sorted(set(a) & set(b))
