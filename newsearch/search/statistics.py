"""What ranking knows of a snapshot: how rare words are among its live articles, and how long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from newsearch import bm25
from newsearch.analysis.terms import tag_of
from newsearch.fields import TEXT_FIELDS
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.snapshot import Snapshot
from newsearch.memo import Memo
from newsearch.query.nodes import Alternatives, Term, TermPhrase, word_pattern
from newsearch.search.run.patterns import PatternWords
from newsearch.search.run.places import Texts
from newsearch.search.run.postings import phrase_postings, word_postings
from newsearch.search.run.warming import warming
from newsearch.stopping import check

PATTERN_SCORE = 1.0
"""Score of a prefix, wildcard or fuzzy match: how often a word matches says little there."""

_MEMO_WORDS = 10_000

_Part = tuple[Alternatives, bool, tuple[str, ...]]
"""What a word may be; whether these are word forms, else terms; and the fields searched."""


CountLive = Callable[[int, TermPhrase, int | None], int]
"""Counts the live articles of a segment, given by its number, that have a phrase of one word.

The last argument: how many have it, deleted ones included; None where that is not known.
"""


class SnapshotStatistics:
    """Statistics over the live articles of a snapshot, for every way of running; thread-safe.

    `snapshot`: whose articles they are. `patterns`: what patterns stand for. `texts`: what
    only the articles' texts tell of places. `count_live`: counts with kernels, once all are ready.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        segments = snapshot.segments
        self.segments: Sequence[SegmentReader] = segments
        self.patterns = PatternWords(snapshot)
        self.texts = Texts()
        self.count_live: CountLive | None = None
        self.n_articles = sum(segment.n_live for segment in segments)
        self._averages = Memo(self._find_average, _MEMO_WORDS)
        self._idfs = Memo(self._find_idf, _MEMO_WORDS)
        self._dfs = Memo(self._find_df, _MEMO_WORDS)

    def idf(
        self, word: Alternatives, *, exact: bool = False, fields: tuple[str, ...] = TEXT_FIELDS
    ) -> float:
        """Return the idf of a word, forms if `exact`, else terms, in any of the fields."""
        return self._idfs[word, exact, fields]

    def df(
        self, word: Alternatives, *, exact: bool = False, fields: tuple[str, ...] = TEXT_FIELDS
    ) -> int:
        """Count the articles that have a word, forms if `exact`, else terms, in the fields."""
        return self._dfs[word, exact, fields]

    def phrase_idf(self, phrase: TermPhrase) -> float:
        """Return the idfs of a phrase's words in its fields, added up."""
        exact, fields, idfs = phrase.exact, phrase.fields, self._idfs
        return sum([idfs[word, exact, fields] for word in phrase.words])

    def how_much_rarer(
        self, typed: Alternatives, terms: Alternatives, fields: tuple[str, ...] = TEXT_FIELDS
    ) -> float:
        """Return by how much the idf of a form exceeds that of its terms."""
        return max(self._idfs[typed, True, fields] - self._idfs[terms, False, fields], 0.0)

    def typed_weight(self, word: Term) -> float:
        """Return what the form of a word that was typed weighs more than others of its terms."""
        return word.factor * self.how_much_rarer(word.typed, word.terms, word.fields)

    def idf_of(self, document_frequency: int) -> float:
        """Return the idf of a term that so many of the articles have."""
        # More articles than there are only a damaged segment names; no idf is to be negative.
        return bm25.idf(min(document_frequency, self.n_articles), self.n_articles)

    def average_length(self, fields: tuple[str, ...]) -> float:
        """Return the mean length of the fields together, in tokens; 1 where there are none."""
        return self._averages[fields]

    def _find_idf(self, part: _Part) -> float:
        return self.idf_of(self._dfs[part])

    def _find_df(self, part: _Part) -> int:
        check()
        word, is_exact, fields = part
        phrase = TermPhrase((word,), exact=is_exact, fields=fields)
        return sum([self._live_df(number, phrase) for number in range(len(self.segments))])

    def _live_df(self, number: int, word: TermPhrase) -> int:
        """Count the live articles of a segment that have a word in any of its fields.

        A form with wildcards is all the forms that fit.
        """
        segment = self.segments[number]
        n_with_deleted = _df_with_deleted(segment, word)
        if n_with_deleted is not None and segment.is_live is None:
            return n_with_deleted
        if self.count_live and warming.is_complete:
            return self.count_live(number, word, n_with_deleted)
        if word.exact:
            return len(phrase_postings(segment, word).docnums)
        return len(word_postings(segment, word.words[0], word.fields).docnums)

    def _find_average(self, fields: tuple[str, ...]) -> float:
        total = sum(segment.live_length_tokens(fields) for segment in self.segments)
        return total / self.n_articles if total else 1.0


def _df_with_deleted(segment: SegmentReader, word: TermPhrase) -> int | None:
    """Return how many articles of a segment have a word, deleted ones included, if that is known
    without its postings.
    """
    alternatives = word.words[0]
    if word.fields != TEXT_FIELDS or (word.exact and word_pattern(alternatives[0]) is not None):
        return None
    dfs = _dfs_by_language(segment, alternatives, is_exact=word.exact)
    if any(len(own) > 1 for own in dfs.values()):
        return None
    # An article has one language, so none is counted twice.
    return sum(own[0] for own in dfs.values())


def _dfs_by_language(
    segment: SegmentReader, word: Alternatives, *, is_exact: bool
) -> dict[str, list[int]]:
    """Count the articles that have each of a word's alternatives, deleted ones included."""
    dfs: dict[str, list[int]] = {}
    own = map(segment.term_dfs, word)
    for term, df in segment.form_dfs(*word) if is_exact else chain.from_iterable(own):
        dfs.setdefault(tag_of(term), []).append(df)
    return dfs
