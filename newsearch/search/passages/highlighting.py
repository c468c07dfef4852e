"""Where in a text a query matches: what snippets show and mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from itertools import chain, compress, count, islice
from typing import NamedTuple, Protocol

from newsearch.analysis.clitics import written_forms
from newsearch.analysis.normalising import aligned
from newsearch.analysis.terms import key, tag, tag_of, term
from newsearch.analysis.tokens import form, tokens
from newsearch.answers.snippet import Span
from newsearch.query.nodes import (
    Alternatives,
    Pattern,
    ResolvedTree,
    Term,
    TermPhrase,
    Unscored,
    assert_never,
    leaves,
    word_pattern,
)
from newsearch.search.proximity import phrase_starts, phrase_windows
from newsearch.search.run.patterns import form_test

MOST_SOUGHT_FORMS = 10_000
"""More word forms are not listed: every word of a text is then cut out and tested."""
_MOST_SCANNED_FORMS = 200
"""Scanning for more word forms takes longer than cutting the text into words."""
_MEMO_WORDS = 1 << 12
_TOKENS_AT_ONCE = 1 << 14
"""Tokens of a long text that are Python objects at a time."""


class Vocabulary(Protocol):
    """The word forms of an index."""

    def forms_of(self, term: str) -> Sequence[str]:
        """Return the forms that have a term."""

    def forms_like(self, pattern: Pattern) -> Sequence[str]:
        """Return the forms that a pattern matches."""

    def terms_like(self, pattern: Pattern) -> Alternatives:
        """Return the terms of the words that a pattern outside quotes stands for."""

    def forms_meant(self, pattern: Pattern, end: str) -> Sequence[str]:
        """Return the forms of those words in a language, whose terms end so."""


class Highlight(NamedTuple):
    """A stretch of text that matches, in characters, and which part of the query it matches."""

    start: int
    end: int
    clause: int


Found = tuple[int, int, int]
"""A `Highlight`, or what is like one: start, end and clause."""

FoundToken = tuple[int, int, int, str]
"""A token with a word form that is looked for: its number in the text, the characters from where
to where it stands, and the form."""


class Highlighter:
    """Finds in texts of one language what a query asks for, but for excluded parts and filters.

    `field`: ``"title"`` or ``"body"``; parts of the query that ask for the other are left out.
    `vocabulary`: word forms of the index that the texts come from. With it, only forms that can
    match are looked for; without it, every word of a text is cut out and stemmed, and patterns
    stand for nothing. `every_word`: look for function words too, such as "the"; else only where the
    query has no others.
    """

    def __init__(
        self,
        tree: ResolvedTree,
        language: str,
        field: str = "body",
        vocabulary: Vocabulary | None = None,
        *,
        every_word: bool = False,
    ) -> None:
        wanted = [leaf for leaf in _shown_leaves(tree) if field in leaf.fields]
        telling = [] if every_word else [leaf for leaf in wanted if not _is_function_word(leaf)]
        self._leaves = list(enumerate(dict.fromkeys(telling or wanted)))
        self._phrases = [(c, leaf) for c, leaf in self._leaves if isinstance(leaf, TermPhrase)]
        self._sequences = [(c, phrase) for c, phrase in self._phrases if len(phrase.words) > 1]
        self._language = language
        self._key_of = partial(_key_of, language)
        self._vocabulary = vocabulary
        self._sought = self._sought_forms(vocabulary) if vocabulary else None

    @property
    def sought(self) -> Sequence[str] | None:
        """The word forms that can match; None where that is not known, or too many."""
        return None if self._sought is None else list(self._sought)

    @property
    def key_of(self) -> Callable[[str], str]:
        """Gives the key of a word, by which it is looked for among `sought`."""
        return self._key_of

    @property
    def clauses(self) -> Sequence[int] | None:
        """The one clause that each of `sought` matches; None where that is not all there is."""
        if self._sought is None or self._sequences:
            return None
        clauses = list(self._sought.values())
        return None if any(len(own) > 1 for own in clauses) else [clause for (clause,) in clauses]

    @property
    def n_clauses(self) -> int:
        """How many parts of the query are looked for."""
        return len(self._leaves)

    def matches(self, text: str) -> list[Highlight]:
        """Find all matches, ascending by start; linear in the text."""
        source = aligned(text)
        found = self._matches_in(source.text)
        if not source.runs:
            return found
        found = [Highlight(*source.original(start, end), clause) for start, end, clause in found]
        return sorted(found, key=_by_start)

    def _matches_in(self, text: str) -> list[Highlight]:
        """Find all matches in a normal text."""
        if self._sought is None:
            return self._matches_of_all_words(text)
        found_tokens = [
            (number, first + start, first + end, word)
            for first, piece in _pieces(text, self._scanner)
            for number, start, end, word in _found_tokens(self._sought, piece, self._key_of)
        ]
        return self.matches_at(found_tokens)

    def matches_at(self, found_tokens: Sequence[FoundToken]) -> list[Highlight]:
        """Find all matches, ascending by start.

        `found_tokens`: all tokens of a text that have one of the `sought` forms, ascending.
        """
        assert self._sought is not None
        found = [
            Highlight(start, end, c)
            for _, start, end, word in found_tokens
            for c in self._sought[word]
        ]
        if self._sequences:
            spans_at = {token: (start, end) for token, start, end, _ in found_tokens}
            for clause, phrase in self._sequences:
                forms = [self._phrase_forms[phrase.exact, word] for word in phrase.words]
                own = [[token for token, _, _, form in found_tokens if form in f] for f in forms]
                for first, last in _phrase_spans(phrase, own):
                    found.append(Highlight(spans_at[first][0], spans_at[last][1], clause))
        return sorted(found, key=_by_start)

    @cached_property
    def _scanner(self) -> re.Pattern[str] | None:
        """What `_pieces` takes; phrases need to know how many words stand between two."""
        if self._sought is None or self._sequences or len(self._sought) > _MOST_SCANNED_FORMS:
            return None
        small = [re.escape(form.lower()) for form in self._sought]
        return re.compile("|".join([*small, _DOTTED, _UNLIKE_ITS_FORM]))

    def _sought_forms(self, vocabulary: Vocabulary) -> dict[str, list[int]] | None:
        """Map each form that can match to the clauses it satisfies alone; None if too many."""
        sought: dict[str, list[int]] = {}
        self._phrase_forms: dict[tuple[bool, Alternatives], frozenset[str]] = {}
        for clause, leaf in self._leaves:
            if isinstance(leaf, TermPhrase) and len(leaf.words) > 1:
                for word in leaf.words:
                    forms = self._forms_of_part(word, vocabulary, exact=leaf.exact)
                    self._phrase_forms[leaf.exact, word] = frozenset(forms)
                    for one in forms:
                        sought.setdefault(one, [])
                continue
            if isinstance(leaf, Pattern) and len(self._terms_like[leaf]) > MOST_SOUGHT_FORMS:
                return None
            for one in self._forms_of_leaf(leaf, vocabulary):
                sought.setdefault(one, []).append(clause)
        return sought if len(sought) <= MOST_SOUGHT_FORMS else None

    def _forms_of_part(
        self, word: Alternatives, vocabulary: Vocabulary, *, exact: bool
    ) -> Sequence[str]:
        """Return the forms that a phrase's word stands for."""
        pattern = word_pattern(word[0])
        if pattern is not None:
            return self._written(vocabulary.forms_like(pattern))
        if exact:
            end = tag(self._language)
            return self._written(one.removesuffix(end) for one in word if tag_of(one) == end)
        return self._forms_of(word, vocabulary)

    def _forms_of_leaf(
        self, leaf: Term | TermPhrase | Pattern, vocabulary: Vocabulary
    ) -> Sequence[str]:
        if isinstance(leaf, TermPhrase):
            return self._forms_of_part(leaf.words[0], vocabulary, exact=leaf.exact)
        if isinstance(leaf, Pattern):
            return self._written(vocabulary.forms_meant(leaf, tag(self._language)))
        return self._forms_of(leaf.terms, vocabulary)

    def _forms_of(self, terms: Alternatives, vocabulary: Vocabulary) -> Sequence[str]:
        end = tag(self._language)
        own = [vocabulary.forms_of(term) for term in terms if tag_of(term) == end]
        return _written_of_word(self._language, tuple(chain.from_iterable(own)))

    def _written(self, keys: Iterable[str]) -> Sequence[str]:
        return _written(self._language, keys)

    def _matches_of_all_words(self, text: str) -> list[Highlight]:
        """Find the matches by cutting out and stemming every word."""
        token_spans = [match.span() for match in tokens(text)]
        words = [form(text[start:end]) for start, end in token_spans]
        clauses_of = {word: self._clauses(word) for word in set(words)}
        found = [
            Highlight(start, end, clause)
            for (start, end), word in zip(token_spans, words, strict=True)
            for clause in clauses_of[word]
        ]
        if self._phrases:
            positions = self._positions(words)
            for clause, phrase in self._phrases:
                own = [positions[phrase.exact, word] for word in phrase.words]
                for first, last in _phrase_spans(phrase, own):
                    found.append(Highlight(token_spans[first][0], token_spans[last][1], clause))
        return sorted(found, key=_by_start)

    def _clauses(self, word: str) -> list[int]:
        own = term(word, self._language)
        return [
            clause
            for clause, leaf in self._leaves
            if (isinstance(leaf, Term) and own in leaf.terms)
            or (isinstance(leaf, Pattern) and own in self._terms_like[leaf])
        ]

    @cached_property
    def _terms_like(self) -> Mapping[Pattern, frozenset[str]]:
        """The terms of each pattern outside quotes."""
        terms_like = self._vocabulary.terms_like if self._vocabulary else lambda _: ()
        patterns = [leaf for _, leaf in self._leaves if isinstance(leaf, Pattern)]
        return {pattern: frozenset(terms_like(pattern)) for pattern in patterns}

    def _positions(self, words: Sequence[str]) -> Mapping[tuple[bool, Alternatives], list[int]]:
        positions: dict[tuple[bool, Alternatives], list[int]] = {
            (phrase.exact, word): [] for _, phrase in self._phrases for word in phrase.words
        }
        terms = [term(word, self._language) for word in words]
        end = tag(self._language)
        keys = [self._key_of(word) for word in words]
        for (exact, wanted), found in positions.items():
            pattern = word_pattern(wanted[0])
            compared = [one + end for one in keys] if exact else terms
            compared = keys if pattern else compared
            fits = form_test(pattern) if pattern else wanted.__contains__
            found += [position for position, word in enumerate(compared) if fits(word)]
        return positions


