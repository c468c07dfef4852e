"""A copy of an index holds one commit, every byte of it verified."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import newsearch
from newsearch import Article
from newsearch.errors import CorruptIndexError, IndexingError


@pytest.fixture
def index(tmp_path: Path) -> newsearch.Index:
    index = newsearch.open_index(tmp_path / "archive", create=True)
    for n in range(3):
        index.add([Article(id=f"{n}{letter}", body=f"text {n}") for letter in "abcdefg"])
    index.delete("2b", purge=True)
    index.delete("1a")
    (index.path / "user" / "alerts").mkdir(parents=True)
    (index.path / "user" / "alerts" / "mine.json").write_text("{}")
    return index


def ids(path: Path) -> set[str]:
    with newsearch.open_index(path) as index:
        assert index.check() == []
        return {record["id"] for record in index.scan("*", fields=["id"])}


def test_a_copy_holds_what_the_index_does(index: newsearch.Index, tmp_path: Path) -> None:
    report = index.copy(tmp_path / "backups" / "today")

    copy = tmp_path / "backups" / "today"
    assert ids(copy) == ids(index.path)
    assert report.articles == len(index)
    assert (copy / "user" / "alerts" / "mine.json").read_text() == "{}"
    with newsearch.open_index(copy) as copied:
        assert copied.add(Article(id="2b", body="text 2")).rejected
    assert not list(copy.rglob("*.tmp"))


def test_an_interrupted_copy_goes_on_and_drops_what_is_not_of_the_commit(
    index: newsearch.Index, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    index.copy(copy)
    (copy / "newsearch.json").unlink()
    (copy / "user" / "old.json").write_text("{}")
    damaged, *whole = sorted(copy.glob("*.seg"))
    content = bytearray(damaged.read_bytes())
    content[100] ^= 1
    damaged.write_bytes(content)
    times = [file.stat().st_mtime_ns for file in whole]
    index.add(Article(id="new", body="text"))

    report = index.copy(copy)

    assert ids(copy) == ids(index.path)
    assert [file.stat().st_mtime_ns for file in whole] == times
    assert 0 < report.kept_bytes < report.size_bytes
    assert sorted(file.name for file in copy.rglob("*")) == sorted(
        file.name for file in index.path.rglob("*")
    )
    (copy / "user" / "own.json").write_text("{}")
    assert index.copy(copy).kept_bytes > report.kept_bytes
    assert (copy / "user" / "own.json").exists()


def test_a_commit_that_ends_meanwhile_does_not_take_files_from_a_copy(
    index: newsearch.Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = ids(index.path)
    copy_bytes = shutil.copyfileobj

    def copy_after_a_purge(*args: Any) -> None:
        index.delete(before, purge=True)
        copy_bytes(*args)

    monkeypatch.setattr(shutil, "copyfileobj", copy_after_a_purge)
    index.copy(tmp_path / "copy")

    assert ids(tmp_path / "copy") == before


@pytest.mark.parametrize("pattern", ["*.seg", "*.del", "blocked"])
def test_damage_is_not_copied(index: newsearch.Index, tmp_path: Path, pattern: str) -> None:
    file = next(index.path.glob(pattern))
    content = bytearray(file.read_bytes())
    content[64] ^= 1
    file.write_bytes(content)

    with pytest.raises(CorruptIndexError, match=file.name):
        index.copy(tmp_path / "copy")
    assert not (tmp_path / "copy" / "newsearch.json").exists()


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda to: newsearch.open_index(to, create=True), "another index"),
        (lambda to: (to.mkdir(), (to / "letter.txt").touch()), "holds other files"),
        (lambda to: (to / "user").mkdir(parents=True), "holds other files"),
        (lambda to: to.touch(), "a file, not a folder"),
    ],
)
def test_a_copy_overwrites_nothing_else(
    index: newsearch.Index, tmp_path: Path, prepare: Callable[[Path], object], message: str
) -> None:
    prepare(tmp_path / "other")

    with pytest.raises(IndexingError, match=message):
        index.copy(tmp_path / "other")
    with pytest.raises(IndexingError, match="lies in the index"):
        index.copy(index.path / "user")


def test_a_copy_goes_on_with_no_folder_of_users_that_lies_elsewhere(
    index: newsearch.Index, tmp_path: Path
) -> None:
    kept = tmp_path / "elsewhere" / "kept.txt"
    kept.parent.mkdir()
    kept.touch()
    index.copy(tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "user")
    (tmp_path / "copy" / "user").symlink_to(kept.parent)

    with pytest.raises(IndexingError, match="holds other files"):
        index.copy(tmp_path / "copy")

    assert list(kept.parent.iterdir()) == [kept]
