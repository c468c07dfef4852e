"""An index in a directory of this machine: the object that users hold."""

from __future__ import annotations

import gc
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from newsearch.analysis.tokens import form
from newsearch.answers.results import Results
from newsearch.article import Article
from newsearch.closing import Closing
from newsearch.engines.asking import Asked, QueryReader
from newsearch.engines.base import (
    WAIT_S,
    SearchOptions,
    Selection,
    as_folder,
    check_choice,
    check_text,
    check_threads,
    checked_texts,
    counted_by,
    no_article,
)
from newsearch.engines.searching import Search
from newsearch.errors import ArticleError, IndexingError
from newsearch.fields import CODED_FIELDS, DATE_PARTS, MEASURES, DatePart, Measure
from newsearch.index.directory import open_directory, system_errors_told
from newsearch.index.snapshot import Snapshot
from newsearch.index.toc import latest_commit
from newsearch.query import calendar_of
from newsearch.search.searcher import Searcher, Show

# What only searches need is loaded here; the rest where it is used, for commands that ask once.
if TYPE_CHECKING:
    from newsearch.answers.matches import Counts, Occurrences
    from newsearch.answers.reports import CopyReport, LoadReport, Stats
    from newsearch.answers.why import Explanation
    from newsearch.index.repair import Repair
    from newsearch.sources.frames import Frame
    from newsearch.sources.given import Given

_IDS_AT_ONCE = 1_000
_ARTICLES_AT_ONCE = 64

_KEPT_OPTIONS = frozenset(("limit", "offset", "sort", "match", "syntax", "strict"))
"""Options that mean the same at any time."""
_KEPT_KINDS: frozenset[type] = frozenset((int, str, bool, type(None)))
_MOST_KEPT = 64


