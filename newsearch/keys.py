"""Users' own keys: what an article has beside its fields, as far as it filters and counts."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from newsearch.fields import QUERY_FIELDS
from newsearch.patterns import lazy_pattern

LONGEST_KEY = 64
LONGEST_VALUE = 256
"""Characters; what is longer is kept and shown, but is a text and not a value to ask for."""

NAMED_KEYS = 40
"""A message that names more keys is one that nobody reads."""

KEYS = "keys"
"""Name of the column of all keys: each value is a key, `BETWEEN` and the value."""

BETWEEN = "\x1f"
"""Stands between a key and a value where both are one text; no key holds it."""

_NAME_START = lazy_pattern(r"[^\W\d]")
_NUMBER = lazy_pattern(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


@lru_cache(1 << 12)
def key_name(key: str) -> str:
    """Return what a key is called in queries, '' for one that cannot be asked for.

    Lower case, with ``_`` for all that is no letter, digit or mark on one: ``Word Count`` is
    ``word_count``. Invisible characters are left out, because a query is read without them. A key
    that is called like a field cannot be asked for, because the field is; nor can one that starts
    with a digit.
    """
    name = _written(key)
    is_name = _NAME_START.match(name) is not None and len(name) <= LONGEST_KEY
    return name if is_name and name not in QUERY_FIELDS else ""


@lru_cache(1 << 12)
def field_called(key: str) -> str:
    """Return the field that a query asks for by the name of a key, '' if there is none."""
    name = _written(key)
    return name if name in QUERY_FIELDS else ""


def keyed_values(extra: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of each key with each of its values, as text.

    Values are texts, numbers, truth values (``true``, ``false``) and lists of these; a whole number
    is written without a point, so ``120.0`` is ``120``. Objects, lists in lists, long texts and
    what is not a number (NaN) or infinite are passed over.
    """
    for key, value in extra.items():
        name = key_name(key)
        for one in (value if isinstance(value, list | tuple) else (value,)) if name else ():
            text = _text(one)
            if text and len(text) <= LONGEST_VALUE:
                yield name, text


def number_of(text: str) -> float:
    """Return the number that a text is, as ``-1.5`` or ``2e6``; not a number (NaN) for any other.

    `float` would take ``inf``, ``nan``, ``1_000`` and digits of other scripts too, which people
    write when they mean words.
    """
    number = float(text) if _NUMBER.fullmatch(text) else math.nan
    return number if math.isfinite(number) else math.nan


def is_negative(text: str) -> bool:
    """Whether a text is a number with a minus before it."""
    return text.startswith("-") and not math.isnan(number_of(text))


def _written(key: str) -> str:
    small = unicodedata.normalize("NFC", key).lower()
    return re.sub(" +", "_", "".join(map(_of_name, small)))


def _of_name(char: str) -> str:
    """Return what a character is in a name; a space for one that separates."""
    if char.isalnum() or char == "_":
        return char
    # Vowel signs are marks in the scripts of India: without them a word falls to pieces.
    category = unicodedata.category(char)
    return "" if category == "Cf" else char if category[0] == "M" else " "


def _text(value: Any) -> str:
    match value:
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        # The plain types write them: NumPy's numbers and enumerations have a repr of their own.
        case int():
            return int.__repr__(value)
        case float() if math.isfinite(value):
            return float.__repr__(value).removesuffix(".0")
    return ""
