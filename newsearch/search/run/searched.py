"""A segment as compiled kernels search it."""

from __future__ import annotations

import numpy as np

from newsearch.errors import CorruptIndexError
from newsearch.index.segment_reader import SegmentReader
from newsearch.memo import once
from newsearch.search.run.bitmaps import Bitmap, bitmap_of
from newsearch.search.run.filters import live_bitmap
from newsearch.search.run.kernels import views
from newsearch.stopping import check, current


class Searched:
    """A segment of the snapshot, as kernels search it, with its number there from 0.

    `average`: mean length of an article, in tokens.
    """

    def __init__(self, number: int, opened: SegmentReader, average: float) -> None:
        self.number = number
        self.opened = opened
        self.view = _view(opened, average)
        self.live = live_bitmap(opened)
        self.base = opened.base
        self.n_articles = opened.n_articles

    @once
    def deleted(self) -> Bitmap:
        """The articles of the segment that are deleted."""
        return bitmap_of(np.ones(self.n_articles, np.bool_)) & ~self.live

    @property
    def address(self) -> int:
        """What kernels take; for the work at hand."""
        return address_of(self.view)


def address_of(view: views.Segment) -> int:
    """Return the address of a segment whose kernels stop when the work at hand must."""
    stop = current()
    if stop is None:
        return view.address
    stop.check()
    flag = stop.watch()
    if view.address not in stop.kept:
        stop.kept[view.address] = view.stopped_by(flag)
    address: int = stop.kept[view.address].address
    return address


def _view(segment: SegmentReader, average: float) -> views.Segment:
    columns = views.Columns(
        segment.text_lengths, segment.title_lengths, segment.dates, segment.id_hashes
    )
    return views.segment_view(segment.text.postings, columns, average=average)


def verify(is_sound: bool, segment: Searched) -> None:
    """Raise where a kernel found a segment damaged, and where it had to stop."""
    if not is_sound:
        path = segment.opened.segment.file.path
        raise CorruptIndexError(path, "its postings are damaged")
    check()  # what a kernel found before it had to stop is not all
