"""The compiled search for word forms against the reference tokeniser."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import ANY_TEXT
from support.words import words_of

from newsearch.analysis.finding import FormFinder


def assert_found(text: str, sought: set[str]) -> None:
    expected = [(w.position, w.start, w.end, w.form) for w in words_of(text) if w.form in sought]
    assert FormFinder(sorted(sought)).find(text, utf8(text)) == expected


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@given(text=ANY_TEXT, seed=st.integers(0, 9))
@example("don’t DON'T x" + 300 * "a", 0)
def test_forms_are_found_where_the_reference_has_them(text: str, seed: int) -> None:
    words = list(words_of(text))
    assert_found(text, {word.form for number, word in enumerate(words) if number % 10 >= seed})


@pytest.mark.parametrize(
    "text",
    [
        "Trump’s TRUMP‘S trump＇s trumpʼs Trump's",
        "U.S.'s U.S’s the U.S., l'U.S. l’O.N.U. dell'O.N.U's onu US",
        "cafe\u0301 CAFÉ Café caf\u00ad\u0301e",
        "İstanbul ISTANBUL ıstanbul ﬁnance Finance",
        "internationals internationalise international " + "international’s " * 3,
        "Don`t don´t R＆D ²㍿ \u200etrump\u200bｋim ab\u00adout\0 x",
        "a’b " * 20 + "x" * 62 + "’s " + "x" * 70 + "’s",
        "é" * 130 + " a" + "é" * 127 + " " + "a" * 255 + " " + "a" * 256 + "é",
    ],
)
def test_words_beyond_ascii_are_found_by_their_form(text: str) -> None:
    forms = {word.form for word in words_of(text)}
    assert_found(text, forms)
    for form in forms:
        assert_found(text, {form})


def test_nothing_is_found_for_no_forms() -> None:
    assert FormFinder([]).find("a b", b"a b") == []


def test_forms_that_begin_alike_are_told_apart() -> None:
    forms = [f"international{number}" for number in range(1_000)]

    found = FormFinder(forms).find("International7 international1000", b"International7 none")

    assert found == [(0, 0, 14, "international7")]
