"""What a reader is given and gives, and the stream of articles that a user gets."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from newsearch.article import Article
from newsearch.errors import SourceError
from newsearch.sources.opening import OpenedFile, open_bytes
from newsearch.sources.walk import FoundFile, total_bytes, walk

LARGEST_ARTICLE_BYTES = 16 * 2**20
"""Longest line, row or page that is read: a book has 1 MiB, so more is not an article."""

# One note a file for each thing noticed is enough to see what is the matter; a load of ten
# million articles whose dates cannot be read must not fill the memory with notes.
_NOTES_PER_FILE = 1000


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about one place of the input.

    Parameters
    ----------
    path
        The file or folder, or ``-`` for standard input.
    line
        Line number from 1, or None when the whole file is meant.
    reason
        What is wrong or was decided, lower case.
    """

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.reason}"


@dataclass(slots=True)
class Context:
    """What a reader knows of the file it reads, and where it puts its notes.

    Parameters
    ----------
    path
        The file as remarks name it, or ``-`` for standard input.
    article_id
        Id for a file that is one article; '' from standard input.
    language
        ISO 639 code for articles that name none; '' when the user gave none.
    notes
        Where `note` puts remarks; the list of the whole stream.
    """

    path: str
    article_id: str = ""
    language: str = ""
    notes: list[Remark] = field(default_factory=list)
    n_notes: int = 0

    def rejected(self, reason: str, line: int | None = None) -> Remark:
        """Return the remark that a reader yields in place of an article."""
        return Remark(self.path, line, reason)

    def note(self, reason: str, line: int | None = None) -> None:
        """Record something decided about an article that is kept."""
        self.n_notes += 1
        if self.n_notes <= _NOTES_PER_FILE:
            self.notes.append(Remark(self.path, line, reason))

    def close(self) -> None:
        """Say how many notes were left out."""
        if left_out := max(0, self.n_notes - _NOTES_PER_FILE):
            self.notes.append(Remark(self.path, None, f"{left_out:,} more notes like these"))


class Reader(Protocol):
    """A function from bytes to articles.

    It reads the stream from its start to its end and never raises for what the bytes are: it
    yields an `Article`, or the `Remark` of ``context.rejected`` for what cannot be one. The stream
    is decompressed already, gives short input rather than an error, and is closed by the caller.
    Where a reader raises all the same, its file is rejected from there on.
    """

    def __call__(
        self, stream: BinaryIO, context: Context, /
    ) -> Iterator[Article | Remark]: ...  # pragma: no cover


class ArticleStream:
    """Articles of files, read while they are iterated over, once.

    Attributes
    ----------
    rejected
        What could not be read, in the order met; grows while the stream is iterated over.
    notes
        What was decided about articles that were kept, and files that no reader knows; at most
        1,000 a file.
    bytes_read
        Bytes read so far from the files as they lie on disk, compressed ones included.
    """

    def __init__(self, roots: Iterable[FoundFile], *, language: str, strict: bool) -> None:
        self.rejected: list[Remark] = []
        self.notes: list[Remark] = []
        self.bytes_read = 0
        self._roots = list(roots)
        self._language = language
        self._is_strict = strict
        self._bytes_total: int | None = None
        self._articles = self._read_all()

    def __iter__(self) -> Iterator[Article]:
        return self._articles

    @property
    def bytes_total(self) -> int | None:
        """Size of all files, None when there is standard input; walks the folders once."""
        if self._bytes_total is None:
            self._bytes_total = total_bytes(self._roots)
        return self._bytes_total

    def close(self) -> None:
        """Stop reading and close the open file."""
        self._articles.close()

    def _read_all(self) -> Generator[Article, None, None]:
        for found in walk(self._roots, self._reject, self._skip):
            yield from self._read(found)

    def _read(self, found: FoundFile) -> Iterator[Article]:
        context = Context(found.shown, found.article_id, self._language, self.notes)
        try:
            opened = open_bytes(found.path, self._count, must_be_gzip=found.must_be_gzip)
        except OSError as error:
            self._reject(found.shown, f"cannot be opened: {error.strerror or error}")
            return
        # A file that fails before its first byte is not empty: there is nothing a reader could say.
        with opened:
            start: bytes = opened.stream.peek(1)  # type: ignore[attr-defined]
            items = () if opened.failure and not start else self._items(found, opened, context)
            for item in items:
                if isinstance(item, Article):
                    yield item
                else:
                    self._reject(item.path, item.reason, item.line)
        context.close()
        if opened.failure:
            self._reject(found.shown, f"not read to its end: {opened.failure}")

    def _items(
        self, found: FoundFile, opened: OpenedFile, context: Context
    ) -> Iterator[Article | Remark]:
        """Return what a reader gives, and a remark where it raises: that must not end a load."""
        try:
            for item in found.reader()(opened.stream, context):
                if not isinstance(item, (Article, Remark)):
                    raise TypeError(f"it gave a {type(item).__name__} as an article")
                yield item
        except SourceError as error:
            if self._is_strict:
                raise
            yield Remark(error.path, error.line, error.reason)
        except Exception as error:
            message = " ".join(str(error).split())
            reason = f"the reader failed: {type(error).__name__}: {message}"
            if self._is_strict:
                raise SourceError(found.shown, reason) from error
            yield context.rejected(reason)

    def _count(self, n_bytes: int) -> None:
        self.bytes_read += n_bytes

    def _skip(self, path: str, reason: str) -> None:
        self.notes.append(Remark(path, None, reason))

    def _reject(self, path: str, reason: str, line: int | None = None) -> None:
        self.rejected.append(Remark(path, line, reason))
        if self._is_strict:
            raise SourceError(path, reason, line=line)
