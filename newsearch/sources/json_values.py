"""JSON: one object a line, or one object, an array of them, or one after the other."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, NamedTuple

from newsearch.answers.reports import Remark
from newsearch.article import LARGEST_ARTICLE_BYTES, Article
from newsearch.sources.decode import TOO_LONG, as_utf8, line_text, numbered_lines
from newsearch.sources.envelopes import Row, is_article, opened
from newsearch.sources.fields import Meanings
from newsearch.sources.reader import Context
from newsearch.sources.records import articles_of

_BLOCK_BYTES = 2**16
_DEEPEST = 100
_NESTING = frozenset((dict, list))
_SPACE_OR_COMMA = re.compile(r"[ \t\r\n]*(?:,[ \t\r\n]*)?")
# What stands before JSON in a script: a call, an assignment, or a guard against calls; and after.
_CALL = re.compile(
    rb"\s*(?:/\*\*/\s*)?"
    rb"(?:\)\]\}',?|(?:(?:var|let|const) +)?[a-z_$][\w$.]{0,99} *[(=])(?=\s*[\[{])",
    re.I,
)
_BETWEEN_VALUES = re.compile(r"[ \t\r\n,);]*")
_SPACE_OR_COLON = re.compile(r"[ \t\r\n]*(?::[ \t\r\n]*)?")
_LONGEST_TOKEN = 16
_OBJECT_TOO_LONG = f"the object is longer than {LARGEST_ARTICLE_BYTES >> 20} MiB"
_UNREADABLE = "not JSON that can be read: nested too deep, or a number too long"
_AROUND_LINE = " \t\r\n,\x1e"
"""What some programs write around the values of lines, the record separator of RFC 7464 too."""
_NEXT_OBJECT = re.compile(r"\n(?=[{\]])")
# NaN, Infinity and tabs in texts are no JSON, yet careless programs write them.
_decoder = json.JSONDecoder(parse_constant=lambda _: None, strict=False)


def read_jsonl(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file of one JSON object a line, or one that is only called so; a `Reader`.

    A line that is too long is skipped without being held in memory.
    """
    stream = as_utf8(stream, context)
    start: bytes = stream.peek(_BLOCK_BYTES)  # type: ignore[attr-defined]
    is_one_line = b"\n" not in start and len(start) >= _BLOCK_BYTES
    is_spread = is_one_line or start.lstrip().startswith((b"[", b"{\n", b"{\r\n"))
    rows = _Values(stream, context).rows() if is_spread else _line_rows(stream, context)
    return articles_of(rows, context)


