"""What ranges of dates and of numbers have in common: comparisons, and what is between two ends."""

from __future__ import annotations

import re

COMPARISON = re.compile(r"(>=|<=|>|<)(.*)", re.DOTALL)
"""An operator and what follows it."""

BETWEEN = ".."
"""Stands between two ends that are written without brackets: ``2019..2020``."""

_TO = re.compile(r"\s++(?:TO|to)\s++|\.\.\.?")


def parts_of(text: str) -> list[tuple[str, int]]:
    """Cut the text of a range at each TO or ``..``; return the parts and where they start."""
    starts = [len(text) - len(text.lstrip())]
    bare = text.strip()
    starts += [starts[0] + between.end() for between in _TO.finditer(bare)]
    return list(zip(_TO.split(bare), starts, strict=True))
