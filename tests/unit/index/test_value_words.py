"""The words of a column's values: those of the tokeniser, and looked up as a scan would find."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from newsearch.analysis.clitics import without_clitics
from newsearch.analysis.folding import fold
from newsearch.analysis.tokens import forms
from newsearch.index.value_words import ValueWords

PARTS = [
    *("Mari", "mari", "O'Brien", "O'brien's", "McDonald", "U.S.", "US", "USs", "who", "J.", "J.K."),
    *("L'Équipe", "équipe", "-", "--", ".", "'", "'s", "AT&T", "東京", "-5", "5", "a" * 300, "\n"),
]
NAMES = st.lists(st.sampled_from(PARTS), max_size=4).flatmap(
    lambda parts: st.sampled_from(["", " ", "-", ". "]).map(lambda between: between.join(parts))
)
VALUES = st.lists(NAMES | st.text("aB'.- é\u02bc", max_size=8), max_size=5)


def own_words(value: str) -> list[str]:
    return [fold(form).lower() for form in forms(value)]


@given(VALUES)
@example(["Mary-Jane O'Neill J. Smith", "A. b.", "b."])
def test_words_of_a_value_are_those_of_the_tokeniser(values: list[str]) -> None:
    words = ValueWords([value.encode() for value in values], "author")

    assert list(words) == [own_words(value) for value in values]


@given(VALUES, VALUES)
def test_values_with_words_side_by_side_are_looked_up(values: list[str], asked: list[str]) -> None:
    spellings = [
        [without_clitics(word) for word in own_words(text)] for text in asked if forms(text)
    ]

    found = ValueWords([value.encode() for value in values], "author").codes_with(spellings)

    assert found.tolist() == [
        code
        for code, value in enumerate(values)
        if any(has_adjacent(list(map(without_clitics, own_words(value))), s) for s in spellings)
    ]


def has_adjacent(own: list[str], wanted: list[str]) -> bool:
    return any(own[at : at + len(wanted)] == wanted for at in range(len(own)))


def test_a_negative_number_of_a_key_is_a_word_with_its_sign() -> None:
    values = [b"-5", b"5", b"5 degrees"]

    assert ValueWords(values, "temperature").codes_with([["5"]]).tolist() == [1, 2]
    assert ValueWords(values, "temperature").codes_with([["-5"]]).tolist() == [0]
