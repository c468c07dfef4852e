"""newsearch itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load

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
            report = index.add(newsearch.read(str(corpus)))
        if report.rejected:
            raise RuntimeError(f"newsearch rejected articles: {report.rejected[:3]}")

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

    def count(self, query: Query) -> int:
        results = self._index.search(_text(query), **_options(query), limit=1)
        return int(results.total)

    def close(self) -> None:
        if hasattr(self, "_index"):
            self._index.close()


def _text(query: Query) -> str:
    if query.kind == "phrase":
        return f'"{query.text}"'
    if query.is_prefix:
        return f"{query.text}*"
    return _OPERATORS.sub(" ", query.typed)


def _options(query: Query) -> dict[str, Any]:
    options: dict[str, Any] = {"match": "all" if query.kind == "and" else "any"}
    if query.kind == "dates":
        options |= {"since": query.since, "until": query.until}
    elif query.kind == "newest":
        options |= {"sort": "newest"}
    return options
