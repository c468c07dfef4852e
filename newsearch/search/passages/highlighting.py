"""Where in a text a query matches: what snippets show and mark."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from itertools import chain, compress, count, islice
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.clitics import written_forms
from newsearch.analysis.normalising import aligned
from newsearch.analysis.sentences import paragraph_starts, sentence_starts
from newsearch.analysis.terms import key, tag, tag_of, term
from newsearch.analysis.tokens import form, tokens
from newsearch.answers.snippet import Span
from newsearch.fields import TEXT_FIELDS
from newsearch.query.nodes import (
    Alternatives,
    Pattern,
    ResolvedTree,
    Term,
    TermPhrase,
    TermsPlaced,
    Unscored,
    assert_never,
    leaves,
    word_pattern,
)
from newsearch.search.placing import IN_BODY, Spans, Unit, counting
from newsearch.search.proximity import phrase_starts, phrase_windows
from newsearch.search.run.patterns import form_test
from newsearch.search.run.places import Leaf, are_spelt

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
        self._placed = [leaf for _, leaf in self._leaves if isinstance(leaf, TermsPlaced)]
        self._field = field
        self._language = language
        self._tag = tag(language)
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
        if self._sought is None or self._sequences or self._placed:
            return None
        clauses = [own[0] for own in self._sought.values() if len(own) == 1]
        return clauses if len(clauses) == len(self._sought) else None

    @property
    def n_clauses(self) -> int:
        """How many parts of the query are looked for."""
        return len(self._leaves) + sum(len(leaf.parts) for leaf in self._placed)

    def matches(self, text: str) -> list[Highlight]:
        """Find all matches, ascending by start; linear in the text."""
        source = aligned(text)

        def original(start: int, end: int) -> Span:
            return source.original(start, end) if source.runs else (start, end)

        if self._sought is None:
            token_spans = [match.span() for match in tokens(source.text)]
            words = [form(source.text[start:end]) for start, end in token_spans]
            return self._matches_of_all(words, [original(*span) for span in token_spans], text)
        found_tokens = [
            (number, *original(first + start, first + end), word)
            for first, piece in _pieces(source.text, self._scanner)
            for number, start, end, word in _found_tokens(self._sought, piece, self._key_of)
        ]
        return self.matches_at(found_tokens, text)

    def matches_at(self, found_tokens: Sequence[FoundToken], text: str) -> list[Highlight]:
        """Find all matches in a text, ascending by start.

        `found_tokens`: all tokens of the text that have one of the `sought` forms, ascending.
        """
        assert self._sought is not None
        found = [
            Highlight(start, end, c)
            for _, start, end, word in found_tokens
            for c in self._sought[word]
        ]
        if self._sequences or self._placed:
            spans_at = {token: (start, end) for token, start, end, _ in found_tokens}
            positions = {
                word: [token for token, _, _, form in found_tokens if form in forms]
                for word, forms in self._forms.items()
            }
            found += self._matches_by_place(self._sequences, positions, spans_at, text)
        return sorted(found, key=_by_start)

    def _matches_by_place(
        self,
        phrases: Iterable[tuple[int, TermPhrase]],
        positions: _Positions,
        spans_at: Mapping[int, Span],
        text: str,
    ) -> Iterator[Highlight]:
        """Find phrases, and the occurrences that count of words that are asked to stand somewhere.

        `spans_at`: the characters of each token.
        """
        for clause, phrase in phrases:
            for first, last in _spans_of(phrase, positions):
                yield Highlight(spans_at[first][0], spans_at[last][1], clause)
        clause = len(self._leaves)
        for leaf in self._placed:
            for found in self._counting(leaf, positions, spans_at, text):
                for first, last in found:
                    yield Highlight(spans_at[first][0], spans_at[last][1], clause)
                clause += 1

    def _counting(
        self,
        placed: TermsPlaced,
        positions: _Positions,
        spans_at: Mapping[int, Span],
        text: str,
    ) -> Iterator[list[Span]]:
        """Return first and last token of the occurrences of each part that count."""
        base = IN_BODY if self._field == "body" else 0

        def begins(unit: Unit, _: object) -> NDArray[np.int64]:
            is_sentence = unit == "S"
            cuts = sentence_starts(text, self._language) if is_sentence else paragraph_starts(text)
            numbers, starts = list(spans_at), [start for start, _ in spans_at.values()]
            at = {bisect_left(starts, cut) for cut in cuts} - {len(starts)}
            return np.array(sorted({0, *(numbers[one] for one in at)}), np.int64) | base

        def is_spelt(leaf: Leaf, first: int) -> bool:
            if not (isinstance(leaf, TermPhrase) and leaf.spelt):
                return True
            own = [text[slice(*spans_at[first + n])] for n in range(len(leaf.spelt))]
            return are_spelt(own, leaf.spelt, self._language)

        parts = [
            sorted(
                {
                    (base | first, base | last)
                    for leaf in part
                    if self._field in leaf.fields
                    for first, last in _spans_of(leaf, positions)
                    if is_spelt(leaf, first)
                }
            )
            for part in placed.parts
        ]
        arrays = [np.array(own, np.int64).reshape(-1, 2) for own in parts]
        spans = [Spans(own[:, 0].copy(), own[:, 1].copy()) for own in arrays]
        for kept in counting(placed, spans, begins):
            yield [(a ^ base, b ^ base) for a, b in zip(*map(np.ndarray.tolist, kept), strict=True)]

    @cached_property
    def _scanner(self) -> re.Pattern[str] | None:
        """What `_pieces` takes; phrases need to know how many words stand between two."""
        if (
            self._sought is None
            or self._sequences
            or self._placed
            or len(self._sought) > _MOST_SCANNED_FORMS
        ):
            return None
        small = [re.escape(form.lower()) for form in self._sought]
        return re.compile("|".join([*small, _DOTTED, _UNLIKE_ITS_FORM]))

    def _sought_forms(self, vocabulary: Vocabulary) -> dict[str, tuple[int, ...]] | None:
        """Map each form that can match to the clauses it satisfies alone; None if too many."""
        sought: dict[str, tuple[int, ...]] = {}
        self._forms: dict[_Part, frozenset[str]] = {}
        if any(len(terms) > MOST_SOUGHT_FORMS for terms in self._terms_like.values()):
            return None
        for clause, leaf in self._leaves:
            if isinstance(leaf, TermsPlaced) or (
                isinstance(leaf, TermPhrase) and len(leaf.words) > 1
            ):
                for word in dict.fromkeys(_parts_of(leaf)):
                    forms = self._forms_of_part(word, vocabulary)
                    self._forms[word] = frozenset(forms)
                    for one in forms:
                        sought.setdefault(one, ())
                continue
            [word] = _parts_of(leaf)
            found: dict[str, tuple[int, ...]]
            found = dict.fromkeys(self._forms_of_part(word, vocabulary), (clause,))
            for one in sought.keys() & found.keys():
                found[one] = (*sought[one], clause)
            sought |= found
        return sought if len(sought) <= MOST_SOUGHT_FORMS else None

    def _forms_of_part(self, part: _Part, vocabulary: Vocabulary) -> Sequence[str]:
        """Return the forms that a pattern or a word stands for."""
        if isinstance(part, Pattern):
            return self._written(vocabulary.forms_meant(part, self._tag))
        exact, word = part
        pattern = word_pattern(word[0])
        if pattern is not None:
            return self._written(vocabulary.forms_like(pattern))
        if exact:
            end = self._tag
            return self._written(one.removesuffix(end) for one in word if tag_of(one) == end)
        return self._forms_of(word, vocabulary)

    def _forms_of(self, terms: Alternatives, vocabulary: Vocabulary) -> Sequence[str]:
        end = self._tag
        own = [vocabulary.forms_of(term) for term in terms if tag_of(term) == end]
        return _written_of_word(self._language, tuple(chain.from_iterable(own)))

    def _written(self, keys: Iterable[str]) -> Sequence[str]:
        return _written(self._language, keys)

    def _matches_of_all(
        self, words: Sequence[str], token_spans: Sequence[Span], text: str
    ) -> list[Highlight]:
        """Find the matches given all words of a text, and where they stand, by stemming each."""
        positions = self._positions(words)
        found = [
            Highlight(*token_spans[position], clause)
            for clause, leaf in self._leaves
            if isinstance(leaf, Term | Pattern)
            for position in positions[_parts_of(leaf)[0]]
        ]
        spans_at = dict(enumerate(token_spans))
        found += self._matches_by_place(self._phrases, positions, spans_at, text)
        return sorted(found, key=_by_start)

    @cached_property
    def _terms_like(self) -> Mapping[Pattern, frozenset[str]]:
        """The terms of each pattern outside quotes."""
        terms_like = self._vocabulary.terms_like if self._vocabulary else lambda _: ()
        parts = [part for _, leaf in self._leaves for part in _parts_of(leaf)]
        return {part: frozenset(terms_like(part)) for part in parts if isinstance(part, Pattern)}

    def _positions(self, words: Sequence[str]) -> _Positions:
        terms = [term(word, self._language) for word in words]
        end = self._tag
        keys = [self._key_of(word) for word in words]
        exactly = [one + end for one in keys]
        positions: dict[_Part, list[int]] = {}
        for part in {part for _, leaf in self._leaves for part in _parts_of(leaf)}:
            fits: Callable[[str], object]
            if isinstance(part, Pattern):
                compared, fits = terms, self._terms_like[part].__contains__
            elif pattern := word_pattern(part[1][0]):
                compared, fits = keys, form_test(pattern)
            else:
                compared, fits = exactly if part[0] else terms, part[1].__contains__
            positions[part] = [position for position, word in enumerate(compared) if fits(word)]
        return positions


_Part = Pattern | tuple[bool, Alternatives]
"""What stands for words of a text: a pattern, or forms (True) or terms that a word may be."""
_Positions = Mapping[_Part, Sequence[int]]


def _parts_of(leaf: Leaf | TermsPlaced) -> Sequence[_Part]:
    match leaf:
        case Term():
            return [(False, leaf.terms)]
        case TermPhrase():
            return [(leaf.exact, word) for word in leaf.words]
        case Pattern():
            return [leaf]
        case TermsPlaced():
            return [part for own in leaf.parts for one in own for part in _parts_of(one)]
        case _:
            assert_never(leaf)


def _spans_of(leaf: Leaf, positions: _Positions) -> Iterator[Span]:
    """Return first and last position, inclusive, of each occurrence of a leaf."""
    if isinstance(leaf, TermPhrase):
        yield from _phrase_spans(leaf, [positions[part] for part in _parts_of(leaf)])
        return
    for position in positions[_parts_of(leaf)[0]]:
        yield position, position


def _written(language: str, keys: Iterable[str]) -> Sequence[str]:
    """Return keys, and ASCII forms that have them; other forms are known by their keys."""
    own = [written_forms(one, language) for one in dict.fromkeys(keys)]
    return tuple(dict.fromkeys(chain.from_iterable(own)))


_written_of_word = lru_cache(_MEMO_WORDS)(_written)


def _by_start(match: Highlight) -> tuple[int, int, int]:
    return match.start, -match.end, match.clause


def _is_function_word(leaf: Leaf | TermsPlaced) -> bool:
    """Whether a leaf tells nothing of an article: function words weigh less than others."""
    return isinstance(leaf, Term) and leaf.weight < 1


def are_fields_alike(tree: ResolvedTree) -> bool:
    """Whether a query asks for the same in titles and bodies, so that one `Highlighter` will do."""
    return all(
        leaf.fields == TEXT_FIELDS and not isinstance(leaf, TermsPlaced)
        for leaf in _shown_leaves(tree)
    )


def _shown_leaves(tree: ResolvedTree) -> Iterator[Leaf | TermsPlaced]:
    """Return the scored leaves that are not excluded."""
    for leaf in leaves(tree, with_excluded=False):
        match leaf:
            case Term() | TermPhrase() | TermsPlaced() | Pattern():
                yield leaf
            case Unscored():
                pass
            case _:
                assert_never(leaf)


def _phrase_spans(phrase: TermPhrase, positions: Sequence[Sequence[int]]) -> Iterator[Span]:
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
