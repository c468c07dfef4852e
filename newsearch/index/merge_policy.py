"""Which segments to merge: a pure function of their sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SMALL_BYTES: Final = 128 << 20
"""Segments from which on a search takes so long that one more of them hardly matters."""

MOST_SMALL: Final = 4
"""Small segments that are left side by side.

Of 1,000 loads of 200 kB each every byte is written 10.5 times in all, at most 168 MB of them in one
load, and 3.3 segments are searched on average, 5 at most. Tiers of a factor of 8 from 1 MB on write
3.5 times, but leave 11 segments on average and up to 21."""

MOST_SMALL_WHILE_LOADING: Final = 8
"""Small segments left side by side by a load that goes on: it will add more to them soon."""

_RATIO: Final = 4
"""A small segment is written again for others that have together a quarter of its size."""

TIER_FACTOR: Final = 8
"""Larger segments of one tier that are merged to one of the next, and how much larger those are.

So every article is written log8(n) times in all. On nine segments of a million articles, queries
with any word took 1.5 times as long as where eight were merged, and with all words 1.2 times."""

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
        """0 for small segments, 1 for larger ones, one more for each factor of `TIER_FACTOR`."""
        if self.live_bytes < SMALL_BYTES:
            return 0
        return math.floor(math.log(self.live_bytes / SMALL_BYTES, TIER_FACTOR)) + 1


def choose(sizes: Sequence[SegmentSize], *, most_small: int = MOST_SMALL) -> list[int]:
    """Pick the segments to merge into one next, by their indexes; empty when all is well.

    Where there are more than `most_small` small segments, the smallest ones are merged, with every
    larger one that `_RATIO` allows. Else a tier that has `TIER_FACTOR` larger segments is merged,
    the lowest one first. Else a segment with more than 30 % deleted articles is written again
    without them. Segments that would together become larger than `LARGEST_MERGED_BYTES` or
    `LARGEST_MERGED_ARTICLES` are left apart.
    """
    tiers: dict[int, list[int]] = {}
    for index, size in enumerate(sizes):
        tiers.setdefault(size.tier, []).append(index)
    small = tiers.pop(0, [])
    full = [_smallest(sizes, small)] if len(small) > most_small else []
    full += [tiers[tier] for tier in sorted(tiers) if len(tiers[tier]) >= TIER_FACTOR]
    for indexes in full:
        chosen = _that_fit(sizes, indexes)
        if len(chosen) > 1:
            return chosen
    for index, size in enumerate(sizes):
        if size.deleted > _MOST_DELETED * size.articles:
            return [index]
    return []


def _smallest(sizes: Sequence[SegmentSize], indexes: list[int]) -> list[int]:
    """Take the two smallest segments, and all up to the last that the ratio allows."""
    ordered = sorted(indexes, key=lambda index: sizes[index].live_bytes)
    n_chosen, before = 2, 0.0
    for place, index in enumerate(ordered):
        if sizes[index].live_bytes <= _RATIO * before:
            n_chosen = max(place + 1, 2)
        before += sizes[index].live_bytes
    return ordered[:n_chosen]


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
