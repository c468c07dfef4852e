"""Tables: the same rows for people, programs and spreadsheets."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import sys
import unicodedata
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.answers.table import WIDEST_CELL, Cell, Column, Table
from newsearch.errors import NewsearchError

COLUMNS = (Column("source"), Column("count", "integer"), Column("share", "number"))
ROWS: list[tuple[Cell, ...]] = [("Kyodo", 1200, 0.5), ("米国の新聞", None, 1 / 3), (None, 7, None)]

texts = st.text(st.characters() | st.sampled_from("=+-@\t\r\n\x1b\x9b,\"'米\u202e"), max_size=80)
rows = st.lists(
    st.tuples(
        st.none() | texts,
        st.none() | st.integers(),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
    ),
    max_size=5,
)


def table(**options: Any) -> Table:
    return Table(COLUMNS, ROWS, **options)


def test_json_has_the_facts_and_the_rows_under_their_name() -> None:
    record = json.loads(table(facts={"query": "x"}, rows_name="buckets").json())

    assert list(record) == ["query", "buckets"]
    assert record["buckets"][0] == {"source": "Kyodo", "count": 1200, "share": 0.5}


def test_text_is_aligned_as_a_terminal_shows_it() -> None:
    assert list(table(facts={"total": 1207, "by": ["source"]}).text()) == [
        "source      count   share",
        "Kyodo       1,200     0.5",
        "米国の新聞      -  0.3333",
        "-               7       -",
        "total: 1,207",
        'by: ["source"]',
    ]


def test_text_may_go_without_header_and_cuts_what_is_long() -> None:
    texts = [("x" * 100, "y" * 100), ("米" * 50, "z")]
    long = Table((Column("a"), Column("b")), texts, has_header=False)

    first, second = long.text()

    assert first == "x" * (WIDEST_CELL - 1) + "…  " + "y" * 100
    assert second.endswith("…   z")
    assert len(list(Table(COLUMNS, []).text())) == 1
    assert list(Table(COLUMNS, [], has_header=False).text()) == []


def test_rows_are_made_one_by_one() -> None:
    def made() -> Any:
        yield ("Kyodo", 1, 0.5)
        raise AssertionError("read too far")

    lines = Table(COLUMNS, made()).csv()

    assert next(lines) == "source,count,share\r\n"
    assert next(lines) == "Kyodo,1,0.5\r\n"
    assert json.loads(next(Table(COLUMNS, made()).jsonl()))["count"] == 1


@given(rows)
def test_json_lines_read_back(made: list[tuple[Cell, ...]]) -> None:
    read = [tuple(json.loads(line).values()) for line in Table(COLUMNS, made).jsonl()]

    assert read == made


@given(rows)
def test_csv_reads_back_but_for_formulas(
    made: list[tuple[Cell, ...]],
) -> None:
    text = "".join(Table(COLUMNS, made).csv())

    header, *read = csv.reader(io.StringIO(text, newline=""))

    assert header == ["source", "count", "share"]
    assert len(read) == len(made)
    for (source, count, _), (cell, counted, _) in zip(made, read, strict=True):
        assert counted == ("" if count is None else str(count))
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        if source and source[0] not in "=+-@\t\r":
            assert cell == source


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("\r=1", '"\'\r=1"'),
        (" =1", " =1"),
        ("A-B=C", "A-B=C"),
        ("a\x1b[31mb", "a\x1b[31mb"),
        (-1.5, "-1.5"),
        (None, '""'),
    ],
)
def test_csv_has_no_cell_that_a_spreadsheet_would_run(cell: Cell, written: str) -> None:
    _, line = Table((Column("a"),), [(cell,)]).csv()

    assert line == f"{written}\r\n"


@given(rows)
def test_nothing_in_a_table_steers_a_terminal(made: list[tuple[Cell, ...]]) -> None:
    facts = {"query": [cell for row in made for cell in row]}
    table = Table(COLUMNS, made, facts=facts)

    for line in (*table.text(), table.json(), *table.jsonl()):
        assert not any(unicodedata.category(char) == "Cc" for char in line)
        assert "\u202e" not in line


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_a_missing_package_of_frames_is_an_error_that_says_what_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(NewsearchError, match=f"pip install {package}"):
        getattr(table(), f"to_{package}")()


@pytest.mark.skipif(not importlib.util.find_spec("pandas"), reason="pandas is not installed")
def test_a_frame_of_pandas_has_typed_columns() -> None:
    frame = table().to_pandas()

    assert [str(kind) for kind in frame.dtypes] == ["object", "Int64", "float64"]
    assert frame["count"].tolist()[0] == 1200


@pytest.mark.skipif(not importlib.util.find_spec("polars"), reason="polars is not installed")
def test_a_frame_of_polars_has_typed_columns() -> None:
    frame = table().to_polars()

    assert [str(kind) for kind in frame.dtypes] == ["String", "Int64", "Float64"]
    assert frame.rows() == ROWS


@pytest.mark.skipif(not importlib.util.find_spec("polars"), reason="polars is not installed")
def test_values_of_users_own_become_columns_of_polars_whatever_they_are() -> None:
    columns = tuple(map(Column, ("number", "flag", "mixed", "none")))
    rows = [(1, True, 1, None), (None, False, "a", None), (2, None, 2.5, None)]

    frame = Table(columns, rows).to_polars()

    assert [str(kind) for kind in frame.dtypes] == ["Int64", "Boolean", "String", "String"]
    assert frame["mixed"].to_list() == ["1", "a", "2.5"]


def test_frames_are_asked_for_columns_of_their_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    pandas = SimpleNamespace(Series=lambda cells, dtype: (cells, dtype), DataFrame=dict)
    polars = SimpleNamespace(
        **{"Series": lambda *parts, strict: parts, "DataFrame": list},
        **{kind: kind for kind in ("String", "Int64", "Float64")},
    )
    monkeypatch.setitem(sys.modules, "pandas", pandas)
    monkeypatch.setitem(sys.modules, "polars", polars)

    assert table().to_pandas()["count"] == ([1200, None, 7], "Int64")
    assert table().to_polars()[1] == ("count", [1200, None, 7], "Int64")


def test_no_name_of_a_column_is_a_formula_in_csv() -> None:
    table = Table((Column("=1+2"), Column("b")), [("a", "b")])

    assert next(table.csv()) == "'=1+2,b\r\n"


def test_numbers_are_shown_without_powers_of_ten() -> None:
    table = Table((Column("n", "number"),), [(93_750.4,), (1234.0,), (0.43671,)], has_header=False)

    assert [line.strip() for line in table.text()] == ["93,750", "1,234", "0.4367"]


def test_text_that_is_read_from_the_right_does_not_turn_what_follows() -> None:
    [line] = Table((Column("a"), Column("n", "integer")), [("قدس", 5)], has_header=False).text()

    assert line == "قدس\u200e  5"
