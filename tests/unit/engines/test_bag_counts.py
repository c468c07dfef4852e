"""Plain words are counted without a tree of them; the tree counts the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsearch
from newsearch import Article, QueryError
from tests.support.inside import searcher_of

WORDS = ["flood", "floods", "dam", "the", "Überflutung", "rain", "zebra", "covid-19"]
ARTICLES = [
    Article(id="1", title="Flood", body="The dam broke after rain.", lang="en"),
    Article(id="2", title="Floods", body="The rain, the dam and the covid-19.", lang="en"),
    Article(id="3", title="Überflutung", body="Der Dam und die Flood, flood.", lang="de"),
    Article(id="4", title="Rain", body="Nothing but rain.", lang="en"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    with newsearch.open_index(tmp_path_factory.mktemp("counts") / "index", create=True) as index:
        index.add(ARTICLES[:2])
        index.add(ARTICLES[2:])
        index.delete("4")
        searcher_of(index).compile()
        yield index


@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
    match=st.sampled_from(["all", "any"]),
    syntax=st.sampled_from(["query", "words"]),
    strict=st.booleans(),
)
def test_a_bag_counts_what_its_tree_counts(index, words, match, syntax, strict):
    query = " ".join(words)
    options = {"match": match, "syntax": syntax, "strict": strict}
    # Parentheses are syntax, so the query is read; as plain words they would be nothing.
    read = f"({query})" if syntax == "query" else f"{query} ()"
    found = index.search(query, limit=1, **options)
    whole = index.search(query, limit=None, **options)
    assert index.count(query, **options) == found.total == whole.total == len(whole)
    assert index.count(read, **options) == len(whole)


@pytest.mark.parametrize("query", ["flood " * 1_025, "flood dam " * 900])
@pytest.mark.parametrize("syntax", ["query", "words"])
def test_a_bag_has_the_limits_of_the_query_language(index, query, syntax):
    for ask in (index.search, index.count):
        with pytest.raises(QueryError, match=r"limit|more than"):
            ask(query, syntax=syntax)
