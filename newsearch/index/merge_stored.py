"""The stored articles of segments that are merged."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.segment import Segment, SegmentWriter
from newsearch.codec.stored import MIN_TRAINING_BYTES, Stored
from newsearch.index.stored_builder import StoredBuilder


def merge_stored(
    inputs: Sequence[tuple[Segment, NDArray[np.bool_]]],
    writer: SegmentWriter,
    *,
    trains: bool = False,
) -> None:
    """Write the stored articles of all live articles, input after input.

    Frames without a deleted article that are compressed with the dictionary of the merged segment
    are copied as they are.

    Parameters
    ----------
    trains
        Train a dictionary on the live articles, instead of taking that of the largest segment.
    """
    parts = [(segment.stored, is_live) for segment, is_live in inputs]
    largest = max((stored for stored, _ in parts), key=lambda one: one.raw_bytes)
    dictionary = b"" if trains else largest.dictionary
    has_own = any(
        stored.has_own_dictionary and stored.dictionary == dictionary and is_live.all()
        for stored, is_live in parts
    )
    raw_bytes = sum(stored.raw_bytes for stored, _ in parts)
    may_copy = bool(dictionary) or raw_bytes < MIN_TRAINING_BYTES
    merged = StoredBuilder(writer, dictionary, has_own=bool(dictionary) and has_own)
    for (stored, is_live), (segment, _) in zip(parts, inputs, strict=True):
        is_alike = may_copy and stored.dictionary == dictionary
        for frame in range(stored.n_frames):
            _merge_frame(stored, frame, is_live, merged, is_alike=is_alike)
        segment.file.release_memory()
    merged.finish()


def _merge_frame(
    stored: Stored, frame: int, is_live: NDArray[np.bool_], merged: StoredBuilder, *, is_alike: bool
) -> None:
    docnums = stored.docnums(frame)
    live = is_live[docnums.start : docnums.stop]
    if is_alike and live.all():
        merged.add_frame(stored.frame(frame))
    elif live.any():
        merged.add(itertools.compress(stored.articles(frame), live.tolist()))
