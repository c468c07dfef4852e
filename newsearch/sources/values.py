"""Values of programs and tables as a JSON file would have them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

_PLAIN = frozenset((str, int, bool, type(None)))


def as_json(value: Any) -> Any:
    """Return a value as a JSON file would have it; what is not a number, and no time, is None.

    A time of midnight without a zone is a day: tables have no other way to write one.
    """
    if type(value) in _PLAIN:
        return value
    match value:
        case float() | date():
            return _moment_or_number(value)
        case Mapping():
            return {str(key): as_json(one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [as_json(one) for one in value]
        case bytes():
            return value.decode("utf-8", "replace")
    if type(value).__name__ == "NAType":  # of pandas
        return None
    if hasattr(value, "tolist"):  # of NumPy
        return as_json(value.tolist())
    return value if isinstance(value, str | int) else str(value)


def _moment_or_number(value: float | date) -> Any:
    if value != value:  # noqa: PLR0124 - NaN and NaT are not themselves
        return None
    if isinstance(value, float):
        return value
    if isinstance(value, datetime) and value.timetz() == time():
        return value.date().isoformat()
    return value.isoformat()
