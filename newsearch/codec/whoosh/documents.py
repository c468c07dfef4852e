"""Articles of a segment as Whoosh reads them: lengths, columns, deletions, stored fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh.codec import base
from whoosh.columns import ColumnReader

from newsearch.codec.coding.positions import Ints
from newsearch.codec.columns import CodedColumn
from newsearch.codec.framing import AnyArray
from newsearch.codec.whoosh.fields import Fields
from newsearch.codec.whoosh.value_fields import UNDATED, whoosh_dates
from newsearch.fields import CODED_FIELDS

_NUMBERS: Final = ("body_length", "id_hash", "title_length")
_DIGESTS: Final = {"content_hash": 16}


class NewsDocumentReader(base.PerDocumentReader):  # type: ignore[misc]  # Whoosh has no types
    """Reads what is kept for each article of a segment.

    Parameters
    ----------
    fields
        The fields of the open segment.
    deleted
        Whether each article is deleted.
    """

    def __init__(self, fields: Fields, deleted: NDArray[np.bool_]) -> None:
        self._fields = fields
        self._segment = fields.segment
        self._live = np.flatnonzero(~deleted)
        self._deleted: frozenset[int] = frozenset(np.flatnonzero(deleted).tolist())
        # Whoosh asks for a length at every posting: a list answers in half the time of an array.
        self._length_lists: dict[str, list[int] | None] = {}

    def doc_count(self) -> int:
        return len(self._live)

    def doc_count_all(self) -> int:
        return self._segment.articles

    def has_deletions(self) -> bool:
        return bool(self._deleted)

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def deleted_docs(self) -> frozenset[int]:
        """Return the deleted docnums; Whoosh makes a frozenset of them for every posting list."""
        return self._deleted

    def all_doc_ids(self) -> Iterator[int]:
        return iter(self._live.tolist())

    def supports_columns(self) -> bool:
        return True

    def list_columns(self) -> list[str]:
        return sorted([*_NUMBERS, *_DIGESTS, *CODED_FIELDS, "date"])

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self.list_columns()

    def column_reader(self, fieldname: str, column: Any) -> ColumnReader:
        """Read a column over the map; of ``column``, Whoosh's own coding, only the default."""
        columns = self._segment.columns
        if fieldname in _DIGESTS:
            return DigestColumn(columns.numbers(fieldname, _DIGESTS[fieldname]))
        if fieldname in CODED_FIELDS:
            return ValueColumn(columns.coded(fieldname))
        if fieldname == "date":
            return DateColumn(whoosh_dates(columns), column.default_value())
        return NumberColumn(columns.numbers(fieldname))

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        if fieldname not in self._length_lists:
            lengths = self._lengths(fieldname)
            self._length_lists[fieldname] = None if lengths is None else lengths.tolist()
        found = self._length_lists[fieldname]
        return default if found is None else found[docnum]

    def field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.sum())

    def min_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.min())

    def max_field_length(self, fieldname: str) -> int:
        lengths = self._lengths(fieldname)
        return 0 if lengths is None else int(lengths.max())

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return self._fields.stored_values(self._segment.stored.article(docnum))

    def _lengths(self, fieldname: str) -> Ints | None:
        view = self._fields.view(fieldname)
        return None if view is None else view.lengths


class NumberColumn(ColumnReader):  # type: ignore[misc]
    """A column of numbers.

    `numbers`: the whole column, a read-only array over the map, for callers that can do better than
    ask for one number at a time.
    """

    def __init__(self, numbers: AnyArray) -> None:
        self.numbers = numbers
        self._sign = 1

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, docnum: int) -> int:
        return int(self.numbers[docnum])

    def __iter__(self) -> Iterator[int]:
        return iter(self.numbers.tolist())

    def sort_key(self, docnum: int) -> int:
        return self._sign * int(self.numbers[docnum])

    def set_reverse(self) -> None:
        self._sign = -1


class DateColumn(NumberColumn):
    """The column of dates as Whoosh counts them; the undated come last, whatever the order."""

    def __init__(self, numbers: AnyArray, undated: int) -> None:
        super().__init__(numbers)
        self._undated = undated

    def __getitem__(self, docnum: int) -> int:
        number = super().__getitem__(docnum)
        return self._undated if number == UNDATED else number

    def __iter__(self) -> Iterator[int]:
        return map(self.__getitem__, range(len(self)))

    def sort_key(self, docnum: int) -> int:
        number = self[docnum]
        return number if number == self._undated else self._sign * number


class ValueColumn(ColumnReader):  # type: ignore[misc]
    """A column of values that repeat, given as bytes; sorted by them, forward only as in Whoosh."""

    def __init__(self, column: CodedColumn) -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column.codes)

    def __getitem__(self, docnum: int) -> bytes:
        return self._column.value(docnum)

    def __iter__(self) -> Iterator[bytes]:
        return map(list(self._column.values).__getitem__, self._column.codes.tolist())


class DigestColumn(ColumnReader):  # type: ignore[misc]
    """A column of digests, given as bytes; sorted by their bytes, forward only as in Whoosh."""

    def __init__(self, digests: AnyArray) -> None:
        self._digests = digests

    def __len__(self) -> int:
        return len(self._digests)

    def __getitem__(self, docnum: int) -> bytes:
        digest: bytes = self._digests[docnum].tobytes()
        return digest

    def __iter__(self) -> Iterator[bytes]:
        return (row.tobytes() for row in self._digests)
