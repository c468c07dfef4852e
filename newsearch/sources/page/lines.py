"""The lines of a page and what each of them is: prose, menu, caption, plea, credit, heading."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from enum import Enum
from itertools import accumulate
from typing import NamedTuple

from newsearch.sources.page import cues
from newsearch.sources.page.credits import (
    LONGEST_DATE_LINE,
    agencies_of,
    has_date,
    is_byline,
    is_dateline,
)
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
_SENTENCE_MARKS = ".!?…。！？:।॥؟۔։።။។"
_SENTENCE_END = re.compile(rf"[{_SENTENCE_MARKS}]\W{{0,4}}$")
_PARAGRAPH_END = re.compile(
    _SENTENCE_END.pattern[:-1] + r"(?:[(\[][^()\[\]]{1,25}[)\]]\W{0,3}){0,3}$"
)
_TEASER_END = re.compile(r"(?:\.\.\.|…|\[…\])\W{0,2}$")
# A teaser that is cut off, and its time: "Talks end in Seoul… 12:33 PM UTC".
_GLUED_TEASER = re.compile(
    r"(?:…|\.\.\.)[^.]{0,40}\d\d?:\d\d(?: ?[AaPp][Mm])?(?: [A-Z]{2,5}| Uhr)?$"
)
_BULLETS_BEFORE, _BULLETS_AFTER = " •·▪●■◆▶►»›*–—|-【", " •·▪●■|:：】"
WRAPPED = "\0"
_FEWEST_WRAPPED = 3
_LEAST_WIDTH, _MOST_WIDTH = 45, 100
_ITEM = re.compile(r"[+*•·▪●■◆▶►–-] ?(?=\w)")
_ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+/[^\s{\"]*")
_MENU_WORD = re.compile(r"[\w./&-]+")
# The first letters of a line tell mostly that it names no sections.
_SECTION_STARTS = frozenset(section[:3] for section in cues.SECTIONS)
_BYLINE_WORDS = frozenset(cues.BYLINE_WORDS)
# With a letter of each that few pages have, where it has one: that is found in less time.
_CUE_WORDS = {
    word: max(word) if max(word) > "\x7f" else ""
    for word in (*cues.PLEA, *cues.CREDIT, *cues.BYLINE_WORDS)
}
# Of the lines of a load so many are remembered, those of menus and templates: longer ones seldom
# come again.
_MOST_KNOWN, _LONGEST_KNOWN = 20_000, 60


class Kind(Enum):
    """What a line is."""

    __hash__ = object.__hash__  # that of `Enum` takes several times as long

    PROSE = "paragraph of running text"
    SENTENCE = "short sentence"
    SHORT = "short line: headline, subheading, list item, or rubbish"
    MENU = "buttons and menus"
    PLEA = "plea to the reader"
    CAPTION = "caption of a picture"
    GALLERY = "gallery of numbered pictures"
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


class Line(NamedTuple):
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

    @property
    def is_item(self) -> bool:
        """Whether it starts with the mark of an item of a list."""
        return not self.text[0].isalnum() and bool(_ITEM.match(self.text))

    @property
    def ends_sentence(self) -> bool:
        """Whether it ends as a sentence does; a credit or a note in brackets may follow."""
        return self.text[-1] in _SENTENCE_MARKS or bool(_PARAGRAPH_END.search(self.text[-40:]))


class _Look(NamedTuple):
    """What a line is by itself; as those of `Line`."""

    kind: Kind
    weight: float
    is_teaser: bool


_known: dict[str, _Look] = {}


def rows_of(text: str) -> list[str]:
    """Split a page into its lines; blank ones are ''.

    Paragraphs that were wrapped at some width become one line, with `WRAPPED` for their others.
    """
    rows = [_one_line(row) for row in text.replace("\0", "").splitlines()]
    start = 0
    for at, row in enumerate([*rows, ""]):
        if not row:
            if _is_wrapped(rows[start:at]):
                rows[start:at] = [" ".join(rows[start:at]), *[WRAPPED] * (at - start - 1)]
            start = at + 1
    return rows


def _is_wrapped(rows: Sequence[str]) -> bool:
    """Whether rows are one paragraph: no first word of a row had room on the row above.

    Most rows of text also start with a small letter, unlike headlines that are as long.
    """
    if len(rows) < _FEWEST_WRAPPED:
        return False
    width = max(map(len, rows))
    if not _LEAST_WIDTH <= width <= _MOST_WIDTH:
        return False
    words = [row.split(" ", 1)[0] for row in rows[1:]]
    is_full = all(len(row) + 1 + len(word) > width for row, word in zip(rows, words, strict=False))
    return is_full and 2 * sum(word[0].islower() for word in words) >= len(words)


def _one_line(row: str) -> str:
    # The only space that is printable is the usual one.
    is_plain = row.isprintable() and "  " not in row
    return row.strip() if is_plain else " ".join(row.split())


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
    looks = _looks(counts)
    lines: list[Line] = []
    for at, row in enumerate(rows):
        if row and row != WRAPPED:
            kind, weight, is_teaser = looks[row]
            if (
                kind is Kind.SHORT
                and weight < _HEADLINE_WEIGHT
                and counts[row] >= _TIMES_OF_TEMPLATE
            ):
                kind = Kind.MENU
            stands_alone = not rows[at - 1] and not rows[at + 1]
            lines.append(Line(row, kind, weight, stands_alone, is_teaser, at))
    told = [_told(line, recurring) for line in lines] if recurring else lines
    return told if any(line.kind is Kind.PROSE for line in told) else lines


def _told(line: Line, recurring: Container[int]) -> Line:
    if line.kind in _TEXT_KINDS and hash_of(line.text) in recurring:
        return line._replace(kind=Kind.RECURRING)
    return line


def _looks(rows: Collection[str]) -> dict[str, _Look]:
    """Return how each of some different lines looks."""
    looks = {row: look for row in rows if (look := _known.get(row))}
    new = [row for row in rows if row and row not in looks]
    told = dict(zip(new, _tell(new), strict=True))
    if len(_known) > _MOST_KNOWN:
        _known.clear()
    _known.update(one for one in told.items() if len(one[0]) <= _LONGEST_KNOWN)
    return looks | told


def _tell(rows: Sequence[str]) -> Iterator[_Look]:
    short = [row for row in rows if len(row) <= _LONGEST_CUE]
    bare = [row.lstrip(_BULLETS_BEFORE).rstrip(_BULLETS_AFTER) for row in short]
    lower = [text.lower() for text in bare]
    words = _words_of(lower)
    cued = {
        row: kind
        for n, row in enumerate(short)
        if (kind := _kind_by_cue(bare[n], lower[n], words.get(n, ())))
    }
    for row in rows:
        weight = _weight(row)
        tail = row[-6:]
        is_teaser = (
            ("…" in tail or "..." in tail)
            and len(row) < _LONGEST_CUE
            and bool(_TEASER_END.search(tail))
        )
        yield _Look(cued.get(row) or _kind_by_shape(row, weight), weight, is_teaser)


def _words_of(rows: Sequence[str]) -> Mapping[int, Sequence[str]]:
    """Find the lines that have words of cues, and which; lines are in lower case.

    Each word is looked for in all lines at once, since most are on no line of a page.
    """
    found: defaultdict[int, list[str]] = defaultdict(list)
    text = "\n".join(rows)
    starts = list(accumulate((len(row) + 1 for row in rows), initial=0))
    for word, letter in _CUE_WORDS.items():
        at = text.find(word) if letter in text else -1
        while at >= 0:
            n = bisect_right(starts, at) - 1
            found[n].append(word)
            at = text.find(word, starts[n + 1])
    return found


def _weight(text: str) -> float:
    n_wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return len(text) - text.count(" ") - n_wide + _WIDE_LETTER_WEIGHT * n_wide


def _kind_by_cue(text: str, lower: str, words: Sequence[str]) -> Kind | None:
    for kind, is_kind in _TESTS_OF_LOWER:
        if is_kind(lower):
            return kind
    if words:
        for kind, has_cue in _TESTS_OF_CUES:
            if has_cue(text, words):
                return kind
    if len(text) <= LONGEST_DATE_LINE:
        for kind, is_kind in _TESTS_OF_SHORT:
            if is_kind(text):
                return kind
    return None


def _kind_by_shape(text: str, weight: float) -> Kind:
    if len(text) > _LONGEST_CUE and "ookie" in text[:150] and cues.CONSENT.match(text):
        return Kind.PLEA
    if "/" in text and _ADDRESS.fullmatch(text):
        return Kind.MENU
    if text[-1].isalnum() and ":" in text[-16:] and _GLUED_TEASER.search(text):
        return Kind.RELATED
    if weight >= _PROSE_WEIGHT and not _is_list(text):
        return Kind.PROSE
    if weight >= 12 and _ends_sentence(text):
        is_prose = weight >= _SENTENCE_WEIGHT and not _is_list(text)
        return Kind.PROSE if is_prose else Kind.SENTENCE
    return Kind.SHORT


def _ends_sentence(text: str) -> bool:
    last = text[-1]
    if last in _SENTENCE_MARKS or last.isalnum():
        return last in _SENTENCE_MARKS
    return bool(_SENTENCE_END.search(text[-8:]))


def _is_list(text: str) -> bool:
    """Whether a line is a row of links or names, not running text: its capitals tell."""
    if _ends_sentence(text):
        return False
    words = text[:1000].split()
    if len(words) < 4:
        return False
    capitalised = sum(word[0].isupper() or not word[0].isalnum() for word in words)
    return capitalised > _MOST_CAPITALISED * len(words)


def is_menu(text: str) -> bool:
    """Whether a line has no words but those of buttons and menus, or no words at all."""
    return _is_menu(text.lower())


def _is_menu(lower: str) -> bool:
    first = _MENU_WORD.search(lower)
    if first and not _is_of_menu(first[0]):
        return False
    words: list[str] = _MENU_WORD.findall(lower)
    others = [word for word in words if word not in cues.MENU_WORDS]
    if len(others) < len(words):
        return 2 * len(others) <= len(words) and cues.MENU_GLUE.issuperset(others)
    return all(word.isdigit() for word in words)


def _is_of_menu(word: str) -> bool:
    return word in cues.MENU_WORDS or word in cues.MENU_GLUE or word.isdigit()


def is_section(lower: str) -> bool:
    """Whether a line, in lower case, names sections of a paper and nothing else."""
    is_likely = lower[:3] in _SECTION_STARTS or lower[:2] in _SECTION_STARTS
    if len(lower) > _LONGEST_SECTION or not is_likely:
        return False
    parts = cues.SECTION_SEPARATOR.split(lower)
    return all(part.replace(" ", "-") in cues.SECTIONS for part in parts)


def _has_cue(text: str, words: Sequence[str], patterns: Mapping[str, re.Pattern[str]]) -> bool:
    return any(word in patterns and patterns[word].search(text) for word in words)


# In this order: what a line is told to be first, it is.
_TESTS_OF_LOWER: tuple[tuple[Kind, Callable[[str], object]], ...] = (
    (Kind.COMMENTS, cues.COMMENTS.fullmatch),
    (Kind.MENU, _is_menu),
    (Kind.AGENCY, agencies_of),
    (Kind.SECTION, is_section),
    (Kind.RELATED, cues.RELATED.fullmatch),
    (Kind.END, cues.END.fullmatch),
)
_TESTS_OF_CUES: tuple[tuple[Kind, Callable[[str, Sequence[str]], object]], ...] = (
    (Kind.PLEA, lambda text, words: _has_cue(text, words, cues.PLEA)),
    (Kind.BYLINE, lambda text, words: not _BYLINE_WORDS.isdisjoint(words) and is_byline(text)),
    (Kind.CAPTION, lambda text, words: _has_cue(text, words, cues.CREDIT)),
)
_TESTS_OF_SHORT: tuple[tuple[Kind, Callable[[str], object]], ...] = (
    (Kind.DATE, has_date),
    (Kind.PLACE, is_dateline),
)
