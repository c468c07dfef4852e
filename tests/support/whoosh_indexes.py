"""The same articles in a stock Whoosh index and in segments of ours, for comparing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from newsearch import fields
from newsearch.article import Article
from newsearch.codec.deletions import write_deleted
from newsearch.codec.records import SegmentRecord
from newsearch.codec.segment import Segment
from newsearch.index.commit import Changes
from newsearch.index.directory import open_directory
from newsearch.index.merge import merge_segments
from newsearch.index.packing import pack_article
from newsearch.index.small_builder import build_segment, new_segment_id
from newsearch.index.toc import toc_name
from newsearch.index.toc_writing import encode_toc
from newsearch.index.whoosh_schema import build_schema
from support.whoosh_values import stored_values, whoosh_values

Batches = Sequence[Sequence[Article]]
"""Articles of each segment."""


def stock_index(folder: Path, batches: Batches, deleted: Sequence[int] = ()) -> FileIndex:
    """Index with Whoosh's own writer and codec; ``deleted`` are global docnums."""
    index = FileIndex.create(FileStorage(str(folder)), build_schema(), "MAIN")
    for batch in batches:
        writer = index.writer()
        for article in batch:
            stored = {f"_stored_{name}": value for name, value in stored_values(article).items()}
            unset = {f"_stored_{name}": None for name in fields.FIELD}
            writer.add_document(**whoosh_values(article), **unset | stored)
        writer.commit(merge=False)
    if deleted:
        writer = index.writer()
        for docnum in deleted:
            writer.delete_document(docnum)
        writer.commit(merge=False)
    return index


Write = Callable[[Path, Sequence[Article]], bytes]
"""Writes the segment of some articles into a folder and gives its id."""


def build_small(folder: Path, articles: Sequence[Article]) -> bytes:
    """Write a segment as small loads do."""
    segment_id = new_segment_id()
    build_segment(path_of(folder, segment_id), segment_id, [pack_article(a) for a in articles])
    return segment_id


def build_in_bulk(folder: Path, articles: Sequence[Article]) -> bytes:
    """Write a segment as large loads do."""
    from newsearch.index.bulk_builder import BulkBuilder

    index = open_directory(folder / new_segment_id().hex(), create=True)
    with Changes(index, wait_s=1) as changes:
        builder = BulkBuilder(changes)
        builder.add([pack_article(article) for article in articles])
        builder.flush()
        builder.close()
        (held,) = changes.segments
        segment_id = held.record.id_bytes
        copy(changes.path_of(segment_id), path_of(folder, segment_id))
    return segment_id


def build_by_merging(folder: Path, articles: Sequence[Article]) -> bytes:
    """Write a segment of each half of the articles, and merge the two."""
    half = len(articles) // 2
    parts = []
    with TemporaryDirectory() as other:
        for some in filter(None, (articles[:half], articles[half:])):
            part = path_of(Path(other), build_small(Path(other), some))
            parts.append((Segment(part), np.zeros(len(some), np.bool_)))
        segment_id = new_segment_id()
        merge_segments(path_of(folder, segment_id), segment_id, parts)
    return segment_id


def path_of(folder: Path, segment_id: bytes) -> Path:
    return folder / SegmentRecord(segment_id, 0).file_name


def news_index(
    folder: Path,
    batches: Batches,
    deleted: Sequence[int] = (),
    write: Write = build_small,
) -> FileIndex:
    """Index with a builder of ours; the segments are those of the batches."""
    index = FileIndex.create(FileStorage(str(folder)), build_schema(), "MAIN")
    segments, base = [], 0
    for batch in batches:
        own = [docnum - base for docnum in deleted if base <= docnum < base + len(batch)]
        segments.append(write_segment(folder, batch, own, write))
        base += len(batch)
    (folder / toc_name(1)).write_bytes(encode_toc(segments, 1))
    return index


def write_segment(
    folder: Path,
    articles: Sequence[Article],
    deleted: Sequence[int],
    write: Write = build_small,
) -> SegmentRecord:
    """Write a segment file, and the list of its deleted articles."""
    segment_id = write(folder, articles)
    live_name = f"MAIN_{segment_id.hex()}.1.del" if deleted else None
    record = SegmentRecord(segment_id, len(articles), len(deleted), live_name)
    if live_name:
        bits = np.zeros(len(articles), np.bool_)
        bits[list(deleted)] = True
        write_deleted(folder / live_name, segment_id, bits)
    return record
