"""Which segments to merge: a pure function of their sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

TIER_FACTOR: Final = 8
"""Segments of one tier that are merged to one of the next, and how much larger those are.

So an index of n articles has at most 7 segments a tier and log8(n) tiers, and every article is
written log8(n) times in all."""

SMALLEST_TIER_BYTES: Final = 1 << 20
LARGEST_MERGED_BYTES: Final = 4 << 30
LARGEST_MERGED_ARTICLES: Final = 8_000_000
_MOST_DELETED: Final = 0.3


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """What the policy knows of a segment.

    Parameters
    ----------
    articles, deleted
        Articles of the segment, deleted ones included, and deleted ones.
    size_bytes
        Size of its file.
    """

    articles: int
    deleted: int
    size_bytes: int

    @property
    def live_bytes(self) -> float:
        """Size it would have without the deleted articles."""
        return self.size_bytes * (self.articles - self.deleted) / max(self.articles, 1)

    @property
    def tier(self) -> int:
        """0 for the smallest segments, one more for each factor of `TIER_FACTOR`."""
        return max(
            0, math.floor(math.log(max(self.live_bytes, 1) / SMALLEST_TIER_BYTES, TIER_FACTOR)) + 1
        )


def choose(sizes: Sequence[SegmentSize]) -> list[int]:
    """Pick the segments to merge into one next, by their indexes; empty when all is well.

    A tier that has `TIER_FACTOR` segments is merged, the lowest tier first. Else a segment with
    more than 30 % deleted articles is written again without them. Segments that would
    together become larger than `LARGEST_MERGED_BYTES` or `LARGEST_MERGED_ARTICLES` are left apart.
    """
    tiers: dict[int, list[int]] = {}
    for index, size in enumerate(sizes):
        tiers.setdefault(size.tier, []).append(index)
    for tier in sorted(tiers):
        chosen = _that_fit(sizes, tiers[tier])
        if len(tiers[tier]) >= TIER_FACTOR and len(chosen) > 1:
            return chosen
    for index, size in enumerate(sizes):
        if size.deleted > _MOST_DELETED * size.articles:
            return [index]
    return []


def _that_fit(sizes: Sequence[SegmentSize], indexes: list[int]) -> list[int]:
    """Take the segments whose sum is allowed, the smallest first; in order of index."""
    chosen: list[int] = []
    size_bytes, articles = 0.0, 0
    for index in sorted(indexes, key=lambda index: sizes[index].live_bytes):
        size_bytes += sizes[index].live_bytes
        articles += sizes[index].articles - sizes[index].deleted
        if size_bytes > LARGEST_MERGED_BYTES or articles > LARGEST_MERGED_ARTICLES:
            break
        chosen.append(index)
    return sorted(chosen)
