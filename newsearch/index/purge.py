"""Taking deleted articles out of every file of an index."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NamedTuple

from newsearch.codec.framing import sync_folder
from newsearch.index import merge
from newsearch.index.blocked import BlockList
from newsearch.index.commit import Changes
from newsearch.index.loaded_files import LoadedFiles
from newsearch.index.packing import PackedArticle, pack_article
from newsearch.index.stored import unpack
from newsearch.index.user_files import user_files_with


class Purged(NamedTuple):
    """What was purged.

    Parameters
    ----------
    ids
        The ids that were there, in the order asked for.
    told_in
        Files of users that still quote the articles, or name any of the ids asked for.
    """

    ids: list[str]
    told_in: list[str]


def purge(folder: Path, article_ids: Collection[str], *, wait_s: float = 0.0) -> Purged:
    """Delete articles, those of their ids deleted earlier included, and take all out of the files.

    What users keep with the index is read, not changed.
    """
    found: dict[str, list[PackedArticle]] = {}
    with Changes(folder, wait_s=wait_s) as changes:
        for article_id in article_ids:
            for pending in changes.segments:
                for docnum in pending.versions(article_id):
                    stored = pending.segment.stored.article(docnum)
                    found.setdefault(article_id, []).append(pack_article(unpack(stored)))
                    pending.delete(docnum)
        # Before the commit: who does it again after a kill does not find the articles any more.
        purged = [one for versions in found.values() for one in versions]
        BlockList(folder, is_there=changes.toc.has_blocked).block(purged)
        LoadedFiles(changes).forget_deleted()
        merge.compact(changes)
    articles = [one.article for one in purged]
    names = {*article_ids, *(one.url for one in articles)}
    return Purged(list(found), user_files_with(folder, names, articles))


def unblock(folder: Path, article_ids: Iterable[str], *, wait_s: float = 0.0) -> list[str]:
    """Let what was purged be loaded again; return the ids that were purged."""
    with Changes(folder, wait_s=wait_s) as changes:
        return BlockList(folder, is_there=changes.toc.has_blocked).unblock(article_ids)


def compact(folder: Path, *, wait_s: float = 0.0) -> int:
    """Write anew what holds deleted articles; return how many there were."""
    with Changes(folder, wait_s=wait_s) as changes:
        LoadedFiles(changes).forget_deleted()
        return merge.compact(changes)


def remaining(folder: Path, *, wait_s: float = 0.0) -> list[str]:
    """Remove files that no commit names any more; return those that could not be removed.

    A process that was killed may have left some; Windows keeps those that a program has open.
    """
    with Changes(folder, wait_s=wait_s) as changes:
        for kept in folder.glob("*.damaged"):  # by repairs, for articles that they lost
            kept.unlink()
        kept_open = changes.clean()
    sync_folder(folder)  # what was removed does not come back after a loss of power
    return kept_open
