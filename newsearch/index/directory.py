"""An index directory: made, recognised and opened through Whoosh."""

from __future__ import annotations

import json
import pickle
import time
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import EmptyIndexError, FileIndex
from whoosh.index import IndexError as WhooshIndexError

from newsearch import schema
from newsearch.errors import CorruptIndexError, IndexingError, IndexNotFoundError
from newsearch.sources.walk import INDEX_MARKER

_OPEN_ATTEMPTS = 20
_OPEN_PAUSE_S = 0.05


def open_directory(path: Path, *, create: bool) -> FileIndex:
    """Open the index in a directory, or make one where `create` allows it.

    Raises
    ------
    IndexNotFoundError
        Nothing there, and `create` is false.
    IndexingError
        The path is a file, holds other things, or cannot be read or written.
    CorruptIndexError
        It was an index and cannot be read.
    """
    try:
        if (path / INDEX_MARKER).is_file():
            return _open_existing(path)
        if not create:
            raise IndexNotFoundError(path, "no index here; make one with 'newsearch index PATH'")
        return _create(path)
    except PermissionError as error:
        raise IndexingError(path, f"{_why(error)}; choose a folder you may use") from error
    except (FileExistsError, NotADirectoryError) as error:
        raise IndexingError(path, "is a file, not a folder; choose another --index") from error


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _create(path: Path) -> FileIndex:
    path.mkdir(parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise IndexingError(
            path, "holds other files and no newsearch index; choose an empty or a new folder"
        )
    index = FileIndex.create(FileStorage(str(path)), schema.build_schema(), "MAIN")
    marker = {"newsearch": schema.FORMAT_VERSION}
    (path / INDEX_MARKER).write_text(json.dumps(marker) + "\n", encoding="utf-8")
    return index


def _open_existing(path: Path) -> FileIndex:
    version = _marked_version(path / INDEX_MARKER)
    if version != schema.FORMAT_VERSION:
        raise IndexingError(
            path,
            f"made by another newsearch (format {version}, this one reads "
            f"{schema.FORMAT_VERSION}); rebuild it with 'newsearch index'",
        )
    # Whoosh reads the table of contents without a retry, and a commit may delete it just then.
    for attempt in range(_OPEN_ATTEMPTS):
        try:
            return FileIndex(FileStorage(str(path)))
        except FileNotFoundError:
            if attempt + 1 < _OPEN_ATTEMPTS:
                time.sleep(_OPEN_PAUSE_S)
        except EmptyIndexError as error:
            raise CorruptIndexError(path, "its table of contents is missing") from error
        except _DAMAGE as error:
            raise CorruptIndexError(path, f"its table of contents is damaged ({error})") from error
    raise CorruptIndexError(path, "its table of contents cannot be found")


# What Whoosh and pickle raise on bytes that are not theirs.
_DAMAGE: tuple[type[Exception], ...] = (
    WhooshIndexError,
    pickle.UnpicklingError,
    EOFError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    ImportError,
    AssertionError,
    OSError,
)


def _marked_version(marker: Path) -> Any:
    try:
        return json.loads(marker.read_text(encoding="utf-8"))["newsearch"]
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptIndexError(marker, "is not a newsearch marker") from error
