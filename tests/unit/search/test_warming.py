"""Kernels get ready beside searches, which neither wait for them nor compile any."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from support.inside import can_compile, compiled_search_of, searcher_of

from newsearch import Article, Index
from newsearch.engines.asking import QueryReader
from newsearch.errors import CorruptIndexError
from newsearch.query.plan import plan
from newsearch.search import searcher as searching
from newsearch.search.run.compiled import CompiledSearch
from newsearch.search.run.warming import Warming, skills_for, skills_for_matching


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path / "index", create=True)
    index.add(
        [
            Article(id="0", title="Envoy visits Korea", body="Talks about covid-19 in Seoul."),
            Article(id="1", title="Korea", body="The envoy left.", source="Kyodo"),
        ]
    )
    return index


@pytest.fixture
def warming(monkeypatch: pytest.MonkeyPatch) -> Warming:
    """One that has not begun, in the place of the process's own."""
    fresh = Warming(price_s=0.0)
    monkeypatch.setattr(searching, "warming", fresh)
    return fresh


QUERIES = [
    *("envoy", "envoy korea", "envoy -talks", "covid-19 talks", '"envoy left" korea'),
    *('"envoy visits"', '"korea envoy"~5', "title:envoy", "(envoy OR -talks) korea", "env*"),
    *('envoy -"left seoul" -source:ap', '"envoy visits" -(talks OR env*)', "env* -title:korea"),
    *("source:kyodo", "envoy source:kyodo", "tit* OR title:korea", "body:envoy^2 OR talks"),
]


def test_no_search_compiles_what_was_ready(index: Index, warming: Warming) -> None:
    event = pytest.importorskip("numba.core.event")
    searcher_of(index).compile()
    assert warming.is_complete

    with event.install_recorder("numba:compile") as recorder:
        for query in QUERIES:
            for match in ("all", "any"):
                for sort in ("relevance", "newest", "oldest"):
                    results = index.search(query, match=match, sort=sort)
                    assert "run: compiled" in results.plan
                    assert results.total >= len(results)
                    assert all(hit.snippet.text for hit in results)

    assert recorder.buffer == []


READY = """
import sys
from newsearch import Index
from support.inside import searcher_of

def kernels():
    own = [vars(one) for name, one in sys.modules.items() if name.startswith("newsearch.")]
    found = [one for names in own for one in names.values() if hasattr(one, "overloads")]
    return {one.py_func.__qualname__: len(one.overloads) for one in found}

index = Index(sys.argv[1])
searcher_of(index).compile()
before = kernels()
for query in sys.argv[2:]:
    for match in ("all", "any"):
        for sort in ("relevance", "newest", "oldest"):
            for _ in range(2):
                found = index.search(query, match=match, sort=sort)
                assert found.total >= len(found)
                assert all(hit.snippet.text for hit in found)
            index.count(query, match=match)
assert kernels() == before, {name for name, n in kernels().items() if before.get(name) != n}
"""


def test_no_search_of_a_process_is_the_first_to_call_a_kernel(index: Index) -> None:
    index.delete("1")
    tests = str(Path(__file__).parents[2])
    subprocess.run(
        [sys.executable, "-c", READY, str(index.path), *QUERIES],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([tests, *sys.path])},
        check=True,
    )


def test_searches_use_numpy_until_their_kernels_are_ready(index: Index, warming: Warming) -> None:
    let_go = threading.Event()
    searcher = searcher_of(index)

    def get() -> CompiledSearch:
        assert let_go.wait(60)
        return compiled_search_of(index)

    warming.start(searcher.snapshot, get)

    waiting = index.search("envoy")
    let_go.set()
    warming.wait()
    ready = index.search("envoy")

    assert waiting.plan.endswith(
        "with NumPy, scoring every match; compiled kernels are getting ready"
    )
    assert "run: compiled" in ready.plan
    assert [hit.id for hit in ready] == [hit.id for hit in waiting]


def failing(error: Exception) -> Callable[[], CompiledSearch]:
    def get() -> CompiledSearch:
        raise error

    return get


