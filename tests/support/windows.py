"""What Windows does otherwise than other systems with files, as far as it can be acted out.

A file that a process has open or mapped cannot be removed, nor renamed, nor replaced; folders
cannot be opened; there is no flock, and a locked file cannot be read. This is no Windows: what its
file systems, virus scanners and network drives do beyond that is not here.
"""

from __future__ import annotations

import errno
import fcntl
import mmap
import os
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from whoosh.util import filelock

from newsearch.codec import framing
from newsearch.index import lock

SHARING_VIOLATION, ACCESS_DENIED = 32, 5


def refused(path: str | Path, winerror: int) -> PermissionError:
    error = PermissionError(errno.EACCES, "Permission denied", str(path))
    error.winerror = winerror  # type: ignore[attr-defined]  # other systems have none
    return error


def act_as_windows(patch: pytest.MonkeyPatch) -> None:
    """Let this process meet what it would meet on Windows."""
    unlink, replace, open_file = os.unlink, os.replace, os.open

    def unlink_closed(path: Any, **options: Any) -> None:
        if _is_open(path):
            raise refused(path, SHARING_VIOLATION)
        unlink(path, **options)

    def replace_closed(source: Any, target: Any) -> None:
        for path, winerror in ((source, SHARING_VIOLATION), (target, ACCESS_DENIED)):
            if _is_open(path):
                raise refused(path, winerror)
        replace(source, target)

    def open_no_folder(path: Any, flags: int, *args: Any, **options: Any) -> int:
        if not options and Path(path).is_dir():  # with options Python removes folders
            raise refused(path, ACCESS_DENIED)
        if Path(path).name == lock.LOCK_NAME and flags & os.O_ACCMODE == os.O_RDONLY:
            raise refused(path, 33)
        return open_file(path, flags, *args, **options)

    patch.setattr(os, "unlink", unlink_closed)
    patch.setattr(os, "replace", replace_closed)
    patch.setattr(os, "open", open_no_folder)
    patch.setattr(framing, "sys", SimpleNamespace(platform="win32", byteorder=sys.byteorder))
    patch.delattr(mmap, "MADV_DONTNEED")
    patch.delattr(os, "getuid")
    patch.setitem(sys.modules, "msvcrt", _msvcrt())
    patch.setattr(lock, "FileLock", filelock.MsvcrtLock)


def _is_open(path: str | Path) -> bool:
    """Whether this process has a file open; a map holds a descriptor too."""
    with suppress(FileNotFoundError):
        wanted = Path(path).stat()
        return any(_is_same(wanted, entry) for entry in Path("/proc/self/fd").iterdir())
    return False


def _is_same(wanted: os.stat_result, descriptor: Path) -> bool:
    with suppress(OSError):
        return os.path.samestat(wanted, descriptor.stat())
    return False


def _msvcrt() -> Any:
    """Lock and unlock the bytes from where a descriptor stands, as Python's module does there."""
    locked: dict[int, int] = {}

    def locking(descriptor: int, mode: int, n_bytes: int) -> None:
        at = os.lseek(descriptor, 0, os.SEEK_CUR)
        if mode:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            locked[descriptor] = at
        elif locked.pop(descriptor) != at:
            raise PermissionError(errno.EACCES, "Permission denied")
        else:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    return SimpleNamespace(LK_UNLCK=0, LK_LOCK=1, LK_NBLCK=2, locking=locking)
