"""The clock of the machine may go backwards; nothing that an index does relies on it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import newsearch
from newsearch import Article

YEAR_S = 365 * 86_400


def texts(index: newsearch.Index) -> dict[str, str]:
    return {record["id"]: record["body"] for record in index.scan("*")}


def put_in_the_future(folder: Path) -> None:
    for file in folder.iterdir():
        os.utime(file, (time.time() + YEAR_S,) * 2)


def test_commits_go_on_where_the_clock_went_backwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with newsearch.open_index(tmp_path / "archive", create=True) as index:
        index.add([Article(id=str(n), body=f"old text {n}") for n in range(12)])
        reader = newsearch.open_index(index.path)
        put_in_the_future(index.path)
        monkeypatch.setattr(time, "time", lambda: 0.0)
        monkeypatch.setattr(time, "time_ns", lambda: 0)

        assert not reader.refresh()
        for n in range(9):  # more than enough for a merge
            index.add(Article(id=str(n), body=f"new text {n}"))
            put_in_the_future(index.path)
            assert reader.refresh()
        index.delete("11")
        index.delete("10", purge=True)
        index.compact()

        assert reader.refresh()
        expected = {str(n): f"new text {n}" for n in range(9)} | {"9": "old text 9"}
        assert texts(index) == texts(reader) == expected
        assert index.check() == []
        assert not list(index.path.glob("*.tmp"))


def test_a_wait_for_another_writer_does_not_rely_on_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with newsearch.open_index(tmp_path / "archive", create=True) as index:
        put_in_the_future(index.path)
        monkeypatch.setattr(time, "time", lambda: 0.0)

        def articles():
            with pytest.raises(newsearch.IndexLockedError, match="another process"):
                index.delete("1", wait_s=0.01)
            yield Article(id="1", body="text")

        index.add(articles())
        assert texts(index) == {"1": "text"}
