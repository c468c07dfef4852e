"""What only texts tell of places: spellings and sentences, the quick way and the plain one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import ANY_TEXT

from newsearch.analysis import finding
from newsearch.analysis.clitics import bare_spelling
from newsearch.analysis.sentences import paragraph_starts, sentence_starts
from newsearch.analysis.terms import key
from newsearch.analysis.tokens import counts_before, forms, spans, spelling, words
from newsearch.search.run import places

pieces = st.sampled_from(
    [
        "US",
        "us",
        "U.S.",
        "u.s.",
        "Us's",
        "bus",
        "US1",
        "_us",
        "AT&US",
        "us.",
        "(US)",
        "ana",
        "aNana",
    ]
)
spelt_texts = st.lists(pieces, max_size=12).map(" ".join)


@given(text=spelt_texts, wanted=st.sampled_from(["US", "us", "Us", "ana", "Ana"]))
@example(text="U.S. us1", wanted="us")
def test_spellings_are_found_without_cutting_words_as_by_cutting_them(text, wanted):
    own = [bare_spelling(spelling(word), "en") for word in words(text)]
    keys = [key(one, "en").lower() for one in forms(text)]
    positions = [at for at, one in enumerate(keys) if one == wanted.lower()]

    found = places.spelt_at(text, positions, [wanted], "en")

    assert found == [own[at] == wanted for at in positions]


@given(text=ANY_TEXT | st.lists(st.sampled_from(["Oil rose. ", "Gas, too! ", "\n\n"])).map("".join))
@example(text="東京。大阪")
def test_words_before_sentences_and_paragraphs_are_counted(text):
    starts = [start for start, _ in spans(text)]
    for cuts in (sentence_starts(text), paragraph_starts(text)):
        expected = [sum(one < cut for one in starts) for cut in cuts]
        assert counts_before(text, cuts) == finding.counts_before(text, cuts) == expected


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("One. Two.\n\nThree.", [0, 11]),
        ("Short lines\nof one\nparagraph", [0]),
        ("A line that is long. " * 9 + "\nAnother.", [0, 190]),
        ("東京。大阪\n\n京都", [0, 7]),
        ("", []),
    ],
)
def test_a_paragraph_begins_after_an_empty_line_or_a_long_one(text, starts):
    assert paragraph_starts(text) == starts
