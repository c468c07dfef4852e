"""A small whole segment, and what stands in it, for tests of the format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from newsearch.codec.bounds import length_levels
from newsearch.codec.coding.entries import PostingRun, encode
from newsearch.codec.coding.signatures import ANY
from newsearch.codec.segment import SegmentWriter
from newsearch.codec.stored import FrameCompressor, grouped

SEGMENT_ID = bytes(range(16))


@dataclass(frozen=True, slots=True)
class SampleSegment:
    """What :func:`write_sample` wrote."""

    terms: list[bytes]
    run: PostingRun
    forms: list[bytes]
    sources: list[bytes]
    source_codes: np.ndarray
    dates: np.ndarray
    articles: list[bytes]


def write_sample(
    path: Path, articles: int = 700, seed: int = 3, signature: int = ANY
) -> SampleSegment:
    """Write a segment of made-up articles that uses every part of the format.

    All signatures are the same, because several of its words are at one position.
    """
    rng = np.random.default_rng(seed)
    lengths = rng.integers(30, 900, articles).astype(np.uint32)
    terms = [b"common", b"half", b"often", b"once", b"rare", b"\xc3\xa9t\xc3\xa9"]
    run = _run(rng, articles, [1.0, 0.5, 0.12, 0.0, 0.01, 0.03], signature)
    sources = [b"", b"AP", b"Jiji", b"Kyodo"]
    sample = SampleSegment(
        terms, run, [], sources,
        rng.integers(0, 4, articles), rng.integers(0, 1 << 40, articles),
        [b'{"id": %d, "body": "%s"}' % (i, b"text " * (i * i % 41)) for i in range(articles)],
    )  # fmt: skip
    levels = length_levels(lengths)
    with SegmentWriter(path, SEGMENT_ID) as segment:
        stored = segment.stored()
        compressor = FrameCompressor()
        for group in grouped(sample.articles, 2048):
            stored.append(compressor.compress(group))
        stored.finish()
        text = segment.inverted("text", levels)
        text.append(terms, encode(run, lengths, levels))
        text.finish()
        sample.forms.extend(_write_lexicon(text, terms))
        segment.columns.coded("source", sources).append(sample.source_codes)
        authors = segment.columns.coded_lists("author", [b"A", b"B"])
        counts = np.arange(articles) % 3
        authors.append(counts, np.concatenate([np.arange(n) for n in counts]))
        segment.columns.numbers("date", "i8").append(sample.dates)
        segment.columns.numbers("content_hash", "u1").append(rng.integers(0, 256, 16 * articles))
        segment.columns.strings("url").append([b"u%d" % i for i in range(articles)])
        segment.columns.add_order("date", sample.dates)
        segment.finish(articles, {"analysis": 1})
    return sample


def _run(
    rng: np.random.Generator, articles: int, shares: list[float], signature: int
) -> PostingRun:
    docs = [np.flatnonzero(rng.random(articles) < share) for share in shares]
    docs = [some if len(some) else np.array([articles // 2]) for some in docs]
    docnums = np.concatenate(docs)
    freqs = rng.geometric(0.5, len(docnums))
    freqs[0], freqs[5] = 300, 20
    positions = [np.sort(rng.choice(900, n, replace=False)) for n in freqs]
    forms = rng.integers(0, 2, int(freqs.sum()))
    return PostingRun(
        np.array([len(d) for d in docs]),
        docnums,
        freqs,
        np.concatenate(positions),
        forms,
        np.full(len(docnums), signature, np.uint8),
    )


def _write_lexicon(text, terms: list[bytes]) -> list[bytes]:
    rows = sorted(
        (term + ending, i, n)
        for i, term in enumerate(terms)
        for n, ending in enumerate((b"", b"s"))
    )
    forms = [form for form, _, _ in rows]
    ids, numbers = (np.array([row[i] for row in rows]) for i in (1, 2))
    text.lexicon().append(forms, ids, numbers, np.ones(len(rows), int))
    return forms
