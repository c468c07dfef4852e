"""Why an article matches a query or does not: each part of the query is looked for on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from newsearch.analysis.acronyms import is_acronym
from newsearch.analysis.terms import key, tag, tag_of, term
from newsearch.analysis.tokens import forms
from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.snippet import Snippet, Span
from newsearch.answers.why import ExplainedPart, Explanation, Factor, Role
from newsearch.article import Article
from newsearch.fields import TEXT_FIELDS, looked_in
from newsearch.keys import keyed_values
from newsearch.query import nodes, resolve
from newsearch.query.nodes import ResolvedLeaf, WrittenLeaf, WrittenTree
from newsearch.schema import article_language
from newsearch.search.run.exhaustive import ScoredLeaf, score_all, weighings
from newsearch.search.searcher import Searcher
from newsearch.stopping import Stopped

_NEAREST = 3
_SAME_START = 4
_LAST_LETTERS = 2
"""Words that are alike but for their last letters may be meant for each other."""


class Found(NamedTuple):
    """What one article has of a leaf, which it matches."""

    score: float
    factors: tuple[Factor, ...] = ()
    title: tuple[Span, ...] = ()
    body: tuple[Span, ...] = ()
    snippet: Snippet | None = None


Look = Callable[[WrittenLeaf], Found | None]
"""Looks for a leaf in the article that is to be explained; None where it does not match."""


def explain(
    query: str,
    tree: WrittenTree,
    article: Article,
    look: Look,
    warnings: tuple[QueryWarning, ...] = (),
) -> Explanation:
    """Tell of each part of a query as written whether an article has it, and what it added."""
    matches, parts = _tell(tree, article, look, "required")
    if matches:
        parts = [replace(one, is_failure=False) for one in parts]
    score = sum(one.score for one in parts)
    return Explanation(query, article.id, article.title, matches, score, tuple(parts), warnings)


def _tell(
    tree: WrittenTree, article: Article, look: Look, role: Role
) -> tuple[bool, list[ExplainedPart]]:
    """Return whether an article matches, and the leaves: those that decided so as failures."""
    if not isinstance(tree, nodes.And | nodes.Or | nodes.Not | nodes.AndMaybe):
        found = look(tree)
        return found is not None, [_part(tree, found, article, role)]
    told = [
        _tell(part, article, look, _role_in(tree, number, role))
        for number, part in enumerate(nodes.children(tree))
    ]
    holds = [held for held, _ in told]
    match tree:
        case nodes.And():
            matches = all(holds)
        case nodes.Or():
            matches = any(holds)
        case nodes.Not():
            matches = not holds[0]
        case nodes.AndMaybe():
            matches = holds[0]
        case _:
            nodes.assert_never(tree)
    adds = matches and not isinstance(tree, nodes.Not)
    parts: list[ExplainedPart] = []
    for held, own in told:
        decides = held == matches or isinstance(tree, nodes.Not)
        if isinstance(tree, nodes.AndMaybe) and parts:
            decides = False
        parts += [
            replace(
                one,
                is_failure=one.is_failure and decides,
                score=one.score if adds else 0.0,
                factors=one.factors if adds else (),
            )
            for one in own
        ]
    return matches, parts


def _role_in(tree: WrittenTree, number: int, role: Role) -> Role:
    if isinstance(tree, nodes.Not):
        return "excluded"
    is_optional = isinstance(tree, nodes.AndMaybe) and number
    own: Role = "any" if isinstance(tree, nodes.Or) else "optional" if is_optional else role
    return own if role == "required" else role


def _part(leaf: WrittenLeaf, found: Found | None, article: Article, role: Role) -> ExplainedPart:
    own = found or Found(0.0)
    note = _note(leaf, article, is_lacking=found is None and role != "excluded")
    return ExplainedPart(str(leaf), role, found is not None, *own, note, is_failure=True)


def _note(leaf: WrittenLeaf, article: Article, *, is_lacking: bool) -> str:
    """Say what an article has where a filter looks, or in place of words that it lacks."""
    if isinstance(leaf, nodes.DateRange):
        return _date_note(leaf, article)
    if isinstance(leaf, nodes.FieldValue | nodes.NumberRange | nodes.Pattern):
        in_values = leaf.fields[0] not in TEXT_FIELDS
        return _value_note(leaf.fields[0], article) if in_values else ""
    if not is_lacking or not isinstance(leaf, nodes.Word | nodes.Phrase | nodes.Placed):
        return ""
    parts = leaf.parts if isinstance(leaf, nodes.Placed) else ((leaf,),)
    words = [one for part in parts for one in part if not isinstance(one, nodes.Pattern)]
    lacking = [note for one in words for note in _lacking(one, article)]
    return "; ".join(lacking) or "it has the words, but not as they are asked for"


def _date_note(dates: nodes.DateRange, article: Article) -> str:
    if article.date is None:
        return "it has no date"
    second = article.date.timestamp_s
    if dates.start_s is not None and second < dates.start_s:
        return f"{article.date} is before it"
    is_after = dates.end_s is not None and second >= dates.end_s
    return f"{article.date} is {'after' if is_after else 'in'} it"


def _value_note(field: str, article: Article) -> str:
    """Say what an article has in a field, or under a key of users' own."""
    values = [value for name, value in keyed_values(article.extra) if name == field]
    for name in looked_in(field):
        own: Any = getattr(article, name, ())
        values += [own] if isinstance(own, str) else own
    if field == "lang":
        values = [article_language(article)]
    if field == "length":
        values = [f"{len(forms(article.body)):,} words"]
    return f"it has {', '.join(filter(None, values)) or f'no {field}'}"


