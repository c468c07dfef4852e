"""Stored articles: each comes back whole, alone or in a row, with or without a dictionary."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.codec.stored import (
    FrameCompressor,
    Stored,
    StoredWriter,
    grouped,
    train_dictionary,
)
from newsearch.errors import CorruptIndexError


def write(
    path: Path, articles: list[bytes], dictionary: bytes = b"", frame_bytes: int = 64
) -> None:
    with ArrayFileWriter(path, bytes(16)) as file:
        writer = StoredWriter(file, dictionary)
        compressor = FrameCompressor(dictionary)
        for group in grouped(articles, frame_bytes):
            writer.append(compressor.compress(group))
        writer.finish()
        file.finish()


@settings(deadline=None)
@given(articles=st.lists(st.binary(max_size=100), max_size=12), frame_bytes=st.integers(1, 200))
def test_articles_come_back_whole(tmp_path_factory, articles, frame_bytes):
    path = tmp_path_factory.mktemp("stored") / "a.seg"
    write(path, articles, frame_bytes=frame_bytes)
    with ArrayFile(path) as file:
        stored = Stored(file, len(articles))
        assert [stored.article(i) for i in range(len(stored))] == articles
        assert list(stored) == articles
        assert stored.raw_bytes == sum(map(len, articles))
        with pytest.raises(IndexError):
            stored.article(len(articles))


def words(seed: int, count: int) -> bytes:
    draw = random.Random(seed)
    return b" ".join(b"word%d" % draw.randrange(3000) for _ in range(count))


def test_a_dictionary_makes_short_frames_smaller(tmp_path):
    articles = [words(seed, 250) for seed in range(3000)]
    dictionary = train_dictionary(articles)
    assert 0 < len(dictionary) <= sum(map(len, articles)) // 20
    assert train_dictionary(articles) == dictionary
    write(tmp_path / "with.seg", articles[:900], dictionary, 64)
    write(tmp_path / "without.seg", articles[:900], b"", 64)
    sizes = {}
    for name in ("with", "without"):
        with ArrayFile(tmp_path / f"{name}.seg") as file:
            assert list(Stored(file, 900)) == articles[:900]
            sizes[name] = len(file.array("stored/frames"))
    assert sizes["with"] < 0.95 * sizes["without"]


def test_few_articles_get_no_dictionary():
    assert train_dictionary([words(1, 1000)]) == b""


def test_many_threads_read_at_once(tmp_path):
    articles = [words(seed, 50) for seed in range(300)]
    write(tmp_path / "a.seg", articles, frame_bytes=1000)
    with ArrayFile(tmp_path / "a.seg") as file, ThreadPoolExecutor(4) as pool:
        stored = Stored(file, 300)
        assert list(pool.map(stored.article, range(300))) == articles


def test_a_frame_of_another_size_is_corruption(tmp_path):
    with ArrayFileWriter(tmp_path / "a.seg", bytes(16)) as file:
        writer = StoredWriter(file)
        frame = FrameCompressor().compress([b"abc"])
        writer.append(type(frame)(frame.data, (4,)))
        writer.finish()
        file.finish()
    with ArrayFile(tmp_path / "a.seg") as file, pytest.raises(CorruptIndexError, match="size"):
        Stored(file, 1).article(0)
