"""The periods of dates equal those of Python's calendar, in any time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsearch.fields import DATE_PARTS
from newsearch.index.periods import periods_of
from newsearch.schema import NO_DATE_S

ZONES = ("America/New_York", "Asia/Kolkata", "Africa/Casablanca", "Pacific/Apia")
FIRST, LAST = datetime(1, 1, 9, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
far = st.integers(int(FIRST.timestamp()), int(LAST.timestamp()))
near = st.integers(1_300_000_000, 1_330_000_000)


def first_of(day: date, part: str) -> str:
    match part:
        case "week":
            return (day - timedelta(days=day.weekday())).isoformat()
        case "month":
            return day.isoformat()[:7]
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1).isoformat()[:7]
        case "year":
            return day.isoformat()[:4]
    return day.isoformat()


@given(
    seconds=st.lists(st.one_of(near, far, st.just(NO_DATE_S)), max_size=12),
    zone=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30)), *map(ZoneInfo, ZONES)]),
    part=st.sampled_from(DATE_PARTS),
)
@example([1_325_239_199, 1_325_239_200, 1_325_325_600], ZoneInfo("Pacific/Apia"), "day")
def test_periods_are_those_of_the_calendar(seconds: list[int], zone: ZoneInfo, part: str) -> None:
    numbers, starts = periods_of(np.array(seconds, np.int64), part, zone)

    expected = [
        "" if one == NO_DATE_S else first_of(datetime.fromtimestamp(one, zone).date(), part)
        for one in seconds
    ]
    assert [starts[number] for number in numbers.tolist()] == expected
    assert starts == sorted({"", *expected})


@pytest.mark.parametrize("part", DATE_PARTS)
def test_dates_that_damage_has_made_are_periods_too(part: str) -> None:
    seconds = np.array([2**62, -(2**62), 0, NO_DATE_S], np.int64)

    numbers, starts = periods_of(seconds, part, ZoneInfo("Asia/Tokyo"))

    assert numbers.tolist() == [3, 1, 2, 0]
    assert starts[1] < "0002" < starts[2] < "9998"
    assert starts[3][:2] in ("99", "10")
