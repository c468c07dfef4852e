"""Where files that are open cannot be removed or replaced, it is done later, or said."""

from __future__ import annotations

import gc
import os
import threading
import warnings
from pathlib import Path
from typing import Any

import pytest
from support.grep import files_with
from support.windows import ACCESS_DENIED, act_as_windows, refused

import newsearch
from newsearch import Article
from newsearch.codec import framing
from newsearch.errors import IndexingError, IndexLockedError

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/fd").exists(), reason="the system does not tell which files are open"
)

SECRET = Article(id="secret", title="Hush", body="The quokka was zugzwanged by nobody else.")
NEEDLES = [b"quokka", b"zugzwanged by nobody"]


def article(number: int) -> Article:
    return Article(id=f"a{number}", body=f"Talks {number} went on. " * 9)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> newsearch.Index:
    act_as_windows(monkeypatch)
    index = newsearch.open_index(tmp_path / "index", create=True)
    index.add([SECRET, *map(article, range(20))])
    return index


def ids(index: newsearch.Index) -> set[str]:
    return {str(found["id"]) for found in index.scan("*", fields=["id"])}


def test_every_change_is_made_beside_programs_that_have_the_files_open(
    index: newsearch.Index, tmp_path: Path
) -> None:
    reader = newsearch.open_index(index.path)
    before = ids(reader)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        for number in range(20, 30):  # merges, too
            index.add(article(number))
        index.delete("a1")
        index.compact()
        index.rebuild()
        index.repair()
        index.copy(tmp_path / "copy")
    assert any("newsearch compact" in str(one.message) for one in warned)
    assert ids(reader) == before
    assert index.check() == []
    with newsearch.open_index(tmp_path / "copy") as copy:
        assert ids(copy) == ids(index) == (before | {f"a{n}" for n in range(30)}) - {"a1"}

    reader.refresh()
    gc.collect()
    index.add(article(99))

    named = {"newsearch.json", "MAIN_WRITELOCK"}
    left = {path.name for path in index.path.iterdir()} - named
    assert len([name for name in left if name.endswith(".seg")]) == index.stats().segments
    assert len(left) == index.stats().segments + 2


def test_a_purge_says_where_the_text_still_is_and_what_ends_it(index: newsearch.Index) -> None:
    reader = newsearch.open_index(index.path)

    with pytest.warns(UserWarning, match=r"open in MAIN_.*; close them, then run 'newsearch com"):
        assert index.delete(SECRET.id, purge=True) == [SECRET.id]
    assert index.get(SECRET.id) is None
    assert files_with(index.path, NEEDLES).keys() == set(NEEDLES)

    reader.close()
    gc.collect()
    index.compact()
    assert files_with(index.path, NEEDLES) == {}


@pytest.mark.parametrize("name", ["blocked", "newsearch.json"])
@pytest.mark.slow
def test_a_small_file_that_is_read_is_waited_for_and_then_told(
    index: newsearch.Index, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    index.delete("a1", purge=True)
    before = ids(index)

    def change() -> None:
        index.delete(SECRET.id, purge=True) if name == "blocked" else index.rebuild()

    with (index.path / name).open("rb") as held:
        with monkeypatch.context() as patch:
            patch.setattr(framing, "_LONGEST_LOOK_S", 0.1)
            with pytest.raises(IndexingError, match="close the programs that use it"):
                change()
        assert ids(index) == before
        assert not list(index.path.glob("*.tmp"))
        timer = threading.Timer(0.2, held.close)
        timer.start()
        change()
        timer.join()
    assert index.check() == []


def test_what_another_reason_refuses_is_not_waited_for(
    index: newsearch.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def refuse(source: Any, target: Any) -> None:
        calls.append(target)
        raise PermissionError(1, "Operation not permitted", str(target))

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(IndexingError, match="permissions"):
        index.add(article(50))
    assert len(calls) == 1
    assert framing.is_in_use(refused("a", ACCESS_DENIED))


def test_the_lock_of_windows_keeps_other_writers_out(index: newsearch.Index) -> None:
    def add_while_adding() -> Any:
        other = newsearch.open_index(index.path)
        with pytest.raises(IndexLockedError, match="another process is writing"):
            other.add(article(51), wait_s=0.1)
        yield article(50)

    assert index.add(add_while_adding()).added == 1
    assert index.add(article(51)).added == 1
