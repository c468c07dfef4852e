"""Sets of the articles of a segment: one bit an article.

A *bitmap* has four 64-bit words for each block of 256 docnums: article d is bit ``d & 63`` of word
``d >> 6``, and bits after the last article are 0.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.coding.entries import BLOCK_BITS, BLOCK_DOCS

Bitmap = NDArray[np.uint64]

BLOCK_WORDS: Final = BLOCK_DOCS // 64


def n_blocks(n_articles: int) -> int:
    """Count the blocks that hold ``n_articles``."""
    return (n_articles + BLOCK_DOCS - 1) >> BLOCK_BITS


def bitmap_of(is_in: NDArray[np.bool_]) -> Bitmap:
    """Pack one bool an article, shape ``(n_articles,)``, into a bitmap."""
    packed = np.zeros(n_blocks(len(is_in)) * BLOCK_WORDS * 8, np.uint8)
    bits = np.packbits(is_in, bitorder="little")
    packed[: len(bits)] = bits
    return packed.view(np.uint64)


def bitmap_with(docnums: NDArray[np.int64], n_articles: int) -> Bitmap:
    """Make a bitmap of some articles."""
    is_in = np.zeros(n_articles, np.bool_)
    is_in[docnums] = True
    return bitmap_of(is_in)


def empty_bitmap(n_articles: int) -> Bitmap:
    """Make a bitmap without articles."""
    return np.zeros(n_blocks(n_articles) * BLOCK_WORDS, np.uint64)


def is_set(bitmap: Bitmap, docnums: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return whether each of some articles is in a bitmap."""
    return _bits(bitmap)[docnums]


def docnums_of(bitmap: Bitmap) -> NDArray[np.int64]:
    """List the articles of a bitmap, ascending."""
    return np.flatnonzero(_bits(bitmap))


def count_of(bitmap: Bitmap) -> int:
    """Count the articles of a bitmap."""
    return int(np.count_nonzero(_bits(bitmap)))


def _bits(bitmap: Bitmap) -> NDArray[np.bool_]:
    # NumPy finds and counts these several times as fast as numbers.
    return np.unpackbits(bitmap.view(np.uint8), bitorder="little").view(np.bool_)
