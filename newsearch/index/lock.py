"""The right to write to an index: one process at a time, Whoosh's writers included."""

from __future__ import annotations

import contextlib
import os
import platform
import time
from pathlib import Path
from typing import Final

from whoosh.util.filelock import FileLock

from newsearch.codec.framing import read_small
from newsearch.codec.records import INDEX_NAME
from newsearch.errors import IndexingError, IndexLockedError, NewsearchError

LOCK_NAME: Final = f"{INDEX_NAME}_WRITELOCK"
"""The lock of Whoosh's own writers."""
_PAUSE_S: Final = 0.05
_LONGEST_HOLDER_BYTES: Final = 200


class WriterLock:
    """The lock of an index; the system releases it when the process ends, however it does.

    Parameters
    ----------
    folder
        The index directory.
    wait_s
        How long to wait for whoever holds it.

    Raises
    ------
    IndexLockedError
        It is still held by another process, which is named where it is known.
    IndexingError
        `wait_s` is no number of seconds.
    """

    def __init__(self, folder: Path, *, wait_s: float) -> None:
        path = folder / LOCK_NAME
        if path.is_symlink() or path.is_fifo():  # it would write elsewhere, or wait for ever
            path.unlink()
        self._lock = FileLock(str(path))
        if not (isinstance(wait_s, int | float) and wait_s >= 0):
            raise IndexingError(folder, f"wait_s is {wait_s!r}; give seconds, 0 or more")
        end_s = time.monotonic() + wait_s
        while not self._lock.acquire():
            if time.monotonic() >= end_s:
                raise IndexLockedError(folder, _why_not(folder))
            time.sleep(_PAUSE_S)
        with contextlib.suppress(OSError):  # a courtesy to others
            self._share_with_writers_of(folder)
            self._write_holder(f"process {os.getpid()} on {platform.node()}".encode())

    def release(self) -> None:
        """Let others write."""
        with contextlib.suppress(OSError):
            self._write_holder(b"")
        self._lock.release()

    def _share_with_writers_of(self, folder: Path) -> None:
        """Let everybody open the lock who may add files to the folder."""
        file = os.fstat(self._lock.fd)
        mode = folder.stat().st_mode & 0o666
        if hasattr(os, "getuid") and file.st_mode & 0o777 != mode and file.st_uid == os.getuid():
            os.fchmod(self._lock.fd, mode)

    def _write_holder(self, holder: bytes) -> None:
        os.lseek(self._lock.fd, 0, os.SEEK_SET)  # Windows unlocks what comes next
        os.ftruncate(self._lock.fd, 0)
        os.write(self._lock.fd, holder)


def _why_not(folder: Path) -> str:
    holder = ""
    with contextlib.suppress(OSError, NewsearchError, ValueError):  # Windows does not let us read
        holder = read_small(folder / LOCK_NAME, _LONGEST_HOLDER_BYTES).decode("ascii")
    who = f"another process ({holder})" if holder.isprintable() and holder else "another process"
    return f"{who} is writing to it; try again when it is done, or wait longer (--wait, wait_s)"
