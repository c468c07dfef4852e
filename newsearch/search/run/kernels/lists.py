"""Articles that are already scored, such as those with a phrase, block by block, compiled."""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS
from newsearch.compiling import (
    Array,
    Float,
    Int,
    inlined,
    kernel,
    load_f32,
    load_f64,
    load_i64,
    load_u8,
)
from newsearch.search.run.bitmaps import BLOCK_WORDS, Bitmap
from newsearch.search.run.kernels.views import Lists

_ONE: Final = np.uint64(1)
_ROUND_UP: Final = np.float32(1 + 1.5e-7)
"""A bound rounded to float32 and raised by this much is not too low."""


@inlined
def _scores_at(n_blocks: Int) -> Int:
    """Return which item of a list its first score is."""
    return n_blocks + 1 + ((n_blocks + 1) >> 1)


@kernel
def cut(docnums: Array, scores: Array, n_blocks: Int) -> Array:
    """Cut a list into the blocks of its segment; returns the data of a `views.CutList`."""
    first, n = _scores_at(n_blocks), len(docnums)
    data = np.zeros(first + n + ((n + 7) >> 3), np.int64)
    bounds = data[n_blocks + 1 :].view(np.float32)
    kept, docs = data[first:].view(np.float64), data[first + n :].view(np.uint8)
    at: Int = 0
    for block in range(n_blocks):
        data[block] = at
        best = np.float32(0)
        while at < n and docnums[at] >> BLOCK_BITS == block:
            best = max(best, np.float32(scores[at]) * _ROUND_UP)
            kept[at], docs[at] = scores[at], docnums[at] & (BLOCK_DOCS - 1)
            at += 1
        bounds[block] = best
    data[n_blocks] = n
    return data


@inlined
def bound_in(listed: Int, n_blocks: Int, block: Int) -> Float:
    """Return the best score that a list has in a block, a float32; 0 where it has no article."""
    return load_f32(listed + 8 * (n_blocks + 1), block)


@inlined
def part_of(listed: Int, n_blocks: Int, block: Int) -> tuple[Int, Int, Int]:
    """Return addresses of the docnums and scores of a list in a block, and how many there are."""
    begin, end = load_i64(listed, block), load_i64(listed, block + 1)
    scores = listed + 8 * _scores_at(n_blocks)
    docs = scores + 8 * load_i64(listed, n_blocks)
    return docs + begin, scores + 8 * begin, end - begin


@kernel
def bound_lists(lists: Lists, reach: Array) -> None:
    """Add the best score that each list has in a block to what the block can reach, a float32."""
    for number in range(len(lists)):
        for block in range(len(reach)):
            reach[block] += bound_in(lists[number], len(reach), block)


@kernel
def mark_lists(lists: Lists, n_blocks: Int, out: Bitmap) -> None:
    """Add the articles of some lists to a bitmap."""
    for number in range(len(lists)):
        for block in range(n_blocks):
            docs, _, n = part_of(lists[number], n_blocks, block)
            for at in range(n):
                doc = load_u8(docs, at)
                out[block * BLOCK_WORDS + (doc >> 6)] |= _ONE << np.uint64(doc & 63)


@inlined
def add_lists(
    lists: Lists, n_blocks: Int, block: Int, sums: Array, docs: Array, n_docs: Int
) -> Int:
    """Add the lists' scores of a block to the sums; list articles that had none; return how many.

    `sums`: float32 by docnum in the block. `docs`: the docnums whose sum is not 0, `n_docs` of
    them.
    """
    for number in range(len(lists)):
        own, scores, n = part_of(lists[number], n_blocks, block)
        for at in range(n):
            doc = load_u8(own, at)
            before = sums[doc]
            docs[min(n_docs, BLOCK_DOCS)] = doc
            n_docs += before == 0 and n_docs < BLOCK_DOCS
            sums[doc] = before + np.float32(load_f64(scores, at))
    return n_docs


@kernel
def score_in_lists(lists: Lists, n_blocks: Int, block: Int, doc: Int) -> Float:
    """Add up what the lists give an article of a block, in their order."""
    score = 0.0
    for number in range(len(lists)):
        docs, scores, n = part_of(lists[number], n_blocks, block)
        for at in range(n):
            if load_u8(docs, at) == doc:
                score += load_f64(scores, at)
    return score
