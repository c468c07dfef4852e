"""How many queries a second several threads answer on one open index.

Measured: wall time of the same queries in one thread and shared out over several, which begin
together, and as one batch that the engine shares out itself, where it can; alternating, after one
pass of each that is not counted. Engines whose readers one process may share. Left out: processes,
and threads that do anything but search.
"""

from __future__ import annotations

from benchmarks.corpora import Corpus
from benchmarks.peers import peer_class
from benchmarks.processes import EngineError, EngineProcess
from benchmarks.queries import build_queries
from benchmarks.results import ThreadsRow
from benchmarks.run import Run, index_folder

THREAD_COUNTS = (1, 2)
THREADED_KINDS = ("or", "and", "phrase", "snippets")
BATCHED_KINDS = ("or", "and")
_MOST_QUERIES = 1000
_LIMIT_S = 300.0
_REQUESTS = {"search": "share", "search_many": "many"}


def measure_threads(run: Run, corpus: Corpus, peers: list[str]) -> None:
    """Time every kind with every number of threads, rounds alternating."""
    built, origin = build_queries(corpus, seed=run.options.seed, limit=run.options.query_limit)
    run.result.queries[corpus.name] = origin
    queries = {kind: [q.as_dict() for q in built[kind][:_MOST_QUERIES]] for kind in THREADED_KINDS}
    for peer in peers:
        if not peer_class(peer).is_shared_by_threads:
            continue
        try:
            with run.start(peer) as engine:
                folder = str(index_folder(corpus, peer))
                engine.ask(_LIMIT_S, do="open", folder=folder)
                engine.ask(_LIMIT_S, do="load", queries=queries)
                for kind in THREADED_KINDS:
                    _measure(run, corpus, peer, engine, kind, "search")
                for kind in BATCHED_KINDS if peer_class(peer).takes_batches else ():
                    _measure(run, corpus, peer, engine, kind, "search_many")
        except EngineError as error:
            run.fail(peer, f"threads ({corpus.name})", error)


def _measure(
    run: Run, corpus: Corpus, peer: str, engine: EngineProcess, kind: str, call: str
) -> None:
    seconds: dict[int, list[float]] = {count: [] for count in THREAD_COUNTS}
    n_queries = 0
    for number in range(run.options.rounds + 1):
        for count, found in seconds.items():
            reply = engine.ask(
                _LIMIT_S, do=_REQUESTS[call], kind=kind, threads=count, limit=run.options.hits
            )
            n_queries = reply["queries"]
            if number:
                found.append(round(reply["seconds"], 5))
    for count, found in seconds.items():
        row = ThreadsRow(peer, corpus.name, kind, count, n_queries, tuple(found), call)
        run.result.threads.append(row)
    run.save()
    run.say(f"threads {corpus.name} {kind}, {call}: {peer} done")
