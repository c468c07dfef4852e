"""Searching, ours and stock Whoosh's, gives what the definitions say."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reference import Reference
from strategies import collections, trees
from support.inside import searcher_of
from support.stock_whoosh import WhooshSnapshot, score_all
from whoosh import query as whoosh_query
from whoosh.index import open_dir

from newsearch.article import Article
from newsearch.engines.asking import QueryReader
from newsearch.engines.local import Index
from newsearch.fields import Sort
from newsearch.index.snapshot import Snapshot
from newsearch.query.nodes import And, Every, Not, Or, ResolvedTree, Term, TermPhrase
from newsearch.search import searcher as searching
from newsearch.search.matching import Matching
from newsearch.search.run import lists
from newsearch.search.run.warming import Warming
from newsearch.stopping import Stop

_folder_numbers = itertools.count()


class AlwaysOrNever(Warming):
    """Has all kernels ready from the start, or none ever; they are compiled by the searches."""

    def __init__(self, is_complete: bool) -> None:
        super().__init__(price_s=0)
        self._is_complete = is_complete

    @property
    def is_complete(self) -> bool:
        return self._is_complete

    def start(self, snapshot: Snapshot, get: Callable[[], object]) -> None:
        pass


QUICK = {("relevance", False), ("relevance", True), ("newest", True)}
WAYS = [
    pytest.param(
        sort,
        is_compiled,
        id=f"{sort}-{'compiled' if is_compiled else 'numpy'}",
        marks=() if (sort, is_compiled) in QUICK else pytest.mark.slow,
    )
    for sort in get_args(Sort)
    for is_compiled in (False, True)
]


@pytest.fixture(autouse=True)
def own_warming(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "warming", searching.warming)


def build(folder: Path, articles: list[Article], cuts: set[int], deleted: set[str]) -> Index:
    """Index articles with a commit before each of `cuts`, then delete some."""
    index = Index(folder / str(next(_folder_numbers)), create=True)
    bounds = [0, *sorted(cuts), len(articles)]
    for start, end in itertools.pairwise(bounds):
        index.add(articles[start:end])
    index.delete(deleted)
    return index


@pytest.mark.parametrize(("sort", "is_compiled"), WAYS)
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_ids_order_scores_and_total_are_those_of_the_reference(
    tmp_path: Path, data: st.DataObject, sort: str, is_compiled: bool
) -> None:
    articles = data.draw(collections())
    cuts = data.draw(st.sets(st.integers(1, len(articles)), max_size=2))
    deleted = data.draw(st.sets(st.sampled_from([a.id for a in articles]), max_size=2))
    tree = data.draw(trees)
    limit = data.draw(st.sampled_from([1, 3, None]))

    with build(tmp_path, articles, cuts, deleted) as index:
        searcher = searcher_of(index)
        expected = reference_of(searcher.snapshot, articles, deleted).ranking(tree, sort)
        searching.warming = AlwaysOrNever(is_compiled)
        ranking = searcher.rank(tree, limit=limit, sort=sort)
        ids = [article_id(searcher.snapshot, docnum) for docnum in ranking.docnums]
        total = searcher.count(tree)

    assert total == len(expected)
    assert ids == [article_id for article_id, _ in expected[:limit]]
    assert ranking.scores == pytest.approx([score for _, score in expected[:limit]], rel=1e-9)


@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_positions_are_read_only_in_articles_with_the_words_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: st.DataObject
) -> None:
    monkeypatch.setattr(lists, "_FEW_ARTICLES", 0)  # one article is worth it then
    text = st.lists(
        st.sampled_from(["vote", "senate", "health", "care", "healthcare"]), max_size=4
    ).map(" ".join)
    texts = data.draw(st.lists(st.tuples(text, text), min_size=4, max_size=12))
    query = data.draw(
        st.sampled_from(
            [
                "vote healthcare",
                "vote (title:senate OR care)",
                'vote senate -title:care "health care"',
                "vote (title:senate | (health title:care))",
            ]
        )
    )
    articles = [Article(str(n), title, f"{body} x") for n, (title, body) in enumerate(texts)]

    with build(tmp_path, articles, {len(articles) // 2}, {"0"}) as index:
        searcher = searcher_of(index)
        tree = QueryReader(searcher).read(query).tree
        found = []
        for searching.warming in (AlwaysOrNever(False), AlwaysOrNever(True)):
            found.append(searcher.rank(tree, limit=100, sort="relevance"))

    assert found[1].docnums == found[0].docnums
    assert found[1].scores == pytest.approx(found[0].scores, rel=1e-9)


def reference_of(snapshot: Snapshot, articles: list[Article], deleted: set[str]) -> Reference:
    """The reference for some articles of which some were deleted, and perhaps merged away."""
    held = [s.article(docnum).id for s in snapshot.segments for docnum in range(s.n_articles)]
    live = [article for article in articles if article.id not in deleted]
    gone = [article for article in articles if article.id in deleted.intersection(held)]
    return Reference(live, gone)


def ids_in(found: Matching) -> set[str]:
    return set(found.snapshot.article_ids(list(found)))


class StopAfter(Stop):
    """Sets its flag when it was asked for it so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            self.set()

    def check(self) -> None:
        self._count()
        super().check()

    def watch(self) -> int:
        self._count()
        return super().watch()


