"""Dates of a query: what is written after ``date:``, and the since and until of a search."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from newsearch.errors import ArticleError, QueryError
from newsearch.query.calendar import LONGEST_DATE, UTC_CALENDAR, Bounds, Calendar
from newsearch.query.nodes import DateRange
from newsearch.query.ranges import BETWEEN, COMPARISON, parts_of

Date = str | date
"""A date as an argument: as it is written in queries, or a value of `datetime`."""
HalfLife = str | float | timedelta
"""A time such as ``"30d"``, a number of days, or a value of `datetime`."""

DATE_HINT = "write date:2020-07-10, date:2020-07, date:>=2020 or date:[2019-12-01 TO 2020-01-31]"


def comparison(text: str, calendar: Calendar) -> DateRange:
    """Read ``2020-07``, ``>=2020``, ``<2020-07-10``, ``2019..2020`` or ``*``.

    A date means all of its day, month or year: ``>2020`` starts in 2021. An age alone, ``7d``,
    means from then to today.

    Raises ArticleError if it is no date.
    """
    if BETWEEN in text:
        return span(text, calendar)
    compared = COMPARISON.fullmatch(text)
    if compared is None:
        return DateRange(*(calendar.until_today(text) or bounds(text, calendar)))
    start, end = bounds(compared[2], calendar)
    return {
        ">=": DateRange(start, None),
        ">": DateRange(end, None),
        "<": DateRange(None, start),
        "<=": DateRange(None, end),
    }[compared[1]]


def span(text: str, calendar: Calendar) -> DateRange:
    """Read ``2019-12-01 TO 2020-01``, both ends included; ``*`` is open.

    Raises ArticleError if it is not two dates.
    """
    ends = parts_of(text)
    if len(ends) != 2:
        raise ArticleError(f"{text.strip()[:LONGEST_DATE]!r} is not two dates with TO between")
    return DateRange(bounds(ends[0][0], calendar)[0], bounds(ends[1][0], calendar)[1])


def date_filter(
    since: Date | None, until: Date | None, calendar: Calendar = UTC_CALENDAR
) -> DateRange | None:
    """Return the filter for articles from `since` to the end of `until`; None for no filter.

    Both are dates as `Calendar.bounds` reads them: ``until="2020-07"`` includes July. A
    `datetime.datetime` means its second.

    Raises QueryError if one is no date, or `since` is after `until`.
    """
    if since is None and until is None:
        return None
    start = None if since is None else date_option("since", since, calendar)[0]
    end = None if until is None else date_option("until", until, calendar)[1]
    wanted = DateRange(start, end)
    if wanted.is_empty:
        raise QueryError(f"since {since} is after until {until}", hint="swap the two")
    return wanted


def date_option(name: str, value: Date, calendar: Calendar) -> Bounds:
    """Return the seconds that the date covers which an option of some name is given.

    Raises QueryError if it is no date.
    """
    try:
        if isinstance(value, datetime):
            aware = value if value.tzinfo else value.replace(tzinfo=calendar.zone)
            value = aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)
        elif isinstance(value, date):
            value = value.isoformat()
        elif not isinstance(value, str):
            raise QueryError(f"{name} is {value!r}", hint="write a date such as '2020-07-10'")
        return calendar.bounds(value)
    except (ArticleError, OverflowError) as error:
        raise QueryError(f"{name}: {error}") from error


def bounds(text: str, calendar: Calendar) -> tuple[int | None, int | None]:
    """Return the seconds that an end of a range covers; ``*`` is open."""
    return (None, None) if text == "*" else calendar.bounds(text)
