"""Fields that are read from columns: words of filter values, keywords, ids and URLs."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

import numpy as np

from newsearch.article import hash_id
from newsearch.codec.coding.positions import Ints, rank_within, starts_of
from newsearch.codec.columns import CodedColumn, CodedListColumn, Columns
from newsearch.codec.framing import ArrayFile
from newsearch.codec.segment import Segment
from newsearch.codec.whoosh.field_views import (
    FieldPostings,
    PostingLists,
    Statistics,
    grouped,
)

UNDATED: Final = -1
"""What `whoosh_dates` holds for an article without a date."""

_NO_DATE_S: Final = np.iinfo(np.int64).min
_YEAR_1_S: Final = 62_135_596_800
_SHIFTS: Final = range(0, 64, 8)
_SIGN: Final = 1 << 63
_BETWEEN_VALUES: Final = b"\0"
"""A word that no text has stands between the values of a list, so that no phrase crosses."""


class ValueField:
    """An inverted index of a small field, made in memory from its values.

    Parameters
    ----------
    lexicon
        All terms, ascending; some may occur nowhere.
    words, docnums
        Of each occurrence: index into ``lexicon``, and article; in order of docnum and position.
    lengths
        Words of each article; None where the field's lengths are not kept, as Whoosh does not for
        fields that are not scored.
    """

    def __init__(
        self, lexicon: Sequence[bytes], words: Ints, docnums: Ints, lengths: Ints | None = None
    ) -> None:
        occurring, numbers = np.unique(words, return_inverse=True)
        positions = np.arange(len(docnums)) - np.searchsorted(docnums, docnums)
        self._terms: list[bytes] = [lexicon[word] for word in occurring.tolist()]
        self._lists = PostingLists(numbers, docnums, positions, len(self._terms))
        self.lengths = lengths

    def lower_bound(self, key: bytes) -> int:
        return bisect.bisect_left(self._terms, key)

    def at_or_after(self, number: int) -> int | None:
        return number if number < len(self._terms) else None

    def term(self, number: int) -> bytes:
        return self._terms[number]

    def find(self, term: bytes) -> int | None:
        number = self.lower_bound(term)
        return number if self._terms[number : number + 1] == [term] else None

    def statistics(self, number: int) -> Statistics:
        return self._statistics[number]

    def postings(self, number: int) -> FieldPostings | None:
        return self._lists.postings(number)

    @cached_property
    def _statistics(self) -> list[Statistics]:
        rows: list[Statistics] = self._lists.statistics(self.lengths).tolist()
        return rows


def keyword_field(column: CodedColumn) -> ValueField:
    """Make a field whose values are its terms, such as the language."""
    codes = column.codes.astype(np.int64)
    return ValueField(list(column.values), codes, np.arange(len(codes)))


def whoosh_dates(columns: Columns) -> Ints:
    """Return when each article appeared, in microseconds since the year 1, as Whoosh counts."""
    seconds = columns.numbers("date").astype(np.int64)
    is_dated = seconds != _NO_DATE_S
    return np.where(is_dated, (np.where(is_dated, seconds, 0) + _YEAR_1_S) * 1_000_000, UNDATED)


def date_field(columns: Columns) -> ValueField:
    """Make the field of dates: terms of 9 bytes, in 8 precisions, as Whoosh searches ranges in."""
    dates = whoosh_dates(columns)
    dated = np.flatnonzero(dates != UNDATED)
    sortable = dates[dated].astype(np.uint64) + np.uint64(_SIGN)
    lexicon: list[bytes] = []
    words: list[Ints] = []
    for shift in _SHIFTS:
        values, numbers = np.unique(sortable >> np.uint64(shift), return_inverse=True)
        words.append(numbers + len(lexicon))
        packed = values.astype(">u8").tobytes()
        lexicon.extend(bytes([shift]) + packed[at : at + 8] for at in range(0, len(packed), 8))
    return ValueField(lexicon, np.stack(words, axis=1).ravel(), np.repeat(dated, len(_SHIFTS)))


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
    docnums = np.repeat(docnums, taken_sizes)
    lengths = np.bincount(docnums, minlength=segment.articles)
    return ValueField(lexicon, word_numbers[at], docnums, lengths)


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
    """A field of which an article has one term that is seldom another's: id or URL.

    Parameters
    ----------
    find
        Gives the articles whose term has a hash, ascending, for one to be looked up.
    read
        Gives the term of an article, empty for none.
    read_all
        Gives the terms of all articles, for them to be walked.
    """

    lengths: Ints | None = None

    def __init__(
        self,
        find: Callable[[int], Sequence[int]],
        read: Callable[[int], bytes],
        read_all: Callable[[], Iterable[bytes]],
    ) -> None:
        self._find = find
        self._read = read
        self._read_all = read_all
        self._walked: ValueField | None = None

    @property
    def _all(self) -> ValueField:
        if self._walked is None:
            lexicon, words, sizes = _numbered([[term] * bool(term) for term in self._read_all()])
            self._walked = ValueField(lexicon, words, np.flatnonzero(sizes))
        return self._walked

    def lower_bound(self, key: bytes) -> int:
        return self._all.lower_bound(key)

    def at_or_after(self, number: int) -> int | None:
        return self._all.at_or_after(number)

    def term(self, number: int) -> bytes:
        return self._all.term(number)

    def find(self, term: bytes) -> int | None:
        """Return the number of a term; before they are walked, -1 less its first docnum."""
        if self._walked is not None:
            return self._walked.find(term)
        docnums = self._docnums(term)
        return -1 - docnums[0] if docnums else None

    def statistics(self, number: int) -> Statistics | None:
        return self._all.statistics(number) if number >= 0 else None

    def postings(self, number: int) -> FieldPostings | None:
        if number >= 0:
            return self._all.postings(number)
        docnums = np.array(self._docnums(self._read(-1 - number)), np.int64)
        return grouped(docnums, np.zeros_like(docnums))

    def _docnums(self, term: bytes) -> list[int]:
        try:
            found = self._find(hash_id(term.decode("utf-8"))) if term else ()
        except UnicodeDecodeError:
            return []
        return [docnum for docnum in found if self._read(docnum) == term]


def id_field(segment: Segment) -> IdentityField:
    """Make the view of the ids."""
    ids = segment.columns.strings("id")
    find = segment.columns.order("id_hash").docnums
    return IdentityField(find, ids.__getitem__, lambda: ids)


def url_field(segment: Segment, read: Callable[[bytes], bytes]) -> IdentityField:
    """Make the view of the URLs, given what reads the one of a stored article."""
    stored = segment.stored
    hashes = segment.columns.url_hashes()

    def find(value: int) -> Sequence[int]:
        found: list[int] = np.flatnonzero(hashes == value).tolist()
        return found

    def read_all() -> Iterator[bytes]:
        for article, value in zip(stored, hashes.tolist(), strict=True):
            yield read(article) if value else b""

    return IdentityField(find, lambda docnum: read(stored.article(docnum)), read_all)
