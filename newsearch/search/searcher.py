"""Runs a parsed query on a snapshot and puts the hits in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from newsearch.index.snapshot import Snapshot
from newsearch.schema import NO_DATE_S
from newsearch.search.numpy_path import Matches, score_all

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
    found = score_all(snapshot.segments, tree)
    best = _order(snapshot, found, sort)[:limit]
    return Ranking(found.docnums[best].tolist(), found.scores[best].tolist(), len(found.docnums))


def _order(snapshot: Snapshot, found: Matches, sort: Sort) -> NDArray[np.intp]:
    dates = snapshot.column("date", found.docnums)
    hashes = snapshot.column("id_hash", found.docnums)
    # ~x sorts integers in descending order where -x would overflow.
    if sort == "relevance":
        return np.lexsort((hashes, ~dates, -found.scores))
    if sort == "newest":
        return np.lexsort((hashes, ~dates))
    return np.lexsort((hashes, dates, dates == NO_DATE_S))
