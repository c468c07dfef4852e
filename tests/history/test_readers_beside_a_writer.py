"""Readers beside a writer: each read sees one commit, and whoever refreshes leaves nothing open."""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.inside import run_all_compiled, run_all_with_numpy

import newsearch
from newsearch.index.toc import read_toc

N_ARTICLES = 12


class Reader:
    """Asks an index in every way; an article of another generation than the rest is half a commit.

    Each commit changes the generation of all articles of kind ``same``; others come and go.
    """

    def __init__(self, index: newsearch.Index) -> None:
        self.index = index
        self.n_reads = 0
        self.n_generations = 0
        self._last = -1

    def read_until(self, is_over: Callable[[], bool]) -> None:
        ways = (self.by_search, self.by_scan, self.by_count, self.by_aggregate, self.by_id)
        for read in itertools.cycle(ways):
            if is_over() and self.n_reads >= len(ways):
                return
            self.index.refresh()
            generation = read()
            assert generation >= self._last, f"generation {generation} after {self._last}"
            self.n_generations += generation > self._last
            self._last = generation
            self.n_reads += 1

    def by_search(self) -> int:
        hits = list(self.index.search("kind:same talks", limit=None))
        assert all("talks" in hit.snippet.text.lower() for hit in hits)
        return self._only_one([hit.article.extra["generation"] for hit in hits])

    def by_scan(self) -> int:
        return self._only_one([one["generation"] for one in self.index.scan("kind:same")])

    def by_count(self) -> int:
        results = self.index.search("kind:same gone -absent")
        assert results.total == N_ARTICLES
        return self._last

    def by_aggregate(self) -> int:
        counts = self.index.aggregate("kind:same", by="generation").values
        return self._only_one([int(value) for value, n in counts for _ in range(n)])

    def by_id(self) -> int:
        article = self.index.get("same0")
        assert article is not None
        return int(article.extra["generation"])

    @staticmethod
    def _only_one(generations: list[int]) -> int:
        assert len(generations) == N_ARTICLES, generations
        assert len(set(generations)) == 1, generations
        return generations[0]


def read_in_process(index: newsearch.Index, end: Any, told: Any) -> None:
    """Read until told to end; a forked process goes on with the index that its parent had open."""
    reader = Reader(index)
    try:
        reader.read_until(end.is_set)
    except BaseException:
        told.put(traceback.format_exc())
    else:
        told.put((reader.n_reads, reader.n_generations))


def read_in_thread(index: newsearch.Index, end: threading.Event, told: list[object]) -> None:
    reader = Reader(index)
    try:
        reader.read_until(end.is_set)
    except BaseException:
        told.append(traceback.format_exc())
    else:
        told.append((reader.n_reads, reader.n_generations))


def generation(number: int) -> list[dict[str, Any]]:
    """The articles of a commit: those that change together, and one that only comes and goes."""
    words = " ".join(f"w{number * 31 + n:x}" for n in range(60))
    same = [
        {
            "id": f"same{n}",
            "title": f"Talks {number}",
            "text": f"The talks have gone on. {words}",
            "kind": "same",
            "generation": number,
        }
        for n in range(N_ARTICLES)
    ]
    return [*same, {"id": f"other{number}", "text": f"Something else. {words}", "kind": "other"}]


def write(index: newsearch.Index, n_commits: int) -> None:
    """Commit again and again, in every way there is."""
    for number in range(1, n_commits + 1):
        index.add(generation(number))
        if number % 10 == 4:
            index.delete([f"other{number - 3}", f"other{number - 2}"])
        if number % 10 == 7:
            index.delete(f"other{number - 2}", purge=True)
        if number % 50 == 9:
            index.compact()
        if number == n_commits // 2:
            index.rebuild()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not forked there")
@pytest.mark.parametrize(
    ("n_commits", "n_threads", "n_processes"),
    [
        pytest.param(12, 2, 2, marks=pytest.mark.slow),
        pytest.param(500, 8, 6, marks=pytest.mark.long),
    ],
)
def test_every_read_sees_exactly_one_commit(
    tmp_path: Path, n_commits: int, n_threads: int, n_processes: int
) -> None:
    index = newsearch.open_index(tmp_path / "index", create=True)
    index.add(generation(0))
    readers: list[Any] = []
    ends, queues = [], []
    for number in range(n_processes):
        context: Any = multiprocessing.get_context("fork" if number % 2 else "spawn")
        end, told = context.Event(), context.SimpleQueue()
        readers.append(context.Process(target=read_in_process, args=(index, end, told)))
        ends.append(end)
        queues.append(told)
    for reader in readers:
        reader.start()
    told_by_threads: list[object] = []
    end_of_threads = threading.Event()
    threads = [
        threading.Thread(target=read_in_thread, args=(index, end_of_threads, told_by_threads))
        for _ in range(n_threads)
    ]
    for thread in threads:
        thread.start()
    started_s = time.monotonic()
    try:
        with newsearch.open_index(index.path) as writer:
            write(writer, n_commits)
    finally:
        for end in (*ends, end_of_threads):
            end.set()
        for one in (*readers, *threads):
            one.join()

    told = [*(queue.get() for queue in queues), *told_by_threads]
    failures = [one for one in told if isinstance(one, str)]
    assert not failures, "\n".join(failures)
    assert len(told) == n_threads + n_processes
    took_s = time.monotonic() - started_s
    print(f"{sum(n for n, _ in told):,} reads beside {n_commits} commits in {took_s:.0f} s: {told}")
    assert sum(n for _, n in told) > n_commits / 4
    assert index.check() == []


def left_open(folder: Path) -> dict[str, set[str]]:
    """Files of a folder that this process has open or mapped, by the names they have there."""
    links = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(descriptor.readlink()))
        except FileNotFoundError:  # that of the listing itself
            continue
    maps = re.findall(
        r"^\S+ \S+ \S+ \S+ [1-9]\d* +(/.*)$", Path("/proc/self/maps").read_text(), re.M
    )
    start = f"{folder}{os.sep}"
    return {
        kind: {path.removeprefix(start) for path in paths if path.startswith(start)}
        for kind, paths in (("open", links), ("mapped", maps))
    }


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system does not tell")
@pytest.mark.parametrize(
    ("way", "n_refreshes"),
    [
        (run_all_with_numpy, 10),
        pytest.param(run_all_compiled, 25, marks=pytest.mark.slow),
        pytest.param(run_all_with_numpy, 500, marks=pytest.mark.long),
        pytest.param(run_all_compiled, 500, marks=pytest.mark.long),
    ],
)
def test_refreshing_and_dropping_an_index_leaves_no_file_or_map(
    tmp_path: Path, way: Callable[[], Any], n_refreshes: int
) -> None:
    with way(), newsearch.open_index(tmp_path / "index", create=True) as writer:
        writer.add(generation(0))
        index = newsearch.open_index(writer.path)
        for number in range(1, n_refreshes + 1):
            writer.add(generation(number))
            if number % 5 == 0:
                writer.delete(f"other{number - 1}", purge=True)
            assert index.refresh()
            results = index.search("kind:same talks", limit=3)
            assert results[0].snippet.text and results.total == N_ARTICLES
            dropped = newsearch.open_index(index.path)
            assert dropped.count('"talks have"') == N_ARTICLES
            del dropped
        del results
        gc.collect()

        live = {record.file_name for record in read_toc(index.path).segments}
        found = left_open(index.path)
        assert found == {"open": live, "mapped": live}
        index.close()
        writer.close()
        gc.collect()
        assert left_open(index.path) == {"open": set(), "mapped": set()}
