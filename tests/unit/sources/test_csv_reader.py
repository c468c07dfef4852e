"""Tables."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.sources import Context, Remark, read
from newsearch.sources.csv_rows import read_csv, read_tsv


def items_of(data: bytes | str) -> tuple[list[Article | Remark], Context]:
    context = Context("x")
    data = data.encode() if isinstance(data, str) else data
    stream = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]
    return list(read_csv(stream, context)), context


def shown(items: list[Article | Remark]) -> list[str]:
    return [item.id if isinstance(item, Article) else str(item) for item in items]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiter_and_line_end_are_told_from_the_file(delimiter: str, end: str) -> None:
    rows = [["ID", "Headline", "text", "authors", "pages"], ["a", "T", 'x, y;\nz "q"', "A;B", "7"]]
    table = io.StringIO(newline="")
    csv.writer(table, delimiter=delimiter, lineterminator=end).writerows(rows)
    (article,), _ = items_of(table.getvalue())
    assert isinstance(article, Article)
    assert (article.id, article.title, article.author) == ("a", "T", ("A", "B"))
    assert article.body == 'x, y;\nz "q"'
    assert article.extra == {"pages": "7"}


def test_rows_are_rejected_with_the_line_they_start_on() -> None:
    text = 'id,title\na,"one\ntwo"\nb\nc,t,x\n\nd,\ne,t\n'
    items, _ = items_of(text)
    assert shown(items) == [
        "a",
        "x:4: the row has 1 columns and the header 2",
        "x:5: the row has 3 columns and the header 2",
        "x:7: article 'd' has neither title nor body",
        "e",
    ]


def test_table_without_text_is_one_error_that_names_the_columns() -> None:
    items, _ = items_of("id,name,price\n1,a,2\n2,b,3\n")
    assert shown(items) == [
        "x:1: no column is called title or body; the columns are 'id', 'name', 'price'"
    ]


def test_quote_that_is_never_closed_is_reported() -> None:
    items, _ = items_of('id,title\na,t\nb,"x\nc,t\n')
    assert shown(items) == ["a", "x:3: not a row: unexpected end of data"]


def test_quote_that_swallows_more_than_an_article_ends_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,title\na,t\nb,"x\n' + "word " * 20 + "\n")
    with path.open("a") as file:
        file.writelines(["word " * 200 + "\n"] * 20_000)
    stream = read(path)
    assert [article.id for article in stream] == ["a"]
    assert "a quote is never closed" in stream.rejected[0].reason
    assert stream.rejected[1].reason == "the rest of the file is not read"


def test_line_of_50_mb_is_rejected_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,title\n" + "x" * 50_000_000 + "\na,t\n")
    stream = read(path)
    assert [article.id for article in stream] == ["a"]
    assert [str(remark) for remark in stream.rejected] == [
        f"{path}:2: the line is longer than 8 MiB"
    ]


def test_field_of_a_megabyte_is_read() -> None:
    items, _ = items_of("id,body\na," + "word " * 200_000)
    assert shown(items) == ["a"]


def test_line_in_another_encoding_is_read_with_a_note() -> None:
    items, context = items_of("id,title\na,Élysée\n".encode("latin-1"))
    assert isinstance(items[0], Article)
    assert items[0].title == "Élysée"
    assert str(context.notes[0]) == "x: read as windows-1252"


def test_spreadsheet_export_in_utf16_is_read() -> None:
    items, _ = items_of("id\ttitle\na\tÉlysée\n".encode("utf-16"))
    assert shown(items) == ["a"]


def test_empty_table_is_rejected() -> None:
    assert shown(items_of("")[0]) == shown(items_of("\n\n")[0]) == ["x: the file is empty"]


def test_tsv_keeps_commas(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("title\tbody,x\na, b\tc\n")
    (article,) = read(tmp_path)
    assert article.title == "a, b"


TABLE_TEXT = st.text(st.sampled_from("idtitle,;\t|\"'\r\n \0é"), max_size=80)


@given(st.binary(max_size=200) | TABLE_TEXT.map(lambda text: ("title,body\n" + text).encode()))
def test_no_bytes_make_a_table_reader_raise(data: bytes) -> None:
    for reader in (read_csv, read_tsv):
        stream = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]
        for item in reader(stream, Context("x")):
            assert isinstance(item, Article | Remark)
