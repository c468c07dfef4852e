"""Pages read in other processes: finding the article of one takes milliseconds of Python.

A worker is a Python of its own that is told by a pipe what to read: it needs nothing of the program
that loads, neither its main module nor a fork of its threads, so any program can have some.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import IO, Any, NamedTuple

from newsearch.answers.reports import Notes, Remark
from newsearch.article import Article
from newsearch.sources.opening import read_file
from newsearch.sources.reader import Context, SeenDates
from newsearch.sources.walk import FoundFile

# Larger files are read where they are used: what a worker tells of one is held as a whole.
_MOST_FILE_BYTES = 2**20
_MOST_FILES, _MOST_BYTES = 16, 2**19
_MOST_WORKERS = 4
# Of batches that are read ahead, per worker.
_MOST_AHEAD = 2
_MOST_FAILURES = 5
_CODE = "import sys; sys.path[:] = {}; from newsearch.sources.workers import work; work()"


class Answer(NamedTuple):
    """What a worker tells of a file.

    Parameters
    ----------
    items
        Its articles and remarks, each with its line and the dates that were seen.
    n_bytes
        How many were read.
    notes, noted, of_pages
        As those of its `Context`.
    """

    items: list[tuple[Article | Remark, int | None, SeenDates]]
    n_bytes: int
    notes: list[Remark]
    noted: set[str]
    of_pages: dict[str, tuple[str, int]]

    def again(self, context: Context) -> Iterator[Article | Remark]:
        """Return the items, each as if the file had just been read to there in this context."""
        for note in self.notes:
            context.notes.add(note)
        context.noted = self.noted
        if context.of_pages is not None:
            for reason, (path, n) in self.of_pages.items():
                first, n_before = context.of_pages.get(reason, (path, 0))
                context.of_pages[reason] = (first, n_before + n)
        for item, context.line, context.seen_dates in self.items:
            yield item


@dataclass(slots=True)
class _Batch:
    files: list[tuple[str, str]] = field(default_factory=list)
    n_bytes: int = 0
    answers: Future[list[Answer] | None] | None = None


class Workers:
    """Processes that read pages, some ahead of what is asked for, while it is open.

    Parameters
    ----------
    format_name
        What `read` calls the format of the files.
    rules
        What the contexts of all files have.
    count
        How many there are; see `worker_count`.
    """

    def __init__(self, format_name: str, rules: dict[str, Any], count: int) -> None:
        self._rules = (format_name, rules)
        self._n_ahead = count * _MOST_AHEAD
        self._n_waiting = 0
        self._batch = _Batch()
        self._idle: SimpleQueue[subprocess.Popen[bytes] | None] = SimpleQueue()
        for _ in range(count):
            self._idle.put(None)
        self._running: set[subprocess.Popen[bytes]] = set()
        self._n_failures = 0
        self._threads = ThreadPoolExecutor(count, "newsearch-pages")

    @property
    def is_busy(self) -> bool:
        """Whether as much is being read as may be held."""
        return self._n_waiting >= self._n_ahead

    def read(self, found: FoundFile) -> Callable[[], Answer | None]:
        """Let a worker read a page; what is returned waits for what it tells.

        That is None where no worker could do it: none can be started, or it ended.
        """
        batch = self._batch
        batch.files.append((found.path, found.article_id))
        batch.n_bytes += found.size_bytes
        if len(batch.files) == _MOST_FILES or batch.n_bytes >= _MOST_BYTES:
            self._send()
        return partial(self._answer, batch, len(batch.files) - 1)

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._n_failures = _MOST_FAILURES
        for process in tuple(self._running):
            process.kill()
        self._threads.shutdown(cancel_futures=True)
        for process in self._running:
            process.kill()
            with suppress(OSError), process:  # what it was not sent cannot be sent
                pass

    def _send(self) -> None:
        self._batch.answers = self._threads.submit(self._ask, self._batch.files)
        self._n_waiting += 1
        self._batch = _Batch()

    def _answer(self, batch: _Batch, at: int) -> Answer | None:
        if batch.answers is None:
            self._send()
        assert batch.answers is not None
        answers = batch.answers.result()
        if at == len(batch.files) - 1:
            self._n_waiting -= 1
        return answers[at] if answers else None

    def _ask(self, files: list[tuple[str, str]]) -> list[Answer] | None:
        """Let an idle worker read files; a thread of ours waits for it."""
        process = self._idle.get()
        is_well = False
        try:
            process = process or self._started()
            _send(files, process.stdin)
            answers: list[Answer] = _receive(process.stdout)
            is_well = True
        except (OSError, EOFError, ValueError, pickle.PickleError):
            self._n_failures += 1
            return None
        finally:
            self._idle.put(process if is_well else None)
        return answers

    def _started(self) -> subprocess.Popen[bytes]:
        if self._n_failures >= _MOST_FAILURES:
            raise OSError("no worker lives")
        process = subprocess.Popen(
            [sys.executable, "-c", _CODE.format(list(map(str, sys.path)))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Windows would open a window for it.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._running.add(process)
        _send(self._rules, process.stdin)
        return process


def worker_count() -> int:
    """Return how many processes to read pages with: one a core; 0 where none can be of use."""
    affinity = getattr(os, "sched_getaffinity", None)
    n_cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    # A program that was frozen with its Python cannot run as one.
    can_start = sys.executable and not getattr(sys, "frozen", False)
    return min(n_cores, _MOST_WORKERS) if can_start and n_cores > 1 else 0


def is_small(found: FoundFile) -> bool:
    """Whether a file is one that workers read: not a large one, nor a pipe."""
    return 0 < found.size_bytes <= _MOST_FILE_BYTES


def work() -> None:
    """Read files as standard input says, until that ends; what a worker runs."""
    from newsearch.sources.registry import reader_by_name

    # A Ctrl-C is for the process that loads, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    with suppress(EOFError, OSError):
        format_name, rules = _receive(sys.stdin.buffer)
        choose = reader_by_name(format_name)
        while True:
            files = _receive(sys.stdin.buffer)
            found = [FoundFile(path, article_id, choose) for path, article_id in files]
            _send([_read(one, rules) for one in found], answers)


def _read(found: FoundFile, rules: dict[str, Any]) -> Answer:
    of_pages: dict[str, tuple[str, int]] = {}
    context = context_of(found, Notes(), of_pages, rules)
    sizes: list[int] = []
    items = []
    for item in read_file(found.path, found.reader(), context, sizes.append):
        items.append((item, context.line, context.seen_dates))
        context.seen_dates = SeenDates()
    return Answer(items, sum(sizes), context.notes, context.noted, of_pages)


def context_of(
    found: FoundFile,
    notes: Notes,
    of_pages: dict[str, tuple[str, int]],
    rules: dict[str, Any],
) -> Context:
    """Return the context of a file of a load, with what those of all its files have."""
    return Context(
        *(found.shown, found.article_id, notes),
        of_pages=of_pages,
        folder=found.folder,
        choose=found.choose,
        file=found.path,
        part=found.part,
        **rules,
    )


def _send(value: object, stream: IO[bytes] | None) -> None:
    assert stream is not None
    pickle.dump(value, stream, pickle.HIGHEST_PROTOCOL)
    stream.flush()


def _receive(stream: IO[bytes] | None) -> Any:
    assert stream is not None
    return _Unpickler(stream).load()


class _Unpickler(pickle.Unpickler):
    """Makes nothing but our own values, and dates."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] not in {"newsearch", "datetime"}:
            raise pickle.UnpicklingError(f"{module}.{name} is none of ours")
        return super().find_class(module, name)
