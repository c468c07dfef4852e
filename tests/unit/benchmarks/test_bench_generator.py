"""The generator: the same news for a seed, and news like the real ones."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.corpora import prepare
from benchmarks.corpus_statistics import (
    CorpusStatistics,
    measure,
    number_words,
    topical_lift,
    words_of,
)
from benchmarks.fit import generated_sample, measure_generated, spread_texts
from benchmarks.generator import CHUNK_ARTICLES, generate
from benchmarks.model import NewsModel, at_quantiles, load_model
from benchmarks.spelling import spell, word


@pytest.fixture(scope="module")
def model() -> NewsModel:
    return load_model()


@pytest.fixture(scope="module")
def generated(model: NewsModel) -> list[dict[str, str]]:
    return [json.loads(line) for line, _ in generate(model, 3 * CHUNK_ARTICLES, seed=5)]


def test_generator_repeats_itself_for_a_seed_and_not_for_another(model: NewsModel) -> None:
    first, again, other = (list(generate(model, 50, seed=seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other


def test_generator_streams(model: NewsModel) -> None:
    lines = list(islice(generate(model, 10_000_000), 5))
    assert json.loads(lines[0][0])["date"].startswith("2015-01-0")


def test_generated_articles_are_normalised_numbered_and_in_order_of_time(
    generated: list[dict[str, str]],
) -> None:
    assert all(list(a) == ["id", "title", "date", "source", "body"] for a in generated)
    assert [a["id"] for a in generated[:2]] == ["g5-00000000", "g5-00000001"]
    moments = [datetime.fromisoformat(a["date"]) for a in generated]
    assert moments == sorted(moments)
    assert all(a["body"].endswith(".") and a["title"] for a in generated)


def test_generated_text_size_is_that_of_title_and_body(model: NewsModel) -> None:
    for line, size in generate(model, 100, seed=2):
        article = json.loads(line)
        assert size == len(article["title"]) + len(article["body"])


def test_generated_text_has_the_words_that_were_drawn(generated: list[dict[str, str]]) -> None:
    for article in generated[:200]:
        body = article["body"]
        spaced = body.replace(".", " ").replace(",", " ").split()
        assert [part.lower() for part in spaced] == words_of(body)


@pytest.mark.slow
def test_common_ranks_have_spellings_of_their_own() -> None:
    rows = spell(np.arange(300_000))
    assert len(np.unique(rows, axis=0)) == len(rows)
    letters = {bytes(letter for letter in row if letter) for row in rows}
    assert len(letters) == len(rows)


@given(st.sets(st.integers(0, 10**8), min_size=2, max_size=20))
def test_no_two_ranks_share_a_spelling(ranks: set[int]) -> None:
    words = {word(rank) for rank in ranks}
    assert len(words) == len(ranks)
    assert all(w.isascii() and w.isalpha() and w.islower() for w in words)


def test_frequent_words_are_short() -> None:
    assert len(word(0)) < len(word(5_000)) < len(word(5_000_000))


def _assert_alike(found: CorpusStatistics, wanted: CorpusStatistics) -> None:
    """Within: 10 % of the vocabulary at every size, 15 % of lengths and of posting lengths."""
    for (articles, types), (wanted_articles, wanted_types) in zip(
        found.growth, wanted.growth, strict=True
    ):
        assert articles == wanted_articles
        assert types == pytest.approx(wanted_types, rel=0.1)
    for (rank, share), (_, wanted_share) in zip(
        found.posting_lengths, wanted.posting_lengths, strict=True
    ):
        one_article = 1.01 / wanted.articles
        assert share == pytest.approx(wanted_share, rel=0.15, abs=one_article), rank
    assert found.length_quantiles == pytest.approx(wanted.length_quantiles, rel=0.15)
    assert found.distinct_share == pytest.approx(wanted.distinct_share, rel=0.1)
    assert found.topical_lift == pytest.approx(wanted.topical_lift, rel=0.25)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_generated_news_has_the_stored_figures_of_real_news(model: NewsModel, seed: int) -> None:
    _assert_alike(measure_generated(model, seed=seed), model.observed)


@pytest.mark.slow
def test_generated_news_has_the_figures_of_the_real_corpus(
    model: NewsModel, shared_data: Path
) -> None:
    real = measure(number_words(spread_texts(prepare("news94k"))))
    assert real == model.observed
    _assert_alike(measure_generated(model), real)


def test_words_without_topics_do_not_meet_as_real_ones_do(model: NewsModel) -> None:
    from dataclasses import replace

    aimless = generated_sample(replace(model, topic_share=0.0))
    assert topical_lift(aimless) < 0.75 * model.observed.topical_lift


def test_whole_vocabulary_is_that_of_the_corpus(model: NewsModel) -> None:
    """Expected distinct words in as many independent draws as the real corpus had."""
    ranks, cumulative = np.asarray(model.ranks), np.asarray(model.cumulative)
    width, mass = np.diff(ranks), np.diff(cumulative)
    copied = model.copy_share * (1 - model.edit_share)
    draws = model.tokens * (1 - model.repeat_share) * (1 - copied)
    expected = (width * -np.expm1(-mass / width * draws)).sum()
    assert expected == pytest.approx(model.types, rel=0.03)


@pytest.mark.slow
def test_some_articles_are_near_copies(model: NewsModel, generated: list[dict[str, str]]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    copies = 0
    for number, article in enumerate(generated):
        words = words_of(article["body"])
        shingles = {tuple(words[i : i + 12]) for i in range(0, len(words) - 12)}
        copies += any(shingle in seen for shingle in shingles)
        seen.update(dict.fromkeys(shingles, number))
    # Short copies, and copies edited in every twelve words, are not seen this way.
    assert copies / len(generated) == pytest.approx(model.copy_share, rel=0.35)


def test_days_differ_as_real_days_do(generated: list[dict[str, str]], model: NewsModel) -> None:
    days = Counter(article["date"][:10] for article in generated)
    mean = len(generated) / 1_826
    assert max(days.values()) > 3 * mean
    sundays = sum(n for day, n in days.items() if datetime.fromisoformat(day).weekday() == 6)
    assert sundays / len(generated) < model.weekdays[6] / 7 * 2


def test_quantiles_are_drawn_by_inversion() -> None:
    drawn = at_quantiles((0.0, 10.0, 100.0), np.array([0.0, 0.25, 0.5, 1.0]))
    assert drawn.tolist() == [0.0, 5.0, 10.0, 100.0]


WORDS = st.lists(st.integers(0, 9), min_size=1, max_size=12)


@given(st.lists(WORDS, min_size=1, max_size=12))
def test_measured_figures_are_those_counted_by_hand(articles: list[list[int]]) -> None:
    found = measure([np.array(words) for words in articles])
    frequencies = Counter(word for words in articles for word in set(words))
    assert found.tokens == sum(map(len, articles))
    assert found.growth[-1] == (len(articles), len(frequencies))
    assert found.posting_lengths[0][1] == round(max(frequencies.values()) / len(articles), 6)
    distinct = sum(frequencies.values())
    assert found.distinct_share == round(distinct / found.tokens, 5)
