"""Ranked search for any or all of some words and lists, compiled; the top k is exact.

Scores are summed in float32 to decide what may be among the best, with thresholds rounded down by
more than the error of such a sum; what may be is scored again in float64, word by word in the
order of the query, as `newsearch.bm25` defines it. So equal articles have equal scores.

Measured on 94,215 articles with 1,953 TREC topics (7.3 words, no stop words), best 10:
any of the words 0.97 ms when every posting of every entered block is added up, 0.43 with rare
words first and the others looked up (MaxScore, Turtle and Flood 1995, within each block), 0.22
when touched articles are listed instead of scanning 256 sums, 0.155 with the visiting order of
``visiting``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.codec.coding.decoding import count_of, freq_at, has_doc, rank_of, start_of, word_of
from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS, HIGH_FREQ_BYTE, MAX_SPARSE
from newsearch.compiling import (
    Array,
    Float,
    Int,
    expect,
    inlined,
    kernel,
    load_f32,
    load_i64,
    load_u8,
    load_word,
    trailing_zeros,
)
from newsearch.search.run.bitmaps import BLOCK_WORDS, Bitmap
from newsearch.search.run.kernels.entries import (
    exact_freq,
    expect_next,
    keep_shared,
    lay_out,
    must_stop,
)
from newsearch.search.run.kernels.lists import add_lists, bound_lists, score_in_lists
from newsearch.search.run.kernels.scoring import norm_of, score_term
from newsearch.search.run.kernels.top_k import offer, threshold
from newsearch.search.run.kernels.views import (
    DATES,
    FEW_WEIGHTS,
    ID_HASHES,
    LENGTHS,
    MOST_FEW,
    NORM_CODES,
    NORMS,
    POSTINGS,
    Lists,
    TopK,
)
from newsearch.search.run.kernels.visiting import visiting_order

_ONE: Final = np.uint64(1)
_ROUNDING: Final = 1.5e-7
"""More than float32's relative error of one rounding."""


@kernel
def rank_any(
    segment: Int, terms: Array, weights: Array, lists: Lists, allowed: Bitmap, base: Int, top: TopK
) -> bool:
    """Rank the articles that have any of the words or are in any of the lists.

    Within a block, words are taken heaviest first. An article that has only words whose bounds add
    up to less than the threshold is not among the best; so those are looked up only for articles
    that have one of the heavier words, and only while what is left can still help. Lists are added
    before all words. Returns False when the segment is damaged.

    `segment`: address of a :class:`views.Segment`. `terms`, `weights`: int64 term ids, each once,
    -1 for a word this segment lacks, and float64 idf times boost, positive. `lists`: scored
    articles, such as those with a phrase. `allowed`: bitmap of the articles that may be found, live
    and within all filters. `base`: global docnum of the segment's first article. `top`: the best so
    far; articles of this segment are added to it.
    """
    columns, terms_down, scales = _by_weight(terms, weights)
    is_sound, locators, bounds, reach = lay_out(segment, terms_down, scales)
    if not is_sound:
        return False
    bound_lists(lists, reach)
    values, ids, size = top
    # Room for one more than a block has articles, because writing ahead of a test needs no branch.
    sums, partial = np.zeros(BLOCK_DOCS, np.float32), np.empty(BLOCK_DOCS + 1, np.float32)
    docs = np.empty(BLOCK_DOCS + 1, np.int64)
    rest, present = np.zeros(len(terms) + 1, np.float32), np.empty(len(terms), np.int64)
    slack = 1 - _ROUNDING * (len(terms) + len(lists) + 4)
    visits = visiting_order(reach, values.shape[1])
    for i in range(len(visits)):
        if must_stop(segment):
            break
        block: Int = np.int64(visits[i])
        least = np.float32(threshold(values, size) * slack)
        expect_next(segment, locators, visits, i)
        if reach[block] < least or not _is_any_allowed(allowed, block):
            continue
        n_present = _find_present(bounds, block, present, rest)
        n_needed = n_present
        while n_needed > 0 and rest[n_needed - 1] < least:
            n_needed -= 1
        n_docs: Int = add_lists(lists, len(reach), block, sums, docs, 0)
        for j in range(n_needed):
            column = present[j]
            locator = locators[block, column]
            n_docs = _add_up(segment, block, locator, scales[column], sums, docs, n_docs)
        least_now = least - rest[n_needed]
        n_docs = _keep_competitive(sums, docs, partial, n_docs, least_now, allowed, block)
        for j in range(n_needed, n_present):
            column = present[j]
            locator = locators[block, column]
            least_now = least - rest[j + 1]
            n_docs = _look_up(
                segment, block, locator, scales[column], docs, partial, n_docs, least_now
            )
        _expect_articles(segment, block, docs, n_docs)
        for j in range(n_docs):
            if partial[j] >= np.float32(threshold(values, size) * slack):
                docnum = block << BLOCK_BITS | docs[j]
                score = score_words(segment, terms, weights, columns, locators, docnum)
                score += score_in_lists(lists, len(reach), block, docs[j])
                offer_article(segment, docnum, score, base, values, ids, size)
    return True


