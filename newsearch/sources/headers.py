"""Which row of a table is its header, and what separates its columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from newsearch.sources.evidence import is_prose
from newsearch.sources.fields import Meanings, is_date
from newsearch.sources.reader import Context

DELIMITERS = ",;\t|^~"
_LONGEST_NAME = 100
_SEPARATOR = re.compile(r'\s*"?sep=(.)"?\s*', re.I)
_MEANINGS = Meanings()


class FoundHeader(NamedTuple):
    """The delimiter, names of the columns, lines up to their end, and why there are none, or ''."""

    delimiter: str
    names: list[str]
    n_lines: int
    fault: str = ""


def known_fields(names: Iterable[str]) -> set[str]:
    """Return the fields that some names of columns mean."""
    return {_MEANINGS[name][0] for name in names if len(name) <= _LONGEST_NAME} - {""}


def separator_line(line: str) -> str:
    """Return the delimiter that a line as spreadsheets write it names, such as ``sep=;``, or ''."""
    found = _SEPARATOR.fullmatch(line)
    return found[1] if found else ""


def find_header(lines: Sequence[str], delimiters: str, context: Context) -> FoundHeader:
    """Find the header among the first lines of a file, and the delimiter that fits them best."""
    tables = {one: list(csv.reader(lines, delimiter=one)) for one in delimiters}
    if columns := context.told.columns:
        best = max(tables, key=lambda one: _n_of_width(tables[one], len(columns)))
        return FoundHeader(best, list(columns), 0)
    best = max(tables, key=lambda one: _fitness(tables[one]))
    at = header_row(tables[best])
    reader = csv.reader(lines, delimiter=best)
    *above, header = islice(reader, at + 1)
    names, fault = column_names(header, context)
    if any(map(any, above)):
        context.note(f"the header is line {reader.line_num}; what stands before is left out")
    return FoundHeader(best, names, reader.line_num, fault)


def column_names(header: Sequence[str], context: Context) -> tuple[list[str], str]:
    """Return the names of the columns, all different, and why they are none, or ''."""
    names = [name.strip() for name in header]
    if not known_fields(names) and any(is_prose(name) or is_date(name) for name in names if name):
        fault = "the first row is no header; name the columns with --columns title,body,..."
        return names, fault
    seen: Counter[str] = Counter()
    for number, name in enumerate(names):
        seen[name] += 1
        if name and seen[name] > 1:
            names[number] = f"{name} {seen[name]}"
            context.note(f"two columns are called {name!r}; one is kept as {names[number]!r}")
    return names, ""


def header_row(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of the row with most names of fields, or else the first of full width."""
    known = [len(known_fields(map(str.strip, row))) for row in rows]
    if any(known):
        return known.index(max(known))
    filled = [sum(map(bool, row)) for row in rows]
    [(width, _)] = Counter(filter(None, filled)).most_common(1) or [(0, 0)]
    return next(number for number, n_cells in enumerate(filled) if n_cells >= width)


def _fitness(table: list[list[str]]) -> tuple[int, int, int]:
    header = table[header_row(table)]
    n_known = len(known_fields(map(str.strip, header)))
    return n_known, _n_of_width(table, len(header)), len(header)


def _n_of_width(table: list[list[str]], width: int) -> int:
    return sum(len(row) == width for row in table)
