"""Who wrote it, which wire service, from where, and when: read from the lines of a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache

from newsearch.article import ArticleDate, DateOrigin
from newsearch.dates import (
    DateOrder,
    FoundDate,
    find_dates,
    is_month,
    read_date,
    three_numbers,
)
from newsearch.errors import ArticleError
from newsearch.relative_dates import relative_day
from newsearch.sources.page import cues

_SPLIT_AGENCIES = re.compile(r"\s*[,;/|+&]\s*|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+")
_AROUND_AGENCIES = "()[] \t•·-–—|."
_AFTER_AGENCIES = f",;/+&{_AROUND_AGENCIES}"
_BEFORE_AGENCIES = re.compile(r"^(?:by|from|source|via|quelle)[: ]\s*", re.I)
_AGENCY_ENDS = frozenset(name[-2:] for name in cues.AGENCIES)
_LONGEST_CREDIT = 120
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_DATE_LINE = 90
_WORD = re.compile(r"[^\W\d_][\w.'’-]*")
_BARS = re.compile(
    r"\s*[|•·~/›»]\s*|\s+[-–—]\s+|@\w+|\d\d?:\d\d(?!\d*\s+\S{2}：).*|\s{2,}|\s(?=\S{2}：)"
)
_KOREAN_MARKS = re.compile(r"[·,]\s?")
_TIME_LINE = re.compile(r"(?:\d\d?[:.h]\d\d.{0,12}|\d+[ -]min(?:ute)?s?(?: read)?)", re.I)
# "March 3, 2019 by Mara Quill"
_BY_AFTER_NUMBER = re.compile(
    r"(?<=\d)[^\d|]{0,15}?[\s,]((?:[Bb]y|BY|[Vv]on|[Pp]ar|[Pp]or|[Dd]oor|a[fv])\s+)(?=[^\W\d_])"
)
_LONG_BYLINE = re.compile(r"By [^,.]{5,40}, an? [a-z]")
_FOUR_DIGITS = re.compile(r"\d{4}")
_TWO_NUMBERS = re.compile(r"\d\D+\d")
_NAME_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_. ]?(\d\d)[-_. ]?(\d\d)(?!\d)")
_GLUED_MONTH = re.compile(r"(?<=[a-zß-ÿ])(?=[A-Z][a-z]{2,8}\.? \d)")
_NO_NAME = re.compile(r"[\d,،、;:|/()（）\[\]@]|报道|報道|報導|摄影|攝影")
_WIDE_NAME = re.compile(r"[\u3040-\u9fff]{2,6}(?:\s|$)")
_LISTED_NAME = re.compile(r"[\u3040-\u9fff]{2,5}")
_MOST_NAME_WORDS = 4
_NO_DAY = date(1970, 1, 1)
_NAME_WORD = re.compile(r"[^\W\d_]{3,}")
_FEWEST_OF_HEADLINE = 2
_PLACE_WORD = r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]+"
_DATELINE = re.compile(rf"({_PLACE_WORD}(?: {_PLACE_WORD}){{0,3}})(?:, [A-Z][\w. -]{{1,25}})?")
_LEAD = re.compile(
    rf"({_PLACE_WORD}(?: {_PLACE_WORD}){{0,3}})"
    r"(?:, [A-Z][\w.' ]{1,25})?(?P<day>,? [A-Z][a-z]+\.? \d{1,2}(?:, \d{4})?)?"
    r"\s*(?:\((?P<agency>[^()]{2,40})\))?\s*(?:[-–—_]{1,2}|:)\s"
)


def agencies_of(text: str) -> tuple[str, ...]:
    """Return the wire services that a line names, when it names nothing else."""
    if len(text) > _LONGEST_CREDIT:
        return ()
    if text.rstrip(_AFTER_AGENCIES)[-2:].lower() not in _AGENCY_ENDS:
        return ()
    text = _BEFORE_AGENCIES.sub("", text.strip(_AROUND_AGENCIES))
    parts = [cues.AGENCIES.get(part.lower()) for part in _SPLIT_AGENCIES.split(text) if part]
    return tuple(dict.fromkeys(part for part in parts if part)) if all(parts) else ()


def agency_of_credit(text: str) -> tuple[str, ...]:
    """Return the wire service that the credit of a picture ends in."""
    return agencies_of(cues.CREDIT_SEPARATOR.split(text[-60:])[-1])


def is_byline(text: str) -> bool:
    """Whether a line says who wrote the story."""
    return bool(authors_of(text))


def authors_of(text: str) -> tuple[str, ...]:
    """Return the writers that a byline names, in its order; () for any other line.

    A byline starts with a word such as ``By``, or is one part of several with bars between them;
    a date may follow, or stand before it where the names end the line. Names in capitals get their
    usual case.
    """
    if len(text) > _LONGEST_CREDIT and not _LONG_BYLINE.match(text):
        return ()
    if after := cues.BYLINE_AFTER.fullmatch(text):
        return tuple(_KOREAN_MARKS.split(after["names"]))
    start = _after_date(text[:_LONGEST_CREDIT])
    for part in _parts(start) if cues.BYLINE.match(start) or _BARS.search(start) else ():
        if match := cues.BYLINE.match(part):
            rest = part[match.end() :]
            is_uncased = rest[0].isalpha() and rest[0].lower() == rest[0].upper()
            return _uncased_names(rest) if is_uncased else _names(rest)
    return ()


def _after_date(text: str) -> str:
    """Return a line without a date before its byline, where nothing is after the names."""
    for by in _BY_AFTER_NUMBER.finditer(text):
        before = text[: by.start(1)]
        if bare_names_of(text[by.end() :]) and (_days(before) or any(three_numbers(before))):
            return text[by.start(1) :]
    return text


def _uncased_names(text: str) -> tuple[str, ...]:
    """Return the names at the start of a text in a script without capitals, up to four words."""
    if (listed := text.split("、")) and all(map(_LISTED_NAME.fullmatch, listed)):
        return tuple(listed)
    start = _NO_NAME.split(text)[0].strip()
    names = start.split() if _WIDE_NAME.match(start) else [start]
    return tuple(names) if start and len(start.split()) <= _MOST_NAME_WORDS else ()


def bare_names_of(text: str) -> tuple[str, ...]:
    """Return the names that a line consists of, beside a date and a job; () for any other line."""
    if len(text) > _LONGEST_CREDIT:
        return ()
    parts = _parts(text)
    name, comma, job = parts[0].partition(", ") if parts else ("", "", "")
    if comma and job.rpartition(" ")[2].casefold() in cues.JOBS:
        parts[0] = name
    names = _names(parts[0]) if parts else ()
    words = re.findall(r"[^\W\d_]+", parts[0]) if parts else []
    known = set(re.findall(r"[^\W\d_]+", " ".join(names).casefold()))
    known |= cues.NAME_GLUE | cues.NOT_NAMES
    return names if all(word.casefold() in known for word in words) else ()


def _parts(text: str) -> list[str]:
    """Split a line of credits at bars and the like; dates, and accounts of networks, are gone."""
    text = _GLUED_MONTH.sub(" ", text)
    for found in reversed(_dates(text)):
        text = f"{text[: found.start]}|{text[found.stop :]}"
    return [part for part in (one.strip(" ,;.–—-") for one in _BARS.split(text)) if part]


def _names(text: str) -> tuple[str, ...]:
    names: list[str] = []
    while text:
        name, text = _next_name(text)
        if name and not (names and name.rpartition(" ")[2].lower() in cues.NAMES_OF_PAPERS):
            names.append(name)
    return tuple(dict.fromkeys(names))


def _next_name(text: str) -> tuple[str, str]:
    """Take one name off the start; no name and no rest when there is none."""
    words: list[str] = []
    for match in re.finditer(r"\S+", text):
        word = match[0]
        bare = word.rstrip(",;")
        if bare.lower() in cues.NAME_GLUE and words:
            return _name(words), text[match.end() :].lstrip()
        if not _is_name_word(bare):
            break
        words.append(bare)
        if bare != word:
            return _name(words), text[match.end() :].lstrip()
    return _name(words), ""


def _is_name_word(word: str) -> bool:
    if word.lower() in cues.NAME_PARTICLES and not word.isupper():
        return True
    if not (word[:1].isupper() and all(c.isalpha() or c in ".'’-" for c in word)):
        return False
    return word.lower().rstrip(".") not in cues.NOT_NAMES


def _name(words: list[str]) -> str:
    while words and words[-1].lower() in cues.NAME_PARTICLES:
        words.pop()
    if len(words) > 2 and is_month(words[-1].lower()):
        words.pop()
    # One word is a screen name or a department as often as a person.
    if not 2 <= len(words) <= 5:
        return ""
    name = " ".join(words)
    return _mend_case(name) if name.isupper() else name


def _mend_case(name: str) -> str:
    """Return a name in capitals as it is usually written.

    For example MARI YAMAGUCHI, O'BRIEN, MCDONALD, J.K. ROWLING.
    """

    def mend(match: re.Match[str]) -> str:
        word = match[0].capitalize()
        if word.startswith("Mc") and len(word) > 3:
            word = "Mc" + word[2:].capitalize()
        return word

    return re.sub(r"[^\W\d_]+", mend, name)


def is_dateline(text: str) -> bool:
    """Whether a line is a place in capitals and nothing else, such as ``TOKYO``."""
    match = _DATELINE.fullmatch(text) if len(text) <= 40 else None
    return bool(match and not cues.NO_PLACES & set(match[1].split()))


def lead_place(paragraph: str) -> tuple[str, tuple[str, ...]]:
    """Return the place and the services at the start of a story, such as ``TOKYO (AP) -``."""
    match = _LEAD.match(paragraph[:120])
    if not match or cues.NO_PLACES & set(match[1].split()):
        return "", ()
    return match[1], agencies_of(match["agency"] or "")


def lead_date(paragraph: str) -> ArticleDate | None:
    """Return the day after such a place, where it has a year: ``TOKYO, July 10, 2020 (AP) -``."""
    match = _LEAD.match(paragraph[:120])
    return find_date(match["day"]) if match and match["day"] else None


def has_date(text: str) -> bool:
    """Whether a line is a date with few words beside it, or tells one, such as "3 hours ago"."""
    if len(text) > LONGEST_DATE_LINE:
        return False
    days = _days(text)
    if not days:
        return relative_day(text, _ANY_DAY) is not None
    found = days[0]
    rest = text[: found.start] + text[found.stop :]
    return sum(len(word) for word in _WORD.findall(rest)) <= 35


def _days(text: str, order: DateOrder = "") -> Sequence[FoundDate]:
    if not _TWO_NUMBERS.search(text):  # a year alone is on many lines
        return ()
    return [one for one in _dates(text, order) if one.precision != "month"]


def _dates(text: str, order: DateOrder = "") -> Sequence[FoundDate]:
    return _all_dates(text, order) if _FOUR_DIGITS.search(text) else ()


# A line is asked what it is, who wrote it and for its date.
@lru_cache(maxsize=1 << 10)
def _all_dates(text: str, order: DateOrder) -> Sequence[FoundDate]:
    return tuple(find_dates(text, order))


def is_time(text: str) -> bool:
    """Whether a line is a time of day, or how long reading takes, and nothing else."""
    return bool(_TIME_LINE.fullmatch(text))


def day_of_name(path: str) -> ArticleDate | None:
    """Return the day that the name of a file holds."""
    match = _NAME_DATE.search(path.rpartition("/")[2])
    try:
        return ArticleDate.parse("-".join(match.groups()), "file name") if match else None
    except ArticleError:
        return None


def date_of_name(path: str, title: str) -> ArticleDate | None:
    """Return the day that the name of a file holds, where the name is made of the headline.

    So is ``2020-07-10-envoy-meets-officials.txt``. The day in other names is mostly the one on
    which the page was saved.
    """
    name = path.rpartition("/")[2]
    words = [word.casefold() for word in _NAME_WORD.findall(name.rpartition(".")[0] or name)]
    n_known = sum(word in title.casefold() for word in words)
    is_headline = n_known >= _FEWEST_OF_HEADLINE and 2 * n_known >= len(words)
    return day_of_name(path) if is_headline else None


def has_year(text: str) -> bool:
    """Whether four digits stand together in a text: other dates are not looked for in pages."""
    return bool(_FOUR_DIGITS.search(text))


def find_date(text: str, order: DateOrder = "") -> ArticleDate | None:
    """Return the first day that a text writes out with its year, and its time where it says whose.

    A time without a zone would be off by hours, and then the day by one. Where the day is another
    in UTC, the day alone is kept, as the page shows it.
    """
    days = _days(text, order)
    return _as_shown(days[0], "page text") if days else None


def declared_date(text: str, order: DateOrder = "") -> ArticleDate | None:
    """Return the day, and the time as `find_date` does, that data of a page gives as a date.

    The day from which computers count is what programs write for none.
    """
    try:
        found = read_date(text, order)
    except OverflowError:
        return None
    if found is None or found.precision == "month" or found.day == _NO_DAY:
        return None
    return _as_shown(found, "page data")


def _as_shown(found: FoundDate, origin: DateOrigin) -> ArticleDate:
    if found.has_zone and found.instant.date() == found.day:
        return ArticleDate(found.instant, "second", origin)
    return replace(ArticleDate.of(found.day), origin=origin)
