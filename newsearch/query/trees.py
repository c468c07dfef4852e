"""Joining parts to a flat query tree, and writing a tree in the query language.

Trees in the form that the parser gives: no ``And`` directly in an ``And`` nor ``Or`` in an ``Or``,
no group of one, ``Not`` only as a later member of an ``And``, no boost but on leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from whoosh import query as whoosh_query
from whoosh.query import And, AndMaybe, Every, Not, Or, Query

from newsearch.query.nodes import Pattern

_ALTERNATIVE, _MEMBER, _OPERAND = range(3)


def any_of(trees: Iterable[Query]) -> Query:
    """Join at least one tree by OR."""
    parts: list[Query] = []
    for tree in trees:
        parts += tree.subqueries if type(tree) is Or else [tree]
    return parts[0] if len(parts) == 1 else Or(parts)


def all_of(wanted: Iterable[Query], excluded: Sequence[Query] = ()) -> Query:
    """Join trees by AND, without what the excluded ones match; at least one of either.

    Exclusions alone are taken from all articles. ``Every`` beside other members is left out.
    """
    parts: list[Query] = []
    nots: list[Query] = []
    for tree in wanted:
        for part in tree.subqueries if type(tree) is And else (tree,):
            if type(part) is Not:
                nots.append(part)
            elif not _is_every(part):
                parts.append(part)
    nots += [Not(tree) for tree in excluded]
    if not parts:
        parts = [Every()]
    return parts[0] if len(parts) == 1 and not nots else And(parts + nots)


def to_text(tree: Query) -> str:
    """Write a tree in the query language; reading it again gives the tree.

    That holds for trees as the parser gives them, where stems are their own stems, and while the
    text keeps to the limits of a query. It holds for ``match="all"`` and ``match="any"`` alike.
    """
    return _write(tree, _ALTERNATIVE)


def _is_every(tree: Query) -> bool:
    return type(tree) is Every and tree.fieldname is None


def _write(tree: Query, place: int) -> str:
    match tree:
        case Or():
            text = " OR ".join(_write(part, _MEMBER) for part in tree.subqueries)
            return _bracketed(text, when=place > _ALTERNATIVE)
        case And():
            parts = tree.subqueries
            members = parts[1:] if _is_every(parts[0]) and len(parts) > 1 else parts
            text = " AND ".join(_write(part, _OPERAND) for part in members)
            return _bracketed(text, when=place > _MEMBER)
        case AndMaybe():
            text = f"+{_write(tree.a, _OPERAND)} {_write(tree.b, _OPERAND)}"
            return _bracketed(text, when=place > _ALTERNATIVE)
        case Not():
            return f"NOT {_write(tree.query, _OPERAND)}"
        case Every():
            return "*"
        case Pattern() if tree.text.endswith("?"):
            # At the end of a query it would be read as a question mark.
            return _bracketed(str(tree), when=place > _ALTERNATIVE)
    return "" if tree is whoosh_query.NullQuery else str(tree)


def _bracketed(text: str, *, when: bool) -> str:
    return f"({text})" if when else text