def _written(language: str, keys: Iterable[str]) -> Sequence[str]:
    """Return keys, and ASCII forms that have them; other forms are known by their keys."""
    own = [written_forms(one, language) for one in dict.fromkeys(keys)]
    return tuple(dict.fromkeys(chain.from_iterable(own)))


_written_of_word = lru_cache(_MEMO_WORDS)(_written)


def _by_start(match: Highlight) -> tuple[int, int, int]:
    return match.start, -match.end, match.clause


def _is_function_word(leaf: Term | TermPhrase | Pattern) -> bool:
    """Whether a leaf tells nothing of an article: function words weigh less than others."""
    return isinstance(leaf, Term) and leaf.weight < 1


def _shown_leaves(tree: ResolvedTree) -> Iterator[Term | TermPhrase | Pattern]:
    """Return the scored leaves that are not excluded."""
    for leaf in leaves(tree, with_excluded=False):
        match leaf:
            case Term() | TermPhrase() | Pattern():
                yield leaf
            case Unscored():
                pass
            case _:
                assert_never(leaf)


def _phrase_spans(phrase: TermPhrase, positions: list[list[int]]) -> Iterator[Span]:
    """Return first and last position, inclusive, of each occurrence of a phrase."""
    if phrase.slop:
        yield from phrase_windows(positions, len(positions) + phrase.slop)
        return
    for start in phrase_starts(positions):
        yield start, start + len(positions) - 1


