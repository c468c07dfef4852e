"""What is asked: TREC topics or drawn queries, in every kind.

The topics are those of ``queries/trec_topics``: every row of ``queries.jsonl`` and then of the
``beir-*.queries.jsonl`` in order of file name whose text has fewer than 100 characters, repeated
texts included. That makes 1,953 of the 2,198 rows. A corpus that topics do not fit (generated, or
the user's own without the topics at hand) gets queries drawn from its own articles, with as many
words, found in as large a share of the articles, as the topics have on news94k.

All queries are shuffled once, by seed: an engine that has time for the first n only answers a fair
sample.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpora import GENERATED, Corpus, data_folder, sample_articles, searchable_text
from benchmarks.corpus_statistics import words_of
from benchmarks.kinds import KINDS, MIX, MIXED, PREFIXES, Query
from benchmarks.model import NewsModel, at_quantiles, load_model

MAX_TOPIC_CHARACTERS = 100

_WORD = re.compile(r"[^\W_]+")
_PAIR = re.compile(r"(?=\b([A-Za-z]{2,}) ([A-Za-z]{2,})\b)")
_PREFIX_LETTERS = 5
_LONG_WORD = 7
_SPAN_SHARES = (0.01, 0.1, 0.5)
_DRAWN_QUERIES = 2_000
_SAMPLE_ARTICLES = 20_000


def load_topics() -> list[str]:
    """Read the topics; empty when the data is not there."""
    folder = data_folder() / "queries" / "trec_topics"
    paths = [folder / "queries.jsonl", *sorted(folder.glob("beir-*.queries.jsonl"))]
    if not paths[0].exists():
        return []
    lines = [line for path in paths for line in path.read_text("utf-8").splitlines()]
    texts = [str(json.loads(line)["text"]) for line in lines]
    return [text for text in texts if len(text) < MAX_TOPIC_CHARACTERS]


def build_queries(
    corpus: Corpus, *, seed: int, limit: int | None = None
) -> tuple[dict[str, list[Query]], str]:
    """Make the queries of every kind for a corpus, in one shuffled order.

    Returns
    -------
    queries
        By kind, ``mixed`` included; the kinds' n-th queries come from the same text.
    origin
        For people: where the texts are from.
    """
    sample = sample_articles(corpus, _SAMPLE_ARTICLES)
    topics = [] if corpus.name.startswith(GENERATED) else load_topics()
    if topics:
        texts = [(topic, "") for topic in topics]
        origin = f"{len(topics)} TREC and BEIR topics under 100 characters"
    else:
        model = load_model()
        texts = draw_texts([words_of(searchable_text(a)) for a in sample], model, seed=seed)
        origin = f"{len(texts)} queries drawn from the corpus, seed {seed}"
    random = _random(seed, 1)
    texts = [texts[i] for i in np.argsort(random.random(len(texts)))]
    texts = [text for text in texts if _WORD.search(text[0])][:limit]
    days = sorted(article["date"][:10] for article in sample if len(article["date"]) >= 10)
    queries = {kind: [_query(kind, *text) for text in texts] for kind in KINDS if kind != "dates"}
    queries["dates"] = _dated([text for text, _ in texts], days or ["1970-01-01"], random)
    return queries | {MIXED: _mixed(queries, random)}, origin


def draw_texts(
    articles: Sequence[Sequence[str]], model: NewsModel, *, seed: int, count: int = _DRAWN_QUERIES
) -> list[tuple[str, str]]:
    """Draw queries, each with a phrase, from articles with the profile of the table's topics.

    Each query takes one article, as many words as a topic may have, and for each word of a topic
    the word of the article that is found in the nearest share of all articles: so the words are as
    rare as a topic's and belong together. The phrase is the rarest of them and what follows it.

    Parameters
    ----------
    articles
        The words of a sample of the corpus, lower case.
    """
    frequencies = Counter(word for words in articles for word in set(words))
    random = _random(seed, 0)
    texts: list[tuple[str, str]] = []
    while len(texts) < count:
        article = articles[int(random.random() * len(articles))]
        words = sorted(set(article))
        length = round(float(at_quantiles(model.query_words, random.random(1))[0]))
        shares = at_quantiles(model.query_df_share, random.random(max(1, length)))
        if len(words) > length:
            found = np.array([frequencies[word] / len(articles) for word in words])
            picks = _nearest(found, shares)
            rarest = words[min(picks, key=lambda i: found[i])]
            texts.append((" ".join(words[i] for i in picks), _followed(article, rarest)))
    return texts


def _followed(article: Sequence[str], word: str) -> str:
    start = min(article.index(word), len(article) - 2)
    return " ".join(article[start : start + 2])


def _random(seed: int, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence((seed, 77, stream))))


def _nearest(found: NDArray[np.float64], wanted: NDArray[np.float64]) -> list[int]:
    """Pick for each wanted share the nearest found one, on a log scale, none twice."""
    logs = np.log(found)
    picks: list[int] = []
    for share in wanted:
        distance = np.abs(logs - np.log(max(share, 1e-9)))
        distance[picks] = np.inf
        picks.append(int(distance.argmin()))
    return picks


def _query(kind: str, text: str, phrase: str = "") -> Query:
    if kind == "phrase":
        text = phrase or _phrase(text)
    elif kind in PREFIXES:
        text = _prefix(text)[: 1 if kind == "letter" else None]
    return Query(kind, text, tuple(dict.fromkeys(_WORD.findall(text.lower()))))


def _phrase(text: str) -> str:
    """Take the neighbouring words with the most letters: the least likely to be mere grammar."""
    pairs = [match.groups() for match in _PAIR.finditer(text)]
    longest = max(pairs, key=lambda pair: len(pair[0]) + len(pair[1]), default=())
    words: list[str] = list(longest) or _WORD.findall(text)[:2]
    return " ".join(words).lower()


def _prefix(text: str) -> str:
    word: str = max(_WORD.findall(text), key=len).lower()
    return word[:_PREFIX_LETTERS] if len(word) >= _LONG_WORD else word[: max(3, len(word) - 2)]


def _dated(texts: Sequence[str], days: Sequence[str], random: np.random.Generator) -> list[Query]:
    """Add spans that hold 1, 10 or 50 % of the articles, in turn, placed at random."""
    queries = []
    for number, text in enumerate(texts):
        share = _SPAN_SHARES[number % len(_SPAN_SHARES)]
        start = random.random() * (1 - share)
        first, last = (days[int(x * (len(days) - 1))] for x in (start, start + share))
        words = _query("dates", text).words
        queries.append(Query("dates", text, words, since=first, until=last))
    return queries


def _mixed(queries: dict[str, list[Query]], random: np.random.Generator) -> list[Query]:
    """Return each text one kind, drawn by the shares of `MIX`."""
    kinds = [kind for kind, share in MIX.items() for _ in range(share)]
    draws = (random.random(len(queries["or"])) * len(kinds)).astype(int)
    return [queries[kinds[draw]][number] for number, draw in enumerate(draws)]
