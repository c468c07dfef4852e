"""How long a whole process takes that answers one question and ends.

Measured: wall time and peak memory of ``newsearch query`` and ``newsearch index seeds`` as a shell
starts them, of the same one query by other engines through their adapters, and of bare Python,
alternating. Byte code is compiled and files are in the system's cache, as after a first use; the
folder for compiled Numba code is new each time for ``index seeds``, as right after an install.
Left out: Lucene, whose driver is compiled at each start, and a cold disk.
"""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpora import REPOSITORY, Corpus, work_folder
from benchmarks.peers.base import peak_bytes
from benchmarks.processes import EngineError, environment
from benchmarks.results import ColdRow
from benchmarks.run import Run, empty_folder, index_folder

_WORDS = ("senate", "budget", "vote")
_BASELINES = {
    "python": "pass",
    "python with numpy and click": "import numpy, click",
    "python with whoosh's imports": "import numpy, click, whoosh.index, whoosh.query",
}
_NO_ANSWER = 1
_NOT_COLD = ("lucene", "lucene-bp")
_LOOK_EVERY_S = 0.002
_NO_WARNINGS = ("-W", "ignore")


@dataclass(frozen=True, slots=True)
class Command:
    """One process to be timed; ``fresh`` is a folder that is emptied before each start."""

    name: str
    peer: str
    arguments: tuple[str, ...]
    fresh: Path | None = None


def measure_cold(run: Run, corpus: Corpus, peers: Sequence[str]) -> None:
    """Time all commands, rounds alternating, each time after a start that is not counted."""
    commands = _commands(corpus, peers)
    peaks: dict[str, int] = {}
    seconds: dict[str, list[float]] = {command.name: [] for command in commands}
    for number in range(run.options.rounds + 1):
        for command in list(commands):
            try:
                if number == 0:
                    peaks[command.name] = _peak(command, run.log)
                else:
                    _time(command, run.log)  # brings what it reads into memory
                    seconds[command.name].append(round(_time(command, run.log), 5))
            except EngineError as error:
                run.fail(command.peer, f"cold {command.name}", error)
                commands.remove(command)
        run.result.cold[:] = [
            ColdRow(c.name, _shown(c, corpus), tuple(seconds[c.name]), peaks[c.name])
            for c in _commands(corpus, peers)
            if seconds[c.name]
        ]
        run.save()
        run.say(f"cold: {f'round {number}' if number else 'warm-up'} done")


def _commands(corpus: Corpus, peers: Sequence[str]) -> list[Command]:
    commands = [Command(name, "python", ("-c", code)) for name, code in _BASELINES.items()]
    if "newsearch" in peers:
        commands += _newsearch_commands(corpus)
    for peer in peers:
        if peer not in _NOT_COLD:
            folder = str(index_folder(corpus, peer))
            arguments = ("-m", "benchmarks.once", peer, folder, *_WORDS)
            commands.append(Command(f"one query: {peer}", peer, arguments))
    return commands


def _newsearch_commands(corpus: Corpus) -> list[Command]:
    index = str(index_folder(corpus, "newsearch") / "index")
    fresh = work_folder() / "cold"
    query = ("-m", "newsearch", "query", "--index", index, "--any", *_WORDS)
    seeds = ("-m", "newsearch", "index", "--index", str(fresh / "index"), str(REPOSITORY / "seeds"))
    return [
        Command("import newsearch", "newsearch", ("-c", "import newsearch")),
        Command("newsearch query", "newsearch", query),
        Command("newsearch index seeds", "newsearch", seeds, fresh),
    ]


def _shown(command: Command, corpus: Corpus) -> str:
    text = shlex.join(("python", *command.arguments))
    return (
        text.replace(str(index_folder(corpus, command.peer)), "INDEX")
        .replace(str(work_folder() / "cold"), "NEW")
        .replace(str(REPOSITORY) + "/", "")
    )


def _time(command: Command, log: Path) -> float:
    """Run a process to its end and give its seconds."""
    start, process = _start(command, log)
    _, status = os.waitpid(process, 0)
    took_s = time.perf_counter() - start
    _check(command, status)
    return took_s


def _peak(command: Command, log: Path) -> int:
    """Run a process to its end and give its peak memory.

    The kernel's own figure for a finished child (ru_maxrss) may be that of the parent it was
    started from, so the running process is looked at every 2 ms, in a start that is not timed.
    """
    _, process = _start(command, log)
    peak = 0
    while True:
        peak = max(peak, peak_bytes(process))
        finished, status = os.waitpid(process, os.WNOHANG)
        if finished:
            _check(command, status)
            return peak
        time.sleep(_LOOK_EVERY_S)


def _start(command: Command, log: Path) -> tuple[float, int]:
    variables = environment()
    if command.fresh is not None:
        empty_folder(command.fresh)
        variables["NUMBA_CACHE_DIR"] = str(command.fresh / "numba")
    arguments = [sys.executable, *_NO_WARNINGS, *command.arguments]
    with log.open("ab") as output:
        streams = [(os.POSIX_SPAWN_DUP2, output.fileno(), stream) for stream in (1, 2)]
        start = time.perf_counter()
        return start, os.posix_spawn(sys.executable, arguments, variables, file_actions=streams)


def _check(command: Command, status: int) -> None:
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, _NO_ANSWER if "query" in command.arguments else 0):
        raise EngineError(f"exit status {code}")
