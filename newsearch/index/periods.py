"""The days, weeks, months, quarters and years that dates lie in, as clocks of a zone show them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch.schema import NO_DATE_S

Ints = NDArray[np.int64]

_DAY_S = 86_400
_FIRST_S = int(datetime(1, 1, 1, tzinfo=UTC).timestamp())
_LAST_S = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
"""Python has no clock before and after these."""


class Periods(NamedTuple):
    """The period of each article, as an index into the starts of periods.

    `numbers`: shape ``(n_articles,)``, 0 for undated ones. `starts`: first day, month or year of
    each period, ascending, after '' for none; periods without articles are left out.
    """

    numbers: NDArray[np.integer]
    starts: list[str]


def periods_of(seconds: Ints, part: str, zone: tzinfo) -> Periods:
    """Find the periods that dates lie in.

    `seconds`: from 1970 in UTC, `NO_DATE_S` for no date; `part`: one of `DATE_PARTS`.
    """
    undated = np.flatnonzero(seconds == NO_DATE_S)
    if len(undated) == len(seconds):
        return Periods(np.zeros(len(seconds), np.uint8), [""])
    seconds = np.clip(seconds, _FIRST_S, _LAST_S)  # only damage makes others
    seconds[undated] = seconds.max()
    numbers, days = _numbered((seconds if zone is UTC else _local(seconds, zone)) // _DAY_S)
    used = np.flatnonzero(np.bincount(numbers, minlength=len(days)))
    periods = _first_of(days[used], part)
    is_first = np.append(True, periods[1:] != periods[:-1])
    starts = ["", *np.datetime_as_string(periods[is_first]).tolist()]
    places = np.zeros(len(days), np.min_scalar_type(len(starts)))
    places[used] = np.cumsum(is_first)
    numbers = places[numbers]
    numbers[undated] = 0
    return Periods(numbers, starts)


def _numbered(values: Ints) -> tuple[Ints, Ints]:
    """Number values from 0 on, ascending; return the values by number, and all between them."""
    low = int(values.min())
    return values - low, np.arange(low, int(values.max()) + 1)


def _first_of(days: Ints, part: str) -> NDArray[np.datetime64]:
    """Return the first day, month or year of the periods that days lie in."""
    # Each cast rounds down, before 1970 too.
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    match part:
        case "week":  # from Monday on; 1970 began with a Thursday
            return (days - (days + 3) % 7).astype("datetime64[D]")
        case "month":
            return months
        case "quarter":
            return (months.astype(np.int64) // 3 * 3).astype("datetime64[M]")
        case "year":
            return dates.astype("datetime64[Y]")
    return dates


def _local(seconds: Ints, zone: tzinfo) -> Ints:
    """Return what clocks of a zone show, as seconds."""
    numbers, days = _numbered(seconds // _DAY_S)
    used = np.flatnonzero(np.bincount(numbers))
    at_start, at_end = np.zeros((2, len(days)), np.int64)
    at_start[used] = _offsets(days[used] * _DAY_S, zone)
    at_end[used] = _offsets((days[used] + 1) * _DAY_S - 1, zone)
    offsets = at_start[numbers]
    is_changing = offsets != at_end[numbers]
    offsets[is_changing] = _offsets(seconds[is_changing], zone)
    return seconds + offsets


def _offsets(seconds: Ints, zone: tzinfo) -> Ints:
    """Return by how much clocks of a zone are ahead of UTC."""
    known = np.clip(seconds, _FIRST_S + _DAY_S, _LAST_S - _DAY_S).tolist()
    offsets = [datetime.fromtimestamp(one, zone).utcoffset() for one in known]
    return np.array([one.total_seconds() if one else 0 for one in offsets], np.int64)