@kernel
def rank_all(
    segment: Int, terms: Array, weights: Array, lists: Lists, allowed: Bitmap, base: Int, top: TopK
) -> bool:
    """Rank the articles that have all of the words.

    Parameters as for :func:`rank_any`, but that lists only add scores.

    Once k articles are known, the words of a block are added up as in :func:`rank_any`, heaviest
    first, and articles are dropped that can no longer be among the best.
    """
    for i in range(len(terms)):
        if terms[i] < 0:
            return True
    columns, terms_down, scales = _by_weight(terms, weights)
    is_sound, locators, bounds, reach = lay_out(segment, terms_down, scales)
    if not is_sound:
        return False
    bound_lists(lists, reach)
    keep_shared(locators, reach)
    values, ids, size = top
    docs, partial = np.empty(BLOCK_DOCS + 1, np.int64), np.zeros(BLOCK_DOCS + 1, np.float32)
    rest = np.zeros(len(terms) + 1, np.float32)
    slack = 1 - _ROUNDING * (len(terms) + len(lists) + 4)
    visits = visiting_order(reach, values.shape[1])
    for i in range(len(visits)):
        if must_stop(segment):
            break
        block: Int = np.int64(visits[i])
        least = np.float32(threshold(values, size) * slack)
        expect_next(segment, locators, visits, i)
        if reach[block] < least:
            continue
        n_docs: Int = find_all(load_i64(segment, POSTINGS), locators, block, allowed, docs)
        if least > 0 and n_docs:
            for j in range(n_docs):
                partial[j] = np.float32(score_in_lists(lists, len(reach), block, docs[j]))
            tables = locators, bounds, scales, rest
            n_docs = _look_up_all(segment, block, tables, docs, partial, n_docs, least)
        _expect_articles(segment, block, docs, n_docs)
        for j in range(n_docs):
            docnum = block << BLOCK_BITS | docs[j]
            score = score_words(segment, terms, weights, columns, locators, docnum)
            score += score_in_lists(lists, len(reach), block, docs[j])
            offer_article(segment, docnum, score, base, values, ids, size)
    return True


@inlined
def _look_up_all(
    segment: Int,
    block: Int,
    tables: tuple[Array, Array, Array, Array],
    docs: Array,
    partial: Array,
    n_docs: Int,
    least: Float,
) -> Int:
    """Add up all words of the listed articles; keep those that can still be among the best.

    `tables`: locators, bounds and weights of the words, heaviest first, and room for one number
    more than there are words.
    """
    locators, bounds, scales, rest = tables
    rest[len(scales)] = 0
    for column in range(len(scales) - 1, -1, -1):
        rest[column] = rest[column + 1] + bounds[block, column]
    for column in range(len(scales)):
        locator, least_now = locators[block, column], least - rest[column + 1]
        n_docs = _look_up(segment, block, locator, scales[column], docs, partial, n_docs, least_now)
    return n_docs


@kernel
def match_all(segment: Int, terms: Array, allowed: Bitmap, out: Bitmap) -> bool:
    """Write the allowed articles that have all of the words to a bitmap, whose content is lost.

    At least one term; `segment`, `terms`, `allowed`: as for :func:`rank_any`. Returns False when
    the segment is damaged.
    """
    out[:] = 0
    for i in range(len(terms)):
        if terms[i] < 0:
            return True
    scales = np.ones(len(terms), np.float32)
    is_sound, locators, _, reach = lay_out(segment, terms, scales)
    keep_shared(locators, reach)
    docs = np.empty(BLOCK_DOCS + 1, np.int64)
    for block in range(len(reach) if is_sound else 0):
        n_docs: Int = 0
        if reach[block] > 0:
            n_docs = find_all(load_i64(segment, POSTINGS), locators, block, allowed, docs)
        for i in range(n_docs):
            docnum = block << BLOCK_BITS | docs[i]
            out[docnum >> 6] |= _ONE << np.uint64(docnum & 63)
    return is_sound


