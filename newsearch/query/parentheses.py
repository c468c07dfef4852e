"""Which parentheses belong together."""

from __future__ import annotations

from newsearch.query.lexer import Token
from newsearch.query.problems import Problems

DEPTH_LIMIT = 64
"""Parentheses inside parentheses; deeper ones are ignored."""


def paired(tokens: list[Token], problems: Problems) -> tuple[list[Token], dict[int, int]]:
    """Pair parentheses, and leave out those that close nothing or are too deep.

    Returns the tokens that are left, and the number of each opening one among them to that of its
    closing one. One that is not closed reaches to the end: the number is the count of tokens.
    """
    kept: list[Token] = []
    opened: list[int] = []
    closing: dict[int, int] = {}
    n_too_deep = 0
    for token in tokens:
        kind = token.lastgroup
        if kind == "open":
            if len(opened) == DEPTH_LIMIT:
                message = f"parentheses more than {DEPTH_LIMIT} deep are ignored"
                problems.warn(token.start() + 1, message)
                n_too_deep += 1
                continue
            opened.append(len(kept))
        elif kind == "close":
            if n_too_deep:
                n_too_deep -= 1
                continue
            if not opened:
                problems.warn(token.start() + 1, ") closes nothing and is ignored")
                continue
            closing[opened.pop()] = len(kept)
        kept.append(token)
    for place in opened:
        closing[place] = len(kept)
        problems.warn(kept[place].start() + 1, "( is not closed; it reaches to the end")
    return kept, closing
