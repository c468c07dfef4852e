from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsearch.analysis import tokens
from newsearch.analysis.characters import DIGIT, LETTER, MARK, NUMBER, SPACELESS, class_of

ANY_TEXT = st.text(st.characters(), max_size=60)
# Few characters, so that the joints of words come together often.
JOINTS = st.text(
    st.sampled_from("abÉ한ß19٣½Ⅷ漢ไー.,'’‘＇&-_ \u0301\u00ad\u200b\0\ud800😀𝔄𠀀"), max_size=20
)


def reference_spans(text: str) -> list[tuple[int, int]]:
    """Read the rule of `tokens.pattern` aloud, character by character."""
    classes = [class_of(char) for char in text] + [None] * 3
    found = []
    start = 0
    while start < len(text):
        end = start
        if classes[start] == SPACELESS:
            end = after_marks(classes, start + 1)
        elif classes[start] in {LETTER, NUMBER, DIGIT}:
            end = acronym_end(text, classes, start) or word_end(text, classes, start)
        if end > start:
            found.append((start, end))
        start = max(end, start + 1)
    return found


def after_marks(classes: list[int | None], index: int) -> int:
    while classes[index] == MARK:
        index += 1
    return index


def acronym_end(text: str, classes: list[int | None], start: int) -> int | None:
    if classes[start] != LETTER:
        return None
    end = after_marks(classes, start + 1)
    parts = 1
    while text[end : end + 1] == "." and classes[end + 1] == LETTER:
        part_end = after_marks(classes, end + 2)
        if classes[part_end] in {LETTER, NUMBER, DIGIT}:
            break
        end = part_end
        parts += 1
    return end if parts > 1 else None


def word_end(text: str, classes: list[int | None], start: int) -> int:
    end = start
    base = None
    while True:
        if classes[end] in {LETTER, NUMBER, DIGIT}:
            base = classes[end]
        elif classes[end] != MARK:
            joiners = {LETTER: "'’‘＇&", DIGIT: ".,"}.get(base, "")
            follows = classes[end + 1] if end < len(text) else None
            if text[end : end + 1] not in list(joiners) or follows != base:
                return end
        end += 1


@given(ANY_TEXT | JOINTS)
@example("p.m.Monday")
@example("a.b.cd")
@example("\U0001d504.b é")
def test_tokens_follow_the_rule_read_aloud(text: str) -> None:
    assert tokens.spans(text) == reference_spans(text)


@given(ANY_TEXT | JOINTS)
def test_tokens_are_those_of_nltk_regexp_tokenizer(text: str) -> None:
    from nltk.tokenize import RegexpTokenizer

    tokenizer = RegexpTokenizer(tokens.pattern())
    assert tokens.spans(text) == list(tokenizer.span_tokenize(text))


@given(ANY_TEXT | JOINTS)
def test_tokens_are_disjoint_and_cover_every_word_character(text: str) -> None:
    covered: set[int] = set()
    last_end = 0
    for start, end in tokens.spans(text):
        assert last_end <= start < end
        covered.update(range(start, end))
        last_end = end
    base = {i for i, c in enumerate(text) if class_of(c) in {LETTER, NUMBER, DIGIT, SPACELESS}}
    assert base <= covered
    assert all(class_of(text[i]) == MARK or text[i] in ".,'’‘＇&" for i in covered - base)


@given(ANY_TEXT | JOINTS)
def test_forms_are_those_of_the_spans(text: str) -> None:
    assert [tokens.form(text[start:end]) for start, end in tokens.spans(text)] == tokens.forms(text)


@given(ANY_TEXT | JOINTS)
def test_form_of_a_form_is_itself(text: str) -> None:
    for form in tokens.forms(text):
        assert form
        assert tokens.form(form) == form


@given(ANY_TEXT | JOINTS)
def test_form_does_not_depend_on_the_case_of_ascii_letters(text: str) -> None:
    lowered = "".join(c.lower() if c.isascii() else c for c in text)
    assert [tokens.form(text[s:e]) for s, e in tokens.spans(text)] == [
        tokens.form(lowered[s:e]) for s, e in tokens.spans(lowered)
    ]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("COVID-19", ["covid", "19"]),
        ("the U.S. said", ["the", "u.s", "said"]),
        ("at 5 p.m.Monday", ["at", "5", "p.m", "monday"]),
        ("wars.Akaka said", ["wars", "akaka", "said"]),
        ("O'Brien O’Brien O‘Brien O＇Brien", ["o'brien"] * 4),
        ("don't don’t DON’T", ["don't"] * 3),
        ("Hawai‘i Hawaiʻi", ["hawai'i"] * 2),
        ("AT&T, R&D", ["at&t", "r&d"]),
        ("1,000.5 or 1, 000", ["1,000.5", "or", "1", "000"]),
        ("F-16 f–16", ["f", "16", "f", "16"]),
        ("“quoted” ‘quoted’ 'quoted'", ["quoted"] * 3),
        ("nytimes.com", ["nytimes", "com"]),
        ("snake_case", ["snake", "case"]),
        ("co\u00adop\u200ber", ["coop", "er"]),
        ("cafe\u0301 CAFÉ", ["café"] * 2),
        ("ﬁne ＡＢＣ", ["fine", "abc"]),
        ("東京タワー", ["東", "京", "タ", "ワ", "ー"]),
        ("ﾊﾞ", ["バ"]),
        ("서울 시장", ["서울", "시장"]),
        ("1\ufe0f\u20e3 😀", ["1\u20e3"]),
        ("\ud800\0", []),
        ("", []),
    ],
)
def test_words_are_what_a_reader_sees(text: str, forms: list[str]) -> None:
    assert tokens.forms(text) == forms


def test_long_words_are_cut_and_still_equal() -> None:
    assert tokens.form("A" * 300) == "a" * tokens.FORM_LENGTH_LIMIT
    assert len(tokens.form("é" * 5000)) == tokens.FORM_LENGTH_LIMIT


@pytest.mark.parametrize(
    "unit",
    [
        "a.",
        "a.b",
        "1,",
        "a'",
        "a&",
        "a\u0301",
        "ab",
        "1.a",
        "漢",
        "\u0301\u0316",
        "\ud800\0",
        "é.",
        "😀",
        "𝔄",
    ],
)
def test_a_megabyte_of_trouble_takes_linear_time(unit: str) -> None:
    def seconds(characters: int) -> float:
        text = "a" + unit * (characters // len(unit))
        started = time.perf_counter()
        tokens.forms(text)
        return time.perf_counter() - started

    seconds(1000)
    # Quadratic time would take hours; the bound leaves room for a busy machine.
    assert seconds(1_000_000) < 30
