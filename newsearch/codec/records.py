"""A segment as the table of contents (TOC) lists it, and its file opened."""

from __future__ import annotations

import threading
import weakref
import zlib
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.deletions import read_deleted
from newsearch.codec.segment import Segment
from newsearch.errors import CorruptIndexError

INDEX_NAME: Final = "MAIN"
"""What Whoosh calls an index that has no other name; its files begin with it."""

SUFFIX: Final = ".seg"


class SegmentRecord(NamedTuple):
    """What the TOC says of a segment.

    Parameters
    ----------
    id_bytes
        The 16 bytes in the head of the segment's file.
    articles
        Articles in the file, deleted ones included.
    deleted
        How many of the articles are deleted.
    live_name
        File that says which (see :mod:`newsearch.codec.deletions`), or None while none is.
    live_crc
        CRC-32 of what that file says; None where it is not known.
    """

    id_bytes: bytes
    articles: int
    deleted: int = 0
    live_name: str | None = None
    live_crc: int | None = None

    @property
    def file_name(self) -> str:
        """Name of the segment's file in the index directory."""
        return f"{INDEX_NAME}_{self.id_bytes.hex()}{SUFFIX}"

    def with_deleted(self, deleted: NDArray[np.bool_], live_name: str | None) -> SegmentRecord:
        """Return the same segment with other deletions, which are in a file."""
        return SegmentRecord(
            *(self.id_bytes, self.articles, int(deleted.sum())), live_name, _crc(deleted)
        )

    def read_deleted(self, folder: Path) -> NDArray[np.bool_]:
        """Return whether each docnum is deleted; a fresh array of shape ``(articles,)``.

        Raises CorruptIndexError when the file is damaged or does not belong to the segment.
        """
        path = folder / (self.live_name or self.file_name)
        if self.live_name is None:
            deleted = np.zeros(self.articles, np.bool_)
        else:
            deleted = read_deleted(path, self.id_bytes, self.articles)
        if int(deleted.sum()) != self.deleted or self.live_crc not in (None, _crc(deleted)):
            raise CorruptIndexError(path, "has other deletions than the index says")
        return deleted


def _crc(deleted: NDArray[np.bool_]) -> int:
    return zlib.crc32(np.packbits(deleted).tobytes())


_open: weakref.WeakValueDictionary[tuple[str, int, int], Segment] = weakref.WeakValueDictionary()
_opening = threading.Lock()


def open_segment(folder: Path, record: SegmentRecord) -> Segment:
    """Open a segment's file, or give the open one to another of its readers.

    A segment is never changed, so all readers of a process can share one map and what opening
    it verified; it is freed with the last of them.

    Raises
    ------
    FileNotFoundError
        When a commit has removed it: read the TOC again.
    CorruptIndexError
        When it is damaged or is another segment.
    """
    path = folder / record.file_name
    status = path.stat()
    key = (str(path.absolute()), status.st_ino, status.st_mtime_ns)
    with _opening:
        opened = _open.get(key)
        if opened is None:
            opened = _open[key] = _open_checked(path, record)
        return opened


def _open_checked(path: Path, record: SegmentRecord) -> Segment:
    opened = Segment(path)
    if opened.segment_id != record.id_bytes or opened.articles != record.articles:
        opened.close()
        raise CorruptIndexError(path, "is not the segment that the table of contents names")
    return opened
