"""Which signatures an article with a phrase can have, against what signatures mean."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsearch.codec.coding.signatures import SETS
from newsearch.search.run.kernels.candidates import values_with

sets_of_codes = st.integers(1, 2**15 - 1)


@given(codes=sets_of_codes, half=st.integers(0, 15))
def test_a_half_of_a_signature_is_wanted_if_its_set_has_one_of_the_codes(
    codes: int, half: int
) -> None:
    values = values_with.py_func(codes)

    once, several = int(SETS[half]) & 0xFFFF, int(SETS[256 + half]) & 0xFFFF
    assert values >> half & 1 == (once & codes != 0)
    assert values >> 32 + half & 1 == (several & codes != 0)


@given(half=st.integers(0, 15))
def test_any_signature_is_wanted_of_a_word_without_neighbour(half: int) -> None:
    values = values_with.py_func(0)

    assert values >> half & 1
    assert values >> 32 + half & 1
