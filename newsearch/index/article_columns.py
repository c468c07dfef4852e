"""The columns of a segment under way: what is kept of each article beside its words."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from newsearch.article import Article, hash_id
from newsearch.codec.columns import ColumnsWriter
from newsearch.codec.strings import SEPARATOR
from newsearch.fields import CODED_FIELDS, LIST_FIELDS
from newsearch.keys import BETWEEN, KEYS, keyed_values
from newsearch.schema import DEFAULTS, NO_DATE_S

Lengths = NDArray[np.integer]

_VALUE_BYTES = 150
"""A short string, its number and its share of a dict."""


class Codes:
    """Values as they come, each with a code; the column wants codes in order of value."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._value_bytes = 0
        self._of_articles = array("I")

    def __len__(self) -> int:
        return len(self._of_articles)

    @property
    def nbytes(self) -> int:
        """Memory that the values and codes take, about."""
        return self._value_bytes + 4 * len(self._of_articles)

    def append(self, value: str) -> None:
        """Add the value of the next article."""
        n_known = len(self._codes)
        code = self._codes.setdefault(value, n_known)
        if code == n_known:
            self._value_bytes += len(value) + _VALUE_BYTES
        self._of_articles.append(code)

    def sorted(self) -> tuple[list[bytes], NDArray[np.int64]]:
        """Return the values, ascending as bytes, and the codes into them."""
        values = [value.encode("utf-8", "surrogatepass") for value in self._codes]
        order = sorted(range(len(values)), key=values.__getitem__)
        rank = np.empty(len(values), np.int64)
        rank[order] = np.arange(len(values))
        codes = np.frombuffer(self._of_articles, np.uint32) if self._of_articles else ()
        return [values[one] for one in order], rank[np.asarray(codes, np.int64)]


class ArticleColumns:
    """Columns of articles in order of docnum, to be written at once."""

    def __init__(self) -> None:
        self._dates, self._id_hashes, self._url_hashes = array("q"), array("q"), array("q")
        self._content_hashes = bytearray()
        self._ids, self._id_bytes = bytearray(), array("I")
        self._coded = {name: Codes() for name in (*CODED_FIELDS, *LIST_FIELDS, KEYS)}
        self._counts = {name: array("I") for name in (*LIST_FIELDS, KEYS)}

    def __len__(self) -> int:
        return len(self._dates)

    @property
    def keys_nbytes(self) -> int:
        """Memory that users' own keys take, about; that of all else goes by articles."""
        return self._coded[KEYS].nbytes

    def append(self, article: Article, id_hash: int, content_hash: bytes) -> None:
        """Add the next article."""
        self._dates.append(NO_DATE_S if article.date is None else article.date.timestamp_s)
        self._id_hashes.append(id_hash)
        self._url_hashes.append(hash_id(article.url) if article.url else 0)
        self._content_hashes += content_hash
        encoded = article.id.encode("utf-8", "surrogatepass") + SEPARATOR
        self._ids += encoded
        self._id_bytes.append(len(encoded))
        for name in CODED_FIELDS:
            self._coded[name].append(getattr(article, name) or DEFAULTS.get(name, ""))
        for name in LIST_FIELDS:
            self._append_list(name, getattr(article, name))
        extra = article.extra
        self._append_list(KEYS, map(BETWEEN.join, keyed_values(extra)) if extra else ())

    def write(self, writer: ColumnsWriter, title_lengths: Lengths, body_lengths: Lengths) -> None:
        """Write all columns of a segment.

        Parameters
        ----------
        title_lengths, body_lengths
            Tokens of each article's title and body.
        """
        id_hashes = np.frombuffer(self._id_hashes, np.int64)
        writer.numbers("date", "i8").append(np.frombuffer(self._dates, np.int64))
        writer.numbers("url_hash", "i8").append(np.frombuffer(self._url_hashes, np.int64))
        writer.numbers("id_hash", "i8").append(id_hashes)
        writer.add_order("id_hash", id_hashes)
        writer.numbers("content_hash", "u1").append(bytes(self._content_hashes))
        writer.strings("id").append_text(bytes(self._ids), np.array(self._id_bytes, np.int64))
        writer.numbers("title_length", "u4").append(title_lengths)
        writer.numbers("body_length", "u4").append(body_lengths)
        for name in CODED_FIELDS:
            values, codes = self._coded[name].sorted()
            writer.coded(name, values).append(codes)
        for name in (*LIST_FIELDS, KEYS) if self._coded[KEYS] else LIST_FIELDS:
            values, codes = self._coded[name].sorted()
            counts = np.array(self._counts[name], np.int64)
            writer.coded_lists(name, values).append(counts, codes)

    def _append_list(self, name: str, values: Iterable[str]) -> None:
        n = 0
        for value in values:
            self._coded[name].append(value)
            n += 1
        self._counts[name].append(n)
