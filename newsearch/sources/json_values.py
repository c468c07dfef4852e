"""JSON files: one object, an array of them, or one after the other."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import LARGEST_ARTICLE_BYTES, Article
from newsearch.sources.decode import as_utf8
from newsearch.sources.jsonl import article_of_value, decoder, read_jsonl
from newsearch.sources.reader import Context

_BLOCK_BYTES = 2**16
_SPACE = re.compile(r"[ \t\r\n]*")
_SPACE_OR_COMMA = re.compile(r"[ \t\r\n]*(?:,[ \t\r\n]*)?")
_NEXT_OBJECT = re.compile(r"\n(?=[{\]])")


def read_json(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file of JSON in whatever arrangement, in bounded memory; a `Reader`.

    A file whose first line is a whole value is read line by line. Else an array's elements, or
    objects that follow one another over any number of lines, are read one at a time.
    """
    stream = as_utf8(stream, context)
    if _starts_with_whole_line(stream):
        return read_jsonl(stream, context)
    return _Values(stream, context).articles()


def _starts_with_whole_line(stream: BinaryIO) -> bool:
    start: bytes = stream.peek(_BLOCK_BYTES)  # type: ignore[attr-defined]
    start = start.lstrip()
    if not start.startswith(b"{"):
        return not start.startswith(b"[")
    line, end, _ = start.partition(b"\n")
    if not end and len(line) >= _BLOCK_BYTES:
        return True
    try:
        decoder.decode(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


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

    def articles(self) -> Iterator[Article | Remark]:
        self._skip(_SPACE)
        is_array = self._window.startswith("[", self._at)
        self._at += is_array
        n_values = 0
        while self._skip(_SPACE_OR_COMMA) and not self._closes(is_array=is_array):
            n_values += 1
            line = self._line
            try:
                value = self._next_value()
            except (ValueError, RecursionError) as error:
                yield self._context.rejected(self._reason(error), line)
                if not self._resync():
                    break
            else:
                yield article_of_value(value, self._context, line)
        if not n_values:
            yield self._context.rejected("there is no article in the file")

    def _next_value(self) -> Any:
        while True:
            try:
                value, end = decoder.raw_decode(self._window, self._at)
            except json.JSONDecodeError:
                if len(self._window) - self._at >= LARGEST_ARTICLE_BYTES or not self._grow():
                    raise
            else:
                self._advance(end)
                return value

    def _closes(self, *, is_array: bool) -> bool:
        return is_array and self._window.startswith("]", self._at)

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
        """Go on at the next line that starts with an object; one in the window, or none."""
        match = _NEXT_OBJECT.search(self._window, self._at)
        if match:
            self._advance(match.end())
        return match is not None

    def _reason(self, error: Exception) -> str:
        if isinstance(error, json.JSONDecodeError):
            line = self._line + self._window.count("\n", self._at, error.pos)
            return f"not JSON: {error.msg.lower()}, line {line}; read on at the next object, if any"
        return "not JSON that can be read: nested too deep, or a number too long"
