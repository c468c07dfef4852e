"""The word forms of a segment under way, and the lexicon that comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.segment import InvertedWriter

AnyInts = NDArray[np.integer]


class LanguageSets:
    """Numbers sets of language codes; 0 is the empty set."""

    def __init__(self) -> None:
        self.sets: list[frozenset[str]] = [frozenset()]
        self._numbers: dict[frozenset[str], int] = {frozenset(): 0}

    def number(self, languages: frozenset[str]) -> int:
        """Return the number of a set."""
        known = self._numbers.get(languages)
        if known is None:
            known = self._numbers[languages] = len(self.sets)
            self.sets.append(languages)
        return known

    def with_language(self, numbers: AnyInts, language: str) -> NDArray[np.int64]:
        """Return the numbers of sets after a language was added to each."""
        before, inverse = np.unique(numbers, return_inverse=True)
        after = [self.number(self.sets[one] | {language}) for one in before.tolist()]
        return np.array(after, np.int64)[inverse]


@dataclass(frozen=True, slots=True)
class LexiconRows:
    """The rows of a lexicon in any order.

    Parameters
    ----------
    forms
        Word form of each row, UTF-8.
    term_ids, numbers, dfs, languages
        Per row: term, number among the term's forms, articles, index of a language set.
    language_sets
        All sets that occur, and perhaps others.
    """

    forms: Sequence[bytes]
    term_ids: AnyInts
    numbers: AnyInts
    dfs: AnyInts
    languages: AnyInts
    language_sets: Sequence[frozenset[str]]

    def write(self, text: InvertedWriter) -> None:
        """Write the rows in order of form and then term."""
        forms = self.forms
        order = np.argsort(self.term_ids, kind="stable").tolist()
        order.sort(key=forms.__getitem__)
        picked = np.array(order, np.int64)
        used, codes = np.unique(self.languages, return_inverse=True)
        writer = text.lexicon([self.language_sets[one] for one in used.tolist()])
        writer.append(
            [forms[row] for row in order],
            self.term_ids[picked],
            self.numbers[picked],
            self.dfs[picked],
            codes.reshape(-1)[picked],
        )


def numbers_by_count(terms: AnyInts, counts: AnyInts, first: AnyInts) -> NDArray[np.int64]:
    """Number the rows of each term, the most frequent row first.

    Parameters
    ----------
    terms, counts
        Term of each row, and how often the row occurs.
    first
        The first free number of each term, by term; receives the next free one.
    """
    order = np.lexsort((-counts.astype(np.int64), terms))
    ordered = terms[order]
    begins = np.flatnonzero(np.diff(ordered, prepend=-1))
    sizes = np.diff(begins, append=len(ordered))
    rank = np.arange(len(ordered)) - np.repeat(begins, sizes)
    numbers = np.empty(len(ordered), np.int64)
    numbers[order] = rank + first[ordered]
    first[ordered[begins]] += sizes
    return numbers
