"""Lists of byte strings: what is written is read, searched and scanned."""

from __future__ import annotations

import re
from bisect import bisect_left
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.codec.strings import Strings, StringsWriter
from newsearch.errors import CorruptIndexError

KEYS = st.binary(max_size=4)


def write(path: Path, *chunks: list[bytes]) -> None:
    with ArrayFileWriter(path, bytes(16)) as file:
        writer = StringsWriter(file, "s")
        for chunk in chunks:
            writer.append(chunk)
        file.finish()


@settings(deadline=None)
@given(strings=st.lists(KEYS, max_size=20), cut=st.integers(0, 20))
def test_strings_come_back_in_order(tmp_path_factory, strings, cut):
    path = tmp_path_factory.mktemp("strings") / "a.seg"
    write(path, strings[:cut], strings[cut:])
    with ArrayFile(path) as file:
        read = Strings(file, "s")
        assert list(read) == strings
        assert [read[i] for i in range(len(read))] == strings
        assert read[1:-1] == strings[1:-1]
        assert [read[-i] for i in range(1, len(read) + 1)] == strings[::-1]
        with pytest.raises(IndexError):
            read[len(strings)]


@settings(deadline=None)
@given(strings=st.lists(KEYS, max_size=20), key=KEYS)
def test_search_finds_keys_and_prefixes(tmp_path_factory, strings, key):
    strings = sorted(strings)
    path = tmp_path_factory.mktemp("strings") / "a.seg"
    write(path, strings)
    with ArrayFile(path) as file:
        read = Strings(file, "s")
        assert read.lower_bound(key) == bisect_left(strings, key)
        assert read.find(key) == (strings.index(key) if key in strings else None)
        expected = [i for i, string in enumerate(strings) if string.startswith(key)]
        assert list(read.prefix_range(key)) == expected


def test_one_regular_expression_scans_all_strings(tmp_path):
    write(tmp_path / "a.seg", [b"cart", b"cat", b"coat", b"dog"])
    with ArrayFile(tmp_path / "a.seg") as file:
        read = Strings(file, "s")
        found = [
            match.start() for match in re.finditer(rb"^c.*at$", read.text.tobytes(), re.MULTILINE)
        ]
        assert np.searchsorted(read.starts, found).tolist() == [1, 2]


@pytest.mark.parametrize("starts", [[0, 2, 2, 4], [0, 3, 2, 4], [0, 2, 5], [1, 2, 4]])
def test_starts_that_do_not_fit_are_corruption(tmp_path, starts):
    with ArrayFileWriter(tmp_path / "a.seg", bytes(16)) as file:
        file.add("s/text", "u1", b"a\nb\n")
        file.add("s/starts", "u4", np.array(starts))
        file.finish()
    with ArrayFile(tmp_path / "a.seg") as file, pytest.raises(CorruptIndexError):
        Strings(file, "s")


def test_a_list_that_is_asked_often_finds_the_same(tmp_path):
    strings = sorted([b"%d" % (number * 7 % 1000) for number in range(0, 1500, 5)])
    write(tmp_path / "a.seg", strings)
    with ArrayFile(tmp_path / "a.seg") as file:
        read = Strings(file, "s")
        for _ in range(2):
            for key in [*strings, b"", b"0", b"1000", b"99", b"zz", b"1\n10"]:
                expected = strings.index(key) if key in strings else None
                assert read.find(key) == expected
                assert read.lower_bound(key) == bisect_left(strings, key)
                expected = [i for i, string in enumerate(strings) if string.startswith(key)]
                assert list(read.prefix_range(key)) == expected
