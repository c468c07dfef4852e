"""The warnings about a query; a module of its own, because every query loads it."""

from __future__ import annotations

from newsearch.values import frozen_dataclass


@frozen_dataclass
class QueryWarning:
    """A part of a query that was not understood, and how it was read.

    Parameters
    ----------
    column
        Character of the query, counted from 1, at which it goes wrong.
    message
        What is wrong and how it was read, lower case.
    hint
        What to write instead, or ''.
    """

    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}" + (f"; {self.hint}" if self.hint else "")
