"""Users' own keys: what an article has beside its fields, as far as it filters and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from newsearch.fields import QUERY_FIELDS

LONGEST_KEY = 64
LONGEST_VALUE = 256
"""Characters; what is longer is kept and shown, but is a text and not a value to ask for."""

KEYS = "keys"
"""Name of the column of all keys: each value is a key, `BETWEEN` and the value."""

BETWEEN = "\x1f"
"""Stands between a key and a value where both are one text; no key holds it."""

_NO_NAME = re.compile(r"\W+", re.ASCII)
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


@lru_cache(1 << 12)
def key_name(key: str) -> str:
    """Return what a key is called in queries, '' for one that cannot be asked for.

    Lower case, with ``_`` for all that is no letter or digit: ``Word Count`` is ``word_count``. A
    key that is called like a field cannot be asked for, because the field is.
    """
    name = _NO_NAME.sub("_", key.lower())
    is_name = _NAME.fullmatch(name) is not None and len(name) <= LONGEST_KEY
    return name if is_name and name not in QUERY_FIELDS else ""


def keyed_values(extra: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name of each key with each of its values, as text.

    Values are texts, numbers, truth values (``true``, ``false``) and lists of these; objects, lists
    in lists and long texts are passed over.
    """
    for key, value in extra.items():
        name = key_name(key)
        for one in (value if isinstance(value, list | tuple) else (value,)) if name else ():
            text = _text(one)
            if text and len(text) <= LONGEST_VALUE:
                yield name, text


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, int | float) else ""
