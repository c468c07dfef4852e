from __future__ import annotations

import gzip
import json
import time
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.inside import blocks_of

from newsearch.analysis import sentences
from newsearch.analysis.sentences import parameters, sentence_starts
from newsearch.analysis.stems import LANGUAGES

# Words that every rule of Punkt has an opinion on.
OPINIONS = """
U.S. Dr. Sen. J. F. Kennedy said The the 5. 1,000.5 ... . .. ? ! ?! .) .” ) ” « -- --x a- a,
A.M. no. No. p.m. However it It R-Mo. E. Coli coli (Yes.) 'So.' x.Y ß É É. e.g. inc. Inc.
"""
PIECES = st.sampled_from(OPINIONS.split(" "))
TEXT = st.lists(PIECES, max_size=12).map(" ".join) | st.lists(PIECES, max_size=12).map("".join)


def nltk_starts(block: str, language: str) -> list[int]:
    """Let NLTK decide, with our parameters."""
    tokenizer = nltk_tokenizer(language)
    return [start for start, _ in tokenizer.span_tokenize(block)]


def nltk_tokenizer(language: str) -> Any:
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    known = parameters(language)
    values = PunktParameters()
    values.abbrev_types = set(known.abbreviations)
    values.collocations = set(known.collocations)
    values.sent_starters = set(known.sentence_starters)
    values.ortho_context.update(known.contexts)
    return PunktSentenceTokenizer(values, lang_vars=language_variables())


def language_variables() -> Any:
    import re

    from nltk.tokenize.punkt import PunktLanguageVars

    class Variables(PunktLanguageVars):
        """Curly quotes and guillemets too; releases of NLTK differ in them."""

        re_boundary_realignment = re.compile(
            r'["\')\]}\u2018\u2019\u201c\u201d\xab\xbb]+?(?:\s+|(?=--)|$)', re.MULTILINE
        )
        _re_non_word_chars = r"(?:[)\";}\]\*:@\'\({\[\u2018\u2019\u201c\u201d\xab\xbb?!])"

    return Variables()


def assert_decides_like_nltk(text: str, language: str = "en") -> None:
    blocks = list(blocks_of(text))
    expected = [s + n for s, e in blocks for n in nltk_starts(text[s:e], language)]
    assert sentence_starts(text, language) == expected


@given(TEXT | st.text(st.characters(), max_size=60))
def test_sentences_begin_where_nltk_punkt_has_them(text: str) -> None:
    assert_decides_like_nltk(text)


@pytest.mark.parametrize("corpus", ["wikinews_en", "grimmer_senate", "reuters21578", "wikinews_fr"])
def test_sentences_of_real_news_begin_where_nltk_punkt_has_them(
    shared_data: Path, corpus: str
) -> None:
    for text, language in bodies(shared_data / "news" / corpus, 60):
        assert_decides_like_nltk(text, language)


def bodies(folder: Path, limit: int) -> list[tuple[str, str]]:
    packed = folder / "docs.jsonl.gz"
    with gzip.open(packed, "rb") if packed.exists() else (folder / "docs.jsonl").open("rb") as file:
        records = [json.loads(line) for line in islice(file, limit)]
    return [(record["body"], record["lang"]) for record in records]


@given(TEXT | st.text(st.characters(), max_size=60))
def test_every_text_begins_a_sentence_and_none_begins_with_a_space(text: str) -> None:
    starts = sentence_starts(text)
    assert starts == sorted(set(starts))
    assert all(not text[start].isspace() for start in starts)
    assert starts[:1] == ([len(text) - len(text.lstrip())] if text.strip() else [])


def split(text: str, language: str = "en") -> list[str]:
    starts = sentence_starts(text, language)
    return [text[s:e].strip() for s, e in zip(starts, [*starts[1:], len(text)], strict=True)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Biegun met Sen. Graham at 5 p.m. on Monday.", "They spoke."],
        ["He lives in the U.S. with Dr. J. F. Smith of Acme Inc. and others.", "She left!", "Why?"],
        ["“It is over.”", "He left (at last.)", "Then it began."],
        ["It rose 1.5 pct to 3,000.25 dlrs.", "The rest fell."],
        ["Wait ... for it.", "Now."],
    ],
)
def test_english_sentences_are_those_of_a_reader(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ["M. Dupont et Mme. Durand arrivent.", "Ils partent."]),
        ("de", ["Das gilt z.B. für Prof. Müller.", "Er kam."]),
        ("ja", ["首相は会談した。", "「協力する。」", "以上！", "次へ"]),
    ],
)
def test_other_languages_have_their_own_abbreviations_and_stops(
    language: str, expected: list[str]
) -> None:
    joint = "" if language == "ja" else " "
    assert split(joint.join(expected), language) == expected


def test_empty_lines_end_sentences() -> None:
    assert split("A headline\n\nBy somebody\r\n\r\nthe text") == [
        "A headline",
        "By somebody",
        "the text",
    ]


def test_line_feeds_end_sentences_of_unwrapped_text_only() -> None:
    long_line = "word " * 30 + "end"
    assert split(f"Tokyo\n{long_line}") == ["Tokyo", long_line]
    assert split("Texas\nCommerce Bank filed") == ["Texas\nCommerce Bank filed"]


def test_every_stemmed_language_has_parameters_of_its_own_but_one() -> None:
    own = {language for language in LANGUAGES if parameters(language) != parameters("english")}
    assert set(LANGUAGES) - own == {"arabic", "english"}
    assert parameters("xx") == parameters("en")


def test_parameters_are_small() -> None:
    folder = Path(sentences.__file__).with_name("punkt")
    assert sum(path.stat().st_size for path in folder.iterdir()) < 150_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "a. ",
        "a.",
        "A. B ",
        ". ",
        "!",
        ".)",
        "”",
        "x",
        " ",
        "\n",
        "。",
        "a.b ",
        "-",
        "5. ",
        "Dr.\u00a0",
    ],
)
def test_a_long_line_takes_linear_time(unit: str) -> None:
    text = "Mr. X" + unit * (100_000 // len(unit))
    started = time.perf_counter()
    sentence_starts(text)
    # Quadratic time would take minutes; the bound leaves room for a busy machine.
    assert time.perf_counter() - started < 10


def test_a_megabyte_on_one_line_works() -> None:
    sentence = "Sen. J. Smith (D-Conn.) said so on Jan. 5. "
    assert len(sentence_starts(sentence * (1_000_000 // len(sentence)))) == 1_000_000 // len(
        sentence
    )
