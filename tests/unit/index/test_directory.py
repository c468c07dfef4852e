"""The folder of an index: made, recognised, replaced, lost."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import newsearch
from newsearch import Article
from newsearch.codec import framing
from newsearch.index.toc import copy_name, toc_name
from newsearch.marker import INDEX_MARKER

USES: list[Callable[[newsearch.Index], object]] = [
    lambda index: index.refresh(),
    lambda index: index.add([Article(id="2", body="more")]),
    lambda index: index.delete("1"),
    lambda index: index.stats(),
    lambda index: index.check(),
]


def make(path: Path, body: str) -> newsearch.Index:
    index = newsearch.open_index(path, create=True)
    index.add([Article(id="1", body=body)])
    return index


def bodies(index: newsearch.Index) -> list[str]:
    return [record["body"] for record in index.scan("*")]


def test_an_index_that_was_built_again_is_seen(tmp_path: Path) -> None:
    index = make(tmp_path / "archive", "old")
    shutil.rmtree(index.path)
    make(index.path, "new")

    assert bodies(index) == ["old"]
    assert index.refresh()
    assert bodies(index) == ["new"]
    assert not index.refresh()


@pytest.mark.skipif(sys.platform == "win32", reason="files in use cannot be moved there")
def test_an_index_that_was_put_in_place_of_another_is_seen(tmp_path: Path) -> None:
    index = make(tmp_path / "archive", "old")
    new = make(tmp_path / "new", "new")
    index.path.rename(tmp_path / "kept")
    new.path.rename(index.path)

    assert index.refresh()
    assert bodies(index) == ["new"]


def test_a_copy_that_went_its_own_way_is_seen(tmp_path: Path) -> None:
    index = make(tmp_path / "archive", "old")
    shutil.copytree(index.path, tmp_path / "copy")
    index.add([Article(id="2", body="here")])
    newsearch.open_index(tmp_path / "copy").add([Article(id="2", body="there")])
    index.path.rename(tmp_path / "kept")
    (tmp_path / "copy").rename(index.path)

    assert index.refresh()
    assert sorted(bodies(index)) == ["old", "there"]


@pytest.mark.parametrize("use", USES)
def test_a_folder_that_is_gone_is_an_error_of_ours(tmp_path: Path, use) -> None:
    index = make(tmp_path / "archive", "old")
    shutil.rmtree(index.path)

    with pytest.raises(newsearch.IndexingError, match="was the folder moved or deleted"):
        use(index)


def test_a_folder_that_is_gone_leaves_what_was_seen_of_it(tmp_path: Path) -> None:
    index = make(tmp_path / "archive", "old")
    shutil.rmtree(index.path)
    with pytest.raises(newsearch.IndexingError):
        index.refresh()

    assert [hit.id for hit in index.search("old")] == ["1"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("x" * 300, "too long; choose a shorter name"),
        ("a\0b", "NUL"),
        ("loop/archive", "links"),
        ("file/archive", "is a file"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_path_that_cannot_be_is_an_error_that_says_why(tmp_path, name, message) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "file").touch()

    for create in (True, False):
        with pytest.raises(newsearch.IndexingError, match=message):
            newsearch.open_index(tmp_path / name, create=create)


@pytest.mark.parametrize(
    ("code", "message"),
    [(errno.ENOSPC, "no space left.*free some space"), (errno.EFBIG, "too large.*raise the limit")],
)
def test_a_disk_that_takes_no_more_is_an_error_that_says_so(
    tmp_path, monkeypatch, code, message
) -> None:
    path = tmp_path / "archive"

    def full(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(framing.os, "fsync", full)

    with pytest.raises(newsearch.IndexingError, match=f"archive: .*{message}"):
        newsearch.open_index(path, create=True)
    assert list((tmp_path / "archive").iterdir()) == []


def test_errors_of_what_articles_are_read_from_are_left_as_they_are(tmp_path: Path) -> None:
    index = make(tmp_path / "archive", "old")

    for error in (ConnectionResetError("reset"), FileNotFoundError(2, "no", "else.txt")):

        def read(error: OSError = error):
            yield Article(id="2", body="read before the error")
            raise error

        with pytest.raises(type(error)) as raised:
            index.add(read())
        assert raised.value is error


@pytest.mark.parametrize("content", [b"[" * 100_000, b"{}", b"\xff", b"3", b" " * 100_000])
def test_a_damaged_marker_is_an_error_of_ours(tmp_path: Path, content: bytes) -> None:
    index = make(tmp_path / "archive", "old")
    (index.path / INDEX_MARKER).write_bytes(content)

    with pytest.raises(newsearch.CorruptIndexError, match=INDEX_MARKER):
        newsearch.open_index(index.path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("pattern", [INDEX_MARKER, "*.toc", "*.seg", "*.del"])
def test_a_pipe_in_place_of_a_file_is_not_waited_for(tmp_path: Path, pattern: str) -> None:
    index = make(tmp_path / "archive", "old")
    index.add([Article(id=str(n), body="old") for n in range(20)])
    index.delete("3")
    file = min(index.path.glob(pattern))
    for one in (file, *index.path.glob("*.copy")):  # a TOC has a copy
        one.unlink()
        os.mkfifo(one)
    failed: list[str] = []

    def open_it() -> None:
        try:
            newsearch.open_index(index.path)
        except newsearch.CorruptIndexError as error:
            failed.append(str(error))

    thread = threading.Thread(target=open_it, daemon=True)
    thread.start()
    thread.join(20)
    assert len(failed) == 1
    assert f"{file.name}: is no regular file" in failed[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("is_pipe", [False, True])
def test_nothing_is_written_through_links_and_pipes_in_an_index(
    tmp_path: Path, is_pipe: bool
) -> None:
    other = tmp_path / "other.txt"
    other.write_text("of somebody")
    with make(tmp_path / "archive", "text") as index:
        (index.path / "MAIN_WRITELOCK").unlink()
        commits = [f"{name(n)}.tmp" for n in range(1, 9) for name in (toc_name, copy_name)]
        for name in ("MAIN_WRITELOCK", "blocked.tmp", *commits):
            planted = index.path / name
            os.mkfifo(planted) if is_pipe else planted.symlink_to(other)

        index.add(Article(id="2", body="more"))
        index.delete("1", purge=True)

        assert bodies(index) == ["more"]
        assert not any(file.is_symlink() or file.is_fifo() for file in index.path.iterdir())
    assert other.read_text() == "of somebody"
