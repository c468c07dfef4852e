"""The process of one engine: ``python -m benchmarks.worker NAME``.

Requests come as one JSON object a line on standard input, replies go the same way to what was
standard output; whatever the engine itself prints goes to standard error.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.kinds import Query
from benchmarks.peers import Peer, peer_class

Reply = dict[str, Any]


class Worker:
    """Carries out requests on one engine."""

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        self._queries: dict[str, list[Query]] = {}

    def reply(self, request: dict[str, Any]) -> Reply:
        """Do what the request's ``do`` names, with its other values as arguments."""
        actions: dict[str, Callable[..., Reply]] = {
            "index": self._index,
            "open": self._open,
            "load": self._load,
            "run": self._run,
            "count": self._count,
            "share": self._share,
            "many": self._many,
            "peak": lambda: {"peak_bytes": self._peer.peak_bytes()},
        }
        arguments = dict(request)
        return actions[arguments.pop("do")](**arguments)

    def _index(self, corpus: str, folder: str) -> Reply:
        self._peer.prepare()
        before = self._peer.peak_bytes()
        cpu_s, start = self._peer.cpu_seconds(), time.perf_counter()
        self._peer.index(Path(corpus), Path(folder))
        return {
            "seconds": time.perf_counter() - start,
            "cpu_s": self._peer.cpu_seconds() - cpu_s,
            "peak_bytes": self._peer.peak_bytes(),
            "before_bytes": before,
        }

    def _open(self, folder: str) -> Reply:
        self._peer.prepare()
        start = time.perf_counter()
        self._peer.open(Path(folder))
        self._peer.settle()
        return {"seconds": time.perf_counter() - start}

    def _load(self, queries: dict[str, list[dict[str, Any]]]) -> Reply:
        self._queries = {
            kind: [Query.from_dict(record) for record in records]
            for kind, records in queries.items()
        }
        return {}

    def _run(self, kind: str, count: int, limit: int, budget_s: float) -> Reply:
        """Answer the first ``count`` queries of a kind, fewer when the time is up."""
        gc.collect()
        answers = []
        deadline = time.perf_counter() + budget_s
        for query in self._queries[kind][:count]:
            answers.append(asdict(self._peer.answer(query, limit)))
            if time.perf_counter() > deadline:
                break
        return {"answers": answers}

    def _many(self, kind: str, threads: int, limit: int) -> Reply:
        """Answer all queries of a kind as one batch."""
        gc.collect()
        began = time.perf_counter()
        self._peer.search_many(self._queries[kind], limit, threads)
        return {"seconds": time.perf_counter() - began, "queries": len(self._queries[kind])}

    def _share(self, kind: str, threads: int, limit: int) -> Reply:
        """Answer all queries of a kind, shared out over threads that begin together."""
        gc.collect()
        queries = self._queries[kind]
        start = threading.Barrier(threads + 1)

        def work(number: int) -> None:
            start.wait()
            for query in queries[number::threads]:
                self._peer.search(query, limit)

        with ThreadPoolExecutor(threads) as pool:
            done = [pool.submit(work, number) for number in range(threads)]
            start.wait()
            began = time.perf_counter()
            for future in done:
                future.result()
            return {"seconds": time.perf_counter() - began, "queries": len(queries)}

    def _count(self, kind: str, count: int, budget_s: float) -> Reply:
        """Count the matches of queries, whatever their kind; not timed."""
        totals = []
        deadline = time.perf_counter() + budget_s
        for query in self._queries[kind][:count]:
            totals.append(self._peer.count(query))
            if time.perf_counter() > deadline:
                break
        return {"totals": totals}


def main() -> None:
    """Serve until standard input ends."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    peer = peer_class(sys.argv[1])()
    worker = Worker(peer)
    for line in sys.stdin:
        try:
            reply = worker.reply(json.loads(line))
        except Exception as error:  # an engine may fail in any way; the run must go on
            traceback.print_exc()
            reply = {"error": f"{type(error).__name__}: {error}"[:500]}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
    peer.close()


if __name__ == "__main__":
    main()
