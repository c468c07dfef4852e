"""Builds large segments on several cores; its threads import Numba.

The caller's thread reads and packs articles. One thread cuts them into words, another inverts and
encodes the words of the batch before, a third compresses the stored form; kernels and compression
let other threads run. At most `_BATCHES_AHEAD` batches wait, so memory is bounded whatever the
load. At the end of a segment two threads put its entries in order while the caller's thread writes
them.

To read in another process takes 1.7 of 5.6 s from the caller's thread, measured on 99 MB of JSON
lines, yet pays little on two cores: to pass articles on takes 16 us each, and both cores are busy
already. Five loads took 7.0 to 9.0 s, median 7.4, and as many without it 7.6 to 8.8, median 8.4;
beside other work they took longer.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from newsearch.codec.segment import SegmentWriter
from newsearch.index.article_columns import ArticleColumns
from newsearch.index.commit import Changes
from newsearch.index.packing import PackedArticle
from newsearch.index.small_builder import new_segment_id
from newsearch.index.stored_builder import StoredBuilder
from newsearch.schema import article_language

if TYPE_CHECKING:
    from newsearch.index.bulk_text import BulkText, Tokens

MEMORY_BYTES = 512 << 20
"""Memory a load may take by default, beside the interpreter and its libraries."""

_BATCHES_AHEAD = 8
_UNSTORED_BYTES = 48 << 20
"""What may wait to be compressed: about as much as is read while a dictionary is trained, and what
was held for that is compressed."""
_FULL = 0.85
_SWITCH_INTERVAL_S = 0.0001
"""How long a thread between two kernels waits for the busy main thread, 5 ms without this.

Measured on 94,202 articles, alternating, 2 cores shared with other work: 34.2, 33.7 s with 5 ms
and 26.2, 22.3 s with 0.5 ms; later 15.9, 19.0, 19.5, 23.2, 24.9 s with 0.5 ms and 12.8, 22.3, 13.7,
23.1, 18.7 s with 0.1 ms."""
_GC_THRESHOLD = 10_000
"""New objects between two looks for garbage, 700 without this.

