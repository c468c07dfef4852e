"""Sets of whole numbers as ascending arrays, each number once.

NumPy's own set functions load ``numpy.ma`` when first used, which costs a process that asks one
question a tenth of its time, and hash what is nearly in order already.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def distinct(numbers: Ints) -> Ints:
    """Return each number once, ascending; a fresh array."""
    ordered = np.sort(numbers, kind="stable")  # quick where runs are in order already
    return ordered[_is_first(ordered)]


def tally(ascending: Ints) -> tuple[Ints, Ints]:
    """Return each of some ascending numbers once, and how often it stands there."""
    firsts = np.flatnonzero(_is_first(ascending))
    return ascending[firsts], np.diff(firsts, append=len(ascending))


def is_member(numbers: Ints, members: Ints) -> NDArray[np.bool_]:
    """For each number, whether it is in a set; the numbers may come in any order."""
    if not len(members):
        return np.zeros(len(numbers), np.bool_)
    at = np.searchsorted(members, numbers).clip(0, len(members) - 1)
    return np.asarray(members[at] == numbers)


def shared(a: Ints, b: Ints) -> Ints:
    """Return what is in both of two sets."""
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    return few[is_member(few, many)]


def _is_first(ascending: Ints) -> NDArray[np.bool_]:
    """For each of some ascending numbers, whether it differs from the one before."""
    first = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return first
