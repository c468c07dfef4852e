"""Plain words of a plan: their terms in each segment, a language at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.terms import tag_of
from newsearch.index.segment_reader import SegmentReader
from newsearch.query.nodes import Alternatives, Term, TermPhrase, TermsPlaced

LONGEST_BAG = 1000
"""Letters: longer queries, which may be beyond the limits of the query language, are read."""


class KnownWord(NamedTuple):
    """A word's idf, and what segments have of its terms.

    `only`: the one term that each segment has, -1 where it has none. `is_one`: no segment has more
    than one. `by_language`: in each segment, for each language that has the word, its terms.
    """

    weight: float
    only: list[int]
    is_one: bool
    by_language: list[dict[str, list[int]]]


class Several(NamedTuple):
    """Terms of one word that an article may have together, and the word's weight."""

    terms: list[int]
    weight: float


PhraseLike = TermPhrase | TermsPlaced
"""What stands for articles that have some words in some places."""

Listed = Term | PhraseLike | Several
"""What is found with positions, and ranked as lists of articles."""


class PlannedWords(NamedTuple):
    """The words of a plan, their weights, and what is found with positions."""

    known: list[KnownWord]
    weights: NDArray[np.float64]
    listed: list[Listed]
    is_any: bool


class WordsIn(NamedTuple):
    """What is ranked together in a segment: terms, their weights, what is found with positions."""

    terms: NDArray[np.int64]
    weights: NDArray[np.float64]
    listed: Sequence[Listed]


def by_language(words: PlannedWords, number: int) -> list[WordsIn]:
    """Return what is ranked, one after the other, in a segment, given its number.

    An article has one language. So where all words must match, they are looked for in one language
    at a time; where any may, no article has a word's terms of two languages, and they are as good
    as words of their own.
    """
    known = words.known
    if all(word.is_one for word in known):
        terms = np.array([word.only[number] for word in known], np.int64)
        return [WordsIn(terms, words.weights, words.listed)]
    found = [word.by_language[number] for word in known]
    if words.is_any:
        return [_words_in(words, [list(own.values()) for own in found])]
    languages = set(found[0]).intersection(*found[1:])
    return [_words_in(words, [[own[one]] for own in found]) for one in sorted(languages)] or [
        _words_in(words, [[[-1]]] * len(known))
    ]


def _words_in(words: PlannedWords, found: list[list[list[int]]]) -> WordsIn:
    """Sort out the terms of words: those that stand alone, and those that are found together."""
    alone: list[tuple[int, float]] = []
    listed = list(words.listed)
    for own, weight in zip(found, words.weights.tolist(), strict=True):
        for terms in own:
            if len(terms) == 1:
                alone.append((terms[0], weight))
            else:
                listed.append(Several(terms, weight))
    terms, weights = (list(column) for column in zip(*alone, strict=True)) if alone else ([], [])
    return WordsIn(np.array(terms, np.int64), np.array(weights, np.float64), listed)


def known_word(segments: Sequence[SegmentReader], terms: Alternatives, weight: float) -> KnownWord:
    """Look the terms of a word up in all segments of a snapshot."""
    found = [_term_ids(segment, terms) for segment in segments]
    n_found = [sum(map(len, own.values())) for own in found]
    only = [
        next(iter(own.values()))[0] if n == 1 else -1 for own, n in zip(found, n_found, strict=True)
    ]
    return KnownWord(weight, only, max(n_found, default=0) < 2, found)


def _term_ids(segment: SegmentReader, terms: Alternatives) -> dict[str, list[int]]:
    """Return the terms that a segment has, by the language they belong to."""
    found: dict[str, list[int]] = {}
    for term in terms:
        term_id = segment.term_id(term)
        if term_id is not None:
            found.setdefault(tag_of(term), []).append(term_id)
    return found
