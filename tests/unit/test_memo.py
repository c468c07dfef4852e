"""Remembering what a function gave."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsearch.memo import Memo, once


@given(keys=st.lists(st.integers(0, 9)), limit=st.integers(1, 5))
def test_what_is_remembered_is_what_the_function_gives_and_never_too_much(keys, limit):
    made: list[int] = []

    def make(key: int) -> str:
        made.append(key)
        return str(key)

    memo = Memo(make, limit)
    for key in keys:
        n_made = len(made) + (key not in memo)
        assert memo[key] == str(key)
        assert len(made) == n_made
        assert len(memo) <= limit


@given(values=st.lists(st.integers(0, 9)), limit=st.integers(1, 20))
def test_what_is_remembered_is_no_more_than_it_may_be_in_all(values, limit):
    memo = Memo(lambda key: values[key], limit, size_of=lambda value: value)
    for key, value in enumerate(values):
        before = sum(memo.values())
        assert memo[key] == value
        assert len(memo) == 1 or before + value <= limit
        assert sum(memo.values()) == value + (before if len(memo) > 1 else 0)


def test_what_is_looked_up_once_is_computed_once() -> None:
    class Counted:
        n_computed = 0

        @once
        def value(self) -> int:
            """Return a number."""
            self.n_computed += 1
            return self.n_computed

    first, second = Counted(), Counted()

    assert [first.value, first.value, second.value] == [1, 1, 1]
    assert first.n_computed == 1
    assert Counted.value.__doc__ == "Return a number."
