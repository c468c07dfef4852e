"""The lines of a page and what each of them is: prose, menu, caption, plea, credit, heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from newsearch.sources.page import cues
from newsearch.sources.page.credits import agencies_of, has_date, is_byline, is_dateline
from newsearch.sources.page.recurring import hash_of

# A letter of Chinese or Japanese writing says about as much as this many Latin ones.
_WIDE_LETTER_WEIGHT = 2.5
_LONGEST_CUE = 300
_LONGEST_SECTION = 50
# A short line that comes so often is part of a template: "Reply", "Credit A. Person".
_TIMES_OF_TEMPLATE = 4
_HEADLINE_WEIGHT = 25.0
_PROSE_WEIGHT = 80.0
_SENTENCE_WEIGHT = 40.0
_MOST_CAPITALISED = 0.6

_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_SENTENCE_END = re.compile(r"[.!?…。！？:]\W{0,4}$")
_TEASER_END = re.compile(r"(?:\.\.\.|…|\[…\])\W{0,2}$")
_BULLET = re.compile(r"^[\s•·▪●■◆▶►»›*–—|-]+|[\s•·▪●■|]+$")
_MENU_WORD = re.compile(r"[\w./&-]+")
_SPACE = re.compile(r"\s+")


class Kind(Enum):
    """What a line is."""

    PROSE = "paragraph of running text"
    SENTENCE = "short sentence"
    SHORT = "short line: headline, subheading, list item, or rubbish"
    MENU = "buttons and menus"
    PLEA = "plea to the reader"
    CAPTION = "caption of a picture"
    RELATED = "heading over teasers inside the article"
    COMMENTS = "heading over what readers wrote"
    END = "heading after which the article is over"
    BYLINE = "who wrote it"
    AGENCY = "wire services"
    SECTION = "section of the paper"
    DATE = "date and little else"
    PLACE = "dateline on a line of its own"
    RECURRING = "line of several pages of the source"


_TEXT_KINDS = (Kind.PROSE, Kind.SENTENCE, Kind.SHORT)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page that is not blank.

    Parameters
    ----------
    text
        Outer and repeated space removed.
    kind
        What it is, seen by itself.
    weight
        Letters, where one of Chinese or Japanese writing counts for several.
    stands_alone
        A blank line, or the end of the page, is before it and after it.
    is_teaser
        It ends cut off, as teasers do.
    number
        Which line of the page it is, from 1.
    """

    text: str
    kind: Kind
    weight: float
    stands_alone: bool = False
    is_teaser: bool = False
    number: int = 0


def rows_of(text: str) -> list[str]:
    """Split a page into its lines; blank ones are ''."""
    return [_SPACE.sub(" ", row).strip() for row in text.replace("\0", "").splitlines()]


def page_lines(rows: Sequence[str], recurring: Container[int] = ()) -> list[Line]:
    """Tell what the lines of a page are. Linear in the length of its text.

    Parameters
    ----------
    rows
        The lines, as `rows_of` returns them.
    recurring
        Hashes of those that are known to recur over pages of the source. Where no prose is left
        without them, nothing is known: the page is then a copy of others.
    """
    rows = ["", *rows, ""]
    counts = Counter(rows)
    lines = [
        _line(row, counts[row], at, stands_alone=not rows[at - 1] and not rows[at + 1])
        for at, row in enumerate(rows)
        if row
    ]
    told = [_told(line, recurring) for line in lines] if recurring else lines
    return told if any(line.kind is Kind.PROSE for line in told) else lines


def _told(line: Line, recurring: Container[int]) -> Line:
    if line.kind in _TEXT_KINDS and hash_of(line.text) in recurring:
        return replace(line, kind=Kind.RECURRING)
    return line


def _line(text: str, n_times: int, number: int, *, stands_alone: bool) -> Line:
    weight = _weight(text)
    kind = _kind(text, weight)
    if kind is Kind.SHORT and n_times >= _TIMES_OF_TEMPLATE and weight < _HEADLINE_WEIGHT:
        kind = Kind.MENU
    is_teaser = len(text) < _LONGEST_CUE and bool(_TEASER_END.search(text))
    return Line(text, kind, weight, stands_alone, is_teaser, number)


def _weight(text: str) -> float:
    n_wide = len(_WIDE.findall(text))
    n_space = text.count(" ")
    return len(text) - n_space - n_wide + _WIDE_LETTER_WEIGHT * n_wide


def _kind(text: str, weight: float) -> Kind:
    if len(text) <= _LONGEST_CUE:
        bare = _BULLET.sub("", text)
        for kind, is_kind in _TESTS:
            if is_kind(bare):
                return kind
    if weight >= _PROSE_WEIGHT and not _is_list(text):
        return Kind.PROSE
    if _SENTENCE_END.search(text[-8:]) and weight >= 12:
        is_prose = weight >= _SENTENCE_WEIGHT and not _is_list(text)
        return Kind.PROSE if is_prose else Kind.SENTENCE
    return Kind.SHORT


def _is_list(text: str) -> bool:
    """Whether a line is a row of links or names, not running text: its capitals tell."""
    words = text[:1000].split()
    if len(words) < 4:
        return False
    capitalised = sum(word[0].isupper() or not word[0].isalnum() for word in words)
    return capitalised > _MOST_CAPITALISED * len(words) and not _SENTENCE_END.search(text[-8:])


def is_menu(text: str) -> bool:
    """Whether a line has no words but those of buttons and menus, or no words at all."""
    words: list[str] = _MENU_WORD.findall(text.lower())
    n_menu = sum(word in cues.MENU_WORDS for word in words)
    n_glue = sum(word in cues.MENU_GLUE for word in words)
    if n_menu:
        return n_menu + n_glue == len(words) and n_menu >= n_glue
    return all(word.isdigit() for word in words)


def is_section(text: str) -> bool:
    """Whether a line names sections of a paper and nothing else."""
    if len(text) > _LONGEST_SECTION:
        return False
    parts = cues.SECTION_SEPARATOR.split(text.lower())
    return all(part.replace(" ", "-") in cues.SECTIONS for part in parts)


def is_caption(text: str) -> bool:
    """Whether a line ends in the credit of a picture."""
    return _has_cue(text, cues.CREDIT)


def is_plea(text: str) -> bool:
    """Whether a line asks the reader to subscribe, follow, accept, or not to copy."""
    return _has_cue(text, cues.PLEA)


def _has_cue(text: str, patterns: Mapping[str, re.Pattern[str]]) -> bool:
    lower = text.lower()
    for word, pattern in patterns.items():  # noqa: SIM110  a generator took 1.6 x the time
        if word in lower and pattern.search(text):
            return True
    return False


_TESTS: tuple[tuple[Kind, Callable[[str], object]], ...] = (
    (Kind.COMMENTS, cues.COMMENTS.fullmatch),
    (Kind.MENU, is_menu),
    (Kind.AGENCY, agencies_of),
    (Kind.SECTION, is_section),
    (Kind.RELATED, cues.RELATED.fullmatch),
    (Kind.END, cues.END.fullmatch),
    (Kind.PLEA, is_plea),
    (Kind.BYLINE, is_byline),
    (Kind.CAPTION, is_caption),
    (Kind.DATE, has_date),
    (Kind.PLACE, is_dateline),
)
