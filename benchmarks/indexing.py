"""How fast, how large, how much memory: indexing a corpus from nothing.

Measured: wall and processor time from opening the JSONL file to a durable, searchable index,
reading and JSON included, imports not; a new process and an empty folder each round. Size of all
files, peak resident memory of the process. Left out: updates, deletions, a cold disk cache (the
file has just been written or read), the time that the system takes to write back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from benchmarks.corpora import Corpus
from benchmarks.machine import folder_bytes
from benchmarks.peers import peer_class
from benchmarks.processes import EngineError
from benchmarks.results import IndexRow
from benchmarks.run import Run, empty_folder, finished_mark, index_folder

_LEFT_OUT = "left out: by its time on a smaller corpus {:.0f} s, more than the {:.0f} s given"


def index_corpus(
    run: Run,
    corpus: Corpus,
    *,
    peers: Sequence[str] | None = None,
    rounds: int | None = None,
    reused: Sequence[str] = (),
) -> list[str]:
    """Index a corpus with every engine of the run, or those named, rounds alternating.

    The last indexes stay on disk.

    Returns
    -------
    list of str
        The engines that have an index now.
    """
    run.add_corpus(corpus)
    peers = run.peers if peers is None else peers
    replies: dict[str, list[dict[str, Any]]] = {peer: [] for peer in peers}
    fresh = [peer for peer in peers if peer not in reused]
    active = [peer for peer in fresh if not _is_hopeless(run, peer, corpus)]
    for number in range(run.options.rounds if rounds is None else rounds):
        for peer in list(active):
            if not _fits(run, replies[peer]):
                active.remove(peer)
                continue
            try:
                replies[peer].append(_index_once(run, corpus, peer))
            except EngineError as error:
                run.fail(peer, f"index {corpus.name}", error)
                active.remove(peer)
                continue
            _record(run, corpus, peer, replies[peer])
            seconds = replies[peer][-1]["seconds"]
            run.say(f"index {corpus.name} round {number + 1}: {peer} {seconds:.1f} s")
    return [peer for peer, found in replies.items() if found or peer in reused]


def _index_once(run: Run, corpus: Corpus, peer: str) -> dict[str, Any]:
    folder = empty_folder(index_folder(corpus, peer))
    with run.start(peer) as engine:
        reply = engine.ask(
            run.options.index_limit_s, do="index", corpus=str(corpus.path), folder=str(folder)
        )
    finished_mark(folder).write_text(json.dumps(run.result.versions[peer]))
    return reply | {"index_bytes": folder_bytes(folder)}


def have_indexes(run: Run, corpus: Corpus, *, peers: Sequence[str] | None = None) -> list[str]:
    """Index a corpus once with every engine, or reuse what an earlier run left, if asked to.

    An index is reused when it was finished by the same version of its engine. Whether newsearch's
    own code has changed since is not looked at.
    """
    peers = run.peers if peers is None else peers
    found = [peer for peer in peers if run.options.reuse and _is_left(run, corpus, peer)]
    run.say(f"reusing the indexes of {', '.join(found) or 'no engine'}")
    return index_corpus(run, corpus, peers=peers, rounds=1, reused=found)


def _is_left(run: Run, corpus: Corpus, peer: str) -> bool:
    mark = finished_mark(index_folder(corpus, peer))
    return mark.exists() and json.loads(mark.read_text()) == run.result.versions[peer]


def _fits(run: Run, replies: list[dict[str, Any]]) -> bool:
    """Whether one more round like the last one stays within the engine's time."""
    seconds = [reply["seconds"] for reply in replies]
    return not seconds or sum(seconds) + seconds[-1] <= run.options.index_budget_s


def _is_hopeless(run: Run, peer: str, corpus: Corpus) -> bool:
    """Leave out an engine that, by its time on a smaller corpus, cannot finish; say so."""
    smaller = [
        row.median_s * corpus.text_bytes / row.text_bytes
        for row in run.result.indexing
        if row.peer == peer and row.text_bytes < corpus.text_bytes
    ]
    limit_s = run.options.index_limit_s
    if not smaller or smaller[-1] <= limit_s:
        return False
    run.fail(peer, f"index {corpus.name}", _LEFT_OUT.format(smaller[-1], limit_s))
    return True


def _record(run: Run, corpus: Corpus, peer: str, replies: list[dict[str, Any]]) -> None:
    rows = run.result.indexing
    rows[:] = [row for row in rows if (row.peer, row.corpus) != (peer, corpus.name)]
    rows.append(
        IndexRow(
            peer=peer,
            corpus=corpus.name,
            articles=corpus.articles,
            text_bytes=corpus.text_bytes,
            threads=peer_class(peer).index_threads,
            seconds=tuple(round(reply["seconds"], 4) for reply in replies),
            cpu_s=tuple(round(reply["cpu_s"], 3) for reply in replies),
            index_bytes=replies[-1]["index_bytes"],
            peak_bytes=max(reply["peak_bytes"] for reply in replies),
            before_bytes=max(reply["before_bytes"] for reply in replies),
        )
    )
    run.save()
