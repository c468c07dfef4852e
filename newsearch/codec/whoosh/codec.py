"""Our segments as Whoosh knows segments, so that stock Whoosh opens and searches them.

Reading only: segments are written by the builder in ``newsearch.index`` and never changed, so
the writing half of Whoosh's codec interface refuses.
"""

from __future__ import annotations

import threading
import weakref
import zlib
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, Self

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base

from newsearch.codec.deletions import read_deleted
from newsearch.codec.segment import Segment
from newsearch.errors import CorruptIndexError, IndexingError

# Newsearch itself needs only the classes of this module; what stock Whoosh reads with is loaded
# when it reads: 25 ms less for a one-shot query (least CPU time of 15 runs).
if TYPE_CHECKING:
    from newsearch.codec.whoosh.documents import NewsDocumentReader
    from newsearch.codec.whoosh.fields import Fields
    from newsearch.codec.whoosh.terms import NewsTermsReader

SUFFIX: Final = ".seg"


class SegmentInfo(base.Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment as the TOC lists it. Pickled there, so it holds plain values only.

    A subclass says what this floor does not know: how values are cut into words, and how
    stored articles are read.

    Whoosh's ``segment_id()`` is ``<index name>_<id in hex>``, by which its own clean-up finds
    the files of a segment; the 16 bytes are :attr:`id_bytes`.

    Parameters
    ----------
    indexname
        Whoosh's name of the index, ``MAIN``.
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

    Attributes
    ----------
    opened_deletions
        The deleted docnums, once a reader has been opened; not pickled.
    """

    opened_deletions: frozenset[int] = frozenset()

    def __init__(
        self,
        indexname: str,
        id_bytes: bytes,
        articles: int,
        *,
        deleted: int = 0,
        live_name: str | None = None,
        live_crc: int | None = None,
    ) -> None:
        self.indexname = indexname
        self.segid = id_bytes.hex()
        self.compound = False
        self.articles = articles
        self.deleted = deleted
        self.live_name = live_name
        self.live_crc = live_crc

    @abstractmethod
    def words(self, value: str) -> list[str]:
        """Cut a value of a filter field into the words that find it."""

    @abstractmethod
    def values(self, stored: bytes) -> dict[str, Any]:
        """Read the fields of a stored article, as Whoosh's users get them."""

    @property
    def id_bytes(self) -> bytes:
        """The 16 bytes in the head of the segment's file."""
        return bytes.fromhex(self.segid)

    @property
    def file_name(self) -> str:
        """Name of the segment's file in the index directory."""
        return f"{self.indexname}_{self.segid}{SUFFIX}"

    def with_deleted(self, deleted: NDArray[np.bool_], live_name: str | None) -> Self:
        """Return the same segment with other deletions, which are in a file."""
        return self.__class__(
            *(self.indexname, self.id_bytes, self.articles),
            deleted=int(deleted.sum()),
            live_name=live_name,
            live_crc=_crc(deleted),
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

    def codec(self) -> NewsCodec:
        return NewsCodec()

    def doc_count_all(self) -> int:
        return self.articles

    def deleted_count(self) -> int:
        return self.deleted

    def deleted_docs(self) -> frozenset[int]:
        """Return the deleted docnums, once a reader has been opened."""
        if self.deleted and not self.opened_deletions:
            raise IndexingError(self.file_name, "its deletions are not read; open a reader first")
        return self.opened_deletions

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self.deleted_docs()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "opened_deletions"}

    def should_assemble(self) -> bool:
        return False

    def set_doc_count(self, doccount: int) -> NoReturn:
        refuse(self.file_name)

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:
        refuse(self.file_name)


def _crc(deleted: NDArray[np.bool_]) -> int:
    return zlib.crc32(np.packbits(deleted).tobytes())


def refuse(path: str) -> NoReturn:
    """Raise IndexingError: Whoosh's writers cannot write our files."""
    raise IndexingError(path, "newsearch's segments are read-only for Whoosh; add with newsearch")


class NewsCodec(base.Codec):  # type: ignore[misc]
    """Whoosh codec of our segments; Whoosh makes one for each reader of a segment.

    `opened`: the open segment that the readers share, once there is one.
    """

    length_stats = True

    def __init__(self) -> None:
        self._fields: Fields | None = None

    @property
    def opened(self) -> Segment | None:
        return None if self._fields is None else self._fields.segment

    def terms_reader(self, storage: Any, segment: SegmentInfo) -> NewsTermsReader:
        from newsearch.codec.whoosh.terms import NewsTermsReader

        return NewsTermsReader(self._open(storage, segment))

    def per_document_reader(self, storage: Any, segment: SegmentInfo) -> NewsDocumentReader:
        from newsearch.codec.whoosh.documents import NewsDocumentReader

        with _folder_with(storage, segment.live_name) as folder:
            deleted = segment.read_deleted(folder)
        segment.opened_deletions = frozenset(np.flatnonzero(deleted).tolist())
        return NewsDocumentReader(self._open(storage, segment), deleted)

    def _open(self, storage: Any, segment: SegmentInfo) -> Fields:
        from newsearch.codec.whoosh.fields import Fields

        if self._fields is None:
            with _folder_with(storage, segment.file_name) as folder:
                opened = open_segment(folder, segment)
            self._fields = Fields(opened, segment.words, segment.values)
        return self._fields

    def supports_columns(self) -> bool:
        return True

    def per_document_writer(self, storage: Any, segment: SegmentInfo) -> NoReturn:
        refuse(segment.file_name)

    def field_writer(self, storage: Any, segment: SegmentInfo) -> NoReturn:
        refuse(segment.file_name)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> NoReturn:
        refuse("postings")

    def new_segment(self, storage: Any, indexname: str) -> NoReturn:
        refuse(indexname)


@contextmanager
def _folder_with(storage: Any, name: str | None) -> Iterator[Path]:
    """Give the folder of a storage, or, for one in memory, a folder with a copy of one file.

    The copy is gone after that; what was mapped of it stays.
    """
    if storage.folder:
        yield Path(storage.folder)
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if name is not None:
            content = storage.open_file(name).get(0, storage.file_length(name))
            (Path(folder) / name).write_bytes(content)
        yield Path(folder)


_open: weakref.WeakValueDictionary[tuple[str, int, int], Segment] = weakref.WeakValueDictionary()
_opening = threading.Lock()


def open_segment(folder: Path, segment: SegmentInfo) -> Segment:
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
    path = folder / segment.file_name
    status = path.stat()
    key = (str(path.absolute()), status.st_ino, status.st_mtime_ns)
    with _opening:
        opened = _open.get(key)
        if opened is None:
            opened = _open[key] = _open_checked(path, segment)
        return opened


def _open_checked(path: Path, segment: SegmentInfo) -> Segment:
    opened = Segment(path)
    if opened.segment_id != segment.id_bytes or opened.articles != segment.articles:
        opened.close()
        raise CorruptIndexError(path, "is not the segment that the table of contents names")
    return opened
