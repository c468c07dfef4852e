"""A fixed view of an index: its segments, which of their articles live, and their words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.folding import fold
from newsearch.analysis.terms import language_of
from newsearch.codec.whoosh.codec import open_segment
from newsearch.errors import CorruptIndexError
from newsearch.index.segment_info import NewsSegmentInfo
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.toc import Commit, latest_commit, read_toc


class Snapshot:
    """What readers see from one commit to the next; never changes, whatever is committed.

    Safe in many threads. Files are freed with the last reader of the snapshot.

    `folder`: an index directory; its latest commit is taken. Raises CorruptIndexError when a file
    of the commit is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.commit, self.segments = _open_latest(folder)
        self.n_articles = sum(segment.n_live for segment in self.segments)
        self.n_articles_all = sum(segment.n_articles for segment in self.segments)
        self._bases = [segment.base for segment in self.segments]

    def column(self, name: str, docnums: NDArray[np.int64]) -> NDArray[np.int64]:
        """Read a number column, such as ``date``, of some articles by global docnum."""
        values = np.empty(len(docnums), np.int64)
        of_segment = np.searchsorted(self._bases, docnums, side="right") - 1
        for number, segment in enumerate(self.segments):
            own = of_segment == number
            values[own] = segment.columns.numbers(name)[docnums[own] - segment.base]
        return values

    @cached_property
    def language_counts(self) -> dict[str, int]:
        """Live articles by language code, the most frequent first."""
        counts: dict[str, int] = {}
        for segment in self.segments:
            for code, count in segment.language_counts.items():
                counts[code] = counts.get(code, 0) + count
        ordered = sorted(counts, key=lambda code: (-counts[code], code))
        return {code: counts[code] for code in ordered}

    @cached_property
    def keys(self) -> frozenset[str]:
        """Keys of users' own that can be asked for."""
        return frozenset().union(*(segment.keys for segment in self.segments))

    @property
    def languages(self) -> tuple[str, ...]:
        """Language codes of the articles, the most frequent first."""
        return tuple(self.language_counts)

    def docnum(self, article_id: str) -> int | None:
        """Find the global docnum of an article."""
        for segment in self.segments:
            docnum = segment.docnum(article_id)
            if docnum is not None:
                return segment.base + docnum
        return None

    def locate(self, docnum: int) -> tuple[SegmentReader, int]:
        """Find the segment of a global docnum, and the docnum there."""
        segment = self.segments[bisect_right(self._bases, docnum) - 1]
        return segment, docnum - segment.base

    def article_ids(self, docnums: Sequence[int]) -> list[str]:
        """Read the ids of some articles by global docnum."""
        if len(self.segments) == 1:
            return self.segments[0].article_ids(docnums)
        located = map(self.locate, docnums)
        return [segment.article_id(docnum) for segment, docnum in located]

    def languages_of(self, form: str) -> tuple[str, ...]:
        """Return the language whose articles have a form most; all where no article has it."""
        counts = dict.fromkeys(self.languages, 0)
        for segment in self.segments:
            for term, n_articles in segment.key_dfs(fold(form)):
                language = language_of(term)
                counts[language] = counts.get(language, 0) + n_articles
        return (max(counts, key=counts.__getitem__),) if any(counts.values()) else tuple(counts)

    def terms_of(self, key: str) -> set[str]:
        """Return the terms of a key of a language, which ends as the language's terms do."""
        return {term for segment in self.segments for term, _ in segment.form_dfs(key)}


def _open_latest(folder: Path) -> tuple[Commit, list[SegmentReader]]:
    """Open the newest commit; one whose files vanish meanwhile has been followed by another."""
    while True:
        toc = read_toc(folder)
        try:
            return toc.commit, _open_segments(folder, toc.segments)
        except FileNotFoundError as error:
            if latest_commit(folder) == toc.commit:
                path = error.filename or folder
                raise CorruptIndexError(path, "a file of the index is missing") from error


def _open_segments(folder: Path, records: Sequence[NewsSegmentInfo]) -> list[SegmentReader]:
    opened: list[SegmentReader] = []
    base = 0
    for record in records:
        segment = open_segment(folder, record)
        opened.append(SegmentReader(segment, record.read_deleted(folder), base))
        base += segment.articles
    return opened
