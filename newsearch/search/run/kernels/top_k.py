"""A heap of the best articles under the one order of hits, compiled.

Key descending, then newest, then hash of the id ascending. A heap, because a run of 1,000 hits a
topic is as ordinary a request as a page of 10. :data:`views.TopK` says what it is made of.
"""

from __future__ import annotations

import numpy as np

from newsearch.compiling import Array, Float, Int, brief, kernel
from newsearch.search.run.kernels.views import DATE, DOCNUM, ID_HASH, KEY, SCORE, TopK


@kernel
def threshold(values: Array, size: Array) -> Float:
    """Return the key of the k-th best article; -inf while there are fewer than k."""
    return values[KEY, 0] if size[0] == values.shape[1] else -np.inf


@kernel
def ranks_after(values: Array, ids: Array, slot: Int, rank: tuple[Float, Int, Int]) -> bool:
    """Whether the article in a slot ranks after one of the given key, date and hash."""
    key, date, id_hash = rank
    if values[KEY, slot] != key:
        return bool(values[KEY, slot] < key)
    if ids[DATE, slot] != date:
        return bool(ids[DATE, slot] < date)
    return bool(ids[ID_HASH, slot] > id_hash)


@kernel
def offer(
    values: Array, ids: Array, size: Array, rank: tuple[Float, Int, Int], score: Float, docnum: Int
) -> None:
    """Keep an article in the heap of `values`, `ids` and `size` if it is among the k best.

    `rank`: key, date and id hash of the article. `docnum` is global.
    """
    n = size[0]
    if n < values.shape[1]:
        slot = _slot_from_bottom(values, ids, n, rank)
        size[0] = n + 1
    elif ranks_after(values, ids, 0, rank):
        slot = _slot_from_top(values, ids, n, rank)
    else:
        return
    _put(values, ids, slot, rank, score, docnum)


def ranked(top: TopK) -> tuple[list[int], list[float]]:
    """Return global docnums and scores, best first; after this the arrays are no longer a heap."""
    values, ids, size = top
    put_in_order(values, ids, size)
    n = size.item()
    return ids[DOCNUM, :n].tolist(), values[SCORE, :n].tolist()


@brief
def put_in_order(values: Array, ids: Array, size: Array) -> None:
    """Sort a heap, the best first (Williams, Algorithm 232: Heapsort, CACM 7, 1964)."""
    for last in range(size[0] - 1, 0, -1):
        rank = values[KEY, last], ids[DATE, last], ids[ID_HASH, last]
        score, docnum = values[SCORE, last], ids[DOCNUM, last]
        _move(values, ids, 0, last)
        _put(values, ids, _slot_from_top(values, ids, last, rank), rank, score, docnum)


@kernel
def _put(
    values: Array, ids: Array, slot: Int, rank: tuple[Float, Int, Int], score: Float, docnum: Int
) -> None:
    values[KEY, slot], ids[DATE, slot], ids[ID_HASH, slot] = rank
    values[SCORE, slot] = score
    ids[DOCNUM, slot] = docnum


@kernel
def _slot_from_bottom(values: Array, ids: Array, slot: Int, rank: tuple[Float, Int, Int]) -> Int:
    while slot > 0:
        parent = (slot - 1) >> 1
        if ranks_after(values, ids, parent, rank):
            break
        _move(values, ids, parent, slot)
        slot = parent
    return slot


@kernel
def _slot_from_top(values: Array, ids: Array, size: Int, rank: tuple[Float, Int, Int]) -> Int:
    slot: Int = 0
    while 2 * slot + 1 < size:
        child = 2 * slot + 1
        first = (values[KEY, child], ids[DATE, child], ids[ID_HASH, child])
        if child + 1 < size and ranks_after(values, ids, child + 1, first):
            child += 1
        if not ranks_after(values, ids, child, rank):
            break
        _move(values, ids, child, slot)
        slot = child
    return slot


@kernel
def _move(values: Array, ids: Array, source: Int, target: Int) -> None:
    for row in range(values.shape[0]):
        values[row, target] = values[row, source]
    for row in range(ids.shape[0]):
        ids[row, target] = ids[row, source]
