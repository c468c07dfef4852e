"""Our segments as Whoosh knows segments, so that stock Whoosh opens and searches them.

Reading only: segments are written by the builder in ``newsearch.index`` and never changed, so
the writing half of Whoosh's codec interface refuses.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from whoosh.codec import base

from newsearch.codec.records import INDEX_NAME, SegmentRecord, open_segment
from newsearch.errors import IndexingError

# What stock Whoosh reads with is loaded when it reads: commits do without.
if TYPE_CHECKING:
    from newsearch.codec.segment import Segment
    from newsearch.codec.whoosh.documents import NewsDocumentReader
    from newsearch.codec.whoosh.fields import Fields
    from newsearch.codec.whoosh.terms import NewsTermsReader


class SegmentInfo(base.Segment):  # type: ignore[misc]  # Whoosh has no types
    """A segment as the TOC lists it. Pickled there, so it holds plain values only.

    A subclass says what this floor does not know: how values are cut into words, and how
    stored articles are read.

    Whoosh's ``segment_id()`` is ``<index name>_<id in hex>``, by which its own clean-up finds
    the files of a segment.

    `record`: what the TOC says of it.

    Attributes
    ----------
    opened_deletions
        The deleted docnums, once a reader has been opened; not pickled.
    """

    opened_deletions: frozenset[int] = frozenset()

    def __init__(self, record: SegmentRecord) -> None:
        self.indexname = INDEX_NAME
        self.segid = record.id_bytes.hex()
        self.compound = False
        self.articles = record.articles
        self.deleted = record.deleted
        self.live_name = record.live_name
        self.live_crc = record.live_crc

    @property
    def record(self) -> SegmentRecord:
        """What the TOC says of it."""
        id_bytes = bytes.fromhex(self.segid)
        return SegmentRecord(id_bytes, self.articles, self.deleted, self.live_name, self.live_crc)

    @abstractmethod
    def words(self, value: str) -> list[str]:
        """Cut a value of a filter field into the words that find it."""

    @abstractmethod
    def values(self, stored: bytes) -> dict[str, Any]:
        """Read the fields of a stored article, as Whoosh's users get them."""

    def codec(self) -> NewsCodec:
        return NewsCodec()

    def doc_count_all(self) -> int:
        return self.articles

    def deleted_count(self) -> int:
        return self.deleted

    def deleted_docs(self) -> frozenset[int]:
        """Return the deleted docnums, once a reader has been opened."""
        if self.deleted and not self.opened_deletions:
            raise IndexingError(
                self.record.file_name, "its deletions are not read; open a reader first"
            )
        return self.opened_deletions

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self.deleted_docs()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "opened_deletions"}

    def should_assemble(self) -> bool:
        return False

    def set_doc_count(self, doccount: int) -> NoReturn:
        refuse(self.record.file_name)

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:
        refuse(self.record.file_name)


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
            deleted = segment.record.read_deleted(folder)
        segment.opened_deletions = frozenset(np.flatnonzero(deleted).tolist())
        return NewsDocumentReader(self._open(storage, segment), deleted)

    def _open(self, storage: Any, segment: SegmentInfo) -> Fields:
        from newsearch.codec.whoosh.fields import Fields

        if self._fields is None:
            with _folder_with(storage, segment.record.file_name) as folder:
                opened = open_segment(folder, segment.record)
            self._fields = Fields(opened, segment.words, segment.values)
        return self._fields

    def supports_columns(self) -> bool:
        return True

    def per_document_writer(self, storage: Any, segment: SegmentInfo) -> NoReturn:
        refuse(segment.record.file_name)

    def field_writer(self, storage: Any, segment: SegmentInfo) -> NoReturn:
        refuse(segment.record.file_name)

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
