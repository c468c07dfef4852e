"""A fixed view of an index: its segments, which of their articles live, and their words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from copy import copy
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.folding import fold
from newsearch.analysis.terms import language_of
from newsearch.codec.records import SegmentRecord, open_segment
from newsearch.codec.segment import Segment
from newsearch.errors import CorruptIndexError
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.toc import Commit, Toc, latest_commit, read_tocs
from newsearch.schema import NO_DATE_S

_LEFT_OUT = "articles left out"


class Snapshot:
    """What readers see from one commit to the next; never changes, whatever is committed.

    Safe in many threads. Files are freed with the last reader of the snapshot.

    `folder`: an index directory; its latest commit is taken whose files are whole. With `partial`,
    where none is, the latest one without the segments that cannot be read. Raises
    CorruptIndexError when a file of the commit is missing or damaged. `faults` says what is wrong
    with commits that would have come first, and what is left out.
    """

    def __init__(self, folder: Path, *, partial: bool = False) -> None:
        self.commit, self.segments, self.faults = _open_latest(folder, partial=partial)
        self._archives = [""] * len(self.segments)
        self._set_up()

    @classmethod
    def joined(cls, named: Sequence[tuple[str, Snapshot]]) -> Snapshot:
        """Return at least one snapshot as one; each comes with what its archive is called."""
        whole = cls.__new__(cls)
        whole.commit = named[0][1].commit
        whole.faults = tuple(fault for _, one in named for fault in one.faults)
        whole.segments, whole._archives = [], []
        base = 0
        for name, snapshot in named:
            for segment in map(copy, snapshot.segments):
                segment.base = base
                base += segment.n_articles
                whole.segments.append(segment)
                whole._archives.append(name)
        whole._set_up()
        return whole

    def _set_up(self) -> None:
        self.is_partial = any(_LEFT_OUT in fault for fault in self.faults)
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
    def date_span(self) -> tuple[int, int] | None:
        """The first and the last date of live articles, in seconds; None where none has one."""
        dates = np.concatenate([np.zeros(0, np.int64), *(one.live_dates for one in self.segments)])
        dated = dates[dates != NO_DATE_S]
        return (int(dated.min()), int(dated.max())) if len(dated) else None

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

    def archive(self, docnum: int) -> str:
        """Return what the archive of a global docnum is called; '' where there is only one."""
        return self._archives[bisect_right(self._bases, docnum) - 1]

    def article_ids(self, docnums: Sequence[int]) -> list[str]:
        """Read the ids of some articles by global docnum."""
        if len(self.segments) == 1:
            return self.segments[0].article_ids(docnums)
        places: dict[int, list[int]] = {}
        for place, docnum in enumerate(docnums):
            places.setdefault(bisect_right(self._bases, docnum) - 1, []).append(place)
        ids = [""] * len(docnums)
        for number, own in places.items():
            segment = self.segments[number]
            read = segment.article_ids([docnums[place] - segment.base for place in own])
            for place, article_id in zip(own, read, strict=True):
                ids[place] = article_id
        return ids

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
        return {term for segment in self.segments for term in segment.terms_of(key)}


def _open_latest(folder: Path, *, partial: bool) -> _Opened:
    """Open the newest commit; one whose files vanish meanwhile has been followed by another."""
    while True:
        tocs = read_tocs(folder)
        errors: list[CorruptIndexError] = []
        for toc in tocs:
            try:
                segments = [_open_segment(folder, record) for record in toc.segments]
                # Of the newest commit, so that nobody looks for it again and again.
                return _Opened.of(toc._replace(commit=tocs[0].commit), segments, errors)
            except CorruptIndexError as error:
                errors.append(error)
        if latest_commit(folder) == tocs[0].commit:
            if partial:
                return _open_what_is_left(folder, tocs[0])
            raise errors[0]


def _open_what_is_left(folder: Path, toc: Toc) -> _Opened:
    segments, errors = [], []
    for record in toc.segments:
        try:
            segments.append(_open_segment(folder, record))
        except CorruptIndexError as error:
            fault = f"{error.fault}; {_LEFT_OUT}: {record.articles - record.deleted:,}"
            errors.append(CorruptIndexError(error.path, fault))
    return _Opened.of(toc, segments, errors)


def _open_segment(folder: Path, record: SegmentRecord) -> tuple[Segment, NDArray[np.bool_]]:
    try:
        return open_segment(folder, record), record.read_deleted(folder)
    except FileNotFoundError as error:
        raise CorruptIndexError(error.filename, "a file of the index is missing") from error


class _Opened(NamedTuple):
    """A commit with its segments, and what was wrong on the way to it."""

    commit: Commit
    segments: list[SegmentReader]
    faults: tuple[str, ...]

    @classmethod
    def of(
        cls,
        toc: Toc,
        opened: Sequence[tuple[Segment, NDArray[np.bool_]]],
        errors: Sequence[CorruptIndexError],
    ) -> _Opened:
        bases = accumulate((segment.articles for segment, _ in opened), initial=0)
        segments = [
            SegmentReader(segment, deleted, base)
            for (segment, deleted), base in zip(opened, bases, strict=False)
        ]
        faults = (f"{Path(error.path).name}: {error.fault}" for error in errors)
        return cls(toc.commit, segments, (*toc.faults, *faults))
