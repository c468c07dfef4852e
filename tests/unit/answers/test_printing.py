"""What is printed: the same text, and nothing that steers a terminal."""

from __future__ import annotations

import json
import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.answers.printing import json_line, n_articles_text, printable, printable_same_length

STEERING = "\x00\x07\x1b[31m\r\n\x7f\x9b\u2028\u202e\u2066"
TEXTS = st.text(st.characters() | st.sampled_from(STEERING), max_size=20)


@given(TEXTS)
def test_json_reads_back_and_holds_no_control_character(text: str) -> None:
    line = json_line({"body": text, text: [1.5, None]})

    assert json.loads(line) == {"body": text, text: [1.5, None]}
    assert not any(unicodedata.category(char) == "Cc" for char in line)
    assert not set(line) & set("\u2028\u2029\u202e\u2066")


def test_json_has_null_for_numbers_that_it_has_not() -> None:
    assert (
        json_line({"a": [math.inf, -1.5], "b": {"c": math.nan}})
        == '{"a": [null, -1.5], "b": {"c": null}}'
    )


def test_json_leaves_letters_of_every_script_as_they_are() -> None:
    assert json_line(["米国 Größe"]) == '["米国 Größe"]'


@given(TEXTS)
def test_printable_text_has_no_control_character(text: str) -> None:
    assert not any(unicodedata.category(char) == "Cc" for char in printable(text))
    assert len(printable_same_length(text)) == len(text)
    assert printable_same_length(text).isprintable()


@pytest.mark.parametrize(("count", "text"), [(1, "1 article"), (2000, "2,000 articles")])
def test_one_article_is_no_articles(count: int, text: str) -> None:
    assert n_articles_text(count) == text
