"""Seeded news of any size, 10 thousand to 10 million articles, streamed.

What is kept of real news, all fitted to news94k (`benchmarks.model`): word frequencies and the
growth of the vocabulary, words that repeat within an article, words that come together because of
a topic, topics that are hot for days to months, days with more and fewer articles, wire copies
with small edits, lengths of titles and bodies. What is not: grammar, names, numbers, any words
but the commonest (`benchmarks.spelling`), and copies across more than a few hundred articles.

Only ``Generator.random`` of NumPy is drawn from, whose stream is fixed by the seed; the digest of
the finished corpus is recorded with every result all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from benchmarks.model import NewsModel, at_quantiles
from benchmarks.spelling import WORD_WIDTH, Ranks, spell

CHUNK_ARTICLES = 2_048

_START = datetime(2015, 1, 1, tzinfo=UTC)
_DAYS = 1_826
_SOURCES = 40
# A topic may own every 16th to every 4096th word of a stretch of neighbouring ranks: within such a
# stretch frequencies differ by no more than 1/16, so topics do not bend the frequency curve.
_FIRST_TOPICAL = 256
_MOST_TOPICS = 4_096
# A story is hot for 1, 2, 4 ... 128 days; a third of the articles follow no hot story.
_HOT_STORIES = 8
_HOT_SHARE = 0.67
_COPY_WINDOW = 500
_SENTENCE_WORDS = 22
_COMMA_WORDS = 14
_PARAGRAPH_SENTENCES = 3
_SEPARATOR_WIDTH = 3


@dataclass(frozen=True, slots=True)
class Chunk:
    """Articles before spelling.

    Parameters
    ----------
    ranks
        Frequency ranks of all running words, articles one after the other, title first.
    title_words, words
        Words of each title, and of title and body together.
    """

    ranks: Ranks
    title_words: Ranks
    words: Ranks


def generate(model: NewsModel, articles: int, *, seed: int = 1) -> Iterator[tuple[bytes, int]]:
    """Yield normalised JSON lines, each with its text's size in bytes, oldest article first."""
    days = _day_of_share(model, seed)
    for first in range(0, articles, CHUNK_ARTICLES):
        count = min(CHUNK_ARTICLES, articles - first)
        random = _random(seed, 1 + first // CHUNK_ARTICLES)
        positions = (first + np.arange(count) + random.random(count)) / articles
        moments_s = np.interp(positions, days, np.arange(_DAYS + 1)) * 86_400.0
        chunk = draw_chunk(model, random, moments_s / 86_400.0, seed=seed)
        yield from _lines(chunk, random, first, moments_s, seed=seed)


def draw_chunk(
    model: NewsModel, random: np.random.Generator, days: NDArray[np.float64], *, seed: int
) -> Chunk:
    """Draw the words of articles that appear on the given days, ascending, fractions allowed."""
    count = len(days)
    titles = np.maximum(1, np.rint(at_quantiles(model.title_words, random.random(count))))
    bodies = np.maximum(1, np.rint(at_quantiles(model.body_words, random.random(count))))
    topics = _topics(random, days, seed)
    title_words, words = titles.astype(np.int64), (titles + bodies).astype(np.int64)
    originals = _originals(random, count, model.copy_share)
    is_copy = originals != np.arange(count)
    title_words, topics = title_words[originals], topics[originals]
    words = np.maximum(title_words + 1, _shortened(words[originals], is_copy, random))
    owners = np.repeat(np.arange(count), words)
    starts = np.cumsum(words) - words
    ranks = _fresh_ranks(model, random, topics[owners])
    ranks = _repeated(ranks, starts[owners], random, model.repeat_share)
    ranks = _copied(ranks, (owners, starts, originals), random, model.edit_share)
    return Chunk(ranks, title_words, words)


def articles_of(chunk: Chunk) -> list[Ranks]:
    """Cut a chunk into its articles."""
    return np.split(chunk.ranks, np.cumsum(chunk.words)[:-1])


def _random(seed: int, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, stream))))


def _day_of_share(model: NewsModel, seed: int) -> NDArray[np.float64]:
    """Return the share of articles before each day, shape ``(_DAYS + 1,)``."""
    random = _random(seed, 0)
    weekday = (np.arange(_DAYS) + _START.weekday()) % 7
    factor = at_quantiles(model.day_residuals, random.random(_DAYS))
    cumulative = np.cumsum(np.asarray(model.weekdays)[weekday] * np.maximum(factor, 1e-3))
    return np.concatenate(([0.0], cumulative / cumulative[-1]))


def _topics(random: np.random.Generator, days: NDArray[np.float64], seed: int) -> NDArray[np.int64]:
    """Return each article a topic: one of the stories that are hot on its day, or any."""
    count = len(days)
    slot = (random.random(count) * _HOT_STORIES).astype(np.int64)
    window = (days / (1 << slot)).astype(np.int64)
    hot = _mixed(window * _HOT_STORIES + slot + seed * 1_000_003) % _MOST_TOPICS
    any_topic = (random.random(count) * _MOST_TOPICS).astype(np.int64)
    return np.where(random.random(count) < _HOT_SHARE, hot, any_topic)


