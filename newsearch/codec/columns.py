"""Values kept per article: numbers, coded values, strings, and look-up by hash."""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.framing import (
    AnyArray,
    ArrayFile,
    ArrayFileWriter,
    Dtype,
    OffsetsWriter,
    SectionWriter,
    smallest_dtype,
)
from newsearch.codec.strings import Strings, StringsWriter
from newsearch.values import frozen

_PREFIX: Final = "column"
_URL_HASH: Final = "url_hash"


@frozen
class CodedListWriter:
    """Takes a list of codes for every article."""

    starts: OffsetsWriter
    codes: SectionWriter

    def append(self, counts: NDArray[np.integer], codes: NDArray[np.integer]) -> None:
        """Add articles: how many values each has, and the values' codes one after another."""
        if int(counts.sum()) != len(codes):
            raise ValueError("counts and codes do not belong together")
        self.starts.append(counts)
        self.codes.append(codes)


class ColumnsWriter:
    """Opens columns; each takes values in order of docnum, in chunks of any size."""

    def __init__(self, file: ArrayFileWriter) -> None:
        self._file = file

    def numbers(self, name: str, dtype: Dtype) -> SectionWriter:
        """Open a column of numbers. An article may have several: a digest is 16 ``u1``."""
        return self._file.section(f"{_PREFIX}/{name}", dtype)

    def coded(self, name: str, values: Sequence[bytes]) -> SectionWriter:
        """Open a column of one value for each article, given as index into ascending ``values``."""
        self._values(name, values)
        return self._file.section(f"{_PREFIX}/{name}/codes", smallest_dtype(len(values)))

    def coded_lists(self, name: str, values: Sequence[bytes]) -> CodedListWriter:
        """Open a column of any number of values for each article."""
        starts = self._file.offsets(f"{_PREFIX}/{name}/list_starts")
        return CodedListWriter(starts, self.coded(name, values))

    def strings(self, name: str) -> StringsWriter:
        """Open a column of one string for each article."""
        return StringsWriter(self._file, f"{_PREFIX}/{name}")

    def add_order(self, name: str, hashes: NDArray[np.integer]) -> None:
        """Write the order of a column of numbers, for :meth:`Columns.find`.

        `hashes`: all values of the column, shape ``(n_articles,)``.
        """
        order = np.argsort(hashes, kind="stable")
        self._file.add(f"{_PREFIX}/{name}/order", "u4", order)

    def add_url_hashes(self, hashes: NDArray[np.int64]) -> None:
        """Write the hash of each article's address, 0 for none; nothing where none has one."""
        if hashes.any():
            self._file.add(f"{_PREFIX}/{_URL_HASH}", "i8", hashes)

    def _values(self, name: str, values: Sequence[bytes]) -> None:
        if any(low >= high for low, high in itertools.pairwise(values)):
            raise ValueError(f"the values of column {name} do not ascend")
        StringsWriter(self._file, f"{_PREFIX}/{name}/values").append(values)


@frozen
class CodedColumn:
    """One value for each article: ``values[codes[docnum]]``."""

    values: Strings
    codes: AnyArray

    def value(self, docnum: int) -> bytes:
        """Return the value of one article."""
        return self.values[int(self.codes[docnum])]

    def counts(self, is_own: NDArray[np.bool_] | None = None) -> dict[str, int]:
        """Count articles, or only some of them, by value; values that none has are left out."""
        codes = self.codes if is_own is None else self.codes[is_own]
        counts = np.bincount(codes, minlength=len(self.values)).tolist()
        named = zip(self.values, counts, strict=True)
        return {value.decode("utf-8", "replace"): n for value, n in named if n}


@frozen
class CodedListColumn:
    """Any number of values for each article: ``codes[starts[docnum]:starts[docnum + 1]]``."""

    values: Sequence[bytes]
    starts: AnyArray
    codes: AnyArray

    def value(self, docnum: int) -> list[bytes]:
        """Return the values of one article, in the order in which they were written."""
        own = self.codes[int(self.starts[docnum]) : int(self.starts[docnum + 1])]
        return [self.values[int(code)] for code in own]

    def with_prefix(self, prefix: bytes) -> CodedListColumn:
        """Return a column of the values that begin so, without that beginning."""
        low = bisect.bisect_left(self.values, prefix)
        rest = range(low, len(self.values))
        high = low + bisect.bisect_right(
            rest, prefix, key=lambda index: self.values[index][: len(prefix)]
        )
        is_own = (self.codes >= low) & (self.codes < high)
        n_before = np.zeros(len(self.codes) + 1, np.int64)
        np.cumsum(is_own, out=n_before[1:])
        values = [value[len(prefix) :] for value in self.values[low:high]]
        return CodedListColumn(
            values, n_before[self.starts], self.codes[is_own].astype(np.int64) - low
        )

    def once(self) -> CodedListColumn:
        """Return a column in which no article has a value twice, or the empty text."""
        owners = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        pairs = np.sort(owners * max(len(self.values), 1) + self.codes)
        is_new = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
        if len(self.values) and not self.values[0]:  # values ascend
            is_new &= pairs % len(self.values) != 0
        if is_new.all():
            return self
        owners, codes = np.divmod(pairs[is_new], len(self.values))
        starts = np.searchsorted(owners, np.arange(len(self.starts)))
        return CodedListColumn(self.values, starts, codes)

    def docnums(self, code: int) -> AnyArray:
        """Return the articles that have a value, ascending."""
        at = np.flatnonzero(self.codes == code)
        return np.unique(np.searchsorted(self.starts, at, side="right") - 1)


