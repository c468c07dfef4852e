"""The same articles in indexes of both codecs, in one and several segments, with deletions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from support.contract_articles import (
    ARTICLES,
    CUTS,
    DELETED,
    MAKERS,
    in_batches,
)
from support.whoosh_indexes import build_by_merging, build_in_bulk, news_index
from whoosh.index import FileIndex, open_dir
from whoosh.reading import IndexReader

from newsearch.article import Article

OTHER_BUILDERS = {
    "newsearch in bulk": partial(news_index, write=build_in_bulk),
    "newsearch merged": partial(news_index, write=build_by_merging),
}
"""Other ways to the same segments."""


@pytest.fixture(
    scope="module",
    params=[*MAKERS, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHER_BUILDERS)],
)
def make(request: pytest.FixtureRequest) -> Callable[..., FileIndex]:
    return (MAKERS | OTHER_BUILDERS)[request.param]


@pytest.fixture(scope="module", params=CUTS)
def sizes(request: pytest.FixtureRequest) -> list[int]:
    return CUTS[request.param]


@pytest.fixture(scope="module", params=DELETED)
def deleted(request: pytest.FixtureRequest) -> tuple[int, ...]:
    return DELETED[request.param]


@pytest.fixture(scope="module")
def reader(make, sizes, deleted, tmp_path_factory) -> Iterator[IndexReader]:
    folder = tmp_path_factory.mktemp("index")
    make(folder, in_batches(ARTICLES, sizes), deleted)
    with open_dir(str(folder)).reader() as opened:
        yield opened


@pytest.fixture(scope="module")
def searcher(make, sizes, deleted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    make(folder, in_batches(ARTICLES, sizes), deleted)
    with open_dir(str(folder)).searcher() as opened:
        yield opened


@pytest.fixture(scope="module")
def many(make, tmp_path_factory):
    """Articles enough for several blocks, of different lengths."""
    bodies = [
        "word " * (1 + n * 7 % 11) + "rest " * (n * 13 % 29) + "early " * (n < 300) * (n % 3)
        for n in range(700)
    ]
    articles = [Article(id=f"{n}", body=body) for n, body in enumerate(bodies)]
    folder = tmp_path_factory.mktemp("index")
    make(folder, [articles])
    with open_dir(str(folder)).searcher() as opened:
        yield opened
