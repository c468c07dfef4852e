"""What follows a word, phrase or group, ``~5`` and ``^2``, and what a group says of its words."""

from __future__ import annotations

from typing import NamedTuple

from newsearch.fields import TEXT_FIELDS
from newsearch.patterns import lazy_pattern
from newsearch.query.problems import Problems

BOOST_RANGE = 0.001, 1000.0
SLOP_LIMIT = 1000
EDIT_LIMIT = 2

NUMBER = lazy_pattern(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_WHOLE_NUMBER = lazy_pattern(r"[0-9]{1,9}")
_SHOWN_LENGTH = 30


class Scope(NamedTuple):
    """What holds for all words of a group: the field before it and the boost after it."""

    field: str = ""
    boost: float = 1.0

    @property
    def is_scored(self) -> bool:
        """Whether words are looked for in title or body, and not in a filter."""
        return self.field in ("", "title", "body", "text")

    @property
    def fields(self) -> tuple[str, ...]:
        """Fields of a leaf other than `FieldValue`."""
        return TEXT_FIELDS if self.field in ("", "text") else (self.field,)


class Ending(NamedTuple):
    """What follows a word, phrase or group: the ``5`` of ``~5``, the ``2`` of ``^2``.

    None where there is no ``~`` or ``^``. Columns are those of the signs.
    """

    near: str | None
    near_column: int
    boost: str | None
    boost_column: int


def split_ending(text: str, column: int) -> tuple[str, Ending]:
    """Cut ``~N`` and ``^B`` from the end of a text that starts at a column."""
    head, caret, boost = text.partition("^")
    word, tilde, near = head.partition("~")
    ending = Ending(
        near if tilde else None, column + len(word), boost if caret else None, column + len(head)
    )
    return word, ending


def boosted(ending: Ending, scope: Scope, problems: Problems) -> Scope:
    """Multiply the boost of a scope by that of an ending."""
    if ending.boost is None:
        return scope
    column = ending.boost_column
    if not scope.is_scored:
        warn_useless("^", column, scope, problems)
        return scope
    least, most = BOOST_RANGE
    if not NUMBER.fullmatch(ending.boost) or not least <= float(ending.boost) <= most:
        hint = f"write a number from {least:g} to {most:g}: tokyo^2"
        problems.warn(column, f"^{shown(ending.boost)} is ignored", hint)
        return scope
    boost = scope.boost * float(ending.boost)
    if not least <= boost <= most:
        boost = min(max(boost, least), most)
        problems.warn(column, f"multiplied by the groups around, ^ is read as ^{boost:g}")
    return Scope(scope.field, boost)


def slop(ending: Ending, problems: Problems) -> int:
    """Return how many other words a phrase allows; 0 if it does not say."""
    if ending.near is None:
        return 0
    if not _WHOLE_NUMBER.fullmatch(ending.near):
        hint = 'write how many words may stand in between: "north korea"~5'
        problems.warn(ending.near_column, f"~{shown(ending.near)} is ignored", hint)
        return 0
    words = int(ending.near)
    if words > SLOP_LIMIT:
        problems.warn(ending.near_column, f"~{words} is read as ~{SLOP_LIMIT}, the limit")
    return min(words, SLOP_LIMIT)


def edits(ending: Ending, problems: Problems) -> int:
    """Return how many letters of a word may differ; 1 if the ``~`` does not say."""
    if not ending.near:
        return 1
    if not _WHOLE_NUMBER.fullmatch(ending.near):
        message = f"~{shown(ending.near)} is read as ~1"
        problems.warn(ending.near_column, message, "write biegun~1 or biegun~2")
        return 1
    letters = int(ending.near)
    if letters > EDIT_LIMIT:
        message = f"~{letters} is read as ~{EDIT_LIMIT}, the limit for a word"
        hint = 'words near each other are written as a phrase: "north korea"~5'
        problems.warn(ending.near_column, message, hint)
    return min(letters, EDIT_LIMIT)


def warn_useless(sign: str, column: int, scope: Scope, problems: Problems) -> None:
    """Warn of an ending that means nothing to a filter."""
    problems.warn(column, f"{sign} is ignored after {scope.field}:, which only filters")


def shown(text: str) -> str:
    """Shorten a piece of the query for a message."""
    return text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"
