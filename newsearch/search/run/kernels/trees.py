"""Any query tree, compiled: a small postfix program run block by block.

A block's result is four words of bits and 256 scores, of which only those with a bit count. The
same program, run first over the bounds of all blocks, says which blocks can match and how well.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from newsearch.codec.coding.decoding import freq_at, list_docs, mark
from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS, HIGH_FREQ_BYTE
from newsearch.compiling import (
    Array,
    Float,
    Int,
    inlined,
    kernel,
    load_f64,
    load_i64,
    load_u8,
    trailing_zeros,
)
from newsearch.search.run.bitmaps import BLOCK_WORDS, Bitmap
from newsearch.search.run.kernels.entries import exact_freq, lay_out, must_stop
from newsearch.search.run.kernels.lists import bound_in, part_of
from newsearch.search.run.kernels.ranking import offer_article
from newsearch.search.run.kernels.scoring import norm_of, score_term
from newsearch.search.run.kernels.top_k import offer, threshold
from newsearch.search.run.kernels.views import (
    AND,
    AND_MAYBE,
    DATE,
    DATES,
    EVERY,
    ID_HASHES,
    LISTED,
    N_ARTICLES,
    N_BLOCKS,
    NOT,
    OR,
    POSTINGS,
    SET,
    WORD,
    ProgramArrays,
    TopK,
)
from newsearch.search.run.kernels.visiting import visiting_order

_ONE: Final = np.uint64(1)
_ALL: Final = ~np.uint64(0)
_ROUNDING: Final = 1.5e-7
"""More than float32's relative error of one rounding."""

Stack = tuple[Array, Array, Array]
"""Scores, shape ``(depth, 256)``; bits, shape ``(depth, 4)``; docnums of a block."""


@kernel
def rank_tree(segment: Int, program: ProgramArrays, allowed: Bitmap, base: Int, top: TopK) -> bool:
    """Rank the articles that match a tree by score; the top k is exact.

    `segment`, `allowed`, `base`, `top`: as for :func:`ranking.rank_any`. `program`: from
    :meth:`views.Program.arrays`. Returns False when the segment is damaged.
    """
    is_sound, locators, reach = _prepare(segment, program)
    if not is_sound:
        return False
    values, ids, size = top
    stack = _new_stack(program)
    slack = 1 - _ROUNDING * (len(program[0]) + 8)
    # The visiting order leaves out blocks of 0; here those can match and -1 cannot.
    visits = visiting_order(reach + np.float32(1), values.shape[1])
    for i in range(len(visits)):
        if must_stop(segment):
            break
        block: Int = np.int64(visits[i])
        if reach[block] < threshold(values, size) * slack:
            continue
        _run(segment, program, locators, block, stack, has_scores=True)
        for word in range(BLOCK_WORDS):
            bits = stack[1][0, word] & allowed[block * BLOCK_WORDS + word]
            while bits != 0:
                doc = word * 64 + np.int64(trailing_zeros(bits))
                bits &= bits - _ONE
                score = stack[0][0, doc]
                if score >= threshold(values, size):
                    docnum = block << BLOCK_BITS | doc
                    offer_article(segment, docnum, score, base, values, ids, size)
    return True


@kernel
def newest_of_tree(
    segment: Int,
    program: ProgramArrays,
    allowed: Bitmap,
    base: Int,
    visits: Array,
    newest: Array,
    top: TopK,
) -> bool:
    """Keep the newest articles that match a tree; ties go by hash of the id.

    For the oldest, give the segment dates of :func:`views.oldest_first`. `visits`: int64, all
    blocks of the segment, by falling date of their newest article. `newest`: int64, that date for
    each block; see :func:`views.newest_in_blocks`. Returns False when the segment is damaged.
    """
    is_sound, locators, reach = _prepare(segment, program)
    if not is_sound:
        return False
    values, ids, size = top
    stack = _new_stack(program)
    for i in range(len(visits)):
        if must_stop(segment):
            break
        block: Int = visits[i]
        is_full = size[0] == values.shape[1]
        if is_full and newest[block] < ids[DATE, 0]:
            return True
        if reach[block] < 0:
            continue
        _run(segment, program, locators, block, stack, has_scores=True)
        for word in range(BLOCK_WORDS):
            bits = stack[1][0, word] & allowed[block * BLOCK_WORDS + word]
            while bits != 0:
                doc = word * 64 + np.int64(trailing_zeros(bits))
                bits &= bits - _ONE
                docnum = block << BLOCK_BITS | doc
                rank = (
                    0.0,
                    load_i64(load_i64(segment, DATES), docnum),
                    load_i64(load_i64(segment, ID_HASHES), docnum),
                )
                offer(values, ids, size, rank, stack[0][0, doc], base + docnum)
    return True


