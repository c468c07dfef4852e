"""English stems, the same as NLTK's `EnglishStemmer` and six times quicker.

Porter's second English stemmer (snowballstem.org). A large load stems hundreds of thousands of
word forms, and a small one would take longer to import NLTK than to do all the rest.
``tests/unit/analysis/test_english.py`` compares the two on real and made-up words; where NLTK
departs from the published algorithm, this does too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_VOWELS = "aeiouy"
_HAS_VOWEL = re.compile(f"[{_VOWELS}]").search
_VOWEL_AND_OTHER = re.compile(f"[{_VOWELS}][^{_VOWELS}]").search
DOUBLES = ("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt")
LONG_STARTS = ("gener", "commun", "arsen")
"""Beginnings after which R1 begins, whatever their vowels are."""
_APOSTROPHES = str.maketrans("\u2019\u2018\u201b", "'''")

STEP_0 = ("'s'", "'s", "'")
STEP_1B = ("eedly", "ingly", "edly", "eed", "ing", "ed")

SPECIAL = {
    "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl",
    "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl",
    "inning": "inning", "innings": "inning", "outing": "outing", "outings": "outing",
    "canning": "canning", "cannings": "canning", "herring": "herring", "herrings": "herring",
    "earring": "earring", "earrings": "earring",
    **{word: word for word in ("sky", "news", "howe", "atlas", "cosmos", "bias", "andes")},
    **{
        stem + ending: stem
        for stem in ("proceed", "exceed", "succeed")
        for ending in ("", "s", "ed", "ing")
    },
}  # fmt: skip


class Change(NamedTuple):
    """What becomes of a word and its regions R1 and R2: letters cut from the end, others added.

    An R2 shorter than `least` becomes `short` instead. `region`: 1 or 2, where the ending must be;
    `before`: letters of which one must stand before it, '' for any.
    """

    cut: int
    added: str = ""
    least: int = 0
    short: str = ""
    region: int = 1
    before: str = ""


def _replaced(suffixes: str, added: str, short: str = "") -> dict[str, Change]:
    return {s: Change(len(s), added, len(s), short) for s in suffixes.split()}


# The longest ending that fits decides, whether it is in the region or not.
CHANGES_2 = {
    **_replaced("izer ization", "ize"),
    **_replaced("ational ation ator", "ate", "e"),
    **_replaced("alism aliti alli", "al"),
    **_replaced("ousli ousness", "ous"),
    **_replaced("iveness iviti", "ive", "e"),
    **_replaced("biliti bli", "ble"),
    **dict.fromkeys(("enci", "anci", "abli"), Change(1, "e", 1)),
    **dict.fromkeys(("tional", "entli", "fulli", "lessli"), Change(2)),
    "fulness": Change(4),
    "ogi": Change(1, before="l"),
    "li": Change(2, before="cdeghkmnrt"),
}
CHANGES_3 = {
    **_replaced("ational", "ate"),
    **_replaced("icate iciti ical", "ic"),
    "tional": Change(2),
    "alize": Change(3),
    "ful": Change(3),
    "ness": Change(4),
    "ative": Change(5, region=2),
}
_ENDINGS = "al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize"
CHANGES_4 = {
    **{ending: Change(len(ending), region=2) for ending in _ENDINGS.split()},
    "ion": Change(3, region=2, before="st"),
}


def _by_ending(suffixes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Sort suffixes by their last two letters: one look-up tells that a word has none of them."""
    found: dict[str, tuple[str, ...]] = {}
    for suffix in sorted(suffixes, key=len, reverse=True):
        found[suffix[-2:]] = (*found.get(suffix[-2:], ()), suffix)
    return found


_ENDINGS_1B = _by_ending(STEP_1B)
_LATER_STEPS = [(_by_ending(changes), changes) for changes in (CHANGES_2, CHANGES_3, CHANGES_4)]
_CHANGEABLE = frozenset().union(_ENDINGS_1B, *(endings for endings, _ in _LATER_STEPS))
_CHANGEABLE_LAST = frozenset("s'yel")

_Parts = tuple[str, str, str]
"""A word and its regions R1 and R2."""


def stem(word: str) -> str:
    """Return the stem of an English word; empty for a few that are apostrophes only.

    Raises IndexError for words on which NLTK's stemmer fails, too.
    """
    word = word.lower()
    if len(word) <= 2:
        return word
    if word in SPECIAL:
        return SPECIAL[word]
    if not word.isascii():
        word = word.translate(_APOSTROPHES)
    if word[0] == "'":
        word = word[1:]
    if word[-1:] not in _CHANGEABLE_LAST and word[-2:] not in _CHANGEABLE:
        return word
    if "y" in word:
        word = _mark_consonants(word)
    return _stem_marked(word).replace("Y", "y")


