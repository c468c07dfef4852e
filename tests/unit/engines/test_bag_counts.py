"""Plain words are counted and ranked without a tree of them; the tree gives the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsearch
from newsearch import Article, ArticleDate, QueryError
from newsearch.search.run.bags import Bags
from tests.support.inside import searcher_of

WORDS = ["flood", "floods", "dam", "the", "Überflutung", "rain", "zebra", "covid-19", "US"]
ARTICLES = [
    Article(
        id=str(number),
        title=title,
        body=body,
        lang=lang,
        source=source,
        date=date and ArticleDate.parse(date),
    )
    for number, (title, body, lang, source, date) in enumerate(
        [
            ("Flood", "The dam broke after rain.", "en", "The Herald", "2020-05-01"),
            ("Floods", "The rain, the dam and the covid-19.", "en", "The Post", "2020-06-01"),
            ("Überflutung", "Der Dam und die Flood, flood.", "de", "Der Bote", "2020-06-02"),
            ("Rain", "Nothing but rain.", "en", "The Post", "2020-06-03"),
            ("Dam", "The flood, the rain, the flood in the US.", "en", "", None),
        ],
        1,
    )
]
SELECTIONS = [
    {},
    {"since": "2020-05-02"},
    {"until": "2020-06-01", "lang": "en"},
    {"source": ["Herald", "Bote"]},
    {"source": "Nobody"},
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
    selection=st.sampled_from(SELECTIONS),
)
def test_a_bag_counts_what_its_tree_counts(index, words, match, syntax, strict, selection):
    query = " ".join(words)
    options = {"match": match, "syntax": syntax, "strict": strict, **selection}
    # Parentheses are syntax, so the query is read; as plain words they would be nothing.
    read = f"({query})" if syntax == "query" else f"{query} ()"
    found = index.search(query, limit=1, **options)
    whole = index.search(query, limit=None, **options)
    assert index.count(query, **options) == found.total == whole.total == len(whole)
    assert index.count(read, **options) == len(whole)


@given(
    words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=5),
    match=st.sampled_from(["all", "any"]),
    besides=st.sampled_from(
        ["", "-rain", '-"the flood"', "date:>=2020-06", "source:(post OR bote)"]
    ),
    selection=st.sampled_from(SELECTIONS),
)
def test_words_within_a_selection_are_ranked_as_their_tree(index, words, match, besides, selection):
    query = f"{' '.join(words)} {besides}"

    found = index.search(query, match=match, **selection)

    # What is bounded in time is ranked in the other way.
    bounded = index.search(query, match=match, **selection, timeout_s=600)
    assert [(hit.id, hit.score) for hit in found] == [(hit.id, hit.score) for hit in bounded]
    assert found.total == len(found)
    assert found.warnings == bounded.warnings


@given(
    prefix=st.sampled_from(["f", "floo", "FLO", "da", "th", "covid", "zeb", "ra", "überf"]),
    limit=st.sampled_from([0, 1, 10, None]),
    besides=st.sampled_from(["", "^2", " date:>=2020-06", " source:(post OR bote)", " -dam"]),
    selection=st.sampled_from(SELECTIONS),
)
def test_a_prefix_alone_is_ranked_and_counted_as_its_tree(index, prefix, limit, besides, selection):
    query = f"{prefix}*{besides}"

    found = index.search(query, limit=limit, **selection)
    [many] = index.search_many([query], limit=limit, **selection)

    bounded = index.search(query, limit=limit, **selection, timeout_s=600)
    hits = [[(hit.id, hit.score) for hit in one] for one in (found, many, bounded)]
    assert hits[0] == hits[1] == hits[2]
    assert found.total == many.total == bounded.total == index.count(query, **selection)
    assert found.plan == bounded.plan
    assert found.warnings == bounded.warnings


@pytest.mark.parametrize("most", [32_000_000, 7, 3])
def test_lists_that_take_too_much_memory_are_not_held_together(index, most, monkeypatch):
    n_articles = searcher_of(index).snapshot.n_articles
    rank_together, n_lists = Bags.rank, []

    def rank(bags, together, k):
        n_lists.append(sum(len(bag.listed) for bag in together))
        return rank_together(bags, together, k)

    monkeypatch.setattr("newsearch.search.searcher._MOST_LISTED", most)
    monkeypatch.setattr(Bags, "rank", rank)
    queries = ["flood covid-19", "US dam covid-19", "rain US"]

    many = index.search_many(queries, match="any")

    for query, found in zip(queries, many, strict=True):
        alone = index.search(query, match="any")
        bounded = index.search(query, match="any", timeout_s=600)
        hits = [[(hit.id, hit.score) for hit in one] for one in (found, alone, bounded)]
        assert hits[0] == hits[1]
        assert dict(hits[0]) == pytest.approx(dict(hits[2]))
    assert max(n_lists, default=0) * n_articles <= most
    assert any(n_lists) == (n_articles <= most)


@pytest.mark.parametrize(("most", "are_marked"), [(0, False), (20_000, True)])
def test_a_prefix_of_common_words_is_no_bag(tmp_path, most, are_marked, monkeypatch):
    rank_bags, n_marked = Bags.rank, []

    def rank(bags, together, k):
        n_marked.append(sum(bag.pattern is not None for bag in together))
        return rank_bags(bags, together, k)

    monkeypatch.setattr("newsearch.search.run.bags._MOST_MARKED", most)
    monkeypatch.setattr(Bags, "rank", rank)
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(ARTICLES)
        searcher_of(index).compile()

        found = index.search("floo*")

        bounded = index.search("floo*", timeout_s=600)
        hits = [[(hit.id, hit.score) for hit in one] for one in (found, bounded)]
        assert hits[0] == hits[1]
        assert found.total == bounded.total == index.count("floo*")
    assert any(n_marked) == are_marked


@pytest.mark.parametrize("query", ["flood " * 1_025, "flood dam " * 900])
@pytest.mark.parametrize("syntax", ["query", "words"])
def test_a_bag_has_the_limits_of_the_query_language(index, query, syntax):
    for ask in (index.search, index.count):
        with pytest.raises(QueryError, match=r"limit|more than"):
            ask(query, syntax=syntax)