class Index(Closing):
    """A news archive that can be searched; safe to share between threads.

    Use it as a context manager, or call `close`. Each search sees the articles of one commit;
    what other processes commit is seen after `refresh`.

    Parameters
    ----------
    path
        The index directory.
    create
        Make the directory where there is none.
    partial
        Where parts are lost or damaged, open the others, with a warning, rather than raise.
    """

    def __init__(self, path: str | Path, *, create: bool = False, partial: bool = False) -> None:
        self._directory = open_directory(as_folder(path), create=create)
        self._set_up(self._directory, partial=partial)

    def _set_up(self, path: Path, *, partial: bool) -> None:
        self.path = path
        self._partial = partial
        self._refreshing = threading.Lock()
        with system_errors_told(self.path):
            self._searcher: Searcher | None = self._latest()

    def _latest(self) -> Searcher:
        snapshot = Snapshot(self._directory, partial=self._partial)
        for fault in snapshot.faults:
            warnings.warn(f"{self.path}: {fault}; run 'newsearch check'", stacklevel=4)
        return Searcher(snapshot)

    @property
    def is_partial(self) -> bool:
        """Whether parts could not be read, so that articles are missing."""
        return self._open_searcher().snapshot.is_partial

    def close(self) -> None:
        """Release the index; a second call does nothing.

        Its files stay open for hits that were being read, and until Python collects garbage.
        """
        self._searcher = None

    def add(
        self,
        articles: Given | Iterable[Given] | Frame,
        *,
        prune: bool = False,
        progress: Callable[[int], None] | None = None,
        wait_s: float = WAIT_S,
    ) -> LoadReport:
        """Add articles, replace those whose id is known, leave alone what has not changed.

        Parameters
        ----------
        articles
            One or any number of articles, or of mappings with names as JSON files have them
            (``{"headline": ..., "text": ..., "published": ...}``); they are taken one by one. A
            mapping of which no article can be made is in the report, and the others are added.
            From `newsearch.read`, what it could not read is in the report too; its files that are
            as they were when this index took them in are not read again, and count as unchanged.
        prune
            Then also delete the articles of files that were under the paths that were named, and
            are not there any more, and those that files which have changed do not have any more.
        progress
            Called with the number of articles taken so far, after each one.
        wait_s
            How long to wait for another process that is adding or deleting.

        Returns
        -------
        LoadReport
            ``added``, ``updated``, ``unchanged``, ``rejected`` and ``notes``.

        Raises
        ------
        ArticleError
            What is given is neither, or does not come from files and `prune` is true.
        IndexLockedError
            Another process is adding or deleting.
        SourceError
            Bad input, from a strict `newsearch.read`.
        """
        from newsearch.index.load import load
        from newsearch.sources import ArticleStream
        from newsearch.sources.given import GivenArticles

        self._open_searcher()
        stream = articles if isinstance(articles, ArticleStream) else None
        given = stream or GivenArticles(articles)
        if prune and not stream:
            raise ArticleError("only what newsearch.read gives can be pruned: it comes from files")
        with self._changing():
            report = load(
                *(self._directory, given),
                language=given.language,
                stream=stream,
                prune=prune,
                progress=progress,
                wait_s=wait_s,
            )
        report.rejected[:0] = given.rejected
        report.rejected.n_more += given.rejected.n_more
        for note in report.notes:
            given.notes.add(note)
        report.notes = given.notes
        return report

    def delete(
        self, article_ids: str | Iterable[str], *, purge: bool = False, wait_s: float = WAIT_S
    ) -> list[str]:
        """Delete articles; return those ids that were there; see `Engine.delete` for `purge`."""
        self._open_searcher()
        ids = checked_texts("id", article_ids)
        told_in: list[str] = []
        with self._changing():
            if purge:
                from newsearch.index.purge import purge as purge_ids

                found, told_in = purge_ids(self._directory, ids, wait_s=wait_s)
            else:
                from newsearch.index.load import delete

                found = delete(self._directory, ids, wait_s=wait_s)
        if purge:
            self._clear_away(wait_s)
        if told_in:
            warnings.warn(
                f"{self.path}: {', '.join(told_in)} of yours quotes or names what was purged;"
                " change or delete it",
                stacklevel=2,
            )
        return found

    def unblock(self, article_ids: str | Iterable[str], *, wait_s: float = WAIT_S) -> list[str]:
        """Let purged articles be added again; return those ids that were purged."""
        from newsearch.index.purge import unblock

        self._open_searcher()
        with system_errors_told(self.path):
            return unblock(self._directory, checked_texts("id", article_ids), wait_s=wait_s)

    def compact(self, *, wait_s: float = WAIT_S) -> int:
        """Take what deleted articles left out of all files; see `Engine.compact`."""
        from newsearch.index.purge import compact

        self._open_searcher()
        with self._changing():
            n_gone = compact(self._directory, wait_s=wait_s)
        self._clear_away(wait_s)
        return n_gone

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """See what is committed, before an error too."""
        try:
            with system_errors_told(self.path):
                yield
        except BaseException:
            with suppress(IndexingError):
                self.refresh()
            raise
        self.refresh()

    def _clear_away(self, wait_s: float) -> None:
        """Remove files that are not needed any more, and warn where that cannot be done."""
        from newsearch.index.purge import remaining

        with system_errors_told(self.path):
            kept = remaining(self._directory, wait_s=wait_s)
            if kept:
                gc.collect()  # what was seen before may have them open still
                kept = remaining(self._directory, wait_s=wait_s)
        if kept:
            warnings.warn(
                f"{self.path}: other programs have deleted articles open in {', '.join(kept)};"
                " close them, then run 'newsearch compact'",
                stacklevel=3,
            )

    def copy(self, target: str | Path) -> CopyReport:
        """Copy the latest commit, and what users keep with the index, to another folder.

        Others may write meanwhile. Every file is verified; one that an earlier copy left is kept
        where it is the same. The folder is an index from the moment the copy is whole.

        Raises
        ------
        CorruptIndexError
            A file of the index is damaged.
        IndexingError
            The folder lies in the index, holds other files or another commit, or is being written.
        """
        from newsearch.index.copying import copy_index

        self._open_searcher()
        folder = as_folder(target)
        with system_errors_told(self.path), system_errors_told(folder):
            return copy_index(self._directory, folder)

    def refresh(self) -> bool:
        """See what has been committed since the last look; return whether there was anything.

        An index that was built again or put in the place of this one is seen too.

        Raises
        ------
        IndexingError
            There is no index any more, or it cannot be read. What was seen before is kept.
        """
        with self._refreshing, system_errors_told(self.path):
            seen = self._open_searcher().snapshot.commit
            if latest_commit(self._directory) == seen:
                return False
            open_directory(self.path)  # what lies there now may be something else
            self._searcher = self._latest()
            return True

    def search(self, query: str, **options: Unpack[SearchOptions]) -> Results:
        """Find articles, best first; see `newsearch.engines.base.Engine.search`."""
        return self._search_with(options).one(query)

    def search_many(
        self,
        queries: Iterable[str],
        *,
        threads: int | None = None,
        **options: Unpack[SearchOptions],
    ) -> list[Results]:
        """Answer many queries, in their order; see `newsearch.engines.base.Engine.search_many`."""
        check_threads(threads)
        return self._search_with(options).many(checked_texts("queries", queries), threads)

    def _search_with(self, options: SearchOptions) -> Search:
        """Return what searches with some options; kept, as most searches have those of others."""
        searcher = self._open_searcher()
        kinds = tuple(map(type, options.values()))
        if not (_KEPT_OPTIONS.issuperset(options) and _KEPT_KINDS.issuperset(kinds)):
            return Search(self._open_searcher, searcher, **options)
        key = (*options.items(), kinds)  # as 1 equals True
        found = searcher.kept.get(key)
        if found is None:
            found = Search(self._open_searcher, searcher, **options)
            if len(searcher.kept) >= _MOST_KEPT:
                searcher.kept.clear()
            searcher.kept[key] = found
        return found

    def count(self, query: str, **which: Unpack[Selection]) -> int:
        """Count the articles that match, exactly."""
        searcher = self._open_searcher()
        reader = QueryReader(searcher, **which)
        bag = reader.bag(query)
        if bag:
            count = searcher.count_bag(bag)
            if count or reader.strict:
                return count
        asked = reader.read(query)
        trees = chain([] if bag else [asked.tree], (one.tree for one in asked.relaxations()))
        return next(filter(None, map(searcher.count, trees)), 0)

    def scan(
        self, query: str, *, fields: Sequence[str] | None = None, **which: Unpack[Selection]
    ) -> Iterator[dict[str, Any]]:
        """Return all articles that match as JSON values, the newest first; see `Engine.scan`."""
        asked = self._read(query, **which).settled()
        docnums = asked.newest_first()
        fields = None if fields is None else checked_texts("fields", fields)
        if fields is not None and set(fields) <= {"id"}:
            return self._scan_ids(asked.searcher, docnums, fields)
        return self._scan_articles(asked.searcher, docnums, fields)

    def _scan_ids(
        self, searcher: Searcher, docnums: Sequence[int], fields: Sequence[str]
    ) -> Iterator[dict[str, Any]]:
        for start in range(0, len(docnums), _IDS_AT_ONCE):
            self._open_searcher()
            ids = searcher.article_ids(docnums[start : start + _IDS_AT_ONCE])
            yield from (dict.fromkeys(fields, article_id) for article_id in ids)

    def _scan_articles(
        self, searcher: Searcher, docnums: Sequence[int], fields: Sequence[str] | None
    ) -> Iterator[dict[str, Any]]:
        for article in self._articles(searcher, docnums):
            record = article.as_dict()
            wanted = record if fields is None else fields
            yield {name: record[name] for name in wanted if name in record}

    def aggregate(self, query: str, *, by: str, **which: Unpack[Selection]) -> Counts:
        """Count the articles that match by a field or date part; see `Engine.aggregate`."""
        from newsearch.search.aggregation import count_values

        asked = self._read(query, **which).settled()
        by = counted_by(by, asked.searcher.snapshot.keys)
        zone = calendar_of(which.get("timezone", "UTC")).zone
        return count_values(asked.matching(), by, zone)

    def count_by_date(
        self,
        query: str,
        *,
        part: DatePart,
        by: str = "",
        of: Measure = "articles",
        **which: Unpack[Selection],
    ) -> Mapping[tuple[str, str], int]:
        """Count the articles that match by a field and part of date; see `Engine`."""
        from newsearch.search.aggregation import count_by_date, weights_of

        check_choice("part", part, DATE_PARTS)
        check_choice("by", by, ("", *CODED_FIELDS))
        check_choice("of", of, MEASURES)
        asked = self._read(query, **which).settled()
        zone = calendar_of(which.get("timezone", "UTC")).zone
        shown = asked.searcher.show(asked.tree, every_word=True)
        weights = weights_of(of, shown.highlights)
        return count_by_date(asked.matching(), by, part, zone, weights)

    def occurrences(
        self, query: str, *, ids: str | Iterable[str] | None = None, **which: Unpack[Selection]
    ) -> Iterator[Occurrences]:
        """Return every stretch that matches, the newest article first; see `Engine`."""
        asked = self._read(query, **which).settled()
        marked = asked.searcher.show(asked.tree, every_word=True)
        if ids is None:
            docnums = asked.newest_first()
        else:
            known = map(asked.searcher.snapshot.docnum, checked_texts("ids", ids))
            docnums = [docnum for docnum in known if docnum is not None]
        return self._marked(asked.searcher, docnums, marked)

    def _marked(
        self, searcher: Searcher, docnums: Sequence[int], marked: Show
    ) -> Iterator[Occurrences]:
        """Yield articles with what is marked in them.

        Many are read, and then looked through, at once: that takes a fifth less than one by one,
        whose steps drive one another out of the processor's caches. The first is there at once.
        """
        from newsearch.answers.matches import Occurrences

        start, size = 0, 1
        while start < len(docnums):
            articles = list(self._articles(searcher, docnums[start : start + size]))
            titles = [marked.highlights(one, "title") for one in articles]
            bodies = [marked.highlights(one, "body") for one in articles]
            yield from map(Occurrences, articles, titles, bodies)
            start, size = start + size, min(2 * size, _ARTICLES_AT_ONCE)

    def explain(self, article_id: str, query: str, **which: Unpack[Selection]) -> Explanation:
        """Tell why an article matches a query, or does not; see `Engine.explain`."""
        from newsearch.engines.explaining import ArticleLook, explain

        check_text("article_id", article_id)
        asked = self._read(query, **which).settled()
        docnum = asked.searcher.snapshot.docnum(article_id)
        if docnum is None:
            raise no_article(article_id)
        [article] = self._articles(asked.searcher, [docnum])
        look = ArticleLook(asked.searcher, docnum, article)
        return explain(query, asked.written, article, look, asked.warnings)

    def words_beginning(self, prefix: str, *, limit: int) -> list[tuple[str, int]]:
        """Return words that begin so and how many articles have each; see `Engine`."""
        from newsearch.search.completing import words_beginning

        searcher = self._open_searcher()
        return words_beginning(searcher.snapshot, searcher.statistics, prefix, limit)

    def own_keys(self) -> frozenset[str]:
        """Return the keys of users' own that articles have, as queries call them."""
        return self._open_searcher().snapshot.keys

    def word_counts(self, words: Sequence[str]) -> list[int]:
        """Count the articles that have each of some words, in any form."""
        searcher = self._open_searcher()
        terms_of, df = searcher.vocabulary.terms_of, searcher.statistics.df
        return [df(terms_of(form(word))) for word in checked_texts("words", words)]

    def _articles(self, searcher: Searcher, docnums: Sequence[int]) -> Iterator[Article]:
        for docnum in docnums:
            self._open_searcher()
            segment, own = searcher.snapshot.locate(docnum)
            yield segment.article(own)

    def _read(self, query: str, **which: Unpack[Selection]) -> Asked:
        """Read a query, and the selection beside it, for the commit that is seen now."""
        return QueryReader(self._open_searcher(), **which).read(query)

    def get(self, article_id: str) -> Article | None:
        """Read an article by its id; None where there is none."""
        check_text("id", article_id)
        snapshot = self._open_searcher().snapshot
        docnum = snapshot.docnum(article_id)
        if docnum is None:
            return None
        segment, docnum = snapshot.locate(docnum)
        return segment.article(docnum)

    def __len__(self) -> int:
        return self._open_searcher().snapshot.n_articles

    def __contains__(self, article_id: str) -> bool:
        check_text("id", article_id)
        return self._open_searcher().snapshot.docnum(article_id) is not None

    def stats(self) -> Stats:
        """Count what the index holds."""
        from newsearch.index.stats import read_stats

        with system_errors_told(self.path):
            return read_stats(self._open_searcher().snapshot, self.path)

    def check(self, *, quick: bool = False) -> list[str]:
        """Read everything the index holds; return a line for each thing that is wrong.

        Words, lengths, columns and all else that is derived from the stored articles is derived
        again and compared, unless it is to be `quick`.
        """
        from newsearch.index.check import check_index

        self._open_searcher()
        with system_errors_told(self.path):
            return check_index(self._directory, quick=quick)

    def repair(self, *, wait_s: float = WAIT_S) -> Repair:
        """Build damaged parts again from the stored articles; see `newsearch.index.repair`.

        Open the index with `partial` where it cannot be opened otherwise.
        """
        from newsearch.index.repair import repair_index

        self._open_searcher()
        with self._changing():
            return repair_index(self._directory, wait_s=wait_s)

    def rebuild(
        self, *, progress: Callable[[int], None] | None = None, wait_s: float = WAIT_S
    ) -> int:
        """Index all stored articles again, by the present rules; return how many there are.

        Articles, their order and what is blocked stay as they are. Nothing is changed where an
        article cannot be read, or before all are indexed. `progress` is called with the number
        taken so far.
        """
        from newsearch.index.repair import rebuild_index

        self._open_searcher()
        with self._changing():
            return rebuild_index(self._directory, progress=progress, wait_s=wait_s)

    def _open_searcher(self) -> Searcher:
        searcher = self._searcher
        if searcher is None:
            raise IndexingError(self.path, "the index is closed; open it again")
        return searcher

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as the path: what is restored sees the commit that is the latest then."""
        return _open_again, (type(self), self.path.absolute(), self._partial)

    def __repr__(self) -> str:
        return f"Index({str(self.path)!r})"


def _open_again(kind: type[Index], path: Any, partial: bool) -> Index:
    return kind(path, partial=partial)
