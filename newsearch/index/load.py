"""Loading: articles in, segments out, one report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from newsearch.answers.reports import LoadReport, Remark
from newsearch.article import Article
from newsearch.errors import ArticleError
from newsearch.index.article_languages import ArticleLanguages, language_of_most
from newsearch.index.blocked import BlockList
from newsearch.index.commit import Changes, PendingSegment
from newsearch.index.compiler import compiler_problem
from newsearch.index.loaded_files import LoadedFiles
from newsearch.index.merge import merge_as_needed
from newsearch.index.merge_policy import MOST_SMALL, MOST_SMALL_WHILE_LOADING
from newsearch.index.packing import PackedArticle, pack_article
from newsearch.index.small_builder import SmallBuilder
from newsearch.languages import AUTO
from newsearch.sources.known import rules_digest

if TYPE_CHECKING:
    from newsearch.sources import ArticleStream

CHECKPOINT_INTERVAL_S = 60.0
"""How much work an interrupted load can lose."""

_BATCH_ARTICLES = 1_000
_BATCH_CHARS = 4_000_000


def load(
    folder: Path,
    articles: Iterable[Article],
    *,
    language: str = "",
    progress: Callable[[int], None] | None = None,
    stream: ArticleStream | None = None,
    prune: bool = False,
    wait_s: float = 0.0,
) -> LoadReport:
    """Add articles to an index: a new id is added, a known one replaced, an equal one left alone.

    Within one load the last article of an id wins. What is read is committed every
    `CHECKPOINT_INTERVAL_S` seconds; an error or an interrupt loses only what came after.

    Parameters
    ----------
    folder
        The index.
    articles
        Any number; they are taken one by one.
    language
        Code of the language of articles that name none and are not clearly in another, ``"auto"``
        for that of most of the first articles, or '' for the default one.
    progress
        Called with the number of articles taken so far, after each one.
    stream
        The articles, where they come from files, of which those that have not changed are skipped.
    prune
        Delete the articles of files that are not there any more, or have left them out.
    wait_s
        How long to wait for another process that is writing.

    Raises
    ------
    IndexLockedError
        Another process is loading.
    """
    report = LoadReport()
    with Changes(folder, wait_s=wait_s) as changes:
        files = LoadedFiles(changes, rules_digest(stream.options)) if stream else None
        if stream and files:
            stream.skip_known(files)
        batches = _batches(reported(articles, progress))
        first = list(islice(batches, 1))
        if language == AUTO:
            language = language_of_most(first[0]) if first else ""
        loader = Loader(changes, report, ArticleLanguages(language, report.notes))
        started_s = time.monotonic()
        try:
            for batch in chain(first, batches):
                loader.add(batch)
                if time.monotonic() - started_s > CHECKPOINT_INTERVAL_S:
                    loader.commit(most_small=MOST_SMALL_WHILE_LOADING)
                    if stream and files and not stream.holds_articles:
                        files.save()
                    started_s = time.monotonic()
            loader.commit()
        finally:
            loader.close()
        if stream and files:
            report.unchanged += stream.n_unchanged
            files.save()
            if prune:
                report.pruned = _delete_hashed(
                    changes, files.take_vanished(stream.paths, report.notes)
                )
                files.save()
    return report


def _delete_hashed(changes: Changes, id_hashes: NDArray[np.int64]) -> int:
    """Delete the articles of some hashes of ids; return how many there were."""
    found = [(one, number) for one in changes.segments for _, number in one.candidates(id_hashes)]
    for pending, docnum in found:
        pending.delete(docnum)
    if changes.publish():
        merge_as_needed(changes)
    return len(found)


def build(changes: Changes, articles: Iterable[Article]) -> None:
    """Make segments of articles that are in none, as they are, for the next commit."""
    builder: Builder = SmallBuilder(changes)
    try:
        for batch in _batches(articles):
            packed = list(map(pack_article, batch))
            if isinstance(builder, SmallBuilder) and builder.is_too_small_for(packed):
                if compiler_problem():
                    builder.flush()
                else:
                    packed = builder.take_held() + packed
                    builder = _bulk_builder(changes)
            builder.add(packed)
        builder.flush()
    finally:
        builder.close()


def delete(folder: Path, article_ids: Iterable[str], *, wait_s: float = 0.0) -> list[str]:
    """Delete articles by id; return the ids that were there, in the order asked for."""
    found = []
    with Changes(folder, wait_s=wait_s) as changes:
        for article_id in dict.fromkeys(article_ids):
            location = changes.find(article_id)
            if location is not None:
                pending, docnum = location
                pending.delete(docnum)
                found.append(article_id)
        changes.publish()
        merge_as_needed(changes)
    return found


def reported(
    articles: Iterable[Article], progress: Callable[[int], None] | None
) -> Iterator[Article]:
    """Return articles, and call `progress` with their number after each one is taken."""
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


class Builder(Protocol):
    """Takes articles and makes segments of them."""

    def known_hash(self, article_id: str) -> bytes | None:
        """Return the content hash of an article that is in no segment yet."""

    def add(self, packed: list[PackedArticle]) -> None:
        """Take articles; those of an id that is known take its place."""

    def flush(self) -> None:
        """Make the last segment; more articles may follow."""

    def close(self) -> None:
        """Discard what is not in a segment."""


def _bulk_builder(changes: Changes) -> Builder:
    from newsearch.index.bulk_builder import BulkBuilder

    return BulkBuilder(changes)


class Loader:
    """One load under way: what is changed, and the articles that are in no segment yet.

    Parameters
    ----------
    changes, report, languages
        What is to be changed, where it is counted, and who tells languages.
    rewrites
        Whether an article that is equal to the one before takes its place too.
    """

    def __init__(
        self,
        changes: Changes,
        report: LoadReport,
        languages: ArticleLanguages,
        *,
        rewrites: bool = False,
    ) -> None:
        self._changes = changes
        self._report = report
        self._languages = languages
        self._blocked = BlockList(changes.folder, is_there=changes.toc.has_blocked)
        self._builder: Builder = SmallBuilder(changes)
        self._rewrites = rewrites

    def add(self, batch: list[Article]) -> None:
        """Take articles in; those that cannot be are reported."""
        self.take(self._packed(batch))

    def take(self, packed: list[PackedArticle]) -> None:
        """Take articles in that can be."""
        changed = self._changed(packed)
        if isinstance(self._builder, SmallBuilder) and self._builder.is_too_small_for(changed):
            if problem := compiler_problem():
                self._builder.flush()
                self._tell_once(f"{problem}; articles are loaded without it, which takes longer")
            else:
                changed = self._builder.take_held() + changed
                self._builder = _bulk_builder(self._changes)
        self._builder.add(changed)

    def flush(self) -> None:
        """Make segments of all that was taken in."""
        self._builder.flush()

    def commit(self, *, most_small: int = MOST_SMALL) -> None:
        """Publish what was taken in, or leave the index untouched where nothing was."""
        self.flush()
        # Articles can be searched before segments are merged, which may take longer.
        self._changes.publish()
        merge_as_needed(self._changes, most_small=most_small)

    def close(self) -> None:
        """Discard what is not committed; does nothing after a commit."""
        self._builder.close()

    def _tell_once(self, reason: str) -> None:
        note = Remark("numba", None, reason)
        if note not in self._report.notes:
            self._report.notes.append(note)

    def pack(self, article: Article, *, is_expected: bool = False) -> PackedArticle:
        """Prepare an article; raise ArticleError where it cannot be taken in.

        `is_expected`: as in `ArticleLanguages.settle`.
        """
        return pack_article(self._languages.settle(article, is_expected=is_expected))

    def _packed(self, batch: list[Article]) -> list[PackedArticle]:
        packed = []
        are_expected = [False] * len(batch)
        if not isinstance(self._builder, SmallBuilder):
            are_expected = self._languages.are_expected(batch)
        for article, is_expected in zip(batch, are_expected, strict=True):
            try:
                packed.append(self.pack(article, is_expected=is_expected))
            except ArticleError as error:
                self._report.rejected.add(Remark(article.id, None, str(error)), "articles")
        return packed

    def _changed(self, packed: list[PackedArticle]) -> list[PackedArticle]:
        """Pick the articles that differ from what the index has, the last of each id."""
        known = self._known(packed)
        changed: dict[str, PackedArticle] = {}
        for number, one in enumerate(packed):
            article_id = one.article.id
            if article_id in changed:
                before: bytes | None = changed[article_id].content_hash
            else:
                before = self._builder.known_hash(article_id)
                if before is None and number in known:
                    pending, docnum = known[number]
                    before = pending.content_hash(docnum)
            if before == one.content_hash and not self._rewrites:
                self._report.unchanged += 1
                continue
            if self._blocked and (reason := self._blocked.reason(one)):
                self._report.rejected.append(Remark(article_id, None, reason))
                continue
            if before is None:
                self._report.added += 1
            else:
                self._report.updated += 1
            changed[article_id] = one
        for number, (pending, docnum) in known.items():
            if packed[number].article.id in changed:
                pending.delete(docnum)
        return list(changed.values())

    def _known(self, packed: list[PackedArticle]) -> dict[int, tuple[PendingSegment, int]]:
        """Find the articles whose ids the index has, by their index in the batch."""
        found: dict[int, tuple[PendingSegment, int]] = {}
        hashes = np.array([one.id_hash for one in packed], np.int64)
        for pending in self._changes.segments:
            for number, docnum in pending.candidates(hashes):
                one = packed[number]
                # Equal digests of the whole content, id included, make reading the id needless.
                is_same = pending.content_hash(docnum) == one.content_hash
                if is_same or pending.article_id(docnum) == one.article.id:
                    found[number] = pending, docnum
        return found
