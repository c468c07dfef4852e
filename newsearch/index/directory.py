"""An index directory: made and recognised."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from newsearch import schema
from newsearch.errors import CorruptIndexError, IndexingError, IndexNotFoundError, other_version
from newsearch.index.toc import INDEX_NAME, encode_toc, toc_name
from newsearch.marker import INDEX_MARKER


def open_directory(path: Path, *, create: bool) -> Path:
    """Return the directory once it is known to hold an index; make one where `create` allows it.

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
            _check_version(path)
        elif create:
            _create(path)
        else:
            raise IndexNotFoundError(path, "no index here; make one with 'newsearch index PATH'")
    except PermissionError as error:
        raise IndexingError(path, f"{_why(error)}; choose a folder you may use") from error
    except (FileExistsError, NotADirectoryError) as error:
        raise IndexingError(path, "is a file, not a folder; choose another --index") from error
    return path


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _create(path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    if any(not file.name.startswith(f"_{INDEX_NAME}_") for file in path.iterdir()):
        raise IndexingError(
            path, "holds other files and no newsearch index; choose an empty or a new folder"
        )
    # Another process may make the same index now: it sees all of the file or none of it.
    temporary = path / f"{toc_name(0)}.{os.getpid()}.tmp"
    temporary.write_bytes(encode_toc([], 0))
    temporary.replace(path / toc_name(0))
    marker = {"newsearch": schema.INDEX_VERSION}
    (path / INDEX_MARKER).write_text(json.dumps(marker) + "\n", encoding="utf-8")


def _check_version(path: Path) -> None:
    version = _marked_version(path / INDEX_MARKER)
    if version != schema.INDEX_VERSION:
        raise other_version(path, version, schema.INDEX_VERSION)


def _marked_version(marker: Path) -> Any:
    try:
        return json.loads(marker.read_text(encoding="utf-8"))["newsearch"]
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptIndexError(marker, "is not a newsearch marker") from error
