"""Compares all that a segment derives from its articles with what comes of them now.

Columns are built again into a file beside, of which each section must be the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from newsearch.codec.segment import Segment, SegmentWriter
from newsearch.errors import ArticleError
from newsearch.fields import LIST_FIELDS
from newsearch.index.article_columns import ArticleColumns
from newsearch.index.derived_text import TextCheck
from newsearch.index.stored import unpack
from newsearch.keys import KEYS

_MOST_NAMED: Final = 20


def check_derived(segment: Segment) -> Iterator[str]:
    """Return a line for each thing that does not fit the stored articles.

    Parameters
    ----------
    segment
        One in which `check_parts` finds nothing wrong.
    """
    columns, text = ArticleColumns(), TextCheck(segment)
    for docnum, stored in enumerate(segment.stored):
        try:
            article = unpack(stored)
            columns.extend([article], [article.id_hash], [article.content_hash])
        except (ArticleError, ValueError, OverflowError) as error:
            yield f"stored article {docnum} cannot be read ({error})"
            return
        text.add(article)
    titles, bodies = text.finish()
    for fault, docnums in text.faults():
        yield from _lines(segment, fault, docnums)
    yield from text.lexicon_faults()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "columns"
        with SegmentWriter(path, segment.segment_id) as writer:
            columns.write(writer.columns, titles, bodies)
            writer.finish(segment.articles)
        with Segment(path) as expected:
            yield from _compare_columns(segment, expected)


def _compare_columns(segment: Segment, expected: Segment) -> Iterator[str]:
    for name in sorted({*segment.columns.names(), *expected.columns.names()}):
        sections = {f"column/{name}", *_sections(segment, name), *_sections(expected, name)}
        differ = [one for one in sorted(sections) if not _is_equal(segment, expected, one)]
        if differ:
            kept, right = (_values(one, name) for one in (segment, expected))
            wrong = [one for one in range(segment.articles) if kept(one) != right(one)]
            fault = f"column {name} does not fit what is stored"
            yield from _lines(segment, fault, wrong)
            # A column without any value is as good as none.
            if not wrong and name in expected.columns.names():
                yield f"section {differ[0]} does not fit the articles"


def _sections(segment: Segment, name: str) -> list[str]:
    return [one for one in segment.file.sections if one.startswith(f"column/{name}/")]


def _is_equal(segment: Segment, expected: Segment, name: str) -> bool:
    kept, right = (
        one.file.array(name) if name in one.file else None for one in (segment, expected)
    )
    if kept is None or right is None:
        return kept is right
    return kept.dtype == right.dtype and np.array_equal(kept, right)


def _values(segment: Segment, name: str) -> Callable[[int], object]:
    """Return what gives an article's value of a column of any kind."""
    columns, sections = segment.columns, segment.file.sections
    if name == "url_hash":
        return columns.url_hashes().item
    if f"column/{name}" in sections:
        width = len(segment.file.array(f"column/{name}")) // segment.articles
        numbers = columns.numbers(name, width)
        return lambda docnum: numbers[docnum].tolist()
    if f"column/{name}/text" in sections:
        return columns.strings(name).__getitem__
    if name in (*LIST_FIELDS, KEYS):
        return columns.coded_lists(name).value
    return columns.coded(name).value


def _lines(segment: Segment, fault: str, docnums: Sequence[int]) -> Iterator[str]:
    """Name the articles that have a fault, a line each."""
    for docnum in docnums[:_MOST_NAMED]:
        article = unpack(segment.stored.article(docnum))
        yield f"article {article.id!r}: {fault}"
    if len(docnums) > _MOST_NAMED:
        yield f"{len(docnums) - _MOST_NAMED:,} articles more: {fault}"
