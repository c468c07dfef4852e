"""One run of the benchmarks: its options, its result so far, its engines."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.corpora import Corpus, work_folder
from benchmarks.machine import describe_machine, load_average
from benchmarks.peers import peer_class
from benchmarks.processes import EngineError, EngineProcess
from benchmarks.results import Result


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure; all of it goes into the result.

    Parameters
    ----------
    rounds
        Rounds of every measurement, engines alternating within each.
    budget_s
        Time for one engine, kind of query and round; what does not fit is left to a sample.
    index_limit_s
        Time for one engine to index one corpus once; after that it is stopped.
    index_budget_s
        Time for one engine to index one corpus again; rounds after the first one are left out
        when all rounds together would take longer.
    query_limit
        At most so many queries; None for all.
    hits
        Articles asked for.
    seed
        Of generator and queries.
    reuse
        Where indexes are only needed for queries, take those that an earlier run left.
    """

    rounds: int = 5
    budget_s: float = 10.0
    index_limit_s: float = 1800.0
    index_budget_s: float = 300.0
    query_limit: int | None = None
    hits: int = 10
    seed: int = 1
    reuse: bool = False


class Run:
    """Collects a result and saves it after every step.

    Parameters
    ----------
    peers
        Names of the engines asked for; the ones not installed are recorded as skipped.
    path
        The JSON file.
    say
        Gets one line on every step.
    """

    def __init__(
        self,
        question: str,
        peers: Sequence[str],
        options: Options,
        path: Path,
        say: Callable[[str], None],
    ) -> None:
        self.options = options
        self.path = path
        self.say = say
        self.result = Result(question, asdict(options), describe_machine())
        self.result.load_average["start"] = load_average()
        self.log = path.with_suffix(".log")
        self.log.write_text("")
        self.peers = [peer for peer in peers if self._is_there(peer)]
        self.save()

    def _is_there(self, peer: str) -> bool:
        try:
            missing = peer_class(peer).missing()
            if not missing:
                self.result.versions[peer] = peer_class(peer).versions()
        except Exception as error:  # any failure of one engine must not stop the others
            missing = f"{type(error).__name__}: {error}"
        if missing:
            self.say(f"{peer}: skipped: {missing}")
            self.result.skipped[peer] = missing
        return not missing

    def start(self, peer: str) -> EngineProcess:
        """Start a process for an engine."""
        return EngineProcess(peer, self.log)

    def add_corpus(self, corpus: Corpus) -> None:
        """Record a corpus, once."""
        if corpus.as_dict() not in self.result.corpora:
            self.result.corpora.append(corpus.as_dict())

    def fail(self, peer: str, what: str, error: EngineError | str) -> None:
        """Record that an engine could not do something."""
        self.say(f"{peer}: {what}: {error}")
        self.result.failures.append({"peer": peer, "what": what, "reason": str(error)})
        self.save()

    def save(self) -> None:
        """Write the result as it is now."""
        self.result.load_average["end"] = load_average()
        self.result.save(self.path)


def index_folder(corpus: Corpus, peer: str) -> Path:
    """Return the folder of an engine's index of a corpus."""
    return work_folder() / "indexes" / corpus.digest[:12] / peer


def finished_mark(folder: Path) -> Path:
    """Return the file beside an index that is there when the index is whole."""
    return folder.with_name(f"{folder.name}.finished")


def empty_folder(folder: Path) -> Path:
    """Make a folder empty, whatever was in it; only folders below the work folder."""
    assert work_folder() in folder.parents
    finished_mark(folder).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
