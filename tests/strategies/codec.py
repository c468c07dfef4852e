"""Random runs of postings in which the edges of the format are common."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from newsearch.codec.coding.entries import PostingRun

ARTICLES = 3000


@st.composite
def posting_runs(draw: st.DrawFn) -> PostingRun:
    """Runs whose terms are rare or dense, with one form or many, short or huge frequencies."""
    seed = draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    n_terms = draw(st.integers(0, 6))
    columns = [_term(draw, rng) for _ in range(n_terms)]
    dfs = np.array([len(docs) for docs, *_ in columns], np.int64)
    docnums, freqs, positions, forms = (
        np.concatenate([column[i] for column in columns] or [np.zeros(0, np.uint32)])
        for i in range(4)
    )
    return PostingRun(dfs, docnums, freqs, positions, forms, _signatures(dfs, docnums))


def _signatures(dfs: np.ndarray, docnums: np.ndarray) -> np.ndarray:
    """Any bytes, but 255 where more than 128 postings of a term are in a block of 256 docnums."""
    signatures = np.random.default_rng(len(docnums)).integers(0, 256, len(docnums), np.uint8)
    keys = np.repeat(np.arange(len(dfs)), dfs) << 32 | docnums.astype(np.int64) >> 8
    _, of_posting, counts = np.unique(keys, return_inverse=True, return_counts=True)
    signatures[counts[of_posting] > 128] = 255
    return signatures


def _term(draw: st.DrawFn, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    share = draw(st.sampled_from([0.0003, 0.01, 0.1, 0.13, 0.5, 1.0]))
    docs = np.flatnonzero(rng.random(ARTICLES) < share).astype(np.uint32)
    if not len(docs):
        docs = rng.integers(0, ARTICLES, 1).astype(np.uint32)
    highest = draw(st.sampled_from([1, 2, 4, 16, 40]))
    freqs = rng.integers(1, highest + 1, len(docs)).astype(np.uint32)
    if draw(st.booleans()):
        freqs[rng.integers(len(docs))] = draw(st.sampled_from([16, 17, 254, 255, 256, 257, 3000]))
    spread = draw(st.sampled_from([1, 2, 100, 50_000]))
    forms = draw(st.sampled_from([1, 2, 5, 70, 20_000, 1 << 24]))
    steps = rng.integers(1, spread + 1, int(freqs.sum()))
    positions = np.concatenate(
        [np.cumsum(part) - 1 for part in np.split(steps, np.cumsum(freqs)[:-1])]
    )
    numbers = rng.integers(0, forms, len(steps)).astype(np.uint32)
    return docs, freqs, positions.astype(np.uint32), numbers


def lengths(seed: int = 1) -> np.ndarray:
    """Article lengths such as news has."""
    return np.random.default_rng(seed).lognormal(5.5, 1.0, ARTICLES).astype(np.uint32) + 1