@lru_cache(1 << 16)
def _key_of(language: str, word: str) -> str:
    return key(form(word), language)


_UNLIKE_ITS_FORM = "[^\x00-\x7f“”–—…]"
"""A character that may look otherwise in a word form than in lower case."""
_DOTTED = r"[a-z]\.[a-z]"
"""What an acronym with full stops has, and its form has not."""


def _pieces(text: str, scanner: re.Pattern[str] | None) -> Iterator[tuple[int, str]]:
    """Cut out the parts of a text, from space to space, that can have what is looked for.

    Any other part has no character but of ASCII or one that no word has, and no acronym with full
    stops, so its words' forms are what they are in some case, and `scanner` would have found them.
    Ten articles of 1.4 kB take a quarter of the time of cutting all their words.

    `scanner` matches each form in lower case and what is `_UNLIKE_ITS_FORM`; None gives the whole
    text. Each part comes with the place of its first character.
    """
    lower = text.lower()
    if scanner is None or len(lower) != len(text):
        yield 0, text
        return
    end = 0
    for candidate in scanner.finditer(lower):
        if candidate.start() >= end:
            start = max(text.rfind(" ", end, candidate.start()) + 1, end)
            end = text.find(" ", candidate.end())
            end = len(text) if end < 0 else end
            yield start, text[start:end]


def _found_tokens(
    keys: Container[str], text: str, key_of: Callable[[str], str]
) -> Iterator[FoundToken]:
    """Find the tokens of a text that have one of some keys.

    The loops over all tokens run within ``map`` and ``compress``, in half the time.
    """
    first, rest = 0, iter(tokens(text))
    while found := list(islice(rest, _TOKENS_AT_ONCE)):
        words = list(map(key_of, map(re.Match.group, found)))
        for at in compress(count(), map(keys.__contains__, words)):
            yield first + at, *found[at].span(), words[at]
        first += len(found)


def merged(matches: Iterable[Span]) -> list[Span]:
    """Join overlapping stretches; they come ascending by start."""
    joined: list[Span] = []
    for start, end in matches:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
