"""Our English stems are NLTK's, on every word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.stem.snowball import EnglishStemmer
from support.english_words import made_up_words

from newsearch.analysis.english import stem
from newsearch.analysis.tokens import forms

NLTK = EnglishStemmer()


def nltk_stem(word: str) -> str | None:
    try:
        return str(NLTK.stem(word))
    except IndexError:
        return None


def our_stem(word: str) -> str | None:
    try:
        return stem(word)
    except IndexError:
        return None


def test_made_up_words_have_the_stems_of_nltk() -> None:
    words = ["died", "ied", "''s", "skies", "sayyyyed", "relational", *made_up_words(30_000)]

    assert [our_stem(word) for word in words] == [nltk_stem(word) for word in words]


@given(st.text())
def test_any_text_has_the_stem_of_nltk(word: str) -> None:
    assert our_stem(word) == nltk_stem(word)


@pytest.mark.parametrize("word", sorted(vars(EnglishStemmer)["_EnglishStemmer__special_words"]))
def test_special_words_have_the_stems_of_nltk(word: str) -> None:
    assert our_stem(word) == nltk_stem(word)


def test_words_of_the_seeds_have_the_stems_of_nltk(seeds: Path) -> None:
    words = {form for file in seeds.glob("*.txt") for form in forms(file.read_text("utf-8"))}
    words = {word for word in words if not re.search(r"[\d.&]", word)}

    assert len(words) > 500
    assert {word: our_stem(word) for word in words} == {word: nltk_stem(word) for word in words}
