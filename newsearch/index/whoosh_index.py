"""Lets Whoosh's users write: its writer of an index of ours is one that uses our loader.

Whoosh has no hook for this: ``FileIndex.writer`` takes Whoosh's own codec, whichever the index
has, and would add segments that newsearch does not read. So what Whoosh restores from our table of
contents puts our writer in the place of Whoosh's: the schema, and the segments where Whoosh was
given another schema.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whoosh.fields import Schema
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.index import FileIndex

from newsearch.codec.records import INDEX_NAME
from newsearch.errors import IndexingError
from newsearch.index.whoosh_schema import build_schema
from newsearch.marker import INDEX_MARKER


class NamedSchema(Schema):  # type: ignore[misc]  # Whoosh has no types
    """Our schema as a table of contents has it: by name, so that Whoosh restores the present one.

    Parameters
    ----------
    languages
        See `build_schema`.
    """

    def __init__(self, *languages: str) -> None:
        super().__init__()
        self.languages = languages

    def __reduce__(self) -> tuple[Any, ...]:
        return open_schema, self.languages


def open_schema(*languages: str) -> Schema:
    """Return the schema to Whoosh, which is about to open an index of ours.

    Pickled by name: moving this function makes older indexes unreadable for Whoosh.
    """
    write_for_whoosh()
    return build_schema(*languages)


def write_for_whoosh() -> None:
    """Put our writer in the place of Whoosh's, for indexes of ours alone."""
    FileIndex.writer, FileIndex.lock = _writer, _lock


_writer_of_whoosh = FileIndex.writer
_lock_of_whoosh = FileIndex.lock


def _writer(index: Any, procs: int = 1, **options: Any) -> Any:
    folder = _folder_of_ours(index)
    if folder is None:
        return _writer_of_whoosh(index, procs, **options)
    if index.storage.readonly:
        raise ReadOnlyError
    from newsearch.index.whoosh_writer import NewsWriter

    return NewsWriter(folder, index, **options)


def _lock(index: Any, name: str) -> Any:
    """Refuse the lock, which only writers of Whoosh that are made without `_writer` ask for."""
    folder = _folder_of_ours(index)
    if folder is None:
        return _lock_of_whoosh(index, name)
    raise IndexingError(folder, "Whoosh's own writers would damage it; use the index's writer()")


def _folder_of_ours(index: Any) -> Path | None:
    folder = getattr(index.storage, "folder", "")  # that of a storage in memory is ""
    if not folder or index.indexname != INDEX_NAME or not (Path(folder) / INDEX_MARKER).exists():
        return None
    return Path(folder)
