"""Ids of articles, read for a page of hits at once, compiled."""

from __future__ import annotations

import numpy as np

from newsearch.codec.coding.decoding import load_unsigned
from newsearch.compiling import Array, Int, expect, kernel, load_u8

BASE, TEXT, STARTS, STARTS_BYTES = range(4)
"""Items of a segment's row: global docnum of its first article; addresses of the text of all ids
and of where each begins; and of how many bytes an item of the latter is."""


@kernel
def read_ids(segments: Array, docnums: Array) -> Array:
    """Return the ids of some articles by global docnum, in UTF-8, each with a line feed after it.

    `segments`: int64, a row a segment, at least one, by ascending `BASE`.
    """
    places = np.empty((len(docnums), 2), np.int64)
    size: Int = 0
    for i in range(len(docnums)):
        row: Int = len(segments) - 1
        while segments[row, BASE] > docnums[i]:
            row -= 1
        starts, item_bytes = segments[row, STARTS], segments[row, STARTS_BYTES]
        at = docnums[i] - segments[row, BASE]
        start = load_unsigned(starts, item_bytes, at)
        places[i, 0] = segments[row, TEXT] + start
        places[i, 1] = load_unsigned(starts, item_bytes, at + 1) - start
        expect(places[i, 0], 0)
        size += places[i, 1]
    found = np.empty(size, np.uint8)
    n: Int = 0
    for i in range(len(docnums)):
        for byte in range(places[i, 1]):
            found[n] = load_u8(places[i, 0], byte)
            n += 1
    return found
