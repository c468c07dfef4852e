"""The same articles in a stock Whoosh index and in segments of ours, for comparing them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from newsearch import schema
from newsearch.article import Article
from newsearch.codec.live import write_deleted
from newsearch.index.builder import build_segment, new_segment_id
from newsearch.index.packing import pack_article
from newsearch.index.segments import NewsSegment
from newsearch.index.stored import pack
from newsearch.index.toc import encode_toc, toc_name

Batches = Sequence[Sequence[Article]]
"""Articles of each segment."""


def stock_index(folder: Path, batches: Batches, deleted: Sequence[int] = ()) -> FileIndex:
    """Index with Whoosh's own writer and codec; ``deleted`` are global docnums."""
    index = FileIndex.create(FileStorage(str(folder)), schema.build_schema(), "MAIN")
    for batch in batches:
        writer = index.writer()
        for article in batch:
            writer.add_document(**schema.analyse(article, pack(article)).values)
        writer.commit(merge=False)
    if deleted:
        writer = index.writer()
        for docnum in deleted:
            writer.delete_document(docnum)
        writer.commit(merge=False)
    return index


def news_index(folder: Path, batches: Batches, deleted: Sequence[int] = ()) -> FileIndex:
    """Index with our builder; the segments are those of the batches, without merging."""
    index = FileIndex.create(FileStorage(str(folder)), schema.build_schema(), "MAIN")
    segments, base = [], 0
    for batch in batches:
        own = [docnum - base for docnum in deleted if base <= docnum < base + len(batch)]
        segments.append(write_segment(folder, batch, own))
        base += len(batch)
    (folder / toc_name(1)).write_bytes(encode_toc(segments, 1))
    return index


def write_segment(folder: Path, articles: Sequence[Article], deleted: Sequence[int]) -> NewsSegment:
    """Write a segment file, and the list of its deleted articles."""
    segment_id = new_segment_id()
    live_name = f"MAIN_{segment_id.hex()}.1.del" if deleted else None
    listed = NewsSegment(
        "MAIN", segment_id, len(articles), deleted=len(deleted), live_name=live_name
    )
    build_segment(folder / listed.file_name, segment_id, [pack_article(a) for a in articles])
    if live_name:
        bits = np.zeros(len(articles), np.bool_)
        bits[list(deleted)] = True
        write_deleted(folder / live_name, segment_id, bits)
    return listed
