"""Verify a segment byte by byte, and that its parts agree with one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.coding.positions import Bytes, starts_of
from newsearch.codec.coding.signatures import ANY, beside_of, codes_of, signatures_of
from newsearch.codec.framing import ArrayFile
from newsearch.codec.lexicon import Lexicon
from newsearch.codec.postings import PostingsReader
from newsearch.codec.segment import Inverted, Segment
from newsearch.errors import CorruptIndexError, IndexingError

_CHECK_BYTES = 4 << 20
"""Bytes of positions whose words are put in the order of the text at once, in some 150 MB."""
_MOST_PIECES = 16


def check_segment(path: Path) -> list[str]:
    """Read every byte of a segment and decode everything in it.

    Returns
    -------
    list[str]
        What is wrong, in lower case, without the path; empty for a sound segment.
    """
    try:
        with ArrayFile(path) as file:
            damaged = [
                f"the checksum of section {name} differs" for name in file.damaged_sections()
            ]
            if not file.has_clean_padding():
                damaged.append("there are bytes between the sections")
        if damaged:
            return damaged
        with Segment(path) as segment:
            return [problem for check in _checks(segment) for problem in _run(check)]
    except CorruptIndexError as error:
        return [error.fault]
    except IndexingError as error:
        return [error.reason]


def _run(check: Callable[[], Iterator[str]]) -> list[str]:
    try:
        return list(check())
    except CorruptIndexError as error:
        return [error.fault]


def _checks(segment: Segment) -> Iterator[Callable[[], Iterator[str]]]:
    for name in segment.inverted_names:
        inverted = segment.inverted(name)
        yield partial(_check_inverted, inverted, name)
    yield partial(_check_stored, segment)
    for name in segment.columns.names():
        yield partial(_check_column, segment, name)


def _check_inverted(inverted: Inverted, name: str) -> Iterator[str]:
    if not _ascend(inverted.terms, strictly=True):
        yield f"the terms of {name} do not ascend"
    form_counts = np.ones(len(inverted.terms), np.int64)
    if inverted.has_forms:
        form_counts = np.bincount(inverted.forms.term_ids, minlength=len(inverted.terms))
        yield from _check_lexicon(inverted.forms, name)
    yield from _check_postings(inverted.postings, name, form_counts)
    yield from _check_signatures(inverted, name)


def _check_lexicon(forms: Lexicon, name: str) -> Iterator[str]:
    if not _ascend(forms.forms, strictly=False):
        yield f"the word forms of {name} do not ascend"
    pairs = forms.term_ids.astype(np.int64) << 32 | forms.numbers
    if len(np.unique(pairs)) != len(pairs):
        yield f"two word forms of one term of {name} have the same number"


def _check_postings(
    postings: PostingsReader, name: str, form_counts: NDArray[np.int64]
) -> Iterator[str]:
    for first, end in postings.term_spans():
        run = postings.run(first, end)
        tokens = starts_of(run.freqs)[starts_of(run.dfs)]
        if not np.array_equal(np.diff(tokens), postings.term_cfs[first:end]):
            yield f"{name} terms {first} to {end - 1} occur more or less often than the index says"
        if np.any(run.forms >= np.repeat(form_counts[first:end], np.diff(tokens))):
            yield f"{name} terms {first} to {end - 1} have a word form that is not in the lexicon"


def _check_signatures(inverted: Inverted, name: str) -> Iterator[str]:
    """Compare signatures with what they are made of, the articles of some blocks at a time.

    Of a large segment that is a sample, spread over it; checksums cover the rest.
    """
    codes = codes_of(inverted.terms)
    for first, end in _block_ranges(inverted.postings):
        docnums, freqs, positions, of_postings, signatures = _read_blocks(
            inverted.postings, codes, first, end
        )
        keys = np.repeat(docnums, freqs) << 32 | positions
        order = np.argsort(keys)
        beside = np.empty(len(keys), np.uint8)
        beside[order] = beside_of(
            np.repeat(of_postings, freqs)[order], np.diff(keys[order], prepend=-1) != 1
        )
        differ = (signatures_of(beside, freqs) != signatures) & (signatures != ANY)
        if np.any(differ):
            yield f"signatures of {name} in article {docnums[differ].min()} are wrong"


def _block_ranges(postings: PostingsReader) -> Iterator[tuple[int, int]]:
    sizes = np.bincount(postings.entry_blocks, postings.entry_position_bytes)
    np.add.at(sizes, postings.entry_blocks[postings.long_entries], postings.long_entry_bytes)
    pieces = np.cumsum(sizes).astype(np.int64) // _CHECK_BYTES
    numbers = np.unique(pieces)
    if not len(numbers):
        return
    # Each looks at the entries of all terms; all pieces of a large segment would take hours.
    some = np.unique(np.linspace(0, len(numbers) - 1, _MOST_PIECES).round().astype(np.int64))
    for piece in numbers[some]:
        own = np.flatnonzero(pieces == piece)
        yield int(own[0]), int(own[-1]) + 1


def _read_blocks(
    postings: PostingsReader, codes: NDArray[np.uint8], first: int, end: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Bytes, Bytes]:
    """Return docnum, frequency, positions, code of the term and signature of all postings."""
    parts = []
    for term, end_term in postings.term_spans():
        entries = postings.entries(term, end_term)
        of_entries = np.repeat(
            codes[term:end_term], np.diff(postings.term_entries[term : end_term + 1])
        )
        own = (entries.blocks >= first) & (entries.blocks < end)
        entries = entries.take(own)
        docnums, freqs = postings.decode(entries)
        positions, _ = postings.decode_positions(entries, freqs)
        of_postings = np.repeat(of_entries[own], entries.counts)
        parts.append((docnums, freqs, positions, of_postings, postings.signatures(entries)))
    docnums, freqs, positions, of_postings, signatures = (
        np.concatenate(columns) for columns in zip(*parts, strict=True)
    )
    return docnums, freqs, positions, of_postings, signatures


def _check_stored(segment: Segment) -> Iterator[str]:
    for docnum, article in enumerate(segment.stored):
        if not article:
            yield f"stored article {docnum} is empty"


def _check_column(segment: Segment, name: str) -> Iterator[str]:
    sections = segment.file.sections
    prefix = f"column/{name}"
    if f"{prefix}/list_starts" in sections:
        values = segment.columns.coded_lists(name).values
    elif f"{prefix}/codes" in sections:
        values = segment.columns.coded(name).values
    else:
        values = None
    if values is not None and not _ascend(values, strictly=True):
        yield f"the values of column {name} do not ascend"
    if f"{prefix}/text" in sections:
        segment.columns.strings(name)
    if f"{prefix}/order" in sections:
        yield from _check_order(segment, name)


def _check_order(segment: Segment, name: str) -> Iterator[str]:
    order = segment.columns.order(name)
    if not np.array_equal(np.sort(order.order), np.arange(segment.articles)):
        yield f"the order of column {name} misses articles"
    values = order.values[order.order]
    if np.any(values[1:] < values[:-1]):
        yield f"the order of column {name} is not ascending"


def _ascend(strings: Iterable[bytes], *, strictly: bool) -> bool:
    before: bytes | None = None
    for string in strings:
        if before is not None and (string < before or (strictly and string == before)):
            return False
        before = string
    return True
