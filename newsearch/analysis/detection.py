"""The language of a text, told from its function words, or from its script.

A wrong guess loses inflections, so a text counts as of another language than the expected one only
where its beginning says so clearly. The limits were chosen on texts that were not used for the
lists of words; ``tests/relevance/test_language_detection.py`` holds how often they are right.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from newsearch.analysis.function_words import languages, spellings
from newsearch.analysis.tokens import forms

SAMPLE_CHARS = 2_000
"""How much of a text is looked at: more tells hardly more, and takes time."""

LEAST_WORDS = 20
"""Words below which function words tell nothing."""

LEAST_SHARE = 0.15
"""Share of function words that a text in a language has at least; most have 0.3 to 0.5."""

LEAST_DISTINCT = 5
"""Different function words that there are at least: in tables a letter or two come again."""

LEAST_OWN_SHARE = 0.1
"""Share of those that the expected language does not have."""

LEAD = 3
"""How many times as many there must be of these as of those that only the expected one has."""

GLANCE_CHARS = 200
"""How much of a text tells in most cases that it is in the language that is expected."""

SURE_SHARE = 0.06
"""Share of function words that only one language has, above which a text is surely in it."""

_PUNCTUATION = '.,;:!?"()'
_FREQUENT = {"en": (" the ", " and ", " that ")}
# White space becomes a space, and so does what stands for letters beyond ASCII.
_GAPS = bytes(ord(" ") if chr(one).isspace() or chr(one) == "?" else one for one in range(256))
# Half of what is asked for in the end: words that stick to punctuation are not seen.
_HINT_WORDS = LEAST_WORDS // 2
_HINT_SHARE = LEAST_OWN_SHARE / 2
_LEAST_LETTERS = 20
_SCRIPT_SHARE = 0.5

# First and last letters of scripts, and the language that is written in each most often.
_SCRIPTS = (
    ("el", "\u0370-\u03ff\u1f00-\u1fff"), ("ru", "\u0400-\u04ff"), ("hy", "\u0530-\u058f"),
    ("he", "\u0590-\u05ff"), ("ar", "\u0600-\u06ff\u0750-\u077f"), ("hi", "\u0900-\u097f"),
    ("bn", "\u0980-\u09ff"), ("pa", "\u0a00-\u0a7f"), ("gu", "\u0a80-\u0aff"),
    ("or", "\u0b00-\u0b7f"), ("ta", "\u0b80-\u0bff"), ("te", "\u0c00-\u0c7f"),
    ("kn", "\u0c80-\u0cff"), ("ml", "\u0d00-\u0d7f"), ("si", "\u0d80-\u0dff"),
    ("th", "\u0e00-\u0e7f"), ("lo", "\u0e80-\u0eff"), ("my", "\u1000-\u109f"),
    ("ka", "\u10a0-\u10ff"), ("am", "\u1200-\u137f"), ("km", "\u1780-\u17ff"),
    ("ko", "\uac00-\ud7af\u1100-\u11ff"), ("ja", "\u3040-\u30ff\uff66-\uff9f"),
    ("zh", "\u3400-\u9fff\U00020000-\U0002ebe0"),
)  # fmt: skip
_KANA_SHARE = 0.05
"""Kana that Japanese has at least beside Han; Chinese has next to none."""

# Letters that only some languages of a script have, the surest first.
_LETTERS = {
    "ru": (
        ("uk", "іїєґ"), ("be", "ўі"), ("mk", "ѓќѕ"), ("sr", "ђћљњџј"), ("kk", "әғқңұһ"),
        ("mn", "өү"), ("tg", "ӣӯҷҳ"),
    ),
    "ar": (("ur", "ٹڈڑںےھ"), ("ps", "ټډړښڼې"), ("fa", "پچژگک")),
}  # fmt: skip
_LETTER_SHARE = 0.01
_BULGARIAN = re.compile("[ъщ]")
_NOT_BULGARIAN = re.compile("[ыэё]")


def detect(title: str, body: str, expected: str) -> str:
    """Return the code of the language that a text is in; only its beginning is looked at.

    `expected`: code of the language that it is in unless it clearly is in another; also what is
    returned where nothing can be told.
    """
    # Nearly all texts end here: the rest takes ten times as long.
    if is_surely(expected, body[:GLANCE_CHARS]):
        return expected
    start = body[:SAMPLE_CHARS]
    if len(body) > GLANCE_CHARS and (_has_frequent(expected, start) or is_surely(expected, start)):
        return expected
    sample = f"{title}\n{start}"
    return _by_words(sample, expected) or _by_script(sample) or expected


def is_surely(language: str, text: str) -> bool:
    """Whether no other language could have so many more function words."""
    words = text.split()
    if len(words) < LEAST_WORDS:
        return False
    return sum(map(own_words(language).__contains__, words)) > SURE_SHARE * len(words)


def _has_frequent(language: str, text: str) -> bool:
    """Whether the most frequent words alone make `is_surely` true, in less than half of its time.

    Each of them found between spaces is a word of the text. It has a word more than white space at
    most, as which all letters beyond ASCII count.
    """
    if language not in _FREQUENT:
        return False
    n_own = sum(map(text.count, _FREQUENT[language]))
    most_words = text.encode("ascii", "replace").translate(_GAPS).count(b" ") + 1
    return n_own > SURE_SHARE * most_words and (
        n_own >= LEAST_WORDS or len(text.split(None, LEAST_WORDS - 1)) == LEAST_WORDS
    )


def _by_words(text: str, expected: str) -> str:
    if not _has_words_of_others(text, expected):
        return ""
    words = _words(text.lower())
    if len(words) < LEAST_WORDS:
        return ""
    known = _languages_of_words()
    found = Counter(filter(known.__contains__, words))
    counts = dict.fromkeys(languages(), 0)
    for word, count in found.items():
        for language in known[word]:
            counts[language] += count
    best = max(counts, key=lambda language: (counts[language], language == expected))
    own, others = spellings(best), spellings(expected)
    if counts[best] < LEAST_SHARE * len(words) or len(own & found.keys()) < LEAST_DISTINCT:
        return ""
    if best != expected:
        only_here = sum(map(found.__getitem__, found.keys() & own - others))
        only_there = sum(map(found.__getitem__, found.keys() & others - own))
        if only_here < max(LEAST_OWN_SHARE * len(words), LEAD * only_there):
            return ""
    return _bulgarian(text) if best == "ru" else best


def _words(text: str) -> list[str]:
    """Return the forms of a text in lower case, in any order.

    No token holds white space or begins or ends with punctuation, and letters of ASCII alone are
    one and their own form. So this takes 0.3 to 0.4 of the time of `forms`.
    """
    if not text.isascii():
        return forms(text)
    parts = [part.strip(_PUNCTUATION) for part in text.split()]
    others = [part for part in parts if not part.isalpha()]
    return list(filter(str.isalpha, parts)) + forms(" ".join(others))


def _has_words_of_others(text: str, expected: str) -> bool:
    """Whether function words of other languages are worth counting exactly.

    Headlines and tables of figures, which have none, are many.
    """
    words = text.lower().split()
    n_others = sum(map(_words_of_others(expected).__contains__, words))
    return len(words) >= _HINT_WORDS and n_others >= _HINT_SHARE * len(words)


def _by_script(text: str) -> str:
    """Return the language of a text that is in another script than Latin, or ''."""
    if text.isascii():
        return ""
    letters = "".join(filter(str.isalpha, text)).lower()
    counts = {language: len(one.findall(letters)) for language, one in _script_patterns()}
    han, kana = counts["zh"], counts["ja"]
    if kana > _KANA_SHARE * (han + kana):
        counts["ja"], counts["zh"] = han + kana, 0
    best = max(counts, key=lambda language: counts[language])
    if counts[best] < max(_LEAST_LETTERS, _SCRIPT_SHARE * len(letters)):
        return ""
    for language, own in _LETTERS.get(best, ()):
        if sum(map(letters.count, own)) > _LETTER_SHARE * len(letters):
            return language
    return _bulgarian(letters) if best == "ru" else best


def _bulgarian(text: str) -> str:
    """Tell Bulgarian from Russian, which has many words in common with it."""
    return "ru" if _NOT_BULGARIAN.search(text) or not _BULGARIAN.search(text) else "bg"


@cache
def _script_patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(language, re.compile(f"[{letters}]")) for language, letters in _SCRIPTS]


@cache
def own_words(language: str) -> frozenset[str]:
    """Return the function words that only one language has, also with a capital."""
    own = {word for word in spellings(language) if len(_languages_of_words()[word]) == 1}
    return frozenset(own | {word.capitalize() for word in own})


@cache
def _words_of_others(language: str) -> frozenset[str]:
    """Return the function words that a language does not have."""
    return frozenset(_languages_of_words().keys() - spellings(language))


@cache
def _languages_of_words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for language in languages():
        for word in spellings(language):
            found.setdefault(word, []).append(language)
    return found
