"""A merged segment is the segment that the live articles would have made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from strategies import articles as any_articles
from support.segment_contents import assert_holds, build, numbered

from newsearch.article import Article
from newsearch.codec.segment import Segment
from newsearch.errors import CorruptIndexError
from newsearch.index import merge_text
from newsearch.index.merge import merge_segments
from newsearch.index.small_builder import SmallBuilder, new_segment_id

batches_with_deletions = st.lists(
    st.lists(st.tuples(any_articles(), st.booleans()), min_size=1, max_size=6),
    min_size=1,
    max_size=4,
)
Batches = list[list[tuple[Article, bool]]]


def merge(folder: Path, batches: Batches) -> tuple[Path, list[Article]]:
    """Build a segment of each batch, merge them, and give the articles that should be there."""
    numbers = iter(numbered([article for batch in batches for article, _ in batch]))
    parts: list[tuple[Segment, np.ndarray]] = []
    live: list[Article] = []
    for place, batch in enumerate(batches):
        articles = [next(numbers) for _ in batch]
        (path,) = build(folder / str(place), SmallBuilder, [articles])
        is_live = np.array([kept for _, kept in batch])
        live += [article for article, kept in zip(articles, is_live, strict=True) if kept]
        parts.append((Segment(path), ~is_live))
    merged = folder / "merged.seg"
    assert merge_segments(merged, new_segment_id(), parts) == len(live)
    return merged, live


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches=batches_with_deletions, run_tokens=st.sampled_from([1, 7, 1 << 20]))
@example(batches=[[(Article(body="..."), True)], [(Article(body="x"), False)]], run_tokens=7)
def test_a_merged_segment_holds_the_live_articles(
    batches: Batches, run_tokens: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    batches = [[*batches[0], (Article(body="one is live"), True)], *batches[1:]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merge_text, "RUN_TOKENS", run_tokens)

        path, live = merge(tmp_path_factory.mktemp("merge"), batches)

    assert_holds(path, live)


@pytest.mark.parametrize("compiled_tokens", [0, 1 << 40])
@pytest.mark.parametrize("run_tokens", [2_000, 1 << 20])
def test_terms_that_run_over_many_blocks_are_merged_piece_by_piece(
    compiled_tokens: int, run_tokens: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge_text, "COMPILED_TOKENS", compiled_tokens)
    monkeypatch.setattr(merge_text, "RUN_TOKENS", run_tokens)
    random = np.random.default_rng(1)
    batches = [
        [
            (
                Article(body="the " * int(random.integers(1, 20)) + f"rare{number % 90}"),
                bool(random.random() < 0.8),
            )
            for number in range(size)
        ]
        for size in (300, 700, 1)
    ]
    batches[2] = [(Article(body="Kept", lang="fr"), True)]

    path, live = merge(tmp_path, batches)

    assert_holds(path, live)


def test_a_damaged_segment_is_not_merged(tmp_path: Path) -> None:
    (path,) = build(tmp_path / "a", SmallBuilder, [[Article(body="some text")]])
    data = bytearray(path.read_bytes())
    data[70] ^= 1
    path.write_bytes(data)

    with Segment(path) as segment, pytest.raises(CorruptIndexError, match="checksum"):
        merge_segments(tmp_path / "merged.seg", new_segment_id(), [(segment, np.zeros(1, bool))])
    assert list(tmp_path.glob("merged*")) == []
