"""Builds large segments on several cores; imports Numba.

The caller's thread reads and packs articles. One thread cuts them into words, inverts and encodes
them, another compresses their stored form; kernels and compression let other threads run. At most
`_BATCHES_AHEAD` batches wait, so memory is bounded whatever the load.
"""

from __future__ import annotations

import sys
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from newsearch.codec.segment import SegmentWriter
from newsearch.index.article_columns import ArticleColumns
from newsearch.index.builder import new_segment_id
from newsearch.index.bulk_stored import BulkStored
from newsearch.index.bulk_text import BulkText, TextBatch
from newsearch.index.commit import Changes
from newsearch.index.packing import PackedArticle
from newsearch.index.word_table import WordTable
from newsearch.schema import article_language

MEMORY_BYTES = 512 << 20
"""Memory a load may take by default, beside the interpreter and its libraries."""

_BATCHES_AHEAD = 2
_FULL = 0.85
_SWITCH_INTERVAL_S = 0.0005
"""How long a thread between two kernels waits for the busy main thread, 5 ms without this.

Measured on 94,202 articles, alternating, 2 cores shared with other work: 34.2, 33.7 s with 5 ms;
26.2, 22.3 s with 0.5 ms."""
_TEXT_SHARE = 0.5


class BulkBuilder:
    """Takes articles in any number; writes a segment whenever the memory is full.

    Parameters
    ----------
    changes
        Where segments go.
    memory_bytes
        The memory budget.
    """

    def __init__(self, changes: Changes, *, memory_bytes: int = MEMORY_BYTES) -> None:
        self._changes = changes
        self._text = BulkText(WordTable(), int(memory_bytes * _TEXT_SHARE))
        self._inverting = ThreadPoolExecutor(1, "newsearch-invert")
        self._storing = ThreadPoolExecutor(1, "newsearch-store")
        self._waiting: deque[tuple[Future[None], Future[None]]] = deque()
        self._dictionary = _dictionary_of(changes)
        self._segment: _BulkSegment | None = None
        self._switch_interval_s = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_INTERVAL_S)

    def known_hash(self, article_id: str) -> bytes | None:
        """Give the content hash of an article that is in no finished segment yet."""
        known = self._segment.docnums.get(article_id) if self._segment else None
        return None if known is None else known[1]

    def add(self, packed: list[PackedArticle]) -> None:
        """Take articles; those of an id that is known take its place."""
        if not packed:
            return
        if self._segment is None:
            self._segment = _BulkSegment(self._changes, self._dictionary)
        self._segment.take(packed)
        batch = TextBatch(
            [text for one in packed for text in (one.title, one.body)],
            [article_language(one.article) for one in packed],
        )
        stored = [one.stored for one in packed]
        self._waiting.append(
            (
                self._inverting.submit(self._text.add, batch),
                self._storing.submit(self._segment.stored.add, stored),
            )
        )
        while len(self._waiting) > _BATCHES_AHEAD:
            self._wait_for_oldest()
        if self._text.fullness > _FULL:
            self.flush()

    def flush(self) -> None:
        """Make a segment of what is in memory; more articles may follow."""
        while self._waiting:
            self._wait_for_oldest()
        segment, self._segment = self._segment, None
        if segment is None:
            return
        self._storing.submit(segment.stored.finish).result()
        self._dictionary = segment.stored.dictionary
        segment.finish(self._text, self._changes)
        self._text.start_segment()

    def close(self) -> None:
        """Stop the threads and give up what is not in a segment."""
        for executor in (self._inverting, self._storing):
            executor.shutdown(cancel_futures=True)
        sys.setswitchinterval(self._switch_interval_s)
        if self._segment is not None:
            self._segment.writer.file.abandon()
            self._segment = None

    def _wait_for_oldest(self) -> None:
        for future in self._waiting.popleft():
            future.result()


class _BulkSegment:
    """The segment under way."""

    def __init__(self, changes: Changes, dictionary: bytes) -> None:
        self.segment_id = new_segment_id()
        self.writer = SegmentWriter(changes.path_of(self.segment_id), self.segment_id)
        self.stored = BulkStored(self.writer, dictionary)
        self.docnums: dict[str, tuple[int, bytes]] = {}
        self._columns = ArticleColumns()
        self._replaced: list[int] = []

    def take(self, packed: list[PackedArticle]) -> None:
        """Note docnums and columns of articles."""
        columns, docnums = self._columns, self.docnums
        for docnum, one in enumerate(packed, len(columns)):
            known = docnums.get(one.article.id)
            if known is not None:
                self._replaced.append(known[0])
            docnums[one.article.id] = docnum, one.content_hash
            columns.append(one.article, one.id_hash, one.content_hash)

    def finish(self, text: BulkText, changes: Changes) -> None:
        """Write all parts but the stored articles, which are written, and hand the segment over."""
        n_articles = len(self._columns)
        with self.writer as writer:
            titles, bodies = text.write(writer)
            self._columns.write(writer.columns, titles, bodies)
            writer.finish(n_articles)
        deleted = np.zeros(n_articles, np.bool_)
        deleted[self._replaced] = True
        changes.add(self.segment_id, n_articles, deleted)


def _dictionary_of(changes: Changes) -> bytes:
    """Take the compression dictionary of the largest segment, if any has one."""
    best = b""
    for held in sorted(changes.segments, key=lambda held: held.record.articles):
        if held.segment.stored is not None:
            best = held.segment.stored.dictionary or best
    return best
