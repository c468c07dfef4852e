"""Words that a prefix, a wildcard or a fuzzy word stands for."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, compress, count, pairwise

import numpy as np

from newsearch.analysis.clitics import bare_patterns
from newsearch.analysis.folding import fold
from newsearch.analysis.terms import key, tag, tag_of, term
from newsearch.codec.strings import Strings, text_of
from newsearch.errors import QueryError
from newsearch.fields import TEXT_FIELDS
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.snapshot import Snapshot
from newsearch.query.nodes import Alternatives, Pattern, word_pattern
from newsearch.schema import DEFAULT_LANGUAGE
from newsearch.search.run.ascending import Ints, distinct, tally
from newsearch.search.run.warming import warming
from newsearch.stopping import check
from newsearch.values import replace

MAX_EXPANSION = 50_000
"""More words than this is a slip of the pen, not a question."""

_MOST_STEMMED = 500
"""Words, times languages, that a pattern may have for each to be stemmed, at 2 to 30 us."""
_ROWS_AT_ONCE = 512
"""A fuzzy word takes up to 10 us a row."""
_MEMO_PATTERNS = 128
_MEMO_NARROW = 10_000
_NARROW_TERMS = 500
"""Terms in all segments, 4 KB: what so many patterns stand for is 40 MB. Looking them up for a
prefix of 3 to 5 letters takes 0.5 ms, and several times that the first time, with its stems."""
_MEMO_TERMS = 64


class PatternWords:
    """What patterns outside quotes stand for in a snapshot; remembers, safe in many threads.

    These are the words that fit, whichever segment has them, each in all its inflections, as the
    word itself would find them; so a pattern finds all that a word does that fits it. Words of
    deleted articles count until they are merged away.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._term_ids = lru_cache(_MEMO_PATTERNS)(self._find_term_ids)
        self._narrow: dict[Pattern, Sequence[Ints]] = {}
        self._terms = lru_cache(_MEMO_TERMS)(self._name_terms)

    def term_ids(self, pattern: Pattern) -> Sequence[Ints]:
        """Return the terms of a pattern in each segment, ascending.

        Raises QueryError where more than `MAX_EXPANSION` words of a segment fit.
        """
        pattern = _anywhere(pattern)
        found = self._narrow.get(pattern)
        if found is None:
            found = self._term_ids(pattern)
            if sum(map(len, found)) <= _NARROW_TERMS:
                if len(self._narrow) >= _MEMO_NARROW:
                    self._narrow.clear()
                self._narrow[pattern] = found
        return found

    def terms(self, pattern: Pattern) -> Alternatives:
        """Return the terms of a pattern by name, in alphabetical order."""
        return self._terms(_anywhere(pattern))

    def keys(self, pattern: Pattern, end: str) -> list[str]:
        """Return the keys that have a pattern's terms in a language, whose terms end so."""
        found: set[bytes] = set()
        for segment, term_ids in zip(self._snapshot.segments, self.term_ids(pattern), strict=True):
            lexicon, terms = segment.text.forms, segment.text.terms
            is_wanted = np.zeros(len(terms), np.bool_)
            is_wanted[[one for one in term_ids.tolist() if tag_of(text_of(terms[one])) == end]] = 1
            rows = np.flatnonzero(is_wanted[lexicon.term_ids])
            found.update(lexicon.forms.take(rows.tolist()))
        return sorted(map(text_of, found))

    def _find_term_ids(self, pattern: Pattern) -> Sequence[Ints]:
        segments = self._snapshot.segments
        rows = [self._rows(pattern, segment) for segment in segments]
        own = [
            distinct(segment.text.forms.term_ids[found].astype(np.int64))
            for segment, found in zip(segments, rows, strict=True)
        ]
        wanted = self._stems(pattern, rows)
        known: list[set[bytes]] = [set()] * len(segments)
        if max(len(segments), len(wanted)) > 1:
            # Looking a term up takes ten times as long as reading it.
            pairs = zip(segments, own, strict=True)
            known = [set(segment.text.terms.take(ids.tolist())) for segment, ids in pairs]
            wanted.update(*known)
        return [
            distinct(np.concatenate((term_ids, segment.text.terms.find_all(wanted - names))))
            for segment, term_ids, names in zip(segments, own, known, strict=True)
        ]

    def _rows(self, pattern: Pattern, segment: SegmentReader) -> Ints:
        """Return the rows of a segment's lexicon that fit, each once."""
        lexicon = segment.text.forms
        found = [matching_rows(pattern, lexicon.forms)]
        for bare, ends in _without_clitics(pattern, self._languages).items():
            rows = matching_rows(bare, lexicon.forms)
            terms = map(segment.term, lexicon.term_ids[rows].tolist())
            found.append(rows[np.array([tag_of(one) in ends for one in terms], np.bool_)])
        return found[0] if len(found) == 1 else distinct(np.concatenate(found))

    @property
    def _languages(self) -> tuple[str, ...]:
        return self._snapshot.languages or (DEFAULT_LANGUAGE,)

    def _stems(self, pattern: Pattern, rows: Sequence[Ints]) -> set[bytes]:
        """Return the stems of the words that fit in every language of the index.

        Those are looked up too that the lexicon does not have with these words, as for any word of
        a query, unless they are too many to be stemmed.
        """
        words = {pattern.text.replace("*", "")} if "?" not in pattern.text else set()
        found: set[bytes] = set()
        if sum(map(len, rows)) * len(self._languages) <= _MOST_STEMMED:
            for segment, own in zip(self._snapshot.segments, rows, strict=True):
                found.update(segment.text.forms.forms.take(own.tolist()))
        stems: set[bytes] = set()
        for language in self._languages:
            left: Iterable[bytes] = found
            if tag(language) == "" and warming.is_ready({"patterns"}):
                known, left = english_stems(list(found))
                stems.update(filter(None, known))
            every = {*words, *map(text_of, left)} - {""}
            stems.update(term(w, language).encode("utf-8", "surrogatepass") for w in every)
        return stems

    def _name_terms(self, pattern: Pattern) -> Alternatives:
        segments = self._snapshot.segments
        found = zip(segments, self.term_ids(pattern), strict=True)
        own = [segment.text.terms.take(term_ids.tolist()) for segment, term_ids in found]
        return tuple(sorted(set(map(text_of, chain.from_iterable(own)))))