@pytest.mark.parametrize("is_compiled", [False, True], ids=["numpy", "compiled"])
@pytest.mark.parametrize("sort", ["relevance", pytest.param("oldest", marks=pytest.mark.slow)])
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_search_that_is_stopped_anywhere_gives_only_what_matches(
    tmp_path: Path, data: st.DataObject, sort: Sort, is_compiled: bool
) -> None:
    articles = data.draw(collections())
    cuts = data.draw(st.sets(st.integers(1, len(articles)), max_size=2))
    tree = data.draw(trees)
    times = data.draw(st.integers(0, 30))

    with build(tmp_path, articles, cuts, set()) as index:
        searcher = searcher_of(index)
        expected = reference_of(searcher.snapshot, articles, set()).ranking(tree, sort)
        searching.warming = AlwaysOrNever(is_compiled)
        with StopAfter(times):
            ranking = searcher.rank(tree, limit=len(articles), sort=sort)
        ids = [article_id(searcher.snapshot, docnum) for docnum in ranking.docnums]
        whole = searcher.rank(tree, limit=len(articles), sort=sort)

    assert set(ids) <= {article_id for article_id, _ in expected}
    assert ranking.is_partial or len(ids) == len(expected)
    assert ranking.total in (None, len(expected))
    if is_compiled:
        scores = dict(zip(whole.docnums, whole.scores, strict=True))
        assert ranking.scores == [scores[docnum] for docnum in ranking.docnums]
    assert not whole.is_partial
    assert len(whole.docnums) == len(expected)


@pytest.mark.parametrize("is_compiled", [False, True], ids=["numpy", "compiled"])
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_matching_articles_join_as_sets_do(
    tmp_path: Path, data: st.DataObject, is_compiled: bool
) -> None:
    articles = data.draw(collections())
    cuts = data.draw(st.sets(st.integers(1, len(articles)), max_size=2))
    deleted = data.draw(st.sets(st.sampled_from([a.id for a in articles]), max_size=2))
    one, other = data.draw(trees), data.draw(trees)
    every = {article.id for article in articles} - deleted

    with build(tmp_path, articles, cuts, deleted) as index:
        searcher = searcher_of(index)
        reference = reference_of(searcher.snapshot, articles, deleted)
        a, b = ({i for i, _ in reference.ranking(tree)} for tree in (one, other))
        searching.warming = AlwaysOrNever(is_compiled)
        found, also = searcher.matching(one), searcher.matching(other)

        assert ids_in(found) == a
        assert ids_in(found & also) == a & b
        assert ids_in(found | also) == a | b
        assert ids_in(found - also) == a - b
        assert ids_in(~found) == every - a
        assert ids_in(~~found) == a
        assert found.count == len(found) == searcher.count(one) == len(a)
        assert list(found) == sorted(found) == found.docnums.tolist()
        docnums = range(-1, searcher.snapshot.n_articles_all + 1)
        assert [docnum for docnum in docnums if docnum in found] == list(found)
        newest = searcher.newest_first(found).tolist()
        assert newest == searcher.rank(one, limit=None, sort="newest").docnums


def test_articles_of_different_commits_do_not_join(tmp_path: Path) -> None:
    with build(tmp_path, [Article(id="0", body="summit")], set(), set()) as index:
        before = searcher_of(index).matching(Term(("summit",)))
        index.add([Article(id="1", body="summit")])
        after = searcher_of(index).matching(Term(("summit",)))

        assert (before.count, after.count) == (1, 2)
        with pytest.raises(ValueError, match="different snapshots"):
            _ = before & after


