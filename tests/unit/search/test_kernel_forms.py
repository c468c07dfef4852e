"""Forms are read without positions: the same articles and scores as those of an obvious count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import bm25
from support.word_corpus import make_part, random_corpus

from newsearch.search.run import bitmaps
from newsearch.search.run.kernels import views
from newsearch.search.run.kernels.forms import match_forms
from newsearch.search.run.kernels.phrases import match_phrase

WEIGHT = 1.5
FORMS = {-1: {0, 1, 2, 3, 4}, 0: {0}, 2: {2}, 70: set(), ~0b101: {0, 2}, ~0b10: {1}}


@given(
    seed=st.integers(0, 2**32 - 1), form=st.sampled_from([*FORMS]), share=st.sampled_from([0.1, 1])
)
def test_the_articles_with_a_form_are_found_and_scored(seed, form, share):
    corpus = random_corpus(seed, 400)
    part = make_part(corpus, 0, len(corpus))
    is_allowed = np.random.default_rng(seed).random(len(corpus)) < share
    allowed = bitmaps.bitmap_of(is_allowed)
    scoring = WEIGHT, corpus.average
    for stem, term in part.terms.items():
        wanted = {stem + number * corpus.n_stems for number in FORMS[form]}
        counts = {}
        for docnum in np.flatnonzero(is_allowed).tolist():
            title, body = corpus.parts(docnum)
            counts[docnum] = sum(one in wanted for one in [*title, *title, *body])

        docnums, scores = np.empty(len(corpus), np.int64), np.empty(len(corpus))
        n = match_forms(part.segment.address, (term, form), scoring, allowed, docnums, scores)

        assert docnums[:n].tolist() == [docnum for docnum, count in counts.items() if count]
        expected = [
            bm25(WEIGHT, counts[docnum], corpus.length(docnum), corpus.average)
            for docnum in docnums[:n].tolist()
        ]
        assert scores[:n].tolist() == pytest.approx(expected)
        phrase = views.phrase_of([[(term, form, 0)]], [0], slop=0, field=views.BOTH)
        assert views.one_word_of(phrase) == (term, form)
        by_positions = np.empty(len(corpus))
        assert n == match_phrase(
            part.segment.address, phrase, scoring, allowed, docnums, by_positions
        )
        assert scores[:n].tolist() == by_positions[:n].tolist()


@pytest.mark.parametrize(
    ("alternatives", "sequence", "field"),
    [
        ([[(3, 1, 0), (4, 1, 0)]], [0], views.BOTH),
        ([[(3, 1, 0)]], [0, 0], views.BOTH),
        ([[(3, 1, 0)], [(4, 1, 0)]], [0, 1], views.BOTH),
        ([[(3, 1, 0)]], [0], views.TITLE),
        ([[(3, 1, 0)]], [0], views.BODY),
    ],
)
def test_what_needs_positions_is_no_single_word(alternatives, sequence, field):
    phrase = views.phrase_of(alternatives, sequence, slop=0, field=field)
    assert views.one_word_of(phrase) is None
