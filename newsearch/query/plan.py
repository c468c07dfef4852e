"""How a query tree will be run, decided from the tree alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeGuard

from newsearch.fields import TEXT_FIELDS
from newsearch.query import nodes
from newsearch.values import frozen

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


_RANKED = frozenset((nodes.Term, nodes.TermPhrase, nodes.TermsPlaced))


@frozen
class Plan:
    """How a tree will be run: `way` is which loop ranks.

    `scored`: words and phrases; one phrase for ``"phrase"``, none or one pattern for ``"filters"``,
    the whole tree for ``"tree"``. `filters`, `excluded`: what an article must and must not match
    besides; neither scores.
    """

    way: Way
    scored: tuple[nodes.ResolvedTree, ...]
    filters: tuple[nodes.ResolvedTree, ...] = ()
    excluded: tuple[nodes.ResolvedTree, ...] = ()

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


def plan(tree: nodes.ResolvedTree) -> Plan:
    """Decide how to run a tree; pure, and linear in it."""
    scored, filters, excluded = _sorted_out(tree)
    way, leaves = _way_of(scored)
    if way == "tree":
        return Plan("tree", (tree,))
    return Plan(way, tuple(leaves), tuple(filters), tuple(excluded))


_Trees = Sequence[nodes.ResolvedTree]


def _sorted_out(tree: nodes.ResolvedTree) -> tuple[_Trees, _Trees, _Trees]:
    """Return the parts that must all hold: what scores, what filters, and what must not match."""
    # The commonest queries come first.
    if type(tree) in _RANKED:
        return (tree,), (), ()
    if isinstance(tree, nodes.And) and _RANKED.issuperset(map(type, tree.parts)):
        return tree.parts, (), ()
    scored: list[nodes.ResolvedTree] = []
    filters: list[nodes.ResolvedTree] = []
    excluded: list[nodes.ResolvedTree] = []
    open_parts = [tree]
    while open_parts:
        part = open_parts.pop()
        match part:
            case nodes.And():
                open_parts += reversed(part.parts)
            case nodes.Not():
                excluded.append(part.part)
            case nodes.Or() if part.is_filter:
                filters.append(part)
            case (
                nodes.Nothing()
                | nodes.Term()
                | nodes.TermPhrase()
                | nodes.TermsPlaced()
                | nodes.Or()
                | nodes.AndMaybe()
            ):
                scored.append(part)
            case nodes.Unscored() | nodes.Pattern(boost=0):
                filters.append(part)
            case nodes.Pattern():
                scored.append(part)
            case _:
                nodes.assert_never(part)
    return scored, filters, excluded


def _way_of(scored: _Trees) -> tuple[Way, _Trees]:
    if not scored or (len(scored) == 1 and isinstance(scored[0], nodes.Pattern)):
        return "filters", scored
    if any(map(is_plain_word, scored)) and all(map(_is_word_or_phrase, scored)):
        return "all words", scored
    if len(scored) > 1:
        return "tree", scored
    [part] = scored
    if isinstance(part, nodes.TermPhrase):
        return "phrase", scored
    if isinstance(part, nodes.TermsPlaced) and _is_word_or_phrase(part):
        return "any words", scored
    if isinstance(part, nodes.Or) and all(map(_is_word_or_phrase, part.parts)):
        return "any words", part.parts
    return "tree", scored


def is_plain_word(part: nodes.ResolvedTree) -> TypeGuard[nodes.Term]:
    """Whether a part is one stem that may stand in title or body."""
    return isinstance(part, nodes.Term) and part.fields == TEXT_FIELDS and part.boost > 0


def _is_word_or_phrase(part: nodes.ResolvedTree) -> bool:
    return isinstance(part, (nodes.Term, nodes.TermPhrase, nodes.TermsPlaced)) and part.boost > 0
