"""The columns of segments that are merged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.columns import ColumnsWriter
from newsearch.codec.framing import Dtype
from newsearch.codec.segment import Segment
from newsearch.fields import CODED_FIELDS, LIST_FIELDS
from newsearch.keys import KEYS

Live = tuple[Segment, NDArray[np.bool_]]
"""A segment, and which of its articles are live."""

_NUMBERS: tuple[tuple[str, Dtype], ...] = (
    *(("date", "i8"), ("id_hash", "i8")),
    *(("title_length", "u4"), ("body_length", "u4")),
)
_DIGEST_BYTES = 16
_CHUNK_STRINGS = 1 << 16


def merge_columns(inputs: Sequence[Live], writer: ColumnsWriter) -> None:
    """Write the columns of all live articles, input after input."""
    for name, dtype in _NUMBERS:
        column = writer.numbers(name, dtype)
        parts = [segment.columns.numbers(name)[is_live] for segment, is_live in inputs]
        for part in parts:
            column.append(part)
        if name == "id_hash":
            writer.add_order(name, np.concatenate(parts))
    url_hashes = [segment.columns.url_hashes()[is_live] for segment, is_live in inputs]
    writer.add_url_hashes(np.concatenate(url_hashes))
    digests = writer.numbers("content_hash", "u1")
    for segment, is_live in inputs:
        digests.append(segment.columns.numbers("content_hash", _DIGEST_BYTES)[is_live])
    _merge_strings("id", inputs, writer)
    for name in CODED_FIELDS:
        _merge_coded(name, inputs, writer)
    for name in LIST_FIELDS:
        _merge_lists(name, inputs, writer)
    _merge_lists(KEYS, inputs, writer)


def _merge_strings(name: str, inputs: Sequence[Live], writer: ColumnsWriter) -> None:
    merged = writer.strings(name)
    for segment, is_live in inputs:
        own = segment.columns.strings(name)
        for first in range(0, len(own), _CHUNK_STRINGS):
            starts = own.starts[first : first + _CHUNK_STRINGS + 1].astype(np.int64)
            live, sizes = is_live[first : first + _CHUNK_STRINGS], np.diff(starts)
            text = own.text[starts[0] : starts[-1]]
            merged.append_text(text[np.repeat(live, sizes)], sizes[live])


def _merge_coded(name: str, inputs: Sequence[Live], writer: ColumnsWriter) -> None:
    columns = [segment.columns.coded(name) for segment, _ in inputs]
    codes = [column.codes[is_live] for column, (_, is_live) in zip(columns, inputs, strict=True)]
    values, recoded = _recoded([column.values for column in columns], codes)
    merged = writer.coded(name, values)
    for part in recoded:
        merged.append(part)


def _merge_lists(name: str, inputs: Sequence[Live], writer: ColumnsWriter) -> None:
    columns = [segment.columns.coded_lists(name) for segment, _ in inputs]
    counts, codes = [], []
    for column, (_, is_live) in zip(columns, inputs, strict=True):
        own = np.diff(column.starts).astype(np.int64)
        counts.append(own[is_live])
        codes.append(column.codes[np.repeat(is_live, own)])
    values, recoded = _recoded([column.values for column in columns], codes)
    if not values:
        return
    merged = writer.coded_lists(name, values)
    for own_counts, part in zip(counts, recoded, strict=True):
        merged.append(own_counts, part)


def _recoded(
    values: Sequence[Sequence[bytes]], codes: Sequence[NDArray[np.integer]]
) -> tuple[list[bytes], list[NDArray[np.int64]]]:
    """Return the values that are used, ascending, and the codes into them."""
    used = [np.unique(own) for own in codes]
    strings = [[own[int(code)] for code in some] for own, some in zip(values, used, strict=True)]
    merged = sorted(set().union(*strings))
    index_of = {value: index for index, value in enumerate(merged)}
    recoded = []
    for own, some, named in zip(codes, used, strings, strict=True):
        indexes = np.array([index_of[value] for value in named], np.int64)
        recoded.append(indexes[np.searchsorted(some, own)])
    return merged, recoded
