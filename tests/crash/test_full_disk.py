"""A disk that is full at any write: an error that names it, nothing lost, nothing left behind."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from support.full_disk import FullDisk
from support.inside import load_in_bulk

import newsearch
from newsearch import Article

OLD = {"a": "old text", "b": "other text", "c": "third text"}
NEW = {"a": "new text", "b": "other text", "d": "fourth text"}


def articles(texts: dict[str, str]) -> list[Article]:
    return [Article(id=i, body=body) for i, body in texts.items()]


def texts(index: newsearch.Index) -> dict[str, str]:
    return {record["id"]: record["body"] for record in index.scan("*")}


def load(index: newsearch.Index) -> None:
    with pytest.MonkeyPatch.context() as patch:
        load_in_bulk(patch)
        index.add(articles(NEW))


CHANGES: dict[str, Callable[[newsearch.Index], object]] = {
    "add": lambda index: index.add(articles(NEW)),
    "load": load,
    "delete": lambda index: index.delete("a"),
    "purge": lambda index: index.delete("a", purge=True),
    "compact": lambda index: index.compact(),
}


def make(path: Path) -> None:
    with newsearch.open_index(path, create=True) as index:
        index.add(articles(OLD))
        index.add([Article(id=str(n), body="more text") for n in range(10)])
        index.delete("3")


def refuse_writes(kind: str, folder: Path, *, every: int) -> int:
    """Make a change again and again, each time with more writes that are possible; count them."""
    kept, path = folder / "kept", folder / "archive"
    make(kept)
    states = []
    for n_possible in itertools.count(0, every):
        shutil.copytree(kept, path)
        with newsearch.open_index(path) as index:
            before = state(index)
            disk = FullDisk(path, n_possible)
            with disk.in_use():
                try:
                    CHANGES[kind](index)
                except newsearch.IndexingError as error:
                    assert Path(error.path).is_relative_to(path)
                    assert "no space left" in str(error)
            states.append(state(index))
            if states[-1] == before:
                assert_no_litter(index)
        assert_is_whole(path, states[-1])
        shutil.rmtree(path)
        if not disk.has_refused:
            break
    # A merge is a commit of its own, which changes no text.
    of_texts = [one for one, _ in states]
    seen = [one for n, one in enumerate(of_texts) if one not in of_texts[:n]]
    assert seen == ([before[0]] if kind == "compact" else [before[0], of_texts[-1]])
    return disk.n_writes


State = tuple[dict[str, str], int]


def state(index: newsearch.Index) -> State:
    """Return what a commit changes: the texts, and how many deleted ones are kept."""
    return texts(index), index.stats().deleted


def assert_is_whole(path: Path, expected: State) -> None:
    """Assert that an index is as expected, and that a commit leaves no other files in it."""
    with newsearch.open_index(path) as index:
        assert state(index) == expected
        assert index.check() == []
        index.add(Article(id="next", body="commit"))
        assert texts(index) == expected[0] | {"next": "commit"}
        assert_no_litter(index)


def assert_no_litter(index: newsearch.Index) -> None:
    names = [file.name for file in index.path.iterdir()]
    assert not [name for name in names if name.endswith(".tmp")]
    assert sum(name.endswith(".seg") for name in names) == index.stats().segments, names
    assert sum(name.endswith(".del") for name in names) <= index.stats().segments, names
    assert sum(name.endswith(".toc") for name in names) == 1, names


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=[] if kind == "purge" else pytest.mark.slow) for kind in CHANGES],
)
def test_a_disk_that_is_full_at_a_write_loses_nothing(tmp_path: Path, kind: str) -> None:
    assert refuse_writes(kind, tmp_path, every=23) > 20


@pytest.mark.long
@pytest.mark.parametrize("kind", CHANGES)
def test_a_disk_that_is_full_at_any_write_loses_nothing(tmp_path: Path, kind: str) -> None:
    assert refuse_writes(kind, tmp_path, every=1) > 20


def test_an_index_can_be_made_after_the_disk_was_full_at_any_write(tmp_path: Path) -> None:
    path = tmp_path / "news" / "archive"
    for n_possible in itertools.count():
        disk = FullDisk(tmp_path, n_possible)
        with disk.in_use():
            try:
                newsearch.open_index(path, create=True)
            except newsearch.IndexingError as error:
                assert "no space left" in str(error)
        if not disk.has_refused:
            break
        newsearch.open_index(path, create=True).close()
        assert_is_whole(path, ({}, 0))
        shutil.rmtree(path.parent)
    assert n_possible > 5
