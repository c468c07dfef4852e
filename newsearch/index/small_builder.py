"""Builds segments of few articles, without Numba; hands over to the bulk builder for many."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from newsearch import bm25
from newsearch.codec.bounds import length_levels
from newsearch.codec.coding.entries import encode
from newsearch.codec.framing import SEGMENT_ID_BYTES
from newsearch.codec.segment import TEXT, SegmentWriter
from newsearch.index.article_columns import ArticleColumns
from newsearch.index.commit import Changes
from newsearch.index.inversion import invert
from newsearch.index.packing import PackedArticle
from newsearch.index.stored_builder import StoredBuilder

SMALL_BYTES = 1 << 20
"""Text up to which plain Python is done before Numba and the kernels are loaded.

Measured on 2 cores: 0.6 s a MB here, 0.7 s to load kernels that are compiled already."""


class SmallBuilder:
    """Holds articles until they are made a segment at once."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._held: dict[str, PackedArticle] = {}
        self._held_bytes = 0

    def known_hash(self, article_id: str) -> bytes | None:
        """Return the content hash of an article that is in no segment yet."""
        known = self._held.get(article_id)
        return None if known is None else known.content_hash

    def add(self, packed: list[PackedArticle]) -> None:
        """Take articles; those of an id that is known take its place."""
        for one in packed:
            self._held[one.article.id] = one
        self._held_bytes += _text_bytes(packed)

    def is_too_small_for(self, packed: list[PackedArticle]) -> bool:
        """Whether these and the held articles are better left to the bulk builder."""
        return self._held_bytes + _text_bytes(packed) > SMALL_BYTES

    def take_held(self) -> list[PackedArticle]:
        """Return the held articles for another builder, and hold none."""
        held, self._held, self._held_bytes = list(self._held.values()), {}, 0
        return held

    def flush(self) -> None:
        """Make a segment of what is held; more articles may follow."""
        packed = self.take_held()
        if packed:
            segment_id = new_segment_id()
            build_segment(self._changes.path_of(segment_id), segment_id, packed)
            self._changes.add(segment_id, len(packed))

    def close(self) -> None:
        """Discard what is not in a segment."""
        self.take_held()


def _text_bytes(packed: list[PackedArticle]) -> int:
    return sum(len(one.body) + len(one.article.title) for one in packed)


def new_segment_id() -> bytes:
    """Make up the 16 bytes that name a segment."""
    return secrets.token_bytes(SEGMENT_ID_BYTES)


def build_segment(path: Path, segment_id: bytes, packed: Sequence[PackedArticle]) -> None:
    """Write the segment of some articles; docnums are their indexes."""
    columns = ArticleColumns()
    columns.extend(
        [one.article for one in packed],
        [one.id_hash for one in packed],
        [one.content_hash for one in packed],
    )
    inverted = invert(one.article for one in packed)
    lengths = bm25.text_length(inverted.title_lengths, inverted.body_lengths)
    levels = length_levels(lengths)
    with SegmentWriter(path, segment_id) as segment:
        stored = StoredBuilder(segment)
        stored.add(one.stored for one in packed)
        stored.finish()
        text = segment.inverted(TEXT, levels)
        text.append(inverted.terms, encode(inverted.run, lengths, levels))
        text.finish()
        inverted.lexicon.write(text)
        columns.write(segment.columns, inverted.title_lengths, inverted.body_lengths)
        segment.finish(len(packed))
