"""What a run found, kept as plain JSON values so that it can be saved after every round."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SCHEMA = 1
SUBJECT = "newsearch"
P99_QUERIES = 100
"""A 99th percentile of fewer queries than these would be one of the slowest few."""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """Indexing of one corpus by one engine.

    Parameters
    ----------
    seconds
        One value a round: reading, analysing, writing, until durable and searchable.
    cpu_s
        Processor time of the same rounds, all threads: what is left of the differences when the
        machine had other work to do.
    peak_bytes
        Highest resident memory of the engine's process in any round; ``before_bytes`` of it were
        there when indexing began (interpreter, libraries).
    """

    peer: str
    corpus: str
    articles: int
    text_bytes: int
    threads: int
    seconds: tuple[float, ...]
    cpu_s: tuple[float, ...]
    index_bytes: int
    peak_bytes: int
    before_bytes: int

    @property
    def median_s(self) -> float:
        """Median of the rounds."""
        return float(np.median(self.seconds))


@dataclass(frozen=True, slots=True)
class QueryRow:
    """Answers of one engine to one kind of query.

    Parameters
    ----------
    queries, available
        How many queries each round asked, and how many there are; fewer when the time given to an
        engine was up, and then the first ones of the shuffled list.
    round_means_ms
        Mean latency of each round.
    p50_ms, p95_ms, p99_ms
        Percentiles over the queries, of each query's median over the rounds.
    """

    peer: str
    corpus: str
    kind: str
    queries: int
    available: int
    round_means_ms: tuple[float, ...]
    p50_ms: float
    p95_ms: float
    p99_ms: float

    @property
    def mean_ms(self) -> float:
        """Median of the rounds' means."""
        return float(np.median(self.round_means_ms))

    @property
    def has_p99(self) -> bool:
        """Whether there are queries enough for a 99th percentile that means something."""
        return self.queries >= P99_QUERIES


@dataclass(frozen=True, slots=True)
class PairRow:
    """Latencies of newsearch and a peer over the queries that both answered.

    Parameters
    ----------
    queries
        How many both answered: engines ask the first ones of one shuffled list.
    own_ms, peer_ms
        Means over those queries, of each query's median over the rounds.
    own_p99_ms, peer_p99_ms
        99th percentiles over them; 0 where fewer than `P99_QUERIES` were answered.
    """

    corpus: str
    kind: str
    peer: str
    queries: int
    own_ms: float
    peer_ms: float
    own_p99_ms: float = 0.0
    peer_p99_ms: float = 0.0

    @property
    def ratio(self) -> float:
        """Mean of newsearch over that of the peer; below 1, newsearch is faster."""
        return self.own_ms / self.peer_ms

    @property
    def p99_ratio(self) -> float | None:
        """The same of the 99th percentiles; None for a sample too small to have one."""
        return self.own_p99_ms / self.peer_p99_ms if self.peer_p99_ms else None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """How far two engines give the same answers to the same queries.

    Parameters
    ----------
    share
        Mean over the queries both answered. ``or and phrase dates``: common articles of the two
        top tens over the longer one. ``newest``: the same of their dates. ``prefix count total``:
        the smaller number of matches over the larger.
    """

    corpus: str
    kind: str
    left: str
    right: str
    queries: int
    share: float


@dataclass(frozen=True, slots=True)
class ColdRow:
    """One whole process, started anew each round."""

    name: str
    command: str
    seconds: tuple[float, ...]
    peak_bytes: int

    @property
    def median_s(self) -> float:
        """Median of the rounds."""
        return float(np.median(self.seconds))


@dataclass(frozen=True, slots=True)
class ThreadsRow:
    """Queries of one kind answered by some threads of one process.

    Parameters
    ----------
    seconds
        Wall time of all queries, one value a round.
    call
        ``search``: the threads are ours, each asks one query after another. ``search_many``: they
        are the engine's, which gets all queries at once.
    """

    peer: str
    corpus: str
    kind: str
    threads: int
    queries: int
    seconds: tuple[float, ...]
    call: str = "search"

    @property
    def queries_per_s(self) -> float:
        """Of the median round."""
        return self.queries / float(np.median(self.seconds))


