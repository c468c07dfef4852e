"""An index in a directory of this machine: the object that users hold."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from whoosh import query as whoosh_query

from newsearch.analysis.stems import stemmer
from newsearch.analysis.tokens import forms
from newsearch.article import Article
from newsearch.errors import IndexingError, QueryError
from newsearch.index.check import check_snapshot
from newsearch.index.directory import open_directory
from newsearch.index.load import LoadReport, delete, load
from newsearch.index.snapshot import Snapshot
from newsearch.index.stats import Stats, read_stats
from newsearch.query import ParsedQuery, date_filter, parse, parse_words, value_filter
from newsearch.schema import DEFAULT_LANGUAGE, article_language
from newsearch.search.matching import Highlighter, Span, merged
from newsearch.search.results import ArticleReader, Hit, Results
from newsearch.search.searcher import Ranking, Sort, search
from newsearch.search.snippets import Snippet, snippet
from newsearch.sources import ArticleStream

Match = Literal["all", "any"]
Syntax = Literal["query", "words"]


class Index:
    """A news archive that can be searched; safe to share between threads.

    Use it as a context manager, or call `close`. Each search sees the articles of one commit;
    what other processes commit is seen after `refresh`.

    Parameters
    ----------
    path
        The index directory.
    create
        Make the directory where there is none.
    """

    def __init__(self, path: str | Path, *, create: bool = False) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._directory = open_directory(self.path, create=create)
        self._snapshot: Snapshot | None = Snapshot(self._directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the index's files; a second call does nothing."""
        self._snapshot = None

    def add(
        self, articles: Iterable[Article], *, progress: Callable[[int], None] | None = None
    ) -> LoadReport:
        """Add articles, replace those whose id is known, leave alone what has not changed.

        Parameters
        ----------
        articles
            Articles in any number; they are taken one by one. From `newsearch.read`, what it
            could not read is in the report too.
        progress
            Called with the number of articles taken so far, after each one.

        Returns
        -------
        LoadReport
            ``added``, ``updated``, ``unchanged``, ``rejected`` and ``notes``.

        Raises
        ------
        IndexLockedError
            Another process is adding or deleting.
        SourceError
            Bad input, from a strict `newsearch.read`.
        """
        self._open_snapshot()
        try:
            report = load(self._directory, articles, progress=progress)
        except PermissionError as error:
            raise IndexingError(self.path, "cannot be written; check its permissions") from error
        finally:
            self.refresh()
        if isinstance(articles, ArticleStream):
            report.rejected[:0] = articles.rejected
            report.notes[:0] = articles.notes
        return report

    def delete(self, article_ids: str | Iterable[str]) -> list[str]:
        """Delete articles; return those ids that were there."""
        self._open_snapshot()
        ids = [article_ids] if isinstance(article_ids, str) else list(article_ids)
        try:
            found = delete(self._directory, ids)
        except PermissionError as error:
            raise IndexingError(self.path, "cannot be written; check its permissions") from error
        self.refresh()
        return found

    def refresh(self) -> bool:
        """See what has been committed since the last look; return whether there was anything."""
        with self._lock:
            snapshot = self._open_snapshot()
            if self._directory.latest_generation() == snapshot.generation:
                return False
            # Results may still read from the old snapshot: it closes when the last is dropped.
            self._snapshot = Snapshot(self._directory)
            return True

    def search(  # noqa: PLR0913 - every option is one a user may name
        self,
        query: str,
        *,
        limit: int | None = 10,
        match: Match = "all",
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
        sort: Sort = "relevance",
        strict: bool = False,
        syntax: Syntax = "query",
    ) -> Results:
        """Find articles.

        Parameters
        ----------
        query
            Words, or the query language that the README describes.
        limit
            How many hits to give; None for all.
        match
            ``"all"``: every word must match. ``"any"``: articles with any of the words, those
            with more and rarer ones first.
        since, until
            First and last date, such as ``"2019"``, ``"2020-07"`` or ``"2020-07-10"``.
        source
            Publisher or agency, as the ``source:`` field.
        sort
            ``"relevance"``, ``"newest"`` or ``"oldest"``; undated articles come last by date.
        strict
            Raise where the query cannot be read as it stands, rather than warn.
        syntax
            ``"words"`` takes everything in the query as plain words.

        Raises
        ------
        QueryError
            A query beyond the language's caps, an unknown field or option; with `strict` any
            malformed query.
        """
        started = time.perf_counter()
        _check_options(limit, match, sort, syntax)
        with self._lock:
            snapshot = self._open_snapshot()
            analyser = _QueryAnalyser(snapshot.languages)
            parsed = _parse(query, analyser, match, strict, syntax)
            tree = _filtered(parsed.tree, analyser, since, until, source)
            ranking = search(snapshot, tree, limit=limit, sort=sort)
        took_ms = (time.perf_counter() - started) * 1000
        return Results(
            self._hits(snapshot, ranking, tree),
            query=query,
            warnings=parsed.warnings,
            took_ms=took_ms,
            plan=f"stock: every posting of {tree}",
            count=lambda: ranking.total,
        )

    def _hits(self, snapshot: Snapshot, ranking: Ranking, tree: whoosh_query.Query) -> list[Hit]:
        return [
            Hit(rank, score, self._reader(snapshot, docnum, tree))
            for rank, (docnum, score) in enumerate(
                zip(ranking.docnums, ranking.scores, strict=True), 1
            )
        ]

    def _reader(self, snapshot: Snapshot, docnum: int, tree: whoosh_query.Query) -> ArticleReader:
        def article() -> Article:
            with self._lock:
                self._open_snapshot()
                return snapshot.article(docnum)

        def show(found: Article) -> Snippet:
            language = article_language(found)
            matches = Highlighter(tree, language, "body").matches(found.body)
            return snippet(found.body, matches, language)

        def mark_title(found: Article) -> tuple[Span, ...]:
            matches = Highlighter(tree, article_language(found), "title").matches(found.title)
            return tuple(merged((match.start, match.end) for match in matches))

        return ArticleReader(article=article, snippet=show, title_highlights=mark_title)

    def get(self, article_id: str) -> Article | None:
        """Read an article by its id; None where there is none."""
        with self._lock:
            snapshot = self._open_snapshot()
            docnum = snapshot.docnum(article_id)
            return None if docnum is None else snapshot.article(docnum)

    def __len__(self) -> int:
        return self._open_snapshot().n_articles

    def __contains__(self, article_id: str) -> bool:
        with self._lock:
            return self._open_snapshot().docnum(article_id) is not None

    def stats(self) -> Stats:
        """Count what the index holds."""
        with self._lock:
            return read_stats(self._open_snapshot(), self.path)

    def check(self) -> list[str]:
        """Read everything the index holds; return a line for each thing that is wrong."""
        with self._lock:
            return list(check_snapshot(self._open_snapshot()))

    def _open_snapshot(self) -> Snapshot:
        if self._snapshot is None:
            raise IndexingError(self.path, "the index is closed; open it again")
        return self._snapshot

    def __repr__(self) -> str:
        return f"Index({str(self.path)!r})"