def _lacking(leaf: nodes.Word | nodes.Phrase, article: Article) -> Iterator[str]:
    """Say of each word that an article does not have as it is asked for what it has instead."""
    language = article_language(article)
    written = {name: forms(getattr(article, name)) for name in TEXT_FIELDS}
    own = {key(one, language): one for name in leaf.fields for one in written[name]}
    for word in [leaf.form] if isinstance(leaf, nodes.Word) else leaf.words:
        asked, stem = key(word, language), term(word, language)
        start = asked[: max(_SAME_START, len(asked) - _LAST_LETTERS)]
        alike = [one for one in own.values() if term(one, language) == stem]
        is_exact = is_acronym(word) or (isinstance(leaf, nodes.Phrase) and leaf.exact)
        if nodes.word_pattern(word) or (asked in own if is_exact else alike):
            continue
        near = [one for k, one in own.items() if len(start) >= _SAME_START and k.startswith(start)]
        elsewhere = [name for name, words in written.items() if word in words]
        if near := sorted({*alike, *near})[:_NEAREST]:
            yield f"it lacks {word}, it has {', '.join(near)}"
        else:
            yield f"it lacks {word}" + "".join(f"; the {name} has it" for name in elsewhere)


class ArticleLook:
    """Looks for parts of queries in one article of a snapshot, given by its global docnum."""

    def __init__(self, searcher: Searcher, docnum: int, article: Article) -> None:
        self._searcher = searcher
        self._statistics = searcher.statistics
        self._docnum = docnum
        self._segment, self._own = searcher.snapshot.locate(docnum)
        self._number = searcher.snapshot.segments.index(self._segment)
        self._article = article
        self._encoded = article.body.encode("utf-8", "surrogatepass")
        self._language = article_language(article)

    def __call__(self, leaf: WrittenLeaf) -> Found | None:
        tree = resolve(leaf, self._searcher.vocabulary)
        written = str(leaf)
        matched = [one for one in (self._look(own, written) for own in nodes.leaves(tree)) if one]
        if not matched:
            return None
        scores, factors = zip(*matched, strict=True)
        marked = self._searcher.show(tree, every_word=True)
        title, body = (marked.highlights(self._article, name) for name in ("title", "body"))
        cut = (self._language, lambda: self._article.title)
        snippet = marked.snippet(self._encoded, *cut) if body else None
        return Found(sum(scores), tuple(chain.from_iterable(factors)), title, body, snippet)

    def _look(self, leaf: ResolvedLeaf, written: str) -> tuple[float, list[Factor]] | None:
        """Return the score of a leaf and what makes it; None where it does not match."""
        if isinstance(leaf, nodes.Term | nodes.TermPhrase | nodes.TermsPlaced):
            factors = list(self._factors(leaf, written))
            return (sum(one.score for one in factors), factors) if factors else None
        found, is_partial = score_all(self._statistics, leaf)
        if is_partial:
            raise Stopped
        at = np.flatnonzero(found.docnums == self._docnum)
        return (float(found.scores[at[0]]), []) if len(at) else None

    def _factors(self, leaf: ScoredLeaf, written: str) -> Iterator[Factor]:
        own = tag(self._language)  # terms of other languages are not in the article
        terms = leaf.terms if isinstance(leaf, nodes.Term) else ()
        name = "|".join(t.removesuffix(own) for t in terms if tag_of(t) == own) or written
        length = int(self._segment.lengths(leaf.fields)[self._own])
        average = self._statistics.average_length(leaf.fields)
        for counted, found, idf, factor in weighings(self._statistics, leaf):
            docnums, freqs = found[self._number]
            frequency = int(freqs[docnums == self._own].sum())
            if frequency:
                weight = factor / leaf.boost
                about = f"{name} ({counted})"
                yield Factor(about, leaf.boost, weight, idf, frequency, length, average)