def _mixed(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Scatter numbers (the finaliser of SplitMix64), so that neighbours share nothing."""
    z = numbers.astype(np.uint64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(1)).astype(np.int64)


def _originals(random: np.random.Generator, count: int, share: float) -> NDArray[np.int64]:
    """Name the article that each one is a copy of, itself when it is none."""
    number = np.arange(count)
    back = 1 + (random.random(count) * np.minimum(number, _COPY_WINDOW)).astype(np.int64)
    is_copy = (random.random(count) < share) & (number > 0)
    original = np.where(is_copy, np.maximum(number - back, 0), number)
    while (original[original] != original).any():
        original = original[original]
    return original


def _shortened(
    words: NDArray[np.int64], is_copy: NDArray[np.bool_], random: np.random.Generator
) -> NDArray[np.int64]:
    """Cut up to a tenth off the end of copies, as an editor short of space does."""
    kept = (words * (1.0 - 0.1 * random.random(len(words)))).astype(np.int64)
    return np.where(is_copy, kept, words)


def _fresh_ranks(
    model: NewsModel, random: np.random.Generator, topics: NDArray[np.int64]
) -> NDArray[np.int64]:
    drawn = np.interp(random.random(len(topics)), model.cumulative, model.ranks).astype(np.int64)
    exponent = np.frexp(np.maximum(drawn, 1).astype(np.float64))[1] - 1
    stretch = np.minimum(_MOST_TOPICS, np.left_shift(np.int64(1), np.maximum(exponent - 4, 0)))
    topical = drawn - drawn % stretch + topics % stretch
    is_topical = (drawn >= _FIRST_TOPICAL) & (random.random(len(topics)) < model.topic_share)
    return np.where(is_topical, topical, drawn)


def _repeated(
    ranks: NDArray[np.int64],
    starts: NDArray[np.int64],
    random: np.random.Generator,
    share: float,
) -> NDArray[np.int64]:
    """Let a share of the words repeat an earlier one of the article; frequencies stay."""
    position = np.arange(len(ranks))
    earlier = starts + (random.random(len(ranks)) * (position - starts)).astype(np.int64)
    return np.where(random.random(len(ranks)) < share, ranks[earlier], ranks)


def _copied(
    ranks: NDArray[np.int64],
    where: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    random: np.random.Generator,
    edit_share: float,
) -> NDArray[np.int64]:
    """Take the words of copies from their originals, but for the edited ones."""
    owners, starts, originals = where
    offset = np.arange(len(ranks)) - starts[owners]
    source = starts[originals[owners]] + offset
    is_kept = random.random(len(ranks)) >= edit_share
    return np.where(is_kept, ranks[np.minimum(source, len(ranks) - 1)], ranks)


def _lines(
    chunk: Chunk,
    random: np.random.Generator,
    first: int,
    moments_s: NDArray[np.float64],
    *,
    seed: int,
) -> Iterator[tuple[bytes, int]]:
    text, word_ends = _spelled(chunk, random)
    sources = (random.random(len(chunk.words)) ** 2 * _SOURCES).astype(np.int64).tolist()
    last = np.cumsum(chunk.words)
    title_ends = word_ends[last - chunk.words + chunk.title_words - 1].tolist()
    begin = 0
    for i, (middle, end) in enumerate(zip(title_ends, word_ends[last - 1].tolist(), strict=True)):
        title, body = text[begin:middle], text[middle:end]
        begin = end
        date = (_START + timedelta(seconds=int(moments_s[i]))).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield (
            b'{"id": "g%d-%08d", "title": "%b", "date": "%b", "source": "Paper %02d",'
            b' "body": "%b"}\n' % (seed, first + i, title, date.encode(), sources[i], body),
            len(title) + len(body) - body.count(b"\\n"),
        )


def _spelled(chunk: Chunk, random: np.random.Generator) -> tuple[bytes, NDArray[np.int64]]:
    """Spell a chunk as one text and give the end of every word with what follows it."""
    ends_title, ends_article = _last_words(chunk)
    draws = random.random(len(chunk.ranks))
    is_end = (draws < 1 / _SENTENCE_WORDS) | ends_article
    is_title = _title_mask(chunk)
    rows = np.zeros((len(chunk.ranks), WORD_WIDTH + 1 + _SEPARATOR_WIDTH), np.uint8)
    rows[:, :WORD_WIDTH] = spell(chunk.ranks)
    starts_sentence = np.concatenate(([True], (is_end & ~is_title)[:-1] | ends_title[:-1]))
    rows[starts_sentence, 0] -= ord("a") - ord("A")
    is_comma = (draws > 1 - 1 / _COMMA_WORDS) & ~is_end
    is_paragraph = draws < 1 / _SENTENCE_WORDS / _PARAGRAPH_SENTENCES
    rows[:, WORD_WIDTH] = np.where(is_end, ord("."), np.where(is_comma, ord(","), 0))
    rows[:, WORD_WIDTH + 1] = ord(" ")
    rows[is_paragraph, WORD_WIDTH + 1 : WORD_WIDTH + 3] = (ord("\\"), ord("n"))
    rows[is_title, WORD_WIDTH:] = (0, ord(" "), 0, 0)
    rows[ends_title, WORD_WIDTH:] = 0
    rows[ends_article, WORD_WIDTH:] = (ord("."), 0, 0, 0)
    used = rows != 0
    return rows[used].tobytes(), np.cumsum(used.sum(axis=1))


def _last_words(chunk: Chunk) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    ends_title = np.zeros(len(chunk.ranks), np.bool_)
    ends_article = np.zeros(len(chunk.ranks), np.bool_)
    last = np.cumsum(chunk.words)
    ends_article[last - 1] = True
    ends_title[last - chunk.words + chunk.title_words - 1] = True
    return ends_title, ends_article


def _title_mask(chunk: Chunk) -> NDArray[np.bool_]:
    starts = np.cumsum(chunk.words) - chunk.words
    offset = np.arange(len(chunk.ranks)) - np.repeat(starts, chunk.words)
    return offset < np.repeat(chunk.title_words, chunk.words)
