"""A crash at any step of a commit leaves the old index or the new one, never a mix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support.inside import die_without_tidying

import newsearch
from newsearch import Article
from newsearch.index import commit, merge_policy

POINTS = ["segment written", "deletions written", "toc written", "toc renamed", "cleaned"]
OLD = {"a": "old text", "b": "other text", "c": "third text"}
NEW = {"a": "new text", "b": "other text", "c": "third text", "d": "fourth text"}


class CrashError(BaseException):
    """The process is gone: nothing may tidy up after it."""


def texts(index: newsearch.Index) -> dict[str, str]:
    return {hit.id: hit.article.body for hit in index.search("text", limit=None)}


def crash_at(point: str, patch: pytest.MonkeyPatch, *, visit: int = 1) -> None:
    """Let the process end when a commit reaches a point for the ``visit``-th time."""
    visits = 0

    def reached(at: str) -> None:
        nonlocal visits
        visits += at == point
        if visits == visit and at == point:
            raise CrashError(point)

    patch.setattr(commit, "reached", reached)
    die_without_tidying(patch)


def crash(action: Callable[[], object], point: str, *, visit: int = 1) -> None:
    with pytest.MonkeyPatch.context() as patch:
        crash_at(point, patch, visit=visit)
        with pytest.raises(CrashError):
            action()


@pytest.fixture
def index(tmp_path: Path) -> newsearch.Index:
    index = newsearch.open_index(tmp_path / "index", create=True)
    index.add([Article(id=i, body=body) for i, body in OLD.items()])
    return index


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_leaves_the_old_articles_or_the_new_ones(
    index: newsearch.Index, point: str
) -> None:
    articles = [Article(id=i, body=body) for i, body in NEW.items()]

    crash(lambda: index.add(articles), point)

    is_published = point in {"toc renamed", "cleaned"}
    reopened = newsearch.open_index(index.path)
    assert texts(reopened) == (NEW if is_published else OLD)
    assert reopened.check() == []
    report = reopened.add(articles)
    assert report.unchanged == (4 if is_published else 2)
    assert texts(reopened) == NEW
    assert_no_garbage(reopened)


@pytest.mark.parametrize("point", POINTS[1:])
def test_a_crash_while_deleting_deletes_all_or_nothing(index: newsearch.Index, point: str) -> None:
    index.add([Article(id=str(n), body="more text") for n in range(10)])
    before = texts(index)

    crash(lambda: index.delete(["a", "3"]), point)

    reopened = newsearch.open_index(index.path)
    is_published = point in {"toc renamed", "cleaned"}
    assert len(before) - len(texts(reopened)) == (2 if is_published else 0)
    reopened.delete(["a", "3"])
    assert len(before) - len(texts(reopened)) == 2
    assert_no_garbage(reopened)


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_while_merging_loses_nothing(index: newsearch.Index, point: str) -> None:
    for n in range(merge_policy.MOST_SMALL - 1):
        index.add([Article(id=str(n), body="more text")])
    before = texts(index)

    crash(lambda: index.add([Article(id="z", body="last text")]), point, visit=2)

    reopened = newsearch.open_index(index.path)
    assert texts(reopened) == before | {"z": "last text"}
    assert reopened.check() == []
    reopened.add([Article(id="y", body="yet another text")])
    assert reopened.stats().segments <= 2
    assert_no_garbage(reopened)


def assert_no_garbage(index: newsearch.Index) -> None:
    """Assert that the folder has the files of one commit only."""
    index.add([Article(id="tidy", body="away")])
    names = [file.name for file in index.path.iterdir()]
    assert sum(name.endswith(".seg") for name in names) == index.stats().segments
    assert sum(name.endswith(".toc") for name in names) == 1
    assert not [name for name in names if name.endswith(".tmp")]
