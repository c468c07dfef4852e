"""Tables."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.cli import run
from newsearch.sources import Context, Remark, read
from newsearch.sources.csv_rows import read_csv, read_tsv


def items_of(data: bytes | str) -> tuple[list[Article | Remark], Context]:
    context = Context("x")
    data = data.encode() if isinstance(data, str) else data
    stream = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]
    return list(read_csv(stream, context)), context


def shown(items: list[Article | Remark]) -> list[str]:
    return [item.id if isinstance(item, Article) else str(item) for item in items]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
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


@pytest.mark.parametrize(
    ("rows", "bodies"),
    [
        ('a,"x, y",2019-03-05\nb,z,2019-03-06,u\n', ["x, y", "z"]),
        ('a,"x, y"\nb,z,2019-03-06,u\n', ["x, y", "z"]),
        ('a,"x, y\nw",2019-03-05,,\nb,z,2019-03-06,u,\n', ["x, y\nw", "z"]),
        ('a,"x, y\n\nw"\nb,"z\nz",2019-03-06\n', ["x, y\n\nw", "z\nz"]),
        ("a,x breaks off\nand goes on,2019-03-05,u\nb,z,2019-03-06,u\n", ["z"]),
        ('a,x "breaks off"\nand goes on,2019-03-05,u\nb,z,2019-03-06,u\n', ["z"]),
        ("x,2019-03-05,u\nb,z,2019-03-06,u\n", ["z"]),
    ],
)
def test_row_may_lack_its_last_cells_but_is_no_half_of_one(rows: str, bodies: list[str]) -> None:
    items, _ = items_of(f"title,body,date,url\n{rows}")
    assert [item.body for item in items if isinstance(item, Article)] == bodies


def test_header_that_is_repeated_is_no_article() -> None:
    items, _ = items_of("id,body\na,x\nid,body\nb,y\n")
    assert shown(items) == ["a", "b"]


def test_table_without_text_is_one_error_that_names_the_columns() -> None:
    items, _ = items_of("id,name,price\n1,a,2\n2,b,3\n")
    assert shown(items) == [
        "x:1: no column is called title or body; the columns are 'id', 'name', 'price'"
    ]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ('id,title\na,t\nb,"x\nc,t\n', ["t", "x", "t"]),
        ('id,title\na,"x\n"b","y"\n"c","z"\n', ["x", "y", "z"]),
        ('id,title\na,"x\nb,"y"\nc,"z\nd,w\n', ["x", "y", "z", "w"]),
        ('title,body\n"He said "no" again","x"\nTwo,y\n', ['He said "no" again', "Two"]),
        ('title,body\n"He said "no", then\n"yes" to all","x"\nTwo,y\n', ["Two"]),
        ('title,body\nOne "and" more,x\n', ['One "and" more']),
        ('title,body\n"So \\"it\\", he said","x"\n"Two",y\n', ['So "it", he said', "Two"]),
        ('title,body\n"C:\\","x"\n"Two",y\n', ["C:\\", "Two"]),
        ('title,body\n"One","y, and\n"Two","z"\n"Three","w"\n', ["One", "Two", "Three"]),
        ('id,title,body\n1,One,"y, and\n2,Two,z\n3,Three,"w, so"\n', ["One", "Two", "Three"]),
        ('title,body,x\n"One,"y",1\n"Two","z",2\n', ["One", "Two"]),
        ('title,body,x\nOne,"y, and, so,1\nTwo,"z, w",2\n', ["One", "Two"]),
        ('title,body\n"One" more,x\nTwo,y\n', ['"One" more', "Two"]),
        ('title,body\n"One\nmore ""so""",x\nTwo,y\n', ['One more "so"', "Two"]),
    ],
)
def test_quotes_as_people_write_them_cost_no_row_but_their_own(
    text: str, titles: list[str]
) -> None:
    items, _ = items_of(text)
    found = [item.title for item in items if isinstance(item, Article)]
    assert found[-len(titles) :] == titles


def test_commas_of_a_text_without_quotes_stay_in_the_last_column() -> None:
    items, _ = items_of("title,body\nPier,Old, long, and shut.\nOne,two,three\nFerry,Safe.\n")
    assert [item.body for item in items if isinstance(item, Article)] == [
        "Old, long, and shut.",
        "Safe.",
    ]
    assert shown(items)[1] == "x:3: the row has 3 columns and the header 2"
    assert shown(items_of("body,id\nOld, long,1\n")[0])[0].startswith("x:2: the row has 3")


