"""One bad file does not close an archive: the rest is read, and mended from stored articles."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.damaging import write_sample
from support.forging import forge

import newsearch
from newsearch.codec.framing import ArrayFile
from newsearch.index.toc import copy_name, read_toc, toc_name
from newsearch.index.toc_writing import encode_toc


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "index"
    write_sample(path)
    return path


@pytest.fixture
def index(tmp_path: Path, whole: Path) -> Path:
    """A copy of the index, to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "index"))


def segments(index: Path) -> list[Path]:
    """The files of the segments, the larger first."""
    return sorted(index.glob("*.seg"), key=lambda path: -path.stat().st_size)


def newest_toc(index: Path) -> Path:
    return index / toc_name(read_toc(index).commit.generation)


def ids(index: newsearch.Index) -> set[str]:
    return {str(found["id"]) for found in index.scan("*", fields=["id"])}


def flip(path: Path, section: str, at: int = 0) -> None:
    with ArrayFile(path) as file:
        place = file.sections[section].offset + at
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


ALL = {f"a{number}" for number in range(340)} - {"a7", "a270"}


@pytest.mark.parametrize("content", [None, b"", b"not a table of contents"])
def test_a_table_of_contents_is_read_from_its_copy(index: Path, content: bytes | None) -> None:
    toc = newest_toc(index)
    toc.unlink() if content is None else toc.write_bytes(content)

    with pytest.warns(UserWarning, match=rf"{toc.name}: .*newsearch check"):
        opened = newsearch.open_index(index)
    assert ids(opened) == ALL
    assert not opened.is_partial
    assert not opened.refresh()
    [problem] = opened.check()
    assert problem.startswith(f"{toc.name}: ")

    opened.add({"id": "new", "text": "A commit writes both anew."})
    assert opened.check() == []


def test_the_last_state_that_is_whole_is_opened(index: Path) -> None:
    generation = read_toc(index).commit.generation + 1
    (index / toc_name(generation)).write_bytes(
        encode_toc(read_toc(index).segments, generation)[:99]
    )

    with pytest.warns(UserWarning, match="articles|contents"):
        assert ids(newsearch.open_index(index)) == ALL
    with pytest.warns(UserWarning), newsearch.open_index(index) as opened:
        with pytest.raises(newsearch.IndexingError, match="--repair"):
            opened.add({"text": "not on top of it"})
        opened.repair()
    assert newsearch.open_index(index).check() == []


def test_what_is_left_is_opened_when_asked_for(index: Path) -> None:
    _, small = segments(index)
    small.unlink()

    with pytest.raises(newsearch.IndexingError, match=rf"{small.name}: .*newsearch check"):
        newsearch.open_index(index)
    with pytest.warns(UserWarning, match=rf"{small.name}: .* articles left out: 40"):
        opened = newsearch.open_index(index, partial=True)
    assert opened.is_partial
    assert ids(opened) == {one for one in ALL if int(one[1:]) < 300}
    assert opened.check() == [f"{small.name}: is missing, with 40 articles"]
    with pytest.raises(newsearch.IndexingError, match="--repair"):
        opened.add({"text": "not on top of it"})


def test_repair_builds_again_what_stored_articles_give(index: Path) -> None:
    large, _ = segments(index)
    flip(large, "text/postings", 9)
    flip(large, "column/body_length")
    forge(large, "column/source/codes", lambda values: values.fill(0))
    assert newsearch.open_index(index).count("source:kyodo") < 20

    with newsearch.open_index(index) as opened:
        done = opened.repair()
        assert done.problems and done.rebuilt == 298 and not done.lost
        assert ids(opened) == ALL
        assert opened.count("source:kyodo") == 113
        assert opened.check() == []
    assert not list(index.glob("*.damaged"))


def test_repair_lists_the_articles_that_are_lost(index: Path) -> None:
    large, _ = segments(index)
    flip(large, "stored/frames", 500)

    with newsearch.open_index(index) as opened:
        done = opened.repair()
        assert 0 < len(done.lost) < 100
        assert ids(opened) == ALL - set(done.lost)
        assert opened.check() == []
    assert [path.name for path in index.glob("*.damaged")] == [f"{large.name}.damaged"]


def test_repair_does_without_a_segment_that_is_lost(index: Path) -> None:
    large, _ = segments(index)
    large.unlink()

    with pytest.warns(UserWarning), newsearch.open_index(index, partial=True) as opened:
        done = opened.repair()
        assert done.lost == [f"{large.name}: all of its 298 articles, ids included"]
        assert not opened.is_partial
        assert opened.add({"id": "new", "text": "Loads go on."}).added == 1
    assert len(newsearch.open_index(index)) == 41


def test_articles_come_back_where_it_is_lost_which_are_deleted(index: Path) -> None:
    with newsearch.open_index(index) as opened:
        opened.add({"id": "a8", "text": "A newer version, in another segment."})
    [deleted] = index.glob("*.del")
    deleted.unlink()

    with pytest.warns(UserWarning), newsearch.open_index(index, partial=True) as opened:
        assert opened.repair().lost == []
        assert ids(opened) == ALL | {"a7", "a270"}
        article = opened.get("a8")
        assert article is not None and "newer" in article.body


def test_a_repair_that_is_killed_has_changed_nothing(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, _ = segments(index)
    flip(large, "stored/frames", 500)
    monkeypatch.setattr("newsearch.index.commit.Changes.publish", _fail)

    with newsearch.open_index(index) as opened, pytest.raises(KeyboardInterrupt):
        opened.repair()
    assert large.exists() and len(segments(index)) == 2


def _fail(*_: object, **__: object) -> Iterator[None]:
    raise KeyboardInterrupt


def test_a_copy_that_differs_is_told_and_mended(index: Path) -> None:
    copy = index / copy_name(read_toc(index).commit.generation)
    copy.write_bytes(b"")
    with newsearch.open_index(index) as opened:
        [problem] = opened.check()
        assert problem == f"{copy.name}: differs from {newest_toc(index).name}"
        assert opened.repair().problems == [problem]
        assert opened.check() == []


def test_articles_that_a_damaged_file_concerns_are_named(index: Path) -> None:
    large, _ = segments(index)
    with newsearch.open_index(index) as opened:
        for section in ("stored/frames", "text/postings"):
            flip(large, section, 505)
        problems = opened.check()
        lost = opened.repair().lost
    assert sum(" (bytes " in problem for problem in problems) == 2
    named = [one.split("'")[1] for one in problems if ": article '" in one]
    assert lost == list(dict.fromkeys(named))