class _QueryAnalyser:
    """Words of a query to forms, and to stems in every language the index holds."""

    def __init__(self, languages: Iterable[str]) -> None:
        self._stemmers = [stemmer(language) for language in languages or (DEFAULT_LANGUAGE,)]

    def forms(self, text: str) -> list[str]:
        return forms(text)

    def stems(self, form: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(stem(form) for stem in self._stemmers))


def _parse(
    query: str, analyser: _QueryAnalyser, match: Match, strict: bool, syntax: Syntax
) -> ParsedQuery:
    if syntax == "words":
        return parse_words(query, analyser, match=match)
    return parse(query, analyser, match=match, strict=strict)


def _filtered(
    tree: whoosh_query.Query,
    analyser: _QueryAnalyser,
    since: str | None,
    until: str | None,
    source: str | None,
) -> whoosh_query.Query:
    filters = [date_filter(since, until)]
    if source is not None:
        filters.append(value_filter("source", source, analyser))
    wanted = [part for part in filters if part is not None]
    return whoosh_query.And([tree, *wanted]) if wanted else tree


def _check_options(limit: int | None, match: str, sort: str, syntax: str) -> None:
    if limit is not None and limit < 0:
        raise QueryError(f"limit is {limit}", hint="ask for 0 hits or more, or None for all")
    for name, value, known in (
        ("match", match, ("all", "any")),
        ("sort", sort, ("relevance", "newest", "oldest")),
        ("syntax", syntax, ("query", "words")),
    ):
        if value not in known:
            raise QueryError(f"{name} is {value!r}", hint=f"it can be {' or '.join(known)}")
