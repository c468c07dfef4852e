"""Which articles of a segment pass a filter; for every way of running."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.clitics import without_clitics
from newsearch.analysis.compounds import joined, other_spellings
from newsearch.analysis.folding import fold
from newsearch.article import hash_id
from newsearch.codec.columns import CodedColumn, CodedListColumn
from newsearch.codec.strings import text_of
from newsearch.fields import FIELD, looked_in
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.value_words import ValueWords
from newsearch.keys import number_of
from newsearch.query.nodes import DateRange, FieldValue, Filter, NumberRange, Pattern, assert_never
from newsearch.schema import NO_DATE_S
from newsearch.search.run.ascending import Ints, distinct
from newsearch.search.run.bitmaps import Bitmap, bitmap_of, bitmap_with
from newsearch.search.run.patterns import form_test
from newsearch.stopping import check

_Value = TypeVar("_Value")


def live_bitmap(segment: SegmentReader) -> Bitmap:
    """Return the articles of a segment that are not deleted, as a bitmap."""
    is_live = segment.is_live
    return bitmap_of(np.ones(segment.n_articles, np.bool_) if is_live is None else is_live)


def filtered_bitmap(segment: SegmentReader, leaf: Filter | Pattern) -> Bitmap:
    """Find the articles that pass a filter, as `filtered_docs` does."""
    if isinstance(leaf, DateRange):  # listing the docnums of half an archive takes much longer
        return bitmap_of(_is_dated_in(segment, leaf))
    return bitmap_with(filtered_docs(segment, leaf), segment.n_articles)


def filtered_docs(segment: SegmentReader, leaf: Filter | Pattern) -> Ints:
    """Find the articles that pass a filter, deleted ones among them; ascending.

    `leaf`: if a pattern, one for the words of a filter field.
    """
    match leaf:
        case FieldValue():
            return _field_value_docs(segment, leaf)
        case DateRange():
            return np.flatnonzero(_is_dated_in(segment, leaf))
        case NumberRange():
            return _number_docs(segment, leaf)
        case Pattern():
            has_like = partial(_has_like, cache(_bare_or_not(form_test(leaf))))
            return _docs_by_words(segment, leaf.fields[0], lambda words: _fitting(words, has_like))
        case _:
            assert_never(leaf)


def _field_value_docs(segment: SegmentReader, value: FieldValue) -> Ints:
    field, words = value.fieldname, value.words
    if field == "id":
        docnum = segment.docnum(words[0])
        return np.array([] if docnum is None else [docnum], np.int64)
    if field == "url":
        hashes = segment.columns.url_hashes()
        docnums = np.flatnonzero(hashes == hash_id(words[0]))
        same = [d for d in docnums.tolist() if segment.article(d).url == words[0]]
        return np.array(same, np.int64)
    if field == "lang":
        column = segment.columns.coded(field)
        return _coded_docs(column, _fitting(_decoded(column.values), words[0].__eq__))
    bare = tuple(without_clitics(fold(word)) for word in words)
    spellings = [bare, *other_spellings(bare, lambda _: True)]
    return _docs_by_words(segment, field, lambda words: words.codes_with(spellings))


def _docs_by_words(
    segment: SegmentReader, field: str, codes_of: Callable[[ValueWords], Iterable[int]]
) -> Ints:
    """Find the articles of whose values the words are right, given the codes of such values."""
    found = [
        _coded_docs(segment.filter_column(name), codes_of(segment.value_words(name)))
        for name in looked_in(field)
    ]
    return distinct(np.concatenate(found))


def _fitting(values: Iterable[_Value], fits: Callable[[_Value], bool]) -> Iterator[int]:
    return (code for code, value in enumerate(values) if fits(value))


def _coded_docs(column: CodedColumn | CodedListColumn, codes: Iterable[int]) -> Ints:
    do_fit = np.zeros(len(column.values), np.bool_)
    do_fit[np.fromiter(codes, np.int64)] = True
    at = np.flatnonzero(do_fit[column.codes])
    if isinstance(column, CodedColumn):
        return at
    return distinct(np.searchsorted(column.starts, at, side="right") - 1)


def _decoded(values: Iterable[bytes]) -> Iterator[str]:
    for value in values:
        check()
        yield text_of(value)


def _has_like(fits: Callable[[str], bool], own: list[str]) -> bool:
    return any(map(fits, own)) or any(map(fits, joined(own, lambda _: True)))


def _bare_or_not(fits: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda word: fits(word) or fits(without_clitics(word))


def _number_docs(segment: SegmentReader, numbers: NumberRange) -> Ints:
    if numbers.fieldname not in FIELD:
        column = segment.filter_column(numbers.fieldname)
        values = map(number_of, _decoded(column.values))
        return _coded_docs(column, _fitting(values, numbers.holds))
    own = segment.numbers(numbers.fieldname)
    wanted = np.ones(len(own), np.bool_)
    if numbers.low is not None:
        wanted &= own >= numbers.low
    if numbers.high is not None:
        wanted &= own <= numbers.high
    docnums: Ints = np.flatnonzero(wanted)
    return docnums


def _is_dated_in(segment: SegmentReader, dates: DateRange) -> NDArray[np.bool_]:
    instants = segment.dates
    start_s = NO_DATE_S + 1 if dates.start_s is None else dates.start_s
    wanted: NDArray[np.bool_] = instants >= start_s
    if dates.end_s is not None:
        wanted &= instants < dates.end_s
    return wanted
