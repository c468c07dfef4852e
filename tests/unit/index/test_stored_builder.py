"""Stored articles of a segment under way: written in pieces, in the order in which they come."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from newsearch.codec import stored
from newsearch.codec.framing import ArrayFile, ArrayFileWriter
from newsearch.codec.stored import Stored, StoredWriter
from newsearch.index import stored_builder
from newsearch.index.stored_builder import StoredBuilder


class _Segment:
    """As much of a segment's writer as the builder uses."""

    def __init__(self, file: ArrayFileWriter) -> None:
        self._file = file

    def stored(self, dictionary: bytes = b"", *, has_own: bool = False) -> StoredWriter:
        return StoredWriter(self._file, dictionary, has_own=has_own)


@pytest.mark.parametrize("trains", [True, False])
def test_articles_keep_their_order_over_pieces_and_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trains: bool
) -> None:
    draw = random.Random(5)
    articles = [
        b" ".join(b"word%d" % draw.randrange(3000) for _ in range(draw.randrange(400)))
        for _ in range(900)
    ]
    monkeypatch.setattr(stored, "MIN_TRAINING_BYTES", 50_000 if trains else 1 << 30)
    monkeypatch.setattr(stored_builder, "_TRAINING_BYTES", 400_000)
    monkeypatch.setattr(stored_builder, "_WRITTEN_BYTES", 20_000)
    monkeypatch.setattr(stored_builder, "_GROUPS_AT_ONCE", 3)
    with ArrayFileWriter(tmp_path / "a.seg", bytes(16)) as file:
        builder = StoredBuilder(_Segment(file))  # type: ignore[arg-type]
        for first in range(0, len(articles), 7):
            builder.add(articles[first : first + 7])
        builder.finish()
        file.finish()
    with ArrayFile(tmp_path / "a.seg") as written:
        read = Stored(written, len(articles))
        assert bool(read.dictionary) == trains
        assert list(read) == articles
        assert [read.article(docnum) for docnum in range(0, 900, 90)] == articles[::90]
