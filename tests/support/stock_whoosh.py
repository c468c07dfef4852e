"""A query tree on stock Whoosh: its own readers, matchers and searcher, on any codec's segments.

Every leaf of the tree is first evaluated over the whole snapshot, because its weight needs the
statistics of all segments; Whoosh's matchers then combine the leaves segment by segment. The
faults of Whoosh's matchers are avoided where they are met; each place says which.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, reduce
from itertools import product

import numpy as np
from reference import bm25, idf
from whoosh.collectors import Collector
from whoosh.index import FileIndex
from whoosh.matching import (
    AndMaybeMatcher,
    AndNotMatcher,
    IntersectionMatcher,
    ListMatcher,
    Matcher,
    NullMatcher,
    UnionMatcher,
)
from whoosh.query import Query
from whoosh.reading import IndexReader, TermNotFound
from whoosh.searching import SearchContext, Searcher

from newsearch.analysis.terms import LANGUAGE_MARK, key, language_of
from newsearch.fields import FIELD, TEXT_FIELDS
from newsearch.query.nodes import (
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
    ResolvedTree,
    Term,
    TermPhrase,
)
from newsearch.schema import NO_DATE_S, forms_field
from newsearch.search.proximity import phrase_frequency
from newsearch.search.run.patterns import form_test
from newsearch.search.statistics import PATTERN_SCORE


@dataclass(frozen=True, slots=True)
class SegmentView:
    """Whoosh's reader of a segment, and the global docnum of its docnum 0."""

    reader: IndexReader
    base: int


class WhooshSnapshot:
    """What stock Whoosh sees in an index that is open."""

    def __init__(self, index: FileIndex) -> None:
        self.searcher: Searcher = index.searcher()
        reader = self.searcher.reader()
        leaves = reader.leaf_readers()
        self.segments = [SegmentView(leaf, base) for leaf, base in leaves if leaf.doc_count_all()]
        self.n_articles: int = reader.doc_count()

    def column(self, name: str) -> np.ndarray:
        values: list[int] = []
        for segment in self.segments:
            column = segment.reader.column_reader(name)
            own = (column[docnum] for docnum in range(segment.reader.doc_count_all()))
            values.extend(map(_seconds, own) if name == "date" else own)
        return np.array(values, dtype=np.int64)

    @cached_property
    def live(self) -> np.ndarray:
        docnums = [s.base + docnum for s in self.segments for docnum in s.reader.all_doc_ids()]
        return np.array(docnums, dtype=np.int64)

    def lengths(self, fields: tuple[str, ...]) -> np.ndarray:
        return sum(
            weight * self.column(f"{field}_length") for field, weight in weights(fields).items()
        )

    def terms(self, field: str) -> Iterator[str]:
        for term in self.searcher.reader().lexicon(field):
            yield term.decode("utf-8")

    def article_id(self, docnum: int) -> str:
        article_id: str = self.searcher.stored_fields(docnum)["id"]
        return article_id


def _seconds(instant: datetime | None) -> int:
    return NO_DATE_S if instant is None else int(instant.replace(tzinfo=UTC).timestamp())


Frequencies = dict[int, int]
"""Global docnum to how often something stands in the article."""

Scores = dict[int, float]
"""Global docnum to score."""


def score_all(
    snapshot: WhooshSnapshot,
    tree: ResolvedTree,
    terms_like: Callable[[Pattern], Sequence[str]] = lambda _: (),
) -> Scores:
    """Find and score every article that matches.

    Parameters
    ----------
    terms_like
        Gives the terms that a pattern stands for.

    Returns
    -------
    Scores
        Global docnum to score, in no order.
    """
    collector = _EveryMatch()
    snapshot.searcher.search_with_collector(_Prepared(snapshot, tree, terms_like), collector)
    return collector.scores


