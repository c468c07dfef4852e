"""Every peer that is installed keeps the contract of the adapters, in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.corpora import prepare
from benchmarks.kinds import Query
from benchmarks.peers import PEER_NAMES, peer_class
from benchmarks.processes import EngineError, EngineProcess

# What each query must find, worked out by hand; stems merge the articles' "vote" and "votes".
EXPECTED = {
    Query("or", "lighthouse ferries", ("lighthouse", "ferries")): {1, 2, 3},
    Query("and", "harbour storm", ("harbour", "storm")): {2, 5},
    Query("and", "harbour lighthouse", ("harbour", "lighthouse")): set(),
    Query("phrase", "harbour budget", ("harbour", "budget")): {0},
    Query("prefix", "light", ("light",)): {3},
    Query("letter", "l", ("l",)): {3, 5},
    Query("dates", "harbour", ("harbour",), "2020-02-20", "2021-07-01"): {2, 5},
    Query("dates", "harbour", ("harbour",), "2020-02-21", "2021-06-30"): set(),
    Query("snippets", "museum", ("museum",)): {3, 4},
}
NEWEST = Query("newest", "harbour", ("harbour",))
COUNT = Query("count", "budget storm", ("budget", "storm"))
NUMBERS = {article_id: number for number, article_id in enumerate("abcdef")}
TIMEOUT_S = 120.0


# Two peers are newsearch again, loaded in other ways.
PEERS = [
    pytest.param(name, marks=pytest.mark.slow) if name.startswith("newsearch-") else name
    for name in PEER_NAMES
]


@pytest.fixture(scope="module", params=PEERS)
def engine(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    articles: list[dict[str, str]],
) -> Iterator[EngineProcess]:
    """An engine that has indexed and opened the small corpus."""
    name: str = request.param
    if missing := peer_class(name).missing():
        pytest.skip(f"{name}: {missing}")
    folder = tmp_path_factory.mktemp(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEWSEARCH_BENCH_WORK", str(folder / "work"))
        path = folder / "articles.jsonl"
        path.write_text("\n".join(map(json.dumps, articles)))
        corpus = prepare(str(path))
    index = folder / "index"
    index.mkdir()
    with EngineProcess(name, folder / "log") as builder:
        reply = builder.ask(TIMEOUT_S, do="index", corpus=str(corpus.path), folder=str(index))
    assert 0 < reply["seconds"] < TIMEOUT_S
    assert reply["peak_bytes"] > 5_000_000
    with EngineProcess(name, folder / "log") as process:
        process.ask(TIMEOUT_S, do="open", folder=str(index))
        yield process


def _ask(engine: EngineProcess, query: Query, limit: int = 5) -> dict[str, Any]:
    if query.kind not in peer_class(engine.peer).kinds:
        pytest.skip(f"{engine.peer} does not offer {query.kind}")
    engine.ask(TIMEOUT_S, do="load", queries={query.kind: [query.as_dict()]})
    reply = engine.ask(
        TIMEOUT_S, do="run", kind=query.kind, count=1, limit=limit, budget_s=TIMEOUT_S
    )
    (answer,) = reply["answers"]
    assert answer["seconds"] > 0
    found: dict[str, Any] = answer
    return found


def _numbers(answer: dict[str, Any]) -> list[int]:
    return [NUMBERS[key] if isinstance(key, str) else key for key in answer["keys"]]


@pytest.mark.parametrize("query", EXPECTED, ids=lambda query: f"{query.kind}-{query.text}")
def test_engine_finds_what_the_articles_say(engine: EngineProcess, query: Query) -> None:
    numbers = _numbers(_ask(engine, query))
    assert set(numbers) == EXPECTED[query]
    assert len(numbers) == len(set(numbers))


def test_engine_gives_no_more_hits_than_asked_for(engine: EngineProcess) -> None:
    query = Query("or", "harbour budget", ("harbour", "budget"))
    assert len(_numbers(_ask(engine, query, limit=2))) == 2


def test_engine_puts_the_newest_first(engine: EngineProcess) -> None:
    assert _numbers(_ask(engine, NEWEST)) == [5, 2, 0]


def test_engine_counts_all_that_match_any_word(engine: EngineProcess) -> None:
    assert _ask(engine, COUNT)["total"] == 4


def test_engine_gives_the_best_and_how_many_match_at_once(engine: EngineProcess) -> None:
    answer = _ask(engine, Query("total", "budget storm", ("budget", "storm")), limit=2)
    assert (len(answer["keys"]), answer["total"]) == (2, 4)
    assert set(_numbers(answer)) <= {0, 1, 2, 5}


def test_engine_goes_on_after_a_request_it_cannot_carry_out(engine: EngineProcess) -> None:
    with pytest.raises(EngineError, match="KeyError"):
        engine.ask(TIMEOUT_S, do="run", kind="no-such", count=1, limit=1, budget_s=1.0)
    assert engine.ask(TIMEOUT_S, do="peak")["peak_bytes"] > 0


@pytest.mark.parametrize("name", PEER_NAMES)
def test_adapter_says_what_it_does_and_where_it_differs(name: str) -> None:
    peer = peer_class(name)
    assert peer.name == name
    assert len((peer.__doc__ or "").split()) > 30
    assert peer.index_threads >= 1


@pytest.mark.parametrize("name", ["lucene", "lucene-bp"])
def test_lucene_without_its_jars_is_skipped_with_a_hint(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSEARCH_BENCH_LUCENE_JARS", raising=False)
    assert "NEWSEARCH_BENCH_LUCENE_JARS" in peer_class(name).missing()


def test_peer_that_is_not_installed_is_skipped_with_a_hint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(peer_class("tantivy"), "modules", ("no_such_module",))
    assert peer_class("tantivy").missing() == (
        "no_such_module not installed; pip install '.[bench]'"
    )
