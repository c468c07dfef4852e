"""Fits the generator's table to a real corpus: ``python -m benchmarks fit``.

Word frequencies are those counted, down to words seen ten times; beyond them a power law whose
exponent makes the expected vocabulary at the corpus's size the counted one (so that Heaps' law
goes on in larger corpora). Repetition and topics are fitted by simulation: their shares are moved
until the generated articles have the real ones' ratio of postings to words, and the real lift of
content words that share an article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpora import Corpus, read_articles, searchable_text
from benchmarks.corpus_statistics import CorpusStatistics, WordIds, measure, number_words, words_of
from benchmarks.generator import CHUNK_ARTICLES, articles_of, draw_chunk
from benchmarks.model import Curve, NewsModel

SAMPLE_ARTICLES = 6_144
"""Articles of the samples that are compared: three chunks of the generator."""

_RELIABLE_COUNT = 10
_LAST_RANK = 10**8
_KNOTS_PER_DECADE = 40
_QUANTILES = 201
_FIT_STEPS = 7


@dataclass(frozen=True, slots=True)
class Counts:
    """What one pass over the real articles counts."""

    words: NDArray[np.int64]
    frequencies: dict[str, int]
    title_lengths: list[int]
    body_lengths: list[int]
    days: list[str]


def fit(
    corpus: Corpus,
    queries: Sequence[str],
    near_copies: Sequence[tuple[str, str, float]],
    progress: Callable[[str], None],
) -> NewsModel:
    """Fit a model to a corpus.

    Parameters
    ----------
    queries
        Texts whose lengths and word frequencies become the profile of drawn queries.
    near_copies
        Pairs of article ids with the Jaccard similarity of their 5-word shingles.
    """
    progress("counting words")
    counts = _count(corpus)
    copy_share, edit_share = _copying(near_copies, corpus.articles)
    observed = measure(number_words(spread_texts(corpus)))
    progress(f"observed: {observed}")
    query_words, query_df_share = _query_profile(queries, counts.frequencies, corpus.articles)
    weekdays, day_residuals = _daily(counts.days)
    draft = NewsModel(
        corpus=corpus.name,
        articles=corpus.articles,
        tokens=int(counts.words.sum()),
        types=len(counts.words),
        ranks=(),
        cumulative=(),
        repeat_share=0.3,
        topic_share=0.3,
        copy_share=copy_share,
        edit_share=edit_share,
        title_words=_quantiles(counts.title_lengths),
        body_words=_quantiles(counts.body_lengths),
        weekdays=weekdays,
        day_residuals=day_residuals,
        query_words=query_words,
        query_df_share=query_df_share,
        observed=observed,
    )
    return _fit_shares(draft, counts.words, progress)


def spread_texts(corpus: Corpus) -> list[str]:
    """Return `SAMPLE_ARTICLES` texts at equal distances in the corpus, then shuffled."""
    step = max(1, corpus.articles // SAMPLE_ARTICLES)
    texts = [
        searchable_text(article)
        for number, article in enumerate(read_articles(corpus.path))
        if number % step == 0
    ][:SAMPLE_ARTICLES]
    order = np.argsort(np.random.Generator(np.random.PCG64(5)).random(len(texts)))
    return [texts[i] for i in order]


def generated_sample(model: NewsModel, *, seed: int = 1) -> list[WordIds]:
    """Draw as many articles, spread over as long a time as the real sample, as word numbers.

    Without copies: in a sample of one article in fifteen hardly one has its original.
    """
    model = replace(model, copy_share=0.0)
    articles: list[WordIds] = []
    for chunk in range(SAMPLE_ARTICLES // CHUNK_ARTICLES):
        random = np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, chunk))))
        days = np.sort(random.random(CHUNK_ARTICLES)) * 1_826
        articles += articles_of(draw_chunk(model, random, days, seed=seed))
    order = np.argsort(np.random.Generator(np.random.PCG64(5)).random(len(articles)))
    return [articles[i] for i in order]


def measure_generated(model: NewsModel, *, seed: int = 1) -> CorpusStatistics:
    """Measure generated articles as the real ones of the table were measured."""
    return measure(generated_sample(model, seed=seed))


def near_copies_of(folders: Sequence[Path]) -> list[tuple[str, str, float]]:
    """Read ``near_dups.tsv`` where the data has it."""
    pairs = []
    for path in (folder / "near_dups.tsv" for folder in folders):
        for line in path.read_text().splitlines() if path.exists() else ():
            left, right, jaccard = line.split("\t")[:3]
            pairs.append((left, right, float(jaccard)))
    return pairs


def _count(corpus: Corpus) -> Counts:
    words: Counter[str] = Counter()
    frequencies: Counter[str] = Counter()
    titles, bodies, days = [], [], []
    for article in read_articles(corpus.path):
        title, body = words_of(article["title"]), words_of(article["body"])
        titles.append(len(title))
        bodies.append(len(body))
        words.update(title)
        words.update(body)
        frequencies.update({*title, *body})
        days.append(article["date"][:10])
    descending = np.sort(np.fromiter(words.values(), np.int64))[::-1]
    return Counts(descending, frequencies, titles, bodies, [day for day in days if len(day) == 10])


def _copying(pairs: Sequence[tuple[str, str, float]], articles: int) -> tuple[float, float]:
    """Return the share of copies, and of the words that an edit replaces.

    A 5-word shingle survives when none of its words was replaced; of two sets of shingles with a
    surviving share s, the Jaccard similarity is s / (2 - s).
    """
    later = {max(left, right) for left, right, _ in pairs}
    jaccard = float(np.median([j for _, _, j in pairs])) if pairs else 1.0
    survival = 2 * jaccard / (1 + jaccard)
    return round(len(later) / articles, 4), round(1 - survival**0.2, 4)


def _quantiles(lengths: Sequence[int]) -> Curve:
    return tuple(float(q) for q in np.quantile(lengths, np.linspace(0, 1, _QUANTILES)).round(1))


def _daily(days: Sequence[str]) -> tuple[Curve, Curve]:
    counts = Counter(days)
    weekday = np.zeros(7)
    totals = np.zeros(7)
    for day, count in counts.items():
        number = date.fromisoformat(day).weekday()
        weekday[number] += count
        totals[number] += 1
    means = weekday / np.maximum(totals, 1)
    factors = [count / means[date.fromisoformat(day).weekday()] for day, count in counts.items()]
    relative = tuple(float(x) for x in (means / means.mean()).round(4))
    return relative, tuple(float(q) for q in np.quantile(factors, np.linspace(0, 1, 101)).round(4))


def _query_profile(
    queries: Sequence[str], frequencies: dict[str, int], articles: int
) -> tuple[Curve, Curve]:
    split = [words_of(query) for query in queries]
    shares = [frequencies.get(word, 0) / articles for words in split for word in words]
    lengths = [len(words) for words in split if words]
    grid = np.linspace(0, 1, 101)
    return (
        tuple(float(q) for q in np.quantile(lengths, grid).round(2)),
        tuple(float(q) for q in np.quantile(shares, grid).round(7)),
    )


def _fit_shares(
    draft: NewsModel, words: NDArray[np.int64], progress: Callable[[str], None]
) -> NewsModel:
    model = draft
    repeat, topic = (0.0, 0.8), (0.0, 0.9)
    for step in range(_FIT_STEPS):
        model = replace(
            model, repeat_share=round(sum(repeat) / 2, 4), topic_share=round(sum(topic) / 2, 4)
        )
        ranks, cumulative = frequency_curve(words, _independent_share(model))
        model = replace(model, ranks=ranks, cumulative=cumulative)
        found = measure_generated(model)
        progress(
            f"step {step}: repeat {model.repeat_share} topic {model.topic_share}"
            f" gives {found.distinct_share} {found.topical_lift} {found.growth}"
        )
        repeat = _halved(
            repeat, model.repeat_share, found.distinct_share > draft.observed.distinct_share
        )
        topic = _halved(topic, model.topic_share, found.topical_lift < draft.observed.topical_lift)
    return model


def _halved(span: tuple[float, float], middle: float, is_higher: bool) -> tuple[float, float]:
    """Keep two thirds of a span: the two shares influence each other a little."""
    low, high = span
    sixth = (high - low) / 6
    return (middle - sixth, high) if is_higher else (low, middle + sixth)


def _independent_share(model: NewsModel) -> float:
    """Share of running words that are draws of their own, neither repeated nor copied."""
    return (1 - model.repeat_share) * (1 - model.copy_share * (1 - model.edit_share))


def frequency_curve(words: NDArray[np.int64], independent_share: float) -> tuple[Curve, Curve]:
    """Return the knots of the word distribution.

    Parameters
    ----------
    words
        Occurrences of every word, descending.
    independent_share
        Share of the running words that can bring a new word.
    """
    total = int(words.sum())
    reliable = int((words >= _RELIABLE_COUNT).sum())
    draws = total * independent_share
    head = np.concatenate(([0.0], np.cumsum(words[:reliable]) / total))
    unseen_in_head = np.exp(-words[:reliable] / total * draws).sum()
    wanted = len(words) - reliable + unseen_in_head
    edges = _knots(reliable, _LAST_RANK)
    tail = _tail(edges, 1 - head[-1], wanted, draws)
    early = _knots(1, reliable)
    ranks = [0, *early, *edges[1:]]
    cumulative = [0.0, *head[early], *(head[-1] + np.cumsum(tail))]
    cumulative[-1] = 1.0
    return tuple(float(r) for r in ranks), tuple(round(float(c), 12) for c in cumulative)


def _knots(first: int, last: int) -> NDArray[np.int64]:
    count = max(2, int(np.log10(last / first) * _KNOTS_PER_DECADE) + 1)
    return np.unique(np.rint(np.geomspace(first, last, count)).astype(np.int64))


def _tail(
    edges: NDArray[np.int64], mass: float, wanted: float, draws: float
) -> NDArray[np.float64]:
    """Spread the mass beyond the head so that ``draws`` draws bring the wanted number of words."""
    low, high = 0.8, 4.0
    shares = np.empty(0)
    for _ in range(50):
        exponent = (low + high) / 2
        middle = np.sqrt(edges[:-1].astype(np.float64) * edges[1:])
        weights = np.diff(edges) * middle**-exponent
        shares = mass * weights / weights.sum()
        each = shares / np.diff(edges)
        expected = float((np.diff(edges) * -np.expm1(-each * draws)).sum())
        low, high = (exponent, high) if expected > wanted else (low, exponent)
    return shares