class _EveryMatch(Collector):  # type: ignore[misc]
    """A Whoosh collector that keeps all matches with their scores."""

    def prepare(self, top_searcher: Searcher, q: Query, context: SearchContext) -> None:
        super().prepare(top_searcher, q, context)
        self.scores: Scores = {}

    def matches(self) -> Iterator[int]:
        yield from self._step_through_matches()

    def collect(self, sub_docnum: int) -> None:
        self.scores[self.offset + sub_docnum] = self.matcher.score()

    def sort_key(self, sub_docnum: int) -> float:
        return -self.scores[self.offset + sub_docnum]


def weights(fields: tuple[str, ...]) -> dict[str, int]:
    """Say how often an occurrence counts in each field: twice in the title, beside the body."""
    has_both = len(fields) > 1
    return {field: 2 if has_both and field.startswith("title") else 1 for field in fields}


class _Prepared(Query):  # type: ignore[misc]
    """A query tree whose leaves are evaluated, as one Whoosh query."""

    def __init__(
        self,
        snapshot: WhooshSnapshot,
        tree: ResolvedTree,
        terms_like: Callable[[Pattern], Sequence[str]],
    ) -> None:
        self._tree = tree
        self._leaves = _Leaves(snapshot, terms_like)
        self._bases = {id(segment.reader): segment.base for segment in snapshot.segments}

    def matcher(self, searcher: Searcher, context: SearchContext | None = None) -> Matcher:
        reader = searcher.reader()
        if not reader.doc_count_all():
            return NullMatcher()
        base = self._bases[id(reader)]
        return self._combine(self._tree, base, base + reader.doc_count_all())

    def _combine(self, node: ResolvedTree, start: int, end: int) -> Matcher:
        """Build the matcher of a node for the segment with global docnums in [start, end)."""

        def combine(part: ResolvedTree) -> Matcher:
            return self._combine(part, start, end)

        match node:
            case And():
                return _all_of(node.parts, combine)
            case Or():
                return _pairwise(UnionMatcher, map(combine, node.parts))
            case AndMaybe():
                return AndMaybeMatcher(combine(node.required), combine(node.optional))
            case Not():
                return _Without(combine(Every()), combine(node.part))
            case _:
                return _in_segment(self._leaves.scores(node), start, end)


class _Without(AndNotMatcher):  # type: ignore[misc]
    """AndNotMatcher that also skips an excluded article at the start of a segment.

    Whoosh's own compares only the two first articles there, so it lets the first excluded one
    through when the excluded list begins earlier; and it asks for the article of an exhausted
    matcher after a skip to the end.
    """

    def _find_first(self) -> None:
        if self.a.is_active():
            self._find_next()

    def skip_to(self, docnum: int) -> None:
        self.a.skip_to(docnum)
        if self.a.is_active() and self.b.is_active():
            self._find_next()


def _all_of(parts: Iterable[ResolvedTree], combine: Callable[[ResolvedTree], Matcher]) -> Matcher:
    wanted: list[Matcher] = []
    unwanted: list[Matcher] = []
    for part in parts:
        if isinstance(part, Not):
            unwanted.append(combine(part.part))
        else:
            wanted.append(combine(part))
    if not wanted:
        wanted = [combine(Every())]
    return reduce(_Without, unwanted, _pairwise(IntersectionMatcher, wanted))


def _pairwise(join: Callable[[Matcher, Matcher], Matcher], parts: Iterable[Matcher]) -> Matcher:
    """Join matchers two by two in a balanced tree, so that long queries do not nest deeply."""
    level = list(parts)
    if not level:
        return NullMatcher()
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [join(a, b) for a, b in pairs] + level[len(level) - len(level) % 2 :]
    return level[0]


def _in_segment(scores: Scores, start: int, end: int) -> Matcher:
    docnums = sorted(docnum for docnum in scores if start <= docnum < end)
    if not docnums:
        return NullMatcher()
    return ListMatcher([d - start for d in docnums], weights=[scores[d] for d in docnums])


@dataclass(frozen=True, slots=True)
class _Statistics:
    """What scoring in a set of fields needs to know of the whole snapshot."""

    n_articles: int
    lengths: np.ndarray
    average_length_tokens: float


