"""How long it takes to count and to show everything that matches, not only the ten best.

Measured, in a process whose kernels are compiled: processor time of facets by source and of counts
by day over all articles, as for 100,000 of them, the slower of the two; and wall time of 10,000
lines of a concordance of the commonest word. Medians. Left out: words between, and several fields.

``python -m benchmarks.matches INDEX`` is that process; it prints its figures as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median

import newsearch
from benchmarks.corpora import Corpus
from benchmarks.processes import EngineError, environment
from benchmarks.results import SUBJECT
from benchmarks.run import Run, index_folder

COUNTING, LINES = "ms to count 100,000 matches", "s for 10,000 lines"
_ROUNDS = 9
_MATCHES, _LINES = 100_000, 10_000
_WORD = "the"
_LIMIT_S = 300.0


def measure_matches(run: Run, corpus: Corpus) -> None:
    """Record the figures of the subject's index; a failure is recorded instead."""
    index = str(index_folder(corpus, SUBJECT) / "index")
    command = [sys.executable, "-m", "benchmarks.matches", index]
    try:
        done = subprocess.run(
            command, check=True, capture_output=True, env=environment(), timeout=_LIMIT_S
        )
    except subprocess.SubprocessError as error:
        run.fail(SUBJECT, f"matches ({corpus.name})", EngineError(str(error)))
        return
    figures = json.loads(done.stdout)
    run.result.figures.update(figures)
    run.say(f"matches {corpus.name}: {', '.join(f'{v:.3g} {k}' for k, v in figures.items())}")
    run.save()


def figures_of(index: newsearch.Index) -> dict[str, float]:
    """Time counts and lines of an open index; what it has nothing for is left out."""
    figures: dict[str, float] = {}
    if total := index.count("*"):
        counts = (lambda: index.facets(by="source"), lambda: index.aggregate("*", by="day"))
        slower_s = max(_median_s(one, time.process_time) for one in counts)
        figures[COUNTING] = slower_s * 1e3 * _MATCHES / total
    lines = index.concordance(_WORD, limit=_LINES)
    if n_lines := sum(1 for _ in lines):
        seconds = _median_s(lambda: sum(1 for _ in islice(lines, n_lines)), time.perf_counter)
        figures[LINES] = seconds * _LINES / n_lines
    return figures


def _median_s(work: Callable[[], object], clock: Callable[[], float]) -> float:
    seconds = []
    for _ in range(_ROUNDS + 1):
        began = clock()
        work()
        seconds.append(clock() - began)
    return median(seconds[1:])


def main(folder: str) -> None:
    """Print the figures of an index."""
    with newsearch.open_index(Path(folder)) as index:
        index._open_searcher().compile()
        print(json.dumps(figures_of(index)))


if __name__ == "__main__":
    main(*sys.argv[1:])
