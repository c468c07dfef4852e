"""JSON lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import LARGEST_ARTICLE_BYTES
from newsearch.sources.decode import decode
from newsearch.sources.envelopes import Row
from newsearch.sources.reader import Context

_DEEPEST = 100
_BLOCK_BYTES = 2**20
_LINE_ENDS = ("\n", "", "\r\n")
_NESTING = frozenset((dict, list))

# NaN, Infinity and tabs in texts are no JSON, yet careless programs write them.
decoder = json.JSONDecoder(parse_constant=lambda _: None, strict=False)


def json_rows(stream: BinaryIO, context: Context) -> Iterator[Row]:
    """Return the objects of a stream of one a line, in UTF-8, with their lines."""
    number = 0
    for number, line in enumerate(capped_lines(stream), 1):
        if line is None:
            yield number, context.rejected(TOO_LONG, number)
        elif not line.isspace():
            for record in _records_of(line, context, number):
                yield number, record
    if number == 0:
        yield None, context.rejected("the file is empty")


TOO_LONG = f"the line is longer than {LARGEST_ARTICLE_BYTES >> 20} MiB"


def capped_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Return the lines with their ends; None for each that is longer than an article may be."""
    for line in iter(partial(stream.readline, LARGEST_ARTICLE_BYTES), b""):
        if len(line) < LARGEST_ARTICLE_BYTES or line.endswith(b"\n"):
            yield line
        else:
            _skip_line(stream)
            yield None


def _skip_line(stream: BinaryIO) -> None:
    while (rest := stream.readline(_BLOCK_BYTES)) and not rest.endswith(b"\n"):
        pass


def _records_of(line: bytes, context: Context, number: int) -> Iterator[dict[str, Any] | Remark]:
    """Return the object of a line, or those of the array that it is."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        decoded = decode(line)
        context.note(decoded.decision, number)
        text = decoded.text
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


def _is_too_deep(value: dict[str, Any]) -> bool:
    """Whether other programs, and our own store, would fail on the depth of a value."""
    if _NESTING.isdisjoint(map(type, value.values())):
        return False
    level: list[Any] = [part for part in value.values() if isinstance(part, dict | list)]
    depth = 1
    while level and depth <= _DEEPEST:
        inner = (part.values() if isinstance(part, dict) else part for part in level)
        level = [part for parts in inner for part in parts if isinstance(part, dict | list)]
        depth += 1
    return bool(level)


def _first_words(error: Exception) -> str:
    return str(error).split(":", maxsplit=1)[0].split(";", maxsplit=1)[0].lower()
