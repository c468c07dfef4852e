"""Numbers of a query: what is written after the name of a field that holds numbers."""

from __future__ import annotations

import math

from newsearch.keys import is_negative, number_of
from newsearch.query.nodes import NumberRange
from newsearch.query.ranges import BETWEEN, COMPARISON, parts_of

_LONGEST_NUMBER = 40


def hint(field: str) -> str:
    """Return what to write instead of a text that is not a number."""
    return f"write {field}:250, {field}:>500 or {field}:[100 TO 500]"


def compares(text: str) -> bool:
    """Whether the value of a key asks for numbers: ``>5`` and ``-5`` do, ``5`` can be a word."""
    compared = COMPARISON.fullmatch(text)
    return _is_number(compared[2]) if compared else is_negative(text)


def comparison(field: str, text: str) -> NumberRange:
    """Read ``250``, ``>=100``, ``<500``, ``100..500`` or ``*``; ValueError if it is no number."""
    if BETWEEN in text:
        return span(field, text)
    compared = COMPARISON.fullmatch(text)
    if compared is None:
        number = bound(text)
        return NumberRange(field, number, number)
    number = _number(compared[2])
    match compared[1]:
        case ">=":
            return NumberRange(field, number, None)
        case ">":
            return NumberRange(field, math.nextafter(number, math.inf), None)
        case "<":
            return NumberRange(field, None, math.nextafter(number, -math.inf))
    return NumberRange(field, None, number)


def span(field: str, text: str) -> NumberRange:
    """Read ``100 TO 500``, both ends included; ``*`` is open; ValueError for anything else."""
    parts = parts_of(text)
    if len(parts) != 2:
        raise ValueError(f"{text.strip()[:_LONGEST_NUMBER]!r} is not two numbers with TO between")
    return NumberRange(field, bound(parts[0][0]), bound(parts[1][0]))


def bound(text: str) -> float | None:
    """Return the number at an end of a range; ``*`` is open."""
    return None if text == "*" else _number(text)


def _number(text: str) -> float:
    text = text.strip()
    if not _is_number(text):
        raise ValueError(f"{text[:_LONGEST_NUMBER]!r} is not a number")
    return number_of(text)


def _is_number(text: str) -> bool:
    return len(text) <= _LONGEST_NUMBER and not math.isnan(number_of(text))
