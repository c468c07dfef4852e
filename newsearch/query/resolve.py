"""A tree as written -> the tree that is searched in one index: word forms become its stems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Protocol

from newsearch.analysis.acronyms import is_acronym, written_alike
from newsearch.analysis.compounds import in_other_number, other_spellings
from newsearch.fields import TEXT_FIELDS
from newsearch.query import nodes
from newsearch.query.trees import any_of


class QueryAnalyser(Protocol):
    """What must be known of an index's analysis to resolve a tree for it."""

    def terms_of(self, form: str) -> nodes.Alternatives:
        """Return the terms of a form in the languages of the index."""

    def keys_of(self, form: str) -> nodes.Alternatives:
        """Return the keys of a form in the languages of the index, ending as terms do."""

    def inflections_of(self, form: str) -> nodes.Alternatives:
        """Return the keys of a form and of all that have one of its terms, as `keys_of` does.

        One with wildcards stands for what fits, with all inflections; perhaps nothing.
        """

    def has_word(self, form: str) -> bool:
        """Whether the index has, or had, any of the terms of a form."""

    def terms_like(self, pattern: nodes.Pattern) -> nodes.Alternatives:
        """Return the terms of the words that a pattern stands for, in all their inflections."""

    def typed_of(self, form: str) -> nodes.Alternatives:
        """Return the keys of a form that is much rarer than its terms; none of another."""
        ...

    def is_function_word(self, form: str) -> bool:
        """Whether a form is a word of grammar in the language that has it most."""

    @property
    def plain(self) -> Mapping[str, nodes.ResolvedTree]:
        """What `resolve` makes of each form that stands as a plain word; remembered, so a dict."""

    @property
    def quoted(self) -> Mapping[str, nodes.Alternatives]:
        """What `quoted_word` makes of each form; remembered, so a dict."""


def quoted_word(form: str, analyser: QueryAnalyser) -> nodes.Alternatives:
    """Return the keys of a form within quotation marks; one with wildcards stands for itself."""
    if nodes.word_pattern(form):
        return (form,)
    return tuple(sorted(set(chain.from_iterable(map(analyser.keys_of, written_alike(form))))))


def plain_word(form: str, analyser: QueryAnalyser) -> nodes.ResolvedTree:
    """Resolve a word form that stands as a plain word: in all text fields, without a boost."""
    return _word(nodes.Word(form), analyser)


def resolve(tree: nodes.WrittenTree, analyser: QueryAnalyser) -> nodes.ResolvedTree:
    """Resolve a tree as written for the index that the analyser knows."""
    match tree:
        case nodes.And():
            return nodes.And(_resolve_all(tree.parts, analyser))
        case nodes.Or():
            return any_of(_resolve_all(tree.parts, analyser))
        case nodes.Not():
            return nodes.Not(resolve(tree.part, analyser))
        case nodes.AndMaybe():
            return nodes.AndMaybe(
                resolve(tree.required, analyser), resolve(tree.optional, analyser)
            )
        case _:
            return _resolve_leaf(tree, analyser)


def _resolve_all(
    parts: Iterable[nodes.WrittenTree], analyser: QueryAnalyser
) -> list[nodes.ResolvedTree]:
    # The words of a plain query are looked up at once, without a call for each.
    plain = analyser.plain
    return [
        plain[part.form]
        if isinstance(part, nodes.Word) and _is_plain(part)
        else resolve(part, analyser)
        for part in parts
    ]


def _is_plain(word: nodes.Word) -> bool:
    return word.boost == 1 and word.fields == TEXT_FIELDS and not word.others


def _resolve_leaf(leaf: nodes.WrittenLeaf, analyser: QueryAnalyser) -> nodes.ResolvedTree:
    match leaf:
        case nodes.Word() if _is_plain(leaf):
            return analyser.plain[leaf.form]
        case nodes.Word():
            return _word(leaf, analyser)
        case nodes.Phrase() if leaf.spelt:
            words = tuple(_alternatives(form, analyser, exact=True) for form in leaf.words)
            fields, boost, spelt = leaf.fields, leaf.boost, leaf.spelt
            return nodes.TermPhrase(words, exact=True, fields=fields, boost=boost, spelt=spelt)
        case nodes.Phrase():
            return _any_spelling(_side_by_side(leaf, analyser), leaf.words, leaf, analyser)
        case nodes.Placed():
            parts = [tuple(_alternatives_of(part, analyser)) for part in leaf.parts]
            return nodes.TermsPlaced(tuple(parts), leaf.links, leaf.least, leaf.first)
        case nodes.Pattern():
            return _pattern(leaf, analyser)
        case nodes.Unscored():
            return leaf
        case _:
            nodes.assert_never(leaf)


