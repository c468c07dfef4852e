"""Fields that are read from columns: words of filter values, keywords, ids and URLs."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from newsearch.article import hash_id
from newsearch.codec.coding.positions import Ints, rank_within, starts_of
from newsearch.codec.columns import CodedColumn, CodedListColumn
from newsearch.codec.framing import ArrayFile
from newsearch.codec.segment import Segment
from newsearch.codec.stored import Stored
from newsearch.codec.whoosh.field_views import FieldPostings, grouped

_BETWEEN_VALUES: Final = b"\0"
"""A word that no text has stands between the values of a list, so that no phrase crosses."""


class ValueField:
    """An inverted index of a small field, made in memory from the words of its column.

    Parameters
    ----------
    lexicon
        All words, ascending; some may occur nowhere.
    words, docnums
        Of each occurrence: index into ``lexicon``, and article; in order of docnum and position.
    articles
        Articles in the segment.
    has_lengths
        Whether the field's lengths are kept, as Whoosh does for fields that are scored.
    """

    def __init__(
        self,
        lexicon: Sequence[bytes],
        words: Ints,
        docnums: Ints,
        articles: int,
        *,
        has_lengths: bool,
    ) -> None:
        counts = np.bincount(words, minlength=len(lexicon))
        occurring = np.flatnonzero(counts)
        self._terms: list[bytes] = [lexicon[word] for word in occurring.tolist()]
        self._starts = starts_of(counts[occurring])
        order = np.argsort(words, kind="stable")
        lengths = np.bincount(docnums, minlength=articles)
        self._docnums = docnums[order]
        self._positions = rank_within(lengths)[order]
        self.lengths: Ints | None = lengths if has_lengths else None

    def lower_bound(self, key: bytes) -> int:
        return bisect.bisect_left(self._terms, key)

    def at_or_after(self, number: int) -> int | None:
        return number if number < len(self._terms) else None

    def term(self, number: int) -> bytes:
        return self._terms[number]

    def postings(self, term: bytes) -> FieldPostings | None:
        number = self.lower_bound(term)
        if number == len(self._terms) or self._terms[number] != term:
            return None
        own = slice(int(self._starts[number]), int(self._starts[number + 1]))
        return grouped(self._docnums[own], self._positions[own])


def keyword_field(column: CodedColumn, articles: int) -> ValueField:
    """Make a field whose values are its terms, such as the language."""
    docnums = np.arange(articles)
    codes = column.codes.astype(np.int64)
    return ValueField(list(column.values), codes, docnums, articles, has_lengths=False)


def words_field(
    column: CodedColumn | CodedListColumn, segment: Segment, words: Callable[[str], list[str]]
) -> ValueField:
    """Make a field whose terms are the words of its values.

    Raises CorruptIndexError when a value is not text.
    """
    codes = column.codes.astype(np.int64)
    per_article = _values_per_article(column)
    docnums = np.repeat(np.arange(segment.articles), per_article)
    texts = _texts(column.values, segment.file)
    plain = [[word.encode("utf-8") for word in words(text)] for text in texts]
    # Every value in two variants: as the first of its article, and after another.
    variants = plain + [[_BETWEEN_VALUES, *value] for value in plain]
    variant_of = codes + (rank_within(per_article) > 0) * len(plain)
    lexicon, word_numbers, sizes = _numbered(variants)
    taken_sizes = sizes[variant_of]
    at = np.repeat(starts_of(sizes)[:-1][variant_of], taken_sizes) + rank_within(taken_sizes)
    return ValueField(
        lexicon,
        word_numbers[at],
        np.repeat(docnums, taken_sizes),
        segment.articles,
        has_lengths=True,
    )


def _values_per_article(column: CodedColumn | CodedListColumn) -> Ints:
    if isinstance(column, CodedListColumn):
        starts = column.starts.astype(np.int64)
        return starts[1:] - starts[:-1]
    return np.ones(len(column.codes), np.int64)


def _texts(values: Iterable[bytes], file: ArrayFile) -> list[str]:
    try:
        return [value.decode("utf-8", "surrogatepass") for value in values]
    except UnicodeDecodeError as error:
        raise file.corrupt("a value of a column is not UTF-8") from error


def _numbered(values: list[list[bytes]]) -> tuple[list[bytes], Ints, Ints]:
    """Return all words, ascending, the number of each word of the values, and the values' sizes."""
    lexicon = sorted({word for value in values for word in value})
    numbers = {word: number for number, word in enumerate(lexicon)}
    flat = [numbers[word] for value in values for word in value]
    return lexicon, np.array(flat, np.int64), np.array([len(value) for value in values], np.int64)


class IdentityField:
    """A field whose one term an article is read from the stored article: id or URL.

    A term is found by its hash in a column and verified; only listing the terms reads all
    stored articles.

    Parameters
    ----------
    stored
        The stored articles.
    hashes
        Hash of each article's term, in a column.
    read
        Gives the term of a stored article, '' for none.
    """

    lengths: Ints | None = None

    def __init__(
        self, stored: Stored, find: Callable[[int], Sequence[int]], read: Callable[[bytes], str]
    ) -> None:
        self._stored = stored
        self._find = find
        self._read = read

    @cached_property
    def _terms(self) -> list[bytes]:
        found = {self._read(article).encode("utf-8") for article in self._stored}
        return sorted(found - {b""})

    def lower_bound(self, key: bytes) -> int:
        return bisect.bisect_left(self._terms, key)

    def at_or_after(self, number: int) -> int | None:
        return number if number < len(self._terms) else None

    def term(self, number: int) -> bytes:
        return self._terms[number]

    def postings(self, term: bytes) -> FieldPostings | None:
        try:
            text = term.decode("utf-8")
        except UnicodeDecodeError:
            return None
        docnums = [
            docnum
            for docnum in self._find(hash_id(text))
            if text and self._read(self._stored.article(docnum)) == text
        ]
        return grouped(np.array(docnums, np.int64), np.zeros(len(docnums), np.int64))


def id_field(segment: Segment, read: Callable[[bytes], str]) -> IdentityField:
    """Make the view of the ids."""
    return IdentityField(segment.stored, segment.columns.order("id_hash").docnums, read)


def url_field(segment: Segment, read: Callable[[bytes], str]) -> IdentityField:
    """Make the view of the URLs; articles without one are in no posting."""
    hashes = segment.columns.numbers("url_hash")

    def find(value: int) -> Sequence[int]:
        found: list[int] = np.flatnonzero(hashes == value).tolist()
        return found

    return IdentityField(segment.stored, find, read)
