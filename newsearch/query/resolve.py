"""A tree as written -> the tree that is searched in one index: word forms become its stems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Protocol

from newsearch.analysis.acronyms import is_acronym, written_alike
from newsearch.analysis.compounds import other_spellings
from newsearch.fields import TEXT_FIELDS
from newsearch.query.nodes import (
    FUNCTION_WORD_WEIGHT,
    Alternatives,
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


class QueryAnalyser(Protocol):
    """What must be known of an index's analysis to resolve a tree for it."""

    def terms_of(self, form: str) -> Alternatives:
        """Return the terms of a form in the languages of the index."""

    def keys_of(self, form: str) -> Alternatives:
        """Return the keys of a form in the languages of the index, ending as terms do."""

    def inflections_of(self, form: str) -> Alternatives:
        """Return the keys of a form and of all that have one of its terms, as `keys_of` does.

        One with wildcards stands for what fits, with all inflections; perhaps nothing.
        """

    def has_word(self, form: str) -> bool:
        """Whether the index has, or had, any of the terms of a form."""

    def terms_like(self, pattern: Pattern) -> Alternatives:
        """Return the terms of the words that a pattern stands for, in all their inflections."""

    def typed_of(self, form: str) -> Alternatives:
        """Return the keys of a form that is much rarer than its terms; none of another."""
        ...

    def is_function_word(self, form: str) -> bool:
        """Whether a form is a word of grammar in the language that has it most."""

    @property
    def plain(self) -> Mapping[str, ResolvedTree]:
        """What `resolve` makes of each form that stands as a plain word; remembered, so a dict."""


def plain_word(form: str, analyser: QueryAnalyser) -> ResolvedTree:
    """Resolve a word form that stands as a plain word: in all text fields, without a boost."""
    return _word(Word(form), analyser)


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
    plain = analyser.plain
    return [
        plain[part.form]
        if isinstance(part, Word) and part.boost == 1 and part.fields == TEXT_FIELDS
        else resolve(part, analyser)
        for part in parts
    ]


def _resolve_leaf(leaf: WrittenLeaf, analyser: QueryAnalyser) -> ResolvedTree:
    match leaf:
        case Word() if leaf.boost == 1 and leaf.fields == TEXT_FIELDS:
            return analyser.plain[leaf.form]
        case Word():
            return _word(leaf, analyser)
        case Phrase():
            return _phrase(leaf, analyser)
        case Pattern():
            return _pattern(leaf, analyser)
        case FieldValue() | DateRange() | NumberRange() | Every() | Nothing():
            return leaf
        case _:
            assert_never(leaf)


def _word(word: Word, analyser: QueryAnalyser) -> ResolvedTree:
    """Resolve a word to its terms; one whose capitals count, ``US``, to its form in capitals."""
    if is_acronym(word.form):
        return TermPhrase(
            (analyser.keys_of(word.form),), exact=True, fields=word.fields, boost=word.boost
        )
    return _any_spelling(_term(word, analyser), (word.form,), word, analyser)


def _term(word: Word, analyser: QueryAnalyser) -> Term:
    terms = analyser.terms_of(word.form)
    if analyser.is_function_word(word.form):
        return Term(terms, word.fields, word.boost, FUNCTION_WORD_WEIGHT)
    return Term(terms, word.fields, word.boost, typed=analyser.typed_of(word.form))


def _pattern(pattern: Pattern, analyser: QueryAnalyser) -> ResolvedTree:
    if pattern.fields[0] not in TEXT_FIELDS:
        return pattern
    text = pattern.text + ("*" if pattern.kind == "prefix" else "")
    return _any_spelling(pattern, (text,), pattern, analyser)


def _phrase(phrase: Phrase, analyser: QueryAnalyser) -> ResolvedTree:
    return _any_spelling(_side_by_side(phrase, analyser), phrase.words, phrase, analyser)


def _any_spelling(
    tree: ResolvedTree,
    words: tuple[str, ...],
    written: Word | Pattern | Phrase,
    analyser: QueryAnalyser,
) -> ResolvedTree:
    """Return a tree for some words or what matches another spelling of their compounds."""
    exact, slop = (written.exact, written.slop) if isinstance(written, Phrase) else (False, 0)
    others = [
        _side_by_side(Phrase(spelt, exact, slop, written.fields, written.boost), analyser)
        for spelt in other_spellings(words, analyser.has_word)
    ]
    return any_of([tree, *others])


def _side_by_side(phrase: Phrase, analyser: QueryAnalyser) -> Term | Pattern | TermPhrase:
    exact, slop, fields, boost = phrase.exact, phrase.slop, phrase.fields, phrase.boost
    if len(phrase.words) == 1:
        # Nothing is in between a single word.
        [form], slop = phrase.words, 0
        if not exact:
            word = Word(form, fields, boost)
            return word_pattern(form, fields, boost) or _term(word, analyser)
    if not exact and any(map(is_acronym, phrase.words)):
        # The term of US is that of us; only their forms differ.
        inflected = tuple(_inflections(form, analyser) for form in phrase.words)
        return TermPhrase(inflected, exact=True, slop=slop, fields=fields, boost=boost)
    words = tuple(_alternatives(form, analyser, exact=exact) for form in phrase.words)
    return TermPhrase(words, exact, slop, fields, boost)


def _inflections(form: str, analyser: QueryAnalyser) -> Alternatives:
    if is_acronym(form):
        return analyser.keys_of(form)
    return analyser.inflections_of(form) or (form,)


def _alternatives(form: str, analyser: QueryAnalyser, *, exact: bool) -> Alternatives:
    pattern = word_pattern(form)
    if pattern:
        # Within a text that holds nothing that fits, the pattern is a term that no text has.
        return (form,) if exact else analyser.terms_like(pattern) or (form,)
    if not exact:
        return analyser.terms_of(form)
    return tuple(sorted(set(chain.from_iterable(map(analyser.keys_of, written_alike(form))))))
