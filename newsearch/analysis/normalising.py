"""The text that words are cut from: one spelling for characters that readers take for the same.

Four steps, in an order that matters. Invisible characters go, and a zero-width space becomes a
space; apostrophes of every kind that stand between letters become ``'``; what is left is brought to
Unicode's compatibility form (NFKC); signs that are spelling within a word go: the dot of Catalan
``paral·lel``, and Hebrew gershayim before the last letter, which tell an acronym. Only then are
words cut, so that a full-width ``R&D`` is one word, and a Thai vowel is the same in whichever way
it was typed.

Nearly all of a text is as it should be. So only its *runs* are looked at: characters that can
change, with the one before them, which they may join.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from newsearch.analysis.characters import (
    INVISIBLE,
    LETTER,
    MARK,
    REORDERED,
    UNSTABLE,
    class_of,
    ranges,
    regex_set,
)
from newsearch.patterns import lazy_pattern
from newsearch.values import frozen

ZERO_WIDTH_SPACE = "\u200b"

TYPESET_APOSTROPHES = "\u2019\u2018"
"""Apostrophes of nearly every printed text; left as they are, for the tokeniser knows them."""

OTHER_APOSTROPHES = (
    "`\u00b4\u2032\u2035\u201b\u055a\u05f3\uff07\uff40"
    "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\ua78b\ua78c\x91\x92"
)
"""What stands for an apostrophe: accents typed alone, primes, letters of several scripts, and the
control characters that Windows' quotation marks become in a text that is read as Latin-1."""

WIDE_JOINERS = "\uff06\ufe60\uff0c\ufe50\ufe10\uff0e\ufe52\u2024"
"""Forms of ``&``, ``,`` and ``.`` that become what joins letters or digits to one word."""

SPELLING_SIGNS = "\u00b7\u2027\u05f4"
"""Middle dots and gershayim, see `_SPELLING_SIGN`."""

RUN_LENGTH_LIMIT = 1024
"""Characters that are brought to a normal form at once: it takes quadratic time on many marks."""

_SPELLING_SIGN = lazy_pattern(
    "(?<=[lL])[\u00b7\u2027](?=[lL])|(?<=[\u05d0-\u05ea])\u05f4(?=[\u05d0-\u05ea](?![^\\W\\d_]))"
)
_N_AND_APOSTROPHE = {0x149: "\u02bcn"}
_AFTER_FFFF = lazy_pattern("[\U00010000-\U0010ffff]")

_Run = tuple[int, int, int, int]


@frozen
class NormalText:
    """A normal text, as words are cut from it, and where its characters come from.

    `runs`: of each stretch that differs from the original, ascending: its start and end in the
    normal text, then those in the original, in characters.
    """

    text: str
    runs: tuple[_Run, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the original that some of the normal text come from.

        A stretch that begins or ends within a run takes in all that the run was written as.
        """
        return (self._start(start), self._end(end)) if self.runs else (start, end)

    def _start(self, at: int) -> int:
        number = bisect_right(self.runs, at, key=_start_of) - 1
        if number < 0:
            return at
        _, end, first, last = self.runs[number]
        return first if at < end else at - end + last

    def _end(self, at: int) -> int:
        number = bisect_right(self.runs, at - 1, key=_start_of) - 1
        if number < 0:
            return at
        _, end, _, last = self.runs[number]
        return last if at <= end else at - end + last


def _start_of(run: _Run) -> int:
    return run[0]


def visible(text: str) -> str:
    """Return a text without invisible characters; a zero-width space becomes a space."""
    return text if text.isascii() and "\0" not in text else text.translate(_invisible())


def normal(text: str) -> str:
    """Return the text that words are cut from; most texts as they are."""
    return text if _is_normal(text) else "".join(new for new, _, _ in _pieces(text))


def aligned(text: str) -> NormalText:
    """Return the text that words are cut from, with where its characters come from."""
    if _is_normal(text):
        return NormalText(text)
    parts: list[str] = []
    runs: list[_Run] = []
    length = 0
    for new, start, end in _pieces(text):
        parts.append(new)
        if new != text[start:end]:
            runs.append((length, length + len(new), start, end))
        length += len(new)
    return NormalText("".join(parts), tuple(runs))


def _is_normal(text: str) -> bool:
    """Whether a text is normal for sure."""
    if text.isascii():
        return "`" not in text and "\0" not in text
    return _runs_in(text).search(text) is None


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what each stretch of a text becomes, and its start and end in the text."""
    last = 0
    for run in _runs_in(text).finditer(text):
        start, end = run.span()
        before = text[start - 1] if start > last else ""
        new = _normal_run(before, run.group(), text[end : end + 2])
        if before and new.startswith(before):
            new = new[1:]
        else:
            start -= len(before)
        yield text[last:start], last, start
        yield new, start, end
        last = end
    yield text[last:], last, len(text)


def _normal_run(before: str, run: str, after: str) -> str:
    """Return what a run becomes together with the character before it, where there is one."""
    shown = visible(run).translate(_N_AND_APOSTROPHE)
    if any(char in OTHER_APOSTROPHES for char in shown):
        beside = f"{before or ' '}{shown}{after[:1] or ' '}"
        shown = "".join(map(_apostrophe, beside, shown, beside[2:]))
    if unicodedata.normalize("NFKC", before) != before:  # one that stays as it is, such as ½
        return before + unicodedata.normalize("NFKC", shown)
    run = unicodedata.normalize("NFKC", before + shown)
    run = _SPELLING_SIGN.sub("", run + after)
    return run.removesuffix(after)


def _apostrophe(before: str, char: str, after: str) -> str:
    if char not in OTHER_APOSTROPHES:
        return char
    is_within = class_of(before) in (LETTER, MARK) and class_of(after) == LETTER
    return "'" if is_within else " "


@cache
def _invisible() -> dict[int, str | None]:
    removed = {code: None for first, last in ranges(INVISIBLE) for code in range(first, last + 1)}
    return removed | {ord(ZERO_WIDTH_SPACE): " "}


def _runs_in(text: str) -> re.Pattern[str]:
    # `re` looks through the ranges after U+FFFF one by one, which few texts need.
    return _run_pattern(sys.maxunicode if _AFTER_FFFF.search(text) else 0xFFFF)


@cache
def _run_pattern(last: int) -> re.Pattern[str]:
    changing = regex_set(UNSTABLE, REORDERED, INVISIBLE, last=last)
    changing += ZERO_WIDTH_SPACE + OTHER_APOSTROPHES + SPELLING_SIGNS
    return re.compile(f"[{changing}]{{1,{RUN_LENGTH_LIMIT}}}")
