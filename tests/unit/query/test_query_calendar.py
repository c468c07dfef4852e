"""Dates relative to today, hours, and days of a time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.errors import QueryError
from newsearch.query import calendar, calendar_of, date_filter, parse
from newsearch.query.calendar import Calendar

NOW = datetime(2020, 7, 9, 15, 30, tzinfo=UTC)  # a Thursday
THEN = Calendar(instant=NOW)


@pytest.mark.parametrize(
    ("query", "reading"),
    [
        ("date:today", "date:2020-07-09"),
        ("date:Yesterday", "date:2020-07-08"),
        ('date:"this week"', "date:[2020-07-06 TO 2020-07-12]"),
        ('date:"last week"', "date:[2020-06-29 TO 2020-07-05]"),
        ("date:last-month", "date:2020-06"),
        ('date:"this year"', "date:2020"),
        ('date:"previous year"', "date:2019"),
        ("date:7d", "date:[2020-07-02 TO 2020-07-09]"),
        ('date:"last 7 days"', "date:[2020-07-02 TO 2020-07-09]"),
        ("date:last-7-days", "date:[2020-07-02 TO 2020-07-09]"),
        ("date:>=2w", "date:[2020-06-25 TO *]"),
        ("date:>=1y", "date:[2019-07-09 TO *]"),
        ("date:[yesterday TO today]", "date:[2020-07-08 TO 2020-07-09]"),
        ("date:2h..*", "date:[2020-07-09T13:30:00Z TO *]"),
        ("date:2020-07-09T15", "date:[2020-07-09T15:00:00Z TO 2020-07-09T15:59:59Z]"),
        ("date:2020-07-09T15:04", "date:[2020-07-09T15:04:00Z TO 2020-07-09T15:04:59Z]"),
        ("date:2020-07-09T15+09:00", "date:[2020-07-09T06:00:00Z TO 2020-07-09T06:59:59Z]"),
    ],
)
def test_dates_are_read_relative_to_now(query: str, reading: str) -> None:
    parsed = parse(query, strict=True, calendar=THEN)

    assert str(parsed) == reading
    assert parse(reading, strict=True).tree == parsed.tree


def test_since_and_until_take_relative_dates() -> None:
    assert str(date_filter("7d", "yesterday", THEN)) == "date:[2020-07-02 TO 2020-07-08]"
    assert str(date_filter("last month", None, THEN)) == "date:[2020-06-01 TO *]"
    with pytest.raises(QueryError, match="since: there are no dates so long ago"):
        date_filter("9999y", None, THEN)


def test_days_are_those_of_the_time_zone() -> None:
    tokyo = Calendar(calendar_of("Asia/Tokyo").zone, NOW.replace(hour=16))

    assert str(parse("date:today", calendar=tokyo)) == (
        "date:[2020-07-09T15:00:00Z TO 2020-07-10T14:59:59Z]"
    )
    assert str(parse("date:2020-07-10T00", calendar=tokyo)) == (
        "date:[2020-07-09T15:00:00Z TO 2020-07-09T15:59:59Z]"
    )
    for written in ("date:2020-07-09T15:00:00Z", 'date:"2020-07-10T00:00:00+09:00"'):
        assert parse(written, calendar=tokyo).tree == parse("date:2020-07-09T15:00:00Z").tree
    assert date_filter("2020", None, calendar_of("-03:30")) == date_filter("2020-01-01T03:30", None)


def test_days_are_as_long_as_their_clocks_say() -> None:
    berlin = calendar_of("Europe/Berlin")

    lengths = [end - start for start, end in map(berlin.bounds, ("2020-03-29", "2020-10-25"))]

    assert lengths == [23 * 3600, 25 * 3600]


@pytest.mark.parametrize("zone", ["Tokio", "", "../etc/passwd", "+25:00", "\0"])
def test_an_unknown_zone_is_an_error_that_says_what_to_write(zone: str) -> None:
    with pytest.raises(QueryError, match="write a name such as Asia/Tokyo"):
        calendar_of(zone)


@given(st.dates(date(1, 1, 2), date(9999, 12, 30)), st.integers(0, 9_999))
def test_an_age_is_the_day_so_long_ago(day: date, n: int) -> None:
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    if day.toordinal() - n < 1:
        return
    first, _ = Calendar(instant=now).bounds(f"{n} days ago")

    assert datetime.fromtimestamp(first, UTC).date() == day - timedelta(days=n)


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_this_period_begins_where_the_last_one_ends_and_holds_today(day: date) -> None:
    written = Calendar(instant=datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    start, end = written.bounds("today")
    for unit in ("week", "month", "year"):
        this = written.bounds(f"this {unit}")
        assert written.bounds(f"last {unit}")[1] == this[0] <= start < end <= this[1]


def test_now_is_asked_when_a_query_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendar, "now", lambda: NOW)

    assert str(parse("date:today")) == "date:2020-07-09"
