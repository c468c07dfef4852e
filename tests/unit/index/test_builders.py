"""Both builders make the same segments of the same articles."""

from __future__ import annotations

import gc
import platform
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from strategies import VOCABULARY
from strategies import articles as any_articles
from support.segment_contents import assert_holds, build, numbered

from newsearch.article import Article
from newsearch.codec.segment import Segment
from newsearch.index import bulk_text
from newsearch.index.bulk_builder import BulkBuilder, give_memory_back
from newsearch.index.commit import Changes
from newsearch.index.directory import open_directory
from newsearch.index.load import Builder, load
from newsearch.index.small_builder import SmallBuilder


@pytest.mark.parametrize("builder_type", [SmallBuilder, BulkBuilder])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(st.lists(any_articles(), min_size=1, max_size=6), min_size=1, max_size=3))
@example(batches=[[Article(body="...")]])
def test_a_segment_holds_every_word_of_its_articles(
    builder_type: type[Builder],
    batches: list[list[Article]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    articles = numbered([article for batch in batches for article in batch])
    cut = [articles[i : i + 3] for i in range(0, len(articles), 3)]

    (path,) = build(tmp_path_factory.mktemp("index"), builder_type, cut)

    assert_holds(path, articles)


@pytest.fixture(scope="module")
def many_articles() -> list[Article]:
    """More than two blocks of articles, with high frequencies, rare words and two languages."""
    random = np.random.default_rng(5)
    found = []
    for number in range(700):
        words = random.choice(VOCABULARY, random.integers(0, 60)).tolist()
        words += ["often"] * int(random.integers(0, 3) == 0) * int(random.integers(1, 400))
        words += [f"rare{number}", "Élections", "x" * (number % 300)]
        language = "fr" if number % 7 == 0 else ""
        found.append(
            Article(id=str(number), title="The title", body=" ".join(words), lang=language)
        )
    return found


@pytest.mark.parametrize("builder_type", [SmallBuilder, BulkBuilder])
def test_several_blocks_of_articles_keep_every_word(
    builder_type: type[Builder], many_articles: list[Article], tmp_path: Path
) -> None:
    cut = [many_articles[i : i + 150] for i in range(0, 700, 150)]

    (path,) = build(tmp_path / "index", builder_type, cut)

    assert_holds(path, many_articles)


def test_a_full_memory_is_spilled_to_segments(many_articles: list[Article], tmp_path: Path) -> None:
    def small_memory(changes: Changes) -> BulkBuilder:
        return BulkBuilder(changes, memory_bytes=1 << 16)

    cut = [many_articles[i : i + 50] for i in range(0, 700, 50)]

    paths = build(tmp_path / "index", small_memory, cut)  # type: ignore[arg-type]

    assert len(paths) > 1
    first = 0
    for path in paths:
        with Segment(path) as segment:
            n_articles = segment.articles
        assert_holds(path, many_articles[first : first + n_articles])
        first += n_articles
    assert first == 700


def _own_memory_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) << 10


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="others do not keep freed memory")
def test_memory_that_was_freed_between_what_is_kept_is_given_back() -> None:
    blocks = [bytearray(b"x" * 100_000) for _ in range(600)]
    kept = blocks[::20]
    del blocks
    before = _own_memory_bytes()

    give_memory_back()

    assert len(kept) == 30
    assert before - _own_memory_bytes() > 40_000_000


@pytest.mark.slow
def test_one_article_larger_than_the_memory_is_kept_whole(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(5_000))
    articles = [Article(id="a", body=words)]

    def no_memory(changes: Changes) -> BulkBuilder:
        return BulkBuilder(changes, memory_bytes=1 << 14)

    (path,) = build(tmp_path / "index", no_memory, [articles])  # type: ignore[arg-type]

    assert_holds(path, articles)


def _long_load(n_articles: int, *, fails: bool = False) -> Iterator[Article]:
    for number in range(n_articles):
        yield Article(id=str(number), body=f"word{number} " * 400)
    if fails:
        raise OSError("the source is gone")


def _interpreter() -> tuple[object, ...]:
    return threading.active_count(), sys.getswitchinterval(), gc.get_threshold()


@pytest.mark.parametrize("fails", [False, True])
def test_a_long_load_leaves_no_thread_and_no_setting_behind(tmp_path: Path, fails: bool) -> None:
    before = _interpreter()
    index = open_directory(tmp_path / "index", create=True)
    if fails:
        with pytest.raises(OSError, match="gone"):
            load(index, _long_load(2_500, fails=True))
    else:
        assert load(index, _long_load(2_500)).added == 2_500
    assert _interpreter() == before


def test_loads_at_once_set_the_interpreter_back_when_the_last_ends(tmp_path: Path) -> None:
    before = _interpreter()
    opened = [open_directory(tmp_path / name, create=True) for name in "ab"]
    with Changes(opened[0], wait_s=1) as first, Changes(opened[1], wait_s=1) as second:
        early, late = BulkBuilder(first), BulkBuilder(second)
        early.close()
        assert _interpreter()[1:] != before[1:]
        late.close()
    assert _interpreter() == before


@pytest.mark.parametrize("failing", ["_make_arena", "_gather"])
def test_an_error_in_a_thread_ends_the_load_and_publishes_nothing(
    tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("no more")

    monkeypatch.setattr(bulk_text, failing, fail)
    before = _interpreter()
    index = open_directory(tmp_path / "index", create=True)
    with pytest.raises(MemoryError, match="no more"):
        load(index, _long_load(2_500))
    assert _interpreter() == before
    assert not list((tmp_path / "index").glob("*.seg*"))


@pytest.mark.parametrize(
    ("large", "reason"),
    [
        ({"body": "x" * (2**22 + 1)}, "the body is larger than 4 MiB"),
        ({"extra": {"k": "x" * 2**23}}, "its extra keys are larger than 8 MiB"),
        ({"title": "x" * 2**20}, "its title, authors and other fields are larger than 1 MiB"),
        ({"author": ["x"] * 2**18}, "its title, authors and other fields are larger than 1 MiB"),
    ],
)
def test_what_is_too_large_is_rejected_and_the_others_are_loaded(
    tmp_path: Path, large: dict[str, Any], reason: str
) -> None:
    open_directory(tmp_path, create=True)
    report = load(tmp_path, [Article(id="a", **{"body": "x", **large}), Article(id="b", body="y")])

    assert (report.added, str(report.rejected[0])) == (1, f"a: {reason}")
