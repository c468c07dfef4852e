"""Columns: every kind gives back, per article, what was written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.codec.columns import Columns, ColumnsWriter
from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.errors import CorruptIndexError

VALUES = [b"", b"AP", b"Kyodo"]


def write(path: Path, fill) -> None:
    with ArrayFileWriter(path, bytes(16)) as file:
        fill(ColumnsWriter(file))
        file.finish()


@settings(deadline=None)
@given(lists=st.lists(st.lists(st.integers(0, 2), max_size=3), max_size=10), cut=st.integers(0, 10))
def test_coded_lists_come_back_per_article(tmp_path_factory, lists, cut):
    path = tmp_path_factory.mktemp("columns") / "a.seg"

    def fill(columns: ColumnsWriter) -> None:
        writer = columns.coded_lists("author", VALUES)
        for part in (lists[:cut], lists[cut:]):
            flat = [code for codes in part for code in codes]
            writer.append(np.array([len(codes) for codes in part], int), np.array(flat, int))

    write(path, fill)
    with ArrayFile(path) as file:
        column = Columns(file, len(lists)).coded_lists("author")
        for docnum, codes in enumerate(lists):
            assert column.value(docnum) == [VALUES[code] for code in codes]
        for code in range(3):
            expected = [docnum for docnum, codes in enumerate(lists) if code in codes]
            assert column.docnums(code).tolist() == expected


@settings(deadline=None)
@given(hashes=st.lists(st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1), max_size=20))
def test_hashes_find_their_articles(tmp_path_factory, hashes):
    path = tmp_path_factory.mktemp("columns") / "a.seg"
    array = np.array(hashes, np.int64)

    def fill(columns: ColumnsWriter) -> None:
        columns.numbers("id_hash", "i8").append(array)
        columns.add_order("id_hash", array)

    write(path, fill)
    wanted = [*hashes, 0, 7]
    with ArrayFile(path) as file:
        order = Columns(file, len(hashes)).order("id_hash")
        for value in wanted:
            assert order.docnums(value) == [i for i, other in enumerate(hashes) if other == value]


def test_each_kind_of_column_is_found_by_name(tmp_path):
    def fill(columns: ColumnsWriter) -> None:
        columns.numbers("date", "i8").append(np.array([5, -1]))
        columns.numbers("digest", "u1").append(np.arange(32))
        columns.coded("source", VALUES).append(np.array([2, 0]))
        columns.strings("url").append([b"x", b"y"])

    write(tmp_path / "a.seg", fill)
    with ArrayFile(tmp_path / "a.seg") as file:
        columns = Columns(file, 2)
        assert columns.names() == ["date", "digest", "source", "url"]
        assert columns.numbers("date").tolist() == [5, -1]
        assert columns.numbers("digest", 16)[1].tolist() == list(range(16, 32))
        assert columns.coded("source").value(0) == b"Kyodo"
        assert list(columns.strings("url")) == [b"x", b"y"]


def test_columns_that_no_article_needs_take_no_room(tmp_path):
    write(tmp_path / "a.seg", lambda columns: columns.add_url_hashes(np.zeros(3, np.int64)))
    with ArrayFile(tmp_path / "a.seg") as file:
        columns = Columns(file, 3)
        assert columns.names() == []
        assert columns.url_hashes().tolist() == [0, 0, 0]
        assert [columns.coded_lists("author").value(docnum) for docnum in range(3)] == [[], [], []]
        assert columns.coded_lists("author").once().docnums(0).tolist() == []


def test_columns_of_another_length_are_corruption(tmp_path):
    def fill(columns: ColumnsWriter) -> None:
        columns.numbers("date", "i8").append(np.array([5, -1]))
        columns.coded("source", VALUES).append(np.array([2, 3]))
        columns.coded_lists("author", VALUES).append(np.array([1, 0]), np.array([1]))
        columns.strings("url").append([b"x", b"y"])
        columns.add_order("date", np.array([5, -1]))

    write(tmp_path / "a.seg", fill)
    with ArrayFile(tmp_path / "a.seg") as file:
        columns = Columns(file, 3)
        for read in (columns.numbers, columns.coded_lists, columns.strings, columns.order):
            with pytest.raises(CorruptIndexError):
                read(
                    {"numbers": "date", "order": "date", "strings": "url"}.get(
                        read.__name__, "author"
                    )
                )
        with pytest.raises(CorruptIndexError, match="without a value"):
            Columns(file, 2).coded("source")


def test_values_have_to_ascend(tmp_path):
    with (
        ArrayFileWriter(tmp_path / "a.seg", bytes(16)) as file,
        pytest.raises(ValueError, match="ascend"),
    ):
        ColumnsWriter(file).coded("source", [b"b", b"a"])
