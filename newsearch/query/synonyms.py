"""Words that stand for one another: rules of users, and queries with what these add."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path

from newsearch.analysis.acronyms import is_acronym
from newsearch.analysis.compounds import joined
from newsearch.analysis.folding import fold
from newsearch.analysis.stems import stem
from newsearch.analysis.tokens import forms
from newsearch.errors import QueryError, SourceError
from newsearch.query import nodes
from newsearch.query.nodes import Phrase, Word, WrittenTree
from newsearch.query.trees import all_of, any_of

SynonymRules = str | os.PathLike[str] | Iterable[str]
"""The path of a file with a rule on each line, or the rules."""

LIMIT = 4096
"""Words that rules may add to a query."""

_MEMO = 8

_Words = tuple[str, ...]


class Synonyms:
    """What words, one or several side by side, stand for too; never changes.

    `rules`: pairs of words that are typed and words that these stand for too, all as word forms.
    """

    def __init__(self, rules: Iterable[tuple[_Words, _Words]]) -> None:
        self._others: dict[_Words, dict[_Words, None]] = {}
        self._inflected: dict[_Words, dict[_Words, None]] = {}
        self._most = 0
        for typed, other in rules:
            self._others.setdefault(_compared(typed), {})[other] = None
            self._inflected.setdefault(_stems(typed), {})[other] = None
            self._most = max(self._most, len(typed))

    def expand(self, tree: WrittenTree, *, match_any: bool) -> WrittenTree:
        """Return a query with what its words stand for too, as alternatives to them.

        Of several rules for words of a query the one for most of them counts. Words in quotes, with
        wildcards and in fields of other kinds stay as they are. `match_any`: whether words side by
        side are joined by OR. Raises QueryError where more than `LIMIT` words are added.
        """
        expanded = self._expand(tree, nodes.Or if match_any else nodes.And)
        n_words = [
            sum(len(one.others) + 1 if isinstance(one, Word) else 1 for one in nodes.leaves(every))
            for every in (tree, expanded)
        ]
        if n_words[1] - n_words[0] > LIMIT:
            raise QueryError(f"synonyms add more than {LIMIT:,} words to the query")
        return expanded

    def _expand(self, tree: WrittenTree, joining: type) -> WrittenTree:
        match tree:
            case nodes.And() | nodes.Or():
                own = list(self._row(tree.parts, joining, is_row=isinstance(tree, joining)))
                return any_of(own) if isinstance(tree, nodes.Or) else all_of(own)
            case nodes.Not():
                return nodes.Not(self._expand(tree.part, joining))
            case nodes.AndMaybe():
                required = self._expand(tree.required, joining)
                return nodes.AndMaybe(required, self._expand(tree.optional, joining))
            case nodes.Placed():
                parts = tuple(tuple(self._any_of(part)) for part in tree.parts)
                return nodes.Placed(parts, tree.links, tree.least, tree.first)
            case Word() | Phrase():
                return any_of(self._row([tree], joining, is_row=False))
            case nodes.Pattern() | nodes.Unscored():
                return tree
            case _:
                nodes.assert_never(tree)

    def _any_of(
        self, part: Iterable[Word | Phrase | nodes.Pattern]
    ) -> Iterator[Word | Phrase | nodes.Pattern]:
        for leaf in chain.from_iterable(nodes.leaves(self._expand(one, nodes.And)) for one in part):
            assert isinstance(leaf, Word | Phrase | nodes.Pattern)
            yield leaf

    def _stood_for(self, typed: _Words) -> Iterable[_Words] | None:
        """Return what words stand for; those that no rule has in their form, in another one."""
        return self._others.get(_compared(typed)) or self._inflected.get(_stems(typed))

    def _row(
        self, parts: Sequence[WrittenTree], joining: type, *, is_row: bool
    ) -> Iterator[WrittenTree]:
        """Expand parts, of which several together may be what a rule is for if they are a row."""
        at = 0
        while at < len(parts):
            for end in range(min(at + self._most, len(parts)) if is_row else at + 1, at, -1):
                typed = _typed(parts[at:end])
                if others := self._stood_for(typed):
                    is_any = joining is nodes.Or
                    yield any_of(_alternatives(parts[at:end], others, is_any=is_any))
                    break
            else:
                end, part = at + 1, parts[at]
                yield part if isinstance(part, Word | Phrase) else self._expand(part, joining)
            at = end


def _typed(parts: Sequence[WrittenTree]) -> _Words:
    """Return the words of parts in the same fields, of equal weight; else none."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, Word):
            words.append(part.form)
        elif isinstance(part, Phrase) and not (part.exact or part.slop):
            words += part.words
        else:
            return ()
        if (part.fields, part.boost) != (parts[0].fields, parts[0].boost):  # type: ignore[union-attr]
            return ()
    return tuple(words)


