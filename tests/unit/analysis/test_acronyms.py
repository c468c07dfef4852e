from __future__ import annotations

import pytest
from hypothesis import given
from strategies import ANY_TEXT

from newsearch.analysis.acronyms import written_alike
from newsearch.analysis.stems import stem
from newsearch.analysis.tokens import form, forms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the U.S. and the US", "the US and the US"),
        ("the E.U., the EU, the eu", "the eu the eu the eu"),
        ("us, Us, US", "us us US"),
        ("WHO, W.H.O. and Who", "WHO WHO and who"),
        ("at 9 a.m. or 9 AM", "at 9 AM or 9 AM"),
        ("NATO and N.A.T.O.", "nato and nato"),
        ("the US's, the US’s, us's", "the US's the US's us's"),
        ("THEMSELVES YOURSELF", "themselves YOURSELF"),
        ("A I 1.5 С.Ш.А. É.U.", "a i 1.5 сша éu"),
    ],
)
def test_capitals_count_for_function_words_and_stops_never(text: str, expected: str) -> None:
    assert forms(text) == expected.split()


@given(ANY_TEXT)
def test_quoted_words_stand_for_forms_that_differ_in_capitals_only(text: str) -> None:
    for word in forms(text):
        for alike in written_alike(word):
            assert alike.lower() == word.lower()
            assert form(alike) == alike
            assert stem(alike, "en") == stem(word, "en")
        assert written_alike(word)[-1] == word