@dataclass(slots=True)
class Result:
    """One run. Grows while it goes on.

    Parameters
    ----------
    labels
        What readers see for an engine where its name would mislead, as in results of an older one.
    figures
        What has one value a run.
    """

    question: str
    options: dict[str, Any]
    machine: dict[str, Any]
    started: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    finished: str = ""
    is_interrupted: bool = False
    load_average: dict[str, list[float]] = field(default_factory=dict)
    versions: dict[str, dict[str, str]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    failures: list[dict[str, str]] = field(default_factory=list)
    corpora: list[dict[str, Any]] = field(default_factory=list)
    queries: dict[str, str] = field(default_factory=dict)
    query_memory_bytes: dict[str, dict[str, int]] = field(default_factory=dict)
    indexing: list[IndexRow] = field(default_factory=list)
    querying: list[QueryRow] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    pairs: list[PairRow] = field(default_factory=list)
    agreement: list[AgreementRow] = field(default_factory=list)
    cold: list[ColdRow] = field(default_factory=list)
    threads: list[ThreadsRow] = field(default_factory=list)
    schema: int = SCHEMA

    def label(self, peer: str) -> str:
        """Return what readers see for an engine."""
        return self.labels.get(peer, peer)

    def save(self, path: Path) -> None:
        """Write as JSON, replacing the file at once."""
        partial = path.with_suffix(".tmp")
        partial.write_text(json.dumps(asdict(self), indent=1) + "\n")
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Result:
        """Read a saved result.

        Raises
        ------
        ValueError
            When the file is not one of this program's.
        """
        record = json.loads(path.read_text())
        if not isinstance(record, dict) or record.get("schema") != SCHEMA:
            raise ValueError(f"{path}: no benchmark result of schema {SCHEMA}")
        rows = {
            "indexing": IndexRow,
            "querying": QueryRow,
            "pairs": PairRow,
            "agreement": AgreementRow,
            "cold": ColdRow,
            "threads": ThreadsRow,
        }
        for name, row_class in rows.items():
            # Results of before a question was asked have no rows of it.
            record[name] = [row_class(**_as_tuples(row)) for row in record.get(name, ())]
        return cls(**record)


def _as_tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}


def summarise(
    peer: str, corpus: str, kind: str, available: int, rounds: Sequence[Sequence[float]]
) -> QueryRow:
    """Sum up the latencies of some rounds.

    Parameters
    ----------
    rounds
        Seconds; one sequence a round, the same queries in each.
    """
    latencies = _milliseconds(rounds)
    p50, p95, p99 = np.percentile(np.median(latencies, axis=0), (50, 95, 99))
    return QueryRow(
        peer=peer,
        corpus=corpus,
        kind=kind,
        queries=latencies.shape[1],
        available=available,
        round_means_ms=tuple(round(float(mean), 6) for mean in latencies.mean(axis=1)),
        p50_ms=round(float(p50), 6),
        p95_ms=round(float(p95), 6),
        p99_ms=round(float(p99), 6),
    )


def pair_up(
    corpus: str, kind: str, peer: str, rounds: Mapping[str, Sequence[Sequence[float]]]
) -> PairRow:
    """Sum up the latencies of newsearch and of a peer over the queries that both answered.

    Parameters
    ----------
    rounds
        Seconds by engine, as for `summarise`; the n-th of every engine is the same query's.
    """
    medians = [np.median(_milliseconds(rounds[name]), axis=0) for name in (SUBJECT, peer)]
    common = min(map(len, medians))
    both = [found[:common] for found in medians]
    means = [round(float(found.mean()), 6) for found in both]
    p99s = [round(float(np.percentile(found, 99)), 6) for found in both]
    return PairRow(corpus, kind, peer, common, *means, *(p99s if common >= P99_QUERIES else ()))


def _milliseconds(rounds: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Return the latencies of the queries that every round asked, shape ``(rounds, queries)``."""
    shortest = min(len(seconds) for seconds in rounds)
    return np.array([seconds[:shortest] for seconds in rounds]) * 1e3