def _stem_marked(word: str) -> str:
    parts = word, *_regions(word)
    if word[-1:] in {"s", "'"} or word.endswith("ied"):
        parts = _step_1a(_step_0(parts))
    if found := _first_suffix(parts[0], _ENDINGS_1B):
        parts = _step_1b(parts, found)
    parts = _step_1c(parts)
    for endings, changes in _LATER_STEPS:
        if found := _first_suffix(parts[0], endings):
            parts = _step(parts, found, changes[found])
    return _step_5(parts)


def _mark_consonants(word: str) -> str:
    """Write Y for each y that begins the word or follows a vowel."""
    letters = list(word)
    if letters[0] == "y":
        letters[0] = "Y"
    for i in range(1, len(letters)):
        if letters[i] == "y" and letters[i - 1] in _VOWELS:
            letters[i] = "Y"
    return "".join(letters)


def _regions(word: str) -> tuple[str, str]:
    if word.startswith(LONG_STARTS):
        r1 = word[6:] if word.startswith("commun") else word[5:]
    else:
        found = _VOWEL_AND_OTHER(word)
        if not found:
            return "", ""
        r1 = word[found.end() :]
    found = _VOWEL_AND_OTHER(r1)
    return r1, r1[found.end() :] if found else ""


def _first_suffix(word: str, by_ending: dict[str, tuple[str, ...]]) -> str:
    """Return the first suffix that a word ends with, or ''."""
    for suffix in by_ending.get(word[-2:], ()):
        if word.endswith(suffix):
            return suffix
    return ""


def _cut(parts: _Parts, n: int) -> _Parts:
    word, r1, r2 = parts
    return word[:-n], r1[:-n], r2[:-n]


def _changed(parts: _Parts, change: Change) -> _Parts:
    word, r1, r2 = parts
    cut, added = change.cut, change.added
    r2 = r2[:-cut] + added if len(r2) >= change.least else change.short
    return word[:-cut] + added, r1[:-cut] + added, r2


def _step_0(parts: _Parts) -> _Parts:
    for suffix in STEP_0:
        if parts[0].endswith(suffix):
            return _cut(parts, len(suffix))
    return parts


def _step_1a(parts: _Parts) -> _Parts:
    word = parts[0]
    if word.endswith("sses"):
        return _cut(parts, 2)
    if word.endswith(("ied", "ies")):
        return _cut(parts, 2 if len(word) > 4 else 1)
    if word.endswith(("us", "ss")) or not word.endswith("s"):
        return parts
    return _cut(parts, 1) if _HAS_VOWEL(word[:-2]) else parts


def _step_1b(parts: _Parts, suffix: str) -> _Parts:
    length = len(suffix)
    if suffix in {"eed", "eedly"}:
        return _changed(parts, Change(length, "ee", length)) if parts[1].endswith(suffix) else parts
    if not _HAS_VOWEL(parts[0][:-length]):
        return parts
    word, r1, r2 = parts = _cut(parts, length)
    if word.endswith(("at", "bl", "iz")):
        word, r1 = word + "e", r1 + "e"
        return word, r1, r2 + "e" if len(word) > 5 or len(r1) >= 3 else r2
    if word.endswith(DOUBLES):
        return _cut(parts, 1)
    if r1 == "" and _is_short(word):
        return word + "e", r1, r2 + "e" if r2 else r2
    return parts


def _is_short(word: str) -> bool:
    if len(word) == 2:
        return word[0] in _VOWELS and word[1] not in _VOWELS
    return (
        len(word) >= 3
        and word[-1] not in _VOWELS
        and word[-1] not in "wxY"
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
    )


def _step_1c(parts: _Parts) -> _Parts:
    word, r1, r2 = parts
    if len(word) > 2 and word[-1] in "yY" and word[-2] not in _VOWELS:
        return word[:-1] + "i", r1[:-1] + "i" if r1 else "", r2[:-1] + "i" if r2 else ""
    return parts


def _step(parts: _Parts, suffix: str, change: Change) -> _Parts:
    if not parts[change.region].endswith(suffix):
        return parts
    if change.before and parts[0][-len(suffix) - 1] not in change.before:
        return parts
    return _changed(parts, change)


def _step_5(parts: _Parts) -> str:
    word, r1, r2 = parts
    if r2.endswith("l") and word[-2] == "l":
        return word[:-1]
    if r2.endswith("e"):
        return word[:-1]
    if r1.endswith("e") and len(word) >= 4:
        is_long = (
            word[-2] in _VOWELS
            or word[-2] in "wxY"
            or word[-3] not in _VOWELS
            or word[-4] in _VOWELS
        )
        return word[:-1] if is_long else word
    return word
