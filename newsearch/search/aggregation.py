"""How many articles of a set have each value of a field: from the columns, no article is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from newsearch.answers.matches import Counts
from newsearch.answers.snippet import Span
from newsearch.article import Article
from newsearch.codec.columns import CodedColumn, CodedListColumn
from newsearch.codec.strings import text_of
from newsearch.fields import DATE_PARTS, Measure
from newsearch.index.segment_reader import SegmentReader
from newsearch.search.matching import Matching

Ints = NDArray[np.int64]
Weights = Callable[[SegmentReader, Ints], Ints]
"""Gives what each article of a segment counts for; articles go by docnum."""
Highlights = Callable[[Article, Literal["title", "body"]], Sequence[Span]]

_MOST_BINS = 1 << 22
"""Counters of 8 bytes that are cheaper than sorting what is counted."""


def count_values(found: Matching, by: str, zone: tzinfo = UTC) -> Counts:
    """Count articles by the values of a field, or by a part of their date.

    `by`: a field that has a column, or one of `DATE_PARTS`. `zone`: where these begin.
    """
    if by in DATE_PARTS:
        dates = count_by_date(found, "", by, zone)
        missing = dates.pop(("", ""), 0)
        starts = sorted((start, count) for (_, start), count in dates.items())
        return Counts(by, tuple(starts), missing, found.count)
    counts: Counter[bytes] = Counter()
    missing = 0
    for segment, own in found.by_segment():
        column = segment.filter_column(by)
        tally, n_without = _tally_codes(column, own)
        missing += n_without
        used = np.flatnonzero(tally)
        values = map(column.values.__getitem__, used.tolist())
        counts.update(dict(zip(values, tally[used].tolist(), strict=True)))
    named = ((text_of(value), count) for value, count in counts.items())
    ordered = sorted(named, key=lambda pair: (-pair[1], pair[0]))
    return Counts(by, tuple(ordered), missing, found.count)


def count_by_date(
    found: Matching, by: str, part: str, zone: tzinfo = UTC, weights: Weights | None = None
) -> Counter[tuple[str, str]]:
    """Count articles by the values of a field, and by a part of their date; '' for none.

    `by`: a field of one value, or '' for all articles together; `part`: one of `DATE_PARTS`;
    `weights`: what articles count for, once each where it is None.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for segment, own in found.by_segment():
        numbers, starts = segment.periods(part, zone)
        column = segment.columns.coded(by) if by else None
        groups = column.codes[own].astype(np.int64) * len(starts) if column else 0
        pairs, sums = _tally(groups + numbers[own], weights and weights(segment, own))
        codes, places = np.divmod(pairs, len(starts))
        names = [text_of(one) for one in column.values] if column else [""]
        named = map(names.__getitem__, codes.tolist()), map(starts.__getitem__, places.tolist())
        counts.update(dict(zip(zip(*named, strict=True), sums.tolist(), strict=True)))
    return counts


def weights_of(of: Measure, highlights: Highlights) -> Weights | None:
    """Return what articles count for; `highlights` finds what matches in a title or a body."""

    def occurrences(segment: SegmentReader, own: Ints) -> Ints:
        articles = map(segment.article, own.tolist())
        return np.array([sum(len(highlights(a, f)) for f in ("title", "body")) for a in articles])

    match of:
        case "articles":
            return None
        case "words":
            return lambda segment, own: (
                segment.title_lengths[own].astype(np.int64) + segment.body_lengths[own]
            )
        case "occurrences":
            return occurrences
        case _:
            assert_never(of)


def _tally(numbers: NDArray[np.integer], weights: Ints | None) -> tuple[Ints, Ints]:
    """Return which numbers, 0 or more, occur, ascending, and how often or with which weight."""
    distinct: Ints | None = None
    if int(numbers.max(initial=0)) >= _MOST_BINS:
        distinct, numbers = np.unique(numbers, return_inverse=True)
    sums = counts = np.bincount(numbers)
    if weights is not None:
        sums = np.bincount(numbers, weights).astype(np.int64)
    used = np.flatnonzero(counts)
    return used if distinct is None else distinct, sums[used]


def _tally_codes(column: CodedColumn | CodedListColumn, docnums: Ints) -> tuple[Ints, int]:
    """Return how many articles have each code, and how many have none."""
    nothing = _code_of_nothing(column)
    if isinstance(column, CodedColumn):
        codes, n_with = column.codes[docnums], len(docnums)
    else:
        owners, codes = _listed(column, docnums)
        owners = owners[codes != nothing]
        n_with = bool(len(owners)) + int(np.count_nonzero(np.diff(owners)))
    tally = np.bincount(codes, minlength=len(column.values))
    if nothing >= 0:
        if isinstance(column, CodedColumn):
            n_with -= int(tally[nothing])
        tally[nothing] = 0
    return tally, len(docnums) - n_with


def _listed(column: CodedListColumn, docnums: Ints) -> tuple[Ints, Ints]:
    """Return which of the articles has which code, each pair once."""
    if not len(column.codes):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts, ends = column.starts[docnums], column.starts[docnums + 1]
    lengths = (ends - starts).astype(np.int64)
    owners = np.repeat(np.arange(len(docnums)), lengths)
    first = np.cumsum(lengths) - lengths
    codes = column.codes[np.arange(len(owners)) + (starts - first)[owners]]
    if len(owners) == np.count_nonzero(lengths):
        return owners, codes
    n_values = max(len(column.values), 1)
    distinct = np.unique(owners * n_values + codes)
    return distinct // n_values, distinct % n_values


def _code_of_nothing(column: CodedColumn | CodedListColumn) -> int:
    """Return the code of the empty text, which would be the first of ascending values."""
    return 0 if len(column.values) and not column.values[0] else -1
