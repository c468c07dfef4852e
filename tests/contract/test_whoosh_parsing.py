"""What Whoosh's own parser makes of a query finds what newsearch finds, where it can say it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.highlight import ContextFragmenter, HtmlFormatter, highlight
from whoosh.index import open_dir
from whoosh.qparser import FuzzyTermPlugin, MultifieldParser, PrefixPlugin, QueryParser
from whoosh.searching import ResultsPage, Searcher

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


def test_a_web_framework_reads_as_it_is_used_to(index):
    """The calls that the Whoosh backend of django-haystack makes to search an index."""
    archive = FileStorage(str(index.path)).open_index().refresh()
    parser = QueryParser("body", schema=archive.schema)
    searcher = archive.searcher()
    narrowed = searcher.search(parser.parse("lang:fr"), limit=None)
    narrowed.filter(searcher.search(parser.parse("annonce"), limit=None))

    page = searcher.search_page(parser.parse("annonce"), 1, pagelen=1, filter=narrowed)
    assert (len(page), page.pagenum, page.pagecount) == (2, 1, 2)
    (found,) = ([page.score(at), dict(hit.items())] for at, hit in enumerate(page))
    assert found[0] > 0
    assert found[1]["lang"] == "fr"
    terms = frozenset(term.decode() for _, term in page.results.query_terms())
    text, analyzer = found[1]["body"], archive.schema["body"].analyzer
    assert isinstance(highlight(text, terms, analyzer, ContextFragmenter(), HtmlFormatter()), str)

    assert archive.reader().corrector("body_forms").suggest("pricex", limit=1) == ["prices"]
    (known,) = searcher.search(parser.parse("id:a"))
    alike = ResultsPage(known.more_like_this("body", top=5), 1, 5)
    assert [hit["id"] for hit in alike] == ["b"]
    assert (archive.doc_count(), archive.is_empty(), archive.up_to_date()) == (6, False, True)
