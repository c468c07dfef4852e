"""``newsearch concordance``: lines aligned at the match, for people."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from newsearch.answers.concordance import Concordance, ConcordanceLine
from newsearch.answers.printing import columns_of, n_articles_text, printable
from newsearch.cli.derived import command
from newsearch.cli.options import color_option
from newsearch.cli.printing import columns_of_terminal, is_colored, is_terminal, print_styled, say
from newsearch.operations.concordance import OPERATION

_LINES_AT_ONCE = 500
"""Lines that are aligned with one another."""
_LEAST_COLUMNS = 20
"""What each side gets on a narrow terminal, where lines then wrap."""
_LONGEST_MATCH = 24
"""Columns; what follows a longer one stands out of line, or has no room."""
_GAP = "  "
_LEFT_TO_RIGHT, _RIGHT_TO_LEFT, _END = "\u2066", "\u2067", "\u2069"
"""Unicode's marks for a stretch of text that has a direction of its own."""


def _show(lines: Concordance, given: Mapping[str, Any]) -> None:
    room = columns_of_terminal() if is_terminal(sys.stdout) else None
    row = ""
    for row in aligned(lines, given["width"], room):
        print_styled(row, colored=is_colored(given["color"]))
    if lines.total and not (row or lines.has_more or lines.is_partial):
        say(f"{n_articles_text(lines.total)}, found without words, so there are no lines to show")
    if lines.has_more:
        say(f"{given['limit']:,} shown; there are more (-n)")


concordance_command = command(OPERATION, _show, color_option("lines"))


def aligned(lines: Iterable[ConcordanceLine], width: int, columns: int | None) -> Iterator[str]:
    """Return lines for people; what matches is in bold and begins in the same column.

    Nothing in them can steer a terminal. `width`: characters on each side; columns on a terminal,
    which has `columns` of them. None is no terminal.

    A line whose match is written from right to left is told to be so: a terminal that knows of
    directions shows what comes before the match on its right, and the match in the column of the
    others. One that does not shows all characters in the order of the text.
    """
    rest = iter(lines)
    while some := list(islice(rest, _LINES_AT_ONCE)):
        match_columns = _longest((line.match for line in some), _LONGEST_MATCH)
        origins = [_origin(line) for line in some]
        side = _longest((text for line in some for text in (line.left, line.right)), width)
        if columns is not None:
            taken = match_columns + len(_GAP) + _longest(origins, columns)
            side = min(side, max((columns - taken) // 2, _LEAST_COLUMNS))
        for line, origin in zip(some, origins, strict=True):
            row = _row(line, side, match_columns, can_turn=columns is not None)
            yield f"{row}{_GAP}\x1b[2m{origin}\x1b[0m"


def _longest(texts: Iterable[str], limit: int) -> int:
    return min(max(map(columns_of, map(printable, texts))), limit)


def _origin(line: ConcordanceLine) -> str:
    told = ("" if line.date is None else str(line.date), line.source, line.id)
    return " · ".join(printable(one) for one in told if one)


def _row(line: ConcordanceLine, side: int, match_columns: int, *, can_turn: bool) -> str:
    """Set a line in `side` columns, then `match_columns` for the match, then `side` columns.

    What a match leaves of its columns is for the text after it, which is before it in a line that
    is turned round.
    """
    left, match, right = map(printable, (line.left, line.match, line.right))
    isolate = _isolate(match + right + left) if can_turn else ""
    left_room = side
    right_room = max(side + match_columns - columns_of(match), 0)
    if isolate == _RIGHT_TO_LEFT:
        left_room, right_room = right_room, left_room
    left, right = _last(left, left_room), _first(right, right_room)
    before, after = " " * (left_room - columns_of(left)), " " * (right_room - columns_of(right))
    if isolate == _RIGHT_TO_LEFT:
        before, after = after, before
    end = _END if isolate else ""
    return f"{before}{isolate}{left}\x1b[1m{match}\x1b[0m{right}{end}{after}"


def _isolate(text: str) -> str:
    """Return the mark to set before a text with letters from right to left; '' without any.

    The first letter tells the direction of the whole.
    """
    if text.isascii():
        return ""
    strong = [one for one in map(unicodedata.bidirectional, text) if one in ("L", "R", "AL")]
    if all(one == "L" for one in strong):
        return ""
    return _LEFT_TO_RIGHT if strong[0] == "L" else _RIGHT_TO_LEFT


def _first(text: str, columns: int) -> str:
    """Return the first characters of a text, as many as have room in some columns."""
    if text.isascii():
        return text[:columns]
    end = 0
    while end < len(text) and columns_of(text[end]) <= columns:
        columns -= columns_of(text[end])
        end += 1
    return text[:end]


def _last(text: str, columns: int) -> str:
    """Return the last characters of a text that have room, without marks whose letter has not."""
    start = len(text)
    if text.isascii():
        return text[max(start - columns, 0) :]
    while start and columns_of(text[start - 1]) <= columns:
        start -= 1
        columns -= columns_of(text[start])
    while start < len(text) and not columns_of(text[start]):
        start += 1
    return text[start:]
