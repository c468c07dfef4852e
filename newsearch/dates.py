"""Dates as files, pages and people write them, read by one reader.

A text has a date where it can mean one day only; nothing is guessed. Names of months come from
CLDR; the rest of a date, in any of the languages, is numbers in one of a few orders. Days of the
week, and other words without digits beside a date, say nothing that is needed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Final, Literal, NamedTuple

DateOrder = Literal["", "dmy", "mdy", "ymd"]
"""Which of three numbers is day, month and year, where they do not tell; '' where nobody knows."""

FIRST_YEAR, LAST_YEAR = 1500, 2199
"""The years of dates in running text; other numbers of four digits are none."""

_BUDDHIST_YEARS: Final = 543
_FIRST_BUDDHIST_YEAR: Final = 2400
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民國": 1911}
_FARTHEST_TIME: Final = 40
_TOO_LONG: Final = 300

# Zone names that RFC 2822 defines, and those that name one zone in news.
_ZONE_HOURS: Final = {
    **{"UTC": 0, "GMT": 0, "Z": 0, "UT": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1},
    **{"MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "МСК": 3, "SAST": 2, "CAT": 2, "EAT": 3, "WAT": 1},
    **{"TRT": 3, "PKT": 5, "WIB": 7, "ICT": 7, "SGT": 8, "HKT": 8, "PHT": 8, "AWST": 8, "JST": 9},
    **{"KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "ART": -3, "EST": -5},
    **{"EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9},
    **{"AKDT": -8, "HST": -10},
}
_AMERICAN_ZONES: Final = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
_NO_ZONES: Final = frozenset(("AM", "PM", "UHR"))

_TIME: Final = re.compile(
    r"""
    (?<![\d.:/,-])
    (?P<before>上午|下午|午前|午後|오전|오후)?\s?
    (?P<at>\b(?:kl\.?|klo|kell|ore|alle|um|pukul|jam|at)\s)?
    (?P<hour>[01]?\d|2[0-4])
    (?: :(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d|60)(?:[.,]\d+)?)?
      | h(?P<french>[0-5]\d)?(?![^\W_])
      | \.(?P<point>[0-5]\d)(?(at)(?![\d.])|(?=\s?(?:Uhr|[ap]\.?m\b)|\s(?-i:[A-Z]{3,4}\b)))
      | (?:[時时點点시]\s?(?:(?P<minute_sign>[0-5]?\d)\s?[分분])?)
      | (?=\s?(?:Uhr\b|[ap]\.?\s?m\b))
    )
    (?:\s?(?P<after>[ap])\.?\s?m\b\.?)?
    (?:\s?Uhr\b)?
    (?:\s?\(?(?P<zone>
        (?-i:(?:UTC|GMT)\s?[+−-]\s?\d{1,2}(?::?\d\d)?)
      | [+−-]\d\d:?\d\d\b
      | \[?(?-i:(?:Africa|America|Asia|Atlantic|Australia|Europe|Indian|Pacific)/[\w/]+)\]?
      | (?-i:[A-ZМСК]{2,5}\b|Z\b)
    )\)?)?
    """,
    re.X | re.I,
)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?\s?([+−-])\s?(\d{1,2}):?(\d\d)?")

_NUMBERS: Final = re.compile(
    r"""
    (?<![\da-zA-Z.,/:-])(?:
        (?P<y>[12]\d{3})(?:\s?(?P<sep>[./-])\s?|\s?[年년]\s?)
        (?P<m>\d{1,2})(?:\s?(?(sep)(?P=sep)|[月월])\s?)(?P<d>\d{1,2})(?:\s?[日일.])?(?!\d|[/-]\d)
      | (?P<era>令和|平成|昭和|大正|明治|民[國国])\s?(?P<ey>\d{1,3}|元)\s?年\s?(?P<em>\d{1,2})\s?月
        \s?(?P<ed>\d{1,2})\s?日
      | (?P<vd>\d{1,2})\s+tháng\s+(?P<vm>\d{1,2})(?:,|\s+năm)?\s+(?P<vy>\d{4})(?!\d)
      | (?P<a>\d{1,2})\s?(?P<mark>[./-])\s?(?P<b>\d{1,2})\s?(?P=mark)\s?(?P<c>\d{4}|\d{2})
        (?!\d|[./-]\d)
      | (?P<rd>\d{1,2})(?P<join>[./-]\s?|\s)(?P<rm>I{1,3}|I?V|VI{1,3}|I?X|XI{1,2})(?P=join)
        (?P<ry>\d{4})(?!\d)
    )
    """,
    re.X,
)
_OTHER_DIGIT: Final = re.compile(r"[^\x00-\x7f\D]")
_WORD: Final = re.compile(r"[^\W\d_][^\s\d,;:/()\[\]|–—-]*")
_GLUED: Final = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])[A-ZÀ-Þ][^\W\d_]{2,}\.?$")
_GLUE = r"(?:(?:del?|of|di|da|den|do|d|e|m|г|р|г\.|r)\b\.?|d['’])"
_ORDINAL = r"(?:st|nd|rd|th|er|ère|re|[.ºª°]|-?(?:го|е|ше))?"
# Names that two languages have for different months: after a day as Polish writes it, without a
# point, and as Croatian does.
_POLISH: Final = {"listopada": 11, "lis": 11, "lip": 7}
_CROATIAN: Final = {"listopada": 10, "lip": 6}
_POINTED_DAY: Final = re.compile(r"\d\.\s*$")
_DAY_LEFT: Final = re.compile(
    rf"(?<![\d.,:/-])(\d{{1,2}}){_ORDINAL}[\s\-/.]*(?:{_GLUE}\s*)?$", re.I
)
_YEAR_LEFT: Final = re.compile(rf"(?<!\d)(\d{{4}})[.,/-]?\s*(?:{_GLUE}\s*)?$", re.I)
_DAY_RIGHT: Final = re.compile(rf"[\s.,-]*(\d{{1,2}})(?!\d){_ORDINAL}(?![\w:])", re.I)
_YEAR_RIGHT: Final = re.compile(
    rf"[\s.,/-]*(?:{_GLUE}[\s,]*)?"
    # A time is blank by now, as in mail of the last century: 3 Mar 99 09:30:15.
    # Pages glue the day of a change to that of publication: 3 mars 20204 mars 2020.
    r"(?:(\d{4})(?!\d(?!\d?(?:er|\.)?\s[^\W\d]{3}))|(?:['’]|(?<=[/-])|(?=\d\d\s{5}))(\d\d)(?!\d))",
    re.I,
)
_EPOCH: Final = re.compile(
    r"(?P<net>/Date\()?(?P<s>\d{10})(?:\d{3}){0,3}(?:\.\d+)?(?(net)(?:[+-]\d{4})?\)/)"
)
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_SHORT_ERA: Final = re.compile(r"([RHSTM])(\d\d?)\.(\d\d?)\.(\d\d?)", re.I)
_SHORT_ERAS: Final = {"R": 2018, "H": 1988, "S": 1925, "T": 1911, "M": 1867}
_MONTH_NUMBER: Final = re.compile(
    r"(?P<y>\d{4})(?:\s?/\s?(?P<m>\d{1,2})|\s?[年년]\s?(?P<n>\d{1,2})\s?[月월])"
    r"|(?P<o>\d{1,2})\s?[/.-]\s?(?P<z>\d{4})|(?P<x>\d{4})[\s-](?P<name>[^\W\d_]+)\.?"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d):?(\d\d)(?::?(\d\d))?)?")
_CHINESE: Final = re.compile(r"[〇零一二三四五六七八九十]+(?=\s?[年月日号號])")
_CHINESE_DIGITS: Final = str.maketrans("〇零一二三四五六七八九", "00123456789")


_DASHES: Final = re.compile(r"(\d{1,4})\s?[‐‑–−]\s?(\d\d?)\s?[‐‑–−]\s?(?=\d{1,4}(?!\d))")
# Of the logs of servers: 10/Jul/2020:09:30:00 +0000.
_COLON_AFTER_YEAR: Final = re.compile(r"(?<=/\d{4}):(?=\d\d:)")


class FoundDate(NamedTuple):
    """A date in a text.

    Parameters
    ----------
    instant
        Its first instant, in UTC; of a day without a time, and one whose zone is not known, its
        start in UTC.
    precision
        ``"month"``, ``"day"`` or ``"second"``.
    start, stop
        Where it stands in the text, in characters; its time may stand elsewhere.
    day
        The day as it is written, in the zone of the time; the first of a month.
    has_zone
        Whether the text says in which zone the time is.
    """

    instant: datetime
    precision: Literal["month", "day", "second"]
    start: int
    stop: int
    day: date
    has_zone: bool = False


def read_date(text: str, order: DateOrder = "") -> FoundDate | None:
    """Return the one date that a whole text means, or None.

    Other words may stand beside it, but no other number. A time without a zone is one in UTC, and
    one of a zone that is not known is left out.
    """
    if len(text) > _TOO_LONG:
        return None
    text = _COLON_AFTER_YEAR.sub(" ", _CHINESE.sub(_chinese_number, text.strip()))
    text = _DASHES.sub(r"\1-\2-", text)
    if whole := _of_digits(text) or _of_month_number(text):
        return whole
    times = list(_TIME.finditer(text))
    found = list(find_dates(text, order))
    if not found or any(other[:2] != found[0][:2] for other in found) or len(times) > 1:
        return None
    spans = [(one.start, one.stop) for one in found] + [match.span() for match in times]
    rest = [char for at, char in enumerate(text) if not any(a <= at < b for a, b in spans)]
    return None if any(map(str.isdigit, rest)) else found[0]


def _chinese_number(match: re.Match[str]) -> str:
    """Return the digits of a year written digit by digit, and of numbers up to 99."""
    tens, ten, units = match[0].translate(_CHINESE_DIGITS).partition("十")
    return f"{tens or 1}{units or 0}" if ten else tens


def _of_digits(text: str) -> FoundDate | None:
    """Read the time since 1970, in seconds or parts of them, and dates of digits alone."""
    if epoch := _EPOCH.fullmatch(text):
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(epoch["s"]))
        return FoundDate(instant, "second", 0, len(text), instant.date(), has_zone=True)
    if era := _SHORT_ERA.fullmatch(text):
        text = f"{_SHORT_ERAS[era[1].upper()] + int(era[2])}{era[3]:0>2}{era[4]:0>2}"
    if "W" in text:  # a day of a week, 2020-W28-5
        with suppress(ValueError):
            day = date.fromisoformat(text)
            return FoundDate(datetime.combine(day, time(), UTC), "day", 0, len(text), day)
    compact = _COMPACT.fullmatch(text.removesuffix("Z"))
    parts = [int(part) for part in compact.groups() if part] if compact else []
    if not parts or not FIRST_YEAR <= parts[0] <= LAST_YEAR:
        return None
    try:
        instant = datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
    return FoundDate(instant, "second" if len(parts) > 3 else "day", 0, len(text), instant.date())


def _of_month_number(text: str) -> FoundDate | None:
    """Read a month without a day after its year or as a number: 2019 Jul, 07/2019, 2019年7月."""
    found = _MONTH_NUMBER.fullmatch(text)
    if not found:
        return None
    month = _month(found["name"], "") if found["name"] else found["m"] or found["n"] or found["o"]
    first = _day(found["y"] or found["z"] or found["x"], month or 0, 1)
    if not first:
        return None
    return FoundDate(datetime.combine(first, time(), UTC), "month", 0, len(text), first)


def find_dates(text: str, order: DateOrder = "") -> Iterator[FoundDate]:
    """Find the dates in a text, in the order in which they stand; each with the nearest time."""
    text = _OTHER_DIGIT.sub(lambda digit: str(int(digit[0])), text)
    times = list(_TIME.finditer(text))
    without = text
    for match in times:
        without = without[: match.start()] + " " * len(match[0]) + without[match.end() :]
    days = [*_of_numbers(without, order), *_of_names(without)]
    for start, stop, day, is_month in sorted(days, key=lambda one: one[0]):
        near = min(times, key=lambda match: _distance(match, start, stop), default=None)
        if is_month or near is None or _distance(near, start, stop) > _FARTHEST_TIME:
            midnight = datetime.combine(day, time(), UTC)
            yield FoundDate(midnight, "month" if is_month else "day", start, stop, day)
        else:
            yield _with_time(day, near, start, stop)


def _distance(match: re.Match[str], start: int, stop: int) -> int:
    return max(match.start() - stop, start - match.end(), 0)


def _with_time(day: date, match: re.Match[str], start: int, stop: int) -> FoundDate:
    zone = _zone(match["zone"], day) if match["zone"] else None
    midnight = datetime.combine(day, time(), UTC)
    hour = int(match["hour"])
    half = (match["after"] or "").lower()
    if half and not 1 <= hour <= 12:
        return FoundDate(midnight, "day", start, stop, day)
    if half or match["before"]:
        is_afternoon = half == "p" or match["before"] in ("下午", "午後", "오후")
        hour = hour % 12 + 12 * is_afternoon
    if match["zone"] and zone is None and match["zone"].upper() not in _NO_ZONES:
        return FoundDate(midnight, "day", start, stop, day)
    minute = match["minute"] or match["french"] or match["point"] or match["minute_sign"] or 0
    passed = timedelta(hours=hour, minutes=int(minute), seconds=min(int(match["second"] or 0), 59))
    if passed > timedelta(days=1):
        return FoundDate(midnight, "day", start, stop, day)
    local = datetime.combine(day, time()) + passed
    instant = local.replace(tzinfo=zone or UTC).astimezone(UTC)
    return FoundDate(instant, "second", start, stop, day, zone is not None)


def _zone(name: str, day: date) -> tzinfo | None:
    """Return the zone of a name or an offset; None where it is not known, or could be several."""
    if offset := _OFFSET.fullmatch(name):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        sign = 1 if offset[1] == "+" else -1
        return timezone(timedelta(minutes=sign * minutes)) if minutes < 24 * 60 else None
    if name in _AMERICAN_ZONES or "/" in name:
        return _zone_of_database(_AMERICAN_ZONES.get(name, name.strip("[]")))
    hours = _ZONE_HOURS.get(name.upper())
    return None if hours is None else timezone(timedelta(hours=hours))


def _zone_of_database(key: str) -> tzinfo | None:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(key)
    except (KeyError, ValueError, OSError):  # Windows has no database of its own
        return None


_Day = tuple[int, int, date, bool]
"""Where a date starts and ends, its first day, and whether it is a whole month."""


def _of_numbers(text: str, order: DateOrder) -> Iterator[_Day]:
    for match in _NUMBERS.finditer(text):
        if match["y"]:
            days = {_day(match["y"], match["m"], match["d"])}
        elif match["era"]:
            era = _ERAS[match["era"].replace("国", "國")]
            year = era + (1 if match["ey"] == "元" else int(match["ey"]))
            days = {_day(year, match["em"], match["ed"])}
        elif match["vd"]:
            days = {_day(match["vy"], match["vm"], match["vd"])}
        elif match["rd"]:
            days = {_day(match["ry"], _ROMAN.index(match["rm"]) + 1, match["rd"])}
        else:
            days = _readings(match["a"], match["b"], match["c"], match["mark"], order)
        days.discard(None)
        if len(days) == 1:
            (day,) = days
            assert day is not None
            yield *match.span(), day, False


def _readings(a: str, b: str, c: str, mark: str, order: DateOrder) -> set[date | None]:
    """Return the days that three numbers can mean; where points stand between, the day is first."""
    by_order = _by_order(a, b, c)
    if order and by_order[order]:
        return {by_order[order]}
    if mark == ".":
        return {by_order["dmy"] or by_order["ymd"] or by_order["mdy"]}
    return set(by_order.values())


def _by_order(a: str, b: str, c: str) -> dict[DateOrder, date | None]:
    year_first = _day(_year(a), b, c) if len(a) == len(c) == 2 else None
    return {"dmy": _day(_year(c), b, a), "mdy": _day(_year(c), a, b), "ymd": year_first}


def possible_orders(text: str) -> frozenset[DateOrder]:
    """Return the orders in which a whole text can be read, where it is one of three numbers.

    Empty for other texts, for those with points, and for days of which all orders make the same.
    """
    match = _NUMBERS.search(text)
    if match is None or not match["a"] or match["mark"] == "." or read_date(text, "dmy") is None:
        return frozenset()
    by_order = _by_order(match["a"], match["b"], match["c"])
    found = frozenset(order for order, day in by_order.items() if day)
    is_told = len(found) > 1 and len({by_order[order] for order in found}) == 1
    return frozenset() if is_told else found


def three_numbers(text: str) -> Iterator[str]:
    """Return the dates such as ``08/07/2020`` that stand in a text."""
    return (match[0] for match in _NUMBERS.finditer(text) if match["a"])


def _year(text: str) -> int:
    """Return a year of four digits for one of two: the latest that is not in the future.

    A number up to 31 that would be a year of the last century is taken for a day: 0, no year.
    """
    if len(text) == 4:
        return int(text)
    if int(text) <= date.today().year % 100 + 1:
        return 2000 + int(text)
    return 1900 + int(text) if int(text) > 31 else 0


def _day(year: int | str, month: int | str, day: int | str) -> date | None:
    number = int(year)
    if number >= _FIRST_BUDDHIST_YEAR:
        number -= _BUDDHIST_YEARS
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def _of_names(text: str) -> Iterator[_Day]:
    """Find dates by the names of their months."""
    # Pages glue the name of a writer to the month: Mara QuillMarch 4, 2021.
    words = [_GLUED.search(text, *word.span()) or word for word in _WORD.finditer(text)]
    for word, after in zip_longest(words, words[1:]):
        before = text[max(0, word.start() - 6) : word.start()]
        month, stop = _month(word[0], before), word.end()
        if month is None and after and after.start() - stop == 1:
            month, stop = _month(f"{word[0]}_{after[0]}", before), after.end()
        if month is not None and (found := _around(text, word.start(), stop, month)):
            yield found


def _around(text: str, start: int, stop: int, month: int) -> _Day | None:
    """Read the day and the year before and after the name of a month."""
    before, after = text[max(0, start - 20) : start], text[stop : stop + 30]
    base = start - len(before)
    if day := _DAY_LEFT.search(before):
        if year := _YEAR_RIGHT.match(after):
            return _named(base + day.start(), stop + year.end(), year[1] or year[2], month, day[1])
        return None
    if day := _DAY_RIGHT.match(after):
        if year := _YEAR_RIGHT.match(after, day.end()):
            return _named(start, stop + year.end(), year[1] or year[2], month, day[1])
        if year := _YEAR_LEFT.search(before):
            return _named(base + year.start(), stop + day.end(), year[1], month, day[1])
        return None
    if (year := _YEAR_RIGHT.match(after)) and year[1]:
        return _named(start, stop + year.end(), year[1], month, None)
    return None


def _named(start: int, stop: int, year: str, month: int, day: str | None) -> _Day | None:
    found = _day(_year(year), month, day or 1)
    return None if found is None else (start, stop, found, day is None)


def is_month(word: str) -> bool:
    """Whether a word is the name of a month in any language."""
    return _month(word, "") is not None


def _month(word: str, before: str) -> int | None:
    name = folded(word)
    months = _months()
    if name in _POLISH:
        return (_CROATIAN if _POINTED_DAY.search(before) else _POLISH).get(name)
    # Hebrew writes "in" and "of" as one letter before the name.
    return months.get(name) or (months.get(name[1:]) if name[:1] == "ב" else None)


@lru_cache(maxsize=1 << 13)
def folded(word: str) -> str:
    plain = word.casefold()
    if not plain.isascii():
        marked = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in marked if not unicodedata.combining(char))
    return plain.replace("ı", "i").strip(".'’").removeprefix("d'").removeprefix("d’")


@cache
def _months() -> dict[str, int]:
    lines = Path(__file__).with_name("months.txt").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if not line.startswith("#")]
    return {name: number for number, row in enumerate(rows, 1) for name in row.split()}
