"""Every kernel gives the ids, order and scores of an exhaustive scorer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from word_corpus import all_of, any_of, best, random_corpus, score_word, split

from newsearch.search.kernels import ranking, views

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
