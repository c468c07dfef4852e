"""Writes Whoosh's table of contents; reading it, in `newsearch.index.toc`, needs no Whoosh."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from newsearch.codec.records import INDEX_NAME, SegmentRecord
from newsearch.index.segment_info import NewsSegmentInfo
from newsearch.index.toc import BLOCKED_MAGIC, CHECKSUM_MAGIC, toc_name
from newsearch.index.whoosh_index import NamedSchema


def encode_toc(
    records: list[SegmentRecord],
    generation: int,
    languages: Iterable[str] = (),
    *,
    has_blocked: bool = False,
) -> bytes:
    """Return the bytes of a TOC: Whoosh's own, then what Whoosh does not read, with a checksum.

    `languages`: those of the articles, the most frequent first, in which Whoosh analyses queries.
    """
    memory, listed = RamStorage(), [NewsSegmentInfo(record) for record in records]
    TOC(NamedSchema(*languages), listed, generation).write(memory, INDEX_NAME)
    content: bytes = memory.files[toc_name(generation)]
    content += BLOCKED_MAGIC if has_blocked else b""
    return content + CHECKSUM_MAGIC + b"%08x" % zlib.crc32(content)
