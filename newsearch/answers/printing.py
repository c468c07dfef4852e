"""Text of articles as it may be printed: nothing in it can steer a terminal."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from typing import Any

from newsearch.article import finite
from newsearch.patterns import lazy_pattern

CONTROLS = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
"""A pattern of the characters that could steer a terminal, or what is read of a line."""

_CONTROL = lazy_pattern(CONTROLS)
_CONTROLS = lazy_pattern(f"{CONTROLS}+")


def printable(text: str) -> str:
    """Replace what could steer a terminal; articles are not to be trusted with that."""
    return _CONTROLS.sub(" ", text)


def shortened(text: str, n_chars: int) -> str:
    """Return the first characters of a text as it may be printed and drawn."""
    text = printable(text).encode("utf-8", "replace").decode()  # halves of characters
    return text if len(text) <= n_chars else f"{text[:n_chars]}…"


def printable_same_length(text: str) -> str:
    """Replace control characters one by one, so that offsets stay."""
    return "".join(char if char.isprintable() else " " for char in text)


def json_line(value: Any) -> str:
    """Return a value as one line of JSON, in which control characters are escaped.

    Numbers that JSON has not, NaN and infinite ones, are null.
    """
    try:
        encoded = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        encoded = json.dumps(finite(value), ensure_ascii=False)
    # JSON escapes only characters below the space; DEL, C1 and marks of direction remain.
    return encoded if encoded.isprintable() else _CONTROL.sub(_escaped, encoded)


def _escaped(control: re.Match[str]) -> str:
    return f"\\u{ord(control[0]):04x}"


def n_articles_text(count: int) -> str:
    """Return how many articles there are: ``1 article``, ``2,000 articles``."""
    return f"{count:,} article{'' if count == 1 else 's'}"


def is_right_to_left(text: str) -> bool:
    """Whether the first letter of a text is one of those that are read from right to left."""
    kinds = map(unicodedata.bidirectional, text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"


def columns_of(text: str) -> int:
    """Count the columns that a text takes on a terminal.

    Letters of East Asia take two; marks on a letter, and characters that only say how others are
    shown, take none.
    """
    return len(text) if text.isascii() else sum(map(_columns_of_char, text))


@lru_cache(1 << 12)
def _columns_of_char(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 1 + (unicodedata.east_asian_width(char) in "WF")
