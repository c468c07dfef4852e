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
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsearch.answers.concordance import Concordance as Concordance
    from newsearch.answers.concordance import ConcordanceLine as ConcordanceLine
    from newsearch.answers.explanation import PageExplanation as PageExplanation
    from newsearch.answers.matches import Counts as Counts
    from newsearch.answers.matches import Facets as Facets
    from newsearch.answers.matches import Occurrences as Occurrences
    from newsearch.answers.reports import CopyReport as CopyReport
    from newsearch.answers.reports import LoadReport as LoadReport
    from newsearch.answers.reports import Remark as Remark
    from newsearch.answers.reports import Stats as Stats
    from newsearch.answers.results import Hit as Hit
    from newsearch.answers.results import Results as Results
    from newsearch.answers.snippet import Snippet as Snippet
    from newsearch.answers.suggestions import Suggestion as Suggestion
    from newsearch.answers.suggestions import Suggestions as Suggestions
    from newsearch.answers.table import Table as Table
    from newsearch.answers.timeline import Timeline as Timeline
    from newsearch.answers.why import Explanation as Explanation
    from newsearch.article import Article as Article
    from newsearch.article import ArticleDate as ArticleDate
    from newsearch.engines.base import Engine as Engine
    from newsearch.errors import ArticleError as ArticleError
    from newsearch.errors import CorruptIndexError as CorruptIndexError
    from newsearch.errors import IndexingError as IndexingError
    from newsearch.errors import IndexLockedError as IndexLockedError
    from newsearch.errors import IndexNotFoundError as IndexNotFoundError
    from newsearch.errors import NewsearchError as NewsearchError
    from newsearch.errors import QueryError as QueryError
    from newsearch.errors import SourceError as SourceError
    from newsearch.errors import UnknownFieldError as UnknownFieldError
    from newsearch.errors import UnknownLanguageError as UnknownLanguageError
    from newsearch.operations.archive import Archive as Archive
    from newsearch.operations.archive import Index as Index
    from newsearch.sources import ArticleStream as ArticleStream
    from newsearch.sources import explain_page as explain_page
    from newsearch.sources import parse as parse
    from newsearch.sources import read as read

__version__ = "0.1.0"


@overload
def open_index(target: Path, *, create: bool = False, partial: bool = False) -> Index: ...
@overload
def open_index(
    target: str | Sequence[str | Path], *, create: bool = False, partial: bool = False
) -> Archive: ...
def open_index(
    target: str | Path | Sequence[str | Path], *, create: bool = False, partial: bool = False
) -> Archive:
    """Open the index that a target names.

    Parameters
    ----------
    target
        The index folder; as text also a URL, whose scheme chooses the engine: ``file://``. Several
        folders, a list, are searched as one index that holds all their articles; `Hit.archive` says
        which one has a hit, and nothing in them can be changed.
    create
        Make an empty index where there is none.
    partial
        Of a folder where parts are lost or damaged, open what is left, with a warning.

    Raises
    ------
    IndexNotFoundError
        There is none, and `create` is false.
    IndexingError
        The folder holds something else, or cannot be used; no engine knows the scheme.
    """
    from newsearch.operations.registry import open_archive

    return open_archive(target, create=create, partial=partial)


if not TYPE_CHECKING:  # a checker that saw these would believe in any name
    _NAMES = {
        "answers.concordance": "Concordance ConcordanceLine",
        "answers.explanation": "PageExplanation",
        "answers.matches": "Counts Facets Occurrences",
        "answers.reports": "CopyReport LoadReport Remark Stats",
        "answers.results": "Hit Results",
        "answers.snippet": "Snippet",
        "answers.suggestions": "Suggestion Suggestions",
        "answers.table": "Table",
        "answers.timeline": "Timeline",
        "answers.why": "Explanation",
        "article": "Article ArticleDate",
        "engines.base": "Engine",
        "errors": """
            ArticleError CorruptIndexError IndexLockedError IndexNotFoundError IndexingError
            NewsearchError QueryError SourceError UnknownFieldError UnknownLanguageError
        """,
        "operations.archive": "Archive Index",
        "sources": "ArticleStream explain_page parse read",
    }
    _HOMES = {name: home for home, names in _NAMES.items() for name in names.split()}

    __all__ = ["open_index"]
    __all__ += list(_HOMES)

    def __getattr__(name):
        if name not in _HOMES:
            raise AttributeError(f"module 'newsearch' has no attribute {name!r}")
        value = getattr(importlib.import_module(f"newsearch.{_HOMES[name]}"), name)
        globals()[name] = value
        return value

    def __dir__():
        return [*__all__, *(name for name in globals() if name.startswith("__"))]
