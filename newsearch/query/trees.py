"""Joining parts to a flat query tree.

Trees in the form that the parser gives: no ``And`` directly in an ``And`` nor ``Or`` in an ``Or``,
no group of one, ``Not`` only as a later member of an ``And``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from newsearch.query.nodes import And, Every, Not, Or, Tree, WrittenTree

L = TypeVar("L")
_MOVED: frozenset[type] = frozenset((Not, Every))


def any_of(trees: Iterable[Tree[L]]) -> Tree[L]:
    """Join at least one tree by OR."""
    parts: list[Tree[L]] = []
    for tree in trees:
        if isinstance(tree, Or):
            parts += tree.parts
        else:
            parts.append(tree)
    return parts[0] if len(parts) == 1 else Or(parts)


def all_of(wanted: Iterable[WrittenTree], excluded: Sequence[WrittenTree] = ()) -> WrittenTree:
    """Join trees by AND, without what the excluded ones match; at least one of either.

    Exclusions alone are taken from all articles. ``Every`` beside other members is left out.
    """
    parts: list[WrittenTree] = []
    nots: list[WrittenTree] = []
    for tree in wanted:
        own = tree.parts if isinstance(tree, And) else (tree,)
        if _MOVED.isdisjoint(map(type, own)):  # a group in a group in a group is copied each time
            parts += own
            continue
        for part in own:
            if isinstance(part, Not):
                nots.append(part)
            elif not isinstance(part, Every):
                parts.append(part)
    nots += [Not(tree) for tree in excluded]
    if not parts:
        parts = [Every()]
    return parts[0] if len(parts) == 1 and not nots else And(parts + nots)
