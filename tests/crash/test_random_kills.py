"""A writing process may be killed at any moment: nothing that it reported is lost.

Kills are drawn, by seed, over the time that a writer took when it was left alone. One archive lives
through all of them: the next writer goes on with what the one before left.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import statistics
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pytest
from support import writer
from support.grep import files_with
from support.inside import load_in_bulk, run_all_with_numpy
from support.writer import BATCH_ARTICLES, Step

import newsearch
from newsearch import Article

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are not forked there")

Kind = Literal["add", "load", "delete", "purge", "compact"]
Texts = dict[str, str]
KINDS: list[Kind] = ["add", "load", "delete", "purge", "compact"]
WORDS = ("talks", "envoy", "korea", "summit", "trade", "border", "budget", "vote", "storm")


class Archive:
    """An archive of which it is known what must be in it.

    Attributes
    ----------
    texts
        What the last writer left.
    """

    def __init__(self, path: Path, draw: random.Random) -> None:
        self.path = path
        self.texts: Texts = {}
        self._draw = draw
        self._n_made = 0
        self._purged: set[str] = set()

    def made(self, n_new: int, n_changed: int = 0) -> Texts:
        """Make up texts of new articles and of some that are there."""
        ids = [f"id{self._n_made + n}" for n in range(n_new)]
        # What was to be purged is kept out, even where the purge was killed.
        ids += self._draw.sample(sorted(self.texts.keys() - self._purged), n_changed)
        texts = {}
        for one in ids:
            self._n_made += 1
            words = self._draw.choices(WORDS, k=12)
            texts[one] = f"{one} text{self._n_made} news {' '.join(words)}"
        return texts

    def steps(self, kind: Kind) -> list[Step]:
        """Make up what a writer is to do."""
        match kind:
            case "add":
                return [_adding("add", self.made(6, 3)) for _ in range(3)]
            case "load":
                return [_adding("load", self.made(4 * BATCH_ARTICLES, 10))]
            case "delete":
                return [("delete", ids, []) for ids in self._some_ids(3)]
            case "purge":
                return [("purge", ids, []) for ids in self._some_ids(2)]
            case "compact":
                deleted = (("delete", ids, []) for ids in self._some_ids(2))
                return [step for one in deleted for step in (one, ("compact", [], []))]

    def _some_ids(self, n_steps: int) -> list[list[str]]:
        ids = self._draw.sample(sorted(self.texts), 4 * n_steps)
        return [ids[n::n_steps] for n in range(n_steps)]

    def left_by(self, steps: list[Step], n_done: int) -> list[Texts]:
        """Return what may be there once so many steps were reported: what these and the next do."""
        texts = self.texts
        for step in steps[:n_done]:
            *_, texts = _after(texts, step)
        return [texts, *(_after(texts, steps[n_done]) if n_done < len(steps) else [])]

    def verify(self, allowed: list[Texts]) -> None:
        """Assert that the archive is whole and holds one of some sets of articles; note which."""
        with newsearch.open_index(self.path) as index:
            assert index.check() == []
            self.texts = {record["id"]: record["body"] for record in index.scan("*")}
            assert self.texts in allowed
            assert index.count("news") == len(self.texts)
            for one in self._draw.sample(sorted(self.texts), 3):
                word = self.texts[one].split()[1]
                assert [hit.id for hit in index.search(word, limit=None)] == [one]

    def go_on(self, purged: Sequence[str] = ()) -> None:
        """Write what the next writer needs, purge again, and see that nothing else is left."""
        self._purged.update(purged)
        added = self.made(max(4, 40 - len(self.texts)))
        many = sorted(self.texts)[: max(0, len(self.texts) - 120)]
        with newsearch.open_index(self.path) as index:
            index.add([Article(id=one, body=text) for one, text in added.items()])
            if many or purged:
                index.delete([*many, *purged], purge=bool(purged))
            self.texts = {record["id"]: record["body"] for record in index.scan("*")}
            names = [file.name for file in self.path.iterdir()]
            assert sum(name.endswith(".seg") for name in names) == index.stats().segments
            assert sum(name.endswith(".toc") for name in names) == 1
            assert not [name for name in names if name.endswith(".tmp")]
        if purged:
            assert files_with(self.path, [f"{one} text".encode() for one in purged]) == {}


def _adding(kind: Kind, texts: Texts) -> Step:
    return kind, list(texts), list(texts.values())


def _after(texts: Texts, step: Step) -> Iterator[Texts]:
    """Return what may be there while a step is done and, last, after it."""
    kind, ids, bodies = step
    if not bodies:
        gone = set() if kind == "compact" else set(ids)
        yield {one: text for one, text in texts.items() if one not in gone}
        return
    n_at_once = BATCH_ARTICLES if kind == "load" else len(ids)
    pairs = list(zip(ids, bodies, strict=True))
    for start in range(0, len(ids), n_at_once):
        yield texts | dict(pairs[: start + n_at_once])


class Writer:
    """A process that writes: a fork of this one, or an interpreter of its own."""

    def __init__(self, path: Path, steps: list[Step], *, is_fork: bool) -> None:
        self._reports, written = os.pipe()
        self.pid = (_fork if is_fork else _spawn)(path, steps, written)
        os.close(written)
        assert os.read(self._reports, 1) == b".", "the writer did not start"

    def end(self, *, kill_after_s: float | None) -> tuple[bool, int]:
        """Wait for its end, or kill it; return whether it was, and how many steps it reported."""
        end_s = None if kill_after_s is None else time.monotonic() + kill_after_s
        reports = b""
        while True:
            left_s = None if end_s is None else max(0.0, end_s - time.monotonic())
            if not select.select([self._reports], [], [], left_s)[0]:
                os.kill(self.pid, signal.SIGKILL)
                end_s = None
            said = os.read(self._reports, 100)
            reports += said
            if not said:
                break
        os.close(self._reports)
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        assert status in (0, -signal.SIGKILL)
        return status != 0, len(reports)


def _fork(path: Path, steps: list[Step], reports: int) -> int:
    pid = os.fork()
    if not pid:
        status = 1
        try:
            writer.write(path, steps, lambda: os.write(reports, b"."))
            status = 0
        finally:
            os._exit(status)
    return pid


def _spawn(path: Path, steps: list[Step], reports: int) -> int:
    command = [sys.executable, writer.__file__, str(path), json.dumps(steps)]
    to_reports = (os.POSIX_SPAWN_DUP2, reports, 1)
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=[to_reports])


def kill_writers(kind: Kind, folder: Path, *, is_fork: bool, n_kills: int) -> None:
    """Kill so many writers of a kind in one archive."""
    draw = random.Random(f"{kind} {is_fork}")
    newsearch.open_index(folder / "archive", create=True).close()
    archive = Archive(folder / "archive", draw)
    archive.go_on()
    if is_fork and kind == "load":
        _load_kernels(folder / "other")
    durations_s: deque[float] = deque(maxlen=5)
    n_killed = 0
    for n_runs in range(20 + 5 * n_kills):
        steps = archive.steps(kind)
        running = Writer(archive.path, steps, is_fork=is_fork)
        started_s = time.monotonic()
        after_s = draw.uniform(0, statistics.median(durations_s)) if n_runs > 1 else None
        is_killed, n_reported = running.end(kill_after_s=after_s)
        if is_killed:
            n_killed += 1
        else:
            durations_s.append(time.monotonic() - started_s)
        archive.verify(archive.left_by(steps, n_reported))
        archive.go_on(purged=[one for step in steps if kind == "purge" for one in step[1]])
        if n_killed == n_kills:
            return
    pytest.fail("most writers end before they are killed")


def _load_kernels(path: Path) -> None:
    """Let this process, so its forks, have all that bulk loads use."""
    with newsearch.open_index(path, create=True) as index, pytest.MonkeyPatch.context() as patch:
        load_in_bulk(patch)
        index.add(Article(id="a", body="news"))


@pytest.fixture(autouse=True)
def _no_compiling_for_searches() -> Iterator[None]:
    """Let no thread of this process compile, which takes longer than all that is looked at."""
    with run_all_with_numpy():
        yield


@pytest.mark.slow
@pytest.mark.parametrize("is_fork", [True, False], ids=["fork", "fresh"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_writer_that_is_killed_loses_nothing(tmp_path: Path, kind: Kind, is_fork: bool) -> None:
    kill_writers(kind, tmp_path, is_fork=is_fork, n_kills=6)


@pytest.mark.long
@pytest.mark.parametrize("is_fork", [True, False], ids=["fork", "fresh"])
@pytest.mark.parametrize("kind", KINDS)
def test_many_writers_that_are_killed_lose_nothing(
    tmp_path: Path, kind: Kind, is_fork: bool
) -> None:
    kill_writers(kind, tmp_path, is_fork=is_fork, n_kills=120 if is_fork else 80)
