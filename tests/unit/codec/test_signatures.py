"""Signatures: what they allow, and that they never forbid a word that is there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsearch.codec.coding.signatures import ANY, SETS, beside_of, code_of, codes_of, signatures_of

codes = st.integers(0, 14)


def after(signature: int, freq: int) -> set[int]:
    """Codes of the words that a signature allows after its term."""
    bits = int(SETS[signature + 256 * (freq > 1)]) & 0xFFFF
    return {code for code in range(15) if bits >> code & 1}


def before(signature: int, freq: int) -> set[int]:
    bits = int(SETS[signature + 256 * (freq > 1)]) >> 16
    return {code for code in range(15) if bits >> code & 1}


@given(pairs=st.lists(st.tuples(codes, codes), min_size=1, max_size=9))
@example(pairs=[(0, 0)])
@example(pairs=[(14, 14), (14, 14)])
def test_every_neighbour_is_allowed(pairs: list[tuple[int, int]]) -> None:
    beside = np.array([code | other << 4 for code, other in pairs], np.uint8)

    (signature,) = signatures_of(beside, np.array([len(pairs)])).tolist()

    assert {code for code, _ in pairs} <= after(signature, len(pairs))
    assert {other for _, other in pairs} <= before(signature, len(pairs))


@given(code=codes, other=codes)
def test_a_single_occurrence_allows_its_neighbours_alone(code: int, other: int) -> None:
    (signature,) = signatures_of(np.array([code | other << 4], np.uint8), np.array([1])).tolist()

    assert (after(signature, 1), before(signature, 1)) == ({code}, {other})


@pytest.mark.parametrize("freq", [1, 2])
def test_a_posting_without_a_signature_allows_everything(freq: int) -> None:
    assert after(ANY, freq) == before(ANY, freq) == set(range(15))


@given(freqs=st.lists(st.integers(1, 5), max_size=20), seed=st.integers(0, 2**32 - 1))
def test_signatures_of_many_postings_are_those_of_each(freqs: list[int], seed: int) -> None:
    beside = np.random.default_rng(seed).integers(0, 15, sum(freqs), np.uint8)

    found = signatures_of(beside, np.array(freqs, np.int64))

    parts = np.split(beside, np.cumsum(freqs)[:-1]) if freqs else []
    each = [signatures_of(part, np.array([len(part)])) for part in parts]
    assert found.tolist() == [int(one[0]) for one in each]


def test_words_are_beside_one_another_within_a_text_only() -> None:
    is_apart = np.array([True, False, True, False])

    beside = beside_of(np.array([3, 5, 7, 9], np.uint8), is_apart)

    assert [(b & 15, b >> 4) for b in beside.tolist()] == [(5, 0), (0, 3), (9, 0), (0, 7)]


def test_codes_follow_from_the_bytes_of_a_stem() -> None:
    assert codes_of([b"summit", b"\xc3\xa9lection"]).tolist() == [9, 6]
    assert {code_of(b"%d" % number) for number in range(300)} == set(range(15))
