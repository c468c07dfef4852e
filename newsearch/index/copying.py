"""Copies of an index, taken while others may write to it."""

from __future__ import annotations

import contextlib
import os
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final, NamedTuple

from newsearch.answers.reports import CopyReport
from newsearch.codec.check import check_bytes
from newsearch.codec.framing import ArrayFile, make_folder, new_file, open_regular, put_in_place
from newsearch.errors import CorruptIndexError, IndexingError
from newsearch.index.blocked import BLOCKED_NAME
from newsearch.index.commit import LOADED_NAME, OF_COMMITS, remove_others
from newsearch.index.lock import LOCK_NAME, WriterLock
from newsearch.index.toc import Commit, copy_name, latest_commit, read_toc, toc_name
from newsearch.index.user_files import USER_FOLDER, user_files
from newsearch.marker import INDEX_MARKER

_HEAD_BYTES: Final = 64
_PIECE_BYTES: Final = 1 << 20


def copy_index(source: Path, target: Path) -> CopyReport:
    """Copy the latest commit of an index to another folder, and verify it.

    What an earlier copy left there is kept where it is the same. The folder is an index from the
    moment the copy is whole.

    Raises
    ------
    CorruptIndexError
        A file of the index is damaged.
    IndexingError
        The other folder lies in the index, is an index already, or holds other files.
    """
    _check_target(source, target)
    make_folder(target)
    lock = WriterLock(target, wait_s=0)
    try:
        with ExitStack() as opened:
            taken = _open_latest(source, opened)
            kept = sum(_size(file) for name, file in taken.files if not _copy(file, target / name))
            total = sum(_size(file) for _, file in taken.files)
        remove_others(target, {name for name, _ in taken.files})
        if latest_commit(target) != taken.commit:
            raise CorruptIndexError(target, "its table of contents is not the one that was copied")
        _copy_user_files(source, target)
        with open_regular(source / INDEX_MARKER) as marker:
            _write(marker, target / INDEX_MARKER)
    finally:
        lock.release()
    return CopyReport(taken.n_articles, total, kept)


def _check_target(source: Path, target: Path) -> None:
    if target.resolve().is_relative_to(source.resolve()):
        raise IndexingError(target, "lies in the index that is copied; choose another folder")
    if (target / INDEX_MARKER).exists() and latest_commit(target) != latest_commit(source):
        raise IndexingError(target, "holds another index or commit; choose an empty or new folder")
    if target.exists() and not _is_of_copy(target):
        raise IndexingError(target, "holds other files; choose an empty or a new folder")


def _is_of_copy(target: Path) -> bool:
    """Whether a folder is empty, or holds what an earlier copy has left and nothing else."""
    of_copies = {BLOCKED_NAME, LOADED_NAME, LOCK_NAME, INDEX_MARKER, f"{INDEX_MARKER}.tmp"}
    # The lock is the first file of a copy: a folder `user` without it is somebody's own.
    if (target / LOCK_NAME).exists() and not (target / USER_FOLDER).is_symlink():
        of_copies.add(USER_FOLDER)
    names = (file.name for file in target.iterdir())
    return all(name in of_copies or OF_COMMITS.fullmatch(name) for name in names)


class _Taken(NamedTuple):
    """The files of a commit, open, so that later commits cannot take them away."""

    commit: Commit
    n_articles: int
    files: list[tuple[str, IO[bytes]]]


def _open_latest(source: Path, opened: ExitStack) -> _Taken:
    loaded: list[tuple[str, IO[bytes]]] = []
    with contextlib.suppress(FileNotFoundError):  # before the TOC: it must not tell of a later one
        loaded.append((LOADED_NAME, opened.enter_context(open_regular(source / LOADED_NAME))))
    while True:
        toc = read_toc(source)
        names = [name for one in toc.segments for name in (one.file_name, one.live_name) if name]
        if toc.has_blocked or (source / BLOCKED_NAME).exists():
            names.insert(0, BLOCKED_NAME)
        first = toc_name(toc.commit.generation)
        pairs = [
            *((name, name) for name in (*names, first)),
            (copy_name(toc.commit.generation), first),
        ]
        try:
            files = [(to, opened.enter_context(open_regular(source / name))) for to, name in pairs]
        except FileNotFoundError as error:
            if latest_commit(source) == toc.commit:
                raise CorruptIndexError(error.filename, "a file of the index is missing") from error
        else:
            n_articles = sum(one.articles - one.deleted for one in toc.segments)
            return _Taken(toc.commit, n_articles, loaded + files)


def _size(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_size


def _copy(file: IO[bytes], path: Path) -> bool:
    """Copy a file of the index unless it is there; return whether that was needed."""
    is_framed = path.suffix not in (".toc", ".copy")
    if is_framed and _is_copied(file, path):
        return False
    _write(file, path, is_framed=is_framed)
    return True


def _is_copied(file: IO[bytes], path: Path) -> bool:
    """Whether a file is whole and has the head, with the table's checksum, of another."""
    head = file.read(_HEAD_BYTES)
    file.seek(0)
    try:
        with open_regular(path) as copied:
            is_same = copied.read(_HEAD_BYTES) == head
        return is_same and not _fault(path)
    except (FileNotFoundError, CorruptIndexError):
        return False


def _fault(path: Path) -> str:
    """Return what is wrong with a file of arrays, '' for nothing."""
    try:
        ArrayFile(path).close()
    except IndexingError as error:
        return error.reason
    return next(iter(check_bytes(path)), "")


def _write(file: IO[bytes], path: Path, *, is_framed: bool = False) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    try:
        with new_file(temporary) as copied:
            shutil.copyfileobj(file, copied, _PIECE_BYTES)
            copied.flush()
            os.fsync(copied.fileno())
        if is_framed and (fault := _fault(temporary)):
            raise CorruptIndexError(file.name, fault)
        put_in_place(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _copy_user_files(source: Path, target: Path) -> None:
    """Copy user files, and drop others that an interrupted copy has left."""
    names = [path.relative_to(source) for path in user_files(source)]
    for name in names:
        make_folder((target / name).parent)
        with open_regular(source / name) as file:
            _write(file, target / name)
    if (target / INDEX_MARKER).exists():  # somebody may keep files of their own with a whole copy
        return
    for path in user_files(target):
        if path.relative_to(target) not in names:
            path.unlink()
