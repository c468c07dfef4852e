"""How much processor time the first use on a machine takes to compile all kernels.

Measured: a process that loads 2,000 articles and then waits for every kernel of search, in a new
folder for compiled code, less the same process once more with what the first one left. Left out:
kernels that only other sources or other sizes of an archive need.

``python -m benchmarks.kernels CORPUS FOLDER`` is that process.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks.corpora import Corpus, prepare, work_folder
from benchmarks.peers import peer_class
from benchmarks.processes import EngineError, environment
from benchmarks.results import SUBJECT
from benchmarks.run import Run, empty_folder

COMPILING = "CPU s to compile all kernels"
_ARTICLES = 2_000


def measure_compiling(run: Run, corpus: Corpus) -> None:
    """Record the processor time of compiling; a failure is recorded instead."""
    sample = prepare(corpus.name.partition("[")[0], limit=_ARTICLES, progress=run.say)
    folder = empty_folder(work_folder() / "kernels")
    try:
        seconds = [_cpu_seconds(sample, folder, run.log) for _ in range(2)]
    except EngineError as error:
        run.fail(SUBJECT, "compile all kernels", error)
        return
    run.result.figures[COMPILING] = round(seconds[0] - seconds[1], 2)
    run.say(f"kernels: {seconds[0]:.1f} CPU s, {seconds[1]:.1f} when they are compiled")
    run.save()


def _cpu_seconds(corpus: Corpus, folder: Path, log: Path) -> float:
    variables = environment() | {"NUMBA_CACHE_DIR": str(folder / "numba")}
    index = empty_folder(folder / "index")
    command = [sys.executable, "-m", "benchmarks.kernels", str(corpus.path), str(index)]
    with log.open("ab") as output:
        streams = [(os.POSIX_SPAWN_DUP2, output.fileno(), stream) for stream in (1, 2)]
        process = os.posix_spawn(sys.executable, command, variables, file_actions=streams)
    _, status, usage = os.wait4(process, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise EngineError(f"exit status {code}")
    return usage.ru_utime + usage.ru_stime


def main(corpus: str, folder: str) -> None:
    """Load a corpus and compile all that searches of it may need."""
    peer = peer_class(SUBJECT)()
    peer.index(Path(corpus), Path(folder))
    peer.open(Path(folder))
    peer.settle()
    peer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
