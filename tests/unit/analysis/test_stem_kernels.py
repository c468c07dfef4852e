"""Compiled English stems against those of Python, form for form."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.english_words import LETTERS, made_up_words

from newsearch.analysis.fast import Lexicon, Terms
from newsearch.analysis.inflections import EXCEPTIONS
from newsearch.analysis.terms import key, term
from newsearch.analysis.tokens import FORM_LENGTH_LIMIT


def assert_same_terms(forms: list[str]) -> None:
    forms = [form for form in forms if form and not form.startswith("'")]  # as no token does
    lexicon = Lexicon()
    terms = Terms(lexicon)
    numbers = lexicon.intern([form.encode() for form in forms])
    found = [one.decode() for one in terms.encoded(terms.of(numbers, "en"))]
    assert dict(zip(forms, found, strict=True)) == {form: term(form, "en") for form in forms}
    assert lexicon.forms(lexicon.keys_of(numbers, "en")) == [key(form, "en") for form in forms]


@pytest.mark.parametrize(
    "endings", [[""], ["'s"], ["men", "children"], ["ced", "cing", "ffed", "ffing"]]
)
def test_compiled_stems_of_made_up_words_are_those_of_python(endings: list[str]) -> None:
    words = list(made_up_words(10_000))
    assert_same_terms([word + endings[n % len(endings)] for n, word in enumerate(words)])


def test_compiled_stems_of_irregular_words_are_those_of_python() -> None:
    assert_same_terms([word + ending for word in EXCEPTIONS for ending in ("", "'s", "s", "x")])


@given(st.lists(st.text(LETTERS, min_size=1, max_size=9)))
@example(["x" * FORM_LENGTH_LIMIT, "s" * (FORM_LENGTH_LIMIT - 2) + "'s", "US", "IT's", "café"])
def test_compiled_stems_of_letters_are_those_of_python(forms: list[str]) -> None:
    assert_same_terms(forms)


@given(st.lists(st.text("123,,.a&", min_size=1, max_size=12)))
@example(["1,234,567.89", "1,23,456", "1,234.5.6", "1,2345", "12,34", "1234,567", "1,234."])
def test_compiled_stems_of_numbers_are_those_of_python(forms: list[str]) -> None:
    assert_same_terms(forms)
