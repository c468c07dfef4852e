"""The shipped character table against Python's own Unicode data.

Run as a program, on the newest Python at hand, it prints the table for characters.py.
"""

from __future__ import annotations

import sys
import textwrap
import time
import unicodedata
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
WORD_FORMAT = "\u00ad\u200c\u200d\u2060\ufeff"
HALFWIDTH_SOUND_MARKS = "\uff9e\uff9f"


def class_from_unicodedata(char: str) -> int:
    category = unicodedata.category(char)
    if category[0] == "M" or char in WORD_FORMAT + HALFWIDTH_SOUND_MARKS:
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


def ranges_from_unicodedata() -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    code_points = range(sys.maxunicode + 1)
    for cls, run in groupby(code_points, lambda c: class_from_unicodedata(chr(c))):
        members = list(run)
        found.setdefault(cls, []).append((members[0], members[-1]))
    return found


def test_table_is_what_unicodedata_of_its_version_gives() -> None:
    if unicodedata.unidata_version != characters.UNICODE_VERSION:
        pytest.skip(f"this Python knows Unicode {unicodedata.unidata_version}")
    expected = ranges_from_unicodedata()
    for cls in characters.WORD_CLASSES:
        assert list(characters.ranges(cls)) == expected[cls]


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
        ("ไ", characters.SPACELESS),
        ("\u0301", characters.MARK),
        ("\u00ad", characters.MARK),
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
    for number, found in sorted(ranges_from_unicodedata().items()):
        text = " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in found)
        print(number, textwrap.fill(text, 95, initial_indent="    ", subsequent_indent="    "))
