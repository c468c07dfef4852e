"""Ranked search for many queries of plain words over all segments, compiled: one call for all.

A call from Python takes 3 us, and giving Python back and waiting for it again takes longer where
several threads search. So what is asked is written to one array, and all of it is ranked at once.
"""

from __future__ import annotations

import numpy as np

from newsearch.compiling import Array, Int, kernel
from newsearch.search.run.bitmaps import BLOCK_WORDS, Bitmap
from newsearch.search.run.kernels.lists import mark_lists
from newsearch.search.run.kernels.ranking import match_all, rank_all, rank_any
from newsearch.search.run.kernels.sets import count_bits, mark_any, newest_of_set
from newsearch.search.run.kernels.top_k import put_in_order
from newsearch.search.run.kernels.views import DOCNUM, SCORE, TopK

SOUND = -1


@kernel
def rank_bags(segments: Array, allowed: Bitmap, asked: Array, k: Int) -> tuple[Int, Array]:
    """Rank the articles that have any or all words of a bag, for each of some bags.

    Parameters
    ----------
    segments
        int64, shape ``(n_segments, 4)``: address of a :class:`views.Segment`, global docnum of its
        first article, and where its part of `allowed` begins and ends.
    allowed
        Bitmaps of the articles that may be found, one after the other.
    asked
        int64: in how many languages words are looked for, and how many bags there are. Then for
        each bag 1 if any word is enough, 0 if all must match; how many words, and how many lists a
        segment it has; of each word the float64 weight, and the term ids, by segment, then
        language, -1 for one that is not there; and :data:`views.Lists`, by segment. Where all words
        must match, lists only add to scores.
    k
        How many of the best articles are wanted.

    Returns
    -------
    tuple[Int, Array]
        `SOUND`, or the number of the first segment that is damaged. And a row a bag, int64: how
        many articles were found; their global docnums, the best first, in room for k; and their
        scores, float64.
    """
    n_languages, n_bags = asked[0], asked[1]
    weights, found = asked.view(np.float64), np.empty((n_bags, 1 + 2 * k), np.int64)
    at: Int = 2
    stride = 1 + len(segments) * n_languages
    for bag in range(n_bags):
        is_any, n_words, n_lists = asked[at], asked[at + 1], asked[at + 2]
        at += 3
        first_list = at + n_words * stride
        own = weights[at:first_list:stride].copy()
        top = np.empty((2, k)), np.empty((3, k), np.int64), np.zeros(1, np.int64)
        for number in range(len(segments)):
            segment, base = segments[number, 0], segments[number, 1]
            bitmap = allowed[segments[number, 2] : segments[number, 3]]
            lists = asked[first_list : first_list + n_lists]
            first_list += n_lists
            if is_any:
                terms, factors = _present(asked, at, stride, number, own)
                is_sound = rank_any(segment, terms, factors, lists, bitmap, base, top)
            else:
                is_sound = True
                for language in range(n_languages):
                    terms = _of_language(asked, at, stride, (number, language), n_words)
                    is_sound &= rank_all(segment, terms, own, lists, bitmap, base, top)
            if not is_sound:
                return number, found
        put_in_order(*top)
        _put(found[bag], k, top)
        at = first_list
    return SOUND, found


@kernel
def count_bag(segments: Array, allowed: Bitmap, asked: Array) -> tuple[Int, Int]:
    """Count the articles that have any or all words of a bag.

    Parameters as for :func:`rank_bags`; of what is asked, the first bag is counted. Returns
    `SOUND`, or the number of the first segment that is damaged; and how many articles there are.
    """
    n_languages, is_any, n_words, n_lists = asked[0], asked[2], asked[3], asked[4]
    at, stride = 5, 1 + len(segments) * n_languages
    first_list, total = at + n_words * stride, 0
    weights = np.zeros(n_words)
    for number in range(len(segments)):
        segment = segments[number, 0]
        bitmap = allowed[segments[number, 2] : segments[number, 3]]
        found = np.zeros(len(bitmap), np.uint64)
        if is_any:
            lists = asked[first_list : first_list + n_lists]
            first_list += n_lists
            mark_lists(lists, len(bitmap) // BLOCK_WORDS, found)
            terms, _ = _present(asked, at, stride, number, weights)
            is_sound = mark_any(segment, terms, found)
            for i in range(len(found)):
                found[i] &= bitmap[i]
            total += count_bits(found)
        else:
            is_sound = True
            for language in range(n_languages):
                terms = _of_language(asked, at, stride, (number, language), n_words)
                is_sound &= match_all(segment, terms, bitmap, found)
                total += count_bits(found)
        if not is_sound:
            return number, total
    return SOUND, total


@kernel
def newest_with_any(
    segments: Array, allowed: Bitmap, newest_first: Array, asked: Array, k: Int
) -> tuple[Int, Int, Array]:
    """Find the newest articles that have any of some terms, all with one score.

    Parameters as for :func:`rank_bags`, and besides

    segments
        In columns 4 and 5, where the segment's part of `newest_first` begins and ends.
    newest_first
        int32: the newest articles of each segment in their order, see
        :func:`sets.newest_of_set`.
    asked
        int64: for each segment how many terms there are, and their ids.

    Returns
    -------
    tuple[Int, Int, Array]
        `SOUND`, or the number of the first segment that is damaged; how many articles there are in
        all; and the global docnums of the k newest.
    """
    top = np.empty((2, k)), np.empty((3, k), np.int64), np.zeros(1, np.int64)
    damaged: Int = SOUND
    total: Int = 0
    at: Int = 0
    for number in range(len(segments)):
        segment, base = segments[number, 0], segments[number, 1]
        bitmap = allowed[segments[number, 2] : segments[number, 3]]
        found = np.zeros(len(bitmap), np.uint64)
        if not mark_any(segment, asked[at + 1 : at + 1 + asked[at]], found):
            damaged = number
            break
        at += 1 + asked[at]
        for i in range(len(found)):
            found[i] &= bitmap[i]
        total += count_bits(found)
        ordered = newest_first[segments[number, 4] : segments[number, 5]]
        newest_of_set(segment, found, ordered, 0.0, base, top)
    put_in_order(*top)
    return damaged, total, top[1][DOCNUM, : top[2][0]].copy()


@kernel
def _put(row: Array, k: Int, top: TopK) -> None:
    values, ids, size = top
    scores = row.view(np.float64)
    row[0] = size[0]
    for i in range(size[0]):
        row[1 + i], scores[1 + k + i] = ids[DOCNUM, i], values[SCORE, i]


@kernel
def _present(
    asked: Array, at: Int, stride: Int, number: Int, weights: Array
) -> tuple[Array, Array]:
    """Return the terms that a segment has, of all languages, and their weights.

    No article has terms of two languages, so they are as good as words of their own.
    """
    n_languages = asked[0]
    terms = np.empty(len(weights) * n_languages, np.int64)
    factors = np.empty(len(terms), np.float64)
    n: Int = 0
    for word in range(len(weights)):
        first = at + word * stride + 1 + number * n_languages
        for language in range(n_languages):
            if asked[first + language] >= 0:
                terms[n], factors[n] = asked[first + language], weights[word]
                n += 1
    return terms[:n], factors[:n]


@kernel
def _of_language(asked: Array, at: Int, stride: Int, which: tuple[Int, Int], n_words: Int) -> Array:
    """Return the terms that a segment has of some words in a language."""
    number, language = which
    terms = np.empty(n_words, np.int64)
    for word in range(n_words):
        terms[word] = asked[at + word * stride + 1 + number * asked[0] + language]
    return terms