def read_json(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file of JSON in whatever arrangement, in bounded memory; a `Reader`.

    A file whose first line is a whole object is read line by line. Else an array's elements, or
    objects that follow one another over any number of lines, are read one at a time; and of an
    object that is too large to be one article, the articles in it. It may be given to a call, or
    to a variable, of a script.
    """
    stream = as_utf8(stream, context)
    if call := _CALL.match(stream.peek(_BLOCK_BYTES)):  # type: ignore[attr-defined]
        stream.read(call.end())
    is_lines = _starts_with_whole_line(stream)
    rows = _line_rows(stream, context) if is_lines else _Values(stream, context).rows()
    return articles_of(rows, context)


def _starts_with_whole_line(stream: BinaryIO) -> bool:
    start: bytes = stream.peek(_BLOCK_BYTES)  # type: ignore[attr-defined]
    start = start.lstrip()
    if not start.startswith(b"{"):
        return not start.startswith(b"[")
    line, end, _ = start.partition(b"\n")
    if not end and len(line) >= _BLOCK_BYTES:
        return False
    try:
        _decoder.decode(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


def _line_rows(stream: BinaryIO, context: Context) -> Iterator[Row]:
    """Return the objects of a stream of one a line, in UTF-8, with their lines."""
    number = 0
    value_of = _line_decoder(stream)
    for number, line in numbered_lines(stream):
        records: Iterable[dict[str, Any] | Remark]
        if line is None:
            records = (context.rejected(TOO_LONG, number),)
        else:
            try:
                value = value_of(line)
            except (ValueError, RecursionError):
                records = _records_of_text(line_text(line, number, context), context, number)
            else:
                records = _records_of(value, line, context, number)
        for record in records:
            yield number, record
    if number == 0:
        yield None, context.rejected("the file is empty")


def _line_decoder(stream: BinaryIO) -> Callable[[bytes], Any]:
    """Return what makes a value of a line, or raises an error where `_decoder` may not.

    What msgspec takes it reads as `_decoder` does, in half the time. It takes 15 ms to import.
    """
    start: bytes = stream.peek(_BLOCK_BYTES)  # type: ignore[attr-defined]
    if len(start) < _BLOCK_BYTES:
        return lambda line: _decoder.decode(line.decode())
    from msgspec.json import Decoder

    return Decoder().decode


def _records_of_text(text: str, context: Context, number: int) -> Iterable[dict[str, Any] | Remark]:
    """Return what `_records_of` does; nothing of a blank line, a remark for what is no JSON."""
    if text.isspace():
        return ()
    try:
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        if values := _several(text.strip(_AROUND_LINE)):
            return [_checked_record(one, context, number) for one in values]
        column = min(error.pos, len(text.rstrip())) + 1
        return (context.rejected(f"not JSON: {error.msg.lower()}, column {column}", number),)
    except (ValueError, RecursionError):
        return (context.rejected(_UNREADABLE, number),)
    return _records_of(value, text.encode("utf-8", "surrogatepass"), context, number)


def _records_of(
    value: Any, line: bytes, context: Context, number: int
) -> Iterable[dict[str, Any] | Remark]:
    """Return the object of a line, or those of the array that it is."""
    if type(value) is dict and _NESTING.isdisjoint(map(type, value.values())):
        return (value,)
    # So few brackets cannot nest too deep, and to count them takes little time.
    is_flat = line.count(b"[") + line.count(b"{") <= _DEEPEST
    return [
        one if is_flat and isinstance(one, dict) else _checked_record(one, context, number)
        for one in (value if isinstance(value, list) and value else (value,))
    ]


def _several(text: str) -> list[Any]:
    """Return the objects that follow one another on a line; none where anything else is on it."""
    values: list[Any] = []
    at = 0
    try:
        while text.startswith("{", at):
            value, end = _decoder.raw_decode(text, at)
            values.append(value)
            space = _SPACE_OR_COMMA.match(text, end)
            at = space.end() if space else end
    except (ValueError, RecursionError):
        return []
    return values if at == len(text) else []


def _checked_record(value: Any, context: Context, line: int) -> dict[str, Any] | Remark:
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


class _Inside(NamedTuple):
    """What is around the next value: its first letter, key and line, and the rows before it."""

    start: str
    key: str
    line: int
    n_rows: int


class _Values:
    """The values of a file, found with a window that grows only while a value does not end."""

    def __init__(self, stream: BinaryIO, context: Context) -> None:
        self._stream = stream
        self._context = context
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._window = ""
        self._at = 0
        self._line = 1
        self._is_ended = False
        self._inside: list[_Inside] = []
        self._n_rows = 0
        self._meanings = Meanings(context.told.keys)

    def rows(self) -> Iterator[Row]:
        while self._skip(_SPACE_OR_COMMA if self._inside else _BETWEEN_VALUES):
            if self._inside and self._next_char in "]}":
                self._at += 1
                yield from self._left(self._inside.pop())
                continue
            line = self._line
            try:
                rows = list(self._next_rows())
            except (ValueError, RecursionError) as error:
                rows = [(line, self._context.rejected(self._reason(error), line))]
                if not self._resync():
                    yield from rows
                    return
            self._n_rows += len(rows)
            yield from rows
        if not self._n_rows:
            yield None, self._context.rejected("there is no article in the file")

    @property
    def _next_char(self) -> str:
        return self._window[self._at]

    def _next_rows(self) -> Iterator[Row]:
        """Read a value, or go into one: an array, or an object too large to be an article."""
        key, line = "", self._line
        if self._inside and self._inside[-1].start == "{" and self._next_char == '"':
            key = str(self._next_value())
            if not self._skip(_SPACE_OR_COLON):
                return
        start = self._next_char
        if start == "[":
            self._enter(start, key)
            return
        try:
            value = self._next_value()
        except json.JSONDecodeError as error:
            if start != "{" or not (self._is_full or self._is_ended):
                raise
            if not self._is_full:  # it breaks off; what it holds may still be whole
                yield line, self._context.rejected(self._reason(error), line)
            self._enter(start, key)
            return
        yield from self._rows_of(value, line)

    def _enter(self, start: str, key: str) -> None:
        self._inside.append(_Inside(start, key, self._line, self._n_rows))
        self._at += 1

    def _left(self, left: _Inside) -> Iterator[Row]:
        """Tell of an object that is too long for an article and had none in it."""
        is_none = left.start == "{" and left.n_rows == self._n_rows
        if is_none and all(around.start == "[" for around in self._inside):
            self._n_rows += 1
            yield left.line, self._context.rejected(_OBJECT_TOO_LONG, left.line)

    def _rows_of(self, value: Any, line: int) -> Iterator[Row]:
        record = _checked_record(value, self._context, line)
        if all(around.start == "[" for around in self._inside):
            yield line, record
        elif isinstance(record, dict):
            path = ".".join(around.key for around in self._inside if around.key)
            for row in opened([(line, record)], self._meanings, self._context):
                if is_article(row[1], self._meanings):
                    self._context.note_once(f"the articles are those of {path!r}")
                    yield row

    def _next_value(self) -> Any:
        while True:
            try:
                value, end = _decoder.raw_decode(self._window, self._at)
            except json.JSONDecodeError as error:
                if self._is_full or not (self._is_cut(error) and self._grow()):
                    raise
            else:
                self._advance(end)
                return value

    @property
    def _is_full(self) -> bool:
        return len(self._window) - self._at >= LARGEST_ARTICLE_BYTES

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether a value may only go on after the window."""
        is_at_end = error.pos >= len(self._window) - _LONGEST_TOKEN
        return is_at_end or error.msg.startswith("Unterminated")

    def _skip(self, pattern: re.Pattern[str]) -> bool:
        """Go to the next character that the pattern does not take; False at the end."""
        while True:
            match = pattern.match(self._window, self._at)
            assert match is not None  # the patterns take nothing too
            self._advance(match.end())
            if self._at < len(self._window):
                return True
            if not self._grow():
                return False

    def _advance(self, end: int) -> None:
        self._line += self._window.count("\n", self._at, end)
        self._at = end

    def _grow(self) -> bool:
        """Drop what was read and read as much as is left again, so that retries cost double."""
        rest = self._window[self._at :]
        n_bytes = max(_BLOCK_BYTES, len(rest))
        text = ""
        while not text and not self._is_ended:
            block = self._stream.read(n_bytes)
            self._is_ended = not block
            text = self._decode(block, final=self._is_ended)
        if text:
            self._window, self._at = rest + text, 0
        return bool(text)

    def _resync(self) -> bool:
        """Go on at the next line that starts with an object; False where there is none."""
        while not (match := _NEXT_OBJECT.search(self._window, self._at)):
            self._advance(max(self._at, len(self._window) - 1))
            if not self._grow():
                return False
        self._advance(match.end())
        while self._inside and self._inside[-1].start == "{":  # there a key would come first
            self._inside.pop()
        return True

    def _reason(self, error: Exception) -> str:
        if self._is_full:
            return f"{_OBJECT_TOO_LONG}; read on at the next object, if any"
        if isinstance(error, json.JSONDecodeError):
            line = self._line + self._window.count("\n", self._at, error.pos)
            return f"not JSON: {error.msg.lower()}, line {line}; read on at the next object, if any"
        return _UNREADABLE
