"""The contract of the codecs: stock queries find the same articles on both."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import VOCABULARY, collections
from support.contract_articles import (
    ARTICLES,
    FIELDS,
    MAKERS,
    POSITION_FIELDS,
    TEXT_FIELDS,
)
from whoosh import query
from whoosh.index import open_dir
from whoosh.query import spans

from newsearch.index.packing import pack_article
from newsearch.index.stored import unpack

QUERIES = {
    "a word": (query.Term("body", "summit"), "a"),
    "a stem": (query.Term("body", "run"), "a b g"),
    "a form": (query.Term("body_forms", "running"), "b c"),
    "a title word": (query.Term("title", "summit"), "a"),
    "an id": (query.Term("id", "id with spaces"), "e"),
    "a URL": (query.Term("url", "https://example.org/a?b=1"), "a"),
    "a language": (query.Term("lang", "fr"), "c"),
    "a source": (query.Term("source", "times"), "a"),
    "an agency": (query.Term("agency", "kyodo"), "a g"),
    "an author": (query.Phrase("author", ["john", "o'brien"]), "a"),
    "no phrase across authors": (query.Phrase("author", ["roe", "john"]), ""),
    "Japanese": (query.Phrase("body_forms", ["東", "京"]), "e"),
    "an acronym": (query.Phrase("body", ["the", "us"]), "d"),
    "two words of a compound": (query.Phrase("title_forms", ["covid", "19"]), "d"),
    "a phrase": (query.Phrase("body", ["the", "summit"]), "a"),
    "a sloppy phrase": (query.Phrase("body", ["kim", "summit"], slop=4), "a"),
    "a phrase out of order": (query.Phrase("body", ["summit", "kim", "late"]), ""),
    "no phrase from title to body": (query.Phrase("body", ["summit", "kim", "run", "to"]), ""),
    "all": (query.And([query.Term("body", "kim"), query.Term("body", "the")]), "a f"),
    "any": (query.Or([query.Term("body", "kim"), query.Term("title", "covid")]), "a d f"),
    "not": (
        query.And([query.Term("body", "run"), query.Not(query.Term("lang", "fr"))]),
        "a b g",
    ),
    "maybe": (query.AndMaybe(query.Term("body", "kim"), query.Term("title", "run")), "a f"),
    "best of": (
        query.DisjunctionMax([query.Term("body", "case"), query.Term("title", "covid")]),
        "d",
    ),
    "a prefix": (query.Prefix("body_forms", "ru"), "a b c g"),
    "a title prefix": (query.Prefix("title_forms", "su"), "a e"),
    "a wildcard": (query.Wildcard("body_forms", "?xp*s"), "b c"),
    "a pattern": (query.Regex("body_forms", "ra.|la.e"), "a e"),
    "a fuzzy word": (query.FuzzyTerm("body_forms", "expanses", maxdist=1), "b c"),
    "variations": (query.Variations("body_forms", "run"), "a b c e g"),
    "a range": (query.TermRange("body_forms", "ran", "runs"), "a b c e g"),
    "an open range": (query.TermRange("section", "o", None), "f"),
    "a range without its ends": (
        query.TermRange("body_forms", "ran", "runs", startexcl=True, endexcl=True),
        "b c",
    ),
    "near": (query.SpanNear2([query.Term("body", "kim"), query.Term("body", "late")], slop=8), "a"),
    "first": (query.SpanFirst(query.Term("body", "kim")), "a f"),
    "everything": (query.Every(), "a b c d e f g"),
    "everything with a source": (query.Every("source"), "a b e"),
    "everything with a URL": (query.Every("url"), "a"),
    "a constant score": (query.ConstantScoreQuery(query.Prefix("body", "su")), "a e"),
    "nothing": (query.NullQuery, ""),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), QUERIES.values(), ids=QUERIES)
def test_queries_find_their_articles(searcher, deleted, asked, expected):
    ids = {"e": "id with spaces"}
    gone = {ARTICLES[docnum].id for docnum in deleted}
    wanted = {ids.get(letter, letter) for letter in expected.split()} - gone

    assert found_ids(searcher, asked) == wanted


def found_ids(searcher, asked: query.Query) -> set[str]:
    results = searcher.search(asked, limit=None)
    return {hit["id"] for hit in results}


def test_results_group_by_a_keyword(searcher, deleted):
    groups = searcher.search(query.Every(), groupedby="lang", limit=None).groups("lang")

    expected: dict[str, list[int]] = {}
    for docnum, article in enumerate(ARTICLES):
        if docnum not in deleted:
            expected.setdefault(article.lang or "en", []).append(docnum)
    assert {name: sorted(docnums) for name, docnums in groups.items()} == expected


def test_a_filter_and_a_mask_narrow_results(searcher, deleted):
    asked, wanted = query.Term("body", "run"), query.Term("lang", "en")
    mask = query.Term("source", "ap")
    results = searcher.search(asked, filter=wanted, mask=mask, limit=None)

    assert {hit.docnum for hit in results} == {0, 6}


def test_documents_are_found_by_id(searcher):
    assert searcher.document_number(id="c") == 2
    assert searcher.document_number(id="x") is None


def test_scores_are_equal_where_whoosh_keeps_exact_lengths(tmp_path):
    short = [article for article in ARTICLES if article.id != "f"]
    asked = query.Or([query.Term("body", "summit"), query.Prefix("body", "ru")])
    rankings = []
    for name, make in MAKERS.items():
        folder = tmp_path / name
        folder.mkdir()
        make(folder, [short])
        with open_dir(str(folder)).searcher() as searcher:
            rankings.append({h.docnum: h.score for h in searcher.search(asked, limit=None)})

    assert rankings[0] == pytest.approx(rankings[1])
    assert len(rankings[0]) == 4


words = st.sampled_from([*VOCABULARY, "kyodo", "japan", "zebra"])
text_fields = st.sampled_from(TEXT_FIELDS)
any_fields = st.sampled_from(POSITION_FIELDS)
leaves = st.one_of(
    st.builds(query.Term, st.sampled_from(FIELDS), words | st.sampled_from(["en", "fr", "2"])),
    st.builds(query.Phrase, any_fields, st.lists(words, min_size=2, max_size=3), st.integers(1, 3)),
    st.builds(query.Prefix, any_fields, words.map(lambda word: word[:2])),
    st.builds(query.Wildcard, any_fields, st.sampled_from(["r*n*s", "?un", "*s", "e*e*"])),
    st.builds(query.FuzzyTerm, text_fields, words, maxdist=st.integers(1, 2)),
    st.builds(
        query.TermRange, any_fields, words, words, st.booleans(), st.booleans()
    ),
    st.builds(query.Every, st.none() | st.sampled_from(FIELDS)),
)  # fmt: skip
SPANS = (spans.SpanNot, spans.SpanBefore, spans.SpanContains, spans.SpanCondition, spans.SpanNear)
queries = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(query.And),
        st.lists(parts, min_size=1, max_size=3).map(query.Or),
        parts.map(query.Not),
        st.builds(query.AndMaybe, parts, parts),
        st.builds(query.AndNot, parts, parts),
        st.builds(query.Require, parts, parts),
        st.lists(parts, min_size=2, max_size=3).map(query.DisjunctionMax),
        st.one_of(*(st.builds(kind, parts, parts) for kind in SPANS)),
    ),
    max_leaves=5,
)


@pytest.mark.slow
@given(collections(), st.data())
def test_random_queries_find_the_same_articles_with_both_codecs(articles, data):
    cut = data.draw(st.integers(0, len(articles) - 1))
    deleted = sorted(data.draw(st.sets(st.integers(0, len(articles) - 1))))
    batches = [batch for batch in (articles[:cut], articles[cut:]) if batch]
    asked = data.draw(st.lists(queries, min_size=1, max_size=12))
    # Whoosh's matcher of a lone Not can give a deleted article, whatever the codec.
    gone = {articles[docnum].id for docnum in deleted}
    found = []
    for make in MAKERS.values():
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), batches, deleted)
            with open_dir(folder).searcher() as searcher:
                found.append([found_or_error(searcher, one, gone) for one in asked])

    # Whoosh's matchers go on after their end; its own postings then raise, ours end.
    for stock, ours in zip(*found, strict=True):
        assert ours == stock or stock is IndexError


def found_or_error(searcher, asked, gone: set[str]) -> set[str] | type[Exception]:
    try:
        return found_ids(searcher, asked) - gone
    except Exception as error:  # Whoosh's matchers of spans cannot do all that others ask of them
        return type(error)


def test_articles_of_the_contract_are_stored_without_loss():
    assert [unpack(pack_article(article).stored) for article in ARTICLES] == ARTICLES
