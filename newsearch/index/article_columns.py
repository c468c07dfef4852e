"""The columns of a segment under way: what is kept of each article beside its words."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any

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


class _Numbers(dict[str, int]):
    """Numbers of values, in the order in which they are first asked for."""

    nbytes = 0

    def __missing__(self, value: str) -> int:
        self[value] = number = len(self)
        self.nbytes += len(value) + _VALUE_BYTES
        return number


class Codes:
    """Values as they come, each with a code; the column wants codes in order of value."""

    def __init__(self) -> None:
        self._codes = _Numbers()
        self._of_articles = array("I")

    def __len__(self) -> int:
        return len(self._of_articles)

    @property
    def nbytes(self) -> int:
        """Memory that the values and codes take, about."""
        return self._codes.nbytes + 4 * len(self._of_articles)

    def extend(self, values: Sequence[str]) -> None:
        """Add the values of the next articles."""
        if len(distinct := set(values)) == 1:  # as of most fields that articles leave empty
            self._of_articles += array("I", map(self._codes.__getitem__, distinct)) * len(values)
        else:
            self._of_articles.extend(map(self._codes.__getitem__, values))

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

    def extend(
        self, articles: Sequence[Article], id_hashes: Sequence[int], content_hashes: Iterable[bytes]
    ) -> None:
        """Add the next articles: a column after the other, which takes half the time."""
        self._dates.extend(
            NO_DATE_S if one.date is None else one.date.timestamp_s for one in articles
        )
        self._id_hashes.extend(id_hashes)
        self._url_hashes.extend(hash_id(one.url) if one.url else 0 for one in articles)
        self._content_hashes += b"".join(content_hashes)
        ids = [one.id.encode("utf-8", "surrogatepass") + SEPARATOR for one in articles]
        self._ids += b"".join(ids)
        self._id_bytes.extend(map(len, ids))
        for name in CODED_FIELDS:
            values = list(map(attrgetter(name), articles))
            if default := DEFAULTS.get(name):
                values = [value or default for value in values]
            self._coded[name].extend(values)
        for name in LIST_FIELDS:
            self._extend_lists(name, list(map(attrgetter(name), articles)))
        self._extend_lists(KEYS, [_keyed(one.extra) if one.extra else () for one in articles])

    def write(self, writer: ColumnsWriter, title_lengths: Lengths, body_lengths: Lengths) -> None:
        """Write all columns of a segment.

        Parameters
        ----------
        title_lengths, body_lengths
            Tokens of each article's title and body.
        """
        id_hashes = np.frombuffer(self._id_hashes, np.int64)
        writer.numbers("date", "i8").append(np.frombuffer(self._dates, np.int64))
        writer.add_url_hashes(np.frombuffer(self._url_hashes, np.int64))
        writer.numbers("id_hash", "i8").append(id_hashes)
        writer.add_order("id_hash", id_hashes)
        writer.numbers("content_hash", "u1").append(bytes(self._content_hashes))
        writer.strings("id").append_text(bytes(self._ids), np.array(self._id_bytes, np.int64))
        writer.numbers("title_length", "u4").append(title_lengths)
        writer.numbers("body_length", "u4").append(body_lengths)
        for name in CODED_FIELDS:
            values, codes = self._coded[name].sorted()
            writer.coded(name, values).append(codes)
        for name in (*LIST_FIELDS, KEYS):
            values, codes = self._coded[name].sorted()
            if values:
                counts = np.array(self._counts[name], np.int64)
                writer.coded_lists(name, values).append(counts, codes)

    def _extend_lists(self, name: str, lists: Sequence[Sequence[str]]) -> None:
        if any(lists):
            self._coded[name].extend(list(chain.from_iterable(lists)))
            self._counts[name].extend(map(len, lists))
        else:
            self._counts[name] += array("I", [0]) * len(lists)


def _keyed(extra: Mapping[str, Any]) -> list[str]:
    return [BETWEEN.join(one) for one in keyed_values(extra)]
