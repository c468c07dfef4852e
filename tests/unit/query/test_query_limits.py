"""Limits of a query: a clear error or warning, never a hang."""

from __future__ import annotations

import pytest

from newsearch.errors import QueryError, UnknownFieldError
from newsearch.query import parse, parse_words
from newsearch.query.nodes import And


@pytest.mark.parametrize("read", [parse, parse_words])
@pytest.mark.parametrize(("letter", "size_bytes"), [("x", 1), ("é", 2), ("한", 3), ("𐐨", 4)])
def test_query_of_more_than_8_kib_of_utf_8_is_an_error(read, letter, size_bytes):
    longest = letter * (8192 // size_bytes)
    assert read(longest).warnings == ()
    with pytest.raises(QueryError, match="the limit is 8,192"):
        read(longest + letter)


def test_query_of_more_than_1024_words_is_an_error_at_the_word():
    assert len(parse("x " * 1024).tree.parts) == 1024
    with pytest.raises(QueryError, match="more than 1,024 words") as raised:
        parse("x " * 1025)
    assert raised.value.column == 2049


@pytest.mark.parametrize("text", ["北" * 1025, '"' + "x " * 1025 + '"', "x-" * 1025, "😀 " * 1025])
def test_all_that_is_written_counts_as_words(text):
    with pytest.raises(QueryError, match="more than 1,024 words"):
        parse(text)


def test_text_of_more_than_1024_words_is_an_error():
    assert len(parse_words("x " * 1024).tree.parts) == 1024
    with pytest.raises(QueryError, match="more than 1,024 words"):
        parse_words("x " * 1025)


def test_query_of_more_than_64_dates_is_an_error():
    assert len(parse("date:2020 " * 64).tree.parts) == 64
    for date in ("date:2020 ", "date:foo ", "date:[2019 TO 2020] "):
        with pytest.raises(QueryError, match="more than 64 dates"):
            parse(date * 65)


def test_64_parentheses_deep_is_read_and_more_are_ignored_with_a_warning():
    text = "a OR (b " * 64 + ")" * 64
    assert parse(text).warnings == ()
    deeper = "a OR (b " * 64 + "(c OR d)" + ")" * 64
    (warning,) = parse(deeper).warnings
    assert (warning.column, warning.message) == (
        513,
        "parentheses more than 64 deep are ignored",
    )
    assert str(parse(deeper)) == str(parse(deeper.replace("(c OR d)", "c OR d")))
    with pytest.raises(QueryError, match="64 deep"):
        parse(deeper, strict=True)


def test_words_in_too_many_parentheses_are_still_searched():
    tree = parse("(" * 100 + "a b" + ")" * 100).tree
    assert isinstance(tree, And)
    assert str(tree) == "a AND b"


def test_long_chains_of_not_cancel_out():
    assert str(parse("NOT " * 2000 + "a")) == "a"
    assert str(parse("NOT " * 1999 + "a")) == "NOT a"


def test_message_names_no_more_than_the_beginning_of_a_long_word():
    (warning,) = parse("😀" * 1000).warnings
    assert len(str(warning)) < 100
    with pytest.raises(UnknownFieldError) as raised:
        parse("x" * 8000 + ":y")
    assert len(str(raised.value)) < 200
