"""The merge policy: few segments, and nothing large is written again for something small."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from newsearch.index.merge_policy import (
    LARGEST_MERGED_ARTICLES,
    LARGEST_MERGED_BYTES,
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


def test_a_thousand_small_commits_leave_few_segments_and_write_little() -> None:
    sizes, written = [LARGE], 0
    for _ in range(1_000):
        sizes, more = settled([*sizes, SMALL])
        written += more
        assert len(sizes) <= 30

    assert written < 4 * 1_000 * SMALL.size_bytes
    assert LARGE in sizes


def test_seven_segments_of_a_tier_are_left_alone() -> None:
    assert choose([SMALL] * (TIER_FACTOR - 1)) == []
    assert choose([SMALL] * TIER_FACTOR) == list(range(TIER_FACTOR))


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