@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_stock_whoosh_finds_and_scores_the_same_on_our_segments(
    tmp_path: Path, data: st.DataObject
) -> None:
    articles = data.draw(collections())
    cuts = data.draw(st.sets(st.integers(1, len(articles)), max_size=2))
    deleted = data.draw(st.sets(st.sampled_from([a.id for a in articles]), max_size=2))
    # Users' own keys are no fields of Whoosh's schema, its phrases have no wildcards, and it asks
    # of no sentences.
    foreign = re.compile(r"topics|rating|TermsPlaced|words=\([^)]*[*?]")
    tree = data.draw(trees.filter(lambda tree: not foreign.search(repr(tree))))

    with build(tmp_path, articles, cuts, deleted) as index:
        known = reference_of(searcher_of(index).snapshot, articles, deleted)
        expected = dict(known.ranking(tree))
    snapshot = WhooshSnapshot(open_dir(str(index.path)))
    found = score_all(snapshot, tree, known.terms_like)

    scores = {snapshot.article_id(docnum): score for docnum, score in found.items()}
    assert scores.keys() == expected.keys()
    assert scores == pytest.approx(expected, rel=1e-9)


def test_a_near_phrase_of_one_word_counts_each_place_once(tmp_path: Path) -> None:
    articles = [Article(id="0", body="run run")]
    tree = TermPhrase((("run",),), exact=True, slop=1)

    with build(tmp_path, articles, set(), set()) as index:
        ranking = searcher_of(index).rank(tree, limit=None, sort="relevance")

    assert ranking.scores == pytest.approx([Reference(articles).ranking(tree)[0][1]])


class Unheard:
    """A leaf that newsearch does not have."""

    boost = 1.0
    fields = ("title", "body")


@pytest.mark.parametrize("is_compiled", [False, True], ids=["numpy", "compiled"])
@pytest.mark.parametrize(
    "tree",
    [
        Unheard(),
        Or([Term(("korea",)), Unheard()]),
        And([Term(("korea",)), Unheard()]),
        And([Term(("korea",)), Not(Unheard())]),
        And([TermPhrase((("korea",), ("summit",)), exact=True), Or([Every(), Unheard()])]),
    ],
)
def test_a_leaf_that_no_switch_knows_is_an_error_and_never_an_empty_answer(
    two_articles: Index, tree: ResolvedTree, is_compiled: bool
) -> None:
    searching.warming = AlwaysOrNever(is_compiled)
    with two_articles as index:
        searcher = searcher_of(index)
        for sort in ("relevance", "newest"):
            with pytest.raises(TypeError, match=r"Unheard.* is not a query newsearch can run"):
                searcher.rank(tree, limit=3, sort=sort)
        with pytest.raises(TypeError, match=r"Unheard.* is not a query newsearch can run"):
            searcher.count(tree)


@pytest.fixture
def two_articles(tmp_path: Path) -> Index:
    articles = [
        Article(id="0", body="summit"),
        Article(id="1", body="korea summit"),
    ]
    return build(tmp_path, articles, set(), set())


def found(index: Index, tree: ResolvedTree) -> list[str]:
    searcher = searcher_of(index)
    docnums = searcher.rank(tree, limit=None, sort="oldest").docnums
    return sorted(article_id(searcher.snapshot, docnum) for docnum in docnums)


def article_id(snapshot: Snapshot, docnum: int) -> str:
    segment, docnum = snapshot.locate(docnum)
    return segment.article(docnum).id


def test_exclusion_does_not_leak_the_first_article_as_whoosh_does(two_articles: Index) -> None:
    excluded = Or([Term(("summit",)), Term(("korea",))])

    stock = whoosh_query.AndNot(
        whoosh_query.Term("body", "korea"),
        whoosh_query.Or([whoosh_query.Term("body", "summit"), whoosh_query.Term("body", "korea")]),
    )
    with two_articles as index:
        with open_dir(str(index.path)).searcher() as searcher:
            assert len(searcher.search(stock)) == 1  # the fault this test guards against
        assert found(index, And([Term(("korea",)), Not(excluded)])) == []


def test_a_phrase_with_more_alternatives_than_kernels_take_is_found_likewise(
    two_articles: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = TermPhrase((("k*",), ("s*",)), exact=True)
    searching.warming = AlwaysOrNever(True)
    with two_articles as index:
        expected = searcher_of(index).rank(tree, limit=2, sort="relevance")
        monkeypatch.setattr("newsearch.search.run.lists.MOST_ALTERNATIVES", 0)
        ranking = searcher_of(index).rank(tree, limit=2, sort="relevance")

    assert ranking.docnums == expected.docnums != []
    assert ranking.scores == pytest.approx(expected.scores)
