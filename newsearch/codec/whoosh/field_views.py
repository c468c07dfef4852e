"""A searchable field of a segment: its terms in order, their statistics and postings.

NumPy only. The postings of one term are decoded as a whole; where terms are walked, those of
neighbours are decoded together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from newsearch.codec.coding.positions import Ints

Statistics = list[int]
"""Of a term in a field: occurrences, articles, the fewest and most words of those articles in the
field, the highest frequency, the first and the last docnum. All 0 for a term that no article has.
"""

ABSENT: Final[Statistics] = [0] * 7
DF: Final = 1
"""Where the number of articles stands in them."""


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """Where one term stands in one field.

    Parameters
    ----------
    docnums
        Ascending, deleted articles included. Shape ``(n,)``, n at least 1.
    freqs
        How often, at least 1. Shape ``(n,)``.
    positions
        Counted from the field's first word, ascending within an article. Shape
        ``(freqs.sum(),)``.
    """

    docnums: Ints
    freqs: Ints
    positions: Ints


class PostingLists:
    """The postings of several terms of a field, numbered from 0.

    Parameters
    ----------
    terms, docnums, positions
        Of each occurrence; those of a term in order of docnum and then of position.
    n_terms
        How many terms there are; some may occur nowhere.
    """

    def __init__(self, terms: Ints, docnums: Ints, positions: Ints, n_terms: int) -> None:
        if np.any(terms[1:] < terms[:-1]):
            order = np.argsort(terms, kind="stable")
            terms, docnums, positions = terms[order], docnums[order], positions[order]
        is_first = (np.diff(terms, prepend=-1) != 0) | (np.diff(docnums, prepend=-1) != 0)
        firsts = np.flatnonzero(is_first)
        self._starts = np.searchsorted(terms[firsts], np.arange(n_terms + 1))
        self._docnums = docnums[firsts]
        self._position_starts = np.append(firsts, len(docnums))
        self._positions = positions

    def postings(self, term: int) -> FieldPostings | None:
        """Return the postings of a term, or None where no article has it."""
        first, end = int(self._starts[term]), int(self._starts[term + 1])
        if first == end:
            return None
        at = self._position_starts[first : end + 1]
        positions = self._positions[int(at[0]) : int(at[-1])]
        return FieldPostings(self._docnums[first:end], np.diff(at), positions)

    def statistics(self, lengths: Ints | None) -> Ints:
        """Return the statistics of every term, shape ``(n_terms, 7)``.

        `lengths`: words of each article in the field, or None for a field without lengths.
        """
        dfs = np.diff(self._starts)
        found = np.zeros((len(dfs), len(ABSENT)), np.int64)
        present = np.flatnonzero(dfs)
        if len(present):
            at = self._starts[:-1][present]
            freqs = np.diff(self._position_starts)
            own = np.zeros_like(freqs) if lengths is None else lengths[self._docnums]
            columns = (
                np.add.reduceat(freqs, at),
                dfs[present],
                np.minimum.reduceat(own, at),
                np.maximum.reduceat(own, at),
                np.maximum.reduceat(freqs, at),
                self._docnums[at],
                self._docnums[at + dfs[present] - 1],
            )
            found[present] = np.stack(columns, axis=1)
        return found


class FieldView(Protocol):
    """One field of a segment: its terms are numbered in ascending order, with gaps."""

    @property
    def lengths(self) -> Ints | None:
        """Words of each article in the field, or None for a field without lengths."""

    def lower_bound(self, key: bytes) -> int:
        """Return the number below which all terms are below ``key``."""

    def at_or_after(self, number: int) -> int | None:
        """Return the number of the first term from ``number`` on, or None after the last."""

    def term(self, number: int) -> bytes:
        """Return the term of a number, UTF-8."""

    def find(self, term: bytes) -> int | None:
        """Return a number that stands for a term, or None where no article can have it."""

    def statistics(self, number: int) -> Statistics | None:
        """Return the statistics of a term if they are known without decoding its postings."""

    def postings(self, number: int) -> FieldPostings | None:
        """Return the postings of a term, or None where no article has it."""


def numbers_from(view: FieldView, key: bytes = b"") -> Iterator[int]:
    """Return the numbers of the terms of a field that are not below ``key``, ascending."""
    number = view.at_or_after(view.lower_bound(key))
    while number is not None:
        yield number
        number = view.at_or_after(number + 1)


def statistics_of(postings: FieldPostings, lengths: Ints | None) -> Statistics:
    """Compute the statistics of a term from its postings."""
    own = np.zeros(1, np.int64) if lengths is None else lengths[postings.docnums]
    docnums, freqs = postings.docnums, postings.freqs
    numbers = (
        freqs.sum(), len(docnums), own.min(), own.max(), freqs.max(), docnums[0], docnums[-1],
    )  # fmt: skip
    return [int(number) for number in numbers]


def grouped(docnums: Ints, positions: Ints) -> FieldPostings | None:
    """Make postings of the occurrences of a term, in order of docnum and then of position."""
    if not len(docnums):
        return None
    firsts = np.flatnonzero(np.diff(docnums, prepend=-1))
    return FieldPostings(docnums[firsts], np.diff(firsts, append=len(docnums)), positions)
