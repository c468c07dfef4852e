"""Which articles match: sets of the live articles of one snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from operator import and_, or_

import numpy as np
from numpy.typing import NDArray

from newsearch.index.segment_reader import SegmentReader
from newsearch.index.snapshot import Snapshot
from newsearch.search.run.bitmaps import Bitmap, bitmap_with, count_of, docnums_of
from newsearch.search.run.filters import live_bitmap


class Matching:
    """The live articles of a snapshot that match a query; safe in many threads.

    Sets over one snapshot join as Python's sets do: ``a & b``, ``a | b`` and ``a - b``, and ``~a``
    for the live articles that are not in ``a``. Articles go by their global docnums, which hold for
    the snapshot only. `bitmaps`: one a segment, see `run.bitmaps`; never written to.
    """

    def __init__(self, snapshot: Snapshot, bitmaps: Sequence[Bitmap]) -> None:
        self.snapshot = snapshot
        self.bitmaps = tuple(bitmaps)

    @classmethod
    def of(cls, snapshot: Snapshot, docnums: NDArray[np.int64]) -> Matching:
        """Make a set of live articles from their global docnums, ascending."""
        bitmaps: list[Bitmap] = []
        for segment in snapshot.segments:
            own = slice(
                *np.searchsorted(docnums, [segment.base, segment.base + segment.n_articles])
            )
            bitmaps.append(bitmap_with(docnums[own] - segment.base, segment.n_articles))
        return cls(snapshot, bitmaps)

    @cached_property
    def count(self) -> int:
        """How many articles match."""
        return sum(map(count_of, self.bitmaps))

    @cached_property
    def docnums(self) -> NDArray[np.int64]:
        """Global docnums, ascending; not to be written to."""
        found = [docnums + segment.base for segment, docnums in self.by_segment()]
        return np.concatenate([np.zeros(0, np.int64), *found])

    def by_segment(self) -> Iterator[tuple[SegmentReader, NDArray[np.int64]]]:
        """Return each segment and the docnums within it that match, ascending."""
        for segment, bitmap in zip(self.snapshot.segments, self.bitmaps, strict=True):
            yield segment, docnums_of(bitmap)

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[int]:
        return iter(self.docnums.tolist())

    def __contains__(self, docnum: int) -> bool:
        if not 0 <= docnum < self.snapshot.n_articles_all:
            return False
        segment, own = self.snapshot.locate(docnum)
        word = self.bitmaps[self.snapshot.segments.index(segment)][own >> 6]
        return bool(int(word) >> (own & 63) & 1)

    def __and__(self, other: Matching) -> Matching:
        return self._joined(and_, other)

    def __or__(self, other: Matching) -> Matching:
        return self._joined(or_, other)

    def __sub__(self, other: Matching) -> Matching:
        return self._joined(lambda own, others: own & ~others, other)

    def __invert__(self) -> Matching:
        return every_article(self.snapshot) - self

    def _joined(self, join: Callable[[Bitmap, Bitmap], Bitmap], other: Matching) -> Matching:
        if self.snapshot is not other.snapshot:
            raise ValueError("articles of different snapshots cannot be joined; search again")
        return Matching(self.snapshot, list(map(join, self.bitmaps, other.bitmaps)))

    def __repr__(self) -> str:
        return f"Matching({self.count} of {self.snapshot.n_articles} articles)"


def every_article(snapshot: Snapshot) -> Matching:
    """Return all live articles of a snapshot."""
    return Matching(snapshot, [live_bitmap(segment) for segment in snapshot.segments])
