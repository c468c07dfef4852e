"""What ranges of dates and of numbers have in common: comparisons, and what is between two ends."""

from __future__ import annotations

import re
from collections.abc import Callable

from newsearch.patterns import lazy_pattern

COMPARISON = lazy_pattern(r"(>=|<=|>|<)(.*)", re.DOTALL)
"""An operator and what follows it."""

BETWEEN = ".."
"""Stands between two ends that are written without brackets: ``2019..2020``."""

_TO = lazy_pattern(r"\s++(?:TO|to)\s++|\.\.\.?")


def parts_of(text: str) -> list[tuple[str, int]]:
    """Cut the text of a range at each TO or ``..``; return the parts and where they start."""
    starts = [len(text) - len(text.lstrip())]
    bare = text.strip()
    starts += [starts[0] + between.end() for between in _TO.finditer(bare)]
    return list(zip(_TO.split(bare), starts, strict=True))


def first_fault(text: str, read: Callable[[str], object]) -> int | None:
    """Return where in the text of a range the first end starts that cannot be read.

    None if the ends are not two, or both are good. `read`: raises ValueError for what cannot be.
    """
    ends = parts_of(text)
    for end, start in ends if len(ends) == 2 else ():
        try:
            read(end)
        except ValueError:
            return start
    return None