def _alternatives_of(
    part: Iterable[nodes.Word | nodes.Phrase | nodes.Pattern], analyser: QueryAnalyser
) -> Iterator[nodes.Term | nodes.TermPhrase | nodes.Pattern]:
    """Return each once what a part of a `Placed` may be."""
    for leaf in dict.fromkeys(
        chain.from_iterable(nodes.leaves(_resolve_leaf(one, analyser)) for one in part)
    ):
        assert isinstance(leaf, nodes.Term | nodes.TermPhrase | nodes.Pattern)
        yield leaf


def _word(word: nodes.Word, analyser: QueryAnalyser) -> nodes.ResolvedTree:
    """Resolve a word to its terms; one whose capitals count, ``US``, to its form in capitals."""
    if is_acronym(word.form):
        return nodes.TermPhrase(
            (analyser.keys_of(word.form),), exact=True, fields=word.fields, boost=word.boost
        )
    tree: nodes.ResolvedTree = _term(word, analyser)
    for form in (word.form, *word.others):
        tree = _any_spelling(tree, (form,), word, analyser)
    return tree


def _term(word: nodes.Word, analyser: QueryAnalyser) -> nodes.Term:
    terms = analyser.terms_of(word.form)
    if word.others:
        others = chain.from_iterable(map(analyser.terms_of, word.others))
        return nodes.Term(tuple(sorted({*terms, *others})), word.fields, word.boost)
    if analyser.is_function_word(word.form):
        return nodes.Term(terms, word.fields, word.boost, nodes.FUNCTION_WORD_WEIGHT)
    return nodes.Term(terms, word.fields, word.boost, typed=analyser.typed_of(word.form))


def _pattern(pattern: nodes.Pattern, analyser: QueryAnalyser) -> nodes.ResolvedTree:
    if pattern.fields[0] not in TEXT_FIELDS:
        return pattern
    text = pattern.text + ("*" if pattern.kind == "prefix" else "")
    return _any_spelling(pattern, (text,), pattern, analyser)


def _any_spelling(
    tree: nodes.ResolvedTree,
    words: tuple[str, ...],
    written: nodes.Word | nodes.Pattern | nodes.Phrase,
    analyser: QueryAnalyser,
) -> nodes.ResolvedTree:
    """Return a tree for some words or what matches another spelling of their compounds."""
    exact, slop = (written.exact, written.slop) if isinstance(written, nodes.Phrase) else (False, 0)
    spellings = other_spellings(words, analyser.has_word)
    if not exact:
        for one in (words, *spellings):
            spellings += in_other_number(one, analyser.has_word)
    others = [
        _side_by_side(nodes.Phrase(spelt, exact, slop, written.fields, written.boost), analyser)
        for spelt in dict.fromkeys(spellings)
    ]
    return any_of([tree, *others])


def _side_by_side(
    phrase: nodes.Phrase, analyser: QueryAnalyser
) -> nodes.Term | nodes.Pattern | nodes.TermPhrase:
    exact, slop, fields, boost = phrase.exact, phrase.slop, phrase.fields, phrase.boost
    if len(phrase.words) == 1:
        # Nothing is in between a single word.
        [form], slop = phrase.words, 0
        if not exact:
            word = nodes.Word(form, fields, boost)
            return nodes.word_pattern(form, fields, boost) or _term(word, analyser)
    if not exact and any(map(is_acronym, phrase.words)):
        # The term of US is that of us; only their forms differ.
        inflected = tuple(_inflections(form, analyser) for form in phrase.words)
        return nodes.TermPhrase(inflected, exact=True, slop=slop, fields=fields, boost=boost)
    words = tuple(_alternatives(form, analyser, exact=exact) for form in phrase.words)
    return nodes.TermPhrase(words, exact, slop, fields, boost)


def _inflections(form: str, analyser: QueryAnalyser) -> nodes.Alternatives:
    if is_acronym(form):
        return analyser.keys_of(form)
    return analyser.inflections_of(form) or (form,)


def _alternatives(form: str, analyser: QueryAnalyser, *, exact: bool) -> nodes.Alternatives:
    if exact:
        return analyser.quoted[form]
    pattern = nodes.word_pattern(form)
    if pattern:
        # Within a text that holds nothing that fits, the pattern is a term that no text has.
        return analyser.terms_like(pattern) or (form,)
    return analyser.terms_of(form)
