"""How long a query takes in a warm process, by kind, and whether the answers agree.

Measured: from the words to the keys of the ten hits (the snippets, the count), one query after the
other on one thread, index open, two passes over the queries before. Each round asks the same
queries; engines alternate within a round, kind by kind. Left out: many readers at once (see
`benchmarks.threads`), queries while the index grows, the first query after opening (see
`benchmarks.cold`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from benchmarks.agreement import compare
from benchmarks.corpora import Corpus
from benchmarks.kinds import KINDS, MIXED, Query
from benchmarks.peers import Answer, peer_class
from benchmarks.processes import EngineError, EngineProcess
from benchmarks.queries import build_queries
from benchmarks.results import SUBJECT, pair_up, summarise
from benchmarks.run import Run, index_folder

_COUNTED_PREFIXES = 200
# What an engine loads or compiles for its first queries (5 s for some Numba kernels) is not to cost
# it its sample: these are asked before any time runs.
_FIRST_QUERIES = 10
_FIRST_S = 60.0
# Beyond the time for its queries, an engine may need a while for the last one and the reply.
_GRACE_S = 120.0
# Opened for the first time on a machine, some engines compile for a minute or more.
_OPEN_S = 600.0


class QueryBench:
    """Engines that are open on one corpus, and what they answered."""

    def __init__(self, run: Run, corpus: Corpus, kinds: Sequence[str]) -> None:
        self._run = run
        self._corpus = corpus
        built, origin = build_queries(corpus, seed=run.options.seed, limit=run.options.query_limit)
        self._queries: Mapping[str, Sequence[Query]] = {kind: built[kind] for kind in kinds}
        self._engines: dict[str, EngineProcess] = {}
        self._rounds: dict[tuple[str, str], list[list[float]]] = {}
        self._counts: dict[tuple[str, str], int] = {}
        self._answers: dict[str, dict[str, list[Answer]]] = {}
        run.result.queries[corpus.name] = origin

    def measure(self, peers: Sequence[str]) -> None:
        """Open the engines, warm up, compare the answers, then measure round by round."""
        with ExitStack() as stack:
            for peer in peers:
                self._open(peer, stack)
            for kind in self._queries:
                for peer in list(self._engines):
                    self._warm_up(peer, kind)
            self._compare()
            for number in range(self._run.options.rounds):
                self._round(number)
                self._record_memory()
                self._run.save()

    def _open(self, peer: str, stack: ExitStack) -> None:
        records = {
            kind: [query.as_dict() for query in queries] for kind, queries in self._queries.items()
        }
        engine = stack.enter_context(self._run.start(peer))
        self._engines[peer] = engine
        folder = str(index_folder(self._corpus, peer))
        if self._ask(peer, "open", do="open", folder=folder, timeout_s=_OPEN_S) is not None:
            self._ask(peer, "load queries", do="load", queries=records)

    def _ask(
        self, peer: str, what: str, *, timeout_s: float = _GRACE_S, **request: Any
    ) -> dict[str, Any] | None:
        """Ask an engine; when it fails, record that and go on without it."""
        try:
            return self._engines[peer].ask(self._run.options.budget_s + timeout_s, **request)
        except EngineError as error:
            self._run.fail(peer, f"{what} ({self._corpus.name})", error)
            self._engines.pop(peer).close(kill=True)
            return None

    def _warm_up(self, peer: str, kind: str) -> None:
        """Ask all queries, or as many as there is time for, twice; the second time decides.

        Compilers and caches are warm by then: the queries asked in that pass are measured.
        """
        if kind not in peer_class(peer).kinds:
            return
        self._answer(peer, kind, _FIRST_QUERIES, budget_s=_FIRST_S)
        if peer in self._engines:
            self._answer(peer, kind, len(self._queries[kind]))
        if peer not in self._engines:
            return
        answers = self._answer(peer, kind, len(self._queries[kind]))
        if answers:
            self._counts[peer, kind] = len(answers)
            self._answers.setdefault(kind, {})[peer] = answers
            mean_ms = 1e3 * sum(answer.seconds for answer in answers) / len(answers)
            self._run.say(f"warm up {kind}: {peer} {len(answers)} queries, {mean_ms:.3f} ms")

    def _answer(
        self, peer: str, kind: str, count: int, *, budget_s: float | None = None
    ) -> list[Answer]:
        options = self._run.options
        reply = self._ask(
            peer,
            f"query {kind}",
            do="run",
            kind=kind,
            count=count,
            limit=options.hits,
            budget_s=options.budget_s if budget_s is None else budget_s,
        )
        return [_answer(record) for record in reply["answers"]] if reply else []

    def _round(self, number: int) -> None:
        for kind in self._queries:
            for peer in list(self._engines):
                if seconds := self._timed(peer, kind):
                    self._rounds.setdefault((peer, kind), []).append(seconds)
        self._run.say(f"query {self._corpus.name}: round {number + 1} done")
        rows = self._run.result.querying
        rows[:] = [row for row in rows if row.corpus != self._corpus.name]
        for (peer, kind), rounds in self._rounds.items():
            available = len(self._queries[kind])
            rows.append(summarise(peer, self._corpus.name, kind, available, rounds))
        pairs = self._run.result.pairs
        pairs[:] = [pair for pair in pairs if pair.corpus != self._corpus.name]
        for kind in self._queries:
            by_peer = {peer: rounds for (peer, k), rounds in self._rounds.items() if k == kind}
            for peer in by_peer.keys() - {SUBJECT} if SUBJECT in by_peer else ():
                pairs.append(pair_up(self._corpus.name, kind, peer, by_peer))

    def _timed(self, peer: str, kind: str) -> list[float]:
        """Ask the queries of a kind twice and give the seconds of the second time.

        Since the last round other engines have had their turn, and a machine may have taken the
        pages of an index from memory that nobody looked at meanwhile.
        """
        for _ in range(2):
            if (peer, kind) not in self._counts or peer not in self._engines:
                return []
            answers = self._answer(peer, kind, self._counts[peer, kind])
        return [answer.seconds for answer in answers]

    def _compare(self) -> None:
        totals: dict[str, list[Answer]] = {}
        if "prefix" in self._answers:
            for peer in [peer for peer in self._answers["prefix"] if peer in self._engines]:
                reply = self._ask(
                    peer,
                    "count prefix",
                    do="count",
                    kind="prefix",
                    count=_COUNTED_PREFIXES,
                    budget_s=self._run.options.budget_s,
                )
                totals[peer] = (
                    [Answer(0.0, (), total) for total in reply["totals"]] if reply else []
                )
        self._run.result.agreement += compare(self._corpus, self._answers, totals)
        self._answers.clear()

    def _record_memory(self) -> None:
        memory = self._run.result.query_memory_bytes.setdefault(self._corpus.name, {})
        for peer in list(self._engines):
            if reply := self._ask(peer, "peak memory", do="peak"):
                memory[peer] = reply["peak_bytes"]


def query_corpus(
    run: Run, corpus: Corpus, peers: Sequence[str], kinds: Sequence[str] = (*KINDS, MIXED)
) -> None:
    """Measure queries on the indexes that `benchmarks.indexing` left."""
    run.add_corpus(corpus)
    QueryBench(run, corpus, kinds).measure(peers)


def _answer(record: dict[str, Any]) -> Answer:
    return Answer(record["seconds"], tuple(record["keys"]), record["total"])
