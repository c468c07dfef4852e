"""The contract of the codecs: the best hits are the first of all hits, whatever is asked.

Whoosh's collectors leave out what cannot reach the best hits. In stock Whoosh what they leave out
is sometimes better, so these tests run on our segments only.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.whoosh_indexes import news_index
from whoosh import query
from whoosh.index import open_dir
from whoosh.qparser import MultifieldParser
from whoosh.query import spans
from whoosh.scoring import BM25F, TF_IDF, ReverseWeighting

from newsearch.article import Article

CUTS = {"one segment": (300,), "three segments": (120, 5, 175)}
DELETED = (0, 7, 119, 121, 250)


def article(n: int) -> Article:
    words = {"oil": 1 + n * 7 % 11, "gold": n * 13 % 5, "rare": n % 40 == 3, "filler": n * 17 % 29}
    title = " ".join(["oil"] * (n % 4 == 1) + ["sugar"] * (n % 3 == 0) + ["news"])
    return Article(id=f"{n}", title=title, body=" ".join(f"{w} " * k for w, k in words.items()))


@pytest.fixture(scope="module", params=CUTS)
def searcher(request, tmp_path_factory):
    batches, start = [], 0
    for size in CUTS[request.param]:
        batches.append([article(n) for n in range(start, start + size)])
        start += size
    folder = tmp_path_factory.mktemp("index")
    news_index(folder, batches, DELETED)
    with open_dir(str(folder)).searcher() as opened:
        yield opened


boosts = st.sampled_from([0.3, 1.0, 1.0, 2.0, 5.0])
terms = st.builds(
    query.Term,
    st.sampled_from(["title", "body"]),
    st.sampled_from(["oil", "gold", "rare", "filler", "sugar", "news"]),
    boosts,
)


def compound(parts):
    several = st.lists(parts, min_size=2, max_size=3)
    return st.one_of(
        st.builds(query.Or, several, boosts),
        st.builds(query.And, several, boosts),
        st.builds(query.AndMaybe, parts, parts),
        st.builds(query.AndNot, parts, parts),
        st.builds(lambda one, other: query.And([one, query.Not(other)]), parts, parts),
    )


OIL, GOLD = (query.Term("body", word) for word in ("oil", "gold"))


@given(st.recursive(terms, compound, max_leaves=6), st.integers(1, 40))
@example(query.Term("body", "oil", boost=2.0), 5)
@example(query.Or([OIL, GOLD], boost=3.0), 5)
@example(query.And([OIL, query.Not(query.Term("body", "rare"))]), 10)
def test_best_hits_are_the_first_of_all_hits(searcher, asked, limit):
    assert scores(searcher, asked, limit) == scores(searcher, asked, None)[:limit]


@pytest.mark.parametrize(
    "asked",
    [
        query.DisjunctionMax([OIL, GOLD]),
        query.Prefix("body", "go", boost=4.0),
        query.Phrase("body", ["oil", "gold"], boost=2.0),
        query.Phrase("body", ["oil", "oil"], boost=2.0),
        query.ConstantScoreQuery(query.Or([OIL, GOLD])),
        query.Variations("body", "oil", boost=2.0),
        spans.SpanFirst(OIL, limit=3),
        MultifieldParser(["title", "body"], None, fieldboosts={"title": 3.0}).parse("oil news"),
    ],
    ids=str,
)
def test_best_hits_of_other_queries_are_the_first_of_all_hits(searcher, asked):
    assert scores(searcher, asked, 7) == scores(searcher, asked, None)[:7]


@pytest.mark.parametrize("weighting", [TF_IDF(), ReverseWeighting(BM25F()), BM25F(B=0.2)], ids=type)
def test_best_hits_are_the_first_of_all_hits_under_any_weighting(searcher, weighting):
    other = searcher.__class__(searcher.reader(), weighting=weighting)
    asked = query.Or([OIL, query.Term("title", "oil", boost=2.0)])

    assert scores(other, asked, 7) == scores(other, asked, None)[:7]


def scores(searcher, asked, limit):
    """Return the scores of the hits, best first; among equal ones Whoosh's order is its own."""
    found = searcher.search(asked, limit=limit)
    assert len({hit.docnum for hit in found}) == found.scored_length()
    return [pytest.approx(hit.score) for hit in found]


def test_articles_are_found_after_the_end_of_a_part_of_the_query(searcher):
    # Whoosh's Require excludes what it should require; here it stands in the excluded part.
    unwanted = query.Require(GOLD, query.Term("body", "rare"))
    for asked, wanted in (
        (spans.SpanNot(query.Term("title", "news"), query.Term("title", "oil")), range(300)),
        (query.AndNot(OIL, unwanted), (n for n in range(300) if n % 5 == 0 or n % 40 == 3)),
    ):
        found = {hit.docnum for hit in searcher.search(asked, limit=None)}
        assert found == set(wanted) - set(DELETED)