@kernel
def match_tree(segment: Int, program: ProgramArrays, allowed: Bitmap, out: Bitmap) -> bool:
    """Write the articles that match a tree and are allowed to a bitmap; False when damaged."""
    is_sound, locators, reach = _prepare(segment, program)
    if not is_sound:
        return False
    stack = _new_stack(program)
    for block in range(load_i64(segment, N_BLOCKS)):
        if must_stop(segment):
            break
        first = block * BLOCK_WORDS
        out[first : first + BLOCK_WORDS] = 0
        if reach[block] >= 0:
            _run(segment, program, locators, block, stack, has_scores=False)
            for word in range(BLOCK_WORDS):
                out[first + word] = stack[1][0, word] & allowed[first + word]
    return True


@kernel
def _new_stack(program: ProgramArrays) -> Stack:
    depth, deepest = 0, 1
    for operation in program[0][:, 0]:
        depth += 1 if operation < AND else (0 if operation == NOT else -1)
        deepest = max(deepest, depth)
    return (
        np.zeros((deepest, BLOCK_DOCS)),
        np.zeros((deepest, BLOCK_WORDS), np.uint64),
        np.empty(BLOCK_DOCS, np.int64),
    )


@kernel
def _prepare(segment: Int, program: ProgramArrays) -> tuple[bool, Array, Array]:
    """Return the locators of words, and the best score in each block."""
    scales = program[2].astype(np.float32)
    is_sound, locators, bounds, _ = lay_out(segment, program[1], scales)
    return is_sound, locators, _bound(program, locators, bounds)


@kernel
def _bound(program: ProgramArrays, locators: Array, bounds: Array) -> Array:
    """Return the best score of each block, -1 where none can match."""
    n_blocks = len(locators)
    n_deep = len(program[0]) + 1
    stack = np.empty((n_deep, n_blocks), np.float32)
    depth: Int = 0
    for i in range(len(program[0])):
        operation, leaf = program[0][i]
        if operation < AND:
            _bound_leaf(program, (operation, leaf), (locators, bounds), stack[depth])
            depth += 1
        elif operation == NOT:
            stack[depth - 1][:] = 0
        else:
            depth -= 1
            _bound_pair(operation, stack[depth - 1], stack[depth])
    best: Array = stack[0].copy()
    return best


@kernel
def _bound_leaf(
    program: ProgramArrays, what: tuple[Int, Int], tables: tuple[Array, Array], out: Array
) -> None:
    operation, leaf = what
    locators, bounds = tables
    lists, bitmaps, set_scores = program[3:]
    for block in range(len(out)):
        best = np.float32(-1)
        if operation == WORD and locators[block, leaf] != 0:
            best = bounds[block, leaf]
        elif operation == LISTED:
            bound = bound_in(lists[leaf], len(out), block)
            best = bound if bound > 0 else best
        elif operation == SET:
            first = (leaf * len(out) + block) * BLOCK_WORDS
            for word in range(first, first + BLOCK_WORDS):
                if bitmaps[word] != 0:
                    best = np.float32(set_scores[leaf])
        elif operation == EVERY:
            best = np.float32(0)
        out[block] = best


@kernel
def _bound_pair(operation: Int, a: Array, b: Array) -> None:
    """Join the bounds of two operands into those of the first."""
    none = np.float32(0)
    for block in range(len(a)):
        both = max(a[block], none) + max(b[block], none)
        if operation == OR:
            is_possible = a[block] >= 0 or b[block] >= 0
        else:
            is_possible = a[block] >= 0 and (b[block] >= 0 or operation == AND_MAYBE)
        a[block] = both if is_possible else np.float32(-1)


