"""Whole queries are read by a kernel as part after part is."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.inside import compiled_search_of, known_parts_of, searcher_of

from newsearch.article import Article
from newsearch.engines.local import Index
from newsearch.search.run.bags import BagWord
from newsearch.search.run.parts import KnownParts

PARTS = [
    "",
    "flood",
    "floods",
    "the",
    "Überflutung",
    "zebra",
    "quagga",
    "a,b",
    "US",
    "covid-19",
    '"',
]
PARTS += ["expensive", "expenses", "x" * 50, "日本", "\ud800", "\n", "dam*"]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Several segments and languages; rare forms of frequent stems."""
    with Index(tmp_path_factory.mktemp("parts") / "index", create=True) as index:
        for lang in ("en", "de", "en"):
            bodies = [
                "flood",
                "Überflutung",
                "the dam a,b",
                *["expenses"] * 50,
                "expensive",
                "日本",
            ]
            start = len(index)
            index.add(
                Article(id=str(start + number), body=body, lang=lang)
                for number, body in enumerate(bodies)
            )
        searcher_of(index).compile()
        yield index


@given(
    queries=st.lists(st.lists(st.sampled_from(PARTS)).map(" ".join), min_size=1, max_size=4),
    is_any=st.booleans(),
    syntax=st.sampled_from(["query", "words"]),
)
def test_queries_of_known_words_are_read_as_bags(index, queries, is_any, syntax):
    bags, parts = compiled_search_of(index).bags, known_parts_of(index, syntax)
    parts.read(queries, is_any=is_any)
    found = [[one for part in query.split(" ") for one in parts[part]] for query in queries]
    parts.make_table()

    is_read, asked, _kept = parts.read(queries, is_any=is_any)

    read = []
    for query, own in zip(queries, found, strict=True):
        ids = [word.ids for word in own if type(word) is BagWord]
        there = [one for one in ids if np.frombuffer(one, np.int64).max() >= 0]
        is_bag = 0 < len(ids) == len(own) and len(set(there)) == len(there)
        read.append(is_bag and not query.endswith(('"', "*")))
    assert is_read == read
    if not any(read):
        return
    expected = [np.array([bags.n_languages, len(queries)])]
    for own in (own if is_one else [] for own, is_one in zip(found, read, strict=True)):
        lists = [one for word in own for one in bags.lists_of(word)]
        is_any_enough = (is_any and len(own) > 1) or not own
        expected.append(np.array([is_any_enough, len(own), len(lists)]))
        expected += [np.frombuffer(word.asked, np.int64) for word in own]
        by_segment = [one.address for same in zip(*lists, strict=True) for one in same]
        expected.append(np.array(by_segment, np.int64))
    assert asked.tolist() == np.concatenate(expected).tolist()


def new_parts(index: Index) -> KnownParts:
    known = known_parts_of(index, "words")
    return KnownParts(known.__getitem__, compiled_search_of(index).bags)


def test_a_table_is_made_again_where_many_queries_have_new_parts(index: Index) -> None:
    parts = new_parts(index)
    many = " ".join(f"w{number}" for number in range(150))
    both = [many, many.replace("w", "v")]
    for found in (False, True):
        assert parts.read(both, is_any=True)[0] == [found, found]
        assert all(parts[part] for query in both for part in query.split(" "))

    tries = 0
    while not parts.read(["w7 new"], is_any=True)[0][0]:
        tries += 1
        assert parts["new"]

    assert tries == 2
    assert parts.read(["w7 v9", "other"], is_any=True)[0] == [True, False]


def test_parts_that_are_too_many_are_forgotten(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsearch.search.run.parts._MOST", 10)
    parts = new_parts(index)
    for number in range(10):
        assert parts[f"w{number}"]
        parts.read([f"w{number}"], is_any=True)
        parts.make_table()

    assert parts.read(["w9"], is_any=True)[0] == [False]
    assert parts.read(["w9", "w8"], is_any=True)[0] == [True, False]
