"""newsearch itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.corpora import read_articles
from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load

_DAYS = 365
# Topics are plain words; what the query language would read as an operator becomes a space.
_OPERATORS = re.compile(r"[\"()\[\]{}:*~^?<>=|!/]|(?<!\w)[-+]+")


class NewsearchPeer(Peer):
    """newsearch through its public API.

    Its own tokens: ``U.S.`` and ``1,000`` are one word each, accents are folded. A phrase means
    exact word forms, a prefix is one of word forms; the other engines here match stems. It takes
    the question as typed, without its punctuation that has a meaning in the query language.
    """

    name = "newsearch"
    modules = ("newsearch",)
    index_threads: ClassVar[int] = 2
    is_shared_by_threads: ClassVar[bool] = True
    takes_batches: ClassVar[bool] = True

    _index: Any

    @classmethod
    def missing(cls) -> str:
        """Say what is not installed, or ''."""
        if missing := super().missing():
            return missing
        return "" if hasattr(load("newsearch"), "open_index") else "has no open_index"

    @classmethod
    def versions(cls) -> dict[str, str]:
        """Name the version; a checkout is not installed as a package."""
        return {"newsearch": str(getattr(load("newsearch"), "__version__", "checkout"))}

    def index(self, corpus: Path, folder: Path) -> None:
        newsearch = load("newsearch")
        with newsearch.open_index(str(folder / "index"), create=True) as index:
            self._fill(index, corpus)

    def _fill(self, index: Any, corpus: Path) -> None:
        _add(index, load("newsearch").read(str(corpus)))

    def open(self, folder: Path) -> None:
        self._index = load("newsearch").open_index(str(folder / "index"))

    def settle(self) -> None:
        """Wait for the kernels, which are compiled beside the first searches."""
        self._index._open_searcher().compile()

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        results = self._index.search(_text(query), **_options(query), limit=limit)
        if query.kind == "snippets":
            for hit in results:
                _ = hit.snippet.text
        return [hit.id for hit in results]

    def search_and_count(self, query: Query, limit: int) -> tuple[Sequence[Key], int]:
        """Return the best articles and the total of one search."""
        results = self._index.search(_text(query), **_options(query), limit=limit)
        return [hit.id for hit in results], int(results.total)

    def search_many(self, queries: Sequence[Query], limit: int, threads: int) -> None:
        """Answer a batch; all its queries are of one kind, and so have the same options."""
        texts = [_text(query) for query in queries]
        many = self._index.search_many(texts, **_options(queries[0]), limit=limit, threads=threads)
        for results in many:
            _ = [hit.id for hit in results]

    def count(self, query: Query) -> int:
        return int(self._index.count(_text(query), **_options(query)))

    def close(self) -> None:
        if hasattr(self, "_index"):
            self._index.close()


class DailyNewsearchPeer(NewsearchPeer):
    """newsearch with an index that was loaded in 365 pieces, as by a daily job over a year.

    The same articles in the same order, added in as many equal parts, each one a load of its own
    into the index as the one before left it. All else is as with one load: the answers too, and
    what a query costs more is the price of the many loads.
    """

    name = "newsearch-daily"
    kinds = frozenset({"or", "and", "phrase"})

    def _fill(self, index: Any, corpus: Path) -> None:
        articles = list(load("newsearch").read(str(corpus)))
        size = -(-len(articles) // _DAYS)
        for start in range(0, len(articles), size):
            _add(index, articles[start : start + size])


class DeletedNewsearchPeer(NewsearchPeer):
    """newsearch with an index of which a fifth was deleted.

    Every fourth article is added a second time, under another id, and those are deleted in one go
    after the load. What is left is the same articles as with one load, and the answers are the
    same; what a query costs more is the price of stepping over deleted articles.
    """

    name = "newsearch-deleted"
    kinds = frozenset({"or", "and", "phrase"})

    def _fill(self, index: Any, corpus: Path) -> None:
        copies: list[str] = []
        _add(index, _with_copies(corpus, copies))
        index.delete(copies)


def _with_copies(corpus: Path, copies: list[str]) -> Iterator[dict[str, str]]:
    for number, article in enumerate(read_articles(corpus)):
        yield article
        if number % 4 == 0:
            copies.append(f"{article['id']}-again")
            yield article | {"id": copies[-1]}


def _add(index: Any, articles: Iterable[Any]) -> None:
    report = index.add(articles)
    if report.rejected:
        raise RuntimeError(f"newsearch rejected articles: {report.rejected[:3]}")


def _text(query: Query) -> str:
    if query.kind == "phrase":
        return f'"{query.text}"'
    if query.is_prefix:
        return f"{query.text}*"
    return _OPERATORS.sub(" ", query.typed)


def _options(query: Query) -> dict[str, Any]:
    options: dict[str, Any] = {"match": "any"}
    if query.kind == "and":
        # Else a query that nothing matches is asked again without its function words.
        options = {"match": "all", "syntax": "words", "strict": True}
    elif query.kind == "dates":
        options |= {"since": query.since, "until": query.until}
    elif query.kind == "newest":
        options |= {"sort": "newest"}
    return options
