"""The merge policy: few segments, and nothing large is written again for something small."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.index.merge_policy import (
    LARGEST_MERGED_ARTICLES,
    LARGEST_MERGED_BYTES,
    MOST_SMALL,
    SMALL_BYTES,
    TIER_FACTOR,
    SegmentSize,
    choose,
)

SMALL = SegmentSize(100, 0, 300_000)
LARGE = SegmentSize(100_000, 0, 200_000_000)


def merged(sizes: list[SegmentSize], chosen: list[int]) -> SegmentSize:
    parts = [sizes[place] for place in chosen]
    articles = sum(part.articles - part.deleted for part in parts)
    return SegmentSize(articles, 0, int(sum(part.live_bytes for part in parts)))


def settled(sizes: list[SegmentSize]) -> tuple[list[SegmentSize], int]:
    """Merge until the policy is content; also gives the bytes that were written."""
    written = 0
    while chosen := choose(sizes):
        one = merged(sizes, chosen)
        if len(chosen) > 1:
            assert one.size_bytes <= LARGEST_MERGED_BYTES
            assert one.articles <= LARGEST_MERGED_ARTICLES
        sizes = [size for place, size in enumerate(sizes) if place not in chosen] + [one]
        written += one.size_bytes
    return sizes, written


@pytest.mark.parametrize(
    ("size_bytes", "most_segments", "most_writes"),
    [(20_000, MOST_SMALL, 11), (200_000, MOST_SMALL + 1, 11), (2_000_000, 12, 7)],
)
def test_a_thousand_loads_leave_few_segments_and_write_little(
    size_bytes: int, most_segments: int, most_writes: float
) -> None:
    one = replace(SMALL, size_bytes=size_bytes)
    largest = SegmentSize(1_000_000, 0, LARGEST_MERGED_BYTES)
    sizes, written = [largest], 0
    for _ in range(1_000):
        sizes, more = settled([*sizes, one])
        written += one.size_bytes + more
        assert len(sizes) - 1 <= most_segments

    assert written < most_writes * 1_000 * one.size_bytes
    assert largest in sizes


def test_few_small_segments_are_left_alone() -> None:
    assert choose([SMALL] * MOST_SMALL) == []
    assert choose([SMALL] * (MOST_SMALL + 1)) == list(range(MOST_SMALL + 1))
    assert choose([SMALL] * (MOST_SMALL + 1), most_small=MOST_SMALL + 1) == []


def test_seven_large_segments_of_a_tier_are_left_alone() -> None:
    assert choose([LARGE] * (TIER_FACTOR - 1)) == []
    assert choose([LARGE] * TIER_FACTOR) == list(range(TIER_FACTOR))


def test_a_small_segment_is_written_again_for_a_quarter_of_its_size() -> None:
    others = [SMALL] * MOST_SMALL
    four = replace(SMALL, size_bytes=MOST_SMALL * 4 * SMALL.size_bytes)
    five = replace(SMALL, size_bytes=MOST_SMALL * 5 * SMALL.size_bytes)

    assert choose([four, *others]) == [0, 1, 2, 3, 4]
    assert choose([five, *others]) == [1, 2, 3, 4]


def test_at_least_the_two_smallest_are_merged() -> None:
    sizes = [replace(SMALL, size_bytes=10**power) for power in range(MOST_SMALL + 1)]

    assert choose(sizes) == [0, 1]
    assert sizes[-1].size_bytes < SMALL_BYTES


def test_a_segment_of_mostly_deleted_articles_is_written_again() -> None:
    assert choose([LARGE, replace(LARGE, deleted=20_000)]) == []
    assert choose([LARGE, replace(LARGE, deleted=30_000)]) == []
    assert choose([LARGE, replace(LARGE, deleted=40_000)]) == [1]


def test_two_segments_of_a_full_tier_are_merged_where_no_more_fit() -> None:
    sizes = [SegmentSize(1_000, 0, int(LARGEST_MERGED_BYTES * 0.4))] * TIER_FACTOR

    assert choose(sizes) == [0, 1]


def test_a_segment_that_fits_with_no_other_is_left_alone() -> None:
    sizes = [SegmentSize(1_000, 0, int(LARGEST_MERGED_BYTES * 0.6))] * TIER_FACTOR

    assert choose(sizes) == []


SIZES = st.builds(
    SegmentSize,
    st.integers(1, 20_000_000),
    st.just(0),
    st.integers(1, 10 << 30),
)


@given(st.lists(SIZES, max_size=40), st.floats(0, 1))
def test_merging_always_ends_and_keeps_within_the_limits(
    sizes: list[SegmentSize], deleted: float
) -> None:
    sizes = [replace(size, deleted=int(size.articles * deleted)) for size in sizes]
    n_before = sum(size.articles - size.deleted for size in sizes)

    after, _ = settled(sizes)

    assert sum(size.articles - size.deleted for size in after) == n_before
