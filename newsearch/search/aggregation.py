"""How many articles of a set have each value of a field: from the columns, no article is read."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

from newsearch.answers.matches import Counts
from newsearch.codec.columns import CodedColumn, CodedListColumn
from newsearch.codec.strings import text_of
from newsearch.schema import NO_DATE_S
from newsearch.search.matching import Matching

Ints = NDArray[np.int64]

_UNITS = {"day": "D", "month": "M", "year": "Y"}
_FIRST_S, _LAST_S = (int(datetime(year, 1, 2, tzinfo=UTC).timestamp()) for year in (1, 9999))


def count_values(found: Matching, by: str, zone: tzinfo = UTC) -> Counts:
    """Count articles by the values of a field, or by a part of their date.

    `by`: a field that has a column, or ``"day"``, ``"month"`` or ``"year"``. `zone`: where these
    begin.
    """
    if by in _UNITS:
        return _count_dates(found.snapshot.column("date", found.docnums), by, zone)
    counts: dict[bytes, int] = {}
    missing = 0
    for segment, own in found.by_segment():
        column = segment.filter_column(by)
        codes, n_without = _codes(column, own)
        missing += n_without
        tally = np.bincount(codes, minlength=len(column.values))
        for code in np.flatnonzero(tally).tolist():
            value = column.values[code]
            counts[value] = counts.get(value, 0) + int(tally[code])
    named = ((text_of(value), count) for value, count in counts.items())
    ordered = sorted(named, key=lambda pair: (-pair[1], pair[0]))
    return Counts(by, tuple(ordered), missing, found.count)


def count_by_date(
    found: Matching, by: str, part: str, zone: tzinfo = UTC
) -> Counter[tuple[str, str]]:
    """Count articles by the values of a field, and by a part of their date; '' for none.

    `by`: a field of one value; `part`: ``"day"``, ``"month"`` or ``"year"``.
    """
    counts: Counter[tuple[str, str]] = Counter()
    seconds = found.snapshot.column("date", found.docnums)
    starts = _buckets(_local(seconds, zone), part)
    starts[seconds == NO_DATE_S] = "NaT"
    dates, numbers = np.unique(starts, return_inverse=True)
    shown = ["" if date == "NaT" else date for date in map(str, dates)]
    at = 0
    for segment, own in found.by_segment():
        column = segment.filter_column(by)
        pairs = column.codes[own].astype(np.int64) * len(dates) + numbers[at : at + len(own)]
        at += len(own)
        distinct, tally = np.unique(pairs, return_counts=True)
        for pair, count in zip(distinct.tolist(), tally.tolist(), strict=True):
            code, number = divmod(pair, len(dates))
            counts[text_of(column.values[code]), shown[number]] += count
    return counts


def _buckets(seconds: Ints, part: str) -> NDArray[np.datetime64]:
    # Each cast rounds down, before 1970 too.
    return seconds.astype("datetime64[s]").astype(f"datetime64[{_UNITS[part]}]")


def _count_dates(seconds: Ints, by: str, zone: tzinfo) -> Counts:
    dated = _local(seconds[seconds != NO_DATE_S], zone)
    starts, tally = np.unique(_buckets(dated, by), return_counts=True)
    values = tuple(zip(map(str, starts), tally.tolist(), strict=True))
    return Counts(by, values, len(seconds) - len(dated), len(seconds))


def _local(seconds: Ints, zone: tzinfo) -> Ints:
    """Return what clocks of a zone show, as seconds."""
    if zone is UTC:
        return seconds
    instants, numbers = np.unique(seconds, return_inverse=True)
    # Python has no clock outside the years 1 to 9999.
    known = np.clip(instants, _FIRST_S, _LAST_S).tolist()
    offsets = [datetime.fromtimestamp(one, zone).utcoffset() for one in known]
    shown = instants + np.array([one.total_seconds() if one else 0 for one in offsets], np.int64)
    return shown[numbers.reshape(-1)]


def _codes(column: CodedColumn | CodedListColumn, docnums: Ints) -> tuple[Ints, int]:
    """Return the codes of the articles, each once an article, and how many articles have none."""
    if isinstance(column, CodedColumn):
        codes = column.codes[docnums].astype(np.int64)
        codes = codes[codes != _code_of_nothing(column)]
        return codes, len(docnums) - len(codes)
    owners, codes = _listed(column, docnums)
    is_value = codes != _code_of_nothing(column)
    has_value = np.zeros(len(docnums), np.bool_)
    has_value[owners[is_value]] = True
    return codes[is_value], len(docnums) - int(np.count_nonzero(has_value))


def _listed(column: CodedListColumn, docnums: Ints) -> tuple[Ints, Ints]:
    """Return which of the articles has which code, each pair once."""
    starts = column.starts.astype(np.int64)
    lengths = starts[docnums + 1] - starts[docnums]
    owners = np.repeat(np.arange(len(docnums)), lengths)
    first = np.cumsum(lengths) - lengths
    at = np.arange(len(owners)) - first[owners] + starts[docnums][owners]
    n_values = max(len(column.values), 1)
    distinct = np.unique(owners * n_values + column.codes[at])
    return distinct // n_values, distinct % n_values


def _code_of_nothing(column: CodedColumn | CodedListColumn) -> int:
    """Return the code of the empty text, which would be the first of ascending values."""
    return 0 if len(column.values) and not column.values[0] else -1
