"""Operators of place: ``NEAR/5``, ``PRE/3``, ``NEAR/S``, ``ATLEAST/3``, ``FIRST/50``.

The small forms of other systems (``w/5``, ``pre/3``, ``/s``, ``adj5``, ``atleast3``) are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from newsearch.patterns import lazy_pattern
from newsearch.query.endings import shown
from newsearch.query.nodes import And, Link, Or, Pattern, Phrase, Placed, Word, WrittenTree
from newsearch.query.problems import Problems
from newsearch.query.trees import all_of, any_of
from newsearch.values import replace

NUMBERED = r"(?i:near|adj|atl(?:east)?)\d{1,4}+"
"""Operators that are made of letters and digits like a word."""
LINK = (
    r"(?:(?:NEAR|PRE)/[^\s()（）]*+|(?i:(?:near|adj)\d{1,4}+"
    r"|(?:near|adj|within|w|n|onear|pre|p)?+/\d{1,4}+|(?:near|pre|w)?+/(?:sent|para|s|p)))"
)
COUNT = r"(?:(?:ATLEAST|FIRST)/[^\s()（）]*+|(?i:atl(?:east)?/?\d{1,4}+))"
"""Regular expressions of what joins two operands, and of what stands before one."""

REACH_LIMIT = 1000
COUNT_LIMIT = 1_000_000
_PARTS = lazy_pattern(r"([A-Za-z]*)/?(.*)")
_NUMBER = lazy_pattern(r"0*[1-9]\d{0,8}")
_IN_ORDER = frozenset(("pre", "onear", "p"))
_UNITS: dict[str, Literal["S", "P"]] = {"s": "S", "sent": "S", "p": "P", "para": "P"}

OPERATOR = lazy_pattern(rf"{LINK}|[-+]?{COUNT}")
"""An operator, perhaps with the sign that can stand before it."""


class Written(NamedTuple):
    """An operator as it was written, and its column."""

    text: str
    column: int


def read_link(operator: Written, problems: Problems) -> Link | None:
    """Read what joins two operands; None, after a warning, where its number is none."""
    name, reach = _split(operator)
    unit = _UNITS.get(reach.lower())
    number = unit or _number(operator, reach, REACH_LIMIT, problems)
    if number is None:
        hint = "write how many words apart, or S or P for one sentence or paragraph: oil NEAR/5 gas"
        _warn_ignored(operator, problems, hint)
        return None
    return Link(number, name in _IN_ORDER)


def counted(tree: WrittenTree, operator: Written, problems: Problems) -> WrittenTree:
    """Return an operand with ATLEAST or FIRST before it; without, after a warning, where it cannot
    have that.
    """
    name, text = _split(operator)
    number = _number(operator, text, COUNT_LIMIT, problems)
    placed = _placed(tree)
    if number is None or placed is None:
        hint = f"write {name.upper()}/3 before a word, phrase, pattern or group of OR"
        _warn_ignored(operator, problems, hint)
        return tree
    if name == "first":
        number = min(number, placed.first or number)
        return _simplest(replace(placed, first=number))
    return _simplest(replace(placed, least=max(number, placed.least)))


def joined(
    trees: Sequence[WrittenTree], links: Sequence[tuple[Link, Written]], problems: Problems
) -> WrittenTree:
    """Join operands, of which each stands after a link but the first."""
    done: list[WrittenTree] = []
    last = trees[0]
    for (link, operator), tree in zip(links, trees[1:], strict=True):
        before, after = (_chain(one, link, operator, problems) for one in (last, tree))
        if before and after:
            between = (*before.links, link, *after.links)
            last = Placed((*before.parts, *after.parts), between)
            continue
        message = f"{operator.text} is read as AND here"
        hint = f"{link} joins words, phrases, patterns and groups of OR"
        problems.warn(operator.column, message, hint)
        done.append(last)
        last = tree
    return all_of([*done, last]) if done else last


def _chain(tree: WrittenTree, link: Link, operator: Written, problems: Problems) -> Placed | None:
    """Return an operand as what can be joined; words that must all match are joined likewise."""
    if isinstance(tree, And):
        parts = [_chain(part, link, operator, problems) for part in tree.parts]
        chains = [part for part in parts if part]
        if len(chains) < len(parts):
            return None
        message = f"words side by side in parentheses are joined by {operator.text} too"
        problems.warn(operator.column, message, f"write {link} between them, or OR")
        links = [one for chain in chains for one in (link, *chain.links)]
        return Placed(tuple(part for chain in chains for part in chain.parts), tuple(links[1:]))
    placed = _placed(tree)
    return placed if placed and placed.least == 1 and not placed.first else None


def _placed(tree: WrittenTree) -> Placed | None:
    """Return an operand as parts and links; None for one that has no place in a text."""
    if isinstance(tree, Placed):
        return tree
    if isinstance(tree, Word | Phrase) or (isinstance(tree, Pattern) and tree.boost):
        return Placed(((tree,),))
    if not isinstance(tree, Or):
        return None
    found = [_placed(part) for part in tree.parts]
    plain = [one.parts[0] for one in found if one and one == Placed(one.parts[:1])]
    is_plain = len(plain) == len(found)
    return Placed((tuple(one for part in plain for one in part),)) if is_plain else None


def _simplest(placed: Placed) -> WrittenTree:
    """Return what asks for no more than words as these words."""
    if placed != Placed(placed.parts[:1]):
        return placed
    is_spelt = any(isinstance(one, Phrase) and one.spelt for one in placed.parts[0])
    return placed if is_spelt else any_of(placed.parts[0])


def _split(operator: Written) -> tuple[str, str]:
    found = _PARTS.fullmatch(operator.text)
    assert found
    name, rest = found[1].lower(), found[2]
    return "atleast" if name == "atl" else name, rest


def _number(operator: Written, text: str, limit: int, problems: Problems) -> int | None:
    if not _NUMBER.fullmatch(text):
        return None
    number = int(text)
    if number > limit:
        message = f"{shown(operator.text)} is read as {limit}, the limit"
        problems.warn(operator.column, message)
    return min(number, limit)


def _warn_ignored(operator: Written, problems: Problems, hint: str) -> None:
    problems.warn(operator.column, f"{shown(operator.text)} is ignored", hint)
