"""CSV and TSV: one article a row, under a header."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import LARGEST_ARTICLE_BYTES, Article
from newsearch.sources.decode import as_utf8, decode
from newsearch.sources.envelopes import Row
from newsearch.sources.fields import Meanings
from newsearch.sources.jsonl import TOO_LONG, capped_lines
from newsearch.sources.reader import Context
from newsearch.sources.records import articles_of

_DELIMITERS = ",;\t|"
_MEANINGS = Meanings()
_LONE_RETURN = re.compile(r"(?<=\r)(?!\n)")


def read_csv(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a table whose delimiter is told from its header row; a `Reader`."""
    return _read_table(stream, context, _DELIMITERS)


def read_tsv(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a table whose columns are separated by tabs; a `Reader`."""
    return _read_table(stream, context, "\t")


def is_table(start: bytes) -> bool:
    """Whether a file that starts so is a table: its first line names text and another field."""
    line = start.decode("utf-8", "replace").removeprefix("\ufeff").lstrip().partition("\n")[0]
    known = _known(_header(line, _DELIMITERS)[1])
    return len(known) > 1 and not known.isdisjoint({"title", "body"})


def _known(header: list[str]) -> set[str]:
    return {_MEANINGS[name][0] for name in header} - {""}


class _Lines:
    """Lines of text for the csv module, which puts rows of several lines together itself."""

    def __init__(self, stream: BinaryIO, context: Context) -> None:
        self._stream = stream
        self._context = context
        self.remarks: list[Remark] = []
        self.n_lines = 0
        self.n_row_chars = 0

    def __iter__(self) -> Iterator[str]:
        for line in capped_lines(self._stream):
            self.n_lines += 1
            if line is None:
                self.remarks.append(self._context.rejected(TOO_LONG, self.n_lines))
                continue
            text = self._text_of(line)
            self.n_row_chars += len(text)
            if self.n_row_chars > LARGEST_ARTICLE_BYTES:
                raise csv.Error("a quote is never closed")
            yield from _LONE_RETURN.split(text) if "\r" in text else (text,)

    def _text_of(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError:
            decoded = decode(line)
            self._context.note(decoded.decision, self.n_lines)
            return decoded.text


def _read_table(stream: BinaryIO, context: Context, delimiters: str) -> Iterator[Article | Remark]:
    # The module's limit is 128 KiB a field, for the whole process; ours is never lower.
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_ARTICLE_BYTES))
    lines = _Lines(as_utf8(stream, context), context)
    texts = iter(lines)
    header_line = next((text for text in texts if text.strip()), "")
    yield from _taken(lines.remarks)
    if not header_line:
        yield context.rejected("the file is empty")
        return
    delimiter, header = _header(header_line, delimiters)
    rows = _rows(csv.reader(texts, delimiter=delimiter, strict=True), header, lines, context)
    yield from articles_of(rows, context, header)


def _header(line: str, delimiters: str) -> tuple[str, list[str]]:
    """Choose the delimiter that gives most columns we know, then most columns."""
    choices = []
    for delimiter in delimiters:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        header = [cell.strip() for cell in cells]
        choices.append((len(_known(header)), len(header), delimiter, header))
    if not choices:
        return delimiters[0], [line.strip()]
    best = max(choices, key=lambda choice: choice[:2])
    return best[2], best[3]


def _rows(
    rows: Iterator[list[str]], header: list[str], lines: _Lines, context: Context
) -> Iterator[Row]:
    while True:
        lines.n_row_chars = 0
        line = lines.n_lines + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            row = []
            yield line, context.rejected(f"not a row: {error}", line)
            if lines.n_row_chars > LARGEST_ARTICLE_BYTES:
                yield line, context.rejected("the rest of the file is not read", line)
                return
        yield from ((line, remark) for remark in _taken(lines.remarks))
        if row is None:
            return
        if row:
            yield line, _record_of(row, header, context, line)


def _record_of(
    row: list[str], header: list[str], context: Context, line: int
) -> dict[str, Any] | Remark:
    if len(row) != len(header):
        reason = f"the row has {len(row)} columns and the header {len(header)}"
        return context.rejected(reason, line)
    return {name: cell for name, cell in zip(header, row, strict=True) if cell and name}


def _taken(remarks: list[Remark]) -> list[Remark]:
    taken, remarks[:] = remarks[:], []
    return taken