def test_a_compiler_that_fails_is_told_and_not_asked_again(index: Index, warming: Warming) -> None:
    warming.start(searcher_of(index).snapshot, failing(OSError("LLVM is\nmissing")))
    with pytest.raises(RuntimeError, match="OSError: LLVM is missing"):
        warming.wait()

    results = index.search("envoy")

    assert len(results) == 2
    assert results.plan.endswith("kernels cannot be compiled: OSError: LLVM is missing")


def test_a_damaged_index_does_not_keep_kernels_from_others(index: Index, warming: Warming) -> None:
    error = CorruptIndexError(index.path, "damaged")
    warming.start(searcher_of(index).snapshot, failing(error))
    warming.wait()

    searcher_of(index).compile()

    assert warming.is_complete


def test_a_search_goes_on_where_no_thread_can_start(
    index: Index, warming: Warming, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", fail)
    warming.start(searcher_of(index).snapshot, lambda: compiled_search_of(index))

    results = index.search("envoy")

    assert len(results) == 2
    assert results.plan.endswith("kernels cannot be compiled: can't start new thread")


def test_an_index_without_words_is_searched_without_kernels(
    tmp_path: Path, warming: Warming
) -> None:
    index = Index(tmp_path / "empty", create=True)
    index.add([Article(id="0", title="", body="…", source="Kyodo")])

    assert len(index.search("source:kyodo")) == 1
    warming.wait()
    assert not warming.is_complete


def test_what_a_query_needs_is_its_way_and_its_leaves(index: Index) -> None:
    def needed(query: str, *, by_date: bool = False) -> set[str]:
        tree = searching_tree(index, query)
        return skills_for(plan(tree), tree, by_date=by_date) | skills_for_matching(tree)

    assert needed("envoy korea") == {"all words", "matching"}
    assert needed("envoy korea", by_date=True) == {"newest", "matching"}
    assert needed("covid-19 envoy") == {"all words", "lists", "matching"}
    assert needed("source:kyodo") == {"newest", "matching"}
    assert needed('"envoy left"') == {"phrase", "lists", "matching"}
    assert needed('envoy -"korea talks"') == {"all words", "lists", "matching"}
    assert needed("env* korea") == {"tree", "patterns", "matching"}


def searching_tree(index: Index, query: str) -> object:
    from newsearch.query import parse, resolve

    return resolve(parse(query).tree, searcher_of(index).vocabulary)


ASK = """
import os, sys, time
import newsearch
from newsearch.search.run import warming

def ask():
    return index.search("envoy korea").plan.splitlines()[-1]

warming.warming._left_s = 0.0
with newsearch.open_index(sys.argv[1]) as index:
    ask()
    while sys.argv[2] not in sys.modules:
        ask()
"""


def answer(index: Index, cache: Path, loaded: str, code: str) -> str:
    """What a process prints that goes on when so much of the compiler is loaded."""
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-W", "ignore", "-c", ASK + code, str(index.path), loaded]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("loaded", ["newsearch", "numba", "newsearch.search.run.compiled"])
def test_a_process_that_ends_while_kernels_compile_ends_cleanly(
    index: Index, tmp_path: Path, loaded: str
) -> None:
    printed = answer(index, tmp_path / "cache", loaded, "    print(ask())")

    assert printed.endswith("with NumPy, scoring every match; compiled kernels are getting ready\n")


FORK = """
    child = os.fork()
    if child == 0:
        print(ask(), flush=True)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_child_forked_while_kernels_compile_goes_on_without(index: Index, tmp_path: Path) -> None:
    printed = answer(index, tmp_path / "cache", "newsearch.search.run.compiled", FORK)

    assert printed.endswith("the process was forked while they were being compiled\n")


def test_more_lists_than_memory_is_for_are_searched_without_kernels(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "_MOST_LISTED", 4)
    monkeypatch.setattr(Warming, "is_complete", property(lambda _: True))
    searcher = searcher_of(index)
    for query, is_compiled in (
        ('"the envoy" OR title:korea seoul', True),
        ('"the envoy" OR title:korea OR "envoy left"', False),
    ):
        tree = QueryReader(searcher).read(query).tree
        assert can_compile(searcher, tree) == (is_compiled, is_compiled)
