"""CSV and TSV as programs and people write them: one article a row."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import LARGEST_ARTICLE_BYTES, Article
from newsearch.sources.decode import TOO_LONG, as_utf8, text_lines
from newsearch.sources.envelopes import Row
from newsearch.sources.fields import is_date
from newsearch.sources.headers import DELIMITERS, find_header, known_fields, separator_line
from newsearch.sources.reader import Context
from newsearch.sources.records import articles_of

_LONE_RETURN = re.compile(r"(?<=\r)(?!\n)")
_LINES_AHEAD = 30
_CHARS_AHEAD = 2**16
# Of a file in which every row is broken, each costs no more than so much.
_MOST_LINES_MENDED = 500
_MOST_TRIES = 20


def read_csv(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a table whose delimiter is told from its first rows; a `Reader`."""
    return _read_table(stream, context, DELIMITERS)


def read_tsv(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a table whose columns are separated by tabs; a `Reader`."""
    return _read_table(stream, context, "\t")


def is_table(start: bytes) -> bool:
    """Whether a file that starts so is a table: its first line names text and another field."""
    lines = start.decode("utf-8", "replace").removeprefix("\ufeff").lstrip().splitlines()[:1]
    if not lines or separator_line(lines[0]):
        return bool(lines)
    rows = (next(csv.reader(lines, delimiter=one), []) for one in DELIMITERS)
    known = max(map(known_fields, rows), key=len)
    return len(known) > 1 and not known.isdisjoint({"title", "body"})


class _Lines:
    """Lines of text with their numbers, which can be given back to be read again.

    Attributes
    ----------
    taken
        The lines of the present row, in their order.
    remarks
        On lines that could not be given.
    """

    def __init__(self, stream: BinaryIO, context: Context) -> None:
        self._context = context
        self._source = self._read(stream)
        self._given_back: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []
        self.remarks: list[Remark] = []
        self._n_chars = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._given_back.popleft() if self._given_back else next(self._source)
        self.taken.append(line)
        self._n_chars += len(line[1])
        if self._n_chars > LARGEST_ARTICLE_BYTES and len(self.taken) > 1:
            raise csv.Error("a quote is never closed")
        return line[1]

    def begin_row(self) -> None:
        self.taken.clear()
        self._n_chars = 0

    def give_back(self, first: int = 0) -> None:
        """Give the taken lines from one on back."""
        self._given_back.extendleft(reversed(self.taken[first:]))
        del self.taken[first:]
        self._n_chars = 0

    def _read(self, stream: BinaryIO) -> Iterator[tuple[int, str]]:
        for number, text in text_lines(stream, self._context):
            if text is None:
                self.remarks.append(self._context.rejected(TOO_LONG, number))
                continue
            is_many = text.count("\r") > text.endswith("\r\n")
            for part in _LONE_RETURN.split(text) if is_many else (text,):
                yield number, part


def _read_table(stream: BinaryIO, context: Context, delimiters: str) -> Iterator[Article | Remark]:
    # The module's limit is 128 KiB a field, for the whole process; ours is never lower.
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_ARTICLE_BYTES))
    lines = _Lines(as_utf8(stream, context), context)
    start = _start_of(lines)
    yield from _taken(lines.remarks)
    if not "".join(start).strip():
        yield context.rejected("the file is empty")
        return
    if told := separator_line(start[0]):
        delimiters = told
        next(lines)
        start = start[1:]
    delimiter, header, n_lines, fault = find_header(start, delimiters, context)
    if fault:
        yield context.rejected(fault, 1)
        return
    deque(islice(lines, n_lines), maxlen=0)
    is_spaced = _is_spaced(start[n_lines - 1] if n_lines else "", delimiter)
    table = _Table(lines, delimiter, header, context, is_spaced=is_spaced)
    yield from articles_of(table.rows(), context, header)


def _is_spaced(header: str, delimiter: str) -> bool:
    """Whether a header has a space after each delimiter, as its rows then have, before quotes."""
    _, *cells = header.split(delimiter)
    return bool(cells) and all(cell.startswith(" ") for cell in cells)


def _start_of(lines: _Lines) -> list[str]:
    """Look at the first lines, which are still given after."""
    start: list[str] = []
    for text in lines:
        start.append(text)
        if len(start) >= _LINES_AHEAD or sum(map(len, start)) > _CHARS_AHEAD:
            break
    lines.give_back()
    return start


class _Table:
    """The rows of a table.

    A row that is as the standard says is read by the `csv` module. One that is not, or has another
    number of columns than the header although it is of several lines, is read again: with
    backslashes before quotes, then its first line alone, because a quote that nobody closes must
    not take the next rows, then with quotes that stand for themselves.
    """

    def __init__(
        self,
        lines: _Lines,
        delimiter: str,
        header: Sequence[str],
        context: Context,
        *,
        is_spaced: bool,
    ) -> None:
        self._lines = lines
        self._header = header
        self._context = context
        self._delimiter = delimiter
        self._is_spaced = is_spaced
        self._fields = ["".join(known_fields([name])) for name in header]
        self._ends_in_prose = self._fields[-1:] == ["body"]
        escaped = re.escape(delimiter)
        # A quote within a cell is one that neither follows a delimiter nor is followed by one.
        self._cell = re.compile(
            rf'\s*"((?:[^"]++|(?<!{escaped})"(?!\s*(?:{escaped}|\Z)))*+)"\s*(?:{escaped}|\Z)'
            rf"|([^{escaped}]*)(?:{escaped}|\Z)"
        )

    def rows(self) -> Iterator[Row]:
        strict = self._reader(self._lines)
        while True:
            self._lines.begin_row()
            try:
                row = next(strict, None)
                is_doubtful = len(self._lines.taken) > 1 and not self._fits(row or [])
            except csv.Error:
                row, is_doubtful = [], True
            if is_doubtful:
                row = self._mended()
            yield from ((None, remark) for remark in _taken(self._lines.remarks))
            if row is None:
                return
            if any(row) and row != self._header:  # files that were joined have it again
                line = self._lines.taken[0][0]
                yield line, self._record_of(row, line)

    def _reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        return csv.reader(
            lines, delimiter=self._delimiter, strict=True, skipinitialspace=self._is_spaced
        )

    def _mended(self) -> list[str]:
        """Read the row of the taken lines in other ways; what they do not need is given back."""
        n_columns = len(self._header)
        if not self._lines.taken:
            return []
        if any('\\"' in text for _, text in self._lines.taken):
            self._lines.give_back()
            try:
                row = next(self._reader(text.replace('\\"', '""') for text in self._lines), [])
            except csv.Error:
                row = []
            if len(row) == n_columns:
                return row
        self._lines.give_back(1)
        first = self._cells(self._lines.taken[0][1])
        if len(first) == n_columns:
            return first
        if row := self._spread(n_columns):
            return row
        self._lines.give_back(1)
        rest = self._cells(self._lines.taken[0][1], n_columns)
        return rest if len(rest) == n_columns else first

    def _spread(self, n_columns: int) -> list[str]:
        """Read a row of several lines in which quotes stand for themselves; empty if it is none."""
        text = self._lines.taken[0][1]
        n_tries = 0
        for line in islice(self._lines, _MOST_LINES_MENDED):
            text += line
            if '"' in line:
                n_tries += 1
                if len(row := self._cells(text)) == n_columns:
                    return row
            if n_tries == _MOST_TRIES or len(text) > _CHARS_AHEAD:
                break
        return []

    def _cells(self, text: str, n_columns: int = 0) -> list[str]:
        """Split a row; a quote that nobody closes is left out.

        Given the number of columns, it begins a cell that has all the delimiters which are too
        many.
        """
        text = text.rstrip("\r\n")
        cells: list[str] = []
        at = 0
        while match := self._cell.match(text, at):
            quoted, plain = match.groups()
            if n_columns and quoted is None and plain.startswith('"'):
                n_after = n_columns - len(cells) - 1
                return [*cells, *text[at + 1 :].rsplit(self._delimiter, n_after)]
            cells.append(_unopened(plain) if quoted is None else quoted.replace('""', '"'))
            at = match.end()
            if at == len(text) and not text[match.start() : at].endswith(self._delimiter):
                break
        return cells

    def _fits(self, row: list[str]) -> bool:
        """Take empty cells off a row that is too long; tell whether it can be one of the table."""
        while len(row) > len(self._header) and not row[-1]:
            row.pop()
        return len(row) == len(self._header) or self._lacks_last_cells(row)

    def _record_of(self, row: list[str], line: int) -> dict[str, Any] | Remark:
        n_columns = len(self._header)
        is_short = self._fits(row) and len(row) < n_columns
        # A comma of prose has a space after it, and one between cells has none.
        is_prose = len(row) > n_columns and self._ends_in_prose
        if is_prose and all(cell.startswith(" ") for cell in row[n_columns:]):
            row[n_columns - 1 :] = [self._delimiter.join(row[n_columns - 1 :])]
        if is_short:
            self._context.note_once(f"a row of {len(row)} cells ends in empty ones", line)
            row += [""] * (n_columns - len(row))
        if len(row) != n_columns:
            reason = f"the row has {len(row)} columns and the header {n_columns}"
            return self._context.rejected(reason, line)
        return {name: cell for name, cell in zip(self._header, row, strict=True) if cell and name}

    def _lacks_last_cells(self, row: list[str]) -> bool:
        """Whether a row is whole but for its last cells, which spreadsheets leave out where empty.

        A row that breaks off in its text, and the rest of it on the next line, are none.
        """
        cells = dict(zip(self._fields, row, strict=False))
        if len(row) >= len(self._header) or not cells.get("body"):
            return False
        quoted = '"{}"'.format(row[-1].replace('"', '""'))
        text = "".join(text for _, text in self._lines.taken).rstrip("\r\n")
        is_closed = self._fields[len(row) - 1] != "body" or text.endswith(quoted)
        return is_closed and (not cells.get("date") or is_date(cells["date"]))


def _unopened(cell: str) -> str:
    """Return a cell without the quote that opens it, unless another is in it."""
    return cell.removeprefix('"') if cell.count('"') == 1 else cell


def _taken(remarks: list[Remark]) -> list[Remark]:
    taken, remarks[:] = remarks[:], []
    return taken
