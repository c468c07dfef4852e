"""Figures that make one corpus resemble another: vocabulary, posting lists, lengths, topics.

The same function measures real and generated articles, so a difference is in the articles. Words
are maximal runs of ASCII letters and digits after lower-casing: not the engines' tokens, but a rule
so simple that it means the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WordIds = NDArray[np.int64]

WORD = re.compile(r"[a-z0-9]+")
_GROWTH_PARTS = (0.0625, 0.125, 0.25, 0.5, 1.0)
_DF_RANKS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)
_LENGTH_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
# Words in 0.25 % to 5 % of the articles: rare enough to be about something, common enough to meet.
_TOPICAL_DF = (0.0025, 0.05)
_PAIRS = 4_000
_OPENING_WORDS = 100


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """Figures of some articles.

    Parameters
    ----------
    articles, tokens
        Articles and running words.
    growth
        ``(articles, distinct words)`` of growing parts: vocabulary growth (Heaps' law).
    posting_lengths
        ``(rank, share of articles)`` of the words by descending number of articles (Zipf's law
        as an index sees it).
    length_quantiles
        Words an article at 5, 25, 50, 75 and 95 %.
    distinct_share
        Postings over running words: 1 when no word came twice in an article.
    topical_lift
        Ninth decile over pairs of content words that share an article in one half of the
        articles: how many times more often they meet in the other half than independent words
        would, plus a half on both sides. Only the first 100 words of articles that have so many
        are looked at, because in long articles everything meets everything.
    """

    articles: int
    tokens: int
    growth: tuple[tuple[int, int], ...]
    posting_lengths: tuple[tuple[int, float], ...]
    length_quantiles: tuple[float, ...]
    distinct_share: float
    topical_lift: float

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> CorpusStatistics:
        """Read what ``dataclasses.asdict`` and JSON made of it."""
        pairs = ("growth", "posting_lengths")
        values = record | {key: tuple((a, b) for a, b in record[key]) for key in pairs}
        return cls(**values | {"length_quantiles": tuple(record["length_quantiles"])})


def words_of(text: str) -> list[str]:
    """Split text into the words that are counted here."""
    return WORD.findall(text.lower())


def number_words(texts: Iterable[str]) -> list[WordIds]:
    """Replace words by numbers, in order of first appearance, one array an article."""
    numbers: dict[str, int] = {}
    return [
        np.array([numbers.setdefault(word, len(numbers)) for word in words_of(text)], np.int64)
        for text in texts
    ]


def measure(articles: Sequence[WordIds]) -> CorpusStatistics:
    """Measure articles given as arrays of word numbers, in the order that growth is to follow."""
    lengths = np.array([len(words) for words in articles])
    owners = np.repeat(np.arange(len(articles)), lengths)
    words = np.unique(np.concatenate(articles), return_inverse=True)[1]
    postings = np.unique(words * len(articles) + owners)
    posting_words, posting_owners = np.divmod(postings, len(articles))
    frequencies = np.bincount(posting_words)
    return CorpusStatistics(
        articles=len(articles),
        tokens=int(lengths.sum()),
        growth=_growth(posting_words, posting_owners, len(articles)),
        posting_lengths=_posting_lengths(frequencies, len(articles)),
        length_quantiles=tuple(float(q) for q in np.quantile(lengths, _LENGTH_QUANTILES)),
        distinct_share=round(len(postings) / int(lengths.sum()), 5),
        topical_lift=round(topical_lift(articles), 4),
    )


def _growth(words: WordIds, owners: WordIds, articles: int) -> tuple[tuple[int, int], ...]:
    sizes = [max(1, int(articles * part)) for part in _GROWTH_PARTS]
    return tuple((size, len(np.unique(words[owners < size]))) for size in sizes)


def _posting_lengths(frequencies: WordIds, articles: int) -> tuple[tuple[int, float], ...]:
    descending = np.sort(frequencies)[::-1]
    ranks = [rank for rank in _DF_RANKS if rank <= len(descending)]
    return tuple((rank, round(float(descending[rank - 1]) / articles, 6)) for rank in ranks)


def topical_lift(articles: Sequence[WordIds], quantile: float = 0.9) -> float:
    """Measure how content words meet (see `CorpusStatistics`); 1 when there are none."""
    openings = [words[:_OPENING_WORDS] for words in articles if len(words) >= _OPENING_WORDS]
    if len(openings) < 2:
        return 1.0
    words = np.unique(np.stack(openings), return_inverse=True)[1].reshape(len(openings), -1)
    owners = np.repeat(np.arange(len(openings)), _OPENING_WORDS)
    posting_words, posting_owners = np.divmod(
        np.unique(words.ravel() * len(openings) + owners), len(openings)
    )
    frequencies = np.bincount(posting_words)[posting_words]
    low, high = (share * len(openings) for share in _TOPICAL_DF)
    is_topical = (frequencies >= low) & (frequencies <= high)
    numbers, columns = np.unique(posting_words[is_topical], return_inverse=True)
    present = np.zeros((len(openings), len(numbers)), np.bool_)
    present[posting_owners[is_topical], columns] = True
    left, right = _meeting_pairs(present[0::2])
    if not len(left):
        return 1.0
    second = present[1::2]
    together = (second[:, left] & second[:, right]).sum(axis=0)
    expected = second[:, left].sum(axis=0) * second[:, right].sum(axis=0) / len(second)
    return float(np.quantile((together + 0.5) / (expected + 0.5), quantile))


def _meeting_pairs(present: NDArray[np.bool_]) -> tuple[WordIds, WordIds]:
    """Draw pairs of different columns that are set in one row, rows taken in turn."""
    random = np.random.Generator(np.random.PCG64(7))
    rows = [row for row in (np.flatnonzero(line) for line in present) if len(row) > 1]
    if not rows:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    draws = random.random((_PAIRS, 2))
    pairs = np.empty((_PAIRS, 2), np.int64)
    for number, (a, b) in enumerate(draws):
        row = rows[number % len(rows)]
        i = int(a * len(row))
        j = int(b * (len(row) - 1))
        pairs[number] = row[i], row[j + (j >= i)]
    return pairs[:, 0], pairs[:, 1]
