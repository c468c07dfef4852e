"""Walks sorted lists of strings of several segments at once, in bounded memory."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.strings import SEPARATOR, Strings

_CHUNK_STRINGS = 1 << 15


@dataclass(frozen=True, slots=True)
class MergedStrings:
    """A range of the merged list.

    Parameters
    ----------
    strings
        Distinct strings, ascending, and above all of the range before.
    spans
        For each input the range of its strings that are among them.
    indexes
        For each input and string of that range, its index in ``strings``.
    """

    strings: list[bytes]
    spans: list[range]
    indexes: list[NDArray[np.int64]]


def merge_strings(inputs: Sequence[Strings]) -> Iterator[MergedStrings]:
    """Merge lists, each in ascending order, equal neighbours allowed."""
    readers = [_Reader(one) for one in inputs]
    while any(not reader.is_done for reader in readers):
        limit = min(reader.last for reader in readers if not reader.is_done)
        taken = [reader.take(limit) for reader in readers]
        strings = sorted(set().union(*(own for _, own in taken)))
        index_of = {string: index for index, string in enumerate(strings)}
        yield MergedStrings(
            strings,
            [range(first, first + len(own)) for first, own in taken],
            [np.array([index_of[string] for string in own], np.int64) for _, own in taken],
        )


class _Reader:
    """Reads a list some thousand strings at a time."""

    def __init__(self, strings: Strings) -> None:
        self._strings = strings
        self._first = 0
        self._chunk: list[bytes] = []
        self._fill()

    @property
    def is_done(self) -> bool:
        return not self._chunk

    @property
    def last(self) -> bytes:
        """The highest string at hand."""
        return self._chunk[-1]

    def take(self, limit: bytes) -> tuple[int, list[bytes]]:
        """Take the strings up to a limit, itself included: index of the first, and all."""
        first, taken = self._first, []
        while self._chunk and self._chunk[0] <= limit:
            cut = bisect.bisect_right(self._chunk, limit)
            taken += self._chunk[:cut]
            self._first += cut
            self._chunk = self._chunk[cut:]
            if not self._chunk:
                self._fill()
        return first, taken

    def _fill(self) -> None:
        end = min(self._first + _CHUNK_STRINGS, len(self._strings))
        if self._first == end:
            return
        starts = self._strings.starts
        text = self._strings.text[int(starts[self._first]) : int(starts[end]) - 1].tobytes()
        self._chunk = text.split(SEPARATOR)
        if len(self._chunk) != end - self._first:
            self._chunk = self._strings[self._first : end]
