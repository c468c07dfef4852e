"""Builds segments again from their stored articles: those that are damaged, or all."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsearch.article import Article
from newsearch.codec.framing import AnyArray, ArrayFile
from newsearch.codec.stored import Stored
from newsearch.codec.strings import Strings, text_of
from newsearch.errors import ArticleError, CorruptIndexError, IndexingError
from newsearch.index.article_languages import ArticleLanguages
from newsearch.index.blocked import BLOCKED_NAME, BlockList
from newsearch.index.check import check_copy, check_loaded, check_segment_of
from newsearch.index.commit import LOADED_NAME, Changes, PendingSegment
from newsearch.index.directory import mark, open_directory
from newsearch.index.load import build, reported
from newsearch.index.merge import merge_as_needed
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
    Where it is lost which articles are deleted, those are kept that no other segment has. Segments
    of an older format are built again too.
    """
    done = Repair()
    with Changes(folder, wait_s=wait_s, is_repair=True) as changes:
        done.problems += [*_check_marker(folder), *changes.toc.faults]
        done.problems += [*check_copy(folder, changes.toc), *check_loaded(folder)]
        _give_up_blocked(folder, changes, done)
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
        if done.problems:  # an article may be an older one now: its file is to be read again
            (folder / LOADED_NAME).unlink(missing_ok=True)
        changes.publish(is_needed=bool(done.problems))
        mark(folder)
    return done


def rebuild_index(
    folder: Path, *, progress: Callable[[int], None] | None = None, wait_s: float
) -> int:
    """Build all segments again, in one commit; return how many articles they have.

    The articles stay as they are, and in their order; an article without a language is given the
    one that its text tells, as in a load. A language that is kept may have been given by hand, so
    it stays. The index may be of an older format; it is marked as one of the present format once
    its new segments are there, so that whoever is interrupted can do it again.

    Parameters
    ----------
    progress
        Called with the number of articles taken so far, after each one.

    Raises
    ------
    CorruptIndexError
        An article cannot be read; nothing was changed.
    """
    with Changes(folder, wait_s=wait_s, is_repair=True) as changes:
        if changes.toc.faults:
            raise CorruptIndexError(folder, changes.toc.faults[0])
        old, languages = changes.segments, ArticleLanguages("", [])
        n_articles = sum(pending.n_live for pending in old)
        if old:
            changes.replace(old, None)
            articles = chain.from_iterable(_all_articles(changes, pending) for pending in old)
            build(changes, reported(map(languages.settle, articles), progress))
        changes.publish()
        mark(folder)
        merge_as_needed(changes)
    return n_articles


def _all_articles(changes: Changes, pending: PendingSegment) -> Iterator[Article]:
    """Return the live articles of a segment; raise CorruptIndexError where one cannot be read."""
    done, path = Repair(), changes.folder / pending.record.file_name
    segment = _Salvage(changes.folder, pending, changes, done)
    if segment.deleted is None:
        raise CorruptIndexError(path, "it is lost which of its articles are deleted")
    yield from segment
    if done.lost:
        raise CorruptIndexError(path, f"an article cannot be read: {done.lost[0]}")


def _check_marker(folder: Path) -> Iterator[str]:
    try:
        open_directory(folder)
    except CorruptIndexError as error:
        yield f"{Path(error.path).name}: {error.fault}"
    except IndexingError:  # an older format, of which the segments tell
        pass


def _give_up_blocked(folder: Path, changes: Changes, done: Repair) -> None:
    """Do without a list of purged articles that cannot be read: nothing else tells of them."""
    try:
        BlockList(folder, is_there=changes.toc.has_blocked)
    except CorruptIndexError as error:
        done.problems.append(f"{BLOCKED_NAME}: {error.fault}")
        done.lost.append(f"{BLOCKED_NAME}: what was purged, which may be loaded again from now on")
        _keep_damaged(folder / BLOCKED_NAME)
        (folder / BLOCKED_NAME).unlink(missing_ok=True)
        changes.toc = changes.toc._replace(has_blocked=False)


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
            self.deleted: NDArray[np.bool_] | None = pending.deleted
        except (OSError, CorruptIndexError):
            self.deleted = None

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
            if self.deleted is not None and self.deleted[docnum]:
                continue
            try:
                article = unpack(stored.article(docnum))
                is_whole = hashes is None or hashes[docnum].tobytes() == article.content_hash
            except (ArticleError, IndexingError, ValueError, OverflowError):
                is_whole = False
            if not is_whole:
                self._done.lost.append(_id_of(file, docnum))
            elif self.deleted is not None or self._changes.find(article.id) is None:
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
