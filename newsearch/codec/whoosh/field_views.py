"""A searchable field of a segment: its terms in order, and the postings of one term.

NumPy only; the postings of a term are decoded as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from newsearch.codec.coding.positions import Ints


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

    def postings(self, term: bytes) -> FieldPostings | None:
        """Return the postings of a term, or None where no article has it."""


def terms_from(view: FieldView, key: bytes = b"") -> Iterator[bytes]:
    """Return the terms of a field that are not below ``key``, ascending."""
    number = view.at_or_after(view.lower_bound(key))
    while number is not None:
        yield view.term(number)
        number = view.at_or_after(number + 1)


def grouped(docnums: Ints, positions: Ints) -> FieldPostings | None:
    """Make postings of occurrences, given in order of docnum and then of position."""
    if not len(docnums):
        return None
    first = np.flatnonzero(np.diff(docnums, prepend=-1))
    return FieldPostings(docnums[first], np.diff(first, append=len(docnums)), positions)