def test_quotes_may_stand_after_a_space_where_the_header_has_spaces() -> None:
    items, _ = items_of('title, body, date\n"Pier", "Old, long", 2019-03-05\nTwo, y "so", 2019\n')
    found = [(item.title, item.body) for item in items if isinstance(item, Article)]
    assert found == [("Pier", "Old, long"), ("Two", 'y "so"')]


def test_rows_without_a_cell_are_passed_over() -> None:
    assert shown(items_of("id,title,x\na,t,\n,,\n\nb,t,\n")[0]) == ["a", "b"]


def test_quote_that_swallows_more_than_an_article_costs_its_row_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,title\na,t\nb,"x\n')
    with path.open("a") as file:
        file.writelines(["word " * 200 + "\n"] * 10_000 + ["c,t\n"])
    stream = read(path)
    assert [article.id for article in stream] == ["a", "b", "c"]
    assert stream.rejected.n_all == 10_000


CELL = st.text(st.sampled_from(" ,;\t|\"'\n\\aé"), max_size=12)


@given(
    st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6),
    st.sampled_from(",;\t|"),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.booleans(),
)
def test_what_the_csv_module_writes_is_read_as_it_was(
    rows: list[tuple[str, str]], delimiter: str, quoting: Literal[0, 1], has_separator_line: bool
) -> None:
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=delimiter, quoting=quoting, lineterminator="\n")
    writer.writerow(["title", "body", "x", "y"])
    writer.writerows(("t", "b", *row) for row in rows)
    start = f"sep={delimiter}\n" if has_separator_line else ""
    items, _ = items_of(start + table.getvalue())
    assert [(item.extra.get("x", ""), item.extra.get("y", "")) for item in items] == rows  # type: ignore[union-attr]


def test_what_stands_before_the_header_is_left_out_with_a_note() -> None:
    text = "Export of 2019;;\nall rights reserved\n\nTitel;Text;Datum\nPier;x;05.03.2019\n"
    (article,), context = items_of(text)
    assert isinstance(article, Article)
    assert (article.title, str(article.date)) == ("Pier", "2019-03-05")
    assert [note.reason for note in context.notes] == [
        "the header is line 4; what stands before is left out"
    ]


def test_file_of_a_spreadsheet_is_read_as_it_is() -> None:
    text = "sep=;\r\nTitel;Text;Datum;\r\nKöln; „Ja“ – 5 €;05.03.2019;\r\n"
    (article,), _ = items_of(text.encode("cp1252"))
    assert isinstance(article, Article)
    assert (article.title, article.body) == ("Köln", "„Ja“ – 5 €")


def test_columns_of_one_name_are_told_apart_and_said() -> None:
    (article,), context = items_of("title,tag,body,tag\nPier,a,x,b\n")
    assert isinstance(article, Article)
    assert article.extra == {"tag": "a", "tag 2": "b"}
    assert "two columns are called 'tag'" in context.notes[0].reason


def test_table_without_header_is_refused_until_its_columns_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("2019-03-05;Pier;It is up.\n2019-03-06;Ferry;It is back.\n")
    refused = read(tmp_path)
    assert list(refused) == []
    assert "name the columns with --columns" in refused.rejected[0].reason
    named = read(tmp_path, columns=["date", "title", "body"])
    assert [article.title for article in named] == ["Pier", "Ferry"]
    command = ["index", str(tmp_path / "a.csv"), "-i", str(tmp_path / "index")]
    assert run(command) == 1
    assert run([*command, "--columns", "date,title,body", "--strict"]) == 0


def test_delimiter_is_that_of_the_rows_and_not_of_the_prose_in_them() -> None:
    rows = "title;words\n" + "Pier;Built, broken, built | again, and up\n" * 3
    items, _ = items_of(rows)
    assert [getattr(item, "extra", {}) for item in items[:3]] == [
        {"words": "Built, broken, built | again, and up"}
    ] * 3


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
@example(b"title,body\nt,x\r,")
@example(b'"')
def test_no_bytes_make_a_table_reader_raise(data: bytes) -> None:
    for reader in (read_csv, read_tsv):
        stream = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]
        for item in reader(stream, Context("x")):
            assert isinstance(item, Article | Remark)
