"""Ranked search for many queries of plain words over all segments, compiled: one call for all.

A call from Python takes 3 us, and giving Python back and waiting for it again takes longer where
several threads search. So what is asked is written to one array, and all of it is ranked at once.
"""

from __future__ import annotations

import numpy as np

from newsearch.compiling import Array, Int, kernel
from newsearch.search.run.bitmaps import Bitmap
from newsearch.search.run.kernels.ranking import rank_all, rank_any
from newsearch.search.run.kernels.top_k import _put_in_order as put_in_order
from newsearch.search.run.kernels.views import Lists, TopK

SOUND = -1


@kernel
def rank_bags(
    segments: Array,
    allowed: Bitmap,
    asked: Array,
    weights: Array,
    lists: Lists,
    tops: TopK,
) -> Int:
    """Rank the articles that have any or all words of a bag, for each of some bags.

    Parameters
    ----------
    segments
        int64, shape ``(n_segments, 4)``: address of a :class:`views.Segment`, global docnum of its
        first article, and where its part of `allowed` begins and ends.
    allowed
        Bitmaps of the articles that may be found, one after the other.
    asked
        int64: in how many languages words are looked for, and whether the bags are ranked whole,
        so that the best come first; else the heaps can be added to. Then for each bag 1 if any word
        is enough, 0 if all must match; how many words, and how many lists a segment it has; and for
        each of its words the term ids, by segment, then language, -1 for one that is not there.
    weights
        float64 of all words, bag by bag.
    lists
        Lists of all bags, by segment. Where all words must match they only add to scores.
    tops
        A heap for each bag: :data:`views.TopK` with one dimension more.

    Returns
    -------
    Int
        `SOUND`, or the number of the first segment that is damaged.
    """
    n_languages, is_whole = asked[0], asked[1]
    values, ids, sizes = tops
    at: Int = 2
    word: Int = 0
    first_list: Int = 0
    for bag in range(len(sizes)):
        is_any, n_words, n_lists = asked[at], asked[at + 1], asked[at + 2]
        at += 3
        own = weights[word : word + n_words]
        top = values[bag], ids[bag], sizes[bag]
        for number in range(len(segments)):
            segment, base = segments[number, 0], segments[number, 1]
            bitmap = allowed[segments[number, 2] : segments[number, 3]]
            listed = lists[first_list : first_list + n_lists]
            first_list += n_lists
            if is_any:
                terms, factors = _present(asked, at, len(segments), number, own)
                is_sound = rank_any(segment, terms, factors, listed, bitmap, base, top)
            else:
                is_sound = True
                for language in range(n_languages):
                    terms = _of_language(asked, at, len(segments), (number, language), n_words)
                    is_sound &= rank_all(segment, terms, own, listed, bitmap, base, top)
            if not is_sound:
                return number
        if is_whole:
            put_in_order(*top)
        at += n_words * len(segments) * n_languages
        word += n_words
    return SOUND


@kernel
def _present(
    asked: Array, at: Int, n_segments: Int, number: Int, weights: Array
) -> tuple[Array, Array]:
    """Return the terms that a segment has, of all languages, and their weights.

    No article has terms of two languages, so they are as good as words of their own.
    """
    n_languages = asked[0]
    terms = np.empty(len(weights) * n_languages, np.int64)
    factors = np.empty(len(terms), np.float64)
    n: Int = 0
    for word in range(len(weights)):
        first = at + (word * n_segments + number) * n_languages
        for language in range(n_languages):
            if asked[first + language] >= 0:
                terms[n], factors[n] = asked[first + language], weights[word]
                n += 1
    return terms[:n], factors[:n]


@kernel
def _of_language(
    asked: Array, at: Int, n_segments: Int, which: tuple[Int, Int], n_words: Int
) -> Array:
    """Return the terms that a segment has of some words in a language."""
    number, language = which
    terms = np.empty(n_words, np.int64)
    for word in range(n_words):
        terms[word] = asked[at + (word * n_segments + number) * asked[0] + language]
    return terms
