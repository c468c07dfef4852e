"""Runs to bytes, compiled: writes the same bytes as ``entries.encode``.

This module imports Numba; nothing imports it at start.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.bounds import FREQ_CEILINGS, FREQ_WIDTHS, LEVEL_BITS
from newsearch.codec.coding.entries import (
    BLOCK_BITS,
    HIGH_FREQ_BYTE,
    MAX_SPARSE,
    EncodedRun,
    EntryTable,
    PostingRun,
    assemble,
    check_run,
    posting_sizes,
)
from newsearch.codec.coding.positions import (
    HEADER_BITS,
    MAX_RICE_BITS,
    WIDE_FORM_BITS,
    WIDE_FORM_CODE,
    starts_of,
)
from newsearch.codec.coding.signatures import MAX_SIGNED
from newsearch.compiling import Array, Int, compiled

Columns: TypeAlias = tuple[Any, ...]


@compiled
def _bit_length(value: Int) -> Int:
    n = 0
    while value > 0:
        value >>= 1
        n += 1
    return n


@compiled
def _bound(docnums: Array, freqs: Array, lengths: Array, levels: Array) -> Int:
    """Return the bound byte of the postings of one entry."""
    highest = np.int64(freqs.max())
    of_class = np.searchsorted(FREQ_CEILINGS[:-1], highest)
    equivalent = np.int64(1) << 62
    for i in range(len(docnums)):
        scaled = FREQ_CEILINGS[of_class] * np.int64(lengths[docnums[i]]) // np.int64(freqs[i])
        equivalent = min(equivalent, scaled)
    level = 0
    while level + 1 < len(levels) and np.int64(levels[level + 1]) <= equivalent:
        level += 1
    return np.int64(of_class << LEVEL_BITS | level)


@compiled
def write_gaps(freqs: Array, positions: Array, gaps: Array) -> bool:
    """Fill the gaps of all postings; False when positions do not ascend."""
    for i in range(1, len(positions)):
        gaps[i] = np.int64(positions[i]) - np.int64(positions[i - 1]) - 1
    token: Int = 0
    for i in range(len(freqs)):
        gaps[token] = positions[token]
        token += np.int64(freqs[i])
    lowest: Int = 0
    for i in range(len(gaps)):
        lowest = min(lowest, gaps[i])
    return bool(lowest == 0)


@compiled
def choose_header(gaps: Array, forms: Array) -> tuple[Int, Int]:
    """Choose widths for one entry: its header byte, and its bytes."""
    tokens = len(gaps)
    middle = _bit_length(gaps.sum() * 11 // (tokens * 16)) - 1
    middle = min(max(middle, 0), MAX_RICE_BITS)
    rice_bits: Int = 0
    lowest: Int = np.int64(1) << 62
    for k in range(max(middle - 1, 0), min(middle + 1, MAX_RICE_BITS) + 1):
        bits = tokens * k
        for i in range(tokens):
            bits += gaps[i] >> k
        if bits < lowest:
            rice_bits, lowest = k, bits
    code = min(_bit_length(np.int64(forms.max())), WIDE_FORM_CODE)
    form_bits = WIDE_FORM_BITS if code == WIDE_FORM_CODE else code
    size = (HEADER_BITS + lowest + tokens * (form_bits + 1) + 7) >> 3
    return rice_bits | code << 4, size


@compiled
def posting_bytes(count: Int, width: Int) -> Int:
    """Return the bytes of an entry's docnums, frequencies of `width` bits and signatures."""
    signed: Int = count if count <= MAX_SIGNED else 0
    return min(count, MAX_SPARSE) + ((count * width + 7) >> 3) + signed


@compiled
def write_signatures(signatures: Array, out: Array) -> None:
    """Write the signatures of one entry to the end of its postings' bytes, if it has any."""
    count = len(signatures)
    first = len(out) - count
    for i in range(count if count <= MAX_SIGNED else 0):
        out[first + i] = signatures[i]


@compiled
def write_docs(docnums: Array, freqs: Array, width: Int, out: Array) -> None:
    """Write docnums and frequencies of one entry into zeroed bytes."""
    count = len(docnums)
    for i in range(count):
        low = np.int64(docnums[i]) & 255
        if count <= MAX_SPARSE:
            out[i] = low
        else:
            out[low >> 3] |= 1 << (low & 7)
    if width == 0:
        return
    start = min(count, MAX_SPARSE)
    for i in range(count):
        bit = i * width
        out[start + (bit >> 3)] |= min(np.int64(freqs[i]) - 1, HIGH_FREQ_BYTE) << (bit & 7)


