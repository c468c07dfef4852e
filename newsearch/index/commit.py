"""Changing an index: the lock, the segments as they will be, and their publication.

A commit writes new files only, syncs them, and then renames a new table of contents (TOC) into
place: that rename is the commit. Files that no TOC names any more are removed after it. Whoosh's
own lock and TOC are used, so its writers and ours exclude one another.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsearch.closing import Closing
from newsearch.codec.deletions import write_deleted
from newsearch.codec.framing import put_in_place, rename, sync_folder, write_synced
from newsearch.codec.records import INDEX_NAME, SUFFIX, SegmentRecord, open_segment
from newsearch.codec.segment import Segment
from newsearch.errors import CorruptIndexError
from newsearch.index.article_ids import ArticleIds
from newsearch.index.blocked import BLOCKED_NAME
from newsearch.index.lock import WriterLock
from newsearch.index.toc import (
    copy_name,
    last_generation,
    read_toc,
    toc_name,
)
from newsearch.index.toc_writing import encode_toc

LOADED_NAME = "loaded"
"""The files that were loaded; see `newsearch.index.loaded_files`."""

OF_COMMITS = re.compile(
    rf"(_{INDEX_NAME}_|{INDEX_NAME}\.)\d+\.toc(\.\S+)?"
    rf"|{INDEX_NAME}_[0-9a-f]{{32}}\.(seg|\d+\.del)(\.tmp)?|({BLOCKED_NAME}|{LOADED_NAME})\.tmp"
)
"""Names of the files that commits make and remove."""
_HASH_BYTES = 16


def reached(point: str) -> None:
    """Called at each step of a commit; tests of crashes put something else here.

    Points, in order: ``segment written``, ``deletions written``, ``toc written``,
    ``toc renamed``, ``cleaned``.
    """


class PendingSegment:
    """A segment of the next commit, and which of its articles will be deleted.

    Parameters
    ----------
    folder
        The index directory.
    record
        The segment as the TOC lists it, or will.
    """

    def __init__(self, folder: Path, record: SegmentRecord) -> None:
        self._folder = folder
        self.record = record
        self.is_changed = False

    @cached_property
    def segment(self) -> Segment:
        """The open file."""
        return open_segment(self._folder, self.record)

    @cached_property
    def language_counts(self) -> dict[str, int]:
        """Articles by language code, deleted ones included."""
        return self.segment.columns.coded("lang").counts()

    @cached_property
    def deleted(self) -> NDArray[np.bool_]:
        """Which articles are deleted, shape ``(n_articles,)``; change it by `delete`."""
        return self.record.read_deleted(self._folder)

    @property
    def n_live(self) -> int:
        return self.record.articles - self.n_deleted

    @property
    def n_deleted(self) -> int:
        return int(self.deleted.sum()) if self.is_changed else self.record.deleted

    @property
    def size_bytes(self) -> int:
        return (self._folder / self.record.file_name).stat().st_size

    def delete(self, docnum: int) -> None:
        """Delete an article as of the next commit."""
        self.deleted[docnum] = True
        self.is_changed = True

    def find(self, article_id: str) -> int | None:
        """Return the docnum of the live article of an id."""
        return next((one for one in self.versions(article_id) if not self.deleted[one]), None)

    def versions(self, article_id: str) -> Iterator[int]:
        """Return the docnums of an id, deleted ones included."""
        return self._ids.docnums(article_id)

    def candidates(self, id_hashes: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        """Return (index, docnum) of each live article that has one of some hashes of ids."""
        order, ordered = self._order
        low = np.searchsorted(ordered, id_hashes)
        high = np.searchsorted(ordered, id_hashes, side="right")
        for index in np.flatnonzero(low < high).tolist():
            for docnum in order[low[index] : high[index]].tolist():
                if not self.deleted[docnum]:
                    yield index, docnum

    def live_id_hashes(self) -> NDArray[np.int64]:
        """Return the hashes of the ids of the live articles, in any order."""
        return self._ids.by_hash.values[~self.deleted]

    def content_hash(self, docnum: int) -> bytes:
        """Return the content hash of an article."""
        content_hash: bytes = self._content_hashes[docnum].tobytes()
        return content_hash

    def article_id(self, docnum: int) -> str:
        """Read the id of an article."""
        return self._ids[docnum]

    @cached_property
    def _ids(self) -> ArticleIds:
        return ArticleIds(self.segment)

    @cached_property
    def _content_hashes(self) -> NDArray[np.uint8]:
        return self.segment.columns.numbers("content_hash", _HASH_BYTES)

    @cached_property
    def _order(self) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Docnums in order of the hashes of their ids, and the hashes in that order."""
        found = self._ids.by_hash
        ordered = found.values[found.order]
        # A load holds all segments open; opening has read some 80 bytes an article of each.
        self.segment.file.release_memory()
        return found.order, ordered


