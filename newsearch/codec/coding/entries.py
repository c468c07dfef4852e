"""Entries: the postings of one term in one block of 256 docnums; the NumPy half of the coding.

FORMAT.md gives the bytes. Cutting posting lists by ranges of docnums instead of by number of
postings is from Mallia, Suel and Tonellotto, "Faster Learned Sparse Retrieval with Block-Max
Pruning" (SIGIR 2024): a docnum takes one byte, and the blocks of all terms line up.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.bounds import FREQ_CEILINGS, LEVEL_BITS, freq_classes, freq_widths
from newsearch.codec.coding.positions import (
    Bytes,
    Ints,
    encode_positions,
    gaps_of,
    rank_within,
    starts_of,
)
from newsearch.codec.coding.signatures import ANY, MAX_SIGNED
from newsearch.values import frozen

BLOCK_BITS: Final = 8
BLOCK_DOCS: Final = 1 << BLOCK_BITS
MAX_DOCS: Final = 1 << 24
MAX_SPARSE: Final = 32
"""Postings up to which an entry lists its docnums; beyond, a bitmap of 32 bytes is smaller."""

HIGH_FREQ_BYTE: Final = 255
LONG_BYTE: Final = 255


@frozen
class PostingRun:
    """Postings of consecutive terms, as the encoders take them.

    `dfs`: postings of each term, at least 1. Then for each posting: `docnums`, ascending within a
    term, below 2**24; `freqs`, at least 1; and `signatures`, see `codec.signatures`, which entries
    with more than 128 postings do not keep. For each token: `positions`, ascending within a
    posting, below 2**32; and `forms`, the number of the word form among the term's forms, below
    2**24, of which the commonest should be 0.
    """

    dfs: NDArray[np.integer]
    docnums: NDArray[np.integer]
    freqs: NDArray[np.integer]
    positions: NDArray[np.integer]
    forms: NDArray[np.integer]
    signatures: NDArray[np.uint8]


@frozen
class EncodedRun:
    """A run as bytes, ready to be appended by :class:`PostingsWriter`.

    Per term: articles, occurrences, entries, and bytes in the two data sections. Per entry: block
    number, postings less one, bound, and bytes of positions up to 255. Then the data bytes;
    frequencies of 256 and more, by entry number within the run * 256 + docnum's low byte,
    ascending; and the entries of this run whose positions take 255 bytes or more, ascending.
    """

    dfs: Ints
    cfs: Ints
    entries: Ints
    posting_sizes: Ints
    position_sizes: Ints
    blocks: NDArray[np.uint16]
    counts: Bytes
    bounds: Bytes
    short_sizes: Bytes
    postings: Bytes
    positions: Bytes
    high_keys: Ints
    high_freqs: Ints
    long_entries: Ints
    long_sizes: Ints


@frozen
class EntryTable:
    """The numbers of a run's entries, as both encoders find them.

    `per_term`: entries of each term. The rest per entry: block number, postings, positions, bound,
    and bytes in the two data sections.
    """

    per_term: Ints
    blocks: NDArray[np.uint16]
    counts: Ints
    tokens: Ints
    bounds: Bytes
    posting_sizes: Ints
    position_sizes: Ints


def encode(
    run: PostingRun, lengths: NDArray[np.integer], levels: NDArray[np.integer]
) -> EncodedRun:
    """Encode a run with NumPy alone; the compiled twin is ``encoding.encode``.

    `lengths`: tokens of each article of the segment. `levels`: from :func:`bounds.length_levels`.
    Raises ValueError when docnums or positions do not ascend or a number is outside its range.
    """
    check_run(run, len(lengths))
    if not len(run.dfs):
        ints, empty = np.zeros(0, np.int64), np.zeros(0, np.uint8)
        table = EntryTable(ints, np.zeros(0, np.uint16), ints, ints, empty, ints, ints)
        return assemble(run, table, empty, empty)
    freqs, docs = run.freqs.astype(np.int64), run.docnums.astype(np.int64)
    per_term, first = _cut(run)
    counts = np.diff(first, append=len(docs))
    bounds = bounds_of(first, counts, freqs, lengths[docs], levels)
    low = docs & (BLOCK_DOCS - 1)
    postings, sizes = _encode_postings(counts, low, freqs, bounds, run.signatures)
    tokens = np.add.reduceat(freqs, first)
    gaps = gaps_of(run.positions, run.freqs)
    positions, position_sizes = encode_positions(gaps, run.forms.astype(np.int64), tokens)
    blocks = (docs[first] >> BLOCK_BITS).astype(np.uint16)
    table = EntryTable(per_term, blocks, counts, tokens, bounds, sizes, position_sizes)
    return assemble(run, table, postings, positions)


def assemble(run: PostingRun, table: EntryTable, postings: Bytes, positions: Bytes) -> EncodedRun:
    """Put together what :class:`PostingsWriter` takes, from either encoder."""
    starts = starts_of(table.per_term)[:-1]
    cfs, of_postings, of_positions = (
        np.add.reduceat(values, starts) if len(starts) else values
        for values in (table.tokens, table.posting_sizes, table.position_sizes)
    )
    high = np.flatnonzero(run.freqs > HIGH_FREQ_BYTE)
    entry = np.searchsorted(starts_of(table.counts), high, side="right") - 1
    is_long = table.position_sizes >= LONG_BYTE
    return EncodedRun(
        dfs=run.dfs.astype(np.int64), cfs=cfs, entries=table.per_term,
        posting_sizes=of_postings, position_sizes=of_positions,
        blocks=table.blocks, counts=(table.counts - 1).astype(np.uint8), bounds=table.bounds,
        short_sizes=np.minimum(table.position_sizes, LONG_BYTE).astype(np.uint8),
        postings=postings, positions=positions,
        high_keys=entry << BLOCK_BITS | run.docnums[high].astype(np.int64) & (BLOCK_DOCS - 1),
        high_freqs=run.freqs[high].astype(np.int64),
        long_entries=np.flatnonzero(is_long), long_sizes=table.position_sizes[is_long],
    )  # fmt: skip


def check_run(run: PostingRun, articles: int) -> None:
    """Raise ValueError unless a run keeps the promises of :class:`PostingRun`."""
    n_postings, n_tokens = len(run.docnums), len(run.positions)
    if (
        not n_postings == len(run.freqs) == len(run.signatures)
        or int(run.dfs.sum(dtype=np.int64)) != n_postings
    ):
        raise ValueError("dfs, docnums, freqs and signatures do not belong together")
    if len(run.forms) != n_tokens or int(run.freqs.sum(dtype=np.int64)) != n_tokens:
        raise ValueError("freqs, positions and forms do not belong together")
    if not n_postings:
        return
    if int(run.dfs.min()) < 1 or int(run.freqs.min()) < 1:
        raise ValueError("a term or a posting is empty")
    if int(run.docnums.max()) >= min(articles, MAX_DOCS):
        raise ValueError("a docnum is beyond the segment")
    steps = np.diff(run.docnums.astype(np.int64))
    steps[starts_of(run.dfs)[1:-1] - 1] = 1
    if np.any(steps < 1):
        raise ValueError("docnums of a term do not ascend")
    if int(run.forms.max()) >= 1 << 24 or int(run.positions.max()) >= 1 << 32:
        raise ValueError("a form number or a position is too large")


def _cut(run: PostingRun) -> tuple[Ints, Ints]:
    """Return the entries of each term, and the first posting of each entry."""
    term = np.repeat(np.arange(len(run.dfs)), run.dfs)
    block = run.docnums >> BLOCK_BITS
    is_first = np.ones(len(term), bool)
    is_first[1:] = (term[1:] != term[:-1]) | (block[1:] != block[:-1])
    first = np.flatnonzero(is_first)
    return np.bincount(term[first], minlength=len(run.dfs)), first


def bounds_of(
    first: Ints,
    counts: Ints,
    freqs: Ints,
    lengths: NDArray[np.integer],
    levels: NDArray[np.integer],
) -> Bytes:
    """Return the bound byte of each entry, given its first posting and their number.

    `freqs`, `lengths`: of each posting, its frequency and the tokens of its article.
    """
    classes = freq_classes(np.maximum.reduceat(freqs, first))
    ceilings = np.repeat(FREQ_CEILINGS[classes], counts)
    equivalent = np.minimum.reduceat(ceilings * lengths.astype(np.int64) // freqs, first)
    level = np.searchsorted(levels, equivalent, side="right") - 1
    return np.asarray(classes << LEVEL_BITS | level.clip(0), np.uint8)


def posting_sizes(counts: Ints, bounds: Bytes) -> tuple[Ints, Ints, Ints]:
    """Return the bytes that docnums, frequencies and signatures of entries take."""
    doc_sizes = np.minimum(counts, MAX_SPARSE)
    freq_sizes = (counts * freq_widths(bounds) + 7) // 8
    return doc_sizes, freq_sizes, np.where(counts <= MAX_SIGNED, counts, 0)


def _encode_postings(
    counts: Ints, low: Ints, freqs: Ints, bounds: Bytes, signatures: Bytes
) -> tuple[Bytes, Ints]:
    doc_sizes, freq_sizes, signature_sizes = posting_sizes(counts, bounds)
    sizes = doc_sizes + freq_sizes + signature_sizes
    starts = starts_of(sizes)[:-1]
    data = np.zeros(int(sizes.sum()), np.uint8)
    rank = rank_within(counts)
    is_sparse = np.repeat(counts <= MAX_SPARSE, counts)
    begins = np.repeat(starts, counts)
    data[begins[is_sparse] + rank[is_sparse]] = low[is_sparse]
    _set_bits(data, begins[~is_sparse] * 8 + low[~is_sparse], np.uint8(1))
    width = np.repeat(freq_widths(bounds), counts)
    at = (begins + np.repeat(doc_sizes, counts)) * 8 + rank * width
    values = np.minimum(freqs - 1, HIGH_FREQ_BYTE).astype(np.uint8)
    _set_bits(data, at[width > 0], values[width > 0])
    is_signed = np.repeat(counts <= MAX_SIGNED, counts)
    at = np.repeat(starts + doc_sizes + freq_sizes, counts) + rank
    data[at[is_signed]] = signatures[is_signed]
    return data, sizes


def _set_bits(data: Bytes, at: Ints, values: NDArray[np.uint8] | np.uint8) -> None:
    """Add values at bit positions; they must not cross a byte."""
    np.bitwise_or.at(data, at >> 3, values << (at & 7).astype(np.uint8))


def decode_docs(data: Bytes, starts: Ints, counts: Ints) -> Ints | None:
    """Return the low bytes of the docnums of entries, ascending within each, one after the other.

    Given the first byte of each entry, all inside ``data``, and its postings. None when the bytes
    do not ascend or a bitmap has another number of bits.
    """
    is_dense = counts > MAX_SPARSE
    begins = starts_of(counts)[:-1]
    low = np.zeros(int(counts.sum()), np.int64)
    sparse = counts[~is_dense]
    rank = rank_within(sparse)
    listed = data[np.repeat(starts[~is_dense], sparse) + rank]
    low[np.repeat(begins[~is_dense], sparse) + rank] = listed
    if np.any(is_dense):
        rows = data[starts[is_dense][:, None] + np.arange(MAX_SPARSE)]
        bits = np.flatnonzero(np.unpackbits(rows.reshape(-1), bitorder="little"))
        dense = counts[is_dense]
        if not np.array_equal(np.bincount(bits >> BLOCK_BITS, minlength=len(dense)), dense):
            return None
        low[np.repeat(begins[is_dense], dense) + rank_within(dense)] = bits & (BLOCK_DOCS - 1)
    steps = np.diff(low)
    steps[begins[1:] - 1] = 1
    return low if not len(steps) or steps.min() > 0 else None


def decode_freqs(data: Bytes, starts: Ints, counts: Ints, bounds: Bytes) -> Ints:
    """Return the frequencies of entries; 256 stands for 256 or more.

    `starts`: first frequency byte of each entry, after its docnums.
    """
    widths = np.repeat(freq_widths(bounds), counts)
    freqs = np.ones(len(widths), np.int64)
    coded = widths > 0
    at = (np.repeat(starts * 8, counts) + rank_within(counts) * widths)[coded]
    width = widths[coded]
    freqs[coded] += data[at >> 3] >> (at & 7) & ((1 << width) - 1)
    return freqs


def decode_signatures(data: Bytes, starts: Ints, counts: Ints) -> Bytes:
    """Return the signatures of entries; `signatures.ANY` for those that have none.

    `starts`: first signature byte of each entry, after its frequencies.
    """
    found = np.full(int(counts.sum()), ANY, np.uint8)
    is_signed = np.repeat(counts <= MAX_SIGNED, counts)
    found[is_signed] = data[(np.repeat(starts, counts) + rank_within(counts))[is_signed]]
    return found
