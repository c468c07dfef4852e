"""How a query tree will be run, decided from the tree alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeGuard

from newsearch.fields import TEXT_FIELDS
from newsearch.query.nodes import (
    And,
    AndMaybe,
    DateRange,
    Every,
    FieldValue,
    Not,
    Nothing,
    NumberRange,
    Or,
    Pattern,
    ResolvedTree,
    Term,
    TermPhrase,
    assert_never,
)

Way = Literal["any words", "all words", "phrase", "filters", "tree"]

_REASONS: dict[Way, str] = {
    "any words": "one matching word or phrase is enough; blocks of articles that cannot be among"
    " the best are skipped",
    "all words": "every word and phrase must match; only blocks of articles that have all of them"
    " are read",
    "phrase": "there is one phrase; positions are read only in articles that have all its words"
    " and can be among the best",
    "filters": "no part of the query gives scores, so articles are ordered by date",
    "tree": "the query combines several kinds of parts; each block of articles is tested against"
    " all of them",
}


_RANKED = frozenset((Term, TermPhrase))


@dataclass(frozen=True, slots=True)
class Plan:
    """How a tree will be run: `way` is which loop ranks.

    `scored`: words and phrases; one phrase for ``"phrase"``, none or one pattern for ``"filters"``,
    the whole tree for ``"tree"``. `filters`, `excluded`: what an article must and must not match
    besides; neither scores.
    """

    way: Way
    scored: tuple[ResolvedTree, ...]
    filters: tuple[ResolvedTree, ...] = ()
    excluded: tuple[ResolvedTree, ...] = ()

    @property
    def reason(self) -> str:
        """Why this way."""
        return _REASONS[self.way]

    def __str__(self) -> str:
        lines = [f"{self.way}: {self.reason}"]
        for name in ("scored", "filters", "excluded"):
            parts = " | ".join(map(str, getattr(self, name)))
            lines += [f"  {name}: {parts}"] if parts else []
        return "\n".join(lines)


def plan(tree: ResolvedTree) -> Plan:
    """Decide how to run a tree; pure, and linear in it."""
    scored, filters, excluded = _sorted_out(tree)
    way, leaves = _way_of(scored)
    if way == "tree":
        return Plan("tree", (tree,))
    return Plan(way, tuple(leaves), tuple(filters), tuple(excluded))


_Trees = Sequence[ResolvedTree]


def _sorted_out(tree: ResolvedTree) -> tuple[_Trees, _Trees, _Trees]:
    """Return the parts that must all hold: what scores, what filters, and what must not match."""
    # The commonest queries come first.
    if type(tree) in _RANKED:
        return (tree,), (), ()
    if isinstance(tree, And) and _RANKED.issuperset(map(type, tree.parts)):
        return tree.parts, (), ()
    scored: list[ResolvedTree] = []
    filters: list[ResolvedTree] = []
    excluded: list[ResolvedTree] = []
    open_parts = [tree]
    while open_parts:
        part = open_parts.pop()
        match part:
            case And():
                open_parts += reversed(part.parts)
            case Not():
                excluded.append(part.part)
            case FieldValue() | DateRange() | NumberRange() | Every() | Pattern(boost=0):
                filters.append(part)
            case Term() | TermPhrase() | Pattern() | Nothing() | Or() | AndMaybe():
                scored.append(part)
            case _:
                assert_never(part)
    return scored, filters, excluded


def _way_of(scored: _Trees) -> tuple[Way, _Trees]:
    if not scored or (len(scored) == 1 and isinstance(scored[0], Pattern)):
        return "filters", scored
    if any(map(is_plain_word, scored)) and all(map(_is_word_or_phrase, scored)):
        return "all words", scored
    if len(scored) > 1:
        return "tree", scored
    [part] = scored
    if isinstance(part, TermPhrase):
        return "phrase", scored
    if isinstance(part, Or) and all(map(_is_word_or_phrase, part.parts)):
        return "any words", part.parts
    return "tree", scored


def is_plain_word(part: ResolvedTree) -> TypeGuard[Term]:
    """Whether a part is one stem that may stand in title or body."""
    return isinstance(part, Term) and part.fields == TEXT_FIELDS and part.boost > 0


def _is_word_or_phrase(part: ResolvedTree) -> bool:
    return isinstance(part, Term | TermPhrase) and part.boost > 0
