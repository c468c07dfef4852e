"""Compounds that are written as one word or as two: ``covid19`` and ``COVID-19``.

Letters and a number after them are the same in one word and apart, but after function words: *a
320* is no ``A320``. Measured in 50,588 articles of Reuters, Wikipedia, Wikinews and senators'
offices: of 599 such words 220 stand apart as well. Of these, 52 begin with a function word and
would find 3,015 articles, nearly all wrongly. The other 168 find 553 articles with a hyphen
(``G-7``) and 1,981 with a space: fiscal years and days (``FY 2006``), types (``C 130``) and, in
some 200, what only looks alike; but these words are slips that nobody asks for (``nearly10``).

So are a decade with an apostrophe and without (``1980's``, ``1980s``), Spanish plurals of initials
(``EEUU``, ``EE. UU.``), what ``&`` joins (``Marks&Spencer``), German plurals of both sexes with any
sign between (``Lehrer:innen``), and Hebrew acronyms, whose last letter stands after the quotation
mark of a keyboard (``צה"ל``), which parts words.

Other compounds are joined by a table only. *Health care* (1,830 articles) and ``healthcare`` (529),
*e-mail* (46) and ``email`` (360) mean the same wherever they stand; but so many other pairs do not
(*every day*, *may be*, *in to*, *white house*) that there is no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from newsearch.analysis.function_words import function_words
from newsearch.patterns import lazy_pattern

# The last group is the first of two words. A plural or a series may follow a number, F-16s; a
# pattern has wildcards.
_COMPOUND = lazy_pattern(
    r"([^\W\d_]+)(?:\d+[a-z]?|\d[\d*?]*)|(\d+)s|(?:(?=(?:([a-z])\3){2}\Z)(..)..)"
    r"|([^\W_]+)&[^\W_]+|([א-ת]+)[א-ת]|([^\W\d_]{3,})\*?innen"
)
_PLURAL_NUMBER = lazy_pattern(r"\d{1,3}s?")
_PLURAL_NUMBERED = lazy_pattern(r"[^\W\d_]+\d{1,3}s?")

_JOINED = {
    first + second: (first, second)
    for first, seconds in {
        "e": "mail mails mailed mailing mail*",
        "health": "care care*",
        "ph": "d",
    }.items()
    for second in seconds.split()
}
_MAY_BE_COMPOUND = lazy_pattern(r"[\d&א-ת]|innen|e ?mail|health ?care|ph ?d\b|([a-z])\1 ?([a-z])\2")
"""What every compound has; the words of most queries are passed over in a tenth of the time."""

Words = tuple[str, ...]
"""Word forms side by side; some may have wildcards."""


def other_spellings(words: Words, is_known: Callable[[str], bool]) -> list[Words]:
    """Return words side by side with their compounds in one word, and with them in two.

    `is_known`: whether there is a word form, which has no wildcards; a spelling with one that there
    is not is left out.
    """
    if not _MAY_BE_COMPOUND.search(" ".join(words)):
        return []
    apart = tuple(part for word in words for part in _parts(word, is_known))
    return [one for one in dict.fromkeys((tuple(joined(words, is_known)), apart)) if one != words]


def in_other_number(words: Words, is_known: Callable[[str], bool]) -> list[Words]:
    """Return words that end in letters and a number, as plural or singular: ``F-16s``, ``f16``.

    Four digits are a year. Nothing of other words, or where there is no such form.
    """
    last = words[-1]
    if not (_PLURAL_NUMBER if words[1:] else _PLURAL_NUMBERED).fullmatch(last):
        return []
    other = last.removesuffix("s") if last.endswith("s") else f"{last}s"
    return [(*words[:-1], other)] if is_known(other) else []


def joined(words: Sequence[str], is_known: Callable[[str], bool]) -> Iterator[str]:
    """Yield words side by side with their compounds in one word, where there is one."""
    if not _MAY_BE_COMPOUND.search(" ".join(words)):
        yield from words
        return
    at = 0
    while at < len(words):
        first, second = words[at], words[at + 1] if at + 1 < len(words) else ""
        parts = first.lower(), second
        word = "".join(parts)
        is_one = _split(word) == parts and (_is_pattern(word) or is_known(word))
        yield word if is_one else first
        at += 2 if is_one else 1


def _parts(word: str, is_known: Callable[[str], bool]) -> Words:
    """Return a word that is a compound in two, another one alone."""
    parts = _split(word)
    if parts[0] in function_words("en") or not all(_is_pattern(p) or is_known(p) for p in parts):
        return (word,)
    return parts


def _split(word: str) -> Words:
    """Return the two words that a compound is written as, another word alone."""
    if found := _COMPOUND.fullmatch(word):
        head = found[found.lastindex or 0]
        return head, word[len(head) :].lstrip("&*")
    return _JOINED.get(word, (word,))


def _is_pattern(word: str) -> bool:
    return "*" in word or "?" in word
