"""What every peer answers to."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.corpora import moment_s
from benchmarks.kinds import KINDS, MIXED, Query

Key = int | str
"""How an engine names a hit: the article's number, or its id."""

ALL_KINDS = frozenset(KINDS) | {MIXED}
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Answer:
    """One query answered.

    Parameters
    ----------
    seconds
        From the words to the keys of the hits (to the snippets or the count, where asked for).
    keys
        Best first; empty for a count.
    total
        The count, where that was the question.
    """

    seconds: float
    keys: tuple[Key, ...]
    total: int | None = None


class Peer(ABC):
    """One engine behind one adapter.

    An instance lives in a process of its own. Every peer indexes one field, title and body joined,
    with positions and the text stored where it can; lower case, Snowball English, no stop words
    where it can. The subclass's docstring says where it cannot.
    """

    name: ClassVar[str]
    modules: ClassVar[tuple[str, ...]] = ()
    """Modules that must be importable."""
    distributions: ClassVar[tuple[str, ...]] = ()
    """Packages whose versions go into the results."""
    kinds: ClassVar[frozenset[str]] = ALL_KINDS
    index_threads: ClassVar[int] = 1
    is_shared_by_threads: ClassVar[bool] = False
    """Whether several threads may call `search` of one instance at once."""
    takes_batches: ClassVar[bool] = False
    """Whether `search_many` is offered."""
    hint: ClassVar[str] = "pip install '.[bench]'"

    @classmethod
    def missing(cls) -> str:
        """Say what is not installed and how to get it, or ''."""
        absent = [name for name in cls.modules if importlib.util.find_spec(name) is None]
        return f"{', '.join(absent)} not installed; {cls.hint}" if absent else ""

    @classmethod
    def versions(cls) -> dict[str, str]:
        """Name what is measured."""
        return {name: importlib.metadata.version(name) for name in cls.distributions}

    def prepare(self) -> None:
        """Load the engine's code, so that no timing holds an import."""
        for module in self.modules:
            load(module)

    @abstractmethod
    def index(self, corpus: Path, folder: Path) -> None:
        """Index a normalised corpus into an empty folder, durable and ready to be searched."""

    @abstractmethod
    def open(self, folder: Path) -> None:
        """Open what `index` made, for queries."""

    def settle(self) -> None:  # noqa: B027 - most engines are as quick as they get
        """Wait for what an open engine does once in the background, to become quicker."""

    @abstractmethod
    def search(self, query: Query, limit: int) -> Sequence[Key]:
        """Answer any kind but a count; a ``snippets`` query makes and drops its snippets."""

    @abstractmethod
    def count(self, query: Query) -> int:
        """Count all articles that have any of the words (of a prefix query: that match it)."""

    def search_and_count(self, query: Query, limit: int) -> tuple[Sequence[Key], int]:
        """Return the best articles and how many match, in one step where the engine has one."""
        return self.search(query, limit), self.count(query)

    def search_many(self, queries: Sequence[Query], limit: int, threads: int) -> None:
        """Answer a batch of one kind, where the engine takes batches (`takes_batches`)."""
        raise NotImplementedError

    def answer(self, query: Query, limit: int) -> Answer:
        """Answer and time one query."""
        start = time.perf_counter()
        if query.kind == "count":
            total = self.count(query)
            return Answer(time.perf_counter() - start, (), total)
        if query.kind == "total":
            keys, total = self.search_and_count(query, limit)
            return Answer(time.perf_counter() - start, tuple(keys), total)
        keys = self.search(query, limit)
        return Answer(time.perf_counter() - start, tuple(keys))

    def peak_bytes(self) -> int:
        """Highest resident memory of the engine's process so far, from the operating system."""
        return peak_bytes("self")

    def cpu_seconds(self) -> float:
        """Processor time that the engine's process has used, all threads, from the system."""
        return time.process_time()

    def close(self) -> None:  # noqa: B027 - most engines have nothing to let go of
        """Let go of the index."""


def load(module: str) -> Any:
    """Import a peer's module; untyped, because few have types and none must be installed."""
    return importlib.import_module(module)


def peak_bytes(process: int | str) -> int:
    """Read a process's peak resident memory (VmHWM); 0 where there is no /proc."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0
    for line in status.read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def cpu_seconds(process: int) -> float:
    """Read a process's processor time, user and system; 0 where there is no /proc."""
    status = Path(f"/proc/{process}/stat")
    if not status.exists():
        return 0.0
    # The name, second, is in parentheses and may hold spaces; times are the 14th and 15th.
    values = status.read_text().rpartition(")")[2].split()
    return (int(values[11]) + int(values[12])) / os.sysconf("SC_CLK_TCK")


def span_s(query: Query) -> tuple[int, int]:
    """Return the first and last second of a query's days, both included."""
    first, last = moment_s(query.since), moment_s(query.until)
    return first or 0, (last or 0) + _DAY_S - 1
