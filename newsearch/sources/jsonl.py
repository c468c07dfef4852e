"""JSON lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from newsearch.answers.reports import Remark
from newsearch.sources.decode import TOO_LONG, text_lines
from newsearch.sources.envelopes import Row
from newsearch.sources.reader import Context

_DEEPEST = 100
_LINE_ENDS = ("\n", "", "\r\n")
_NESTING = frozenset((dict, list))

# NaN, Infinity and tabs in texts are no JSON, yet careless programs write them.
decoder = json.JSONDecoder(parse_constant=lambda _: None, strict=False)


def json_rows(stream: BinaryIO, context: Context) -> Iterator[Row]:
    """Return the objects of a stream of one a line, in UTF-8, with their lines."""
    number = 0
    for number, text in text_lines(stream, context):
        if text is None:
            yield number, context.rejected(TOO_LONG, number)
        elif not text.isspace():
            for record in _records_of(text, context, number):
                yield number, record
    if number == 0:
        yield None, context.rejected("the file is empty")


def _records_of(text: str, context: Context, number: int) -> Iterator[dict[str, Any] | Remark]:
    """Return the object of a line, or those of the array that it is."""
    try:
        value = _value_of(text)
    except json.JSONDecodeError as error:
        column = min(error.pos, len(text.rstrip())) + 1
        yield context.rejected(f"not JSON: {error.msg.lower()}, column {column}", number)
    except (ValueError, RecursionError) as error:
        yield context.rejected(f"not JSON that can be read: {_first_words(error)}", number)
    else:
        # So few brackets cannot nest too deep, and to count them takes little time.
        is_flat = text.count("[") + text.count("{") <= _DEEPEST
        for one in value if isinstance(value, list) and value else (value,):
            is_good = is_flat and isinstance(one, dict)
            yield one if is_good else checked_record(one, context, number)


def _value_of(text: str) -> Any:
    # decode() also looks for white space around the value: as slow as reading a short value.
    if text.startswith("{"):
        value, end = decoder.raw_decode(text)
        if text[end:] in _LINE_ENDS:
            return value
    return decoder.decode(text)


def checked_record(value: Any, context: Context, line: int) -> dict[str, Any] | Remark:
    """Return a JSON value that is an object; a remark for others, and for one nested too deep."""
    if not isinstance(value, dict):
        return context.rejected("not a JSON object", line)
    if _is_too_deep(value):
        return context.rejected(f"nested more than {_DEEPEST} levels deep", line)
    return value


def _is_too_deep(value: dict[str, Any] | list[Any], n_left: int = _DEEPEST) -> bool:
    """Whether other programs, and our own store, would fail on the depth of a value."""
    inner = value.values() if isinstance(value, dict) else value
    if _NESTING.isdisjoint(map(type, inner)):
        return n_left < 0
    parts = (part for part in inner if isinstance(part, dict | list))
    return n_left < 0 or any(_is_too_deep(part, n_left - 1) for part in parts)


def _first_words(error: Exception) -> str:
    return str(error).split(":", maxsplit=1)[0].split(";", maxsplit=1)[0].lower()
