"""Lists of byte strings: a text and where each string starts in it."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.framing import AnyArray, ArrayFile, ArrayFileWriter

SEPARATOR = b"\n"
"""Ends every string, so that one regular expression can scan them all line by line."""


_WRITTEN_AT_ONCE = 1 << 16
_SAMPLE_STEP = 64
_FEW_SEARCHES = 64
_STRINGS_PER_SEARCH = 64
"""Strings of a list that are all looked at in the time of one search."""


class StringsWriter:
    """Appends strings to a list."""

    def __init__(self, file: ArrayFileWriter, prefix: str) -> None:
        self._text = file.section(f"{prefix}/text", "u1")
        self._starts = file.offsets(f"{prefix}/starts")
        self.count = 0

    def append(self, strings: Sequence[bytes]) -> None:
        """Add strings, in the order in which they shall be read."""
        for start in range(0, len(strings), _WRITTEN_AT_ONCE):
            some = strings[start : start + _WRITTEN_AT_ONCE]
            sizes = np.fromiter(map(len, some), np.int64, len(some)) + len(SEPARATOR)
            self.append_text(b"".join([string + SEPARATOR for string in some]), sizes)

    def append_text(self, text: AnyArray | bytes, sizes: NDArray[np.integer]) -> None:
        """Add strings that already end with the separator, one after another as bytes.

        `sizes`: bytes of each, separator included.
        """
        self._starts.append(sizes)
        self._text.append(text)
        self.count += len(sizes)


def text_of(string: bytes) -> str:
    """Return a string as text; what damage has made no UTF-8 is replaced, for `check` to find."""
    try:
        return string.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return string.decode("utf-8", "replace")


class Strings(Sequence[bytes]):
    """A list of byte strings over the map.

    Searching asks for a list that was written in ascending order. `text`: all strings, each
    followed by a line feed, ``uint8``; `starts`: where each begins, and the end, shape ``(n +
    1,)``. Raises CorruptIndexError when the sections are missing or do not fit each other.
    """

    def __init__(self, file: ArrayFile, prefix: str) -> None:
        self._n_found = 0
        self.text = file.array(f"{prefix}/text", "u1")
        self._view = self.text.data  # cuts pieces quicker than NumPy
        name = f"{prefix}/starts"
        self._count = len(file.array(name, "u4", "u8")) - 1
        self.starts = file.offsets(name, self._count, len(self.text))
        if np.any(self.starts[1:] == self.starts[:-1]):
            raise file.corrupt(f"section {name} has a string without an end")

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> bytes: ...

    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...

    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(self._count))]
        if not -self._count <= index < self._count:
            raise IndexError(index)
        at = index % self._count
        return self._view[self.starts.item(at) : self.starts.item(at + 1) - 1].tobytes()

    def take(self, indexes: Iterable[int]) -> list[bytes]:
        """Return the strings of some indexes from 0 on; the fastest way to several."""
        view, start_of = self._view, self.starts.item
        return [view[start_of(at) : start_of(at + 1) - 1].tobytes() for at in indexes]

    def __iter__(self) -> Iterator[bytes]:
        text, starts = self.text.tobytes(), self.starts.tolist()
        for start, end in itertools.pairwise(starts):
            yield text[start : end - 1]

    def lower_bound(self, key: bytes) -> int:
        """Return the index of the first string not below ``key``."""
        if self._is_searched(key):
            return bisect.bisect_left(range(self._count), key, key=self.__getitem__)
        low, piece = self._near(key)
        return low + bisect.bisect_left(piece.split(SEPARATOR)[:-1], key)

    def find(self, key: bytes) -> int | None:
        """Return the index of the first string equal to ``key``, or None."""
        if self._is_searched(key):
            index = self.lower_bound(key)
            return index if index < self._count and self[index] == key else None
        low, piece = self._near(key)
        place = (SEPARATOR + piece).find(SEPARATOR + key + SEPARATOR)
        return None if place < 0 else low + piece.count(SEPARATOR, 0, place)

    def _is_searched(self, key: bytes) -> bool:
        """Whether a key is looked up by a search of the map.

        A list that is asked often remembers every 64th of its strings, which makes looking one up
        ten times quicker.
        """
        self._n_found += 1
        return self._n_found <= _FEW_SEARCHES or SEPARATOR in key

    def _near(self, key: bytes) -> tuple[int, bytes]:
        """Return the strings among which a key would be, and the index of the first."""
        low = max(bisect.bisect_left(self._samples, key) - 1, 0) * _SAMPLE_STEP
        high = min(low + _SAMPLE_STEP + 1, self._count)
        return low, self._view[self.starts.item(low) : self.starts.item(high)].tobytes()

    def find_all(self, keys: Collection[bytes]) -> NDArray[np.int64]:
        """Return the indexes of those of some keys that are in the list, ascending; each once."""
        if len(keys) * _STRINGS_PER_SEARCH < self._count:
            found = sorted(index for index in map(self.find, keys) if index is not None)
            return np.array(found, np.int64)
        every = self.text.tobytes().split(SEPARATOR)[:-1]
        wanted = map(frozenset(keys).__contains__, every)
        return np.fromiter(itertools.compress(itertools.count(), wanted), np.int64)

    @cached_property
    def _samples(self) -> list[bytes]:
        return [self[index] for index in range(0, self._count, _SAMPLE_STEP)]

    def prefix_range(self, prefix: bytes) -> range:
        """Return the indexes of the strings that start with ``prefix``."""
        below = prefix.rstrip(b"\xff")
        after = below[:-1] + bytes([below[-1] + 1]) if below else b""
        end = self.lower_bound(after) if after else self._count
        return range(self.lower_bound(prefix), end)