def english_stems(forms: Sequence[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Return the stems of English words, and the words beyond ASCII, which have none here."""
    from newsearch.analysis.stem_kernels import stems  # imports Numba

    lengths = np.fromiter(map(len, forms), np.int64, len(forms))
    ends = np.cumsum(lengths)
    text, bounds = stems(np.frombuffer(b"".join(forms), np.uint8), ends - lengths, ends)
    view, places = text.tobytes(), bounds.tolist()
    found = [view[start:end] for start, end in pairwise(places)]
    return found, [form for form, stem in zip(forms, found, strict=True) if not stem]


def _anywhere(pattern: Pattern) -> Pattern:
    """Return a pattern without what is no matter of words: its fields and boost."""
    if pattern.fields == TEXT_FIELDS and pattern.boost == 1:
        return pattern
    return Pattern(pattern.kind, pattern.text, pattern.max_edits)


def _without_clitics(pattern: Pattern, languages: Sequence[str]) -> dict[Pattern, set[str]]:
    """Return what a pattern may be without clitics, and the ends of terms of its languages."""
    found: dict[Pattern, set[str]] = {}
    for language in languages if "'" in pattern.text else ():
        if pattern.kind == "fuzzy":
            bare = replace(pattern, text=key(pattern.text, language))
            found.setdefault(bare, set()).add(tag(language))
            continue
        text = pattern.text + ("*" if pattern.kind == "prefix" else "")
        for one in bare_patterns(text, language):
            bare = word_pattern(one) or Pattern("wildcard", one)
            found.setdefault(bare, set()).add(tag(language))
    return found


def matching_rows(pattern: Pattern, forms: Strings) -> Ints:
    """Find the keys that a pattern matches in an ascending list of them.

    Returns ascending indexes of the list. Only forms that begin as the pattern does are looked at.
    Raises QueryError where more than `MAX_EXPANSION` forms match.
    """
    text = fold(pattern.text).lower()
    start = re.match(r"[^*?]*", text)
    literal = text[:1] if pattern.kind == "fuzzy" else start.group() if start else ""
    candidates = forms.prefix_range(literal.encode("utf-8", "surrogatepass"))
    fits = _small_test(pattern)
    if pattern.kind == "prefix":
        found = np.arange(candidates.start, candidates.stop)
    else:
        found = _fitting(forms, candidates, fits)
    in_capitals = _in_capitals(literal, forms)
    if in_capitals:
        found = distinct(np.concatenate((_fitting(forms, in_capitals, fits), found)))
    if len(found) > MAX_EXPANSION:
        message = f"'{pattern}' stands for more than {MAX_EXPANSION:,} words"
        raise QueryError(message, hint="write more of its letters")
    return found


def _fitting(forms: Strings, rows: range, fits: Callable[[str], object]) -> Ints:
    """Return those of some rows whose form fits in small letters, ascending."""
    found = [np.zeros(0, np.int64)]
    for start in range(rows.start, rows.stop, _ROWS_AT_ONCE):
        check()
        end = min(start + _ROWS_AT_ONCE, rows.stop)
        first, last = forms.starts[[start, end]].tolist()
        own = text_of(forms.text[first:last].tobytes()).lower().split("\n")[:-1]
        found.append(np.fromiter(compress(count(start), map(fits, own)), np.int64))
    return np.concatenate(found)


def _in_capitals(literal: str, forms: Strings) -> range:
    """Return where the acronyms are that may begin with some small letters, or with any."""
    if not literal:
        return range(forms.lower_bound(b"A"), forms.lower_bound(b"["))
    return forms.prefix_range(literal[0].upper().encode()) if "a" <= literal[0] <= "z" else range(0)


def pattern_terms(segment: SegmentReader, pattern: Pattern) -> Iterator[tuple[int, Ints | None]]:
    """Return the terms that have forms a pattern matches, and the numbers of those forms.

    None stands for all forms of a term.
    """
    lexicon = segment.text.forms
    rows = matching_rows(pattern, lexicon.forms)
    term_ids = lexicon.term_ids[rows].astype(np.int64)
    numbers = lexicon.numbers[rows].astype(np.int64)
    order = np.argsort(term_ids, kind="stable")
    found, counts = tally(term_ids[order])
    ends = np.cumsum(counts)
    all_forms = segment.forms_per_term[found] == counts
    for term_id, end, n, is_all in zip(found, ends, counts, all_forms, strict=True):
        check()
        yield int(term_id), None if is_all else np.sort(numbers[order[end - n : end]])


def form_test(pattern: Pattern) -> Callable[[str], bool]:
    """Return the test whether a key matches a pattern, folded and in small letters."""
    fits = _small_test(pattern)
    return lambda form: bool(fits(form.lower()))


def _small_test(pattern: Pattern) -> Callable[[str], object]:
    """Return the test whether a key in small letters matches a pattern; what it gives is true."""
    text = fold(pattern.text).lower()
    if pattern.kind == "prefix":
        return lambda form: form.startswith(text)
    if pattern.kind == "wildcard":
        # fnmatch knows bracketed sets, which the query language does not.
        return re.compile(fnmatch.translate(text.replace("[", "[[]"))).match
    letters, most = frozenset(text), pattern.max_edits
    # Each letter that a word lacks takes an edit; few words pass, and counting takes far less time.
    return lambda form: len(letters.difference(form)) <= most and _within_edits(text, form, most)


def _within_edits(text: str, form: str, max_edits: int) -> bool:
    """Whether two words are close: same first letter, few edits.

    An edit inserts, deletes or replaces a letter or swaps two neighbours (optimal string
    alignment distance).
    """
    if text[:1] != form[:1] or abs(len(text) - len(form)) > max_edits:
        return False
    before: list[int] = []
    row = list(range(len(form) + 1))
    for i, letter in enumerate(text, 1):
        above, before_above = row, before
        row = [i]
        for j, other in enumerate(form, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == form[j - 2] and text[i - 2] == other:
                cost = min(cost, before_above[j - 2] + 1)
            row.append(cost)
        if min(row) > max_edits:
            return False
        before = above
    return row[-1] <= max_edits