@kernel
def _by_weight(terms: Array, weights: Array) -> tuple[Array, Array, Array]:
    """Put the heaviest word first: the column of each, terms and float32 weights by column."""
    columns = _columns_by_weight(weights)
    terms_down, scales = np.empty(len(terms), np.int64), np.empty(len(terms), np.float32)
    for i in range(len(terms)):
        terms_down[columns[i]], scales[columns[i]] = terms[i], weights[i]
    return columns, terms_down, scales


@kernel
def _columns_by_weight(weights: Array) -> Array:
    """Return the rank of each word by weight, heaviest first. Queries are short: no sort needed."""
    columns = np.zeros(len(weights), np.int64)
    for i in range(len(weights)):
        for j in range(len(weights)):
            columns[i] += weights[j] > weights[i] or (weights[j] == weights[i] and j < i)
    return columns


@inlined
def _is_any_allowed(allowed: Bitmap, block: Int) -> bool:
    word = block * BLOCK_WORDS
    return bool(allowed[word] | allowed[word + 1] | allowed[word + 2] | allowed[word + 3])


@inlined
def _is_allowed(allowed: Bitmap, block: Int, doc: Int) -> bool:
    word = allowed[block * BLOCK_WORDS + (doc >> 6)]
    return bool((word >> np.uint64(doc & 63)) & _ONE)


@inlined
def _find_present(bounds: Array, block: Int, present: Array, rest: Array) -> Int:
    """List the words of a block, and the most that each and all after it can add together."""
    n: Int = 0
    for column in range(bounds.shape[1]):
        present[n] = column
        n += bounds[block, column] > 0
        if n == len(present):
            break
    rest[n] = 0
    for i in range(n - 1, -1, -1):
        rest[i] = rest[i + 1] + bounds[block, present[i]]
    return n


@inlined
def _weight(segment: Int, docnum: Int, freq: Int) -> Float:
    """BM25 weight in float32; too high by as much as norms are rounded down, and by up to 1 % for
    frequencies that a byte cannot say.
    """
    code = load_u8(load_i64(segment, NORM_CODES), docnum)
    if freq <= MOST_FEW:
        return load_f32(load_i64(segment, FEW_WEIGHTS), freq << 8 | code)
    f = np.float32(freq)
    if freq > HIGH_FREQ_BYTE:
        return np.float32(1)
    return f / (f + load_f32(load_i64(segment, NORMS), code))


@inlined
def _add_up(
    segment: Int, block: Int, locator: Int, scale: Float, sums: Array, docs: Array, n_docs: Int
) -> Int:
    """Add a word's scores to the sums; list articles that had none; return how many are listed."""
    first = block << BLOCK_BITS
    postings, count, start = load_i64(segment, POSTINGS), count_of(locator), start_of(locator)
    if count <= MAX_SPARSE:
        for rank in range(count):
            doc = load_u8(postings, start + rank)
            freq = freq_at(postings, locator, rank)
            before = sums[doc]
            docs[n_docs] = doc
            n_docs += before == 0
            sums[doc] = before + scale * _weight(segment, first + doc, freq)
        return n_docs
    rank = 0
    for i in range(BLOCK_WORDS):
        word = load_word(postings, start + i * 8)
        while word != 0 and rank < count:
            doc = i * 64 + np.int64(trailing_zeros(word))
            word &= word - _ONE
            freq = freq_at(postings, locator, rank)
            before = sums[doc]
            docs[n_docs] = doc
            n_docs += before == 0
            sums[doc] = before + scale * _weight(segment, first + doc, freq)
            rank += 1
    return n_docs


@inlined
def _keep_competitive(
    sums: Array, docs: Array, partial: Array, n_docs: Int, least: Float, allowed: Bitmap, block: Int
) -> Int:
    """Keep the listed articles that can still be among the best, and clear the sums."""
    n: Int = 0
    for i in range(n_docs):
        doc = docs[i]
        score = sums[doc]
        sums[doc] = 0
        docs[n] = doc
        partial[n] = score
        n += score >= least and _is_allowed(allowed, block, doc)
    return n


