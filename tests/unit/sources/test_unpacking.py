"""Compressed files: what they hold is read, to where they are damaged, and never without end."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from newsearch.sources import read, unpacking
from newsearch.sources.unpacking import Allowance, as_stream, unpacked

Compress = Callable[[bytes], bytes]
COMPRESS: dict[str, Compress] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: zstandard.ZstdCompressor().compress(data),
}
every_way = pytest.mark.parametrize("way", COMPRESS)


def opened(data: bytes) -> BinaryIO:
    found = unpacked(io.BufferedReader(io.BytesIO(data)), Allowance())  # type: ignore[arg-type]
    assert found is not None
    return as_stream(found)


def line(article_id: str, body: str = "b") -> bytes:
    return b'{"id": "%s", "body": "%s"}\n' % (article_id.encode(), body.encode())


def found_in(path: Path) -> tuple[list[str], str]:
    stream = read(path)
    ids = [article.id for article in stream]
    return ids, " ".join(map(str, [*stream.rejected, *stream.notes]))


@every_way
@given(parts=st.lists(st.binary(max_size=5000), min_size=1, max_size=3), n_zeros=st.integers(0, 3))
def test_members_that_follow_one_another_are_read_as_one(
    way: str, parts: Sequence[bytes], n_zeros: int
) -> None:
    data = (b"\0" * (n_zeros * 700)).join(map(COMPRESS[way], parts))
    whole = opened(data)
    assert b"".join(iter(lambda: whole.read(997), b"")) == b"".join(parts)


@every_way
def test_files_are_unpacked_whatever_their_names_say(way: str, tmp_path: Path) -> None:
    for name in (f"a.jsonl.{way}", f"b.JSONL.{way.upper()}", "c.jsonl", f"d.{way}", "e"):
        (tmp_path / name).write_bytes(COMPRESS[way](line(name)))
    assert found_in(tmp_path)[0] == sorted(path.name for path in tmp_path.iterdir())


def test_a_file_that_is_only_named_like_a_compressed_one_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(line("a"))
    assert found_in(tmp_path) == (["a"], "")


@every_way
@pytest.mark.parametrize("cut", [12, 200_000, -1])
def test_what_comes_before_the_end_of_a_truncated_file_is_read(
    way: str, cut: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    noise = os.urandom(300_000).hex()
    path.write_bytes((COMPRESS[way](line("a") * 9) + COMPRESS[way](line("b", noise)))[:cut])
    ids, said = found_in(path)
    assert set(ids) == {12: set(), 200_000: {"a"}, -1: {"a", "b"} if way == "gz" else set(ids)}[cut]
    assert "not read to its end: the compressed data ends too early" in said


@every_way
def test_what_comes_before_and_after_the_damage_is_read(way: str, tmp_path: Path) -> None:
    damaged = bytearray(COMPRESS[way](line("b", os.urandom(5000).hex())))
    damaged[3000:3100] = bytes(100)
    parts = [COMPRESS[way](line("a") * 99), bytes(damaged), COMPRESS[way](b"\n" + line("c") * 99)]
    (tmp_path / "a.jsonl").write_bytes(b"".join(parts))
    (tmp_path / "d.jsonl").write_bytes(line("d"))
    ids, said = found_in(tmp_path)
    assert (ids[0], ids[-2:]) == ("a", ["c", "d"])
    assert "a.jsonl: not read to its end: " in said


def test_damage_before_the_first_byte_is_not_called_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line("a"))[:12])
    assert "empty" not in found_in(tmp_path)[1]


@every_way
def test_what_unpacks_without_proportion_is_stopped_and_told(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "_SMALL_BYTES", 2**20)
    (tmp_path / "a.jsonl").write_bytes(COMPRESS[way](line("a")) + COMPRESS[way](bytes(2**24)))
    (tmp_path / "b.jsonl").write_bytes(line("b"))
    ids, said = found_in(tmp_path)
    assert (ids[0], ids[-1]) == ("a", "b")
    assert "not read to its end: it unpacks to more than 250 times its size" in said
    assert "unpack it by hand if you trust it" in said
