"""Tables that are no text: SQLite, Parquet, Arrow, sheets, and frames of other libraries."""

from __future__ import annotations

import gzip
import importlib
import io
import sqlite3
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

import newsearch
from newsearch.errors import SourceError
from newsearch.sources import read

ROWS = [
    {"Titel": "Pier", "Text": "It is up.", "Datum": "2019-03-05", "Seiten": 7},
    {"Titel": "Ferry", "Text": "It is back.", "Datum": "2019-03-06", "Seiten": None},
]
HEADER = ["Titel", "Text", "Datum", "Seiten"]
Write = Callable[[Path, Sequence[Mapping[str, Any]]], None]


def write_sqlite(path: Path, rows: Sequence[Mapping[str, Any]], name: str = "news") -> None:
    database = sqlite3.connect(path)
    name = name.replace('"', '""')
    with database:
        columns = ", ".join(f'"{key}"' for key in rows[0])
        database.execute(f'CREATE TABLE "{name}" ({columns})')
        marks = ", ".join("?" * len(rows[0]))
        values = [tuple(row.values()) for row in rows]
        database.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)
    database.close()


def write_parquet(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    arrow, parquet = pytest.importorskip("pyarrow"), importlib.import_module("pyarrow.parquet")
    parquet.write_table(arrow.Table.from_pylist(rows), path)


def write_arrow_file(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    arrow = pytest.importorskip("pyarrow")
    table = arrow.Table.from_pylist(rows)
    with arrow.OSFile(str(path), "wb") as file, arrow.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def write_arrow_stream(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    arrow = pytest.importorskip("pyarrow")
    table = arrow.Table.from_pylist(rows)
    with arrow.OSFile(str(path), "wb") as file, arrow.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)


def write_excel(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    pytest.importorskip("python_calamine")
    book = pytest.importorskip("xlsxwriter").Workbook(path)
    about, sheet = book.add_worksheet("About"), book.add_worksheet("News")
    about.write(0, 0, "All rights reserved")
    sheet.write(0, 0, "Export of 2019")
    sheet.write_row(2, 0, list(rows[0]))
    for number, row in enumerate(rows, 3):
        sheet.write_row(number, 0, list(row.values()))
    book.close()


needs_extra = pytest.mark.slow  # and the libraries of the extra, which the slow tests have
KINDS = [
    pytest.param(write_sqlite, id="sqlite"),
    pytest.param(write_parquet, id="parquet", marks=needs_extra),
    pytest.param(write_arrow_file, id="arrow", marks=needs_extra),
    pytest.param(write_arrow_stream, id="arrow stream", marks=needs_extra),
    pytest.param(write_excel, id="excel", marks=needs_extra),
]
all_kinds = pytest.mark.parametrize("write", KINDS)


@all_kinds
@pytest.mark.parametrize("packing", ["", "gzip", "zip"])
def test_rows_of_a_table_are_articles_whatever_its_name_and_packing(
    tmp_path: Path, write: Write, packing: str
) -> None:
    path = tmp_path / "table"
    write(path, ROWS)
    if packing == "gzip":
        path.write_bytes(gzip.compress(path.read_bytes()))
    elif packing == "zip":
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.write(path, "table")
        path.unlink()
    stream = read(tmp_path)
    articles = list(stream)
    assert [(one.title, one.body, str(one.date)) for one in articles] == [
        ("Pier", "It is up.", "2019-03-05"),
        ("Ferry", "It is back.", "2019-03-06"),
    ]
    assert float(articles[0].extra["Seiten"]) == 7
    assert "Seiten" not in articles[1].extra or articles[1].extra["Seiten"] in (None, "")
    assert stream.rejected == []


@all_kinds
def test_damaged_table_is_rejected_with_its_name(tmp_path: Path, write: Write) -> None:
    path = tmp_path / "table"
    write(path, ROWS * 2000)
    data = bytearray(path.read_bytes())
    path.write_bytes(data[: len(data) // 2])
    stream = read(tmp_path)
    assert len(list(stream)) < 4000
    assert [remark.path for remark in stream.rejected] == [str(path)]
    assert "damaged" in stream.rejected[0].reason


@all_kinds
def test_table_without_text_is_one_error_that_names_its_columns(
    tmp_path: Path, write: Write
) -> None:
    write(tmp_path / "table", [{"nr": "1", "price": "a"}, {"nr": "2", "price": "b"}])
    stream = read(tmp_path)
    assert list(stream) == []
    assert any("the columns are 'nr', 'price'" in remark.reason for remark in stream.rejected)


def test_table_of_a_database_is_chosen_by_its_columns_or_by_name(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    write_sqlite(path, ROWS)
    write_sqlite(path, [{"who": "A B", "words": "x"}], "people")
    write_sqlite(path, [{"title": "Old", "body": "x"}], 'old "news"')
    stream = read(path)
    assert [article.title for article in stream] == ["Pier", "Ferry", "Old"]
    assert stream.notes[0].reason == """the articles are those of 'news', 'old "news"'"""
    assert [article.title for article in read(f'{path}#old "news"')] == ["Old"]
    missing = read(f"{path}#new")
    assert list(missing) == []
    assert "no table 'new'; the tables are 'news', 'people'" in missing.rejected[0].reason


def test_search_index_and_view_of_a_database_give_no_article_twice(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    write_sqlite(path, [{"title": "Pier", "body": "It is up."}])
    database = sqlite3.connect(path)
    with database:
        database.execute("CREATE VIRTUAL TABLE found USING fts5(title, body)")
        database.execute("INSERT INTO found SELECT * FROM news")
        database.execute("CREATE VIEW seen AS SELECT * FROM news")
    database.close()
    assert len(list(read(path))) == 1
    assert len(list(read(f"{path}#seen"))) == 1


def test_database_is_only_read(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    write_sqlite(path, ROWS)
    before = path.read_bytes()
    assert len(list(read(path))) == 2
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["archive.db"]


def test_missing_library_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return really_import(name)

    really_import = importlib.import_module
    (tmp_path / "a.parquet").write_bytes(b"PAR1" + bytes(8) + b"PAR1")
    stream = read(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("newsearch.sources.tables.importlib.import_module", fail)
        assert list(stream) == []
    assert stream.rejected[0].reason == (
        "needs the package pyarrow: pip install 'newsearch[tables]'"
    )


FRAMES = [
    ("pandas", lambda library: library.DataFrame(ROWS)),
    ("polars", lambda library: library.DataFrame(ROWS)),
    ("polars", lambda library: library.DataFrame(ROWS).lazy()),
    ("pyarrow", lambda library: library.Table.from_pylist(ROWS)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("library", "frame_of"), FRAMES)
def test_frame_is_read_and_added_like_a_file(
    tmp_path: Path, library: str, frame_of: Callable[[Any], Any]
) -> None:
    frame = frame_of(pytest.importorskip(library))
    stream = read(frame, id_prefix="f-")
    assert [article.title for article in stream] == ["Pier", "Ferry"]
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        report = index.add(frame)
        assert (report.added, report.rejected) == (2, [])
        assert [hit.title for hit in index.search("ferry")] == ["Ferry"]


@pytest.mark.slow
def test_times_and_missing_values_of_frames_are_understood() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "title": ["a", "b"],
            "body": ["x", "y"],
            "date": [datetime(2019, 3, 5), pandas.NaT],
            "n": [1.5, float("nan")],
            "tags": [["a"], None],
        }
    )
    first, second = read(frame)
    assert (str(first.date), first.extra) == ("2019-03-05", {"n": 1.5, "tags": ["a"]})
    assert (second.date, second.extra) == (None, {"n": None, "tags": None})


@pytest.mark.slow
def test_days_of_sheets_are_dates(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine")
    xlsxwriter = pytest.importorskip("xlsxwriter")
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["Title", "Body", "Date"])
    sheet.write_row(1, 0, ["Pier", "It is up."])
    sheet.write_datetime(1, 2, date(2019, 3, 5), book.add_format({"num_format": "d mmm yyyy"}))
    book.close()
    (tmp_path / "a.xlsx").write_bytes(data.getvalue())
    (article,) = read(tmp_path)
    assert str(article.date) == "2019-03-05"


def test_path_with_a_hash_of_a_file_that_is_there_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a#b.jsonl").write_text('{"title": "t"}\n')
    assert [article.title for article in read(tmp_path / "a#b.jsonl")] == ["t"]
    with pytest.raises(SourceError, match="cannot be read"):
        read(tmp_path / "c#b.jsonl")
