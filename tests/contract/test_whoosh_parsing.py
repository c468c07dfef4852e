"""What Whoosh's own parser makes of a query finds what newsearch finds, where it can say it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from whoosh.index import open_dir
from whoosh.qparser import FuzzyTermPlugin, MultifieldParser, PrefixPlugin, QueryParser
from whoosh.searching import Searcher

import newsearch

ARTICLES = [
    {"id": "a", "title": "East-West talks", "text": "Oil prices rose as envoys met."},
    {"id": "b", "text": "The west and the east: an oil price."},
    {"id": "c", "text": "Les mesures annoncées hier à l'ONU.", "lang": "fr"},
    {"id": "d", "text": "L'annonce est faite.", "lang": "fr"},
    {"id": "e", "text": "They announce an annonce.", "source": "Le Monde", "agency": "AFP"},
    {
        "id": "f",
        "text": "Die Häuser in Berlin; the U.S. Army",
        "lang": "de",
        "section": "World news",
    },
]


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Iterator[newsearch.Index]:
    with newsearch.open_index(tmp_path_factory.mktemp("archive") / "index", create=True) as opened:
        opened.add(ARTICLES[:3])
        opened.add(ARTICLES[3:])
        yield opened


@pytest.fixture
def searcher(index) -> Iterator[Searcher]:
    with open_dir(str(index.path)).searcher() as opened:
        yield opened


TYPED = [
    "oil", "prices", "oil prices", "east-west", "annoncées", "annonce", "announce", "Haus",
    "Häuser",    "oil OR annonce", "oil NOT west", "met (rose OR east)", "l'ONU", "U.S.", "anno*",
    "section:world-news", "lang:fr", "annonce lang:fr", "zebra",
]  # fmt: skip


@pytest.mark.parametrize("typed", TYPED)
def test_queries_of_whoosh_find_what_newsearch_finds(index, searcher, typed):
    parser = MultifieldParser(["title", "body"], searcher.schema)
    found = searcher.search(parser.parse(typed), limit=None)

    assert {hit["id"] for hit in found} == {hit.id for hit in index.search(typed, limit=None)}


def test_patterns_and_phrases_are_of_word_forms_where_that_is_asked(searcher):
    parser = QueryParser("body_forms", searcher.schema)

    for typed, expected in (("h?user", "f"), ('"oil prices"', "a")):
        assert "".join(hit["id"] for hit in searcher.search(parser.parse(typed))) == expected


def test_plugins_of_the_parser_are_not_taken_for_words(searcher):
    for plugin, typed in ((PrefixPlugin(), "annon*"), (FuzzyTermPlugin(), "pricx~")):
        parser = QueryParser("body", searcher.schema)
        parser.add_plugin(plugin)
        assert len(searcher.search(parser.parse(typed))) >= 1


def test_terms_of_every_language_are_typed_after_a_commit_of_whoosh(tmp_path):
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(ARTICLES[:2])
    archive = open_dir(str(tmp_path / "index"))
    writer = archive.writer()
    writer.add_document(id="c", text="Les mesures annoncées", lang="fr")
    writer.commit()

    with open_dir(str(tmp_path / "index")).searcher() as searcher:
        asked = QueryParser("body", searcher.schema).parse("annoncée")
        assert [hit["id"] for hit in searcher.search(asked)] == ["c"]
