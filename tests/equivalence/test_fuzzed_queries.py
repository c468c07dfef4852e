"""Whatever is asked is answered: with NumPy as compiled, soon, or with one of our own errors.

NEWSEARCH_FUZZED_QUERIES says how many queries the long run asks.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from strategies import EXTRAS, LANGUAGES, SOURCES, VOCABULARY
from support.inside import (
    read_postings_in_smallest_parts,
    run_all_compiled,
    run_all_with_numpy,
    searcher_of,
)
from support.query_texts import random_query

import newsearch
from newsearch import NewsearchError

N_QUERIES = int(os.environ.get("NEWSEARCH_FUZZED_QUERIES", "1000000"))
N_PARTS = 20
LIMIT_S = 1.0
"""CPU time of an answer from 300 articles."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsearch.Index]:
    """Two segments, the first with more articles than a block has, and deleted ones in both."""
    rng = Random(1)
    with newsearch.open_index(tmp_path_factory.mktemp("fuzzed") / "index", create=True) as index:
        index.add(random_article(number, rng) for number in range(300))
        index.add(random_article(number, rng) for number in range(300, 340))
        index.delete([f"a{number}" for number in range(0, 340, 17)])
        yield index


@pytest.fixture(scope="module")
def compiled(index: newsearch.Index) -> newsearch.Index:
    """The index, with all kernels ready, so that none is compiled while an answer is timed."""
    searcher_of(index).compile()
    return index


def random_article(number: int, rng: Random) -> dict[str, Any]:
    day = f"2020-01-{rng.randint(1, 28):02}"
    return {
        "id": f"a{number}",
        "title": " ".join(rng.choices(VOCABULARY, k=rng.randint(0, 4))),
        "text": " ".join(["the", *rng.choices(VOCABULARY, k=rng.randint(0, 30))]),
        "source": rng.choice(SOURCES),
        "author": rng.sample(["Kim Lee", "Katya O'Brien", "AP"], k=rng.randint(0, 2)),
        "lang": rng.choice(LANGUAGES),
        "date": rng.choice([None, "2020", day, f"{day}T10:30:00Z"]),
        **rng.choice(EXTRAS),
    }


@pytest.mark.parametrize(
    "query", ['"r* the"', '"the of"', '"s* the"~3', "title:r*", "body:the", "*n", "korea~2"]
)
def test_postings_are_read_alike_in_parts_of_any_size(
    index: newsearch.Index, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_all_with_numpy():
        whole = index.search(query, limit=None)
        read_postings_in_smallest_parts(monkeypatch)
        in_parts = index.search(query, limit=None)

    assert len(whole) > 0
    assert [(hit.id, hit.score) for hit in in_parts] == [(hit.id, hit.score) for hit in whole]


@pytest.mark.slow
def test_two_thousand_queries_are_answered_alike(compiled: newsearch.Index) -> None:
    ask(compiled, Random(2), 2_000)


@pytest.mark.long
@pytest.mark.parametrize("part", range(N_PARTS))
def test_a_million_queries_are_answered_alike(compiled: newsearch.Index, part: int) -> None:
    ask(compiled, Random(100 + part), N_QUERIES // N_PARTS)


def ask(index: newsearch.Index, rng: Random, n_queries: int) -> None:
    n_found = 0
    for _ in range(n_queries):
        query, options = random_query(rng), random_options(rng)
        limit = rng.choice((1, 3, 10, 1000))
        try:
            n_found += ask_both_ways(index, query, options, limit)
        except Exception as error:
            raise AssertionError(f"{query!r}, {options}, limit={limit}") from error
    assert n_found > n_queries // 10


def random_options(rng: Random) -> dict[str, Any]:
    options = {
        "match": rng.choice(("all", "any")),
        "sort": rng.choice((*["relevance"] * 4, "newest", "oldest")),
        "syntax": rng.choice(("query", "query", "query", "words")),
        "since": rng.choice((None, None, None, "2020-01-10", "2020")),
        "source": rng.choice((None, None, None, "Kyodo", ["AP", "Kyodo News"])),
        "lang": rng.choice((None, None, None, "en", ["fr", "sw"])),
    }
    return {name: value for name, value in options.items() if value is not None}


def ask_both_ways(index: newsearch.Index, query: str, options: dict[str, Any], limit: int) -> bool:
    """Compare the answers; return whether anything was found."""
    with run_all_with_numpy():
        every = answered(index, query, limit=None, **options)
    with run_all_compiled():
        best = answered(index, query, limit=limit, **options)
    if isinstance(every, type) or isinstance(best, type):
        assert every == best
        return False
    assert best.total == every.total == len(every)
    assert best.warnings == every.warnings
    scores = {hit.id: hit.score for hit in every}
    assert [hit.score for hit in best] == pytest.approx(
        [hit.score for hit in every[:limit]], rel=1e-9
    )
    assert [hit.score for hit in best] == pytest.approx([scores[hit.id] for hit in best], rel=1e-9)
    for hit in best[:1]:
        shown = hit.snippet
        assert all(0 <= start < end <= len(shown.text) for start, end in shown.highlights)
        assert shown.html.count("<mark>") == len(shown.highlights)
    return len(every) > 0


def answered(index: newsearch.Index, query: str, **options: Any) -> Any:
    """Search within a time; return the results, or which of our own errors there is."""
    start_s = time.thread_time()
    try:
        results = index.search(query, **options)
        _ = results.total
    except NewsearchError as error:
        return type(error)
    assert time.thread_time() - start_s < LIMIT_S
    return results
