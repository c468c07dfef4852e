"""Open a file as bytes: counted, decompressed, and never failing half-way."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.closing import Closing
from newsearch.errors import SourceError
from newsearch.sources.reader import Context, Reader
from newsearch.sources.unpacking import Allowance, Blocks, Packing, unpacked

_BUFFER_BYTES = 2**18
_SPOOLED_BYTES = 2**24

STDIN = "-"


class _Salvaged(Blocks):
    """A raw stream that ends where its source fails, and keeps the reason.

    What comes before the damage is then read as if the file ended there, whatever the reader.
    """

    # A peek gives what one read gives, and pipes give little at once.
    least_bytes = 2**13

    def __init__(
        self,
        take: Callable[[int], bytes | None],
        on_bytes: Callable[[int], None] | None = None,
        file: io.FileIO | None = None,
    ) -> None:
        super().__init__(self._salvaged)
        self._take_any = take
        self._on_bytes = on_bytes
        self._file = file
        self.failure = ""

    def seekable(self) -> bool:
        return self._file is not None and self._file.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        assert self._file is not None
        return self._file.seek(offset, whence)

    def _salvaged(self, size: int) -> bytes:
        if self.failure:
            return b""
        try:
            block = self._take_any(size) or b""
            if self._on_bytes:
                self._on_bytes(len(block))
        except EOFError:
            self.failure = "the compressed data ends too early"
        # Each way of compressing has errors of its own.
        except Exception as error:
            self.failure = str(getattr(error, "strerror", None) or error).lower()
        return b"" if self.failure else block


class OpenedFile(Closing):
    """A file that is open for a reader.

    `stream`: its bytes, decompressed. Where the file is damaged the stream ends. `allowance`: what
    counts them where they were packed, or None.

    Parameters
    ----------
    source
        The file.
    on_bytes
        Told how many bytes were read from the file, compressed ones as they lie there.
    closes
        Whether `close` closes the file.
    packing
        As in `unpacked`.
    within
        Counts the bytes of a file that was packed itself; the stream ends where they are too many.
    """

    def __init__(
        self,
        source: BinaryIO,
        on_bytes: Callable[[int], None] | None = None,
        *,
        closes: bool = True,
        packing: Packing | None = None,
        within: Allowance | None = None,
    ) -> None:
        self._source = source
        self._closes = closes
        # read() would lose what a buffered source read before it failed.
        take = getattr(source, "read1", source.read)
        file = source if isinstance(source, io.FileIO) else None
        self._outer = _Salvaged(take, within.take if within else on_bytes, file)
        self._inner: _Salvaged | None = None
        self.stream: BinaryIO = io.BufferedReader(self._outer, _BUFFER_BYTES)
        self.allowance = within
        inner = Allowance(0, within)
        if blocks := unpacked(self.stream, inner, packing):
            self.allowance = inner
            self._inner = _Salvaged(lambda _: next(blocks, b""))
            self.stream = io.BufferedReader(self._inner, _BUFFER_BYTES)

    @property
    def failure(self) -> str:
        """Why the stream ended before the file did, or ''."""
        return self._outer.failure or (self._inner.failure if self._inner else "")

    def close(self) -> None:
        """Close the file; standard input stays open."""
        if self._closes:
            self._source.close()


def read_opened(opened: OpenedFile, reader: Reader, context: Context) -> Iterator[Article | Remark]:
    """Return what a reader gives of a file, and a remark where the file or the reader fails."""
    context.allowance = opened.allowance
    # A file that fails before its first byte is not empty: there is nothing a reader could say.
    if opened.stream.peek(1) or not opened.failure:  # type: ignore[attr-defined]
        try:
            for item in reader(opened.stream, context):
                if not isinstance(item, (Article, Remark)):
                    raise TypeError(f"it gave a {type(item).__name__} as an article")
                yield item
        except SourceError as error:
            if context.is_strict:
                raise
            yield Remark(error.path, error.line, error.reason)
        except Exception as error:
            message = " ".join(str(error).split())
            reason = f"the reader failed: {type(error).__name__}: {message}"
            if context.is_strict:
                raise SourceError(context.path, reason) from error
            yield context.rejected(reason)
    if opened.failure:
        yield context.rejected(f"not read to its end: {opened.failure}")


def read_file(
    path: str, reader: Reader, context: Context, on_bytes: Callable[[int], None]
) -> Iterator[Article | Remark]:
    """Open a file and return what a reader gives of it, as `read_opened` does."""
    try:
        opened = open_bytes(path, on_bytes)
    except OSError as error:
        yield context.rejected(f"cannot be opened: {error.strerror or error}")
        return
    with opened:
        yield from read_opened(opened, reader, context)


def open_bytes(path: str, on_bytes: Callable[[int], None]) -> OpenedFile:
    """Open a file, or standard input for ``-``; see `OpenedFile`.

    Raises
    ------
    OSError
        The file cannot be opened; later failures only end the stream.
    """
    if path == STDIN:
        return OpenedFile(_standard_input(), on_bytes, closes=False)
    # OpenedFile closes it.
    return OpenedFile(Path(path).open("rb", buffering=0), on_bytes)


@contextmanager
def seekable(
    stream: BinaryIO, context: Context, most_bytes: int = sys.maxsize
) -> Iterator[BinaryIO]:
    """Return a stream that can be read anywhere: a temporary copy where it cannot itself.

    Raise SourceError where a copy would be larger than may be.
    """
    if stream.seekable():
        yield stream
        return
    with SpooledTemporaryFile(_SPOOLED_BYTES) as copy:
        while block := stream.read(_BUFFER_BYTES):
            if copy.tell() + len(block) > most_bytes:
                gibibytes = most_bytes >> 30
                large = context.rejected(f"it is larger than {gibibytes} GiB; give it as a file")
                raise SourceError(large.path, large.reason)
            copy.write(block)
        copy.seek(0)
        yield cast(BinaryIO, copy)


def _standard_input() -> BinaryIO:
    """Return standard input as bytes; programs may have put text in its place, or closed it."""
    if sys.stdin is None or sys.stdin.closed:
        raise OSError(None, "standard input is closed")
    if hasattr(sys.stdin, "buffer"):
        return sys.stdin.buffer
    return io.BytesIO(sys.stdin.read().encode("utf-8", "surrogatepass"))
