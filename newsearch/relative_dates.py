"""Days that a text tells from the moment at which it was fetched: "3 hours ago", "Friday".

Without that moment they mean nothing: the time of a file is mostly that of a copy.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from newsearch.dates import folded

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNITS: Final = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}
_NUMBER: Final = re.compile(r"\d{1,3}")
_LONGEST: Final = 60


def relative_day(text: str, fetched: datetime, *, has_time: bool = True) -> date | None:
    """Return the day in UTC that a whole text tells, in any of the languages; None for others.

    A day of the week is the last one, which may be that of the fetching. Weeks and months are too
    rough to name a day.

    Parameters
    ----------
    text
        Such as ``3 hours ago`` or ``Published yesterday``.
    fetched
        When it was true.
    has_time
        Whether the moment of the fetching is known, without which hours tell nothing.
    """
    if len(text) > _LONGEST:
        return None
    words = " ".join(folded(text.rpartition(": ")[2]).split())
    number = _NUMBER.search(words)
    shape = _NUMBER.sub("#", words, count=1)
    kind = _kinds().get(shape)
    if number and kind is None:  # after a word such as "Published"
        kind = _kinds().get(shape.partition(" ")[2])
    today = fetched.astimezone(UTC).date()
    if kind is None:
        return None
    if kind in _WEEKDAYS:
        return today - timedelta(days=(today.weekday() - _WEEKDAYS.index(kind)) % 7)
    if kind in _UNITS:
        assert number is not None
        passed = int(number[0]) * _UNITS[kind]
        start = fetched if has_time else datetime.combine(today, time(), UTC)
        is_told = has_time or kind == "day"
        return (start - passed).astimezone(UTC).date() if is_told else None
    return today - timedelta(days=kind == "yesterday")


@cache
def _kinds() -> dict[str, str]:
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if not line.startswith("#")]
    return {words: kind for kind, *ways in rows for words in ways}
