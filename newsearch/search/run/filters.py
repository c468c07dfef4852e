"""Which articles of a segment pass a filter; for every way of running."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain

import numpy as np

from newsearch.analysis.clitics import without_clitics
from newsearch.analysis.compounds import joined, other_spellings
from newsearch.analysis.folding import fold
from newsearch.analysis.tokens import forms as forms_of
from newsearch.article import hash_id
from newsearch.codec.columns import CodedColumn, CodedListColumn
from newsearch.fields import FIELD, looked_in
from newsearch.index.segment_reader import SegmentReader
from newsearch.keys import is_negative, number_of
from newsearch.query.nodes import (
    DateRange,
    FieldValue,
    Filter,
    NumberRange,
    Pattern,
    assert_never,
)
from newsearch.schema import NO_DATE_S
from newsearch.search.run.ascending import Ints, distinct
from newsearch.search.run.bitmaps import Bitmap, bitmap_of
from newsearch.search.run.patterns import form_test


def live_bitmap(segment: SegmentReader) -> Bitmap:
    """Return the articles of a segment that are not deleted, as a bitmap."""
    is_live = segment.is_live
    return bitmap_of(np.ones(segment.n_articles, np.bool_) if is_live is None else is_live)


def filtered_docs(segment: SegmentReader, leaf: Filter | Pattern) -> Ints:
    """Find the articles that pass a filter, deleted ones among them; ascending.

    Parameters
    ----------
    leaf
        If a pattern, one for the words of a filter field.
    """
    match leaf:
        case FieldValue():
            return _field_value_docs(segment, leaf)
        case DateRange():
            return _date_docs(segment, leaf)
        case NumberRange():
            return _number_docs(segment, leaf)
        case Pattern():
            return _filter_docs(segment, leaf.fields[0], partial(_has_like, form_test(leaf)))
        case _:
            assert_never(leaf)


def _field_value_docs(segment: SegmentReader, value: FieldValue) -> Ints:
    field, words = value.fieldname, value.words
    if field == "id":
        docnum = segment.docnum(words[0])
        return np.array([] if docnum is None else [docnum], np.int64)
    if field == "url":
        hashes = segment.columns.numbers("url_hash")
        docnums = np.flatnonzero(hashes == hash_id(words[0]))
        same = [d for d in docnums.tolist() if segment.article(d).url == words[0]]
        return np.array(same, np.int64)
    if field == "lang":
        return _coded_docs(segment.columns.coded(field), lambda v: v == words[0])
    bare = tuple(without_clitics(fold(word)) for word in words)
    spellings = [list(one) for one in (bare, *other_spellings(bare, lambda _: True))]

    def fits(own: list[str]) -> bool:
        own = [without_clitics(word) for word in own]
        return any(_has_adjacent(own, wanted) for wanted in spellings)

    return _filter_docs(segment, field, fits)


def _filter_docs(segment: SegmentReader, field: str, fits: Callable[[list[str]], bool]) -> Ints:
    """Find the articles whose value of a filter field fits, as word forms without accents.

    A key's negative number is a word with its sign: ``-5`` is no ``5``.
    """
    words_of = forms_of if field in FIELD else _words_of_key
    found = [
        _coded_docs(
            segment.filter_column(name),
            lambda value: fits([fold(one).lower() for one in words_of(value)]),
        )
        for name in looked_in(field)
    ]
    return distinct(np.concatenate(found))


def _words_of_key(value: str) -> list[str]:
    return [value] if is_negative(value) else forms_of(value)


def _coded_docs(column: CodedColumn | CodedListColumn, fits: Callable[[str], bool]) -> Ints:
    do_fit = np.array([fits(value) for value in _decoded(column.values)], np.bool_)
    at = np.flatnonzero(do_fit[column.codes])
    if isinstance(column, CodedColumn):
        return at
    return distinct(np.searchsorted(column.starts, at, side="right") - 1)


def _decoded(values: Iterable[bytes]) -> Iterator[str]:
    for value in values:
        yield value.decode("utf-8", "surrogatepass")


def _has_like(fits: Callable[[str], bool], own: list[str]) -> bool:
    spelt = chain(own, joined(own, lambda _: True))
    return any(fits(word) or fits(without_clitics(word)) for word in spelt)


def _has_adjacent(own: list[str], wanted: list[str]) -> bool:
    n = len(wanted)
    return any(own[at : at + n] == wanted for at in range(len(own) - n + 1))


def _number_docs(segment: SegmentReader, numbers: NumberRange) -> Ints:
    if numbers.fieldname not in FIELD:
        column = segment.filter_column(numbers.fieldname)
        return _coded_docs(column, lambda value: numbers.holds(number_of(value)))
    own = segment.numbers(numbers.fieldname)
    wanted = np.ones(len(own), np.bool_)
    if numbers.low is not None:
        wanted &= own >= numbers.low
    if numbers.high is not None:
        wanted &= own <= numbers.high
    docnums: Ints = np.flatnonzero(wanted)
    return docnums


def _date_docs(segment: SegmentReader, dates: DateRange) -> Ints:
    instants = segment.dates
    wanted = instants != NO_DATE_S
    if dates.start_s is not None:
        wanted &= instants >= dates.start_s
    if dates.end_s is not None:
        wanted &= instants < dates.end_s
    docnums: Ints = np.flatnonzero(wanted)
    return docnums