@compiled
def write_positions(header: Int, gaps: Array, forms: Array, out: Array) -> None:
    """Write the bit string of one entry into zeroed bytes."""
    rice_bits = np.int64(header) & 15
    form_bits: Int = np.int64(header) >> 4
    if form_bits == WIDE_FORM_CODE:
        form_bits = WIDE_FORM_BITS
    out[0] = header
    low_mask = (np.int64(1) << rice_bits) - 1
    held = np.int64(0)
    held_bits = 0
    at = 1
    for i in range(len(gaps)):
        held |= ((gaps[i] & low_mask) << form_bits | np.int64(forms[i])) << held_bits
        held_bits += rice_bits + form_bits
        while held_bits >= 8:
            out[at] = held & 255
            held >>= 8
            held_bits -= 8
            at += 1
    if held_bits > 0:
        out[at] = held
    bit = HEADER_BITS + len(gaps) * (rice_bits + form_bits)
    for i in range(len(gaps)):
        bit += gaps[i] >> rice_bits
        out[bit >> 3] |= 1 << (bit & 7)
        bit += 1


@compiled
def _entry_end(docnums: Array, first: Int, end: Int) -> Int:
    """Return the posting after the entry that starts at ``first``."""
    block = docnums[first] >> BLOCK_BITS
    last = first + 1
    while last < end and docnums[last] >> BLOCK_BITS == block:
        last += 1
    return last


@compiled
def count_entries(dfs: Array, docnums: Array, entries: Array) -> Int:
    """Fill the number of entries of each term, and return their sum."""
    posting = 0
    total = 0
    for term in range(len(dfs)):
        end = posting + dfs[term]
        n = 0
        while posting < end:
            posting = _entry_end(docnums, posting, end)
            n += 1
        entries[term] = n
        total += n
    return total


@compiled
def measure_entries(
    entries: Array, dfs: Array, run: Columns, scale: Columns, meta: Columns
) -> None:
    """Fill the numbers of every entry."""
    docnums, freqs, gaps, forms = run
    lengths, levels = scale
    blocks, counts, tokens, bounds, headers, sizes = meta
    posting = 0
    token = 0
    entry = 0
    for term in range(len(dfs)):
        end = posting + dfs[term]
        for _ in range(entries[term]):
            last = _entry_end(docnums, posting, end)
            n: Int = np.int64(freqs[posting:last].sum())
            own = gaps[token : token + n]
            headers[entry], sizes[entry] = choose_header(own, forms[token : token + n])
            bounds[entry] = _bound(docnums[posting:last], freqs[posting:last], lengths, levels)
            blocks[entry] = docnums[posting] >> BLOCK_BITS
            counts[entry] = last - posting
            tokens[entry] = n
            posting = last
            token += n
            entry += 1


@compiled
def write_entries(
    run: Columns, signatures: Array, meta: Columns, postings: Array, starts: Array, data: Array
) -> None:
    """Write all entries into zeroed bytes."""
    docnums, freqs, gaps, forms = run
    _, counts, tokens, bounds, headers, sizes = meta
    posting = 0
    token = 0
    at = 0
    for entry in range(len(counts)):
        last = posting + counts[entry]
        n = tokens[entry]
        width = FREQ_WIDTHS[bounds[entry] >> LEVEL_BITS]
        own = postings[starts[entry] : starts[entry + 1]]
        write_docs(docnums[posting:last], freqs[posting:last], width, own)
        write_signatures(signatures[posting:last], own)
        own = data[at : at + sizes[entry]]
        write_positions(headers[entry], gaps[token : token + n], forms[token : token + n], own)
        posting = last
        token += n
        at += sizes[entry]


def encode(
    run: PostingRun, lengths: NDArray[np.integer], levels: NDArray[np.integer]
) -> EncodedRun:
    """Encode a run; the same bytes as `entries.encode`, which see, about 50 times faster.

    Arrays of ``uint32`` are used as they are, others are converted. Other threads run meanwhile.
    """
    check_run(run, len(lengths))
    dfs = np.ascontiguousarray(run.dfs, np.int64)
    gaps = np.empty(len(run.positions), np.int64)
    docnums, freqs, positions, forms = (
        np.ascontiguousarray(array, np.uint32)
        for array in (run.docnums, run.freqs, run.positions, run.forms)
    )
    if not write_gaps(freqs, positions, gaps):
        raise ValueError("positions of a posting do not ascend")
    columns = (docnums, freqs, gaps, forms)
    scale = (np.ascontiguousarray(lengths, np.uint32), np.ascontiguousarray(levels, np.uint32))
    entries = np.empty(len(dfs), np.int64)
    n = count_entries(dfs, docnums, entries)
    dtypes = (np.uint16, np.int64, np.int64, np.uint8, np.uint8, np.int64)
    meta: Columns = tuple(np.empty(n, dtype) for dtype in dtypes)
    measure_entries(entries, dfs, columns, scale, meta)
    doc_sizes, freq_sizes, signature_sizes = posting_sizes(meta[1], meta[3])
    sizes = doc_sizes + freq_sizes + signature_sizes
    starts = starts_of(sizes)
    postings = np.zeros(int(starts[-1]), np.uint8)
    data = np.zeros(int(meta[5].sum()), np.uint8)
    if n:
        signatures = np.ascontiguousarray(run.signatures)
        write_entries(columns, signatures, meta, postings, starts, data)
    cut = EntryTable(entries, meta[0], meta[1], meta[2], meta[3], sizes, meta[5])
    return assemble(run, cut, postings, data)
