"""Tables that are no text: Parquet, Arrow, sheets and SQLite.

Each is read a few rows at a time, and its rows are mapped as those of any other table. The
libraries are extras, loaded when such a table is read; SQLite needs none.
"""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.errors import SourceError
from newsearch.sources.content import ARROW_STREAM
from newsearch.sources.frames import BATCH_ROWS, table_articles
from newsearch.sources.headers import column_names, header_row, known_fields
from newsearch.sources.opening import seekable
from newsearch.sources.reader import Context

_HEADER_ROWS = 30
# Else all of a row group is read at once.
_BUFFER_BYTES = 2**20


def read_parquet(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file of Parquet; a `Reader`."""
    parquet = library("pyarrow.parquet", "tables", context)
    with seekable(stream, context) as file, _told_of_damage(context):
        table = parquet.ParquetFile(file, buffer_size=_BUFFER_BYTES, pre_buffer=False)
        batches = table.iter_batches(BATCH_ROWS)
        yield from table_articles(_of_batches(batches), table.schema_arrow.names, context)


def read_arrow(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file or a stream of Arrow; a `Reader`."""
    ipc = library("pyarrow.ipc", "tables", context)
    with seekable(stream, context) as file, _told_of_damage(context):
        is_stream = file.read(4) == ARROW_STREAM
        file.seek(0)
        table = ipc.open_stream(file) if is_stream else ipc.open_file(file)
        numbers = range(0 if is_stream else table.num_record_batches)
        batches = table if is_stream else map(table.get_batch, numbers)
        yield from table_articles(_of_batches(batches), table.schema.names, context)


def read_sheets(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read the sheets of a workbook that have a title or a body, else all; a `Reader`."""
    calamine = library("python_calamine", "tables", context)
    with seekable(stream, context) as file, _told_of_damage(context):
        book = calamine.CalamineWorkbook.from_filelike(file)
        # A sheet is in memory as a whole, so that only the last is kept.
        sheet = lru_cache(1)(book.get_sheet_by_name)
        headers: dict[str, tuple[int, list[str]]] = {}
        for name in book.sheet_names:
            start = [
                [str(cell).strip() for cell in row]
                for row in islice(sheet(name).iter_rows(), _HEADER_ROWS)
            ]
            if any(map(any, start)):
                at = header_row(start)
                headers[name] = at, start[at]
        for name in _chosen({name: header for name, (_, header) in headers.items()}, context):
            yield from _articles_of_sheet(sheet(name).iter_rows(), *headers[name], context)


def read_sqlite(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read the tables of a database that have a title or a body, or the one named; a `Reader`."""
    with _on_disk(stream, context) as path, _told_of_damage(context):
        address = f"{Path(path).absolute().as_uri()}?mode=ro"
        # A load may go on in another thread than that which began it.
        with closing(sqlite3.connect(address, uri=True, check_same_thread=False)) as database:
            database.text_factory = lambda data: data.decode("utf-8", "replace")
            for name in _chosen(_tables(database, context), context):
                cursor = database.execute(f"SELECT * FROM {_quoted(name)}")
                header = [column[0] for column in cursor.description]
                yield from table_articles(_dicts(cursor, header), header, context)


def _of_batches(batches: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for batch in batches:
        for at in range(0, batch.num_rows, BATCH_ROWS):
            yield from batch.slice(at, BATCH_ROWS).to_pylist()


def _articles_of_sheet(
    cells: Iterator[list[Any]], at: int, header: list[str], context: Context
) -> Iterator[Article | Remark]:
    names, n_above = list(context.told.columns), 0
    if not names:
        names, fault = column_names(header, context)
        n_above = at + 1
        if fault:
            yield context.rejected(fault, n_above)
            return
    rows = _dicts(islice(cells, n_above, None), names)
    yield from table_articles(rows, names, context, n_above + 1)


def _dicts(rows: Iterable[Sequence[Any]], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            name: cell for name, cell in zip(names, row, strict=False) if name and cell is not None
        }


def _tables(database: sqlite3.Connection, context: Context) -> dict[str, list[str]]:
    """Return the columns of the tables, or of the one that is named."""
    listed = database.execute(
        "SELECT name, type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' FROM sqlite_master"
        " WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    if context.part:
        names = [name for name, _ in listed]
        if context.part not in names:
            known = ", ".join(map(repr, names))
            raise SourceError(context.path, f"no table {context.part!r}; the tables are {known}")
        return {context.part: ["title"]}
    return {
        name: [row[1] for row in database.execute(f"PRAGMA table_info({_quoted(name)})")]
        for name, is_plain in listed
        if is_plain  # views and indexes of text show what other tables hold
    }


def _chosen(headers: dict[str, list[str]], context: Context) -> list[str]:
    """Return the names of the tables with a title or a body, of all if none has."""
    if not headers:
        raise SourceError(context.path, "there is no table in it")
    told = set(context.told.keys.values()) | set(context.told.columns)
    chosen = [
        name
        for name, header in headers.items()
        if told.intersection(header) or not known_fields(header).isdisjoint({"title", "body"})
    ]
    if 0 < len(chosen) < len(headers):
        context.note(f"the articles are those of {', '.join(map(repr, chosen))}")
    return chosen or list(headers)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def library(name: str, extra: str, context: Context, what: str = "") -> Any:
    """Load a module of an extra; raise `SourceError` that tells what to install."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        reason = f"{what}needs the package {package}: pip install 'newsearch[{extra}]'"
        raise SourceError(context.path, reason) from error


@contextmanager
def _told_of_damage(context: Context) -> Iterator[None]:
    """Make what the libraries raise of damaged files a `SourceError`."""
    try:
        yield
    except SourceError:
        raise
    except BaseException as error:
        # What a library written in Rust raises where it gives up is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        reason = " ".join(str(error).split())
        raise SourceError(context.path, f"the table is damaged: {reason}") from error


@contextmanager
def _on_disk(stream: BinaryIO, context: Context) -> Iterator[str]:
    """Return the path of a file: of a copy where it lies in another file."""
    if stream.seekable() and context.file:
        yield context.file
        return
    with TemporaryDirectory() as folder:
        path = Path(folder, "copy")
        with path.open("wb") as copy:
            copyfileobj(stream, copy)
        yield str(path)
