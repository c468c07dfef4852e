"""A process may be killed whenever it touches a file: the index stays whole, the old or the new."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from support.grep import files_with
from support.killing import kills

import newsearch
from newsearch import Article
from newsearch.index.repair import rebuild_index

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are not forked there")

OLD = {"a": "old text", "b": "other text", "c": "third text"}
NEW = {"a": "new text", "b": "other text", "d": "fourth text"}


def texts(path: Path) -> dict[str, str]:
    with newsearch.open_index(path) as index:
        assert index.check() == []
        return {record["id"]: record["body"] for record in index.scan("*")}


def articles(texts: dict[str, str]) -> list[Article]:
    return [Article(id=i, body=body) for i, body in texts.items()]


def test_an_index_can_be_made_again_whenever_making_it_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "news" / "archive"
    n_moments = 0
    for n_moments in kills(lambda: newsearch.open_index(path, create=True), tmp_path):  # noqa: B007
        newsearch.open_index(path, create=True).close()
        assert texts(path) == {}
        shutil.rmtree(path.parent)

    assert n_moments > 5


def change(path: Path) -> None:
    with newsearch.open_index(path) as index:
        index.add(articles(NEW))
        index.delete("c")


@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.slow)])
def test_a_commit_that_is_killed_leaves_the_old_articles_or_the_new(
    tmp_path: Path, every: int
) -> None:
    kept, path = tmp_path / "kept", tmp_path / "archive"
    with newsearch.open_index(kept, create=True) as index:
        index.add(articles(OLD))
    shutil.copytree(kept, path)
    seen = []
    for _ in kills(lambda: change(path), path, every=every):
        seen.append(texts(path))
        change(path)
        assert texts(path) == NEW
        with newsearch.open_index(path) as index:  # whatever was left is removed with a commit
            index.add(Article(id="e", body="more"))
        assert not list(path.glob("*.tmp"))
        shutil.rmtree(path)
        shutil.copytree(kept, path)

    added = NEW | {"c": OLD["c"]}
    assert [one for n, one in enumerate(seen) if one not in seen[:n]] == [OLD, added, NEW]


def purge(path: Path) -> None:
    with newsearch.open_index(path) as index:
        index.delete(["a", "c"], purge=True)


@pytest.mark.slow
def test_a_purge_that_is_killed_can_be_done_again(tmp_path: Path) -> None:
    kept, path = tmp_path / "kept", tmp_path / "archive"
    with newsearch.open_index(kept, create=True) as index:
        index.add(articles(OLD))
        index.add(articles(NEW))
    shutil.copytree(kept, path)
    seen = []
    for _ in kills(lambda: purge(path), path, every=2):
        seen.append(texts(path))
        purge(path)
        assert files_with(path, [b"old text", b"new text", b"third text"]) == {}
        with newsearch.open_index(path) as index:
            assert len(index.add(articles(OLD)).rejected) == 2
        shutil.rmtree(path)
        shutil.copytree(kept, path)

    before = NEW | {"c": OLD["c"]}
    after = {"b": NEW["b"], "d": NEW["d"]}
    assert [one for n, one in enumerate(seen) if one not in seen[:n]] == [before, after]


def test_a_rebuild_that_is_killed_can_be_done_again(tmp_path: Path) -> None:
    kept, path = tmp_path / "kept", tmp_path / "archive"
    with newsearch.open_index(kept, create=True) as index:
        index.add(articles(OLD))
        index.add(articles(NEW))
    (kept / "newsearch.json").write_text('{"newsearch": 1}')
    shutil.copytree(kept, path)
    is_marked = set()
    for _ in kills(lambda: rebuild_index(path, wait_s=0), path, every=2):
        is_marked.add("1}" not in (path / "newsearch.json").read_text())
        rebuild_index(path, wait_s=0)
        assert texts(path) == NEW | {"c": OLD["c"]}
        assert not list(path.glob("*.tmp"))
        shutil.rmtree(path)
        shutil.copytree(kept, path)

    assert is_marked == {False, True}


def compact(path: Path) -> None:
    with newsearch.open_index(path) as index:
        index.compact()


@pytest.mark.slow
def test_a_compaction_that_is_killed_can_be_done_again(tmp_path: Path) -> None:
    kept, path = tmp_path / "kept", tmp_path / "archive"
    with newsearch.open_index(kept, create=True) as index:
        index.add(articles(NEW))
        index.add([Article(id=str(n), body=f"more {n}") for n in range(8)])
        index.delete(["a", "3"])
    left = texts(kept)
    shutil.copytree(kept, path)
    for _ in kills(lambda: compact(path), path, every=3):
        assert texts(path) == left
        compact(path)
        assert texts(path) == left
        assert files_with(path, [b"new text", b"more 3"]) == {}
        assert not list(path.glob("*.tmp"))
        shutil.rmtree(path)
        shutil.copytree(kept, path)


def test_a_copy_that_is_killed_is_no_index_and_goes_on(tmp_path: Path) -> None:
    source, copy = tmp_path / "archive", tmp_path / "copy"
    with newsearch.open_index(source, create=True) as index:
        index.add(articles(OLD))
        index.delete("a")
        (source / "user").mkdir()
        (source / "user" / "notes").write_text("mine")

        for _ in kills(lambda: index.copy(copy), copy, every=2):
            if (copy / "newsearch.json").exists():
                assert texts(copy) == texts(source)
            index.copy(copy)
            assert texts(copy) == texts(source)
            assert (copy / "user" / "notes").read_text() == "mine"
            assert not list(copy.rglob("*.tmp"))
            shutil.rmtree(copy)
