"""The same articles in a stock Whoosh index and in one of our segments, for comparing them.

The segment is written by the obvious slow way: dictionaries, and one encoded run for all terms.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex

from newsearch import schema
from newsearch.article import Article, hash_id
from newsearch.codec.bounds import length_levels
from newsearch.codec.columns import ColumnsWriter
from newsearch.codec.entries import PostingRun, encode
from newsearch.codec.live import write_deleted
from newsearch.codec.segment import SegmentWriter
from newsearch.codec.stored import FrameCompressor, frames_of
from newsearch.index.segments import NewsSegment
from newsearch.index.stored import pack

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
    """Index with our codec, published in a TOC that Whoosh writes."""
    index = FileIndex.create(FileStorage(str(folder)), schema.build_schema(), "MAIN")
    segments, base = [], 0
    for batch in batches:
        own = [docnum - base for docnum in deleted if base <= docnum < base + len(batch)]
        segments.append(write_segment(folder, batch, own))
        base += len(batch)
    TOC(index.schema, segments, 1).write(index.storage, "MAIN")
    return index


def write_segment(folder: Path, articles: Sequence[Article], deleted: Sequence[int]) -> NewsSegment:
    """Write a segment file, and the list of its deleted articles."""
    id_bytes = os.urandom(16)
    live_name = f"MAIN_{id_bytes.hex()}.1.live" if deleted else None
    listed = NewsSegment("MAIN", id_bytes, len(articles), deleted=len(deleted), live_name=live_name)
    analysed = [schema.analyse(article, pack(article)).values for article in articles]
    with SegmentWriter(folder / listed.file_name, id_bytes) as segment:
        stored = segment.stored()
        for frame in frames_of(map(pack, articles), FrameCompressor(), 512):
            stored.append(frame)
        stored.finish()
        _write_text(segment, articles, analysed)
        _write_columns(segment.columns, articles, analysed)
        segment.finish(len(articles))
    if live_name:
        bits = np.zeros(len(articles), np.bool_)
        bits[list(deleted)] = True
        write_deleted(folder / live_name, id_bytes, bits)
    return listed


def _write_text(segment: SegmentWriter, articles: Sequence[Article], analysed: list[dict]) -> None:
    found: dict[str, dict[int, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    languages: dict[tuple[str, str], set[str]] = defaultdict(set)
    for docnum, values in enumerate(analysed):
        for position, stem, form in _tokens(values):
            found[stem][docnum].append((position, form))
            languages[form, stem].add(schema.article_language(articles[docnum]))
    terms = sorted(found, key=str.encode)
    numbers = {
        (form, stem): number
        for stem in terms
        for number, form in enumerate(sorted({f for ts in found[stem].values() for _, f in ts}))
    }
    lengths = np.array([v["title_length"] + v["body_length"] for v in analysed])
    levels = length_levels(lengths)
    text = segment.inverted("text", levels)
    text.append(
        [term.encode() for term in terms], encode(_run(terms, found, numbers), lengths, levels)
    )
    text.finish()
    sets = sorted({frozenset(codes) for codes in languages.values()}, key=sorted)
    rows = sorted(numbers, key=lambda row: (row[0].encode(), row[1].encode()))
    text.lexicon(sets).append(
        [form.encode() for form, _ in rows],
        np.array([terms.index(stem) for _, stem in rows], np.int64),
        np.array([numbers[row] for row in rows], np.int64),
        np.array([_form_df(found[stem], form) for form, stem in rows], np.int64),
        np.array([sets.index(frozenset(languages[row])) for row in rows], np.int64),
    )


def _tokens(values: dict) -> list[tuple[int, str, str]]:
    gap = len(values["title"]) + 1
    title = zip(range(gap), values["title"], values["title_forms"], strict=False)
    body = zip(
        range(gap, gap + len(values["body"])), values["body"], values["body_forms"], strict=True
    )
    return [*title, *body]


def _run(terms: list[str], found: dict, numbers: dict) -> PostingRun:
    postings = [(t, docnum, tokens) for t in terms for docnum, tokens in sorted(found[t].items())]
    tokens = [(t, position, form) for t, _, tokens in postings for position, form in tokens]
    columns = (
        [len(found[t]) for t in terms],
        [docnum for _, docnum, _ in postings],
        [len(tokens) for _, _, tokens in postings],
        [position for _, position, _ in tokens],
        [numbers[form, t] for t, _, form in tokens],
    )
    return PostingRun(*(np.array(column, np.int64) for column in columns))


def _form_df(postings: dict[int, list[tuple[int, str]]], form: str) -> int:
    return sum(any(f == form for _, f in tokens) for tokens in postings.values())


def _write_columns(
    columns: ColumnsWriter, articles: Sequence[Article], analysed: list[dict]
) -> None:
    for name in ("date", "id_hash"):
        columns.numbers(name, "i8").append(np.array([values[name] for values in analysed]))
    columns.add_order("id_hash", np.array([values["id_hash"] for values in analysed]))
    for name in ("title_length", "body_length"):
        columns.numbers(name, "u4").append(np.array([values[name] for values in analysed]))
    hashes = np.array([hash_id(a.url) if a.url else 0 for a in articles])
    columns.numbers("url_hash", "i8").append(hashes)
    digests = b"".join(article.content_hash for article in articles)
    columns.numbers("content_hash", "u1").append(np.frombuffer(digests, np.uint8))
    for name in ("source", "section", "place"):
        _write_coded(columns, name, [getattr(article, name) for article in articles])
    _write_coded(columns, "lang", [schema.article_language(article) for article in articles])
    for name in ("agency", "author"):
        lists = [[v.encode() for v in getattr(article, name)] for article in articles]
        values = sorted({v for own in lists for v in own})
        writer = columns.coded_lists(name, values)
        codes = [values.index(v) for own in lists for v in own]
        writer.append(np.array([len(own) for own in lists]), np.array(codes, np.int64))


def _write_coded(columns: ColumnsWriter, name: str, texts: list[str]) -> None:
    values = sorted({text.encode() for text in texts})
    codes = [values.index(text.encode()) for text in texts]
    columns.coded(name, values).append(np.array(codes, np.int64))
