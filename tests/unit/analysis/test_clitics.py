"""What leans on a word goes, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.analysis.clitics import bare, without_clitics, written_forms
from newsearch.analysis.terms import key, term


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        *(("macron's", "macron"), ("wolves'", "wolves"), ("l'équipe", "équipe")),
        *(("d'emmanuel", "emmanuel"), ("dell'economia", "economia"), ("qu'elle", "elle")),
        *(("lorsqu'il", "il"), ("l'équipe's", "équipe"), ("d'orsay", "orsay")),
        *(("o'brien", "o'brien"), ("don't", "don't"), ("aujourd'hui", "aujourd'hui")),
        *(("l'1", "l'1"), ("5's", "5"), ("it's", "it"), ("d'", "d")),
        ("rock'n'roll", "rock'n'roll"),
    ],
)
def test_elisions_and_possessives_go(form: str, expected: str) -> None:
    assert without_clitics(form) == expected
    assert without_clitics(expected) == expected


@pytest.mark.parametrize(
    ("form", "language", "expected"),
    [
        ("trump's", "en", "trump"),
        ("merkel's", "de", "merkel"),
        ("o'brien", "en", "o'brien"),
        ("o'brien's", "en", "o'brien"),
        ("don't", "en", "don't"),
        ("a's", "en", "a's"),
        ("d'emmanuel", "fr", "emmanuel"),
        ("aujourd'hui", "fr", "aujourd'hui"),
        ("dell'onu", "it", "onu"),
        ("l'home", "ca", "home"),
        ("l'home", "pl", "l'home"),
        ("ankara'da", "tr", "ankara"),
        ("US's", "en", "US"),
        ("1,000.5", "en", "1,000.5"),
    ],
)
def test_a_bare_word_has_no_clitic(form: str, language: str, expected: str) -> None:
    assert bare(form, language) == expected
    assert term(form, language) == term(expected, language)


@given(
    st.text("abdlnqsu'.é", min_size=1, max_size=9), st.sampled_from(["en", "fr", "it", "tr", "ja"])
)
def test_the_key_of_a_key_is_itself_and_its_written_forms_have_it(word: str, language: str) -> None:
    own = key(word, language)

    assert key(own, language) == own
    for written in written_forms(own, language):
        assert key(written, language) == own
