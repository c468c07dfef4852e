"""Damaged segments make kernels say so or answer wrongly; they never read or write elsewhere."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.word_corpus import Part, make_part, random_corpus

from newsearch.search.run import bitmaps
from newsearch.search.run.kernels import forms, phrases, ranking, sets, trees, views
from newsearch.search.run.kernels.top_k import ranked

DAMAGEABLE = (
    "entry_blocks",
    "entry_counts",
    "entry_bounds",
    "entry_position_bytes",
    "long_entry_bytes",
    "high_freq_keys",
    "high_freqs",
    "postings",
    "positions",
)
"""Sections whose contents are not verified when a segment is opened."""


def damaged(part: Part, name: str, rng: np.random.Generator) -> views.Segment:
    """Change some bytes of one section; the slack after the data stays as it is."""
    reader = SimpleNamespace(**vars(part.reader))
    section = getattr(reader, name).copy()
    raw = section.view(np.uint8)
    n_bytes = len(raw) - 8 * (name in ("postings", "positions"))
    if n_bytes:
        places = rng.integers(0, n_bytes, int(rng.integers(1, 20)))
        raw[places] = rng.integers(0, 256, len(places))
    setattr(reader, name, section)
    n = part.segment.n_articles
    lengths, title_lengths = part.lengths, part.title_lengths
    columns = views.Columns(lengths, title_lengths, part.dates, np.arange(n))
    return views.segment_view(reader, columns, average=5.0)


@pytest.mark.slow
@pytest.mark.parametrize("name", DAMAGEABLE)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_kernels_survive_any_bytes_and_name_only_articles_that_exist(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    corpus = random_corpus(seed, 300)
    part = make_part(corpus, 0, len(corpus))
    segment = damaged(part, name, rng)
    terms = np.array(list(part.terms.values())[:4], np.int64)
    weights = np.ones(len(terms))
    everything = bitmaps.bitmap_of(np.ones(len(corpus), bool))
    top = views.new_top_k(5)
    address = segment.address

    ranking.rank_any(address, terms, weights, views.NO_LISTS, everything, 0, top)
    ranking.rank_all(address, terms, weights, views.NO_LISTS, everything, 0, top)
    single = [[(int(term), -1, seed % 15)] for term in terms[:2]] or [[(-1, -1, 0)]]
    several = [[(int(term), -1, 0), (int(terms[-1]), -1, 1)] for term in terms[:-1]]
    for slop, alternatives in product((0, 2), (single, several or single)):
        sequence = list(range(len(alternatives)))
        phrase = views.phrase_of(alternatives, sequence, slop=slop, field=views.BODY)
        phrases.rank_phrase(address, phrase, (1.0, 5.0), everything, 0, top)
        docnums, scores = np.empty(len(corpus), np.int64), np.empty(len(corpus))
        n = phrases.match_phrase(address, phrase, (1.0, 5.0), everything, docnums, scores)
        assert all(0 <= docnum < len(corpus) for docnum in docnums[: max(n, 0)].tolist())
    for term, form, room in product(terms.tolist(), (-1, 0, 1), (0, 5, len(corpus))):
        own = docnums[:room], scores[:room]
        n = forms.match_forms(address, (term, form), (1.0, 5.0), everything, *own)
        found = docnums[: max(n, 0)].tolist()
        assert n <= room
        blocks = [docnum >> 8 for docnum in found]
        assert blocks == sorted(blocks)
        assert all(0 <= docnum < len(corpus) for docnum in found)
    out = bitmaps.empty_bitmap(len(corpus))
    sets.mark_any(address, terms, out)
    sets.mark_in_field(address, terms, views.TITLE, out)
    program = views.Program()
    for term in terms.tolist():
        program.add_word(term, 1.0)
    for _ in terms[1:]:
        program.add(views.OR)
    if len(terms):
        trees.rank_tree(address, program.arrays(), everything, 0, top)

    found, scores = ranked(top)
    assert all(0 <= docnum < len(corpus) for docnum in found)
    assert all(np.isfinite(scores))


def test_entries_that_do_not_fill_their_bytes_are_reported() -> None:
    corpus = random_corpus(7, 300)
    part = make_part(corpus, 0, len(corpus))
    reader = SimpleNamespace(**vars(part.reader))
    reader.entry_counts = reader.entry_counts ^ np.uint8(1)
    columns = views.Columns(part.lengths, part.title_lengths, part.dates, part.dates)
    segment = views.segment_view(reader, columns, average=5.0)
    terms = np.array(list(part.terms.values()), np.int64)

    top = views.new_top_k(5)
    assert not ranking.rank_any(
        segment.address, terms, np.ones(len(terms)), views.NO_LISTS, part.live, 0, top
    )
