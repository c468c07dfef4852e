"""A tree as written, resolved for one index: word forms become the stems of its languages."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.analysis.terms import term
from newsearch.memo import Memo
from newsearch.query import parse, resolve
from newsearch.query.nodes import (
    FUNCTION_WORD_WEIGHT,
    And,
    AndMaybe,
    DateRange,
    Every,
    FieldValue,
    Not,
    Nothing,
    Or,
    Pattern,
    Phrase,
    Term,
    TermPhrase,
    Word,
    leaves,
)
from newsearch.query.resolve import plain_word
from tests.unit.query.conftest import Analyser


def resolved(query, analyser):
    return resolve(parse(query).tree, analyser)


def test_word_is_looked_for_by_its_stem_and_quoted_by_its_form(stemming):
    assert resolved("Reports", stemming) == Term(("report",))
    assert resolved('"Reports"', stemming) == TermPhrase((("reports",),), exact=True)
    assert resolved("report-cards", stemming) == TermPhrase((("report",), ("card",)), exact=False)


def test_field_boost_and_slop_stay(stemming):
    assert resolved("title:reports", stemming) == Term(("report",), ("title",))
    assert resolved("north title:reports", stemming) == And(
        [Term(("north",)), Term(("report",), ("title",))]
    )
    assert resolved("reports^2", stemming) == Term(("report",), boost=2.0)
    assert resolved("title:reports^2", stemming) == Term(("report",), ("title",), 2.0)
    assert resolved("body:report-cards~5^2", stemming) == TermPhrase(
        (("report",), ("card",)), exact=False, slop=5, fields=("body",), boost=2.0
    )
    assert resolved('"big reports"~5', stemming) == TermPhrase((("big",), ("reports",)), True, 5)


def test_word_of_two_languages_is_one_word_with_the_terms_of_both(bilingual):
    north, reports = Term(("north", "nor")), Term(("report", "rep"))
    assert resolved("reports", bilingual) == reports
    assert resolved("north reports", bilingual) == And([north, reports])
    assert resolved("north OR reports", bilingual) == Or([north, reports])


def test_stems_of_two_languages_that_agree_are_one_term(bilingual):
    assert resolved("the", bilingual) == Term(("the",))


def test_words_of_a_compound_have_the_terms_of_both_languages(bilingual):
    compound = TermPhrase((("covid", "cov"), ("19",)), exact=False)
    assert resolved("COVID-19", bilingual) == compound


def test_words_of_an_index_in_english_and_german_have_both_stems():
    class EnglishAndGerman:
        def terms_of(self, form):
            return tuple(term(form, language) for language in ("en", "de"))

        def keys_of(self, form):
            return (form,)

        def inflections_of(self, form):
            return (form,)

        def has_word(self, form):
            return False

        def typed_of(self, form):
            return ()

        def is_function_word(self, form):
            return False

        @property
        def plain(self):
            return Memo(partial(plain_word, analyser=self), limit=1)

    assert resolved("running", EnglishAndGerman()) == Term(("run", "running\x1fde"))


@pytest.mark.parametrize(
    "leaf",
    [
        Pattern("prefix", "reports"),
        FieldValue("source", ("reports",)),
        DateRange(0, None),
        Every(),
        Nothing(),
    ],
)
def test_what_has_no_stem_is_the_same_in_every_index(leaf, stemming):
    assert resolve(leaf, stemming) is leaf
    tree = AndMaybe(And([leaf, Not(leaf)]), Or([leaf, leaf]))
    assert resolve(tree, stemming) == tree


def test_leaf_that_is_not_known_is_an_error(stemming):
    with pytest.raises(TypeError, match="is not a query newsearch can run"):
        resolve(And([Word("a"), "b"]), stemming)


words = st.builds(Word, st.sampled_from(["north", "reports"]))
phrases = st.builds(Phrase, st.just(("big", "reports")), st.booleans())
trees = st.recursive(
    words | phrases | st.just(Every()),
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(And),
        st.lists(parts, min_size=1, max_size=3).map(Or),
        st.builds(Not, parts),
        st.builds(AndMaybe, parts, parts),
    ),
    max_leaves=6,
)


@given(tree=trees)
def test_every_leaf_of_any_tree_is_resolved_in_its_place(tree, stemming):
    expected = [resolve(leaf, stemming) for leaf in leaves(tree)]
    assert list(leaves(resolve(tree, stemming))) == expected


def test_function_word_counts_less_than_another_in_any_field(stemming):
    assert resolved("north of", stemming) == And(
        [Term(("north",)), Term(("of",), weight=FUNCTION_WORD_WEIGHT)]
    )
    assert resolved("title:of^2", stemming) == Term(("of",), ("title",), 2.0, FUNCTION_WORD_WEIGHT)


def test_form_that_is_rare_among_those_of_its_stem_counts_by_itself_too(stemming):
    assert resolved("rarebits^2", stemming) == Term(("rarebit",), boost=2.0, typed=("rarebits",))
    assert resolved("rare-bits", stemming) == TermPhrase((("rare",), ("bit",)), exact=False)


def test_weight_of_a_function_word_is_nothing_that_was_written(stemming):
    assert str(resolved("north of^2", stemming)) == "north AND of^2"


def test_compound_is_looked_for_in_one_word_and_in_two():
    analyser = Analyser(str, known=("f16", "f", "16"))
    one = Term(("f16",))
    two = TermPhrase((("f",), ("16",)), exact=False)
    assert resolved("F16", analyser) == Or([one, two])
    assert resolved("F-16 OR jet", analyser) == Or([two, one, Term(("jet",))])
    exact = resolved('title:"F-16"~2^3', analyser)
    assert exact == Or(
        [
            TermPhrase((("f",), ("16",)), True, 2, ("title",), 3.0),
            TermPhrase((("f16",),), True, 0, ("title",), 3.0),
        ]
    )
    assert resolved("f1*", analyser) == Or(
        [Pattern("prefix", "f1"), TermPhrase((("f",), ("1es",)), exact=False)]
    )
    assert resolved("section:f1*", analyser) == Pattern("prefix", "f1", 0, ("section",), 0.0)


def test_acronym_in_a_compound_is_no_pronoun(stemming):
    inflected = (("US",), ("report", "reports"))
    assert resolved("US-report", stemming) == TermPhrase(inflected, exact=True)
    assert resolved("us-report", stemming) == TermPhrase((("us",), ("report",)), exact=False)
    wild = TermPhrase((("US",), ("rep*", "rep*s")), True, 0, ("title",), 2.0)
    assert resolved("title:US-rep*^2", stemming) == wild
