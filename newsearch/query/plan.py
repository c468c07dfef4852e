"""How a query tree will be run, decided from the tree alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from whoosh import query as whoosh_query
from whoosh.query import Query

from newsearch.fields import TEXT_FIELDS
from newsearch.query.nodes import DateRange, FieldValue, Pattern, Phrase, Word

Way = Literal["any words", "all words", "phrase", "filters", "tree"]

_REASONS: dict[Way, str] = {
    "any words": "words, or phrases found first, of which any may match: blocks of articles are"
    " visited by their bounds",
    "all words": "words, and phrases looked for where all words are, that must all match: blocks"
    " that have them all are visited by their bounds",
    "phrase": "one phrase: positions are read only in articles that have its words and may rank",
    "filters": "whatever matches scores alike: it is ordered by date",
    "tree": "parts of several kinds: a small program is run for each block of articles",
}


_FILTERS = (FieldValue, DateRange, whoosh_query.Every)
_RANKED = frozenset((Word, Phrase))


@dataclass(frozen=True, slots=True)
class Plan:
    """How a tree will be run.

    Parameters
    ----------
    way
        Which loop ranks.
    scored
        Words and phrases; one phrase for ``"phrase"``, none or one pattern for ``"filters"``, the
        whole tree for ``"tree"``.
    filters, excluded
        What an article must and must not match besides; neither scores.
    """

    way: Way
    scored: tuple[Query, ...]
    filters: tuple[Query, ...] = ()
    excluded: tuple[Query, ...] = ()

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


def plan(tree: Query) -> Plan:
    """Decide how to run a tree; pure, and linear in it."""
    scored, filters, excluded = _sorted_out(tree)
    way, leaves = _way_of(scored)
    if way == "tree":
        return Plan("tree", (tree,))
    return Plan(way, tuple(leaves), tuple(filters), tuple(excluded))


def _sorted_out(tree: Query) -> tuple[Sequence[Query], Sequence[Query], Sequence[Query]]:
    """Return the parts that must all hold: what scores, what filters, and what must not match."""
    # What most queries are comes first.
    if type(tree) in _RANKED:
        return (tree,), (), ()
    if _is_open(tree) and _RANKED.issuperset(map(type, tree.subqueries)):
        return tree.subqueries, (), ()
    scored: list[Query] = []
    filters: list[Query] = []
    excluded: list[Query] = []
    open_parts = [tree]
    while open_parts:
        part = open_parts.pop()
        if _is_open(part):
            open_parts += reversed(part.subqueries)
        elif isinstance(part, whoosh_query.Not):
            excluded.append(part.query)
        elif isinstance(part, _FILTERS) or (isinstance(part, Pattern) and part.boost == 0):
            filters.append(part)
        else:
            scored.append(part)
    return scored, filters, excluded


def _is_open(part: Query) -> bool:
    """Whether a part is a conjunction whose own parts can stand in its place."""
    return isinstance(part, whoosh_query.And) and part.boost == 1 and bool(part.subqueries)


def has_boosted_group(tree: Query) -> bool:
    """Whether a group has a boost of its own; the parser gives boosts to leaves only."""
    open_parts = [tree]
    while open_parts:
        part = open_parts.pop()
        if isinstance(part, whoosh_query.And | whoosh_query.Or) and part.boost != 1:
            return True
        open_parts += part.children()
    return False


def _way_of(scored: Sequence[Query]) -> tuple[Way, Sequence[Query]]:
    if not scored or (len(scored) == 1 and isinstance(scored[0], Pattern)):
        return "filters", scored
    if any(map(is_plain_word, scored)) and all(map(_is_word_or_phrase, scored)):
        return "all words", scored
    if len(scored) > 1:
        return "tree", scored
    [part] = scored
    if isinstance(part, Phrase):
        return "phrase", scored
    is_group = isinstance(part, whoosh_query.Or) and part.boost == 1 and bool(part.subqueries)
    if is_group and all(map(_is_word_or_phrase, part.subqueries)):
        return "any words", part.subqueries
    return "tree", scored


def is_plain_word(part: Query) -> bool:
    """Whether a part is one stem that may stand in title or body."""
    return isinstance(part, Word) and part.fields == TEXT_FIELDS and part.boost > 0


def _is_word_or_phrase(part: Query) -> bool:
    return type(part) in _RANKED and part.boost > 0
