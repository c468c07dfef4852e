"""The stream of articles that a user gets."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace

from newsearch.answers.explanation import PageExplanation
from newsearch.answers.reports import Remark, Remarks
from newsearch.article import Article
from newsearch.errors import SourceError
from newsearch.sources.explaining import explanation_of
from newsearch.sources.opening import open_bytes, read_opened
from newsearch.sources.page.recurring import Recurring
from newsearch.sources.reader import Context, DateRules, Identity, Told
from newsearch.sources.repeats import RepeatedIds
from newsearch.sources.sampling import survey
from newsearch.sources.undecided import UndecidedDates
from newsearch.sources.walk import FoundFile, total_bytes, walk

_Read = tuple[Article | Remark, Context]


class ArticleStream:
    """Articles of files, read while they are iterated over, once.

    Attributes
    ----------
    language
        Code of the language of articles that name none and are not clearly in another; ``"auto"``
        for that of most of the first articles, '' for the default of the index.
    rejected
        What could not be read, in the order met; grows while the stream is iterated over. At most
        1,000 a file, and how many more.
    notes
        What was decided about articles that were kept, and files that no reader knows; at most
        1,000 a file. In the end, ids that several articles have.
    bytes_read
        Bytes read so far from the files as they lie on disk, compressed ones included.
    """

    def __init__(
        self,
        roots: Iterable[FoundFile],
        *,
        language: str,
        identity: Identity,
        dates: DateRules,
        told: Told,
        strict: bool,
        notes: list[Remark],
        is_page: Callable[[str], bool],
    ) -> None:
        self.rejected = Remarks()
        self.notes = notes
        self.bytes_read = 0
        self._roots = list(roots)
        self.language = language
        self._identity = identity
        self._dates = dates
        self._undecided = UndecidedDates(self._identified)
        self._told = told
        self._repeats = RepeatedIds()
        self._of_pages: dict[str, tuple[str, int]] = {}
        self._is_strict = strict
        self._bytes_total: int | None = None
        self._is_page = is_page
        self._recurring: Recurring | None = None
        self._items = self._read_all()
        self._articles = (item for item, _ in self._items if isinstance(item, Article))

    def __iter__(self) -> Iterator[Article]:
        return self._articles

    def explained(self) -> Iterator[PageExplanation]:
        """Read on, and tell of each article, and of what is rejected, how it was read."""
        return (explanation_of(item, context) for item, context in self._items)

    @property
    def bytes_total(self) -> int | None:
        """Size of all files, None when there is standard input; walks the folders once."""
        if self._bytes_total is None:
            self._bytes_total = total_bytes(self._roots)
        return self._bytes_total

    def close(self) -> None:
        """Stop reading and close the open file."""
        self._items.close()

    def _read_all(self) -> Generator[_Read, None, None]:
        self._recurring = survey(self._roots, self._is_page)
        for found in walk(self._roots, self._reject, self._skip):
            yield from self._read(found)
        yield from self._undecided.rest()
        for reason, (path, n) in self._of_pages.items():
            told = f"{reason}; so are {n - 1:,} more pages" if n > 1 else reason
            self.notes.append(Remark(path, None, told))
        self._repeats.compare()
        self.notes += self._repeats.notes
        if more := self._repeats.notes.n_more:
            self.notes.append(Remark("all files", None, f"{more:,} more ids again"))

    def _read(self, found: FoundFile) -> Iterator[_Read]:
        context = Context(
            *(found.shown, found.article_id, self.notes),
            id_from=self._identity.source,
            dates=self._dates,
            told=self._told,
            of_pages=self._of_pages,
            folder=found.folder,
            recurring=self._recurring,
            choose=found.choose,
            is_strict=self._is_strict,
        )
        try:
            opened = open_bytes(found.path, self._count)
        except OSError as error:
            self._reject(found.shown, f"cannot be opened: {error.strerror or error}")
            return
        with opened:
            for item in read_opened(opened, found.reader(), context):
                if isinstance(item, Article):
                    yield from self._undecided.after(item, context)
                else:
                    self._reject(item.path, item.reason, item.line)
                    yield item, context
        context.close()

    def _identified(self, article: Article, context: Context, line: int | None) -> _Read:
        if article.id != context.article_id:
            self._repeats.add(article, context.path, line)
        prefix = self._identity.prefix
        return (replace(article, id=prefix + article.id) if prefix else article), context

    def _count(self, n_bytes: int) -> None:
        self.bytes_read += n_bytes

    def _skip(self, path: str, reason: str) -> None:
        self.notes.append(Remark(path, None, reason))

    def _reject(self, path: str, reason: str, line: int | None = None) -> None:
        self.rejected.add(Remark(path, line, reason))
        if self._is_strict:
            raise SourceError(path, reason, line=line)