def _alternatives(
    parts: Sequence[WrittenTree], others: Iterable[_Words], *, is_any: bool
) -> Iterator[WrittenTree]:
    """Yield what was typed and what it stands for too; single words are one to the ranking."""
    first = parts[0]
    assert isinstance(first, Word | Phrase)
    fields, boost = first.fields, first.boost
    plain = [one[0] for one in others if len(one) == 1 and not is_acronym(one[0])]
    if len(parts) == 1 and isinstance(first, Word) and not is_acronym(first.form):
        plain.insert(0, first.form)
    elif len(parts) == 1 or is_any:
        yield from parts
    else:
        yield nodes.And(parts)
    if plain:
        yield Word(plain[0], fields, boost, tuple(plain[1:]))
    for words in others:
        if len(words) > 1:
            yield Phrase(words, exact=False, fields=fields, boost=boost)
        elif is_acronym(words[0]):
            yield Word(words[0], fields, boost)


def _compared(words: Iterable[str]) -> _Words:
    return tuple(joined(list(map(fold, words)), lambda _: True))


def _stems(words: Iterable[str]) -> _Words:
    """Return words without English endings, which are as good as any to tell forms of a word."""
    return tuple(one if is_acronym(one) else stem(one, "en") for one in _compared(words))


def synonyms_of(given: SynonymRules) -> Synonyms:
    """Read rules, from a file if a path is given.

    Raises
    ------
    SourceError
        The file cannot be read, or a line is no rule.
    QueryError
        What is given is no rules.
    """
    if isinstance(given, str | os.PathLike):
        path = Path(given)
        try:
            state = path.stat()
            return _of_file(path, state.st_mtime_ns, state.st_size)
        except OSError as error:
            raise SourceError(path, f"cannot be read: {error.strerror or error}".lower()) from error
        except ValueError as error:
            raise SourceError(path, f"cannot be read as UTF-8: {error}") from error
    lines = tuple(given) if isinstance(given, Iterable) else (None,)
    if not all(isinstance(line, str) for line in lines):
        raise QueryError(f"synonyms is {given!r}", hint="name a file, or give a list of rules")
    return _of_lines(lines)


@lru_cache(_MEMO)
def _of_file(path: Path, _mtime_ns: int, _size_bytes: int) -> Synonyms:
    return Synonyms(_rules(path, path.read_text(encoding="utf-8-sig").splitlines()))


@lru_cache(_MEMO)
def _of_lines(lines: tuple[str, ...]) -> Synonyms:
    return Synonyms(_rules("synonyms", lines))


def _rules(name: str | Path, lines: Iterable[str]) -> Iterator[tuple[_Words, _Words]]:
    for number, line in enumerate(lines, 1):
        rule = re.split(r"(?:^|\s)#", line)[0].strip()
        if not rule:
            continue
        left, arrow, right = rule.partition("=>")
        typed = [tuple(forms(one)) for one in left.split(",")]
        others = [tuple(forms(one)) for one in right.split(",")] if arrow else typed
        is_rule = all(typed) and all(others) and (arrow or len(typed) > 1)
        if not is_rule or "=>" in right or "*" in rule:
            why = f"{rule!r} is no rule; write 'car, automobile' or 'car => automobile, vehicle'"
            raise SourceError(name, why, line=number)
        yield from ((a, b) for a in typed for b in others if _compared(a) != _compared(b))
