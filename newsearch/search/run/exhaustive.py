"""Any query tree on our segments with NumPy alone: complete and exact, for searches that are few.

Each leaf becomes two arrays, the articles that match and their scores, over all segments; the
composites join such arrays as sets. A process that asks once is answered this way before Numba
would have been loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from newsearch import bm25
from newsearch.analysis.tokens import forms as forms_of
from newsearch.article import hash_id
from newsearch.codec.columns import CodedColumn, CodedListColumn
from newsearch.codec.segment import Inverted
from newsearch.codec.strings import Strings
from newsearch.fields import FIELD, TEXT_FIELDS
from newsearch.index.reading import OpenSegment
from newsearch.query.nodes import DateRange, FieldValue, Pattern, Phrase, Word
from newsearch.schema import NO_DATE_S
from newsearch.search.proximity import phrase_frequency
from newsearch.search.run.ascending import Ints, distinct, is_member, shared, tally
from newsearch.search.run.patterns import form_test, matching_forms
from newsearch.search.statistics import PATTERN_SCORE

Floats = NDArray[np.float64]

_POSITION_BITS = 32
"""A docnum and a position share one number, so that places of words join as sets."""


@dataclass(frozen=True, slots=True)
class Matches:
    """Articles that match, and how well.

    Parameters
    ----------
    docnums
        Global docnums, ascending, each once. Shape ``(n,)``.
    scores
        Shape ``(n,)``.
    """

    docnums: Ints
    scores: Floats

    def take(self, which: Ints) -> Matches:
        """Return some of the articles, in the order asked for."""
        return Matches(self.docnums[which], self.scores[which])


def score_all(segments: Sequence[OpenSegment], tree: whoosh_query.Query) -> Matches:
    """Find and score every live article that matches.

    Raises
    ------
    QueryError
        A pattern stands for too many words.
    """
    return Evaluation(segments).matches(tree)


@dataclass(frozen=True, slots=True)
class _Postings:
    """Live articles of one segment that have something, and how often; segment docnums."""

    docnums: Ints
    freqs: Ints


_NO_POSTINGS = _Postings(np.zeros(0, np.int64), np.zeros(0, np.int64))


class Evaluation:
    """Evaluates query trees over the segments of a snapshot; safe in many threads."""

    def __init__(self, segments: Sequence[OpenSegment]) -> None:
        self._segments = segments
        self._n_live = sum(segment.n_live for segment in segments)
        self._averages: dict[tuple[str, ...], float] = {}
        self._n_all = sum(segment.n_articles for segment in segments)

    def matches(self, node: whoosh_query.Query) -> Matches:
        """Evaluate a node."""
        match node:
            case whoosh_query.And():
                return _boosted(node, self._all_of(node.subqueries))
            case whoosh_query.Or():
                return _boosted(node, self._any_of(map(self.matches, node.subqueries)))
            case whoosh_query.AndMaybe():
                return self._with_optional(self.matches(node.a), self.matches(node.b))
            case whoosh_query.Not():
                return self._without(self._every(), self.matches(node.query))
            case whoosh_query.Every():
                return self._every()
        return self._leaf(node)

    def _leaf(self, leaf: whoosh_query.Query) -> Matches:
        match leaf:
            case Word() | Phrase():
                return self._scored(leaf)
            case Pattern():
                found = self._collect(lambda s: _pattern_docs(s, leaf))
                return Matches(found, np.full(len(found), PATTERN_SCORE * leaf.boost))
            case FieldValue():
                return _unscored(self._collect(lambda s: _field_value_docs(s, leaf)))
            case DateRange():
                return _unscored(self._collect(lambda s: _date_docs(s, leaf)))
            case _ if leaf == whoosh_query.NullQuery:
                return _nothing()
        raise TypeError(f"{leaf!r} is not a query newsearch can run")

    def _all_of(self, parts: Iterable[whoosh_query.Query]) -> Matches:
        wanted: list[Matches] = []
        unwanted: list[Matches] = []
        for part in parts:
            if isinstance(part, whoosh_query.Not):
                unwanted.append(self.matches(part.query))
            else:
                wanted.append(self.matches(part))
        found = reduce(self._both, wanted) if wanted else self._every()
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
        """Tell which articles of `a` are in `b`."""
        is_in_b = np.zeros(self._n_all, np.bool_)
        is_in_b[b.docnums] = True
        return is_in_b[a.docnums]

    def _scores(self, found: Matches) -> Floats:
        """Return the scores by global docnum, 0 for articles that do not match."""
        scores = np.zeros(self._n_all)
        scores[found.docnums] = found.scores
        return scores

    def _every(self) -> Matches:
        return _unscored(self._collect(lambda s: np.arange(s.n_articles)))

    def _collect(self, docs_of: Callable[[OpenSegment], Ints]) -> Ints:
        """Gather the live docnums that a function gives for each segment."""
        found = [segment.only_live(docs_of(segment)) + segment.base for segment in self._segments]
        return np.concatenate([np.zeros(0, np.int64), *found])

    def word_idf(self, stem: str) -> float:
        """Return the idf of a stem that is looked for in title and body."""
        return self._idf(sum(_live_df(segment, stem) for segment in self._segments))

    def phrase_idf(self, phrase: Phrase) -> float:
        """Return the idfs of a phrase's words in its fields, added up."""
        if phrase.fields == TEXT_FIELDS:
            return sum(self.part_idf(word, exact=phrase.exact) for word in phrase.words)
        idfs = {word: self._idf(self._df(phrase, word)) for word in set(phrase.words)}
        return sum(idfs[word] for word in phrase.words)

    def part_idf(self, word: str, *, exact: bool) -> float:
        """Return the idf of one word, form if `exact`, else stem, that stands in title or body."""
        df_of = _live_form_df if exact else _live_df
        return self._idf(sum(df_of(segment, word) for segment in self._segments))

    def average_length(self, fields: tuple[str, ...]) -> float:
        """Return the mean length of the fields together over live articles, in tokens."""
        known = self._averages.get(fields)
        if known is None:
            total = sum(segment.live_length_tokens(fields) for segment in self._segments)
            known = self._averages[fields] = total / self._n_live if total else 1.0
        return known

    def _scored(self, leaf: Word | Phrase) -> Matches:
        if isinstance(leaf, Word):
            found = [_word_postings(s, leaf.stem, leaf.fields) for s in self._segments]
            rarity = self._idf(sum(len(postings.docnums) for postings in found))
        else:
            found = [_phrase_postings(s, leaf) for s in self._segments]
            rarity = self.phrase_idf(leaf)
        weight = leaf.boost * rarity
        average = self.average_length(leaf.fields)
        docnums, scores = [np.zeros(0, np.int64)], [np.zeros(0)]
        for segment, postings in zip(self._segments, found, strict=True):
            lengths = segment.lengths(leaf.fields, postings.docnums)
            norms = bm25.norm(lengths, average)
            docnums.append(postings.docnums + segment.base)
            scores.append(bm25.score(weight, postings.freqs, norms))
        return Matches(np.concatenate(docnums), np.concatenate(scores))

    def _df(self, phrase: Phrase, word: str) -> int:
        """Count the live articles that have one word of a phrase in its one field."""
        one = Phrase((word,), exact=phrase.exact, fields=phrase.fields)
        return sum(len(_phrase_postings(segment, one).docnums) for segment in self._segments)

    def _idf(self, document_frequency: int) -> float:
        # More articles than there are only a damaged segment names; no idf is to be negative.
        return bm25.idf(min(document_frequency, self._n_live), self._n_live)


