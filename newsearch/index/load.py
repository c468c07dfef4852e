"""Loading: articles in, segments out, one report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from whoosh.index import FileIndex, LockError
from whoosh.reading import IndexReader, TermNotFound
from whoosh.writing import SegmentWriter

from newsearch.article import Article
from newsearch.errors import ArticleError, IndexLockedError
from newsearch.index.stored import pack
from newsearch.schema import AnalysedArticle, analyse
from newsearch.sources import Remark

CHECKPOINT_INTERVAL_S = 60.0
"""How much work an interrupted load can lose."""

_BATCH_ARTICLES = 1_000
_BATCH_CHARS = 8_000_000
_LOCK_TIMEOUT_S = 5.0


@dataclass(slots=True)
class LoadReport:
    """What became of the articles of one load.

    Parameters
    ----------
    added, updated, unchanged
        New ids, ids with other content than before, and ids with the same content.
    rejected
        Articles, lines and files that could not be read or indexed, each with its reason.
    notes
        What was read otherwise than as it stood: a guessed encoding, a date that is none.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def __str__(self) -> str:
        counts = f"{self.added:,} added, {self.updated:,} updated, {self.unchanged:,} unchanged"
        return f"{counts}, {len(self.rejected):,} rejected"


def load(
    index: FileIndex,
    articles: Iterable[Article],
    *,
    progress: Callable[[int], None] | None = None,
) -> LoadReport:
    """Add articles to an index: a new id is added, a known one replaced, an equal one left alone.

    Within one load the last article of an id wins. What is read is committed every
    `CHECKPOINT_INTERVAL_S` seconds; an error or an interrupt loses only what came after.

    Raises
    ------
    IndexLockedError
        Another process is loading.
    """
    report = LoadReport()
    loader = _Loader(index, report)
    try:
        for batch in _batches(_reported(articles, progress)):
            loader.add(batch)
        loader.commit()
    finally:
        loader.cancel()
    return report


def delete(index: FileIndex, article_ids: Iterable[str]) -> list[str]:
    """Delete articles by id; return the ids that were there, in the order asked for."""
    writer = _open_writer(index)
    try:
        with writer.reader() as reader:
            docnums = {article_id: _docnum(reader, article_id) for article_id in article_ids}
        found = {article_id: docnum for article_id, docnum in docnums.items() if docnum >= 0}
        for docnum in found.values():
            writer.delete_document(docnum)
    except BaseException:
        writer.cancel()
        raise
    if found:
        writer.commit()
    else:
        writer.cancel()
    return list(found)


def _open_writer(index: FileIndex) -> SegmentWriter:
    try:
        return index.writer(timeout=_LOCK_TIMEOUT_S)
    except LockError as error:
        raise IndexLockedError(
            index.storage.folder, "another process is writing to it; try again when it is done"
        ) from error


def _docnum(reader: IndexReader, article_id: str) -> int:
    """Find the live article of an id; -1 if there is none."""
    try:
        matcher = reader.postings("id", article_id)
    except (TermNotFound, UnicodeEncodeError):
        return -1
    return int(matcher.id()) if matcher.is_active() else -1


def _reported(
    articles: Iterable[Article], progress: Callable[[int], None] | None
) -> Iterator[Article]:
    for number, article in enumerate(articles, 1):
        yield article
        if progress is not None:
            progress(number)


def _batches(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Cut a stream into lists that fit in memory."""
    batch: list[Article] = []
    n_chars = 0
    for article in articles:
        batch.append(article)
        n_chars += len(article.title) + len(article.body)
        if len(batch) >= _BATCH_ARTICLES or n_chars >= _BATCH_CHARS:
            yield batch
            batch, n_chars = [], 0
    if batch:
        yield batch


class _Loader:
    """One load under way: an open Whoosh writer and what it holds that is not committed."""

    def __init__(self, index: FileIndex, report: LoadReport) -> None:
        self._index = index
        self._report = report
        self._writer: SegmentWriter | None = None
        self._uncommitted: dict[str, bytes] = {}
        self._begin()

    def _begin(self) -> None:
        self._writer = _open_writer(self._index)
        self._reader = self._writer.reader()
        self._uncommitted.clear()
        self._started_s = time.monotonic()

    def add(self, batch: list[Article]) -> None:
        """Analyse a batch, then write what is new in it."""
        changed = self._changed(batch)
        # Whoosh would keep two articles of one id that is written twice before a commit.
        if not self._uncommitted.keys().isdisjoint(changed):
            self._checkpoint()
        for article in changed.values():
            self._write(article)
        if time.monotonic() - self._started_s > CHECKPOINT_INTERVAL_S:
            self._checkpoint()

    def _changed(self, batch: list[Article]) -> dict[str, AnalysedArticle]:
        """Analyse the articles that differ from what the index has, the last of each id."""
        changed: dict[str, AnalysedArticle] = {}
        for article in batch:
            if article.id in changed:
                known: bytes | None = changed[article.id].content_hash
            else:
                known = self._known_hash(article.id)
            if known == article.content_hash:
                self._report.unchanged += 1
                continue
            try:
                analysed = analyse(article, pack(article))
            except ArticleError as error:
                self._report.rejected.append(Remark(article.id, None, str(error)))
                continue
            changed[article.id] = analysed
            if known is None:
                self._report.added += 1
            else:
                self._report.updated += 1
        return changed

    def _known_hash(self, article_id: str) -> bytes | None:
        """Content hash of the article as the index or this load has it, None for a new id."""
        if article_id in self._uncommitted:
            return self._uncommitted[article_id]
        docnum = _docnum(self._reader, article_id)
        return None if docnum < 0 else self._column(docnum)

    def _column(self, docnum: int) -> bytes:
        value: bytes = self._reader.column_reader("content_hash")[docnum]
        return value

    def _write(self, article: AnalysedArticle) -> None:
        assert self._writer is not None
        docnum = _docnum(self._reader, article.id)
        if docnum >= 0:
            self._writer.delete_document(docnum)
        self._writer.add_document(**article.values)
        self._uncommitted[article.id] = article.content_hash

    def _checkpoint(self) -> None:
        self.commit(merge=False)
        self._begin()

    def commit(self, *, merge: bool = True) -> None:
        """Publish what was written, or leave the index untouched where nothing was."""
        assert self._writer is not None
        self._reader.close()
        if self._uncommitted:
            self._writer.commit(merge=merge)
        else:
            self._writer.cancel()
        self._writer = None

    def cancel(self) -> None:
        """Give up what is not committed; does nothing after a commit."""
        if self._writer is not None:
            self._reader.close()
            self._writer.cancel()
            self._writer = None
