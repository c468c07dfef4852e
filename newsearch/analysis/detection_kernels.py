"""Texts that are surely in a language, found by a kernel: most of a load in that language.

Importing this module imports Numba.

What it finds, `newsearch.analysis.detection` finds by words of Python: a text that begins with
`SAMPLE_CHARS` of ASCII, of which, or of whose first `GLANCE_CHARS`, `is_surely` is true. Words are
separated as by ``str.split``. Function words of more than 7 letters are not counted, so it may find
fewer texts, and never others.
"""

# Numba infers types of its own; integers of NumPy and Python are the same to it.
# mypy: disable-error-code="assignment,arg-type,return-value"

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.detection import (
    GLANCE_CHARS,
    LEAST_WORDS,
    SAMPLE_CHARS,
    SURE_SHARE,
    own_words,
)
from newsearch.compiling import called, kernel

_WORD_BYTES = 7
_FIRST = 1
"""Stands before the bytes of a word, so that a NUL at its start counts."""
_SLOT_BITS = 12
_MULTIPLIER = -0x61C8864680B583EB
_SPACE = 32


def are_surely(language: str, texts: Iterable[str]) -> list[bool]:
    """Return which texts are surely in a language; others may be, too."""
    starts = [text[:SAMPLE_CHARS] for text in texts]
    starts = [start if start.isascii() else "" for start in starts]
    ends = np.cumsum(np.fromiter(map(len, starts), np.int64, len(starts)))
    found = np.zeros(len(starts), np.bool_)
    data = np.frombuffer("".join(starts).encode("ascii"), np.uint8)
    find_surely(data, ends, _slots(language), found)
    are_found: list[bool] = found.tolist()
    return are_found


@cache
def _slots(language: str) -> NDArray[np.int64]:
    """Return a hash table of the function words that only one language has; 0 for no word."""
    slots = np.zeros(1 << _SLOT_BITS, np.int64)
    for word in own_words(language):
        if word.isascii() and len(word) <= _WORD_BYTES:
            number = int.from_bytes(bytes([_FIRST]) + word.encode("ascii"), "big")
            slots[_slot(slots, number)] = number
    return slots


def _slot(slots: NDArray[np.int64], word: int) -> int:
    """Return where a word is, or would be."""
    at = (word * _MULTIPLIER >> (64 - _SLOT_BITS)) & (len(slots) - 1)
    while slots[at] not in (0, word):
        at = (at + 1) & (len(slots) - 1)
    return at


_slot_of = called(_slot)


@called
def _is_surely(data: NDArray[np.uint8], at: int, end: int, slots: NDArray[np.int64]) -> bool:
    """Return what `is_surely` does of a text, or False."""
    n_words, n_own, n_bytes, word = 0, 0, 0, _FIRST
    while at <= end:
        byte = np.int64(data[at]) if at < end else _SPACE
        at += 1
        if byte > _SPACE or not (byte >= 28 or 9 <= byte <= 13):
            n_bytes += 1
            word = word << 8 | byte
        elif n_bytes:
            n_words += 1
            if n_bytes <= _WORD_BYTES and slots[_slot_of(slots, word)] == word:
                n_own += 1
            n_bytes, word = 0, _FIRST
    return n_words >= LEAST_WORDS and n_own > SURE_SHARE * n_words


@kernel
def find_surely(
    data: NDArray[np.uint8],
    ends: NDArray[np.int64],
    slots: NDArray[np.int64],
    found: NDArray[np.bool_],
) -> None:
    """Find the texts, each up to its end in the data, that are surely in the language of slots."""
    begin = 0
    for number in range(len(ends)):
        end = ends[number]
        found[number] = _is_surely(data, begin, min(begin + GLANCE_CHARS, end), slots) or (
            _is_surely(data, begin, end, slots)
        )
        begin = end
