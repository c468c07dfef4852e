"""Verify a segment byte by byte, and that its parts agree with one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.coding.positions import starts_of
from newsearch.codec.framing import ArrayFile
from newsearch.codec.lexicon import Lexicon
from newsearch.codec.postings import PostingsReader
from newsearch.codec.segment import Inverted, Segment
from newsearch.codec.strings import SEPARATOR, Strings
from newsearch.errors import CorruptIndexError, IndexingError


def check_bytes(path: Path) -> list[str]:
    """Compare every byte of a segment with the checksums in it; return what is wrong.

    These are lines in lower case, without the path; none for a file that cannot be opened, which
    is told elsewhere.
    """
    try:
        with ArrayFile(path) as file:
            problems = [_checksum_differs(file, name) for name in file.damaged_sections()]
            if not file.has_clean_padding():
                problems.append("there are bytes between the sections")
            return problems
    except (IndexingError, FileNotFoundError):
        return []


def _checksum_differs(file: ArrayFile, name: str) -> str:
    section = file.sections[name]
    end = section.offset + section.size_bytes
    return f"the checksum of section {name} (bytes {section.offset} to {end}) differs"


def check_parts(path: Path) -> list[str]:
    """Decode everything in a segment, whatever its checksums say; return what is wrong."""
    try:
        with Segment(path) as segment:
            return [problem for check in _checks(segment) for problem in _run(check)]
    except IndexingError as error:
        return [error.fault]


def _run(check: Callable[[], Iterator[str]]) -> list[str]:
    try:
        return list(check())
    except CorruptIndexError as error:
        return [error.fault]


def _checks(segment: Segment) -> Iterator[Callable[[], Iterator[str]]]:
    for name in segment.inverted_names:
        inverted = segment.inverted(name)
        yield partial(_check_inverted, inverted, name)
    yield partial(_check_strings, segment)
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


def _check_strings(segment: Segment) -> Iterator[str]:
    for name in segment.file.sections:
        prefix = name.removesuffix("/starts")
        if prefix != name and f"{prefix}/text" in segment.file:
            strings = Strings(segment.file, prefix)
            if np.any(strings.text[strings.starts[1:] - 1] != SEPARATOR[0]):
                yield f"a string of section {prefix}/text does not end with a line feed"


def _check_lexicon(forms: Lexicon, name: str) -> Iterator[str]:
    if not _ascend(forms.forms, strictly=False):
        yield f"the word forms of {name} do not ascend"
    pairs = forms.term_ids.astype(np.int64) << 32 | forms.numbers
    if len(np.unique(pairs)) != len(pairs):
        yield f"two word forms of one term of {name} have the same number"
    counts = np.bincount(forms.term_ids, minlength=1)
    if np.any(forms.numbers >= counts[forms.term_ids]):
        yield f"a word form of {name} has a higher number than its term has forms"


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
