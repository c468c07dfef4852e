from __future__ import annotations

import re
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsearch.analysis import tokens
from newsearch.analysis.characters import DIGIT, LETTER, MARK, NUMBER, SPACELESS, class_of
from newsearch.analysis.normalising import OTHER_APOSTROPHES, aligned, normal, visible

ANY_TEXT = st.text(st.characters(), max_size=60)
# Few characters, so that the joints of words come together often.
JOINTS = st.text(
    st.sampled_from(
        "ablqusS·צ״"
        "É한ß19٣½²Ⅷ漢ไー.,'’‘＇`´ʹ&＆．㍿™ŉ-_ \u0301\u0327\u00ad\u200b\u200e\0\ud800😀𝔄𠀀\ufe0f"
    ),
    max_size=20,
)


def reference_normal(text: str) -> str:
    """Normalise a text as a whole, one rule after the other."""
    shown = "".join(" " if char == "\u200b" else char for char in text if not vanishes(char))
    apart = f" {shown.replace('ŉ', 'ʼn')} "
    joined = "".join(
        apostrophe(apart[n - 1], apart[n + 1]) if apart[n] in OTHER_APOSTROPHES else apart[n]
        for n in range(1, len(apart) - 1)
    )
    kept = re.compile("([\u00bc-\u00be\u2150-\u215f\u2189\u2120\u2122])")
    brought = "".join(
        part if kept.fullmatch(part) else unicodedata.normalize("NFKC", part)
        for part in kept.split(joined)
    )
    around = zip(f" {brought}", brought, f"{brought[1:]} ", f"{brought[2:]}  ", strict=False)
    return "".join(char for before, char, *after in around if not is_spelling(before, char, after))


def is_spelling(before: str, char: str, after: list[str]) -> bool:
    """Whether a character stands within a Catalan double l or before a Hebrew acronym's end."""
    if char in "·‧":
        return before in "lL" and after[0] in "lL"
    is_hebrew = "א" <= before <= "ת" and "א" <= after[0] <= "ת"
    return char == "\u05f4" and is_hebrew and not after[1].isalpha()


def vanishes(char: str) -> bool:
    category = unicodedata.category(char)
    is_selector = unicodedata.name(char, "").startswith(("VARIATION SEL", "MONGOLIAN FREE VAR"))
    return char == "\0" or is_selector or (category == "Cf" and char != "\u200b")


def apostrophe(before: str, after: str) -> str:
    is_within = class_of(before) in {LETTER, MARK} and class_of(after) == LETTER
    return "'" if is_within else " "


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


ELIDED = re.compile(r"(?:[a-z]|qu|[a-z]{1,3}ll)['’‘]", re.I | re.A)
POSSESSIVE = re.compile(r"\.?['’‘]s", re.I | re.A)


def acronym_end(text: str, classes: list[int | None], start: int) -> int | None:
    """Return the end of a dotted acronym, with an elided word before it or ``'s`` after it."""
    if elided := ELIDED.match(text, start):
        return dotted_end(text, classes, elided.end())
    end = dotted_end(text, classes, start)
    if end and (possessive := POSSESSIVE.match(text, end)):
        is_cut = classes[possessive.end()] in {LETTER, NUMBER, DIGIT, MARK}
        end = end if is_cut else possessive.end()
    return end


def dotted_end(text: str, classes: list[int | None], start: int) -> int | None:
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
            joiners = {LETTER: "'’‘&", DIGIT: ".,"}.get(base, "")
            follows = classes[end + 1] if end < len(text) else None
            if text[end : end + 1] not in list(joiners) or follows != base:
                return end
        end += 1


@given(ANY_TEXT | JOINTS)
@example("p.m.Monday")
@example("U.S.'s, qu’A.B, all'a.b.'S x'a.b's ill'a.")
@example("a.b.cd")
@example("\U0001d504.b é")
@example("a\u0327\u0301 \u0301\u0327")
@example("paral·lel, COL‧LEGI, ŀla l·a l··l · l·l·l")
@example("צה״ל לצה״ל. ב״הארץ״ ״א״ דו״ח״ ״ב")
@example("l·ｌ é·l ﬁl·l ״ﬡ״ﬡ")
def test_words_follow_the_rules_read_aloud(text: str) -> None:
    whole = reference_normal(text)
    expected = [tokens.form(whole[start:end]) for start, end in reference_spans(whole)]
    assert tokens.forms(text) == expected


@given(ANY_TEXT | JOINTS)
def test_tokens_are_those_of_nltk_regexp_tokenizer(text: str) -> None:
    from nltk.tokenize import RegexpTokenizer

    tokenizer = RegexpTokenizer(tokens.pattern())
    assert [match.span() for match in tokens.tokens(text)] == list(tokenizer.span_tokenize(text))


@given(ANY_TEXT | JOINTS)
def test_spans_ascend_and_hold_the_words_cut_from_them(text: str) -> None:
    spans = tokens.spans(text)
    forms = tokens.forms(text)
    assert len(spans) == len(forms)
    assert all(
        a <= b for before, after in pairwise(spans) for a, b in zip(before, after, strict=True)
    )
    for (start, end), form in zip(spans, forms, strict=True):
        assert 0 <= start < end <= len(text)
        assert form in tokens.forms(text[start:end])


@given(ANY_TEXT | JOINTS)
def test_normal_text_has_the_words_of_the_text(text: str) -> None:
    assert aligned(text).text == normal(text)
    assert tokens.forms(normal(text)) == tokens.forms(text)


@given(ANY_TEXT | JOINTS)
def test_invisible_characters_change_no_word_wherever_they_stand(text: str) -> None:
    without = "".join(char for char in text if not vanishes(char))
    assert tokens.forms("\u2060".join(without)) == tokens.forms(without)
    assert visible(f"\ufeff{text}\0") == visible(text)


@given(ANY_TEXT | JOINTS)
def test_form_of_a_form_is_itself(text: str) -> None:
    for form in tokens.forms(text):
        assert form
        assert tokens.form(form) == form


@given(ANY_TEXT | JOINTS)
def test_form_does_not_depend_on_the_case_of_ascii_letters(text: str) -> None:
    lowered = "".join(c.lower() if c.isascii() else c for c in text)
    assert tokens.forms(lowered) == tokens.forms(text)


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("COVID-19", ["covid", "19"]),
        ("the U.S. said", ["the", "US", "said"]),
        ("the U.S.'s and U.S's U.S.’s role", ["the", "US's", "and", "US's", "US's", "role"]),
        ("the U.S.'S Role", ["the", "US's", "role"]),
        ("L’O.N.U. dell'U.E. qu'U.E. d'u.e.", ["l'onu", "dell'ue", "qu'ue", "d'ue"]),
        ("Trump's.A don't.I", ["trump's", "a", "don't", "i"]),
        ("at 5 p.m.Monday", ["at", "5", "pm", "monday"]),
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
        ("\ufefftrump\u200e \u202akim\u202c\0", ["trump", "kim"]),
        ("don´t don`t don′t don‛t donʹt donʽt donꞌt don׳t don՚t", ["don't"] * 9),
        ("`quoted´ ′quoted′ 5′", ["quoted", "quoted", "5"]),
        ("R＆D U．S． 1，000", ["r&d", "US", "1,000"]),
        ("ทํางาน ทำงาน", ["ทํ", "า", "ง", "า", "น"] * 2),
        ("1½ iPhone™ 20℃", ["1½", "iphone", "20", "c"]),
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


@pytest.mark.slow
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
