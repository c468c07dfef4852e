"""An index directory: made and recognised."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from newsearch import schema
from newsearch.codec.framing import (
    is_in_use,
    make_folder,
    put_in_place,
    read_small,
    write_synced,
)
from newsearch.codec.records import INDEX_NAME
from newsearch.errors import (
    CorruptIndexError,
    IndexingError,
    IndexNotFoundError,
    NewsearchError,
    other_version,
)
from newsearch.index.toc import toc_name
from newsearch.marker import INDEX_MARKER

_MAX_MARKER_BYTES: Final = 1 << 16
_IS_A_FILE: Final = "is a file, not a folder; name a folder"
_FULL: Final = "what was committed stays; free some space and run it again"
_REASONS: Final = {
    errno.EEXIST: _IS_A_FILE,
    errno.ENOTDIR: _IS_A_FILE,
    errno.ENOENT: "is not there any more; was the folder moved or deleted?",
}
_ADVICE: Final = {
    errno.EACCES: "choose a folder you may use, or change its permissions",
    errno.EPERM: "choose a folder you may use, or change its permissions",
    errno.EROFS: "choose a folder that can be written",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "choose a folder whose links lead somewhere",
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: "what was committed stays; raise the limit on sizes of files and run it again",
}
_OF_WRITING: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ESTALE)
"""Writing to a file that is open fails so; the error names none."""


@contextmanager
def system_errors_told(path: Path) -> Iterator[None]:
    """Raise what the system refuses while an index is used as an error of ours.

    Raises
    ------
    IndexingError
        It names the file, the reason, and what to do next.
    """
    try:
        yield
    except OSError as error:
        if isinstance(error, NewsearchError) or not _concerns(path, error):
            raise
        # Of a file that is taken for a folder, what was looked for in it is named.
        where = path if error.errno == errno.ENOTDIR else error.filename or path
        raise IndexingError(where, _reason(error)) from error


def _concerns(path: Path, error: OSError) -> bool:
    """Whether an error is about an index, not about articles that somebody reads meanwhile."""
    if error.filename is None:
        return error.errno in _OF_WRITING
    file, folder = Path(error.filename).absolute(), path.absolute()
    return file.is_relative_to(folder) or folder.is_relative_to(file)


def _reason(error: OSError) -> str:
    if is_in_use(error):
        return "cannot be replaced or removed; close the programs that use it, then run it again"
    if error.errno in _REASONS:
        return _REASONS[error.errno]
    why = (error.strerror or str(error)).lower()
    return f"{why}; {_ADVICE[error.errno]}" if error.errno in _ADVICE else why


def open_directory(path: Path, *, create: bool = False, may_be_older: bool = False) -> Path:
    """Return the directory once it is known to hold an index; make one where `create` allows it.

    Parameters
    ----------
    may_be_older
        Take an index of an older format too, whose articles are to be indexed again, or one whose
        marker is damaged or lost: it is then to be marked again.

    Raises
    ------
    IndexNotFoundError
        Nothing there, and `create` is false.
    IndexingError
        The path is a file, holds other things or another format, or cannot be read or written.
    CorruptIndexError
        It was an index and cannot be read.
    """
    with system_errors_told(path):
        if _is_there(path / INDEX_MARKER) or any(path.glob(f"_{INDEX_NAME}_[1-9]*.toc")):
            _check_marker(path, may_be_older=may_be_older)
        elif create:
            _create(path)
        else:
            raise IndexNotFoundError(path, "no index here; make one with 'newsearch index PATH'")
    return path


def _is_there(file: Path) -> bool:
    try:
        file.stat()
    except FileNotFoundError:
        return False
    return True


def _create(path: Path) -> None:
    from newsearch.index.toc_writing import encode_toc  # with Whoosh, which queries do without

    make_folder(path)
    if any(not file.name.startswith(f"_{INDEX_NAME}_") for file in path.iterdir()):
        raise IndexingError(
            path, "holds other files and no newsearch index; choose an empty or a new folder"
        )
    _publish(path / toc_name(0), encode_toc([], 0))
    # An index is there from the moment its marker is.
    mark(path)


def mark(path: Path) -> None:
    """Mark a folder as an index of the present format."""
    marker = {"newsearch": schema.INDEX_VERSION}
    _publish(path / INDEX_MARKER, json.dumps(marker).encode() + b"\n")


def _publish(path: Path, content: bytes) -> None:
    # Another process may make the same index now: it sees all of a file or none of it.
    temporary = path.with_name(f"{toc_name(0)}.{os.getpid()}.tmp")
    write_synced(temporary, content)
    put_in_place(temporary, path)


def _check_marker(path: Path, *, may_be_older: bool) -> None:
    try:
        version = _marked_version(path / INDEX_MARKER)
    except CorruptIndexError:
        if may_be_older:
            return
        raise
    is_older = version < schema.INDEX_VERSION
    if version != schema.INDEX_VERSION and not (is_older and may_be_older):
        raise other_version(path, version, schema.INDEX_VERSION)


def _marked_version(marker: Path) -> int:
    try:
        return int(json.loads(read_small(marker, _MAX_MARKER_BYTES))["newsearch"])
    except FileNotFoundError as error:
        raise CorruptIndexError(marker, "is missing") from error
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise CorruptIndexError(marker, "is not a newsearch marker") from error
