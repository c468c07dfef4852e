"""What is wrong with a query, and where: warnings, or an error when strict."""

from __future__ import annotations

from operator import itemgetter
from typing import NoReturn

from newsearch.answers.query_warning import QueryWarning
from newsearch.errors import QueryError

LISTED_LIMIT = 20
"""Warnings that one query can give; a last one says how many were left out."""


class Problems:
    """Collects the warnings of one query."""

    def __init__(self) -> None:
        self._found: list[tuple[int, str, str]] = []

    def __bool__(self) -> bool:
        return bool(self._found)

    def warn(self, column: int, message: str, hint: str = "") -> None:
        """Note a problem; problems may come in any order."""
        self._found.append((column, message, hint))

    def fail(self) -> NoReturn:
        """Raise the leftmost problem as `QueryError`."""
        column, message, hint = min(self._found, key=_column)
        raise QueryError(message, column=column, hint=hint)

    def warnings(self) -> tuple[QueryWarning, ...]:
        """Return the problems from left to right, at most `LISTED_LIMIT` and a summary."""
        if not self._found:
            return ()
        found = sorted(self._found, key=_column)
        listed = [QueryWarning(*problem) for problem in found[:LISTED_LIMIT]]
        if rest := found[LISTED_LIMIT:]:
            listed.append(QueryWarning(rest[0][0], f"and {len(rest)} more problems from here"))
        return tuple(listed)


_column = itemgetter(0)
