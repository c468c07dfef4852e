"""Answers that are rows: typed columns, rows and facts, rendered for people and programs."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from newsearch.answers.printing import columns_of, json_line, printable
from newsearch.errors import NewsearchError

Cell = str | int | float | None
ColumnKind = Literal["text", "integer", "number", "flag"]

WIDEST_CELL = 60
"""Columns of a terminal that a cell may take which others follow."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_GAP = "  "
_LEFT_TO_RIGHT = "\u200e"
_PANDAS_TYPES: Mapping[ColumnKind, str] = {
    **{"text": "object", "integer": "Int64", "number": "float64", "flag": "boolean"}
}
_POLARS_TYPES: Mapping[ColumnKind, str] = {
    **{"text": "String", "integer": "Int64", "number": "Float64", "flag": "Boolean"}
}


@dataclass(frozen=True, slots=True)
class Column:
    """What the cells of one column are.

    Parameters
    ----------
    name
        Its header, and the key in JSON.
    kind
        ``"text"``, ``"integer"``, ``"number"`` or ``"flag"``; a cell of any kind may be None, and
        that of a text, which may be of users' own, anything.
    """

    name: str
    kind: ColumnKind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of an answer.

    Parameters
    ----------
    columns
        What stands in each row, in order.
    rows
        As many cells as there are columns. Rows may be made while they are read, then once only.
    facts
        What is true of the answer as a whole, JSON values.
    rows_name
        What JSON calls the rows.
    has_header
        Whether text for people shows the names of the columns.
    """

    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]
    facts: Mapping[str, Any] = field(default_factory=dict)
    rows_name: str = "rows"
    has_header: bool = True

    def records(self) -> Iterator[dict[str, Cell]]:
        """Return each row by the names of its columns."""
        names = [column.name for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """Return the facts and, under the name of the rows, all rows as JSON values."""
        return {**self.facts, self.rows_name: list(self.records())}

    def json(self) -> str:
        """Return the table as one line of JSON."""
        return json_line(self.as_dict())

    def jsonl(self) -> Iterator[str]:
        """Return each row as a line of JSON, without line feeds; the facts are left out."""
        return map(json_line, self.records())

    def csv(self) -> Iterator[str]:
        r"""Return a header and each row as CSV, with their line ends; the facts are left out.

        Spreadsheets run a cell that starts with one of ``= + - @``, tab and carriage return as a
        formula; an apostrophe before it makes it text (OWASP, CSV injection), in the header too,
        where users' own keys stand. All else is as it is: whoever prints lines on a terminal has
        to take control characters out.
        """
        import csv

        line = _Line()
        writer = csv.writer(line)
        writer.writerow([_csv_cell(column.name) for column in self.columns])
        yield line.text
        for row in self.rows:
            writer.writerow([_csv_cell(cell) for cell in row])
            yield line.text

    def text(self) -> Iterator[str]:
        """Return lines for a terminal, without line feeds: aligned columns, then the facts.

        No cell can steer the terminal; long ones but the last of a row are cut.
        """
        rows = [[*(_cut(shown(one)) for one in row[:-1]), shown(row[-1])] for row in self.rows]
        if self.has_header:
            rows.insert(0, [printable(column.name) for column in self.columns])
        widths = [max(map(columns_of, cells)) for cells in zip(*rows, strict=True)]
        for row in rows:
            cells = zip(row, widths, self.columns, strict=True)
            yield _GAP.join(_padded(*one) for one in cells).rstrip()
        for name, value in self.facts.items():
            cell = value if isinstance(value, Cell) else json_line(value)
            yield f"{printable(name)}: {shown(cell)}"

    def to_pandas(self) -> Any:
        """Return a ``pandas.DataFrame``.

        Raises
        ------
        NewsearchError
            pandas is not installed.
        """
        pandas = _imported("pandas")
        series = {
            column.name: pandas.Series(cells, dtype=_PANDAS_TYPES[column.kind])
            for column, cells in zip(self.columns, self._by_column(), strict=True)
        }
        return pandas.DataFrame(series)

    def to_polars(self) -> Any:
        """Return a ``polars.DataFrame``.

        Raises
        ------
        NewsearchError
            polars is not installed.
        """
        polars = _imported("polars")
        series = []
        for column, cells in zip(self.columns, self._by_column(), strict=True):
            kinds = {type(cell) for cell in cells if cell is not None}
            is_own = column.kind == "text" and kinds and str not in kinds
            form = None if is_own else getattr(polars, _POLARS_TYPES[column.kind])
            series.append(polars.Series(column.name, cells, form, strict=False))
        return polars.DataFrame(series)

    def _repr_html_(self) -> str | None:
        from newsearch.answers.notebook import table_html

        return None if isinstance(self.rows, Iterator) else table_html(self)  # read once only

    def _by_column(self) -> list[list[Cell]]:
        columns: list[list[Cell]] = [[] for _ in self.columns]
        for row in self.rows:
            for cells, cell in zip(columns, row, strict=True):
                cells.append(cell)
        return columns


class _Line:
    """What a CSV writer writes to: keeps the last line."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text = text


def _csv_cell(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def shown(cell: Cell) -> str:
    """Return a cell as people read it."""
    match cell:
        case None:
            return "-"
        case bool():
            return "yes" if cell else "no"
        case int():
            return f"{cell:,}"
        case float():
            return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.4g}"
        case str():
            return printable(cell)


def _cut(text: str) -> str:
    if columns_of(text) <= WIDEST_CELL:
        return text
    kept = text[:WIDEST_CELL]
    while columns_of(kept) >= WIDEST_CELL:
        kept = kept[:-1]
    return f"{kept}…"


def _padded(text: str, width: int, column: Column) -> str:
    space = " " * (width - columns_of(text))
    if not text.isascii() and {"R", "AL"} & set(map(unicodedata.bidirectional, text)):
        text += _LEFT_TO_RIGHT  # or what follows would be shown on its left
    return text + space if column.kind == "text" else space + text


def _imported(package: str) -> Any:
    import importlib

    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise NewsearchError(f"{package} is not installed; pip install {package}") from error


def cell_of(value: Any) -> Cell:
    """Return a JSON value as a cell: a list with semicolons between, an object as JSON."""
    if isinstance(value, list | tuple) and not any(isinstance(one, list | dict) for one in value):
        return "; ".join(map(str, value))
    if isinstance(value, list | tuple | dict):
        return str(json.dumps(value, ensure_ascii=False))
    return value if value is None or isinstance(value, int | float) else str(value)
