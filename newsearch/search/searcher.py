"""Runs a parsed query on a snapshot and puts the hits in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from whoosh import query as whoosh_query

from newsearch.index.snapshot import Snapshot
from newsearch.search.stock import score_all

Sort = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best articles for a query, best first, and how many match in all.

    Parameters
    ----------
    docnums, scores
        Global docnums and scores of the first hits, in the same order.
    total
        Number of articles that match.
    """

    docnums: list[int]
    scores: list[float]
    total: int


def search(
    snapshot: Snapshot, tree: whoosh_query.Query, *, limit: int | None, sort: Sort
) -> Ranking:
    """Rank the articles that match.

    By relevance the order is score, then newest, then hash of the id; by date it is date, then
    hash of the id, with undated articles last either way. So it is the same after any merge or
    rebuild.
    """
    found = score_all(snapshot, tree)
    docnums = np.fromiter(found.keys(), dtype=np.int64, count=len(found))
    scores = np.fromiter(found.values(), dtype=np.float64, count=len(found))
    best = _order(snapshot, docnums, scores, sort)[:limit]
    return Ranking(docnums[best].tolist(), scores[best].tolist(), len(found))


def _order(
    snapshot: Snapshot,
    docnums: np.ndarray[tuple[int], np.dtype[np.int64]],
    scores: np.ndarray[tuple[int], np.dtype[np.float64]],
    sort: Sort,
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    dates = snapshot.column("date")[docnums]
    hashes = snapshot.column("id_hash")[docnums]
    # ~x sorts integers in descending order where -x would overflow.
    if sort == "relevance":
        return np.lexsort((hashes, ~dates, -scores))
    if sort == "newest":
        return np.lexsort((hashes, ~dates))
    undated = dates == np.iinfo(np.int64).min
    return np.lexsort((hashes, dates, undated))
