"""Which articles of a segment are deleted: a small file beside it, written at each commit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsearch.codec.framing import ArrayFile, ArrayFileWriter

_BITS: Final = "deleted"
_ARTICLES: Final = "articles"


def write_deleted(path: Path, segment_id: bytes, deleted: NDArray[np.bool_]) -> None:
    """Write, sync and rename into place which articles of a segment are deleted.

    `deleted`: shape ``(n_articles,)``.
    """
    with ArrayFileWriter(path, segment_id) as file:
        file.add(_ARTICLES, "u8", np.array([len(deleted)]))
        file.add(_BITS, "u1", np.packbits(deleted, bitorder="little"))
        file.finish()


def read_deleted(path: Path, segment_id: bytes, articles: int) -> NDArray[np.bool_]:
    """Read which articles are deleted, as a fresh array of shape ``(articles,)``.

    Raises CorruptIndexError when the file is damaged or belongs to another segment.
    """
    with ArrayFile(path) as file:
        if file.segment_id != segment_id or file.array(_ARTICLES, "u8").tolist() != [articles]:
            raise file.corrupt("the list of deleted articles belongs to another segment")
        bits = file.array(_BITS, "u1")
        is_whole = not file.damaged_sections() and file.has_clean_padding()
        if len(bits) != (articles + 7) // 8 or not is_whole:
            raise file.corrupt("the list of deleted articles is damaged")
        return np.unpackbits(bits, count=articles, bitorder="little").astype(bool)
