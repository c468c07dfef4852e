"""When days, months and years begin where the asker is, and what today and last week mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from newsearch.article import ArticleDate
from newsearch.errors import ArticleError, QueryError
from newsearch.patterns import lazy_pattern
from newsearch.values import frozen

Bounds = tuple[int, int]
"""First second, and the first second after, from 1970 in UTC."""

LONGEST_DATE = 40
_LONGEST_AGE = 9_999
_MEMO_DATES = 1_000

_AGE = lazy_pattern(
    rf"""(?: (?:last|past|previous) \s )?+ (\d{{1,{len(str(_LONGEST_AGE))}}})
    \s?+ (h|d|w|m|y|hours?|days?|weeks?|months?|years?) (?: \s ago )?+""",
    re.VERBOSE,
)
_PERIOD = lazy_pattern(r"(this|last|past|previous) (week|month|year)")
_HOUR = lazy_pattern(r"(\d{4}-\d\d-\d\d[Tt ]\d\d)(:\d\d)?(Z|[+-]\d\d:?\d\d)?")
_HAS_ZONE = lazy_pattern(r"(?:[Zz]|[+-]\d\d:?\d\d|\b[A-Z]{2,4}\)?)$")
_OFFSET = lazy_pattern(r"([+-])(\d\d):?(\d\d)")


def now() -> datetime:
    """Return the time; the one place that asks for it."""
    return datetime.now(UTC)


@frozen
class Calendar:
    """Reads dates as they are meant in a time zone, where days begin and end.

    `instant`: what counts as now; None for the time of reading.
    """

    zone: tzinfo = UTC
    instant: datetime | None = None

    @property
    def today(self) -> date:
        """The day that it is in the zone."""
        return (self.instant or now()).astimezone(self.zone).date()

    def bounds(self, text: str) -> Bounds:
        """Return the seconds that a date covers: a year, month, day, hour, minute or second.

        Besides dates this reads ``today``, ``yesterday``, ``this week``, ``last month``, and ages
        such as ``7d`` or ``3 months ago``, which are the day (or the hour) so long ago.

        Raises ArticleError if it is no date.
        """
        if len(text) > LONGEST_DATE:
            raise ArticleError(f"{text[:LONGEST_DATE]!r}... is too long for a date")
        if not text.strip("0123456789-"):
            return _bounds_of_date(text, self.zone)
        words = _words(text)
        if words in ("today", "yesterday"):
            return self._days(self.today - timedelta(days=words == "yesterday"))
        if period := _PERIOD.fullmatch(words):
            return self._period(period[1] == "this", period[2])
        if age := _AGE.fullmatch(words):
            return self._age(int(age[1]), age[2][0])
        if hour := _HOUR.fullmatch(text.strip()):
            return self._hour(hour)
        return _bounds_of_date(text, self.zone)

    def until_today(self, text: str) -> Bounds | None:
        """Return the seconds from so long ago to the end of today; None for what is no age."""
        if not _AGE.fullmatch(_words(text)):
            return None
        return self.bounds(text)[0], self._days(self.today)[1]

    def _days(self, first: date, end: date | None = None) -> Bounds:
        """Return the seconds from a day to another, or to the next."""
        return self._second(first), self._second(end or first + timedelta(days=1))

    def _second(self, day: date) -> int:
        return int(datetime.combine(day, time(), self.zone).timestamp())

    def _period(self, is_this: bool, unit: str) -> Bounds:
        today = self.today
        if unit == "week":
            first = today - timedelta(days=today.weekday() + (0 if is_this else 7))
            return self._days(first, first + timedelta(days=7))
        months = 12 if unit == "year" else 1
        this = today.replace(month=1 if unit == "year" else today.month, day=1)
        first = this if is_this else _months_before(this, months)
        return self._days(first, _months_before(first, -months))

    def _age(self, n: int, unit: str) -> Bounds:
        if unit == "h":
            start = int((self.instant or now()).timestamp()) - 3600 * n
            return start, start + 3600
        try:
            if unit in "dw":
                return self._days(self.today - timedelta(days=n * (7 if unit == "w" else 1)))
            return self._days(_months_before(self.today, n * (12 if unit == "y" else 1)))
        except (OverflowError, ValueError) as error:
            raise ArticleError("there are no dates so long ago") from error

    def _hour(self, written: re.Match[str]) -> Bounds:
        day_and_hour, minute, zone = written.groups()
        moment = ArticleDate.parse(f"{day_and_hour}{minute or ':00'}{zone or ''}").instant
        start = int((moment if zone else moment.replace(tzinfo=self.zone)).timestamp())
        return start, start + (60 if minute else 3600)


UTC_CALENDAR = Calendar()


def calendar_of(zone: str) -> Calendar:
    """Return the calendar of a time zone: ``UTC``, ``Asia/Tokyo``, ``+09:00``.

    Raises QueryError where there is no such zone.
    """
    if zone == "UTC":
        return UTC_CALENDAR
    if offset := _OFFSET.fullmatch(str(zone)):
        minutes = int(offset[1] + offset[2]) * 60 + int(offset[1] + offset[3])
        if abs(minutes) < 24 * 60:
            return Calendar(timezone(timedelta(minutes=minutes)))
    from zoneinfo import ZoneInfo

    try:
        return Calendar(ZoneInfo(zone))
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "write a name such as Asia/Tokyo, or an offset such as +09:00"
        raise QueryError(f"no time zone is called {zone!r}", hint=hint) from error


@lru_cache(_MEMO_DATES)
def _bounds_of_date(text: str, zone: tzinfo) -> Bounds:
    """Return the seconds that a date covers which is the same whenever it is read."""
    found = ArticleDate.parse(text)
    start, end = found.instant, found.end
    if not (found.precision == "second" and _HAS_ZONE.search(text.strip())):
        start, end = start.replace(tzinfo=zone), end.replace(tzinfo=zone)
    return int(start.timestamp()), int(end.timestamp())


def _months_before(day: date, n: int) -> date:
    """Return the day so many months before; the last of the month where it has fewer days."""
    months = day.year * 12 + day.month - 1 - n
    first = date(months // 12, months % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def _words(text: str) -> str:
    """Return the words of a date, however they are joined: ``last-7-days``, ``last_7 days``."""
    return " ".join(re.split(r"[\s_-]+", text.strip().lower()))
