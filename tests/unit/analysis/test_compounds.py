"""Compounds in one word and in two."""

from __future__ import annotations

from newsearch.analysis.compounds import in_other_number, other_spellings


def spellings(text: str, known: str) -> list[str]:
    found = other_spellings(tuple(text.split()), known.split().__contains__)
    return [" ".join(words) for words in found]


def test_letters_and_a_number_are_one_word_or_two() -> None:
    known = "covid covid19 19 f 16 16s f16 f16s"
    assert spellings("covid19", known) == ["covid 19"]
    assert spellings("covid 19", known) == ["covid19"]
    assert spellings("f16s", known) == ["f 16s"]
    assert spellings("19 covid", known) == []
    assert spellings("covid 19 f16", known) == ["covid19 f16", "covid 19 f 16"]


def test_spelling_with_a_word_that_does_not_exist_is_left_out() -> None:
    assert spellings("boeing 747", "boeing 747") == []
    assert spellings("b2b2", "b 2 b2b2") == []
    assert spellings("f16", "16") == []


def test_number_after_a_function_word_is_no_part_of_a_word() -> None:
    assert spellings("a320", "a 320") == []
    assert spellings("a 320", "a320") == ["a320"]


def test_pattern_is_spelt_both_ways_too() -> None:
    assert spellings("covid1*", "covid") == ["covid 1*"]
    assert spellings("covid 1?", "") == ["covid1?"]
    assert spellings("email*", "e") == ["e mail*"]
    assert spellings("co*19", "19 covid") == []


def test_decade_is_known_with_an_apostrophe_and_without() -> None:
    assert spellings("1980s", "1980 s") == ["1980 s"]
    assert spellings("the 1980 s", "1980s") == ["the 1980s"]
    assert spellings("f 16 s", "f16s 16s") == ["f 16s"]


def test_plurals_of_initials_are_one_word_or_two() -> None:
    assert spellings("eeuu", "ee uu") == ["ee uu"]
    assert spellings("en ee uu", "eeuu") == ["en eeuu"]
    assert spellings("aaa", "a aa") == []


def test_words_joined_by_an_ampersand_stand_apart_too() -> None:
    assert spellings("marks&spencer", "marks spencer") == ["marks spencer"]
    assert spellings("at&t", "at t") == []


def test_german_plurals_of_both_sexes_have_a_sign_between() -> None:
    assert spellings("lehrerinnen", "lehrer innen") == ["lehrer innen"]
    assert spellings("lehrer*innen", "lehrer innen") == ["lehrer innen"]
    assert spellings("lehrer innen", "lehrerinnen") == ["lehrerinnen"]
    assert spellings("beginnen", "innen") == []


def test_hebrew_acronym_may_have_the_quotation_mark_of_a_keyboard() -> None:
    assert spellings("צהל", "צה ל") == ["צה ל"]
    assert spellings("צה ל", "צהל") == ["צהל"]
    assert spellings("שלום", "שלו") == []


def test_other_compounds_are_those_of_a_table() -> None:
    assert spellings("healthcare emails", "e health care mails") == ["health care e mails"]
    assert spellings("e mail", "email") == ["email"]
    assert spellings("every day", "everyday") == []


def test_words_of_the_table_are_spelt_both_ways_in_every_form() -> None:
    for word in ("email", "emails", "emailed", "emailing", "healthcare"):
        cut = 1 if word[0] == "e" else len("health")
        apart = (word[:cut], word[cut:])
        assert other_spellings((word,), lambda _: True) == [apart]
        assert other_spellings(apart, lambda _: True) == [(word,)]


def test_a_number_after_letters_has_a_plural() -> None:
    known = ["16s", "f16s", "16", "f16", "1980", "1980s"].__contains__
    assert in_other_number(("f", "16"), known) == [("f", "16s")]
    assert in_other_number(("f", "16s"), known) == [("f", "16")]
    assert in_other_number(("f16",), known) == [("f16s",)]
    assert in_other_number(("16",), known) == []
    assert in_other_number(("mid", "1980s"), known) == []
    assert in_other_number(("f17",), known) == []
