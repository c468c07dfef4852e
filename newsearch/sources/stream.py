"""The stream of articles that a user gets."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from typing import Any

from newsearch.answers.explanation import PageExplanation
from newsearch.answers.reports import Notes, Remark, Remarks
from newsearch.article import Article
from newsearch.errors import SourceError
from newsearch.sources.explaining import explanation_of
from newsearch.sources.known import KnownFiles
from newsearch.sources.opening import read_file
from newsearch.sources.reader import Context, DateRules, Identity, Told
from newsearch.sources.repeats import RepeatedIds
from newsearch.sources.sampling import survey
from newsearch.sources.undecided import UndecidedDates
from newsearch.sources.walk import FoundFile, Report, total_bytes, walk
from newsearch.sources.workers import Answer, Workers, context_of, is_small, worker_count

# Workers take as long to start as this many pages to read.
_PAGES_BEFORE_WORKERS = 100
_MOST_LATER = 1_000

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
        What was decided about articles that were kept, and files that no reader knows; at most 100
        of a kind. In the end, ids that several articles have.
    bytes_read
        Bytes read so far from the files as they lie on disk, compressed ones included, or skipped.
    options
        What decides how files are read, besides what they hold; its `repr` tells it all.
    n_unchanged
        Articles of files that were skipped; see `skip_known`.
    """

    def __init__(  # noqa: PLR0913 - one for each option of `read`
        self,
        roots: Iterable[FoundFile],
        *,
        language: str,
        identity: Identity,
        dates: DateRules,
        told: Told,
        strict: bool,
        notes: Notes,
        is_page: Callable[[str], bool],
        format_name: str | None,
        options: object,
    ) -> None:
        self.rejected = Remarks()
        self.notes = notes
        self.bytes_read = 0
        self.n_unchanged = 0
        self._roots = list(roots)
        self.language = language
        self._identity = identity
        self._rules: dict[str, Any] = {
            **{"id_from": identity.source, "dates": dates, "told": told, "is_strict": strict}
        }
        self._format_name = format_name
        self._n_workers = worker_count() if format_name else 0
        self._undecided = UndecidedDates(self._identified)
        self._repeats = RepeatedIds()
        self._of_pages: dict[str, tuple[str, int]] = {}
        self._is_strict = strict
        self._bytes_total: int | None = None
        self._is_page = is_page
        self.options = options
        self._known: KnownFiles | None = None
        self._items = self._read_all()
        self._articles = (item for item, _ in self._items if isinstance(item, Article))

    def __iter__(self) -> Iterator[Article]:
        return self._articles

    def explained(self) -> Iterator[PageExplanation]:
        """Read on, and tell of each article, and of what is rejected, how it was read."""
        return (explanation_of(item, context) for item, context in self.looked_at())

    def looked_at(self) -> Iterator[tuple[Article | Remark, Context]]:
        """Read on; return each article, and what is rejected, with what is known of its file."""
        self._n_workers = 0  # they tell what was found, not how
        return self._items

    @property
    def bytes_total(self) -> int | None:
        """Size of all files, None when there is standard input; walks the folders once."""
        if self._bytes_total is None:
            self._bytes_total = total_bytes(self._roots)
        return self._bytes_total

    @property
    def paths(self) -> list[str]:
        """The files and folders that the user named."""
        return [root.path for root in self._roots]

    @property
    def holds_articles(self) -> bool:
        """Whether articles that were read wait for something before they are given."""
        return self._undecided.holds_articles

    def skip_known(self, known: KnownFiles) -> None:
        """Skip files that are known as they are from here on, and tell of those that are read.

        Nothing is skipped where readers are used that only this process has.
        """
        if self._format_name:
            self._known = known

    def close(self) -> None:
        """Stop reading and close the open file."""
        self._items.close()

    def _read_all(self) -> Generator[_Read, None, None]:
        self._rules["recurring"] = survey(self._roots, self._is_page)
        yield from self._read_files()
        yield from self._undecided.rest()
        for reason, (path, n) in self._of_pages.items():
            told = f"{reason}; {n - 1:,} more like it" if n > 1 else reason
            self.notes.append(Remark(path, None, told))
        self._repeats.compare()
        self.notes += self._repeats.notes
        if more := self._repeats.notes.n_more:
            self.notes.append(Remark("all files", None, f"{more:,} more ids again"))

    def _read_files(self) -> Iterator[_Read]:
        """Read all files; many pages by workers, ahead, but told of in the order of the files."""
        later: deque[Callable[[], Iterable[_Read]]] = deque()
        n_pages = 0
        reject, skip = _put_off(self._reject, later), _put_off(self._skip, later)
        with ExitStack() as stack:
            workers: Workers | None = None
            for found in walk(self._roots, reject, skip):
                if self._known and (n_articles := self._known.n_unchanged(found)):
                    self.n_unchanged += n_articles
                    self._count(found.size_bytes)
                    continue
                is_shared = self._n_workers and is_small(found) and self._is_page(found.path)
                n_pages += bool(is_shared)
                if is_shared and n_pages > _PAGES_BEFORE_WORKERS and not workers:
                    rules = self._rules | {"is_strict": False}
                    workers = stack.enter_context(
                        closing(Workers(self._format_name or "", rules, self._n_workers))
                    )
                answer = workers.read(found) if is_shared and workers else None
                later.append(partial(self._read, found, answer))
                while later and (not workers or workers.is_busy or len(later) > _MOST_LATER):
                    yield from later.popleft()()
            while later:
                yield from later.popleft()()

    def _read(
        self, found: FoundFile, answer: Callable[[], Answer | None] | None = None
    ) -> Iterator[_Read]:
        """Read a file, or take what a worker tells of it."""
        known, n_rejected = self._known, self.rejected.n_all
        context = context_of(found, self.notes, self._of_pages, self._rules)
        if answer and (told := answer()):
            self._count(told.n_bytes)
            items = told.again(context)
        else:
            items = read_file(found.path, found.reader(), context, self._count)
        for item in items:
            if isinstance(item, Article):
                yield from self._undecided.after(item, context)
            else:
                self._reject(item.path, item.reason, item.line)
                yield item, context
        if known:
            known.finished(found, is_whole=self.rejected.n_all == n_rejected)

    def _identified(self, article: Article, context: Context, line: int | None) -> _Read:
        if article.id != context.article_id:
            self._repeats.add(article, context.path, line)
        if prefix := self._identity.prefix:
            article = replace(article, id=prefix + article.id)
        if self._known:
            self._known.took(context.file, article.id)
        return article, context

    def _count(self, n_bytes: int) -> None:
        self.bytes_read += n_bytes

    def _skip(self, path: str, reason: str) -> None:
        self.notes.add(Remark(path, None, reason))

    def _reject(self, path: str, reason: str, line: int | None = None) -> None:
        self.rejected.add(Remark(path, line, reason))
        if self._is_strict:
            raise SourceError(path, reason, line=line)


def _put_off(report: Report, later: deque[Callable[[], Iterable[_Read]]]) -> Report:
    def told(path: str, reason: str) -> Iterable[_Read]:
        report(path, reason)
        return ()

    return lambda path, reason: later.append(partial(told, path, reason))
