"""Any query tree on our segments with NumPy alone: complete and exact, for searches that are few.

Each leaf becomes two arrays, the articles that match and their scores, over all segments; the
composites join such arrays as sets. A process that asks once is answered this way before Numba
would have been loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.fields import TEXT_FIELDS
from newsearch.query import nodes
from newsearch.search.run.ascending import Ints
from newsearch.search.run.filters import filtered_docs
from newsearch.search.run.places import read_with_numpy
from newsearch.search.run.postings import (
    Postings,
    docs_with_terms,
    phrase_postings,
    typed_postings,
    word_postings,
)
from newsearch.search.statistics import PATTERN_SCORE, SnapshotStatistics
from newsearch.stopping import Stopped, check
from newsearch.values import frozen

_MEMO_LEAVES = 4
"""Words that a query repeats are found once; each takes 16 bytes an article that has it."""

Floats = NDArray[np.float64]


@frozen
class Matches:
    """Articles that match, and how well: global docnums, ascending, each once, and their scores."""

    docnums: Ints
    scores: Floats

    def take(self, which: Ints) -> Matches:
        """Return some of the articles, in the order asked for."""
        return Matches(self.docnums[which], self.scores[which])


def score_all(statistics: SnapshotStatistics, tree: nodes.ResolvedTree) -> tuple[Matches, bool]:
    """Find and score every live article that matches.

    Returns also whether the work was stopped, see `Stopped`: of parts of which any may match, only
    those that were found by then count, and nothing else matches. Raises QueryError where a pattern
    stands for too many words.
    """
    return _Evaluation(statistics).until_stopped(tree)


class _Evaluation:
    """Evaluates query trees over the segments of a snapshot; safe in many threads."""

    def __init__(self, statistics: SnapshotStatistics) -> None:
        self._statistics = statistics
        self._segments = statistics.segments
        self._n_all = sum(segment.n_articles for segment in self._segments)
        self._leaf = lru_cache(_MEMO_LEAVES)(self._find_leaf)

    def until_stopped(self, tree: nodes.ResolvedTree) -> tuple[Matches, bool]:
        """Evaluate a tree as far as possible; return also whether the work was stopped."""
        stopped: list[Stopped] = []

        def found() -> Iterator[Matches]:
            try:
                yield from map(self.matches, tree.parts if isinstance(tree, nodes.Or) else [tree])
            except Stopped as error:
                stopped.append(error)

        return self._any_of(found()), bool(stopped)

    def matches(self, node: nodes.ResolvedTree) -> Matches:
        """Evaluate a node."""
        check()
        match node:
            case nodes.And():
                return self._all_of(node.parts)
            case nodes.Or():
                return self._any_of(map(self.matches, node.parts))
            case nodes.AndMaybe():
                return self._with_optional(self.matches(node.required), self.matches(node.optional))
            case nodes.Not():
                return self._without(self._every(), self.matches(node.part))
            case _:
                return self._leaf(node)

    def _find_leaf(self, leaf: nodes.ResolvedLeaf) -> Matches:
        match leaf:
            case nodes.Term() | nodes.TermPhrase() | nodes.TermsPlaced():
                return self._scored(leaf)
            case nodes.Pattern():
                found = self._pattern(leaf)
                return Matches(found, np.full(len(found), PATTERN_SCORE * leaf.boost))
            case nodes.FieldValue() | nodes.DateRange() | nodes.NumberRange():
                return _unscored(self._collect(filtered_docs(s, leaf) for s in self._segments))
            case nodes.Every():
                return self._every()
            case nodes.Nothing():
                return _nothing()
            case _:
                nodes.assert_never(leaf)

    def _pattern(self, pattern: nodes.Pattern) -> Ints:
        if pattern.fields[0] not in TEXT_FIELDS:
            return self._collect(filtered_docs(s, pattern) for s in self._segments)
        found = zip(self._segments, self._statistics.patterns.term_ids(pattern), strict=True)
        return self._collect(docs_with_terms(s, terms, pattern.fields) for s, terms in found)

    def _all_of(self, parts: Sequence[nodes.ResolvedTree]) -> Matches:
        # One part after the other, so that no more than two are held at a time.
        wanted = [part for part in parts if not isinstance(part, nodes.Not)]
        found = reduce(self._both, map(self.matches, wanted)) if wanted else self._every()
        unwanted = (self.matches(part.part) for part in parts if isinstance(part, nodes.Not))
        return reduce(self._without, unwanted, found)

    def _any_of(self, parts: Iterable[Matches]) -> Matches:
        is_found = np.zeros(self._n_all, np.bool_)
        scores = np.zeros(self._n_all)
        for part in parts:
            is_found[part.docnums] = True
            scores[part.docnums] += part.scores
        docnums = np.flatnonzero(is_found)
        return Matches(docnums, scores[docnums])

    def _both(self, a: Matches, b: Matches) -> Matches:
        kept = self._is_in(a, b)
        docnums = a.docnums[kept]
        return Matches(docnums, a.scores[kept] + self._scores(b)[docnums])

    def _without(self, a: Matches, b: Matches) -> Matches:
        kept = ~self._is_in(a, b)
        return Matches(a.docnums[kept], a.scores[kept])

    def _with_optional(self, a: Matches, b: Matches) -> Matches:
        return Matches(a.docnums, a.scores + self._scores(b)[a.docnums])

    def _is_in(self, a: Matches, b: Matches) -> NDArray[np.bool_]:
        """Return, for each article of `a`, whether it is in `b`."""
        is_in_b = np.zeros(self._n_all, np.bool_)
        is_in_b[b.docnums] = True
        return is_in_b[a.docnums]

    def _scores(self, found: Matches) -> Floats:
        """Return the scores by global docnum, 0 for articles that do not match."""
        scores = np.zeros(self._n_all)
        scores[found.docnums] = found.scores
        return scores

    def _every(self) -> Matches:
        return _unscored(self._collect(np.arange(s.n_articles) for s in self._segments))

    def _collect(self, docs: Iterable[Ints]) -> Ints:
        """Gather the live ones of some docnums of each segment."""
        own = zip(self._segments, docs, strict=True)
        found = [segment.only_live(docnums) + segment.base for segment, docnums in own]
        return np.concatenate([np.zeros(0, np.int64), *found])

    def _scored(self, leaf: ScoredLeaf) -> Matches:
        terms = weighings(self._statistics, leaf)
        return reduce(self._with_optional, (self._weighed(one, leaf.fields) for one in terms))

    def _weighed(self, weighing: Weighing, fields: tuple[str, ...]) -> Matches:
        """Score what was found in each segment."""
        average = self._statistics.average_length(fields)
        weight = weighing.factor * weighing.idf
        docnums, scores = [np.zeros(0, np.int64)], [np.zeros(0)]
        for segment, postings in zip(self._segments, weighing.found, strict=True):
            lengths = segment.lengths(fields)[postings.docnums].astype(np.int64)
            norms = bm25.norm(lengths, average)
            docnums.append(postings.docnums + segment.base)
            scores.append(bm25.score(weight, postings.freqs, norms))
        return Matches(np.concatenate(docnums), np.concatenate(scores))


ScoredLeaf = nodes.Term | nodes.TermPhrase | nodes.TermsPlaced


class Weighing(NamedTuple):
    """One term of a leaf's score.

    `counted`: what is counted, for people. `found`: how often each article of each segment has it.
    `idf` and `factor`, what its rarity and the query say, together are what it weighs.
    """

    counted: str
    found: Sequence[Postings]
    idf: float
    factor: float


def weighings(statistics: SnapshotStatistics, leaf: ScoredLeaf) -> Iterator[Weighing]:
    """Yield what adds up to the scores of a leaf, first that by which articles match."""
    segments, fields = statistics.segments, leaf.fields
    match leaf:
        case nodes.TermPhrase():
            phrases = [phrase_postings(s, leaf) for s in segments]
            yield Weighing("phrase", phrases, statistics.phrase_idf(leaf), leaf.boost)
        case nodes.TermsPlaced():
            placed = [_placed(statistics, number, leaf) for number in range(len(segments))]
            yield Weighing("places", placed, _rarity(statistics, placed), leaf.boost)
        case nodes.Term():
            words = [word_postings(s, leaf.terms, fields) for s in segments]
            yield Weighing("any form", words, _rarity(statistics, words), leaf.factor)
            if leaf.typed:
                rarer = statistics.how_much_rarer(leaf.typed, leaf.terms, fields)
                typed = [typed_postings(s, leaf) for s in segments]
                yield Weighing("as written", typed, rarer, leaf.factor)
        case _:
            nodes.assert_never(leaf)


def _rarity(statistics: SnapshotStatistics, found: Sequence[Postings]) -> float:
    return statistics.idf_of(sum(len(postings.docnums) for postings in found))


def _placed(statistics: SnapshotStatistics, number: int, leaf: nodes.TermsPlaced) -> Postings:
    """Find in a segment, given by its number, the articles that have words where they are asked."""

    def term_ids(pattern: nodes.Pattern) -> Ints:
        return statistics.patterns.term_ids(pattern)[number]

    return read_with_numpy(statistics.segments[number], leaf, term_ids, statistics.texts)


def _nothing() -> Matches:
    return Matches(np.zeros(0, np.int64), np.zeros(0))


def _unscored(docnums: Ints) -> Matches:
    return Matches(docnums, np.zeros(len(docnums)))
