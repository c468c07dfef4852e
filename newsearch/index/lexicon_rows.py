"""The word forms of a segment under way, and the lexicon that comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.segment import InvertedWriter

AnyInts = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class LexiconRows:
    """The rows of a lexicon in any order.

    Parameters
    ----------
    forms
        Key of each row, UTF-8.
    term_ids, numbers, dfs
        Per row: term, number among the term's forms, articles.
    """

    forms: Sequence[bytes]
    term_ids: AnyInts
    numbers: AnyInts
    dfs: AnyInts

    def write(self, text: InvertedWriter) -> None:
        """Write the rows in order of form and then term."""
        forms = self.forms
        order = np.argsort(self.term_ids, kind="stable").tolist()
        order.sort(key=forms.__getitem__)
        picked = np.array(order, np.int64)
        text.lexicon().append(
            [forms[row] for row in order],
            self.term_ids[picked],
            self.numbers[picked],
            self.dfs[picked],
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
