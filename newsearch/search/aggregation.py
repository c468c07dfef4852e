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
from newsearch.fields import CODED_FIELDS, DATE_PARTS, Measure
from newsearch.index.segment_reader import SegmentReader
from newsearch.search.matching import Matching
from newsearch.stopping import check

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
    counts: Counter[str] = Counter()
    missing = 0
    for segment, own in found.by_segment():
        tally, n_without = _tally_values(segment, by, own)
        missing += n_without
        used = np.flatnonzero(tally)
        used = used[np.argsort(-tally[used], kind="stable")]
        values = map(segment.value_texts(by).__getitem__, used.tolist())
        counts.update(dict(zip(values, tally[used].tolist(), strict=True)))
    ordered = list(counts.items())
    if len(found.snapshot.segments) > 1:  # values of one ascend, so theirs are in order
        ordered.sort(key=lambda pair: (-pair[1], pair[0]))
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
        names = segment.value_texts(by) if by else [""]
        named = map(names.__getitem__, codes.tolist()), map(starts.__getitem__, places.tolist())
        counts.update(dict(zip(zip(*named, strict=True), sums.tolist(), strict=True)))
    return counts


def weights_of(of: Measure, highlights: Highlights) -> Weights | None:
    """Return what articles count for; `highlights` finds what matches in a title or a body."""

    def occurrences(segment: SegmentReader, own: Ints) -> Ints:
        counts = np.zeros(len(own), np.int64)
        for place, docnum in enumerate(own.tolist()):
            check()
            article = segment.article(docnum)
            counts[place] = sum(len(highlights(article, field)) for field in ("title", "body"))
        return counts

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


def _tally_values(segment: SegmentReader, field: str, docnums: Ints) -> tuple[Ints, int]:
    """Return how many articles have each value, and how many have none."""
    if field in CODED_FIELDS:
        column = segment.columns.coded(field)
        tally = np.bincount(column.codes[docnums], minlength=len(column.values))
        missing = 0
        if len(tally) and not column.values[0]:  # the empty text is the first of ascending values
            missing, tally[0] = int(tally[0]), 0
        return tally, missing
    lists = segment.counted_lists(field)
    lengths = np.diff(lists.starts).astype(np.int64)[docnums]
    n_values = int(lengths.sum())
    first = np.repeat(np.cumsum(lengths) - lengths - lists.starts[docnums], lengths)
    codes = lists.codes[np.arange(n_values) - first]
    tally = np.bincount(codes, minlength=len(lists.values))
    return tally, int(np.count_nonzero(lengths == 0))
