"""Queries of the benchmarks: the topics, the drawn ones, their kinds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks.corpora import Corpus, prepare, read_articles
from benchmarks.corpus_statistics import words_of
from benchmarks.kinds import KINDS, MIX, MIXED, Query
from benchmarks.model import load_model
from benchmarks.queries import build_queries, draw_texts, load_topics

pytestmark = pytest.mark.slow


@pytest.fixture
def corpus() -> Corpus:
    return prepare("generated:300")


def test_topics_are_the_1953_under_100_characters(shared_data: Path) -> None:
    topics = load_topics()
    assert len(topics) == 1_953
    assert max(map(len, topics)) == 99


def test_no_topics_without_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSEARCH_DATA", str(tmp_path))
    assert load_topics() == []


def test_queries_are_the_same_for_a_seed_and_survive_json(corpus: Corpus) -> None:
    first, origin = build_queries(corpus, seed=1, limit=40)
    again, _ = build_queries(corpus, seed=1, limit=40)
    assert "drawn" in origin
    assert first == again
    assert set(first) == {*KINDS, MIXED}
    for queries in first.values():
        assert len(queries) == 40
        assert [Query.from_dict(json.loads(json.dumps(q.as_dict()))) for q in queries] == queries


def test_kinds_ask_about_the_same_texts_in_the_same_order(corpus: Corpus) -> None:
    queries, _ = build_queries(corpus, seed=1, limit=60)
    assert [q.text for q in queries["or"]] == [q.text for q in queries["newest"]]
    for number, query in enumerate(queries["prefix"]):
        assert any(word.startswith(query.text) for word in queries["or"][number].words)
        assert len(query.text) >= 2


def test_mixed_replay_has_the_stated_shares(corpus: Corpus) -> None:
    assert sum(MIX.values()) == 100
    queries, _ = build_queries(corpus, seed=1)
    kinds = Counter(query.kind for query in queries[MIXED])
    for kind, share in MIX.items():
        assert kinds[kind] / len(queries[MIXED]) == pytest.approx(share / 100, abs=0.03)


def test_spans_of_days_hold_about_the_stated_share_of_articles(corpus: Corpus) -> None:
    queries, _ = build_queries(corpus, seed=1, limit=90)
    days = [article["date"][:10] for article in read_articles(corpus.path)]
    for number, query in enumerate(queries["dates"]):
        held = sum(query.since <= day <= query.until for day in days) / len(days)
        assert held == pytest.approx((0.01, 0.1, 0.5)[number % 3], abs=0.05)


@pytest.mark.slow
def test_drawn_queries_have_the_topics_lengths_and_rarities() -> None:
    articles = [words_of(a["body"]) for a in read_articles(prepare("generated:3k").path)]
    model = load_model()
    texts = [text for text, _ in draw_texts(articles, model, seed=1, count=600)]
    lengths = [len(text.split()) for text in texts]
    assert np.mean(lengths) == pytest.approx(np.mean(model.query_words), rel=0.1)
    frequencies = Counter(word for words in articles for word in set(words))
    shares = [frequencies[word] / len(articles) for text in texts for word in text.split()]
    wanted = np.asarray(model.query_df_share)
    for quantile in (0.5, 0.75, 0.9):
        expected = np.quantile(wanted, quantile)
        assert np.quantile(shares, quantile) == pytest.approx(expected, rel=0.4)


def test_drawn_queries_and_phrases_come_from_one_article() -> None:
    articles = [["one", "two", "three", "four"], ["five", "six", "seven", "eight"]] * 5
    model = load_model()
    for text, phrase in draw_texts(articles, model, seed=3, count=30):
        (home,) = {tuple(a) for a in articles if set(text.split()) <= set(a)}
        assert phrase in " ".join(home)


def test_typed_text_has_each_word_once_in_lower_case() -> None:
    assert Query("or", "Tax on U.S. tax", ("tax",)).typed == "tax on u.s."


def test_phrase_takes_the_longest_neighbours_and_prefix_the_longest_word(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_corpus: Path
) -> None:
    topics = tmp_path / "queries" / "trec_topics"
    topics.mkdir(parents=True)
    texts = ["the role of international organisations", "AIDS/HIV", "x" * 100]
    lines = (json.dumps({"id": "1", "text": text}) for text in texts)
    (topics / "queries.jsonl").write_text("\n".join(lines))
    monkeypatch.setenv("NEWSEARCH_DATA", str(tmp_path))
    queries, origin = build_queries(prepare(str(small_corpus)), seed=1)
    assert origin.startswith("2 TREC")
    assert {q.text for q in queries["phrase"]} == {"international organisations", "aids hiv"}
    assert {q.text for q in queries["prefix"]} == {"inter", "aid"}
