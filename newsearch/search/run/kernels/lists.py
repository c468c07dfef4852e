"""Articles that are already scored, such as those with a phrase, block by block, compiled."""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS
from newsearch.compiling import Array, Float, Int, inlined, kernel
from newsearch.search.run.kernels.views import Lists

_ROUND_UP: Final = np.float32(1 + 1.5e-7)
"""A bound rounded to float32 and raised by this much is not too low."""


@kernel
def cut_lists(starts: Array, docnums: Array, n_blocks: Int) -> Array:
    """Find where each list enters each block, ``(n_lists, n_blocks + 1)``; see `views.Lists`."""
    entries = np.empty((len(starts) - 1, n_blocks + 1), np.int64)
    for number in range(len(starts) - 1):
        at = starts[number]
        for block in range(n_blocks + 1):
            while at < starts[number + 1] and docnums[at] >> BLOCK_BITS < block:
                at += 1
            entries[number, block] = at
    return entries


@kernel
def bound_lists(lists: Lists, entries: Array, reach: Array) -> None:
    """Add the best score that each list has in a block to what the block can reach, a float32.

    `entries`: from :func:`cut_lists`.
    """
    for number in range(len(entries)):
        for block in range(len(reach)):
            best = np.float32(0)
            for at in range(entries[number, block], entries[number, block + 1]):
                best = max(best, np.float32(lists[2][at]) * _ROUND_UP)
            reach[block] += best


@inlined
def add_lists(
    lists: Lists, entries: Array, block: Int, sums: Array, docs: Array, n_docs: Int
) -> Int:
    """Add the lists' scores of a block to the sums; list articles that had none; return how many.

    `sums`: float32 by docnum in the block. `docs`: the docnums whose sum is not 0, `n_docs` of
    them.
    """
    for number in range(len(entries)):
        for at in range(entries[number, block], entries[number, block + 1]):
            doc = lists[1][at] & (BLOCK_DOCS - 1)
            before = sums[doc]
            docs[min(n_docs, BLOCK_DOCS)] = doc
            n_docs += before == 0 and n_docs < BLOCK_DOCS
            sums[doc] = before + np.float32(lists[2][at])
    return n_docs


@kernel
def score_in_lists(lists: Lists, entries: Array, block: Int, doc: Int) -> Float:
    """Add up what the lists give an article of a block, in their order."""
    docnum = block << BLOCK_BITS | doc
    score = 0.0
    for number in range(len(entries)):
        for at in range(entries[number, block], entries[number, block + 1]):
            if lists[1][at] == docnum:
                score += lists[2][at]
    return score
