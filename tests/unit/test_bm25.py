"""The parts of BM25 fit together."""

from __future__ import annotations

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from newsearch import bm25

lengths = st.integers(0, 10**6)
averages = st.floats(0.5, 10**5)
frequencies = st.integers(1, 10**4)


@given(st.floats(0.01, 20), frequencies, lengths, averages)
def test_scores_are_those_of_the_definition(
    weight: float, frequency: int, length: int, average: float
) -> None:
    scored = bm25.score(weight, frequency, bm25.norm(length, average))

    assert scored == pytest.approx(reference.bm25(weight, frequency, length, average))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_rarer_terms_weigh_more_and_none_weighs_less_than_nothing(df: int, more: int) -> None:
    n_articles = df + more + 1

    assert bm25.idf(df, n_articles) == pytest.approx(reference.idf(df, n_articles))
    assert bm25.idf(df, n_articles) > bm25.idf(df + 1, n_articles) > 0


@given(lengths, averages)
def test_a_length_is_told_from_its_norm(length: int, average: float) -> None:
    found = bm25.length_of_norm(bm25.norm(length, average), average)

    assert found == pytest.approx(length, abs=1e-9 * average, rel=1e-9)


@given(frequencies, lengths, averages)
def test_the_highest_weight_is_the_score_of_its_posting(
    frequency: int, length: int, average: float
) -> None:
    highest = bm25.highest_weight(1 / frequency, length / frequency, average)

    assert highest == pytest.approx(bm25.score(1.0, frequency, bm25.norm(length, average)))


def test_arrays_are_scored_item_by_item() -> None:
    norms = bm25.norm(np.array([3, 30]), 10.0)

    scores = bm25.score(2.0, np.array([1, 5]), norms)

    assert scores.tolist() == [reference.bm25(2.0, 1, 3, 10.0), reference.bm25(2.0, 5, 30, 10.0)]
