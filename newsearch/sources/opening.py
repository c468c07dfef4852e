"""Open a file as bytes: counted, decompressed, and never failing half-way."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from newsearch.closing import Closing

_GZIP_MAGIC = b"\x1f\x8b"
_BUFFER_BYTES = 2**18

STDIN = "-"


class _Salvaged(io.RawIOBase):
    """A raw stream that ends where its source fails, and keeps the reason.

    What comes before the damage is then read as if the file ended there, whatever the reader.
    """

    def __init__(self, source: BinaryIO, on_bytes: Callable[[int], None] | None = None) -> None:
        # read() would lose what a buffered source read before it failed.
        self._read = getattr(source, "read1", source.read)
        self._on_bytes = on_bytes
        self.failure = ""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.failure:
            return 0
        try:
            block = self._read(len(buffer)) or b""
        except EOFError:
            self.failure = "the compressed data ends too early"
            return 0
        except (OSError, zlib.error) as error:
            self.failure = str(getattr(error, "strerror", None) or error).lower()
            return 0
        buffer[: len(block)] = block
        if self._on_bytes:
            self._on_bytes(len(block))
        return len(block)


class OpenedFile(Closing):
    """A file that is open for a reader.

    `stream`: its bytes, decompressed. Where the file is damaged the stream ends.
    """

    def __init__(
        self, source: BinaryIO, on_bytes: Callable[[int], None], *, is_standard: bool = False
    ) -> None:
        self._source = source
        self._is_standard = is_standard
        self._outer = _Salvaged(source, on_bytes)
        self._inner: _Salvaged | None = None
        self.stream: BinaryIO = io.BufferedReader(self._outer, _BUFFER_BYTES)

    def decompress(self, *, must_be_gzip: bool) -> None:
        """Go on with what gzip data holds; other data is left as it is unless it must be gzip."""
        start = self.stream.peek(2)[:2]  # type: ignore[attr-defined]
        if start == _GZIP_MAGIC or (must_be_gzip and start):
            # mtime etc. are unused; GzipFile reads its members one after the other.
            unzipped = gzip.GzipFile(fileobj=self.stream, mode="rb")
            self._inner = _Salvaged(unzipped)  # type: ignore[arg-type]
            self.stream = io.BufferedReader(self._inner, _BUFFER_BYTES)

    @property
    def failure(self) -> str:
        """Why the stream ended before the file did, or ''."""
        return self._outer.failure or (self._inner.failure if self._inner else "")

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if not self._is_standard:
            self._source.close()


def open_bytes(
    path: str, on_bytes: Callable[[int], None], *, must_be_gzip: bool = False
) -> OpenedFile:
    """Open a file, or standard input for ``-``.

    Parameters
    ----------
    path
        The file.
    on_bytes
        Told how many bytes were read from the file, compressed ones as they lie there.
    must_be_gzip
        The name says gzip; data of another kind is then damaged.

    Raises
    ------
    OSError
        The file cannot be opened; later failures only end the stream.
    """
    # OpenedFile closes it.
    is_standard = path == STDIN
    source = _standard_input() if is_standard else Path(path).open("rb", buffering=0)  # noqa: SIM115
    opened = OpenedFile(source, on_bytes, is_standard=is_standard)
    opened.decompress(must_be_gzip=must_be_gzip)
    return opened


def _standard_input() -> BinaryIO:
    """Return standard input as bytes; programs may have put text in its place, or closed it."""
    if sys.stdin is None or sys.stdin.closed:
        raise OSError(None, "standard input is closed")
    if hasattr(sys.stdin, "buffer"):
        return sys.stdin.buffer
    return io.BytesIO(sys.stdin.read().encode("utf-8", "surrogatepass"))