@inlined
def _look_up(
    segment: Int,
    block: Int,
    locator: Int,
    scale: Float,
    docs: Array,
    partial: Array,
    n_docs: Int,
    least: Float,
) -> Int:
    """Add a word's scores to the listed articles; keep those that can still be among the best."""
    first = block << BLOCK_BITS
    n: Int = 0
    for i in range(n_docs):
        doc = docs[i]
        score = partial[i]
        rank = rank_of(load_i64(segment, POSTINGS), locator, doc)
        # An article that lacks the word is weighed in vain, as no processor foresees which do.
        freq = freq_at(load_i64(segment, POSTINGS), locator, max(rank, 0))
        weight = scale * _weight(segment, first + doc, freq)
        score += weight if rank >= 0 else np.float32(0)
        docs[n] = doc
        partial[n] = score
        n += score >= least
    return n


@inlined
def find_all(postings: Int, locators: Array, block: Int, allowed: Bitmap, docs: Array) -> Int:
    """List the allowed articles of a block that have all words, ascending; return how many.

    `postings`: address of the postings section. `locators`: shape ``(n_blocks, n_terms)``, none of
    the block's is 0. `docs`: takes up to 257 docnums of the block.
    """
    rarest: Int = 0
    for column in range(1, locators.shape[1]):
        is_rarer = count_of(locators[block, column]) < count_of(locators[block, rarest])
        rarest = column if is_rarer else rarest
    locator = locators[block, rarest]
    n_docs: Int = 0
    if count_of(locator) > MAX_SPARSE:
        n_docs = _find_all_dense(postings, locators, block, allowed, docs)
    for i in range(count_of(locator) if count_of(locator) <= MAX_SPARSE else 0):
        doc = load_u8(postings, start_of(locator) + i)
        docs[n_docs] = doc
        has_all = _is_allowed(allowed, block, doc)
        # No article is left out before the last word: which word it lacks no processor foresees.
        for column in range(locators.shape[1]):
            has_all &= has_doc(postings, locators[block, column], doc)
        n_docs += has_all
    return n_docs


@inlined
def _find_all_dense(
    postings: Int, locators: Array, block: Int, allowed: Bitmap, docs: Array
) -> Int:
    n_docs: Int = 0
    for i in range(BLOCK_WORDS):
        word = allowed[block * BLOCK_WORDS + i]
        for column in range(locators.shape[1]):
            word &= word_of(postings, locators[block, column], i)
        while word != 0:
            docs[n_docs] = i * 64 + np.int64(trailing_zeros(word))
            word &= word - _ONE
            n_docs += 1
    return n_docs


@kernel
def score_words(
    segment: Int,
    terms: Array,
    weights: Array,
    columns: Array,
    locators: Array,
    docnum: Int,
) -> Float:
    """Score an article by the definition, words in the order of the query.

    Given in which column of the locators each of the terms is.
    """
    norm = norm_of(segment, docnum)
    block, doc = docnum >> BLOCK_BITS, docnum & (BLOCK_DOCS - 1)
    score = 0.0
    for i in range(len(terms)):
        locator = locators[block, columns[i]]
        rank = rank_of(load_i64(segment, POSTINGS), locator, doc) if locator != 0 else -1
        if rank >= 0:
            freq = freq_at(load_i64(segment, POSTINGS), locator, rank)
            if freq > HIGH_FREQ_BYTE:
                freq = exact_freq(segment, terms[i], block, doc)
            score += score_term(weights[i], freq, norm)
    return score


@inlined
def _expect_articles(segment: Int, block: Int, docs: Array, n_docs: Int) -> None:
    """Ask for what the listed articles of a block, which are few, are ranked by."""
    for i in range(n_docs):
        docnum = block << BLOCK_BITS | docs[i]
        expect(load_i64(segment, LENGTHS), docnum * 4)
        expect(load_i64(segment, DATES), docnum * 8)
        expect(load_i64(segment, ID_HASHES), docnum * 8)


@kernel
def offer_article(
    segment: Int, docnum: Int, score: Float, base: Int, values: Array, ids: Array, size: Array
) -> None:
    """Offer an article of a segment to the heap, ranked by its score."""
    date, id_hash = (
        load_i64(load_i64(segment, DATES), docnum),
        load_i64(load_i64(segment, ID_HASHES), docnum),
    )
    offer(values, ids, size, (score, date, id_hash), score, base + docnum)
