"""What a reader is given, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeVar

from newsearch.answers.reports import Notes, Remark
from newsearch.article import Article, ArticleDate, DateOrigin
from newsearch.sources.page.recurring import Recurring
from newsearch.sources.unpacking import Allowance

if TYPE_CHECKING:  # most dates of records are read without it
    from newsearch.dates import DateOrder
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


@dataclass(frozen=True, slots=True)
class DateRules:
    """What the user said of dates.

    Parameters
    ----------
    order
        Which number is the day in dates such as ``08/07/2020``; '' where other dates tell.
    sources
        Names of `DATE_SOURCES`, the best first; empty for the rules of each reader.
    """

    order: DateOrder = ""
    sources: tuple[str, ...] = ()


DATE_SOURCES: dict[DateOrigin, str] = {
    "given": "data",
    "page data": "data",
    "page text": "text",
    "file name": "name",
}
"""What users call the places that dates come from."""


@dataclass(slots=True)
class SeenDates:
    """What a reader saw of dates while it made one article; the stream takes it.

    Parameters
    ----------
    orders
        For each date of three numbers, the orders in which it can be read.
    undecided
        The date of the article where it is such a one, of which nobody knows the order yet.
    origin
        Where that stands.
    """

    orders: list[frozenset[DateOrder]] = field(default_factory=list)
    undecided: str = ""
    origin: DateOrigin = "given"


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller says of the names in the data.

    Parameters
    ----------
    keys
        By the name of a field, the key or column to take it from.
    columns
        Names of the columns of tables that have no header.
    """

    keys: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


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
    dates
        What the user said of dates.
    seen_dates
        See `SeenDates`.
    of_pages
        Where `note_of_page` counts pages, and keeps the path of the first; None to note at once.
    fetched
        When the page was fetched, where its file tells: what "3 hours ago" is counted from.
    charset
        The encoding that what holds the page declares for it, or ''.
    allowance
        Counts the bytes of what was packed, and the files in it too; None where nothing was.
    choose
        Gives the reader for a file of some name, which looks at what the file holds; set for every
        file of a load.
    is_strict
        Whether the load ends with the first thing that cannot be read.
    told
        What the caller says of the names in the data.
    kind
        The name of the format that the file is read as.
    file
        The file as it is to be opened.
    part
        The table to read, where the caller names one.
    """

    path: str
    article_id: str = ""
    notes: Notes = field(default_factory=Notes)
    parent: Context | None = None
    noted: set[str] = field(default_factory=set)
    id_from: str = ""
    line: int | None = None
    url: str = ""
    reading: Reading = field(default_factory=Reading)
    told: Told = field(default_factory=Told)
    file: str = ""
    part: str = ""
    folder: str = ""
    recurring: Recurring | None = None
    dates: DateRules = DateRules()
    seen_dates: SeenDates = field(default_factory=SeenDates)
    fetched: ArticleDate | None = None
    of_pages: dict[str, tuple[str, int]] | None = None
    charset: str = ""
    allowance: Allowance | None = None
    choose: Callable[[str], Reader] | None = None
    is_strict: bool = False
    kind: str = ""

    @property
    def depth(self) -> int:
        """In how many files this page lies that are no folders."""
        return self.parent.depth + 1 if self.parent else 0

    def recurring_lines(self, rows: Sequence[str]) -> frozenset[int]:
        """Return hashes of the lines that recur over the pages of the source of this one."""
        return self.recurring.of(rows, self.folder) if self.recurring else frozenset()

    def child(self, article_id: str) -> Context:
        """Return the context of one page of a file that holds many.

        The page may go through another reader. What that reader notes or rejects is reported for
        the file, and names the page.

        Parameters
        ----------
        article_id
            Id of the page's article, such as ``f"{context.article_id}#{record}"``.
        """
        child = replace(
            self,
            article_id=article_id,
            parent=self,
            line=None,
            url="",
            charset="",
            reading=Reading(),
        )
        self.reading = child.reading
        return child

    def takes(self, source: str) -> bool:
        """Whether dates of a source, such as the ``"text"`` of a page, count."""
        return not self.dates.sources or source in self.dates.sources

    def saw_date(
        self, text: str, orders: frozenset[DateOrder], undecided: DateOrigin | None
    ) -> None:
        """Take note of a date of three numbers in the article that is being made.

        Parameters
        ----------
        text
            The date.
        orders
            In which it can be read.
        undecided
            Where it stands, if it is the date of the article and can be several days.
        """
        if self.parent:
            self.parent.saw_date(text, orders, undecided)
            return
        self.seen_dates.orders.append(orders)
        if undecided and self.takes(DATE_SOURCES[undecided]):
            self.seen_dates.undecided, self.seen_dates.origin = text, undecided

    def best_date(self, *found: tuple[ArticleDate | None, str | None]) -> ArticleDate | None:
        """Return the first date, or that of the source that the user named first.

        Parameters
        ----------
        found
            Dates, and what `Reading.choose` keeps of their origins.
        """
        if not self.dates.sources:
            return self.reading.choose("date", *found)
        from newsearch.sources.page.credits import day_of_name

        choices = [*found, (day_of_name(self.path), "file name")]
        by_source = {DATE_SOURCES[one[0].origin]: one for one in reversed(choices) if one[0]}
        named = [by_source[name] for name in self.dates.sources if name in by_source]
        return self.reading.choose("date", *named, (None, None))

    def reader_for(self, name: str) -> Reader:
        """Return the reader for a page of this name, which looks at what the page holds."""
        assert self.choose is not None
        return self.choose(name)

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
        self.notes.add(Remark(self.path, line, reason))

    def note_of_page(self, reason: str) -> None:
        """Record something that holds for many pages, of which the stream tells once."""
        if self.of_pages is None:
            self.note(reason)
        else:
            path, n_pages = self.of_pages.get(reason, (self.path, 0))
            self.of_pages[reason] = (path, n_pages + 1)

    def note_once(self, reason: str, line: int | None = None) -> None:
        """Record something that holds for many articles of a file where it is first met."""
        if self.parent:
            self.parent.note_once(reason, line)
        elif reason not in self.noted:
            self.noted.add(reason)
            self.note(reason, line)

    def _of_page(self, reason: str, line: int | None) -> str:
        if reason.startswith(f"{self.article_id}#"):  # it names a page of this page
            return reason
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