class Columns:
    """Columns over the map; each call verifies what it gives, so keep the result.

    Every method raises CorruptIndexError when the column does not fit, or is missing though every
    segment has it.

    `articles`: articles in the segment.
    """

    def __init__(self, file: ArrayFile, articles: int) -> None:
        self._file = file
        self._articles = articles

    def numbers(self, name: str, width: int = 1) -> AnyArray:
        """Return a column of numbers, shape ``(n,)``, or ``(n, width)`` for several each."""
        array = self._file.array(f"{_PREFIX}/{name}")
        if len(array) != self._articles * width:
            raise self._file.corrupt(f"column {name} has {len(array)} values")
        return array if width == 1 else array.reshape(self._articles, width)

    def url_hashes(self) -> AnyArray:
        """Return the hash of each article's address, 0 where it has none."""
        if f"{_PREFIX}/{_URL_HASH}" not in self._file:
            return np.zeros(self._articles, np.int64)
        return self.numbers(_URL_HASH)

    def coded(self, name: str) -> CodedColumn:
        """Return a column of one value for each article."""
        values, codes = self._coded(name)
        if len(codes) != self._articles:
            raise self._file.corrupt(f"column {name} has {len(codes)} codes")
        return CodedColumn(values, codes)

    def coded_lists(self, name: str) -> CodedListColumn:
        """Return a column of any number of values for each article, of which all may have none."""
        if f"{_PREFIX}/{name}/codes" not in self._file:
            none = np.zeros(self._articles + 1, np.uint32)
            return CodedListColumn((), none, np.zeros(0, np.uint8))
        values, codes = self._coded(name)
        starts = self._file.offsets(f"{_PREFIX}/{name}/list_starts", self._articles, len(codes))
        return CodedListColumn(values, starts, codes)

    def strings(self, name: str) -> Strings:
        """Return a column of one string for each article."""
        strings = Strings(self._file, f"{_PREFIX}/{name}")
        if len(strings) != self._articles:
            raise self._file.corrupt(f"column {name} has {len(strings)} strings")
        return strings

    def order(self, name: str) -> HashOrder:
        """Return the look-up by value of a column of numbers."""
        order = self._file.array(f"{_PREFIX}/{name}/order", "u4")
        if len(order) != self._articles or int(order.max(initial=0)) >= max(self._articles, 1):
            raise self._file.corrupt(f"the order of column {name} does not fit")
        return HashOrder(self.numbers(name), order)

    def names(self) -> list[str]:
        """Name the columns, ascending."""
        return sorted(
            {name.split("/")[1] for name in self._file.sections if name.startswith(f"{_PREFIX}/")}
        )

    def _coded(self, name: str) -> tuple[Strings, AnyArray]:
        values = Strings(self._file, f"{_PREFIX}/{name}/values")
        codes = self._file.array(f"{_PREFIX}/{name}/codes", "u1", "u2", "u4")
        if len(codes) and int(codes.max()) >= len(values):
            raise self._file.corrupt(f"column {name} has a code without a value")
        return values, codes


@frozen
class HashOrder:
    """Finds articles by a number such as the hash of their id.

    `values`: the number of each article. `order`: docnums in ascending order of their number.
    """

    values: AnyArray
    order: AnyArray

    def docnums(self, value: int) -> list[int]:
        """Return the docnums whose number is ``value``, ascending; several if hashes collide."""
        indexes = range(len(self.order))
        low = bisect.bisect_left(indexes, value, key=self._value)
        high = bisect.bisect_right(indexes, value, lo=low, key=self._value)
        return [int(docnum) for docnum in self.order[low:high]]

    def _value(self, index: int) -> int:
        return int(self.values[int(self.order[index])])
