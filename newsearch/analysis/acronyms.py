"""Acronyms that capitals or full stops tell from other words: ``US`` and ``us``, ``U.S.``.

Full stops are spelling: ``E.U.`` is ``EU``. So are capitals, but where the same letters are a
function word of English: then a word all in capitals has a form of its own, in capitals, while its
stem is that of the small letters. A text all in capitals cannot tell the two apart; its ``US`` has
the form of the acronym, and as any ``US`` it is found by ``us`` too.
"""

from __future__ import annotations

from functools import cache

from newsearch.analysis.characters import LETTER, MARK, class_of
from newsearch.analysis.function_words import function_words
from newsearch.patterns import lazy_pattern

CAPITALS_LIMIT = 8
"""Letters of a word whose capitals can count; with an ending, bytes of both."""

# An ending takes a letter and an apostrophe, which is of three bytes in print.
_IN_CAPITALS = lazy_pattern(f"([A-Z]{{2,{CAPITALS_LIMIT}}})|([A-Z]{{2,4}})['\u2019\u2018](s)")
_MARKS = "'\u2019\u2018"
_DOTTED = lazy_pattern(f"(.*[{_MARKS}])?([^.{_MARKS}]+(?:\\.[^.{_MARKS}]+)+)\\.?([{_MARKS}][sS])?")
_ENDING = "'s"
_OPERATORS = frozenset(("AND", "OR", "NOT", "TO"))
"""Words that queries have in capitals for another reason."""


@cache
def acronyms() -> frozenset[str]:
    """Return the words in capitals that are not the same word in small letters."""
    words = filter(str.isalpha, function_words("en"))
    return frozenset(w.upper() for w in words if 2 <= len(w) <= CAPITALS_LIMIT) - _OPERATORS


def acronym_form(word: str) -> str | None:
    """Return the form of a token whose capitals count; None for another one."""
    found = _IN_CAPITALS.fullmatch(word) if word[:2].isupper() else None
    if found is None:
        return None
    letters = found[1] or found[2]
    return letters + (_ENDING if found[3] else "") if letters in acronyms() else None


def is_acronym(form: str) -> bool:
    """Whether a word form is one in capitals."""
    return form.removesuffix(_ENDING) in acronyms()


def without_stops(word: str) -> str:
    """Return a token without an acronym's full stops, not a number's; its capitals then count.

    An elided word before it stays, ``l'O.N.U``, and so does ``'s`` after it, in small letters.
    """
    found = _DOTTED.fullmatch(word)
    if found is None:
        return word
    elided, dotted, ending = found.groups("")
    classes = [class_of(char) for char in dotted.partition(".")[0]]
    if classes[0] != LETTER or set(classes[1:]) - {MARK}:
        return word
    letters = dotted.replace(".", "")
    capitals = letters.upper()
    return elided + (capitals if capitals in acronyms() else letters) + ending.lower()


def written_alike(form: str) -> tuple[str, ...]:
    """Return the word forms that a quoted form stands for: itself, and for ``us`` ``US`` too."""
    letters = form.removesuffix(_ENDING)
    if letters.upper() not in acronyms():
        return (form,)
    capitals = letters.upper() + form[len(letters) :]
    return (capitals, form) if capitals != form and acronym_form(capitals) else (form,)
