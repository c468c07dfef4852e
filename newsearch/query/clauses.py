"""What stands between two parentheses, put together: OR, AND, juxtaposition, required, excluded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from newsearch.query.nodes import AndMaybe, WrittenTree
from newsearch.query.problems import Problems
from newsearch.query.trees import all_of, any_of

Operator = Literal["AND", "OR"]


@dataclass(slots=True)
class Clause:
    """Operands joined by AND, wanted and excluded; usually one, none if nothing was searched for.

    `is_required`: one was marked with ``+``. `is_filter`: it only narrows, holding no more than
    filters and exclusions.
    """

    wanted: list[WrittenTree] = field(default_factory=list)
    excluded: list[WrittenTree] = field(default_factory=list)
    is_required: bool = False
    is_filter: bool = True

    def join(self, other: Clause) -> None:
        """Take in the operands of another clause, by AND."""
        self.wanted += other.wanted
        self.excluded += other.excluded
        self.is_required |= other.is_required
        self.is_filter &= other.is_filter or not other.wanted


class Group:
    """Collects the operands and operators of one level, left to right.

    ``OR`` binds loosest. In ``match="all"`` side by side means AND; in ``match="any"`` it means OR
    among neighbours, while a written AND binds tighter.
    """

    def __init__(self, problems: Problems, *, match_any: bool) -> None:
        self._problems = problems
        self._match_any = match_any
        self._alternatives: list[WrittenTree] = []
        self._clauses: list[Clause] = []
        self._pending: tuple[Operator, int] | None = None
        self.is_filter = True

    def operator(self, name: Operator, column: int) -> None:
        """Take AND or OR."""
        if self._pending is not None:
            self._warn_dangling(self._pending)
        elif not self._clauses:
            self._problems.warn(column, f"{name} has nothing before it and is ignored")
            return
        self._pending = name, column

    def add(self, clause: Clause) -> None:
        """Take an operand."""
        name = self._pending[0] if self._pending else None
        self._pending = None
        if name == "OR":
            self._close_alternative()
        if name == "AND":
            self._clauses[-1].join(clause)
        else:
            self._clauses.append(clause)

    def tree(self) -> WrittenTree | None:
        """Return the tree of the group, or None if it has nothing to search for."""
        if self._pending is not None:
            self._warn_dangling(self._pending)
        self._close_alternative()
        return any_of(self._alternatives) if self._alternatives else None

    def _warn_dangling(self, pending: tuple[Operator, int]) -> None:
        name, column = pending
        self._problems.warn(column, f"{name} has nothing after it and is ignored")

    def _close_alternative(self) -> None:
        clauses = [clause for clause in self._clauses if clause.wanted or clause.excluded]
        self._clauses = []
        if clauses:
            self.is_filter &= all(clause.is_filter for clause in clauses)
            self._alternatives.append(_side_by_side(clauses, match_any=self._match_any))


def _side_by_side(clauses: list[Clause], *, match_any: bool) -> WrittenTree:
    """Join clauses without a written operator between.

    Filters and exclusions always narrow. Where a clause is required by ``+``, the other words are
    optional and only add to the score.
    """
    filters: list[WrittenTree] = []
    excluded: list[WrittenTree] = []
    required: list[WrittenTree] = []
    others: list[WrittenTree] = []
    some_required = any(clause.is_required for clause in clauses)
    for clause in clauses:
        if clause.is_required or not (some_required or match_any):
            required += clause.wanted
            excluded += clause.excluded
        elif clause.is_filter:
            filters += clause.wanted
            excluded += clause.excluded
        else:
            others.append(all_of(clause.wanted, clause.excluded))
    if others:
        optional: WrittenTree = any_of(others)
        required = [AndMaybe(all_of(required), optional)] if required else [optional]
    return all_of(required + filters, excluded)