Articles make many objects and no garbage in cycles: 0.48 s of a load of 94,202 went into looking
for it, 0.16 s with this."""
_TEXT_SHARE = 0.75
_ARTICLE_BYTES = 400
"""What is noted of an article until its segment is written: id, hashes, docnums, columns."""


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
        self._most_articles = int(memory_bytes * (1 - _TEXT_SHARE)) // _ARTICLE_BYTES
        self._cutting = ThreadPoolExecutor(1, "newsearch-cut")
        self._encoding = ThreadPoolExecutor(1, "newsearch-encode")
        self._storing = ThreadPoolExecutor(1, "newsearch-store")
        # Kernels are loaded by the thread that uses them, while articles are read and compressed.
        self._text = self._cutting.submit(_make_text, int(memory_bytes * _TEXT_SHARE))
        self._waiting: deque[Future[float]] = deque()
        self._unstored: deque[tuple[Future[None], int]] = deque()
        self._unstored_bytes = 0
        self._dictionary = _dictionary_of(changes)
        self._segment: _UnfinishedSegment | None = None
        _interpreter.tune()

    def known_hash(self, article_id: str) -> bytes | None:
        """Return the content hash of an article that is in no finished segment yet."""
        known = self._segment.docnums.get(article_id) if self._segment else None
        return None if known is None else known[1]

    def add(self, packed: list[PackedArticle]) -> None:
        """Take articles; those of an id that is known take its place."""
        if not packed:
            return
        if self._segment is None:
            self._segment = _UnfinishedSegment(self._changes, self._dictionary)
        self._segment.take(packed)
        texts = [text for one in packed for text in (one.title, one.body)]
        languages = [article_language(one.article) for one in packed]
        stored = [one.stored for one in packed]
        words = self._cutting.submit(self._cut, texts, languages)
        self._waiting.append(self._encoding.submit(self._encode, words))
        n_bytes = sum(map(len, stored))
        self._unstored.append((self._storing.submit(self._segment.stored.add, stored), n_bytes))
        self._unstored_bytes += n_bytes
        while self._unstored_bytes > _UNSTORED_BYTES:
            self._wait_for_stored()
        # How full it is depends on how many batches came before, and not on any thread's speed.
        while len(self._waiting) > _BATCHES_AHEAD:
            if max(self._wait_for_oldest(), self._share_of_articles()) > _FULL:
                self.flush()

    def flush(self) -> None:
        """Make a segment of what is in memory; more articles may follow."""
        while self._waiting:
            self._wait_for_oldest()
        segment = self._segment
        if segment is None:
            return
        self._unstored.append((self._storing.submit(segment.stored.finish), 0))
        text = self._text.result()
        give_memory_back()
        segment.finish(text, self._finish_stored, self._changes, (self._cutting, self._encoding))
        self._dictionary = segment.stored.dictionary
        self._segment = None
        text.start_segment()
        give_memory_back()

    def close(self) -> None:
        """Stop the threads and discard what is not in a segment."""
        for executor in (self._cutting, self._encoding, self._storing):
            executor.shutdown(cancel_futures=True)
        _interpreter.restore()
        if self._segment is not None:
            self._segment.writer.close()
            self._segment = None

    def _share_of_articles(self) -> float:
        """Return how much of the room is taken by what is noted of articles."""
        assert self._segment is not None
        n_articles = len(self._segment.docnums) + self._segment.keys_nbytes // _ARTICLE_BYTES
        return n_articles / (self._most_articles + 1)

    def _cut(self, texts: Sequence[bytes], languages: Sequence[str]) -> Tokens:
        # Made by the same thread, so it is there.
        return self._text.result().cut(texts, languages)

    def _encode(self, words: Future[Tokens]) -> float:
        tokens = words.result()
        return self._text.result().add(tokens)

    def _wait_for_oldest(self) -> float:
        """Wait for a batch; returns how much of the room for words was taken after it."""
        return self._waiting.popleft().result()

    def _wait_for_stored(self) -> None:
        """Wait until the oldest articles that are not compressed are."""
        future, n_bytes = self._unstored.popleft()
        self._unstored_bytes -= n_bytes
        future.result()

    def _finish_stored(self) -> None:
        """Wait until all articles of the segment are in its file."""
        while self._unstored:
            self._wait_for_stored()


class _UnfinishedSegment:
    """The segment under way."""

    def __init__(self, changes: Changes, dictionary: bytes) -> None:
        self.segment_id = new_segment_id()
        self.writer = SegmentWriter(changes.path_of(self.segment_id), self.segment_id)
        self.stored = StoredBuilder(self.writer, dictionary)
        self.docnums: dict[str, tuple[int, bytes]] = {}
        self._columns = ArticleColumns()
        self._replaced: list[int] = []

    @property
    def keys_nbytes(self) -> int:
        """Memory that users' own keys take, about."""
        return self._columns.keys_nbytes

    def take(self, packed: list[PackedArticle]) -> None:
        """Note docnums and columns of articles."""
        docnums = self.docnums
        for docnum, one in enumerate(packed, len(self._columns)):
            known = docnums.get(one.article.id)
            if known is not None:
                self._replaced.append(known[0])
            docnums[one.article.id] = docnum, one.content_hash
        self._columns.extend(
            [one.article for one in packed],
            [one.id_hash for one in packed],
            [one.content_hash for one in packed],
        )

    def finish(
        self,
        text: BulkText,
        finish_stored: Callable[[], None],
        changes: Changes,
        helpers: Sequence[Executor],
    ) -> None:
        """Write all but the stored articles, and add the segment."""
        n_articles = len(self._columns)
        with self.writer as writer:
            titles, bodies = text.write(writer, finish_stored, helpers)
            self._columns.write(writer.columns, titles, bodies)
            writer.finish(n_articles)
        deleted = np.zeros(n_articles, np.bool_)
        deleted[self._replaced] = True
        changes.add(self.segment_id, n_articles, deleted)


def give_memory_back() -> None:
    """Let the system have what was freed, where the C library keeps it: up to 130 MB a segment.

    Each thread has a heap of its own, which grows by the holes that batches leave in it.
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # not the GNU library
            ctypes.CDLL(None).malloc_trim(0)


def _make_text(memory_bytes: int) -> BulkText:
    from newsearch.index.bulk_text import BulkText  # imports Numba

    return BulkText(memory_bytes)


class _Interpreter:
    """How often Python changes threads and collects garbage, while any load goes on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n_loads = 0

    def tune(self) -> None:
        """Set both for a load."""
        with self._lock:
            self._n_loads += 1
            if self._n_loads > 1:
                return
            self._interval_s, self._thresholds = sys.getswitchinterval(), gc.get_threshold()
            sys.setswitchinterval(_SWITCH_INTERVAL_S)
            if self._thresholds[0]:  # 0 is off.
                gc.set_threshold(max(self._thresholds[0], _GC_THRESHOLD), *self._thresholds[1:])

    def restore(self) -> None:
        """Set both back at the end of the last of the loads."""
        with self._lock:
            self._n_loads -= 1
            if not self._n_loads:
                sys.setswitchinterval(self._interval_s)
                gc.set_threshold(*self._thresholds)


_interpreter = _Interpreter()


def _dictionary_of(changes: Changes) -> bytes:
    """Take the compression dictionary of the largest segment, if any has one."""
    best = b""
    for pending in sorted(changes.segments, key=lambda pending: pending.record.articles):
        best = pending.segment.stored.dictionary or best
    return best
