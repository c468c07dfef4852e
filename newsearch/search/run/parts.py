"""Parts of queries whose words are known, so that a kernel can read whole queries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import methodcaller
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from newsearch.memo import Memo
from newsearch.query.leaves import word_parts
from newsearch.search.run.bags import Bags, BagWord, Part
from newsearch.search.run.kernels.parts import END_OF_QUERY, read_queries, table_of
from newsearch.search.run.kernels.views import CutList
from newsearch.search.run.lists import MOST_TYPED_BYTES, bytes_of
from newsearch.search.run.words import LONGEST_BAG

_MOST = 10_000
_ROWS_A_MISS = 200
"""A query that the table cannot read takes 20 us more; making the table, 0.1 us a row."""
_END_OF_QUERY = bytes([END_OF_QUERY])
_ENDS_OF_SYNTAX = ('"', "*")
"""A phrase or a prefix is no bag of known words, which need not be tried."""
_NOTHING = np.zeros(0, np.int64)
_encoded = methodcaller("encode", "utf-8", "surrogatepass")
_NUMBER = Struct("=q").pack
_TWO = Struct("=2q").pack

_Table = tuple[NDArray[np.int64], Sequence[list[CutList]]]
"""What kernels look parts up in, and what they read by addresses in it."""


class KnownParts(Memo[str, list[Part]]):
    """What parts of queries are in bags; plain words also in the table of a kernel.

    Safe in many threads: a table that is made does not change.
    """

    __slots__ = ("_bags", "_missed", "_n_bytes", "_n_in_table", "_rows", "_table")

    def __init__(self, make: Callable[[str], list[Part]], bags: Bags) -> None:
        super().__init__(make, _MOST)
        self._bags = bags
        self._forget()

    def _forget(self) -> None:
        self._rows: dict[str, tuple[bytes, list[CutList]]] = {}
        self._n_bytes = 0
        self._missed: list[str] = []
        self._n_in_table = -1
        self.make_table()

    def make_table(self) -> None:
        """Make the table of the parts of all queries that it could not read."""
        missed, self._missed = self._missed, []
        for query in missed:
            for part in word_parts(query):
                self._add(part)
        rows = tuple(self._rows.values())
        if len(rows) == self._n_in_table:
            return
        array = np.frombuffer(bytearray().join([row for row, _ in rows]), np.int64)
        kept = [lists for _, lists in rows]
        self._table: _Table = table_of(self._bags.n_languages, self._bags.n_segments, array), kept
        self._n_in_table = len(rows)

    def _add(self, part: str) -> None:
        """Add a part to the rows of the table, if it was looked up and is plain words."""
        found = self.get(part)
        if found is None or part in self._rows:
            return
        words = [word for word in found if type(word) is BagWord]
        if len(words) < len(found):
            return
        content, kept = bytearray(_NUMBER(len(words))), list[CutList]()
        for word in words:
            lists = self._bags.lists_of(word)
            cut = [one for own in lists for one in own]
            content += _NUMBER(len(lists)) + word.asked
            content += b"".join([_NUMBER(one.address) for one in cut])
            kept += cut
            self._n_bytes += bytes_of(cut)
        text = _encoded(part)
        content[:0] = text + bytes(-len(text) % 8)
        self._rows[part] = _TWO(2 + len(content) // 8, len(text)) + content, kept

    def read(
        self, queries: Sequence[str], *, is_any: bool
    ) -> tuple[list[bool], NDArray[np.int64], object]:
        """Read queries as bags that kernels take: which could be read, and these.

        What comes last must be kept as long as kernels read the bags.
        """
        if len(self._rows) >= _MOST or self._n_bytes > MOST_TYPED_BYTES:
            self._forget()
        if len(self._missed) * _ROWS_A_MISS > len(self._rows):
            self.make_table()
        table, kept = self._table
        texts = [
            b"" if query[-1:] in _ENDS_OF_SYNTAX or len(query) > LONGEST_BAG else _encoded(query)
            for query in queries
        ]
        if not any(texts):
            return [False] * len(queries), _NOTHING, kept
        joined = np.frombuffer(bytearray(_END_OF_QUERY).join(texts), np.uint8)
        is_read, asked = read_queries(table, joined, int(is_any))
        is_each_read = is_read.tolist()
        if False in is_each_read:
            tried = zip(queries, texts, is_each_read, strict=True)
            self._missed += [query for query, text, is_one in tried if text and not is_one]
        return is_each_read, asked, kept