class Changes(Closing):
    """The right to change an index, pending from here to `close`, and what will be published.

    Parameters
    ----------
    folder
        The index directory.
    wait_s
        How long to wait for another writer.

    Attributes
    ----------
    segments
        The segments of the next commit.

    Raises
    ------
    IndexLockedError
        Another writer holds the index.
    CorruptIndexError
        A file is missing or damaged, and this is no repair: nothing is built on top of that.
    """

    def __init__(self, folder: Path, *, wait_s: float, is_repair: bool = False) -> None:
        self.folder = folder
        self._lock = WriterLock(folder, wait_s=wait_s)
        try:
            self.toc = read_toc(folder)
            self.segments = [PendingSegment(folder, record) for record in self.toc.segments]
            if not is_repair:
                self._verify()
        except BaseException:
            self._lock.release()
            raise
        self._generation = last_generation(folder)
        self._made: set[str] = set()
        self._has_changed = False

    def close(self) -> None:
        """Let others write; changes that are not published are discarded."""
        for name in self._made:
            _remove(self.folder / name)
        self.segments = []
        self._lock.release()

    def _verify(self) -> None:
        if self.toc.commit.generation < last_generation(self.folder):
            raise CorruptIndexError(self.folder, self.toc.faults[0])
        for pending in self.segments:
            try:
                _ = pending.segment, pending.deleted
            except FileNotFoundError as error:
                raise CorruptIndexError(error.filename, "a file of the index is missing") from error

    def path_of(self, segment_id: bytes) -> Path:
        """Name the file of a segment that is to be built."""
        return self._make(SegmentRecord(segment_id, 0).file_name)

    def _make(self, name: str) -> Path:
        """Return the path of a new file, which `close` removes unless it is published."""
        self._made.add(name)
        return self.folder / name

    def add(
        self, segment_id: bytes, articles: int, deleted: NDArray[np.bool_] | None = None
    ) -> PendingSegment:
        """Add a segment to the next commit; its file has been written.

        Parameters
        ----------
        deleted
            Articles of it that are deleted already.
        """
        pending = PendingSegment(self.folder, SegmentRecord(segment_id, articles))
        if deleted is not None and deleted.any():
            pending.deleted = deleted.copy()
            pending.is_changed = True
        self.segments.append(pending)
        self._has_changed = True
        reached("segment written")
        return pending

    def replace(self, merged: list[PendingSegment], by: PendingSegment | None) -> None:
        """Leave segments out of the next commit; their articles are in the segment `by`."""
        first = min(self.segments.index(pending) for pending in merged)
        kept = [pending for pending in self.segments if pending not in merged and pending is not by]
        if by is not None:
            kept.insert(first, by)
        self.segments = kept
        self._has_changed = True

    def find(self, article_id: str) -> tuple[PendingSegment, int] | None:
        """Find the live article of an id."""
        for pending in self.segments:
            docnum = pending.find(article_id)
            if docnum is not None:
                return pending, docnum
        return None

    def publish(self, *, is_needed: bool = False) -> bool:
        """Commit what has changed, if anything has or `is_needed`; return whether it did."""
        is_changed = self._has_changed or any(pending.is_changed for pending in self.segments)
        if not (is_changed or is_needed):
            return False
        self.segments = [pending for pending in self.segments if pending.n_live]
        generation = self._generation + 1
        for pending in self.segments:
            if pending.is_changed:
                self._write_deletions(pending, generation)
        reached("deletions written")
        records = [pending.record for pending in self.segments]
        content = self._encoded(records, generation)
        self._write_toc(content, generation)
        self.clean()  # on a full disk this makes the space that the copy needs
        reached("cleaned")
        self._write_copy(content)
        return True

    def _write_deletions(self, pending: PendingSegment, generation: int) -> None:
        stem = pending.record.file_name.removesuffix(SUFFIX)
        name = f"{stem}.{generation}.del"
        write_deleted(self._make(name), pending.record.id_bytes, pending.deleted)
        pending.record = pending.record.with_deleted(pending.deleted, name)
        pending.is_changed = False

    def _encoded(self, records: list[SegmentRecord], generation: int) -> bytes:
        # What was purged stays out, even where the list of it is lost one day.
        has_blocked = self.toc.has_blocked or (self.folder / BLOCKED_NAME).exists()
        return encode_toc(records, generation, self._languages(), has_blocked=has_blocked)

    def _write_toc(self, content: bytes, generation: int) -> None:
        temporary = self.folder / f"{toc_name(generation)}.tmp"
        write_synced(temporary, content)
        reached("toc written")
        rename(temporary, self.folder / toc_name(generation))
        # Readers see the commit from here on, whatever fails.
        self._generation = generation
        self._has_changed = False
        self._made.clear()
        sync_folder(self.folder)
        reached("toc renamed")

    def _write_copy(self, content: bytes) -> None:
        temporary = self.folder / f"{copy_name(self._generation)}.tmp"
        write_synced(temporary, content)
        put_in_place(temporary, self.folder / copy_name(self._generation))

    def _languages(self) -> list[str]:
        """Return the languages, the most frequent first, deleted articles counted too."""
        counts: Counter[str] = Counter()
        for pending in self.segments:
            # Damage is told to those who read what is damaged; a commit only looks on.
            with contextlib.suppress(CorruptIndexError):
                counts.update(pending.language_counts)
        return sorted(counts, key=lambda code: (counts[code], code), reverse=True)

    def clean(self) -> list[str]:
        """Remove files of ours that the last commit does not name, when nothing is pending.

        Returns
        -------
        list[str]
            The files that could not be removed, which later commits try again.
        """
        named = {toc_name(self._generation), copy_name(self._generation)}
        for record in (pending.record for pending in self.segments):
            named |= {name for name in (record.file_name, record.live_name) if name}
        return remove_others(self.folder, named)


def remove_others(folder: Path, named: set[str]) -> list[str]:
    """Remove files of commits that are not named; return those that could not be removed."""
    return [
        file.name
        for file in folder.iterdir()
        if file.name not in named and OF_COMMITS.fullmatch(file.name) and not _remove(file)
    ]


def _remove(file: Path) -> bool:
    """Remove a file; Windows keeps those that are open."""
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)
        return True
    return False