class _Leaves:
    """Evaluates the leaves of a query tree over a whole snapshot."""

    def __init__(
        self, snapshot: WhooshSnapshot, terms_like: Callable[[Pattern], Sequence[str]]
    ) -> None:
        self._snapshot = snapshot
        self._terms_like = terms_like
        self._cache: dict[ResolvedTree, Scores] = {}

    def scores(self, leaf: ResolvedTree) -> Scores:
        """Return every live article that matches a leaf, with its score."""
        if leaf not in self._cache:
            self._cache[leaf] = self._evaluate(leaf)
        return self._cache[leaf]

    def _evaluate(self, leaf: ResolvedTree) -> Scores:
        match leaf:
            case Term():
                return self._word(leaf)
            case TermPhrase():
                return self._phrase(leaf)
            case Pattern():
                return self._pattern(leaf)
            case FieldValue():
                return dict.fromkeys(self._field_value(leaf), 0.0)
            case DateRange():
                return dict.fromkeys(self._date_range(leaf), 0.0)
            case NumberRange():
                return dict.fromkeys(self._number_range(leaf), 0.0)
            case Every():
                return dict.fromkeys(self._snapshot.live.tolist(), 0.0)
            case Nothing():
                return {}
        raise TypeError(f"{leaf!r} is not a query newsearch can run")

    def _word(self, word: Term) -> Scores:
        frequencies = self._frequencies(word.fields, word.terms)
        weight = word.factor * idf(len(frequencies), self._snapshot.n_articles)
        found = self._bm25(weight, frequencies, word.fields)
        for docnum, more in self._typed(word, len(frequencies)).items():
            found[docnum] += more
        return found

    def _typed(self, word: Term, df: int) -> Scores:
        """What occurrences in the form that was typed add."""
        fields = tuple(map(forms_field, word.fields))
        n_articles = self._snapshot.n_articles
        own_df = len(self._frequencies(fields, word.typed)) if word.typed else 0
        if not own_df:
            return {}
        rarer = max(idf(own_df, n_articles) - idf(df, n_articles), 0)
        frequencies: Frequencies = {}
        for field in word.fields:
            of_word = self._positions(field, word.terms)
            of_form = self._positions(forms_field(field), word.typed)
            for docnum in of_word.keys() & of_form.keys():
                if both := set(of_word[docnum]).intersection(of_form[docnum]):
                    weighted = len(both) * weights(word.fields)[field]
                    frequencies[docnum] = frequencies.get(docnum, 0) + weighted
        return self._bm25(word.factor * rarer, frequencies, word.fields)

    def _phrase(self, phrase: TermPhrase) -> Scores:
        frequencies: Frequencies = {}
        for field in self._term_fields(phrase):
            for docnum, frequency in self._phrase_frequencies(field, phrase.words, phrase.slop):
                weighted = frequency * weights(self._term_fields(phrase))[field]
                frequencies[docnum] = frequencies.get(docnum, 0) + weighted
        fields = self._term_fields(phrase)
        rarity = sum(
            idf(len(self._frequencies(fields, word)), self._snapshot.n_articles)
            for word in phrase.words
        )
        return self._bm25(phrase.boost * rarity, frequencies, phrase.fields)

    @staticmethod
    def _term_fields(phrase: TermPhrase) -> tuple[str, ...]:
        return tuple(map(forms_field, phrase.fields)) if phrase.exact else phrase.fields

    def _bm25(self, weight: float, frequencies: Frequencies, fields: tuple[str, ...]) -> Scores:
        if not frequencies:
            return {}
        lengths = self._snapshot.lengths(fields)
        average = lengths[self._snapshot.live].sum() / self._snapshot.n_articles
        return {
            docnum: bm25(weight, frequency, int(lengths[docnum]), average)
            for docnum, frequency in frequencies.items()
        }

    def _pattern(self, pattern: Pattern) -> Scores:
        found: set[int] = set()
        if pattern.fields[0] in TEXT_FIELDS:
            wanted = [(f, term) for f in pattern.fields for term in self._terms_like(pattern)]
        else:
            fields = _filter_fields(pattern.fields)
            fits = form_test(pattern)
            wanted = [(f, term) for f in fields for term in filter(fits, self._snapshot.terms(f))]
        for field, term in wanted:
            found.update(docnum for docnum, _ in self._postings(field, term))
        return dict.fromkeys(found, PATTERN_SCORE * pattern.boost)

    def _field_value(self, value: FieldValue) -> set[int]:
        return {
            docnum
            for field in _filter_fields(value.fields)
            for docnum, _ in self._phrase_frequencies(
                field, [(key(w, "en"),) for w in value.words], 0
            )
        }

    def _number_range(self, numbers: NumberRange) -> list[int]:
        live = self._snapshot.live
        own = self._snapshot.column(FIELD[numbers.fieldname].column)[live]
        low = -math.inf if numbers.low is None else numbers.low
        high = math.inf if numbers.high is None else numbers.high
        docnums: list[int] = live[(own >= low) & (own <= high)].tolist()
        return docnums

    def _date_range(self, dates: DateRange) -> list[int]:
        live = self._snapshot.live
        instants = self._snapshot.column("date")[live]
        wanted = instants != NO_DATE_S
        if dates.start_s is not None:
            wanted &= instants >= dates.start_s
        if dates.end_s is not None:
            wanted &= instants < dates.end_s
        docnums: list[int] = live[wanted].tolist()
        return docnums

    def _frequencies(self, fields: tuple[str, ...], word: Alternatives) -> Frequencies:
        frequencies: Frequencies = {}
        for field, term in product(fields, word):
            for docnum, matcher in self._word_postings(field, term):
                frequency = matcher.value_as("frequency") * weights(fields)[field]
                frequencies[docnum] = frequencies.get(docnum, 0) + frequency
        return frequencies

    def _positions(self, field: str, word: Alternatives) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for term in word:
            for docnum, matcher in self._word_postings(field, term):
                found.setdefault(docnum, []).extend(matcher.value_as("positions"))
        return {docnum: sorted(positions) for docnum, positions in found.items()}

    def _phrase_frequencies(
        self, field: str, words: Sequence[Alternatives], slop: int
    ) -> Iterator[tuple[int, int]]:
        if len(words) == 1:
            yield from self._frequencies((field,), words[0]).items()
            return
        places = [self._positions(field, word) for word in words]
        for docnum in sorted(set(places[0]).intersection(*places[1:])):
            frequency = phrase_frequency([word[docnum] for word in places], slop)
            if frequency:
                yield docnum, frequency

    def _word_postings(self, field: str, word: str) -> Iterator[tuple[int, Matcher]]:
        """Walk the postings of a term, or of a key in articles of the language that it names."""
        if field not in map(forms_field, TEXT_FIELDS):
            yield from self._postings(field, word)
            return
        own = {docnum for docnum, _ in self._postings("lang", language_of(word))}
        for docnum, matcher in self._postings(field, word.partition(LANGUAGE_MARK)[0]):
            if docnum in own:
                yield docnum, matcher

    def _postings(self, field: str, term: str) -> Iterator[tuple[int, Matcher]]:
        """Walk the live postings of a term: global docnum, matcher standing on the posting."""
        for segment in self._snapshot.segments:
            yield from _segment_postings(segment, field, term)


def _filter_fields(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fields that a filter looks in: a source is the publisher or a credited agency."""
    return ("source", "agency") if fields == ("source",) else fields


def _segment_postings(segment: SegmentView, field: str, term: str) -> Iterator[tuple[int, Matcher]]:
    try:
        matcher = segment.reader.postings(field, term)
    except TermNotFound:
        return
    while matcher.is_active():
        yield segment.base + matcher.id(), matcher
        matcher.next()
