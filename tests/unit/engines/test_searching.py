"""Many queries at once, in several threads, by the kernel of bags and without."""

from __future__ import annotations

import gc
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import VOCABULARY
from support.inside import searcher_of

from newsearch.answers.results import Results
from newsearch.article import Article
from newsearch.engines.local import Index
from newsearch.engines.searching import AT_ONCE, Search
from newsearch.errors import QueryError

WORDS = VOCABULARY[:12]
queries = st.lists(
    st.lists(st.sampled_from([*WORDS, "absent", "-", '"'])).map(" ".join), max_size=3 * AT_ONCE
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Several segments, languages and deleted articles; kernels are compiled."""
    with Index(tmp_path_factory.mktemp("many") / "index", create=True) as index:
        for part in range(3):
            index.add(
                Article(
                    id=f"{part}-{number}",
                    title=WORDS[number % len(WORDS)],
                    body=" ".join(WORDS[(number * step) % len(WORDS)] for step in range(part, 7)),
                    lang="fr" if number % 3 == 0 else "en",
                )
                for number in range(300)
            )
        index.delete(["0-5", "2-17"])
        searcher_of(index).compile()
        yield index


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(asked=queries, match=st.sampled_from(["any", "all"]), threads=st.sampled_from([1, 2, 3]))
def test_queries_of_any_kind_are_answered_together_as_each_alone(
    index: Index, asked: list[str], match: Any, threads: int
) -> None:
    options: dict[str, Any] = {"match": match, "limit": 5}

    many = index.search_many(asked, threads=threads, **options)

    # What is bounded in time is ranked in the other way, a segment after the other.
    for found, query in zip(many, asked, strict=True):
        for alone in (
            index.search(query, **options, timeout_s=600),
            index.search(query, **options),
        ):
            assert [(hit.id, hit.score) for hit in found] == [(hit.id, hit.score) for hit in alone]
            assert (found.query, found.warnings) == (alone.query, alone.warnings)


def test_an_interrupt_ends_many_queries_early(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def interrupted(self: Search, asked: Sequence[str], first: int) -> list[Results]:
        calls.append(first)
        if len(calls) == 3:
            signal.raise_signal(signal.SIGINT)
        time.sleep(0.01)
        return []

    monkeypatch.setattr(Search, "_some", interrupted)

    gc.disable()  # an interrupt of what Hypothesis does when garbage is collected is lost
    try:
        with pytest.raises(KeyboardInterrupt):
            index.search_many(["korea"] * AT_ONCE * 300, threads=2)
    finally:
        gc.enable()

    assert len(calls) < 100


@pytest.mark.parametrize("odd", ["a\nb", "\n", "日本"])
def test_ids_are_read_together_whatever_is_in_them(tmp_path: Path, odd: str) -> None:
    ids = ["a", odd, "é", "-" * 300]
    with Index(tmp_path / "index", create=True) as index:
        for part in (ids[:1], ids[1:]):
            index.add(Article(id=one, body="flood") for one in part)
        searcher_of(index).compile()

        assert sorted(hit.id for hit in index.search("flood")) == sorted(ids)
        assert sorted(one["id"] for one in index.scan("flood", fields=["id"])) == sorted(ids)


def test_options_that_are_equal_but_not_the_same_are_told_apart(index: Index) -> None:
    assert len(index.search(WORDS[0], limit=1)) == 1

    for limit in (True, 1.0, [1]):
        with pytest.raises(QueryError, match="limit is"):
            index.search(WORDS[0], limit=limit)  # type: ignore[arg-type]


def test_options_that_were_used_before_find_what_was_added_since(tmp_path: Path) -> None:
    with Index(tmp_path / "index", create=True) as index:
        index.add([Article(id="1", body="flood")])
        assert len(index.search("flood", limit=5)) == 1

        index.add([Article(id="2", body="flood")])

        assert len(index.search("flood", limit=5)) == 2
