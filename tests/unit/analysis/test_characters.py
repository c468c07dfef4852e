"""The shipped character table against Python's own Unicode data.

Run as a program, on the newest Python at hand, it prints the table for characters.py.
"""

from __future__ import annotations

import sys
import textwrap
import time
import unicodedata
from functools import cache
from itertools import groupby, pairwise

import pytest

from newsearch.analysis import characters

# Names, because unicodedata has no scripts; U+30FC, U+3006 and the like serve several scripts
# and count as kana or Han here.
SPACELESS_NAMES = (
    "CJK UNIFIED IDEOGRAPH",
    "CJK COMPATIBILITY IDEOGRAPH",
    "HALFWIDTH KATAKANA",
    "HANGZHOU NUMERAL",
    "HENTAIGANA",
    "HIRAGANA",
    "IDEOGRAPHIC",
    "KATAKANA",
    "KHMER",
    "LAO",
    "MASU MARK",
    "MYANMAR",
    "THAI",
    "VERTICAL IDEOGRAPHIC",
    "VERTICAL KANA",
)
HANGUL_VOWELS_AND_FINALS = frozenset(map(chr, (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))))


def class_from_unicodedata(char: str) -> int:
    category = unicodedata.category(char)
    if category[0] == "M":
        return characters.MARK
    if category == "Nd":
        return characters.DIGIT
    is_letter = category[0] == "L"
    spaceless = unicodedata.name(char, "").startswith(SPACELESS_NAMES)
    if spaceless and (is_letter or category == "Nl"):
        return characters.SPACELESS
    if is_letter:
        return characters.LETTER
    return characters.NUMBER if category in {"Nl", "No"} else characters.SEPARATOR


def is_unstable(char: str) -> bool:
    normal = unicodedata.normalize("NFKC", char)
    if normal == char:
        return char in seconds_of_compositions() | HANGUL_VOWELS_AND_FINALS
    if "\u2044" in normal or normal in {"TM", "SM"}:
        return False
    classes = [class_from_unicodedata(one) for one in char + normal]
    separates = classes[:2] == [characters.SEPARATOR] * 2 and max(classes) in {
        characters.SEPARATOR,
        characters.MARK,
    }
    return not separates or normal in list("'&.,")


@cache
def seconds_of_compositions() -> frozenset[str]:
    found = set()
    for char in map(chr, range(sys.maxunicode + 1)):
        parts = unicodedata.decomposition(char).split()
        if len(parts) == 2 and parts[0][0] != "<" and unicodedata.normalize("NFC", char) == char:
            found.add(chr(int(parts[1], 16)))
    return frozenset(found)


def is_invisible(char: str) -> bool:
    code = ord(char)
    is_selector = code in range(0xFE00, 0xFE10) or code in range(0xE0100, 0xE01F0)
    is_selector = is_selector or code in {0x180B, 0x180C, 0x180D, 0x180F}
    is_format = unicodedata.category(char) == "Cf" and char != "\u200b"
    return char in "\0\u034f" or is_selector or is_format


def sets_from_unicodedata(char: str) -> int:
    """Return the number of the set that a character is in, or -1."""
    if is_invisible(char):
        return characters.INVISIBLE
    if is_unstable(char):
        return characters.UNSTABLE
    return characters.REORDERED if unicodedata.combining(char) else -1


def ranges_from_unicodedata() -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    code_points = range(sys.maxunicode + 1)
    for told in (class_from_unicodedata, sets_from_unicodedata):
        for number, run in groupby(code_points, lambda code: told(chr(code))):  # noqa: B023
            members = list(run)
            found.setdefault(number, []).append((members[0], members[-1]))
    return found


def test_table_is_what_unicodedata_of_its_version_gives() -> None:
    if unicodedata.unidata_version != characters.UNICODE_VERSION:
        pytest.skip(f"this Python knows Unicode {unicodedata.unidata_version}")
    expected = ranges_from_unicodedata()
    for number in (*characters.WORD_CLASSES, *characters.SETS):
        assert list(characters.ranges(number)) == expected[number]


def test_sets_agree_on_characters_that_both_versions_know() -> None:
    for number in characters.SETS:
        told = {code for low, high in characters.ranges(number) for code in range(low, high + 1)}
        known = {code for code in told if unicodedata.category(chr(code)) != "Cn"}
        differing = [code for code in known if sets_from_unicodedata(chr(code)) != number]
        most = 0 if unicodedata.unidata_version <= characters.UNICODE_VERSION else 8
        assert len(differing) <= most, differing[:20]


def test_table_agrees_on_characters_that_both_versions_know() -> None:
    both = {
        char: characters.class_of(char)
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(char) != "Cn" and characters.class_of(char)
    }
    differing = [c for c, cls in both.items() if class_from_unicodedata(c) != cls]
    # A later Unicode version may correct a category, never many.
    assert len(differing) <= (0 if unicodedata.unidata_version <= "15.1.0" else 8), differing[:20]


def test_ranges_ascend_and_no_two_classes_share_a_character() -> None:
    every = sorted(r for cls in characters.WORD_CLASSES for r in characters.ranges(cls))
    assert all(first <= last for first, last in every)
    assert all(left[1] < right[0] for left, right in pairwise(every))


@pytest.mark.parametrize(
    ("char", "cls"),
    [
        ("a", characters.LETTER),
        ("한", characters.LETTER),
        ("٣", characters.DIGIT),
        ("½", characters.NUMBER),
        ("Ⅷ", characters.NUMBER),
        ("漢", characters.SPACELESS),
        ("〇", characters.SPACELESS),
        ("ー", characters.SPACELESS),
        ("ﾞ", characters.SPACELESS),
        ("ไ", characters.SPACELESS),
        ("\u0301", characters.MARK),
        ("\u00ad", characters.SEPARATOR),
        ("\u200b", characters.SEPARATOR),
        ("_", characters.SEPARATOR),
        ("\0", characters.SEPARATOR),
        ("😀", characters.SEPARATOR),
        ("\ud800", characters.SEPARATOR),
        ("\U0010ffff", characters.SEPARATOR),
    ],
)
def test_class_of_a_character(char: str, cls: int) -> None:
    assert characters.class_of(char) == cls


if __name__ == "__main__":
    print(f"# Unicode {unicodedata.unidata_version}, {time.strftime('%Y')}")
    expected = ranges_from_unicodedata()
    for number in (*characters.WORD_CLASSES, *characters.SETS):
        text = " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in expected[number])
        print(number, textwrap.fill(text, 95, initial_indent="    ", subsequent_indent="    "))
