"""The passage that shows best why an article was found, and what to mark in it."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from whoosh import query as whoosh_query

from newsearch.analysis.sentences import sentence_starts
from newsearch.analysis.stems import stemmer
from newsearch.analysis.tokens import form, spans
from newsearch.query.nodes import Pattern, Phrase, Word
from newsearch.search.patterns import form_test
from newsearch.search.scoring import phrase_windows

SNIPPET_CHARS = 240
_SLACK_CHARS = 40
_LEAD_IN_CHARS = 60
_ELLIPSIS = "…"

Span = tuple[int, int]
"""Start and end of a stretch, end exclusive."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of a body with the matched words marked.

    Parameters
    ----------
    text
        About `SNIPPET_CHARS` characters, one line. An ellipsis stands where a sentence is cut.
    highlights
        Start and end of each matched word or phrase in `text`, in characters, ascending, disjoint.
    """

    text: str
    highlights: tuple[Span, ...] = ()

    @property
    def html(self) -> str:
        """The passage as HTML: escaped, matches in ``<mark>``."""
        return self.render(html.escape, "<mark>", "</mark>")

    @property
    def ansi(self) -> str:
        """The passage for a terminal: matches in bold, control characters removed."""
        return self.render(printable, "\x1b[1;33m", "\x1b[0m")

    def render(self, clean: Callable[[str], str], before: str, after: str) -> str:
        """Give the text with each match set between two marks, every part cleaned."""
        parts: list[str] = []
        done = 0
        for start, end in self.highlights:
            parts += [clean(self.text[done:start]), before, clean(self.text[start:end]), after]
            done = end
        return "".join([*parts, clean(self.text[done:])])


_SPACE = re.compile(r"\s*")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def printable(text: str) -> str:
    """Replace what could steer a terminal; articles are not to be trusted with that."""
    return _CONTROLS.sub(" ", text)


@dataclass(frozen=True, slots=True)
class _Match:
    """A stretch of text that matches, in characters, and which part of the query it matches."""

    start: int
    end: int
    clause: int


class Highlighter:
    """Finds in a text what a query asks for.

    Parameters
    ----------
    tree
        The query. Excluded parts and filters are not looked for.
    language
        The language that the text is stemmed in.
    field
        ``"title"`` or ``"body"``: parts of the query that ask for the other field are left out.
    """

    def __init__(self, tree: whoosh_query.Query, language: str, field: str = "body") -> None:
        self._stem = stemmer(language)
        self._stems: dict[str, list[int]] = {}
        self._patterns: list[tuple[int, Callable[[str], bool]]] = []
        self._phrases: list[tuple[int, Phrase]] = []
        wanted = [leaf for leaf in _wanted_leaves(tree) if field in leaf.fields]
        for clause, leaf in enumerate(dict.fromkeys(wanted)):
            match leaf:
                case Word():
                    self._stems.setdefault(leaf.stem, []).append(clause)
                case Phrase():
                    self._phrases.append((clause, leaf))
                case Pattern():
                    self._patterns.append((clause, form_test(leaf)))

    def matches(self, text: str, places: Sequence[Span]) -> list[_Match]:
        """Find the matches in a text whose tokens stand at `places`; ascending by start.

        The time is linear in the text, times the number of wildcards for words not met before.
        """
        clauses_of: dict[str, list[int]] = {}
        phrase_places: dict[tuple[bool, str], list[int]] = {
            (phrase.exact, term): [] for _, phrase in self._phrases for term in phrase.words
        }
        found: list[_Match] = []
        for position, (start, end) in enumerate(places):
            word = form(text[start:end])
            if word not in clauses_of:
                clauses_of[word] = self._clauses(word)
            found += [_Match(start, end, clause) for clause in clauses_of[word]]
            if phrase_places:
                for key in ((True, word), (False, self._stem(word))):
                    if key in phrase_places:
                        phrase_places[key].append(position)
        for clause, phrase in self._phrases:
            positions = [phrase_places[phrase.exact, term] for term in phrase.words]
            for first, last in _phrase_spans(phrase, positions):
                found.append(_Match(places[first][0], places[last][1], clause))
        return sorted(found, key=lambda match: (match.start, -match.end))

    def _clauses(self, word: str) -> list[int]:
        clauses = list(self._stems.get(self._stem(word), [])) if self._stems else []
        return clauses + [clause for clause, matches in self._patterns if matches(word)]


def _wanted_leaves(tree: whoosh_query.Query) -> Iterator[Word | Phrase | Pattern]:
    """Give the scored leaves that are not excluded."""
    match tree:
        case Word() | Phrase() | Pattern():
            yield tree
        case whoosh_query.Not():
            return
        case whoosh_query.AndMaybe():
            yield from _wanted_leaves(tree.a)
            yield from _wanted_leaves(tree.b)
        case whoosh_query.And() | whoosh_query.Or():
            for part in tree.subqueries:
                yield from _wanted_leaves(part)


def _phrase_spans(phrase: Phrase, positions: list[list[int]]) -> Iterator[Span]:
    """Give first and last position, inclusive, of each place where a phrase stands."""
    if phrase.slop:
        yield from phrase_windows(positions, len(positions) + phrase.slop)
        return
    rest = [set(word) for word in positions[1:]]
    for start in positions[0]:
        if all(start + offset in word for offset, word in enumerate(rest, 1)):
            yield start, start + len(rest)


def snippet(body: str, tree: whoosh_query.Query, language: str) -> Snippet:
    """Cut the best passage out of a body.

    The passage with the most different parts of the query wins, then the one with the most
    matches, then the first. It begins and ends with a sentence where that fits, else with a word.
    A body without a match shows its beginning.

    Parameters
    ----------
    body
        Any length; time is linear in it.
    tree
        The query as parsed.
    language
        Language code of the article.
    """
    places = spans(body)
    found = Highlighter(tree, language).matches(body, places)
    cutter = _Cutter(body, places, sentence_starts(body, language))
    start, end = cutter.widened(*_best_passage(found, cutter))
    inside = [(m.start, m.end) for m in found if start <= m.start and m.end <= end]
    return _framed(body, (start, end), _merged(inside), cutter)


class _Cutter:
    """Knows where a text may be cut: at sentence starts, else between words."""

    def __init__(self, text: str, places: Sequence[Span], sentences: Sequence[int]) -> None:
        self._text = text
        self._word_starts = [start for start, _ in places]
        self._word_ends = [end for _, end in places]
        self._sentences = list(sentences) or [0]

    def start(self, match_start: int) -> int:
        """Choose where a passage that should show a match begins."""
        at = bisect_right(self._sentences, match_start) - 1
        sentence = self._sentences[max(at, 0)]
        if match_start - sentence <= SNIPPET_CHARS // 2:
            return sentence
        word = bisect_left(self._word_starts, match_start - _LEAD_IN_CHARS)
        return self._word_starts[word]

    def end(self, start: int, must_hold: int) -> int:
        """Choose where a passage ends that begins at `start` and holds at least `must_hold`."""
        reach = max(start + SNIPPET_CHARS, must_hold)
        if reach >= len(self._text):
            return len(self._text.rstrip())
        at = bisect_right(self._sentences, reach + _SLACK_CHARS) - 1
        sentence_end = len(self._text[start : self._sentences[at]].rstrip()) + start
        if sentence_end >= max(must_hold, start + SNIPPET_CHARS // 2):
            return sentence_end
        word = bisect_right(self._word_ends, reach) - 1
        end = self._word_ends[word] if word >= 0 else 0
        return max(end, must_hold) if end > start else min(reach, len(self._text))

    def widened(self, start: int, end: int) -> Span:
        """Take in earlier sentences where a passage at the end of the text leaves room."""
        if not self.begins_sentence(start) or not self.ends_text(end):
            return start, end
        first = bisect_left(self._sentences, end - SNIPPET_CHARS)
        return min([start, *self._sentences[first : first + 1]]), end

    def ends_text(self, place: int) -> bool:
        return self._after_space(place) == len(self._text)

    def begins_sentence(self, place: int) -> bool:
        at = bisect_left(self._sentences, place)
        return place == 0 or (at < len(self._sentences) and self._sentences[at] == place)

    def ends_sentence(self, place: int) -> bool:
        after = self._after_space(place)
        return after == len(self._text) or (after > place and self.begins_sentence(after))

    def _after_space(self, place: int) -> int:
        space = _SPACE.match(self._text, place)
        return space.end() if space else place


def _best_passage(found: Sequence[_Match], cutter: _Cutter) -> Span:
    best = (0, cutter.end(0, 0))
    best_worth = (0, 0)
    tried = -1
    for number, match in enumerate(found):
        start = cutter.start(match.start)
        if start == tried:
            continue
        tried = start
        end = cutter.end(start, min(match.end, match.start + SNIPPET_CHARS))
        worth = _worth(found, number, end)
        if worth > best_worth:
            best, best_worth = (start, end), worth
    return best


def _worth(found: Sequence[_Match], first: int, end: int) -> tuple[int, int]:
    """Count the different clauses, and the matches, from match `first` to a passage's end."""
    clauses: set[int] = set()
    n_matches = 0
    for match in found[first : first + SNIPPET_CHARS]:
        if match.start >= end:
            break
        if match.end <= end:
            clauses.add(match.clause)
            n_matches += 1
    return len(clauses), n_matches


def _merged(matches: Iterable[Span]) -> list[Span]:
    """Join overlapping stretches."""
    merged: list[Span] = []
    for start, end in matches:
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _framed(body: str, passage: Span, marks: Iterable[Span], cutter: _Cutter) -> Snippet:
    """Put ellipses where sentences are cut, and count the marks from the snippet's start."""
    start, end = passage
    before = "" if cutter.begins_sentence(start) else _ELLIPSIS + " "
    after = "" if cutter.ends_sentence(end) else " " + _ELLIPSIS
    text = before + re.sub(r"\s", " ", body[start:end]) + after
    shift = len(before) - start
    return Snippet(text, tuple((s + shift, e + shift) for s, e in marks))


def title_highlights(title: str, tree: whoosh_query.Query, language: str) -> tuple[Span, ...]:
    """Find what to mark in a headline."""
    found = Highlighter(tree, language, "title").matches(title, spans(title))
    return tuple(_merged((match.start, match.end) for match in found))
