"""Reads everything an index holds and compares it with itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from newsearch.article import Article
from newsearch.codec.check import check_bytes, check_parts
from newsearch.errors import CorruptIndexError
from newsearch.index.derived import check_derived
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.snapshot import Snapshot
from newsearch.schema import NO_DATE_S


def check_snapshot(snapshot: Snapshot, *, quick: bool = False) -> Iterator[str]:
    """Return a line for each thing that is wrong.

    Every byte of every segment is verified and decoded; every live article is read and compared
    with its columns, and must be found by its id. Unless it is to be `quick`, all that is derived
    from the articles, deleted ones included, is derived again and compared.
    """
    for segment in snapshot.segments:
        path = Path(segment.segment.file.path)
        problems = _check_segment(path, snapshot, segment, quick=quick)
        yield from (f"{path.name}: {problem}" for problem in problems)


def _check_segment(
    path: Path, snapshot: Snapshot, segment: SegmentReader, *, quick: bool
) -> Iterator[str]:
    yield from check_bytes(path)
    problems = check_parts(path) or list(_check_articles(snapshot, segment))
    yield from problems
    if not problems and not quick:
        try:
            yield from check_derived(segment.segment)
        except CorruptIndexError as error:
            yield error.fault


def _check_articles(snapshot: Snapshot, segment: SegmentReader) -> Iterator[str]:
    for docnum in segment.only_live(np.arange(segment.n_articles)).tolist():
        try:
            yield from _check_article(snapshot, segment, docnum, segment.article(docnum))
        except (CorruptIndexError, ValueError) as error:
            yield f"article {segment.base + docnum}: cannot be read ({error})"


def _check_article(
    snapshot: Snapshot, segment: SegmentReader, docnum: int, article: Article
) -> Iterator[str]:
    if snapshot.docnum(article.id) != segment.base + docnum:
        yield f"article {article.id!r}: its id does not lead to it"
    if segment.article_id(docnum) != article.id:
        yield f"article {article.id!r}: column id does not fit what is stored"
    date = NO_DATE_S if article.date is None else article.date.timestamp_s
    for column, value in (("date", date), ("id_hash", article.id_hash)):
        if int(segment.columns.numbers(column)[docnum]) != value:
            yield f"article {article.id!r}: column {column} does not fit what is stored"
