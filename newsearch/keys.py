"""Users' own keys: what an article has beside its fields, as far as it filters and counts."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from newsearch.fields import QUERY_FIELDS

LONGEST_KEY = 64
LONGEST_VALUE = 256
"""Characters; what is longer is kept and shown, but is a text and not a value to ask for."""

NAMED_KEYS = 40
"""A message that names more keys is one that nobody reads."""

KEYS = "keys"
"""Name of the column of all keys: each value is a key, `BETWEEN` and the value."""

BETWEEN = "\x1f"
"""Stands between a key and a value where both are one text; no key holds it."""

_NO_NAME = re.compile(r"\W+")
_NAME = re.compile(r"[^\W\d]\w*")


@lru_cache(1 << 12)
def key_name(key: str) -> str:
    """Return what a key is called in queries, '' for one that cannot be asked for.

    Lower case, with ``_`` for all that is no letter or digit: ``Word Count`` is ``word_count``. A
    key that is called like a field cannot be asked for, because the field is; nor can one that
    starts with a digit.
    """
    name = _written(key)
    is_name = _NAME.fullmatch(name) is not None and len(name) <= LONGEST_KEY
    return name if is_name and name not in QUERY_FIELDS else ""


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


def _written(key: str) -> str:
    return _NO_NAME.sub("_", unicodedata.normalize("NFC", key).lower())


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
