"""Reads everything an index holds and compares it with itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from newsearch.article import Article
from newsearch.codec.check import check_bytes, check_parts
from newsearch.codec.framing import ArrayFile
from newsearch.codec.records import SegmentRecord, open_segment
from newsearch.errors import CorruptIndexError, IndexingError
from newsearch.index.blocked import BLOCKED_NAME, BlockList
from newsearch.index.commit import LOADED_NAME
from newsearch.index.derived import check_derived
from newsearch.index.segment_reader import SegmentReader
from newsearch.index.toc import Toc, copy_name, latest_commit, read_toc, toc_name
from newsearch.schema import NO_DATE_S


def check_index(folder: Path, *, quick: bool = False) -> list[str]:
    """Return a line for each thing that is wrong with the latest commit, whatever is damaged.

    Every byte of every segment is verified and decoded; every live article is read and compared
    with its columns, and must be found by its id. Unless it is to be `quick`, all that is derived
    from the articles, deleted ones included, is derived again and compared.
    """
    while True:
        toc = read_toc(folder)
        problems = [*toc.faults, *check_copy(folder, toc), *_check_blocked(folder, toc)]
        problems += check_loaded(folder)
        live: list[SegmentReader] = []
        for record in toc.segments:
            problems += check_segment_of(folder, record, quick=quick, live=live)
        problems += _check_versions(live)
        # Files that a later commit has removed were in order.
        if not problems or latest_commit(folder) == toc.commit:
            return problems


def check_copy(folder: Path, toc: Toc) -> Iterator[str]:
    """Return a line where the copy of the table of contents is another one."""
    generation = toc.commit.generation
    first, copy = (folder / name(generation) for name in (toc_name, copy_name))
    if not toc.faults and copy.exists() and copy.read_bytes() != first.read_bytes():
        yield f"{copy.name}: differs from {first.name}"


def _check_blocked(folder: Path, toc: Toc) -> list[str]:
    try:
        BlockList(folder, is_there=toc.has_blocked)
    except IndexingError as error:
        lines = (error.fault, *check_bytes(Path(error.path)))
        return [f"{BLOCKED_NAME}: {line}" for line in lines]
    return []


def check_loaded(folder: Path) -> list[str]:
    """Return a line for what is wrong with what is kept of the files that were loaded."""
    path = folder / LOADED_NAME
    try:
        ArrayFile(path).close()
        lines = check_bytes(path)
    except FileNotFoundError:
        return []
    except CorruptIndexError as error:
        lines = [error.fault]
    return [f"{LOADED_NAME}: {line}; without it all files are read again" for line in lines]


def check_segment_of(
    folder: Path,
    record: SegmentRecord,
    *,
    quick: bool = False,
    live: list[SegmentReader] | None = None,
) -> list[str]:
    """Return a line for each thing that is wrong with a segment or with its deletions.

    Parameters
    ----------
    live
        Receives the segment, unless it cannot be read.
    """
    path = folder / record.file_name
    if not path.exists():
        return [f"{path.name}: is missing, with {record.articles - record.deleted:,} articles"]
    lines, others = check_parts(path), []
    are_parts_whole = not lines
    try:
        segment = SegmentReader(open_segment(folder, record), _deleted(folder, record), 0)
        lines += _check_articles(segment)
        if are_parts_whole and live is not None:
            live.append(segment)
        if not lines and not quick:
            lines += check_derived(segment.segment)
    except IndexingError as error:
        damaged = Path(error.path)
        others = [f"{damaged.name}: {line}" for line in (error.fault, *check_bytes(damaged))]
    own = [f"{path.name}: {line}" for line in (*check_bytes(path), *lines)]
    return list(dict.fromkeys((*own, *others)))


def _deleted(folder: Path, record: SegmentRecord) -> NDArray[np.bool_]:
    try:
        return record.read_deleted(folder)
    except FileNotFoundError as error:
        fault = "is missing, and with it which articles are deleted"
        raise CorruptIndexError(error.filename, fault) from error


def _check_versions(live: list[SegmentReader]) -> Iterator[str]:
    """Name the articles that live in two segments."""
    hashes = [np.zeros(0, np.int64), *(one.only_live(np.arange(one.n_articles)) for one in live)]
    hashes[1:] = [one.id_hashes[own] for one, own in zip(live, hashes[1:], strict=True)]
    found, counts = np.unique(np.concatenate(hashes), return_counts=True)
    for id_hash in found[counts > 1].tolist():
        ids = [one.article_id(at) for one in live for at in one.live_docnums(id_hash)]
        for article_id in {one for one in ids if ids.count(one) > 1}:
            yield f"article {article_id!r}: is in the index twice"


def _check_articles(segment: SegmentReader) -> Iterator[str]:
    for docnum in segment.only_live(np.arange(segment.n_articles)).tolist():
        try:
            yield from _check_article(segment, docnum, segment.article(docnum))
        except CorruptIndexError as error:
            yield f"article {_name(segment, docnum)}: cannot be read ({error.fault})"


def _name(segment: SegmentReader, docnum: int) -> str:
    try:
        return repr(segment.article_id(docnum))
    except CorruptIndexError:
        return f"{docnum}, id included,"


def _check_article(segment: SegmentReader, docnum: int, article: Article) -> Iterator[str]:
    if segment.docnum(article.id) != docnum:
        yield f"article {article.id!r}: its id does not lead to it"
    if segment.article_id(docnum) != article.id:
        yield f"article {article.id!r}: column id does not fit what is stored"
    date = NO_DATE_S if article.date is None else article.date.timestamp_s
    for column, value in (("date", date), ("id_hash", article.id_hash)):
        if int(segment.columns.numbers(column)[docnum]) != value:
            yield f"article {article.id!r}: column {column} does not fit what is stored"
    kept = segment.columns.numbers("content_hash", len(article.content_hash))[docnum]
    if kept.tobytes() != article.content_hash:
        yield f"article {article.id!r}: column content_hash does not fit what is stored"
