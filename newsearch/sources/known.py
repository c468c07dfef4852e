"""What is kept of the files of a load, so that the next one need not read them again."""

from __future__ import annotations

import os
from functools import lru_cache
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import Protocol

from newsearch.sources.plugins import plugin_versions
from newsearch.sources.walk import FoundFile

DIGEST_BYTES = 16


class KnownFiles(Protocol):
    """Remembers files, and what they gave."""

    def n_unchanged(self, found: FoundFile) -> int:
        """Return how many articles an earlier load read from the file as it is; 0: read it."""

    def took(self, path: str, article_id: str) -> None:
        """Take note of an article of a file, which may be given after the file is finished."""

    def finished(self, found: FoundFile, *, is_whole: bool) -> None:
        """Take note that a file was read; it is not whole where anything of it was rejected."""


def rules_digest(options: object) -> bytes:
    """Return a digest of all that decides what is read of a file, but for the file.

    Those are the options of the reader, our code, and the versions of the readers of others.
    """
    told = repr((options, _code_digest(), plugin_versions()))
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()


@lru_cache(1)
def _code_digest() -> bytes:
    """Return a digest of our readers, so that nobody has to count their versions."""
    folder = Path(__file__).parents[1]
    files = sorted(
        [*folder.glob("*.py"), *folder.glob("sources/**/*.py"), *folder.glob("sources/**/*.txt")]
    )
    code = blake2b(b"".join(file.read_bytes() for file in files))
    # Where there are no files, as in a frozen program, nothing is known to be the same.
    return code.digest() if files else os.urandom(DIGEST_BYTES)


def content_digest(found: FoundFile) -> bytes:
    """Return a digest of what a file holds; b'' where it is not as it was when it was found."""
    try:
        with open(found.path, "rb") as file:  # noqa: PTH123 - a path object takes as long as this
            digest = file_digest(file, lambda: blake2b(digest_size=DIGEST_BYTES)).digest()
            status = os.fstat(file.fileno())
    except OSError:
        return b""
    is_same = (status.st_size, status.st_mtime_ns) == (found.size_bytes, found.mtime_ns)
    return digest if is_same else b""