def _nothing() -> Matches:
    return Matches(np.zeros(0, np.int64), np.zeros(0))


def _unscored(docnums: Ints) -> Matches:
    return Matches(docnums, np.zeros(len(docnums)))


def _boosted(node: whoosh_query.Query, found: Matches) -> Matches:
    return found if node.boost == 1 else Matches(found.docnums, found.scores * node.boost)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where one word stands in one segment: ``docnum << 32 | position``, ascending."""

    keys: Ints

    @property
    def docnums(self) -> Ints:
        return self.keys >> _POSITION_BITS

    @property
    def positions(self) -> Ints:
        return self.keys & ((1 << _POSITION_BITS) - 1)


def _live_df(segment: OpenSegment, stem: str) -> int:
    """Count the live articles of a segment that have a stem."""
    if segment.is_live is not None:
        return len(_word_postings(segment, stem, TEXT_FIELDS).docnums)
    term_id = segment.text.terms.find(stem.encode("utf-8", "surrogatepass"))
    return 0 if term_id is None else segment.text.postings.df(term_id)


def _live_form_df(segment: OpenSegment, form: str) -> int:
    """Count the live articles of a segment that have a word form."""
    if segment.is_live is not None:
        one = Phrase((form,), exact=True)
        return len(_phrase_postings(segment, one).docnums)
    assert segment.text.forms is not None
    # An article has one language, so no article is in two rows of a form.
    return sum(row.df for row in segment.text.forms.rows(form.encode("utf-8", "surrogatepass")))


def _word_postings(segment: OpenSegment, stem: str, fields: tuple[str, ...]) -> _Postings:
    text = segment.text
    term_id = text.terms.find(stem.encode("utf-8", "surrogatepass"))
    if term_id is None:
        return _NO_POSTINGS
    if set(fields) != set(TEXT_FIELDS):
        return _counted(segment, _term_places(segment, term_id, None, None), fields)
    docnums, freqs = text.postings.decode(text.postings.entries(term_id))
    return _live_postings(segment, docnums, freqs)


def _live_postings(segment: OpenSegment, docnums: Ints, freqs: Ints) -> _Postings:
    if segment.is_live is None:
        return _Postings(docnums, freqs)
    kept = segment.is_live[docnums]
    return _Postings(docnums[kept], freqs[kept])


def _counted(segment: OpenSegment, places: _Places, fields: tuple[str, ...]) -> _Postings:
    """Count the places that lie in the fields, an article at a time."""
    return _live_postings(segment, *tally(_in_fields(segment, places, fields).docnums))


def _in_fields(segment: OpenSegment, places: _Places, fields: tuple[str, ...]) -> _Places:
    if set(fields) == set(TEXT_FIELDS):
        return places
    in_title = places.positions < segment.title_lengths[places.docnums]
    return _Places(places.keys[in_title if fields == ("title",) else ~in_title])


def _term_places(
    segment: OpenSegment, term_id: int, numbers: Ints | None, blocks: Ints | None
) -> _Places:
    """Find the places of a term, of some of its forms and in some blocks only."""
    postings = segment.text.postings
    entries = postings.entries(term_id)
    if blocks is not None:
        entries = entries.take(is_member(entries.blocks, blocks))
    docnums, freqs = postings.decode(entries)
    positions, form_numbers = postings.decode_positions(entries, freqs)
    keys = np.repeat(docnums, freqs) << _POSITION_BITS | positions
    return _Places(keys if numbers is None else keys[is_member(form_numbers, numbers)])


def terms_of(text: Inverted, word: str, *, exact: bool) -> list[tuple[int, Ints | None]]:
    """Return the terms that a word of a phrase can be, each with the numbers of the form wanted.

    None stands for every form; the list is empty for a word that the segment lacks.
    """
    encoded = word.encode("utf-8", "surrogatepass")
    if not exact:
        term_id = text.terms.find(encoded)
        return [] if term_id is None else [(term_id, None)]
    assert text.forms is not None
    return [(row.term_id, np.array([row.number])) for row in text.forms.rows(encoded)]


def _phrase_postings(segment: OpenSegment, phrase: Phrase) -> _Postings:
    terms = {word: terms_of(segment.text, word, exact=phrase.exact) for word in phrase.words}
    if not all(terms.values()):
        return _NO_POSTINGS
    blocks = reduce(shared, (_blocks_of(segment, options) for options in terms.values()))
    if not len(blocks):
        return _NO_POSTINGS
    places_of = {
        word: _join_places(_term_places(segment, t, n, blocks) for t, n in options)
        for word, options in terms.items()
    }
    places = [places_of[word] for word in phrase.words]
    if phrase.slop:
        return _near(segment, phrase, places)
    starts = reduce(shared, (word.keys - offset for offset, word in enumerate(places)))
    return _counted(segment, _Places(starts), phrase.fields)


def _blocks_of(segment: OpenSegment, options: list[tuple[int, Ints | None]]) -> Ints:
    entries = [segment.text.postings.entries(term_id).blocks for term_id, _ in options]
    return distinct(np.concatenate(entries))


def _join_places(parts: Iterable[_Places]) -> _Places:
    return _Places(distinct(np.concatenate([part.keys for part in parts])))


def _near(segment: OpenSegment, phrase: Phrase, places: Sequence[_Places]) -> _Postings:
    """Count the windows of a proximity query, an article and a field at a time."""
    freqs: dict[int, int] = {}
    for field in phrase.fields:
        words = [_in_fields(segment, word, (field,)) for word in places]
        for docnum in reduce(shared, (distinct(w.docnums) for w in words)).tolist():
            positions = [_of_article(word, docnum) for word in words]
            frequency = phrase_frequency(positions, phrase.slop)
            if frequency:
                freqs[docnum] = freqs.get(docnum, 0) + frequency
    docnums = np.array(sorted(freqs), np.int64)
    return _live_postings(segment, docnums, np.array([freqs[d] for d in docnums], np.int64))


def _of_article(word: _Places, docnum: int) -> list[int]:
    bounds = np.searchsorted(word.keys, [docnum << _POSITION_BITS, docnum + 1 << _POSITION_BITS])
    own = word.keys[slice(*bounds)] & ((1 << _POSITION_BITS) - 1)
    positions: list[int] = own.tolist()
    return positions


def _pattern_docs(segment: OpenSegment, pattern: Pattern) -> Ints:
    if pattern.fields[0] not in TEXT_FIELDS:
        fits = form_test(pattern)
        return _filter_docs(segment, pattern.fields[0], lambda words: any(map(fits, words)))
    found = [np.zeros(0, np.int64)]
    for term_id, numbers in pattern_terms(segment, pattern):
        found.append(_docs_with_forms(segment, term_id, numbers, pattern.fields))
    return distinct(np.concatenate(found))


def pattern_terms(segment: OpenSegment, pattern: Pattern) -> Iterator[tuple[int, Ints | None]]:
    """Return the terms that have forms a pattern matches, and the numbers of those forms.

    None stands for all forms of a term.
    """
    lexicon = segment.text.forms
    assert lexicon is not None
    rows = matching_forms(pattern, lexicon.forms)
    term_ids = lexicon.term_ids[rows].astype(np.int64)
    numbers = lexicon.numbers[rows].astype(np.int64)
    order = np.argsort(term_ids, kind="stable")
    found, counts = tally(term_ids[order])
    ends = np.cumsum(counts)
    all_forms = segment.forms_per_term[found] == counts
    for term_id, end, count, is_all in zip(found, ends, counts, all_forms, strict=True):
        yield int(term_id), None if is_all else np.sort(numbers[order[end - count : end]])


def _docs_with_forms(
    segment: OpenSegment, term_id: int, numbers: Ints | None, fields: tuple[str, ...]
) -> Ints:
    if numbers is None and set(fields) == set(TEXT_FIELDS):
        postings = segment.text.postings
        return postings.decode(postings.entries(term_id))[0]
    places = _term_places(segment, term_id, numbers, None)
    return distinct(_in_fields(segment, places, fields).docnums)


def _field_value_docs(segment: OpenSegment, value: FieldValue) -> Ints:
    field, words = value.fieldname, value.words
    if field == "id":
        docnum = segment.docnum(words[0])
        return np.array([] if docnum is None else [docnum], np.int64)
    if field == "url":
        hashes = segment.segment.columns.numbers("url_hash")
        docnums = np.flatnonzero(hashes == hash_id(words[0]))
        same = [d for d in docnums.tolist() if segment.article(d).url == words[0]]
        return np.array(same, np.int64)
    if field == "lang":
        return _coded_docs(segment.segment.columns.coded(field), lambda v: v == words[0])
    return _filter_docs(segment, field, lambda own: _has_adjacent(own, words))


def _filter_docs(segment: OpenSegment, field: str, fits: Callable[[list[str]], bool]) -> Ints:
    """Find the articles whose value of a filter field, as word forms, fits."""
    found = [
        _coded_docs(segment.filter_column(name), lambda value: fits(forms_of(value)))
        for name in (field, *FIELD[field].also_in)
    ]
    return distinct(np.concatenate(found))


def _coded_docs(column: CodedColumn | CodedListColumn, fits: Callable[[str], bool]) -> Ints:
    do_fit = np.array([fits(value) for value in _decoded(column.values)], np.bool_)
    at = np.flatnonzero(do_fit[column.codes])
    if isinstance(column, CodedColumn):
        return at
    return distinct(np.searchsorted(column.starts, at, side="right") - 1)


def _decoded(values: Strings) -> Iterator[str]:
    for value in values:
        yield value.decode("utf-8", "surrogatepass")


def _has_adjacent(own: list[str], words: tuple[str, ...]) -> bool:
    wanted, n = list(words), len(words)
    return any(own[at : at + n] == wanted for at in range(len(own) - n + 1))


def _date_docs(segment: OpenSegment, dates: DateRange) -> Ints:
    instants = segment.dates
    wanted = instants != NO_DATE_S
    if dates.start_s is not None:
        wanted &= instants >= dates.start_s
    if dates.end_s is not None:
        wanted &= instants < dates.end_s
    docnums: Ints = np.flatnonzero(wanted)
    return docnums
