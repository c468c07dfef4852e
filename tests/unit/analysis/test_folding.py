"""Words that readers take for one have one key, whatever their script."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.analysis.folding import fold
from newsearch.analysis.stems import LANGUAGES, stem
from newsearch.analysis.tokens import form, forms

texts = st.text(st.characters() | st.sampled_from("aéøѐйёάςשָ\u0301\u064bखक़"), max_size=20)


@pytest.mark.parametrize(
    "words",
    [
        "Straße STRASSE strasse",
        "Čapek ČAPEK capek",
        "Łódź lodz",
        "Μητσοτάκης ΜΗΤΣΟΤΑΚΗΣ μητσοτακησ",
        "Ἀθῆναι Αθηναι",
        "Пу́тин Путин ПУТИН",
        "Горбачёв Горбачев ГОРБАЧЁВ",
        "שָׁלוֹם שלום",
        "مُحَمَّد محمد محـــمد",
        "أحمد احمد",
        "کتاب كتاب",
        "ہند هند",
        "المدرسة المدرسه",
        "مصطفى مصطفي مصطفی",
        "٢٠٢٠ ۲۰۲۰ २०२० 2020",
        "क़लम कलम",
        "हिंदी हिन्दी",
        "मुंबई मुम्बई",
        "चाँद चांद चान्द",
    ],
)
def test_spellings_of_one_word_have_one_key(words: str) -> None:
    assert len({fold(form) for form in forms(words)}) == 1


@pytest.mark.parametrize(
    "words", ["й и", "ї і", "が か", "ड द", "जन्म जंम", "한 하", "ñandú nandus", "ก่ ก"]
)
def test_words_of_other_letters_have_other_keys(words: str) -> None:
    one, other = words.split()
    assert fold(one) != fold(other)


@given(texts)
def test_key_of_a_key_is_itself(text: str) -> None:
    for word in forms(text):
        key = fold(word)
        assert key
        assert fold(key) == key
        assert form(key) == key


@given(texts)
def test_key_has_no_accent_on_a_latin_letter(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", fold(form(text)))
    for before, char in itertools.pairwise(decomposed):
        # Vowel signs of other scripts make no letter of Latin, wherever they stand.
        assert not (before.isascii() and before.isalpha() and "\u0300" <= char <= "\u036f")


@pytest.mark.parametrize("language", ["ru", "el", "he", "en", "xx"])
def test_stems_do_not_depend_on_marks_that_may_be_left_out(language: str) -> None:
    for marked, plain in [("пу́тина", "путина"), ("горбачёва", "горбачева"), ("שָׁלוֹם", "שלום")]:
        assert stem(form(marked), language) == stem(plain, language)


@given(texts)
def test_stem_is_folded_in_every_language(text: str) -> None:
    for word in forms(text):
        for language in LANGUAGES:
            assert fold(stem(word, language)) == stem(word, language)