@kernel
def _run(
    segment: Int,
    program: ProgramArrays,
    locators: Array,
    block: Int,
    stack: Stack,
    has_scores: bool,
) -> None:
    """Evaluate the program for a block; the result is the lowest level of the stack."""
    scores, bits, docs = stack
    depth: Int = 0
    for i in range(len(program[0])):
        operation, leaf = program[0][i]
        if operation == WORD:
            locator = locators[block, leaf]
            word = (program[1][leaf], locator, block, program[2][leaf] if has_scores else 0.0)
            _push_word(segment, word, scores[depth], bits[depth], docs)
        elif operation < AND:
            _push_known(
                program, (operation, leaf), block, len(locators), scores[depth], bits[depth]
            )
        elif operation == NOT:
            _negate(scores[depth - 1], bits[depth - 1])
        else:
            depth -= 1
            mine, other = scores[depth - 1], scores[depth]
            _join(operation, (mine, bits[depth - 1]), (other, bits[depth]), has_scores)
        depth += operation < AND


@kernel
def _push_word(
    segment: Int, word: tuple[Int, Int, Int, Float], scores: Array, bits: Array, docs: Array
) -> None:
    """Write the articles of a word, with scores unless its weight is 0."""
    term, locator, block, weight = word
    bits[:] = 0
    if locator == 0:
        return
    mark(load_i64(segment, POSTINGS), locator, bits.ctypes.data)
    if weight == 0:
        scores[:] = 0
        return
    for rank in range(list_docs(load_i64(segment, POSTINGS), locator, docs)):
        doc = docs[rank]
        freq = freq_at(load_i64(segment, POSTINGS), locator, rank)
        if freq > HIGH_FREQ_BYTE:
            freq = exact_freq(segment, term, block, doc)
        # Damaged bytes may name articles after the last, whose lengths are not there.
        docnum = min(block << BLOCK_BITS | doc, load_i64(segment, N_ARTICLES) - 1)
        scores[doc] = score_term(weight, freq, norm_of(segment, docnum))


@kernel
def _push_known(
    program: ProgramArrays,
    what: tuple[Int, Int],
    block: Int,
    n_blocks: Int,
    scores: Array,
    bits: Array,
) -> None:
    """Write the articles of a leaf that is not a word."""
    operation, leaf = what
    lists, bitmaps, set_scores = program[3:]
    bits[:] = _ALL if operation == EVERY else np.uint64(0)
    if operation == LISTED:
        docs, own, n = part_of(lists[leaf], n_blocks, block)
        for at in range(n):
            doc = load_u8(docs, at)
            bits[doc >> 6] |= _ONE << np.uint64(doc & 63)
            scores[doc] = load_f64(own, at)
        return
    scores[:] = 0
    if operation == SET:
        scores[:] = set_scores[leaf]
        first = (leaf * n_blocks + block) * BLOCK_WORDS
        for word in range(BLOCK_WORDS):
            bits[word] = bitmaps[first + word]


@kernel
def _negate(scores: Array, bits: Array) -> None:
    for word in range(BLOCK_WORDS):
        bits[word] = ~bits[word]
    scores[:] = 0


@kernel
def _join(
    operation: Int, mine: tuple[Array, Array], other: tuple[Array, Array], has_scores: bool
) -> None:
    """Join two operands into the first."""
    scores, bits = mine
    for word in range(BLOCK_WORDS):
        both = bits[word] & other[1][word]
        if has_scores:
            _add_scores(scores, other[0], word, both)
        if operation == OR:
            if has_scores:
                _copy_scores(scores, other[0], word, other[1][word] & ~both)
            bits[word] |= other[1][word]
        elif operation == AND:
            bits[word] = both


@inlined
def _add_scores(scores: Array, others: Array, word: Int, bits: Any) -> None:
    while bits != 0:
        doc = word * 64 + np.int64(trailing_zeros(bits))
        bits &= bits - _ONE
        scores[doc] += others[doc]


@inlined
def _copy_scores(scores: Array, others: Array, word: Int, bits: Any) -> None:
    while bits != 0:
        doc = word * 64 + np.int64(trailing_zeros(bits))
        bits &= bits - _ONE
        scores[doc] = others[doc]
