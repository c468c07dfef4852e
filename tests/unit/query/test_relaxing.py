"""Function words are let go where other words remain."""

from __future__ import annotations

import pytest

from newsearch.query import parse
from newsearch.query.relaxing import let_go_warning, relaxations, without_function_words


def relaxed(query: str) -> tuple[str, list[str]]:
    tree, let_go = without_function_words(parse(query).tree, {"who", "the"}.__contains__)
    return str(tree), let_go


@pytest.mark.parametrize(
    ("query", "expected", "let_go"),
    [
        ("who won the cup", "won AND cup", ["who", "the"]),
        ("title:who won^2", "won^2", ["who"]),
        ('who "the cup"', '"the cup"', ["who"]),
        ("who won -lost source:ap", "won AND source:ap AND NOT lost", ["who"]),
        ("(who won) OR (the cup)", "won OR cup", ["who", "the"]),
        ("who wo*", "wo*", ["who"]),
    ],
)
def test_function_words_go_from_beside_other_words(
    query: str, expected: str, let_go: list[str]
) -> None:
    assert relaxed(query) == (expected, let_go)


@pytest.mark.parametrize(
    "query", ["who", "who the", "who source:ap", "who -lost", "who OR won", "won -who", '"who won"']
)
def test_they_stay_where_nothing_else_must_match(query: str) -> None:
    assert relaxed(query) == (str(parse(query).tree), [])


def test_the_warning_points_at_the_first_word_whatever_stands_before_it() -> None:
    warning = let_go_warning("whose Who the who", ["who", "the", "who"])

    assert str(warning) == ("column 7: no article has all of the words; these are let go: who, the")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("WHO WON THE CUP", ["who AND won AND the AND cup", "won AND cup"]),
        ('"WHO WON" -(US OR CUP)', ['"who won" AND NOT (us OR cup)']),
        ("+CUP US WON", ["+cup (us OR won)"]),
        ("CUP WON", []),
        ("US", []),
        ("US SENATE", []),
        ("US won the CUP", ["US AND won AND cup"]),
    ],
)
def test_query_all_in_capitals_is_read_in_small_letters_first(
    query: str, expected: list[str]
) -> None:
    found = relaxations(query, parse(query).tree, {"who", "the"}.__contains__)

    assert [str(tree) for tree, _ in found] == expected


def test_its_warning_names_the_acronyms() -> None:
    query = "WHO WON THE CUP"
    (_, first), (_, second) = relaxations(query, parse(query).tree, {"who", "the"}.__contains__)

    assert str(first).endswith("these are read in small letters too: THE, WHO")
    assert str(second).endswith("these are let go: who, the")
