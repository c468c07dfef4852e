"""Advice for a query that finds nothing, from the little that an engine can look up for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from newsearch.answers.advice import Advice, Unknown, Wider
from newsearch.fields import TEXT_FIELDS
from newsearch.query.nodes import (
    And,
    AndMaybe,
    DateRange,
    Every,
    FieldValue,
    Nothing,
    NumberRange,
    Or,
    Pattern,
    Phrase,
    Placed,
    Word,
    WrittenLeaf,
    WrittenTree,
    assert_never,
    leaves,
    word_pattern,
)
from newsearch.query.trees import all_of, any_of

UNKNOWN_LIMIT = 3
"""Unknown words and values that are told of."""
NEAREST_LIMIT = 3
"""Near ones that are told of each."""
_TRIED_LIMIT = 8
_LEAVES_LIMIT = 32
_FILTERS_LIMIT = 4


class Consulted(Protocol):
    """What an engine looks up to give advice."""

    def count(self, tree: WrittenTree) -> int:
        """Count the articles that match, exactly."""

    def has(self, leaf: WrittenLeaf) -> bool:
        """Tell whether any article matches."""

    def near_words(self, word: str) -> Sequence[str]:
        """Return word forms of the archive that are spelt nearly so, the likeliest first."""

    def near_values(self, field: str, words: Sequence[str]) -> Sequence[str]:
        """Return values of a filter field that are spelt nearly so, the likeliest first."""


def advise(asked: WrittenTree, with_any: WrittenTree, archive: Consulted) -> Advice:
    """Return what helps with a query that finds nothing.

    Parameters
    ----------
    asked
        The query.
    with_any
        The query where any of its words need to match, not all.
    archive
        Where to look.
    """
    wanted = dict.fromkeys(leaves(asked, with_excluded=False))
    unknown = _unknown(islice(wanted, _LEAVES_LIMIT), archive)
    wider = [Wider("any", archive.count(with_any))] if with_any != asked else []
    if (unquoted := _unquoted(asked)) != asked:
        wider.append(Wider("unquoted", archive.count(unquoted)))
    wider += [
        Wider("without", archive.count(rest), str(left_out))
        for left_out, rest in islice(_without_a_filter(asked), _FILTERS_LIMIT)
    ]
    told = tuple(islice(unknown, UNKNOWN_LIMIT))
    return Advice(told, tuple(one for one in wider if one.total))


def _unknown(wanted: Iterable[WrittenLeaf], archive: Consulted) -> Iterator[Unknown]:
    """Return what no article has, of all that is asked for."""
    for leaf in wanted:
        match leaf:
            case Word():
                yield from _unknown_words([leaf], archive)
            case Phrase():
                words = [_one_word(leaf, form) for form in leaf.words]
                yield from _unknown_words(words, archive)
            case Placed():
                yield from _unknown((one for part in leaf.parts for one in part), archive)
            case FieldValue():
                if not archive.has(leaf):
                    near = archive.near_values(leaf.fieldname, leaf.words)
                    value = " ".join(leaf.words)
                    yield Unknown(leaf.fieldname, value, tuple(near[:NEAREST_LIMIT]))
            case Pattern() | DateRange() | NumberRange():
                if not archive.has(leaf):
                    yield _unknown_part(leaf)
            case Every() | Nothing():
                pass
            case _:
                assert_never(leaf)


def _unknown_part(leaf: Pattern | DateRange | NumberRange) -> Unknown:
    name, colon, value = str(leaf).partition(":")
    return Unknown(name, value) if colon else Unknown("text", name.strip("()"))


def _one_word(phrase: Phrase, form: str) -> Word | Phrase | Pattern:
    if phrase.exact:
        return Phrase((form,), exact=True, fields=phrase.fields)
    return _any_form(phrase, form)


def _any_form(phrase: Phrase, form: str) -> Word | Pattern:
    fields, boost = phrase.fields, phrase.boost
    return word_pattern(form, fields, boost) or Word(form, fields, boost)


def _unknown_words(
    words: Iterable[Word | Phrase | Pattern], archive: Consulted
) -> Iterator[Unknown]:
    for word in words:
        if archive.has(word):
            continue
        if isinstance(word, Pattern):
            yield _unknown_part(word)
            continue
        form = word.form if isinstance(word, Word) else word.words[0]
        near = (
            one
            for one in archive.near_words(form)[:_TRIED_LIMIT]
            if archive.has(Word(one, word.fields))
        )
        field = "text" if word.fields == TEXT_FIELDS else word.fields[0]
        yield Unknown(field, form, tuple(islice(near, NEAREST_LIMIT)))


def _without_a_filter(asked: WrittenTree) -> Iterator[tuple[WrittenTree, WrittenTree]]:
    """Return each filter that narrows the whole query, and the query without it."""
    parts = asked.parts if isinstance(asked, And) else ()
    for part in parts:
        if isinstance(part, FieldValue | DateRange | NumberRange):
            yield part, all_of(one for one in parts if one is not part)


def _unquoted(tree: WrittenTree) -> WrittenTree:
    """Return a query whose quoted words may stand anywhere, in any form."""
    if isinstance(tree, Phrase) and tree.exact:
        return all_of(_any_form(tree, form) for form in tree.words)
    if isinstance(tree, And):
        return all_of(map(_unquoted, tree.parts))
    if isinstance(tree, Or):
        return any_of(map(_unquoted, tree.parts))
    return _unquoted(tree.required) if isinstance(tree, AndMaybe) else tree
