"""The periods from one to another, also those in which there is nothing."""

from __future__ import annotations

from collections.abc import Iterable

from newsearch.errors import QueryError
from newsearch.fields import DatePart

_UNITS: dict[DatePart, tuple[str, int]] = {
    **{"day": ("D", 1), "week": ("D", 7), "month": ("M", 1), "quarter": ("M", 3), "year": ("Y", 1)}
}
_MOST_PERIODS = 100_000
"""The days of 273 years: so many are drawn and printed in a second, more are a mistake."""


def successive(starts: Iterable[str], part: DatePart) -> list[str]:
    """Return the starts of all periods from the first to the last of some, ascending.

    Raises
    ------
    QueryError
        There are too many; some date is wrong, or longer periods are meant.
    """
    import numpy as np  # which --help, for which every operation is imported, can do without

    unit, step = _UNITS[part]
    known = np.array(list(starts), f"datetime64[{unit}]")
    if not len(known):
        return []
    first, last = known.min(), known.max()
    n_periods = int((last - first).astype(np.int64)) // step + 1
    if n_periods > _MOST_PERIODS:
        raise QueryError(
            f"by {part}, {first} to {last} is {n_periods:,} periods",
            hint="give since and until, or count by longer periods",
        )
    return np.datetime_as_string(first + step * np.arange(n_periods)).tolist()  # type: ignore[no-any-return]
