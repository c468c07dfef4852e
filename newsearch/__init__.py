"""Full-text search for news archives.

>>> import newsearch
>>> with newsearch.open_index("archive", create=True) as index:  # doctest: +SKIP
...     report = index.add(newsearch.read("seeds/"))
...     for hit in index.search("north korea", since="2019-12-01"):
...         print(hit.title, hit.snippet.text)

The names below are loaded when they are first used, so that ``import newsearch`` costs next to
nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from newsearch.article import Article, ArticleDate
    from newsearch.engines.local import Index
    from newsearch.errors import (
        ArticleError,
        CorruptIndexError,
        IndexingError,
        IndexLockedError,
        IndexNotFoundError,
        NewsearchError,
        QueryError,
        SourceError,
        UnknownFieldError,
    )
    from newsearch.index.load import LoadReport
    from newsearch.index.stats import Stats
    from newsearch.search.passages.snippets import Snippet
    from newsearch.search.results import Hit, Results
    from newsearch.sources import ArticleStream, Remark, read

__version__ = "0.1.0"

_HOMES = {
    "Article": "article",
    "ArticleDate": "article",
    "ArticleError": "errors",
    "ArticleStream": "sources",
    "CorruptIndexError": "errors",
    "Hit": "search.results",
    "Index": "engines.local",
    "IndexLockedError": "errors",
    "IndexNotFoundError": "errors",
    "IndexingError": "errors",
    "LoadReport": "index.load",
    "NewsearchError": "errors",
    "QueryError": "errors",
    "Remark": "sources",
    "Results": "search.results",
    "Snippet": "search.passages.snippets",
    "SourceError": "errors",
    "Stats": "index.stats",
    "UnknownFieldError": "errors",
    "read": "sources",
}

__all__ = [
    "Article",
    "ArticleDate",
    "ArticleError",
    "ArticleStream",
    "CorruptIndexError",
    "Hit",
    "Index",
    "IndexLockedError",
    "IndexNotFoundError",
    "IndexingError",
    "LoadReport",
    "NewsearchError",
    "QueryError",
    "Remark",
    "Results",
    "Snippet",
    "SourceError",
    "Stats",
    "UnknownFieldError",
    "open_index",
    "read",
]


def open_index(path: str | Path, *, create: bool = False) -> Index:
    """Open the index in a directory.

    Parameters
    ----------
    path
        The index directory.
    create
        Make an empty index where there is none.

    Raises
    ------
    IndexNotFoundError
        There is none, and `create` is false.
    IndexingError
        The directory holds something else, or cannot be used.
    """
    from newsearch.engines.local import Index

    return Index(path, create=create)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'newsearch' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"newsearch.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
