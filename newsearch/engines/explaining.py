"""Why an article matches a query or does not: each part of the query is looked for on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np

from newsearch.analysis.acronyms import is_acronym
from newsearch.analysis.terms import key, term
from newsearch.analysis.tokens import forms
from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.snippet import Snippet, Span
from newsearch.answers.why import ExplainedPart, Explanation, Factor, Role
from newsearch.article import Article
from newsearch.fields import TEXT_FIELDS, looked_in
from newsearch.keys import keyed_values
from newsearch.query import resolve
from newsearch.query.nodes import (
    And,
    AndMaybe,
    DateRange,
    FieldValue,
    Not,
    NumberRange,
    Or,
    Pattern,
    Phrase,
    Placed,
    ResolvedLeaf,
    Term,
    TermPhrase,
    TermsPlaced,
    Word,
    WrittenLeaf,
    WrittenTree,
    children,
    leaves,
    word_pattern,
)
from newsearch.schema import article_language
from newsearch.search.run.exhaustive import ScoredLeaf, score_all, weighings
from newsearch.search.searcher import Searcher

_PASSAGES = 3
_AROUND_CHARS = 60
_NEAREST = 3
_SAME_START = 4
_LAST_LETTERS = 2
"""Words that are alike but for their last letters may be meant for each other."""


class Found(NamedTuple):
    """What one article has of a leaf, which it matches."""

    score: float
    factors: tuple[Factor, ...]
    title: tuple[Span, ...]
    body: tuple[Span, ...]


Look = Callable[[WrittenLeaf], Found | None]
"""Looks for a leaf in the article that is to be explained; None where it does not match."""


class _Judged(NamedTuple):
    """A node, whether the article matches it, and what was found of it or of its parts."""

    tree: WrittenTree
    matches: bool
    parts: tuple[_Judged, ...] = ()
    found: Found | None = None


def explain(
    query: str,
    tree: WrittenTree,
    article: Article,
    look: Look,
    warnings: tuple[QueryWarning, ...] = (),
) -> Explanation:
    """Tell of each part of a query as written whether an article has it, and what it added."""
    judged = _judge(tree, look)
    told = _tell(judged, article, "required", counts=True, is_blamed=not judged.matches)
    parts = tuple(told)
    score = sum(part.score for part in parts)
    return Explanation(query, article.id, article.title, judged.matches, score, parts, warnings)


def _judge(tree: WrittenTree, look: Look) -> _Judged:
    if not isinstance(tree, And | Or | Not | AndMaybe):
        found = look(tree)
        return _Judged(tree, found is not None, found=found)
    parts = tuple(_judge(part, look) for part in children(tree))
    holds = [part.matches for part in parts]
    match tree:
        case And():
            matches = all(holds)
        case Or():
            matches = any(holds)
        case Not():
            matches = not holds[0]
        case AndMaybe():
            matches = holds[0]
    return _Judged(tree, matches, parts)


def _tell(
    judged: _Judged, article: Article, role: Role, *, counts: bool, is_blamed: bool
) -> Iterator[ExplainedPart]:
    """Yield the leaves below.

    `counts`: whether the score of what matches is added. `is_blamed`: whether the article does not
    match the query because of how this came out.
    """
    counts = counts and judged.matches
    tree = judged.tree
    if not isinstance(tree, And | Or | Not | AndMaybe):
        yield _part(tree, judged.found, article, role, counts=counts, is_blamed=is_blamed)
        return
    for number, part in enumerate(judged.parts):
        own, blamed = role, is_blamed and part.matches == judged.matches
        if isinstance(tree, Not):
            own, counts, blamed = "excluded", False, is_blamed
        elif isinstance(tree, Or) and role == "required":
            own = "any"
        elif isinstance(tree, AndMaybe) and number:
            own, blamed = "optional" if role == "required" else role, False
        yield from _tell(part, article, own, counts=counts, is_blamed=blamed)


def _part(
    leaf: WrittenLeaf,
    found: Found | None,
    article: Article,
    role: Role,
    *,
    counts: bool,
    is_blamed: bool,
) -> ExplainedPart:
    return ExplainedPart(
        part=str(leaf),
        role=role,
        matches=found is not None,
        is_failure=is_blamed,
        score=found.score if found and counts else 0.0,
        factors=found.factors if found and counts else (),
        title=found.title if found else (),
        body=found.body if found else (),
        passages=tuple(_passages(article.body, found.body)) if found else (),
        note=_note(leaf, article, matches=found is not None),
    )


def _passages(text: str, spans: Sequence[Span]) -> Iterator[Snippet]:
    """Cut out the first places with the text around them, each once."""
    end = n_cut = 0
    for span in spans:
        if span[0] < end or n_cut == _PASSAGES:
            continue
        start = max(span[0] - _AROUND_CHARS, 0)
        start = text.find(" ", start, span[0]) + 1 or start if start else 0
        end = span[1] + _AROUND_CHARS
        end = max(text.rfind(" ", 0, end + 1), span[1]) if end < len(text) else len(text)
        inside = [(a - start, b - start) for a, b in spans if start <= a and b <= end]
        yield Snippet(text[start:end], tuple(inside))
        n_cut += 1


def _note(leaf: WrittenLeaf, article: Article, *, matches: bool) -> str:
    """Say what an article has where a leaf looks, if that is not plain from what matches."""
    match leaf:
        case DateRange():
            return _date_note(leaf, article)
        case FieldValue() | NumberRange():
            return _value_note(leaf.fields[0], article)
        case Pattern() if leaf.fields[0] not in TEXT_FIELDS:
            return _value_note(leaf.fields[0], article)
        case Word() | Phrase() | Placed() if not matches:
            lacking = [note for one in _words_in(leaf) for note in _lacking(one, article)]
            return "; ".join(lacking) or "it has the words, but not as they are asked for"
    return ""


def _date_note(dates: DateRange, article: Article) -> str:
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
    values = [one for one in values if one]
    return f"it has {', '.join(values)}" if values else f"it has no {field}"


def _words_in(leaf: Word | Phrase | Placed) -> Iterator[Word | Phrase]:
    if isinstance(leaf, Placed):
        yield from (one for one in chain.from_iterable(leaf.parts) if not isinstance(one, Pattern))
    else:
        yield leaf


def _lacking(leaf: Word | Phrase, article: Article) -> list[str]:
    """Say of each word that an article does not have as it is asked for what it has instead."""
    language = article_language(article)
    written = {name: forms(getattr(article, name)) for name in TEXT_FIELDS}
    own = {key(one, language): one for name in leaf.fields for one in written[name]}
    terms = {term(one, language) for one in own.values()}
    notes: list[str] = []
    for word in [leaf.form] if isinstance(leaf, Word) else leaf.words:
        asked, stem = key(word, language), term(word, language)
        is_exact = is_acronym(word) or (isinstance(leaf, Phrase) and leaf.exact)
        if word_pattern(word) or (asked in own if is_exact else stem in terms):
            continue
        near = [one for k, one in own.items() if term(one, language) == stem or _is_near(k, asked)]
        note = f"it lacks {word}"
        if near:
            note += f", it has {', '.join(islice(sorted(near), _NEAREST))}"
        elif other := [n for n, text in written.items() if n not in leaf.fields and word in text]:
            note += f" in the {leaf.fields[0]}, it has it in the {other[0]}"
        notes.append(note)
    return notes


def _is_near(one: str, other: str) -> bool:
    n_alike = max(_SAME_START, len(other) - _LAST_LETTERS)
    return len(one) >= n_alike and one[:n_alike] == other[:n_alike]


class ArticleLook:
    """Looks for parts of queries in one article of a snapshot, given by its global docnum."""

    def __init__(self, searcher: Searcher, docnum: int, article: Article) -> None:
        self._searcher = searcher
        self._statistics = searcher.statistics
        self._docnum = docnum
        self._segment, self._own = searcher.snapshot.locate(docnum)
        self._number = searcher.snapshot.segments.index(self._segment)
        self._article = article

    def __call__(self, leaf: WrittenLeaf) -> Found | None:
        tree = resolve(leaf, self._searcher.vocabulary)
        found, _ = score_all(self._statistics, tree)
        at = int(np.searchsorted(found.docnums, self._docnum))
        if at == len(found.docnums) or found.docnums[at] != self._docnum:
            return None
        factors = [one for own in leaves(tree) for one in self._factors(own)]
        marked = self._searcher.show(tree, every_word=True)
        title, body = (marked.highlights(self._article, name) for name in ("title", "body"))
        return Found(float(found.scores[at]), tuple(factors), title, body)

    def _factors(self, leaf: ResolvedLeaf) -> Iterator[Factor]:
        if isinstance(leaf, Term | TermPhrase | TermsPlaced):
            yield from self._factors_of(leaf)

    def _factors_of(self, leaf: ScoredLeaf) -> Iterator[Factor]:
        length = int(self._segment.lengths(leaf.fields)[self._own])
        average = self._statistics.average_length(leaf.fields)
        for one in weighings(self._statistics, leaf):
            docnums, freqs = one.found[self._number]
            frequency = int(freqs[docnums == self._own].sum())
            if frequency:
                weight = one.factor / leaf.boost if leaf.boost else 1.0
                yield Factor(
                    f"{leaf} ({one.counted})",
                    *(leaf.boost, weight, one.idf, frequency, length, average),
                )
