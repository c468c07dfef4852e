"""Random articles as lists of word numbers, their segments for kernels, and an exhaustive scorer.

A word form is a number; ``form % n_stems`` is its stem and ``form // n_stems`` its number among
the stem's forms. The scorer looks at every article and applies the definitions of
``reference``; it shares no code with the kernels.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from reference import bm25, idf

from newsearch.codec.bounds import bound_parts, length_levels
from newsearch.codec.coding.entries import PostingRun, encode
from newsearch.codec.coding.signatures import signatures_of
from newsearch.search.proximity import phrase_frequency
from newsearch.search.run import bitmaps
from newsearch.search.run.kernels import views

NO_DATE = np.iinfo(np.int64).min
SLACK = np.zeros(8, np.uint8)


@dataclass
class Corpus:
    """Articles in order of global docnum."""

    titles: list[list[int]]
    bodies: list[list[int]]
    dates: np.ndarray
    id_hashes: np.ndarray
    is_live: np.ndarray
    n_stems: int
    n_codes: int = 15

    def __post_init__(self) -> None:
        self._stems = [
            [[form % self.n_stems for form in part] for part in self.parts(docnum)]
            for docnum in range(len(self))
        ]
        total = sum(map(self.length, self.live))
        self.average = total / max(1, len(self.live)) or 1.0

    def __len__(self) -> int:
        return len(self.titles)

    def stems(self, docnum: int) -> list[list[int]]:
        return self._stems[docnum]

    def parts(self, docnum: int) -> list[list[int]]:
        return [self.titles[docnum], self.bodies[docnum]]

    @property
    def live(self) -> list[int]:
        return np.flatnonzero(self.is_live).tolist()

    def length(self, docnum: int) -> int:
        return 2 * len(self.titles[docnum]) + len(self.bodies[docnum])

    def df(self, stem: int) -> int:
        return sum(any(stem in part for part in self.stems(d)) for d in self.live)

    def idf(self, stem: int) -> float:
        return idf(self.df(stem), len(self.live))


def random_corpus(seed: int, most_articles: int = 600) -> Corpus:
    """Make articles with common and rare words, repeated words, equal lengths and equal dates."""
    rng = np.random.default_rng(seed)
    n_stems, n_forms = int(rng.integers(3, 12)), int(rng.integers(1, 5))
    n_articles = int(rng.integers(1, most_articles))
    stem_shares = rng.dirichlet(np.full(n_stems, 0.4))
    form_shares = rng.dirichlet(np.full(n_forms, 1.0))
    mean_length = int(rng.choice([2, 6, 25]))

    def words(mean: int) -> list[int]:
        n = int(rng.poisson(mean)) * (300 if mean and rng.random() < 0.003 else 1)
        stems = rng.choice(n_stems, n, p=stem_shares)
        return (stems + n_stems * rng.choice(n_forms, n, p=form_shares)).tolist()

    titles = [words(mean_length // 5) for _ in range(n_articles)]
    bodies = [words(mean_length) for _ in range(n_articles)]
    dates = rng.integers(-3, 4, n_articles)
    dates[dates == 3] = NO_DATE
    hashes = rng.permutation(n_articles) - n_articles // 2
    is_live = rng.random(n_articles) < rng.choice([0.5, 1.0])
    n_codes = int(rng.choice([1, 3, 6, 15]))
    return Corpus(titles, bodies, dates, hashes, is_live, n_stems, n_codes)


@dataclass
class Part:
    """A segment of a corpus: articles ``base`` and following."""

    base: int
    segment: views.Segment
    terms: dict[int, int]
    reader: SimpleNamespace
    live: bitmaps.Bitmap
    dates: np.ndarray
    lengths: np.ndarray
    title_lengths: np.ndarray

    def term_ids(self, stems: list[int]) -> np.ndarray:
        return np.array([self.terms.get(stem, -1) for stem in stems], np.int64)


def split(corpus: Corpus, rng: np.random.Generator, most_parts: int = 3) -> list[Part]:
    """Cut a corpus at random places; no segment is empty."""
    n_cuts = int(rng.integers(0, most_parts))
    cuts = sorted({0, len(corpus), *rng.integers(0, len(corpus), n_cuts).tolist()})
    return [make_part(corpus, a, b) for a, b in itertools.pairwise(cuts)]


def code_of(corpus: Corpus, stem: int) -> int:
    """Few enough codes that different stems have the same."""
    return stem % corpus.n_codes


def make_part(corpus: Corpus, start: int, end: int) -> Part:
    places: dict[int, list[tuple[int, int, int, int]]] = {}
    for docnum in range(start, end):
        first = 0
        title, body = corpus.parts(docnum)
        for part in (title, title, body):
            codes = [0, *(code_of(corpus, form % corpus.n_stems) for form in part), 0]
            for i, form in enumerate(part):
                beside = codes[i + 2] | codes[i] << 4
                row = docnum - start, first + i, form // corpus.n_stems, beside
                places.setdefault(form % corpus.n_stems, []).append(row)
            first += len(part) + 1
    terms = {stem: number for number, stem in enumerate(sorted(places))}
    lengths = np.array([corpus.length(d) for d in range(start, end)])
    reader = _reader([places[stem] for stem in terms], lengths)
    columns = views.Columns(
        lengths,
        np.array([len(corpus.titles[d]) for d in range(start, end)]),
        corpus.dates[start:end].copy(),
        corpus.id_hashes[start:end].copy(),
    )
    segment = views.segment_view(reader, columns, average=corpus.average)
    live = bitmaps.bitmap_of(corpus.is_live[start:end])
    return Part(
        start,
        segment,
        terms,
        reader,
        live,
        columns.dates,
        lengths,
        columns.title_lengths,
    )


def _reader(lists: list[list[tuple[int, int, int, int]]], lengths: np.ndarray) -> SimpleNamespace:
    """What `PostingsReader` offers, without a file."""
    dfs, docnums, freqs, positions, forms, beside = [], [], [], [], [], []
    for listed in lists:
        docs, counts = np.unique([row[0] for row in listed], return_counts=True)
        dfs.append(len(docs))
        docnums += docs.tolist()
        freqs += counts.tolist()
        positions += [row[1] for row in listed]
        forms += [row[2] for row in listed]
        beside += [row[3] for row in listed]
    levels = length_levels(lengths)
    arrays = [np.array(values, np.int64) for values in (dfs, docnums, freqs, positions, forms)]
    signatures = signatures_of(np.array(beside, np.uint8), arrays[2])
    run = encode(PostingRun(*arrays, signatures), lengths, levels)
    return SimpleNamespace(
        entry_blocks=run.blocks,
        entry_counts=run.counts,
        entry_bounds=run.bounds,
        entry_position_bytes=run.short_sizes,
        long_entries=run.long_entries.astype(np.uint32),
        long_entry_bytes=run.long_sizes.astype(np.uint64),
        high_freq_keys=run.high_keys.astype(np.uint64),
        high_freqs=run.high_freqs.astype(np.uint32),
        postings=np.concatenate([run.postings, SLACK]),
        positions=np.concatenate([run.positions, SLACK]),
        term_entries=_offsets(run.entries, np.uint32),
        term_postings=_offsets(run.posting_sizes, np.uint32),
        term_positions=_offsets(run.position_sizes, np.uint64),
        bound_parts=lambda: bound_parts(levels),
    )


def _offsets(sizes: np.ndarray, dtype: type) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(dtype)


Scores = dict[int, float]
"""Global docnum to score; what does not match is not there."""


def score_word(corpus: Corpus, stem: int, weight: float) -> Scores:
    found = {}
    for docnum in range(len(corpus)):
        title, body = corpus.stems(docnum)
        freq = 2 * title.count(stem) + body.count(stem)
        if freq:
            found[docnum] = bm25(weight, freq, corpus.length(docnum), corpus.average)
    return found


FIELDS = {"both": (0, 0, 1), "title": (0,), "body": (1,)}
"""Parts of an article; beside the body, the title counts twice."""


def field_length(corpus: Corpus, docnum: int, fields: str) -> int:
    return sum(len(corpus.parts(docnum)[field]) for field in FIELDS[fields])


def mean_length(corpus: Corpus, fields: str) -> float:
    """Mean over the live articles; 1 where there are no words."""
    total = sum(field_length(corpus, docnum, fields) for docnum in corpus.live)
    return total / max(1, len(corpus.live)) or 1.0


def score_phrase(
    corpus: Corpus, words: list[int], *, slop: int, weight: float, exact: bool, fields: str
) -> Scores:
    """Words are forms if `exact`, else stems; `fields` is a key of `FIELDS`."""
    average = mean_length(corpus, fields)
    found = {}
    for docnum in range(len(corpus)):
        parts = corpus.parts(docnum) if exact else corpus.stems(docnum)
        freq = 0
        for field in FIELDS[fields]:
            places = [[i for i, x in enumerate(parts[field]) if x == word] for word in words]
            freq += phrase_frequency(places, slop)
        if freq:
            length = field_length(corpus, docnum, fields)
            found[docnum] = bm25(weight, freq, length, average)
    return found


def any_of(parts: list[Scores]) -> Scores:
    docnums = set().union(*parts)
    return {d: sum(part[d] for part in parts if d in part) for d in docnums}


def all_of(parts: list[Scores]) -> Scores:
    docnums = set(parts[0]).intersection(*parts[1:])
    return {d: sum(part[d] for part in parts) for d in docnums}


def best(corpus: Corpus, scores: Scores, k: int) -> tuple[list[int], list[float]]:
    """Rank live articles: score, then newest, then hash of the id."""
    live = [d for d in scores if corpus.is_live[d]]
    live.sort(key=lambda d: (-scores[d], -int(corpus.dates[d]), int(corpus.id_hashes[d])))
    return live[:k], [scores[d] for d in live[:k]]
