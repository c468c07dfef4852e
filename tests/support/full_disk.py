"""A disk that is full from a certain write on."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


class FullDisk:
    """Lets so many writes below a folder be done, and no more as long as it is in use.

    A write is whatever needs space: a file or a folder that is made, bytes that go to a file, a
    rename, the wait until a file is on the disk, which is not done.

    Attributes
    ----------
    n_writes
        The writes that were tried.
    """

    def __init__(self, folder: Path, n_possible: int) -> None:
        self._folder = str(folder)
        self._n_possible = n_possible
        self.n_writes = 0

    @property
    def has_refused(self) -> bool:
        """Whether there was a write too many."""
        return self.n_writes > self._n_possible

    def write(self, path: object = None) -> None:
        """Count a write, or refuse it; the system names the file in some errors only."""
        self.n_writes += 1
        if self.has_refused:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), *([str(path)] if path else []))

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Let all writes of this process go to this disk."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(io, "open", self._opener(io.open))
            patch.setattr(os, "mkdir", self._counted(os.mkdir))
            patch.setattr(os, "replace", self._counted(os.replace))
            patch.setattr(os, "fsync", lambda _: self.write())
            yield

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(path: Any, *rest: Any) -> Any:
            if str(path).startswith(self._folder):
                self.write(path)
            return function(path, *rest)

        return counted

    def _opener(self, real_open: Callable[..., Any]) -> Callable[..., Any]:
        disk = self

        class File(io.FileIO):
            def write(self, data: Any) -> int:
                disk.write()
                return super().write(data)

        def open_counted(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            if "b" not in mode or mode == "rb" or not str(file).startswith(self._folder):
                return real_open(file, mode, *args, **options)
            self.write(file)
            raw = File(file, mode.replace("b", ""), opener=options.get("opener"))
            return io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)

        return open_counted
