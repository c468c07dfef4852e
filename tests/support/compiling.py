"""Compiles kernels at once; processes that come later find them on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import newsearch
from newsearch.article import Article
from support.inside import rehearse_backwards, searcher_of

_BULK_ARTICLES = 1_500
"""So many are loaded by kernels."""


def compile_searching() -> None:
    """Compile what searches run."""
    with _archive(100) as index:
        searcher_of(index).compile()


def compile_searching_backwards() -> None:
    """Compile the same in turn from the end, beside a process that begins at the beginning."""
    with _archive(100) as index:
        rehearse_backwards(index)


def compile_loading() -> None:
    """Compile what large loads and merges run."""
    with _archive(_BULK_ARTICLES) as index:
        index.delete("1")
        index.compact()


@contextmanager
def _archive(n_articles: int) -> Iterator[newsearch.Index]:
    text = "The envoys of North Korea met Élodie at the U.S. embassy on Friday. "
    articles = (Article(id=f"{n}", body=f"{text}{n} " * 30) for n in range(n_articles))
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        newsearch.open_index(Path(folder) / "index", create=True) as index,
    ):
        index.add(articles)
        yield index
