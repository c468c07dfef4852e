"""Every kernel gives the ids, order and scores of an exhaustive scorer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_corpus import (
    Corpus,
    Part,
    all_of,
    any_of,
    best,
    mean_length,
    random_corpus,
    score_phrase,
    score_word,
    split,
)

from newsearch.search.kernels import phrases, ranking, views

seeds = st.integers(0, 2**32 - 1)
hits_wanted = st.sampled_from([1, 2, 3, 10, 1000])


def assert_is_ranking(top: views.TopK, expected: tuple[list[int], list[float]]) -> None:
    docnums, scores = views.ranked(top)
    assert docnums == expected[0]
    assert scores == pytest.approx(expected[1], rel=1e-12)


@settings(max_examples=100, deadline=None)
@given(seed=seeds, k=hits_wanted, match=st.sampled_from(["any", "all"]))
def test_words_are_ranked_as_the_definition_says(seed: int, k: int, match: str) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed)
    stems = rng.permutation(corpus.n_stems + 1)[: rng.integers(1, 7)].tolist()
    weights = np.array([corpus.idf(s) * rng.choice([1, 2, 0.5]) for s in stems])
    top = views.new_top_k(k)
    kernel = {"any": ranking.rank_any, "all": ranking.rank_all}[match]
    join = {"any": any_of, "all": all_of}[match]

    for part in split(corpus, rng):
        terms = part.term_ids(stems)
        assert kernel(part.segment.row, terms, weights, part.live, part.base, top)

    scored = [score_word(corpus, s, w) for s, w in zip(stems, weights.tolist(), strict=True)]
    assert_is_ranking(top, best(corpus, join(scored), k))


fields = st.sampled_from(["both", "title", "body"])


def phrase_for(part: Part, corpus: Corpus, words: list[int], how: dict[str, Any]) -> views.Phrase:
    different = list(dict.fromkeys(words))
    n = corpus.n_stems
    alternatives = [
        [(part.terms.get(w % n, -1), w // n if how["exact"] else -1)] for w in different
    ]
    field = {"both": views.BOTH, "title": views.TITLE, "body": views.BODY}[how["fields"]]
    sequence = [different.index(word) for word in words]
    return views.phrase_of(alternatives, sequence, slop=how["slop"], field=field)


@settings(max_examples=150, deadline=None)
@given(
    seed=seeds,
    k=hits_wanted,
    n_words=st.integers(1, 4),
    slop=st.integers(0, 3),
    exact=st.booleans(),
    fields=fields,
)
def test_phrases_are_found_and_ranked_as_the_definition_says(
    seed: int, k: int, n_words: int, **how: Any
) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed)
    most = corpus.n_stems * (2 if how["exact"] else 1)
    words = rng.integers(0, most, n_words).tolist()
    weight = float(rng.choice([1, 7.3]))
    top = views.new_top_k(k)
    expected = score_phrase(corpus, words, weight=weight, **how)
    found = []

    for part in split(corpus, rng):
        phrase = phrase_for(part, corpus, words, how)
        average = mean_length(corpus, how["fields"])
        row, live = part.segment.row, part.live
        assert phrases.rank_phrase(row, phrase, (weight, average), live, part.base, top)
        docnums, freqs = np.empty((2, part.segment.n_articles), np.int64)
        n = phrases.match_phrase(row, phrase, live, docnums, freqs)
        found += (docnums[:n] + part.base).tolist()

    assert_is_ranking(top, best(corpus, expected, k))
    assert found == sorted(d for d in expected if corpus.is_live[d])
