from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.words import words_of
from whoosh import fields, query
from whoosh.analysis import LowercaseFilter
from whoosh.filedb.filestore import RamStorage

from newsearch.analysis.stems import stem
from newsearch.analysis.terms import key
from newsearch.analysis.whoosh_analyzer import FormAnalyzer, NewsAnalyzer

TEXT = "The U.S. don’t count AT&T’s expenses"
ANALYZERS = [FormAnalyzer(), NewsAnalyzer("en"), NewsAnalyzer("fr")]


def test_form_analyzer_yields_keys_of_word_forms() -> None:
    assert [t.text for t in FormAnalyzer()(TEXT)] == [key(t.form, "en") for t in words_of(TEXT)]


def test_news_analyzer_yields_stems() -> None:
    expected = [stem(t.form, "en") for t in words_of(TEXT)]
    assert [t.text for t in NewsAnalyzer("en")(TEXT)] == expected
    assert "expens" in expected


@given(st.text(st.characters(), max_size=40))
def test_index_and_query_modes_give_equal_terms(text: str) -> None:
    for analyzer in ANALYZERS:
        index_terms = [t.text for t in analyzer(text, mode="index", positions=True)]
        assert index_terms == [t.text for t in analyzer(text, mode="query", removestops=False)]


def test_positions_and_characters_count_from_where_they_are_told() -> None:
    found = [
        (t.pos, t.startchar, t.endchar, t.original)
        for t in NewsAnalyzer()(
            TEXT, positions=True, chars=True, keeporiginal=True, start_pos=5, start_char=100
        )
    ]
    expected = [(5 + t.position, 100 + t.start, 100 + t.end, t.text) for t in words_of(TEXT)]
    assert found == expected


def test_attributes_not_asked_for_are_absent() -> None:
    for token in FormAnalyzer()(TEXT):
        assert not hasattr(token, "pos")
        assert not hasattr(token, "startchar")
        assert not hasattr(token, "original")


def test_text_that_is_not_to_be_split_is_one_term() -> None:
    assert [t.text for t in FormAnalyzer()("Not Split", tokenize=False)] == ["Not Split"]


def test_no_morph_gives_forms() -> None:
    assert NewsAnalyzer().has_morph()
    assert [t.text for t in NewsAnalyzer()("expenses", no_morph=True)] == ["expenses"]


@pytest.mark.parametrize("analyzer", ANALYZERS)
def test_analyzer_survives_pickling_small_and_equal(analyzer: FormAnalyzer) -> None:
    list(analyzer(TEXT))
    pickled = pickle.dumps(analyzer)
    assert len(pickled) < 200
    assert pickle.loads(pickled) == analyzer
    assert hash(pickle.loads(pickled)) == hash(analyzer)


def test_analyzers_of_different_languages_differ() -> None:
    assert len(set(ANALYZERS)) == len(ANALYZERS)
    assert NewsAnalyzer("en") != FormAnalyzer()


def test_filters_may_follow() -> None:
    assert [t.text for t in (FormAnalyzer() | LowercaseFilter())("Ä B")] == ["a", "b"]


def test_whoosh_finds_a_phrase_that_the_analyzer_indexed() -> None:
    index = RamStorage().create_index(fields.Schema(body=fields.TEXT(analyzer=NewsAnalyzer())))
    writer = index.writer()
    writer.add_document(body="COVID-19 cases in the U.S. rose")
    writer.commit()
    with index.searcher() as searcher:
        assert len(searcher.search(query.Phrase("body", ["covid", "19", "case"]))) == 1
        assert len(searcher.search(query.Term("body", "us"))) == 1
        assert len(searcher.search(query.Phrase("body", ["covid", "case"]))) == 0
