"""A writer for Whoosh's users that adds and deletes through our own loader."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.index import FileIndex, LockError
from whoosh.writing import CLEAR, MERGE_SMALL, NO_MERGE, OPTIMIZE, IndexWriter

from newsearch.answers.reports import LoadReport, Remark
from newsearch.errors import ArticleError, IndexingError, IndexLockedError
from newsearch.index.article_languages import ArticleLanguages
from newsearch.index.commit import Changes, PendingSegment
from newsearch.index.directory import open_directory, system_errors_told
from newsearch.index.load import Loader
from newsearch.index.merge import merge_all, merge_as_needed
from newsearch.index.packing import PackedArticle
from newsearch.index.segment_info import NewsSegmentInfo
from newsearch.sources.given import GivenArticles

_BATCH_ARTICLES = 1_000
_BATCH_BYTES = 4_000_000


class NewsWriter(IndexWriter):  # type: ignore[misc]  # Whoosh has no types
    """What ``writer()`` of Whoosh's index returns where the index is one of ours.

    It takes what `Index.add` takes: fields by their names in the schema or in JSON files, and keys
    of users' own. An article whose id is known takes the place of the one before, added or
    updated. One commit publishes all; nothing is kept where it is cancelled or fails.

    Parameters
    ----------
    folder
        The index directory.
    index
        Whoosh's index there.
    timeout
        How many seconds to wait for another writer. Other options of Whoosh's writers say how to
        make segments, and do nothing.

    Attributes
    ----------
    report
        What was added and updated.
    mergetype, optimize, merge
        What `commit` does where it is not told.

    Raises
    ------
    LockError
        Another process is writing.
    """

    def __init__(self, folder: Path, index: Any, timeout: float = 0.0, **_options: object) -> None:
        self.mergetype, self.optimize, self.merge = None, False, True
        self._index = index
        self.schema = index.schema
        self.report = LoadReport()
        self.is_closed = False
        self._folder = folder
        self._held: list[PackedArticle] = []
        self._held_bytes = 0
        with system_errors_told(folder):
            open_directory(folder, create=False)
            try:
                self._changes = Changes(folder, wait_s=timeout)
            except IndexLockedError as error:
                raise LockError(str(error)) from error
        self._old = list(self._changes.segments)
        self._ends = np.cumsum([pending.record.articles for pending in self._old])
        languages = ArticleLanguages("", self.report.notes)
        self._loader = Loader(self._changes, self.report, languages, rewrites=True)

    def add_document(self, **fields: Any) -> None:
        """Add an article; raise ArticleError, and change nothing, where none can be made of it."""
        self._check_open()
        if own := [name for name in fields if name.startswith("_")]:
            raise ArticleError(f"{own[0]}: boosts and other stored values are not kept; leave it")
        given = GivenArticles(fields)
        articles = list(given)
        if not articles:
            raise ArticleError(given.rejected[0].reason)
        self._held.append(self._loader.pack(articles[0]))
        self._held_bytes += len(self._held[-1].body)
        if len(self._held) >= _BATCH_ARTICLES or self._held_bytes >= _BATCH_BYTES:
            self._take_in()

    def update_document(self, **fields: Any) -> None:
        """Add an article in the place of the one with its id."""
        self.add_document(**fields)

    def add_reader(self, reader: Any) -> None:
        """Add the documents of another index, as its stored fields have them.

        Those of which no article can be made are told by `commit`: Whoosh's BufferedWriter, which
        adds its buffer so, would lose all that come after them.
        """
        for _, stored in reader.iter_docs():
            fields = dict(stored)
            if isinstance(stored.get("extra"), dict):  # the other keys, in an index of ours
                fields |= fields.pop("extra")
            try:
                self.add_document(**fields)
            except ArticleError as error:
                name = str(fields.get("id", "a document"))
                self.report.rejected.add(Remark(name, None, str(error)))

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete an article that was there when the writer was made."""
        self._check_open()
        if not delete:
            raise IndexingError(self._folder, "what is deleted cannot be taken back; add it again")
        pending, own = self._located(docnum)
        pending.delete(own)

    def is_deleted(self, docnum: int) -> bool:
        """Return whether an article is deleted, by this writer or before."""
        pending, own = self._located(docnum)
        return bool(pending.deleted[own])

    def _located(self, docnum: int) -> tuple[PendingSegment, int]:
        """Return the segment of an article that was there, and its docnum in it."""
        segment = int(np.searchsorted(self._ends, docnum, side="right"))
        if docnum < 0 or segment == len(self._old):
            raise IndexingError(self._folder, f"has no document {docnum}")
        pending = self._old[segment]
        return pending, docnum - int(self._ends[segment]) + pending.record.articles

    def has_deletions(self) -> bool:
        return self.deleted_count() > 0

    def deleted_count(self) -> int:
        return sum(pending.n_deleted for pending in self._old)

    def doc_count(self) -> int:
        """Return how many articles were added."""
        return self.report.added + self.report.updated + len(self._held)

    def reader(self, reuse: Any = None) -> Any:
        """Return a reader of the articles that were there when the writer was made."""
        segments = [NewsSegmentInfo(record) for record in self._changes.toc.segments]
        generation = self._changes.toc.commit.generation
        return FileIndex._reader(
            self._index.storage, self.schema, segments, generation, reuse=reuse
        )

    def add_field(self, fieldname: str, fieldtype: Any, **_options: Any) -> None:
        """Refuse: the fields are those of every newsearch index."""
        self._refuse_field(fieldname)

    def remove_field(self, fieldname: str, **_options: Any) -> None:
        """Refuse: the fields are those of every newsearch index."""
        self._refuse_field(fieldname)

    def commit(self, mergetype: Any = None, optimize: Any = None, merge: Any = None) -> None:
        """Publish all changes with one commit and let others write.

        Parameters
        ----------
        mergetype
            One of Whoosh's policies: ``NO_MERGE``, ``MERGE_SMALL``, which leaves the choice to
            us, ``OPTIMIZE``, or ``CLEAR``, which deletes what was there before.
        optimize, merge
            As with Whoosh: make one segment, or none but that of the new articles.
        """
        self._check_open()
        policy = self._policy(mergetype, optimize, merge)
        try:
            with system_errors_told(self._folder):
                self._publish(policy)
        finally:
            self.cancel()
        for remark in self.report.rejected:
            warnings.warn(f"{remark.path}: {remark.reason}", stacklevel=2)

    def _policy(self, mergetype: Any, optimize: Any, merge: Any) -> Any:
        policy = mergetype or self.mergetype
        if policy not in (None, OPTIMIZE, MERGE_SMALL, NO_MERGE, CLEAR):
            raise IndexingError(self._folder, f"does not know the merge policy {policy!r}")
        if policy is None and (self.optimize if optimize is None else optimize):
            policy = OPTIMIZE
        if policy is None and not (self.merge if merge is None else merge):
            policy = NO_MERGE
        return policy

    def _publish(self, policy: Any) -> None:
        if policy is CLEAR:
            for pending in self._old:
                for docnum in np.flatnonzero(~pending.deleted).tolist():
                    pending.delete(docnum)
        self._take_in()
        self._loader.flush()
        if policy is OPTIMIZE:
            merge_all(self._changes)
        self._changes.publish()
        if policy is not NO_MERGE:
            merge_as_needed(self._changes)

    def cancel(self) -> None:
        """Discard what is not committed and let others write; do nothing once closed."""
        if self.is_closed:
            return
        self.is_closed = True
        self._loader.close()
        self._changes.close()

    def _take_in(self) -> None:
        held, self._held, self._held_bytes = self._held, [], 0
        self._loader.take(held)

    def _check_open(self) -> None:
        if self.is_closed:
            raise IndexingError(self._folder, "this writer is closed; ask the index for another")

    def _refuse_field(self, name: str) -> None:
        why = f"the schema cannot change; add {name!r} to articles, where any key is kept"
        raise IndexingError(self._folder, why)
