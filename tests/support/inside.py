"""What tests ask of the package that it keeps to itself.

No other test reads a private name (ruff's SLF001 sees to it), so there is one place to change when
such a name does. Before adding to it, see whether the public interface shows the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from newsearch.analysis import sentences
from newsearch.analysis.fast import Lexicon
from newsearch.analysis.stems import Stemmer
from newsearch.codec import framing
from newsearch.engines.local import Index
from newsearch.fields import Syntax
from newsearch.index import commit, load, segment_reader, small_builder, toc
from newsearch.index.segment_reader import SegmentReader
from newsearch.query.nodes import ResolvedTree
from newsearch.query.plan import plan
from newsearch.search.run import postings, warming
from newsearch.search.searcher import Searcher
from newsearch.sources import registry

if TYPE_CHECKING:  # it loads the compiler
    from newsearch.search.run.compiled import CompiledSearch
    from newsearch.search.run.parts import KnownParts


def searcher_of(index: Index) -> Searcher:
    """Return what an open index searches with, on the commit that it sees."""
    return index._open_searcher()


def rehearse_backwards(index: Index) -> None:
    """Call all kernels of searches, those first that others call last."""
    searcher = searcher_of(index)
    rehearsals = list(warming._rehearsals(*warming._first_words(searcher.snapshot)))
    for _, run in reversed(rehearsals):
        run(compiled_search_of(index))


def compiled_search_of(index: Index) -> CompiledSearch:
    """Return the compiled way of searching, whether or not its kernels are ready."""
    return searcher_of(index)._compiled


def known_parts_of(index: Index, syntax: Syntax) -> KnownParts:
    """Return what parts of queries are in bags, as far as it is known."""
    return searcher_of(index)._bag_parts[syntax]


@contextmanager
def run_all_with_numpy() -> Iterator[None]:
    """Let no search use compiled kernels."""
    with pytest.MonkeyPatch.context() as patch:
        _set_way(patch, is_compiled=False)
        yield


@contextmanager
def run_all_compiled() -> Iterator[None]:
    """Let every search use compiled kernels, ready or not."""
    with pytest.MonkeyPatch.context() as patch:
        _set_way(patch, is_compiled=True)
        yield


def can_compile(searcher: Searcher, tree: ResolvedTree) -> tuple[bool, bool]:
    """Tell whether kernels match, and rank, a tree here and now."""
    ranks = searcher._can_rank_compiled(plan(tree), tree, "relevance")
    return searcher._can_match_compiled(tree), ranks


def _set_way(patch: pytest.MonkeyPatch, *, is_compiled: bool) -> None:
    for name in ("_can_match_compiled", "_can_rank_compiled"):
        patch.setattr(Searcher, name, lambda *_: is_compiled)
    patch.setattr(warming.Warming, "start", lambda *_: None)


def read_postings_in_smallest_parts(patch: pytest.MonkeyPatch) -> None:
    """Make the way without kernels look at one term and one block at a time."""
    for name in ("_POSTINGS_AT_ONCE", "_ENTRIES_AT_ONCE", "_BYTES_AT_ONCE"):
        patch.setattr(postings, name, 1)


def load_in_batches_of(n_articles: int, patch: pytest.MonkeyPatch) -> None:
    """Make loads look at so many articles at a time."""
    patch.setattr(load, "_BATCH_ARTICLES", n_articles)


def die_without_tidying(patch: pytest.MonkeyPatch) -> None:
    """Make commits that fail leave their files, as a process does that is gone."""
    patch.setattr(commit.Changes, "close", lambda changes: changes._lock.release())


def toc_without_checksum(content: bytes) -> bytes:
    """Return a TOC as it was before TOCs had checksums."""
    return content[: -toc._CHECKSUM_BYTES]


def before_reading_a_toc(act: Callable[[Path], object], patch: pytest.MonkeyPatch) -> None:
    """Let something happen just before each file of a TOC is read."""
    read_small = toc.read_small

    def act_and_read(path: Path, most_bytes: int) -> bytes:
        act(path)
        return read_small(path, most_bytes)

    patch.setattr(toc, "read_small", act_and_read)


def scans_before_grouping() -> int:
    """Return how many stems a segment looks up one by one before it groups all its forms."""
    return segment_reader._SCANS


def has_grouped_forms(segment: SegmentReader) -> bool:
    """Whether a segment has been asked for so many stems that it grouped all its forms."""
    return segment._scans_left == 0


def remembered_by(stemmer: Stemmer) -> int:
    """Return how many stems a stemmer remembers."""
    return len(stemmer._memo)


def make_keys_collide(lexicon: Lexicon) -> None:
    """Let neighbouring keys share a slot: a multiplier of one mixes no bits."""
    lexicon._words = lexicon._words._replace(multiplier=np.uint64(1))


def blocks_of(text: str) -> Iterable[tuple[int, int]]:
    """Return the parts of a text that no sentence goes beyond: start and end."""
    return sentences._blocks(text, with_stops=True)


def formats_kept() -> Iterator[None]:
    """Take away the formats that are registered in between."""
    before = dict(registry._formats)
    yield
    registry._formats.clear()
    registry._formats.update(before)


def load_in_bulk(patch: pytest.MonkeyPatch) -> None:
    """Make every load a bulk load whose files are on the disk from the first byte on."""
    patch.setattr(small_builder, "SMALL_BYTES", 0)
    patch.setattr(framing, "_SPOOL_BYTES", 1)
