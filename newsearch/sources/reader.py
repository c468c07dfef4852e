"""What a reader is given, and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeVar

from newsearch.answers.reports import REMARKS_PER_FILE, Remark
from newsearch.article import Article
from newsearch.sources.page.recurring import Recurring

if TYPE_CHECKING:
    from newsearch.sources.page.lines import Line

ID_FROM_PATH = "path"
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Identity:
    """What articles are known by.

    Parameters
    ----------
    source
        The key of the data that holds the id; `ID_FROM_PATH` for the path of the file with the
        record's own id or line; '' for the key ``id``.
    prefix
        Stands before every id.
    """

    source: str = ""
    prefix: str = ""


@dataclass(slots=True)
class Reading:
    """How the article of a page was read.

    Parameters
    ----------
    lines
        All lines of the page; empty for what is no page.
    kept
        Those that are the body of the article.
    origins
        Where each field comes from, such as ``line 3``.
    """

    lines: Sequence[Line] = ()
    kept: Sequence[Line] = ()
    origins: dict[str, str] = field(default_factory=dict)

    def found(self, name: str, line: Line) -> None:
        """Keep that a line gives a field."""
        self.origins[name] = f"line {line.number}"

    def choose(self, name: str, *choices: tuple[_Value, str | None]) -> _Value:
        """Return the first value that says something, and keep its origin; None for that kept."""
        value, origin = next((one for one in choices if one[0]), choices[-1])
        if value and origin is not None:
            self.origins[name] = origin
        return value


@dataclass(slots=True)
class Context:
    """What a reader knows of the file it reads, and where it puts its notes.

    Parameters
    ----------
    path
        The file as remarks name it, or ``-`` for standard input.
    article_id
        Id for a file that is one article; '' from standard input.
    notes
        Where `note` puts remarks; the list of the whole stream.
    parent
        Context of the file that holds this page; None for a file. See `child`.
    id_from
        As `Identity.source`.
    line
        Where the last article stands, None where that is not known.
    url
        Address of a page, where that is known.
    reading
        How the last page was read; of the pages of a file, too.
    folder
        Where the file lies.
    recurring
        Lines that recur over the pages of the load.
    """

    path: str
    article_id: str = ""
    notes: list[Remark] = field(default_factory=list)
    parent: Context | None = None
    n_notes: int = 0
    noted: set[str] = field(default_factory=set)
    id_from: str = ""
    line: int | None = None
    url: str = ""
    reading: Reading = field(default_factory=Reading)
    folder: str = ""
    recurring: Recurring | None = None

    def recurring_lines(self, rows: Sequence[str]) -> frozenset[int]:
        """Return hashes of the lines that recur over the pages of the source of this one."""
        return self.recurring.of(rows, self.folder) if self.recurring else frozenset()

    def child(self, article_id: str) -> Context:
        """Return the context of one page of a file that holds many.

        The page may go through another reader. What that reader notes or rejects is reported for
        the file, names the page, and counts among the notes of the file.

        Parameters
        ----------
        article_id
            Id of the page's article, such as ``f"{context.article_id}#{record}"``.
        """
        child = Context(self.path, article_id, self.notes, self, id_from=self.id_from)
        self.reading = child.reading
        return child

    def rejected(self, reason: str, line: int | None = None) -> Remark:
        """Return the remark that a reader yields in place of an article."""
        if self.parent:
            return self.parent.rejected(self._of_page(reason, line))
        return Remark(self.path, line, reason)

    def note(self, reason: str, line: int | None = None) -> None:
        """Record something decided about an article that is kept."""
        if self.parent:
            self.parent.note(self._of_page(reason, line))
            return
        self.n_notes += 1
        if self.n_notes <= REMARKS_PER_FILE:
            self.notes.append(Remark(self.path, line, reason))

    def note_once(self, reason: str, line: int | None = None) -> None:
        """Record something that holds for many articles of a file where it is first met."""
        if self.parent:
            self.parent.note_once(reason, line)
        elif reason not in self.noted:
            self.noted.add(reason)
            self.note(reason, line)

    def close(self) -> None:
        """Say how many notes were left out."""
        if left_out := max(0, self.n_notes - REMARKS_PER_FILE):
            self.notes.append(Remark(self.path, None, f"{left_out:,} more notes like these"))

    def _of_page(self, reason: str, line: int | None) -> str:
        return str(Remark(self.article_id, line, reason))


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
