"""Mends a damaged index: what cannot be read is built again from the stored articles."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsearch.article import Article
from newsearch.codec.framing import AnyArray, ArrayFile
from newsearch.codec.stored import Stored
from newsearch.codec.strings import Strings, text_of
from newsearch.errors import ArticleError, CorruptIndexError, IndexingError
from newsearch.index.check import check_segment_of
from newsearch.index.commit import Changes, PendingSegment
from newsearch.index.load import build
from newsearch.index.stored import unpack

_HASH_BYTES = 16


@dataclass
class Repair:
    """What a repair did.

    Parameters
    ----------
    problems
        What was wrong: lines for people.
    rebuilt
        How many articles were indexed again.
    lost
        Ids of articles that are lost, or a line for each segment whose ids are lost too.
    """

    problems: list[str] = field(default_factory=list)
    rebuilt: int = 0
    lost: list[str] = field(default_factory=list)


def repair_index(folder: Path, *, wait_s: float) -> Repair:
    """Build again each segment with which anything is wrong, in one commit.

    An article is kept if it can be read, and its digest is right where its bytes are in doubt. A
    damaged file of which articles are lost is kept beside, with a name that ends in ``.damaged``.
    Where it is lost which articles are deleted, those are kept that no other segment has.
    """
    done = Repair()
    with Changes(folder, wait_s=wait_s, is_repair=True) as changes:
        done.problems += changes.toc.faults
        damaged: list[PendingSegment] = []
        for pending in changes.segments:
            if problems := check_segment_of(folder, pending.record):
                done.problems += problems
                damaged.append(pending)
        for pending in damaged:
            changes.replace([pending], None)
        for pending in reversed(damaged):  # the newest version of an article is the last
            n_lost = len(done.lost)
            build(changes, _counted(done, _Salvage(folder, pending, changes, done)))
            if len(done.lost) > n_lost:
                _keep_damaged(folder / pending.record.file_name)
        changes.publish()
    return done


def _keep_damaged(path: Path) -> None:
    """Give a file a second name, which commits do not remove."""
    kept = path.with_name(f"{path.name}.damaged")
    kept.unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        try:
            kept.hardlink_to(path)
        except OSError:  # not every disk has links
            shutil.copyfile(path, kept)


def _counted(done: Repair, articles: _Salvage) -> Iterator[Article]:
    for article in articles:
        done.rebuilt += 1
        yield article


class _Salvage:
    """The articles of a damaged segment that can be read."""

    def __init__(
        self, folder: Path, pending: PendingSegment, changes: Changes, done: Repair
    ) -> None:
        self._path = folder / pending.record.file_name
        self._n_articles = pending.record.articles
        self._n_live = pending.record.articles - pending.record.deleted
        self._changes = changes
        self._done = done
        try:
            self._deleted: NDArray[np.bool_] | None = pending.deleted
        except (OSError, CorruptIndexError):
            self._deleted = None

    def __iter__(self) -> Iterator[Article]:
        try:
            with ArrayFile(self._path) as file:
                stored = Stored(file, self._n_articles)
                yield from self._articles(file, stored)
        except (OSError, CorruptIndexError):  # a part of another version is not damaged: let it be
            lost = f"{self._path.name}: all of its {self._n_live:,} articles, ids included"
            self._done.lost.append(lost)

    def _articles(self, file: ArrayFile, stored: Stored) -> Iterator[Article]:
        damaged = file.damaged_sections()
        is_doubtful = any(name.startswith("stored/") for name in damaged)
        hashes = _hashes(file) if is_doubtful and "column/content_hash" not in damaged else None
        for docnum in range(self._n_articles):
            if self._deleted is not None and self._deleted[docnum]:
                continue
            try:
                article = unpack(stored.article(docnum))
                is_whole = hashes is None or hashes[docnum].tobytes() == article.content_hash
            except (ArticleError, IndexingError, ValueError, OverflowError):
                is_whole = False
            if not is_whole:
                self._done.lost.append(_id_of(file, docnum))
            elif self._deleted is not None or self._changes.find(article.id) is None:
                yield article


def _hashes(file: ArrayFile) -> AnyArray | None:
    try:
        return file.array("column/content_hash", "u1").reshape(-1, _HASH_BYTES)
    except CorruptIndexError:
        return None


def _id_of(file: ArrayFile, docnum: int) -> str:
    try:
        return text_of(Strings(file, "column/id")[docnum])
    except (CorruptIndexError, IndexError):
        return f"{Path(file.path).name}: its article {docnum}, id included"
