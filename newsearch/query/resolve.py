"""A tree as written -> the tree that is searched in one index: word forms become its stems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice, product
from typing import Protocol

from newsearch.fields import TEXT_FIELDS
from newsearch.query.nodes import (
    FUNCTION_WORD_WEIGHT,
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
    Phrase,
    ResolvedTree,
    Term,
    TermPhrase,
    Word,
    WrittenLeaf,
    WrittenTree,
    assert_never,
    word_pattern,
)
from newsearch.query.trees import any_of

COMBINATION_LIMIT = 32
"""Stem phrases that one compound word can give, over the languages of an index."""


class QueryAnalyser(Protocol):
    """What must be known of an index's analysis to resolve a tree for it."""

    def stems(self, form: str) -> tuple[str, ...]:
        """Return the distinct stems of a form in the languages of the index, at least one."""
        ...

    def is_function_word(self, form: str) -> bool:
        """Whether a form is a word of grammar in the language that has it most."""
        ...

    @property
    def terms(self) -> Mapping[str, ResolvedTree]:
        """What `resolve` makes of each form that stands as a plain word; remembered, so a dict."""
        ...


def any_stem(form: str, analyser: QueryAnalyser) -> ResolvedTree:
    """Resolve a word form that stands as a plain word: in all text fields, without a boost."""
    return _any_stem(Word(form), analyser)


def resolve(tree: WrittenTree, analyser: QueryAnalyser) -> ResolvedTree:
    """Resolve a tree as written for the index that the analyser knows."""
    match tree:
        case And():
            return And(_resolve_all(tree.parts, analyser))
        case Or():
            return any_of(_resolve_all(tree.parts, analyser))
        case Not():
            return Not(resolve(tree.part, analyser))
        case AndMaybe():
            return AndMaybe(resolve(tree.required, analyser), resolve(tree.optional, analyser))
        case _:
            return _resolve_leaf(tree, analyser)


def _resolve_all(parts: Iterable[WrittenTree], analyser: QueryAnalyser) -> list[ResolvedTree]:
    # The words of a plain query are looked up at once, without a call for each.
    terms = analyser.terms
    return [
        terms[part.form]
        if isinstance(part, Word) and part.boost == 1 and part.fields == TEXT_FIELDS
        else resolve(part, analyser)
        for part in parts
    ]


def _resolve_leaf(leaf: WrittenLeaf, analyser: QueryAnalyser) -> ResolvedTree:
    match leaf:
        case Word() if leaf.boost == 1 and leaf.fields == TEXT_FIELDS:
            return analyser.terms[leaf.form]
        case Word():
            return _any_stem(leaf, analyser)
        case Phrase():
            return _any_stem_phrase(leaf, analyser)
        case Pattern() | FieldValue() | DateRange() | NumberRange() | Every() | Nothing():
            return leaf
        case _:
            assert_never(leaf)


def _any_stem(word: Word, analyser: QueryAnalyser) -> ResolvedTree:
    weight = FUNCTION_WORD_WEIGHT if analyser.is_function_word(word.form) else 1.0
    stems = analyser.stems(word.form)
    return any_of([Term(stem, word.fields, word.boost, weight) for stem in stems])


def _any_stem_phrase(phrase: Phrase, analyser: QueryAnalyser) -> ResolvedTree:
    exact, slop, fields, boost = phrase.exact, phrase.slop, phrase.fields, phrase.boost
    if exact:
        return TermPhrase(phrase.words, exact, slop, fields, boost)
    alternatives = [
        (word,) if word_pattern(word) else analyser.stems(word) for word in phrase.words
    ]
    stems = islice(product(*alternatives), COMBINATION_LIMIT)
    return any_of([TermPhrase(words, exact, slop, fields, boost) for words in stems])
