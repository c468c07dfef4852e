"""Articles of one language are found as if there were no others."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import Reference
from support.inside import searcher_of
from whoosh.index import open_dir
from whoosh.qparser import QueryParser

import newsearch
from newsearch.article import Article
from newsearch.query import resolve
from newsearch.query.nodes import And, Or, Phrase, Term, TermPhrase, Word

# Each language stems some of these to a stem of another's.
WORDS = (
    *("note", "notes", "notre", "notable", "not", "coche", "coches", "can", "canada", "canal"),
    *("canals", "marche", "marché", "marchés", "market", "markets", "ministre", "ministers"),
    *("19", "東", "года", "서울", "서울에서"),
)
LANGUAGES = ("en", "fr", "es", "de", "ru", "ja", "ko", "pl")

_numbers = itertools.count()
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
articles = st.lists(st.tuples(texts, st.sampled_from(LANGUAGES)), min_size=1, max_size=12).map(
    lambda drawn: [Article(str(n), body=body, lang=lang) for n, (body, lang) in enumerate(drawn)]
)
queries = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)


def ids(folder: Path, held: list[Article], query: str, match: Literal["all", "any"]) -> set[str]:
    with newsearch.open_index(folder / str(next(_numbers)), create=True) as index:
        index.add(held)
        # Taken strictly: where nothing matches, function words would be let go.
        return {hit.id for hit in index.search(query, match=match, limit=None, strict=True)}


@pytest.mark.parametrize("match", ["all", "any"])
@settings(suppress_health_check=list(HealthCheck))
@given(drawn=articles, query=queries, language=st.sampled_from(LANGUAGES))
def test_other_languages_change_no_hit_among_articles_of_one(
    tmp_path: Path,
    drawn: list[Article],
    query: str,
    language: str,
    match: Literal["all", "any"],
) -> None:
    own = [article for article in drawn if article.lang == language]

    found = ids(tmp_path, drawn, query, match) & {article.id for article in own}

    assert found == ids(tmp_path, own, query, match)


@settings(suppress_health_check=list(HealthCheck))
@given(drawn=articles, query=queries, join=st.sampled_from([And, Or]))
def test_a_word_of_a_query_has_one_df_over_all_languages(
    tmp_path: Path, drawn: list[Article], query: str, join: type[And | Or]
) -> None:
    reference = Reference(drawn)
    words = query.split()
    expected = reference.ranking(join([Term(reference.terms_of(word)) for word in words]))

    with newsearch.open_index(tmp_path / str(next(_numbers)), create=True) as index:
        index.add(drawn)
        searcher = searcher_of(index)
        resolved = [resolve(Word(word), searcher.vocabulary) for word in words]
        # Function words weigh less, which is another matter.
        tree = join([Term(part.terms) for part in resolved if isinstance(part, Term)])
        ranking = searcher.rank(tree, limit=None, sort="relevance")
        found = [searcher.snapshot.locate(docnum) for docnum in ranking.docnums]
        scored = [
            (segment.article(own).id, score)
            for (segment, own), score in zip(found, ranking.scores, strict=True)
        ]

    assert [one for one, _ in scored] == [one for one, _ in expected]
    assert [score for _, score in scored] == pytest.approx([score for _, score in expected])


def test_whoosh_finds_the_articles_of_the_language_that_most_are_in(tmp_path: Path) -> None:
    german = [Article(str(n), body="Die Häuser der Minister", lang="de") for n in range(2)]
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([Article("en", body="The houses", lang="en"), *german])

    opened = open_dir(str(tmp_path / "index"))
    with opened.searcher() as searcher:
        for query in ("haus", "Häusern", "body_forms:hauser", "Minister"):
            parsed = QueryParser("body", opened.schema).parse(query)
            found = searcher.search(parsed)
            assert len(found) == 2, query


KOREAN = st.sampled_from(
    ("서울", "서울에서", "서울에서는", "서울시", "조사", "조사했다", "g7", "g7에서")
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    bodies=st.lists(st.lists(KOREAN, min_size=1, max_size=5).map(" ".join), min_size=1),
    words=st.lists(KOREAN, min_size=1, max_size=2, unique=True).map(tuple),
)
def test_quoted_korean_words_may_have_particles_and_nothing_else(
    tmp_path: Path, bodies: list[str], words: tuple[str, ...]
) -> None:
    drawn = [Article(str(n), body=body, lang="ko") for n, body in enumerate(bodies)]
    particles = "(?:에서는|에서|는)?"
    wanted = re.compile(r"\b" + (particles + " ").join(words) + particles + r"\b")

    found = ids(tmp_path, drawn, f'"{" ".join(words)}"', "all")

    if not any(a != b and (a.startswith(b) or b.startswith(a)) for a in words for b in words):
        assert found == {article.id for article in drawn if wanted.search(article.body)}
    with newsearch.open_index(tmp_path / str(next(_numbers)), create=True) as index:
        index.add(drawn)
        searcher = searcher_of(index)
        tree = resolve(Phrase(words, exact=True), searcher.vocabulary)
        ranking = searcher.rank(tree, limit=None, sort="relevance")
    assert isinstance(tree, TermPhrase)
    assert len(ranking.docnums) == len(Reference(drawn).ranking(tree)) == len(found)
