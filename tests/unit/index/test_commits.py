"""Commits: what they leave in the folder, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.inside import load_in_batches_of

import newsearch
from newsearch import Article
from newsearch.errors import CorruptIndexError
from newsearch.index import merge_policy


@pytest.fixture
def index(tmp_path: Path) -> newsearch.Index:
    return newsearch.open_index(tmp_path / "index", create=True)


def articles(first: int, count: int) -> list[Article]:
    return [Article(id=str(n), body=f"news number {n}") for n in range(first, first + count)]


def files(index: newsearch.Index, pattern: str) -> list[str]:
    return sorted(file.name for file in index.path.glob(pattern))


def test_many_commits_leave_few_files(index: newsearch.Index) -> None:
    for number in range(30):
        index.add(articles(number, 1))

    assert len(index) == 30
    assert index.stats().segments <= merge_policy.MOST_SMALL
    assert len(files(index, "*.seg")) == index.stats().segments
    assert len(files(index, "*.toc")) == 1
    assert files(index, "*.tmp") == []
    assert index.check() == []


def test_a_commit_does_not_touch_the_other_segments(index: newsearch.Index) -> None:
    index.add(articles(0, 20))
    (name,) = files(index, "*.seg")
    before = (index.path / name).stat()

    index.add(articles(20, 2))
    index.delete("3")

    after = (index.path / name).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(index) == 21


def test_each_segment_has_one_list_of_deletions_at_most(index: newsearch.Index) -> None:
    index.add(articles(0, 20))
    for number in range(4):
        index.delete(str(number))

    assert len(files(index, "*.del")) == 1
    assert len(index) == 16


def test_a_segment_without_live_articles_is_removed(index: newsearch.Index) -> None:
    index.add(articles(0, 3))
    index.add(articles(3, 3))

    index.delete(["0", "1", "2"])

    assert len(files(index, "*.seg")) == 1
    assert files(index, "*.del") == []
    assert len(index) == 3


def test_deleting_everything_leaves_an_empty_index(index: newsearch.Index) -> None:
    index.add(articles(0, 3))

    assert index.delete(["0", "1", "2", "none"]) == ["0", "1", "2"]

    assert (len(index), index.search("news").total) == (0, 0)
    assert files(index, "*.seg") == []


def test_mostly_deleted_segments_are_written_again(index: newsearch.Index) -> None:
    index.add(articles(0, 10))

    index.delete([str(number) for number in range(4)])

    assert index.stats().deleted == 0
    assert index.search("number", limit=None).total == 6
    assert index.search("3 OR 7", limit=None).total == 1
    assert index.check() == []


def test_a_load_without_news_publishes_nothing(index: newsearch.Index) -> None:
    index.add(articles(0, 3))
    before = files(index, "*")

    report = index.add(articles(0, 3))

    assert report.unchanged == 3
    assert files(index, "*") == before


def test_large_and_small_loads_find_the_same(
    index: newsearch.Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsearch.index import small_builder as builder

    monkeypatch.setattr(builder, "SMALL_BYTES", 0)
    large = newsearch.open_index(tmp_path / "large", create=True)
    large.add(articles(0, 600))
    updated = [Article(id="5", body="quite another text"), Article(id="5", body="the last text")]
    report = large.add([*updated, *articles(600, 2)])
    monkeypatch.undo()
    index.add([*articles(0, 600), updated[-1], *articles(600, 2)])

    assert (report.added, report.updated) == (2, 2)
    for query in ["news", '"number 17"', "last", "quite", "number 5"]:
        results = [hit.id for hit in large.search(query, limit=None)]
        assert results == [hit.id for hit in index.search(query, limit=None)]
    assert large.check() == []


def test_an_article_given_twice_in_one_large_load_is_kept_once(
    index: newsearch.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    from newsearch.index import small_builder as builder

    monkeypatch.setattr(builder, "SMALL_BYTES", 0)
    load_in_batches_of(2, monkeypatch)

    report = index.add([*articles(0, 3), Article(id="0", body="newer"), *articles(1, 2)])

    assert (report.added, report.updated, report.unchanged) == (3, 1, 2)
    article = index.get("0")
    assert article is not None
    assert article.body == "newer"
    assert len(index) == 3


def test_damaged_segments_are_noticed_when_they_are_merged(index: newsearch.Index) -> None:
    index.add(articles(0, 1))
    (name,) = files(index, "*.seg")
    data = bytearray((index.path / name).read_bytes())
    data[80] ^= 1
    index.close()
    (index.path / name).write_bytes(data)
    index = newsearch.open_index(index.path)

    with pytest.raises(CorruptIndexError, match="checksum"):
        for number in range(1, merge_policy.MOST_SMALL + 1):
            index.add(articles(number, 1))

    assert len(index) == merge_policy.MOST_SMALL + 1
