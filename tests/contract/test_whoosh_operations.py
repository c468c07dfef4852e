"""The contract of the codecs, reading: Whoosh's calls give what they give in stock Whoosh.

The articles are short, so that Whoosh keeps their lengths exactly and scores are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.contract_articles import MAKERS, as_whoosh_keeps_it
from whoosh import collectors, highlight, query, scoring, sorting
from whoosh.index import open_dir
from whoosh.qparser import DisMaxParser, MultifieldParser, OrGroup, QueryParser, SimpleParser
from whoosh.query import spans
from whoosh.searching import Searcher

from newsearch.article import Article, ArticleDate

CUTS = {"one segment": [60], "three segments": [31, 2, 27]}
DELETED = (3, 17, 32, 40, 59)


def article(n: int) -> Article:
    words = ["oil"] * (n % 4) + ["prices"] * (n % 3) + ["rose"] * (n % 2) + ["gold"] * (n % 7 == 2)
    words += ["in", "japan"] if n % 5 else ["price", "of", "oil"]
    words += [f"word{n % 13}"] * (n % 11)
    while as_whoosh_keeps_it(len(words)) != len(words):
        words.append("more")
    return Article(
        id=f"{n:02}",
        title=f"{'Oil' if n % 6 == 1 else 'Bank'} report {n % 9}",
        body=" ".join(words),
        source=("Reuters", "The Japan Times", "")[n % 3],
        agency=(("Kyodo", "Jiji"), ("Kyodo",), ())[n % 3],
        lang=("en", "en", "fr", "")[n % 4],
        date=ArticleDate.parse(f"1987-0{1 + n % 8}-{10 + n % 17}") if n % 10 else None,
    )


@pytest.fixture(scope="module", params=CUTS)
def searchers(request, tmp_path_factory) -> Iterator[list[Searcher]]:
    """Open the same articles in stock Whoosh and in segments of ours."""
    opened, batches, start = [], [], 0
    for size in CUTS[request.param]:
        batches.append([article(n) for n in range(start, start + size)])
        start += size
    for make in MAKERS.values():
        folder = tmp_path_factory.mktemp("index")
        make(folder, batches, DELETED)
        opened.append(open_dir(str(folder)).searcher())
    yield opened
    for searcher in opened:
        searcher.close()


OIL, GOLD, PRICE = (query.Term("body", word) for word in ("oil", "gold", "price"))
EITHER = query.Or([OIL, query.Term("title", "oil"), GOLD])
SPRING = query.DateRange("date", datetime(1987, 3, 1), datetime(1987, 5, 31))


def ranked(searcher: Searcher, asked: query.Query, limit: int | None = 7, **options: Any) -> Any:
    found = searcher.search(asked, limit=limit, **options)
    return [(hit.docnum, pytest.approx(hit.score)) for hit in found]


def sorted_by(searcher: Searcher, *keys: Any, **options: Any) -> list[int]:
    found = searcher.search(OIL, sortedby=list(keys), limit=9, **options)
    return [hit.docnum for hit in found]


def grouped_by(searcher: Searcher, facet: Any) -> dict[str, Any]:
    results = searcher.search(EITHER, groupedby={"by": facet}, limit=5)
    groups = results.groups("by").items()
    return {str(name): sorted(own) if isinstance(own, list) else own for name, own in groups}


def parsed(searcher: Searcher, parser: Any, typed: str) -> Any:
    return ranked(searcher, parser.parse(typed), None)


def collected(searcher: Searcher, collector: Any) -> Any:
    searcher.search_with_collector(EITHER, collector)
    return [hit.docnum for hit in collector.results()]


def joined(searcher: Searcher, how: str) -> list[int]:
    results = searcher.search(OIL, limit=9)
    getattr(results, how)(searcher.search(PRICE, limit=20))
    return [hit.docnum for hit in results]


def highlighted(searcher: Searcher, asked: query.Query, fragmenter: Any) -> list[str]:
    results = searcher.search(asked, limit=4)
    results.fragmenter = fragmenter
    return [hit.highlights("body") for hit in results]


def weighted(searcher: Searcher, weighting: Any) -> Any:
    return ranked(Searcher(searcher.reader(), weighting=weighting), EITHER)


FACETS = {
    "a field": sorting.FieldFacet("lang"),
    "a field of values": sorting.FieldFacet("source"),
    "words that overlap": sorting.FieldFacet("agency", allow_overlap=True),
    "counts": sorting.FieldFacet("source", maptype=sorting.Count),
    "ranges of dates": sorting.DateRangeFacet(
        "date", datetime(1987, 1, 1), datetime(1988, 1, 1), timedelta(30)
    ),
    "queries": sorting.QueryFacet({"gold": GOLD, "price": PRICE}),
    "a stored field": sorting.StoredFieldFacet("source"),
    "a function": sorting.FunctionFacet(lambda _, docnum: docnum % 3),
}
ORDERS = {
    "a date": ["date"],
    "an id": ["id"],
    "a number down": [sorting.FieldFacet("body_length", reverse=True)],
    "a value, a date": ["source", "date"],
    "a value down, a score": [sorting.FieldFacet("source", reverse=True), sorting.ScoreFacet()],
    "what a function makes of it": [
        sorting.TranslateFacet(lambda n: -n, sorting.FieldFacet("body_length"))
    ],
}
QUERIES = [
    query.Wildcard("body_forms", "pri?es"),
    query.Regex("body_forms", "pri.e"),
    query.FuzzyTerm("body_forms", "prices", maxdist=2, prefixlength=1),
    query.TermRange("title", "oil", "report"),
    query.NumericRange("date", 0, 10**20 // 1585),
    query.NestedParent(query.Term("lang", "fr"), OIL),
    query.NestedChildren(query.Term("lang", "fr"), OIL),
    query.Ordered([OIL, PRICE]),
    query.ConstantScoreQuery(OIL, 2.5),
    query.WeightingQuery(OIL, scoring.TF_IDF()),
    query.Or([OIL, GOLD, PRICE], scale=0.9),
    query.NullQuery,
    spans.SpanNear2([OIL, PRICE], slop=2),
    spans.SpanOr([OIL, GOLD]),
    spans.SpanFirst(OIL, limit=1),
    spans.SpanContains(spans.SpanNear(OIL, PRICE, slop=9), query.Term("body", "rose")),
]
PARSERS: dict[str, Callable[[Searcher], Any]] = {
    "boosts, phrases, dates": lambda s: parsed(
        s,
        MultifieldParser(["title", "body"], s.schema, group=OrGroup.factory(0.9)),
        'oil^2 "oil price"~3 source:reuters date:[1987 to 198706]',
    ),
    "operators": lambda s: parsed(
        s, QueryParser("body", s.schema), "oil AND (gold OR price) NOT japan"
    ),
    "a simple one": lambda s: parsed(s, SimpleParser("body", s.schema), "+oil -gold price"),
    "the best field": lambda s: parsed(
        s, DisMaxParser({"title": 2.0, "body": 1.0}, s.schema), "oil"
    ),
}
CALLS: dict[str, Callable[[Searcher], Any]] = {
    "matched terms": lambda s: sorted(s.search(EITHER, terms=True).matched_terms()),
    "terms of hits": lambda s: [
        sorted(hit.matched_terms()) for hit in s.search(EITHER, terms=True, limit=4)
    ],
    "reversed": lambda s: ranked(s, EITHER, None, reverse=True),
    "filtered": lambda s: ranked(s, OIL, filter=SPRING),
    "masked": lambda s: ranked(s, OIL, mask=SPRING),
    "collapsed": lambda s: ranked(s, OIL, collapse="source"),
    "best of a group": lambda s: grouped_by(s, sorting.FieldFacet("lang", maptype=sorting.Best)),
    "a page": lambda s: [hit.docnum for hit in s.search_page(OIL, 3, pagelen=4, sortedby="date")],
    "upgraded": lambda s: joined(s, "upgrade"),
    "extended": lambda s: joined(s, "extend"),
    "upgraded and extended": lambda s: joined(s, "upgrade_and_extend"),
    "within a time": lambda s: collected(s, collectors.TimeLimitCollector(s.collector(), 60)),
    "with terms": lambda s: collected(s, collectors.TermsCollector(s.collector())),
    "without limit": lambda s: collected(s, collectors.UnlimitedCollector()),
    "without order": lambda s: collected(s, collectors.UnsortedCollector()),
    "highlights of a prefix": lambda s: highlighted(
        s, query.Prefix("body", "pri"), highlight.ContextFragmenter()
    ),
    "highlights of sentences": lambda s: highlighted(s, EITHER, highlight.SentenceFragmenter()),
    "highlights of all": lambda s: highlighted(s, EITHER, highlight.WholeFragmenter()),
    "TF-IDF": lambda s: weighted(s, scoring.TF_IDF()),
    "frequency": lambda s: weighted(s, scoring.Frequency()),
    "a weighting a field": lambda s: weighted(
        s, scoring.MultiWeighting(scoring.BM25F(), title=scoring.TF_IDF())
    ),
    "a weighting of one's own": lambda s: weighted(
        s, scoring.FunctionWeighting(lambda _, __, ___, matcher: matcher.weight())
    ),
    "key terms": lambda s: s.key_terms([4, 8], "body", numterms=5),
    "key terms of a text": lambda s: s.key_terms_from_text("body", "oil rose", numterms=2),
    "more like it": lambda s: [hit.docnum for hit in s.more_like(8, "body", top=5)],
    "suggestions": lambda s: s.suggest("body_forms", "japann", limit=3),
    "corrections": lambda s: s.correct_query(
        QueryParser("body_forms", s.schema).parse("japann oill"), "japann oill"
    ).string,
    "docnums of a query": lambda s: sorted(s.docs_for_query(query.And([OIL, PRICE]))),
    "a document": lambda s: s.document(id="08"),
    "documents": lambda s: [found["id"] for found in s.documents(lang="fr")],
    "statistics": lambda s: (
        pytest.approx(s.idf("body", "oil")),
        s.avg_field_length("body"),
        OIL.estimate_size(s.reader()),
    ),
    "distinctive terms": lambda s: [
        (pytest.approx(score), term)
        for score, term in s.reader().most_distinctive_terms("body", 4)
    ],
    "terms with statistics": lambda s: [
        (text, info.weight(), info.max_weight(), info.min_id(), info.max_id())
        for text, info in s.reader().iter_field("title")
    ],
    "all terms with statistics": lambda s: [
        (term, info.doc_frequency()) for term, info in s.reader()
    ],
    "dates in the lexicon": lambda s: list(s.reader().lexicon("date")),
    "first docnums": lambda s: [
        s.reader().first_id(*term) for term in (("body", "gold"), ("id", "08"))
    ],
    "all documents": lambda s: [(docnum, own["id"]) for docnum, own in s.reader().iter_docs()],
    "names": lambda s: (sorted(s.schema.stored_names()), sorted(s.schema.scorable_names())),
    "columns": lambda s: [
        s.reader().column_reader(name)[7] for name in ("date", "source", "lang", "body_length")
    ],
    "positions of a term": lambda s: list(s.postings("title", "oil").items_as("positions")),
}  # fmt: skip


def assert_alike(searchers: list[Searcher], call: Callable[[Searcher], Any]) -> None:
    stock, ours = map(call, searchers)
    assert ours == stock


@pytest.mark.parametrize("facet", FACETS.values(), ids=FACETS)
def test_results_are_grouped_alike(searchers, facet):
    assert_alike(searchers, lambda searcher: grouped_by(searcher, facet))


@pytest.mark.parametrize("keys", ORDERS.values(), ids=ORDERS)
def test_results_are_sorted_alike(searchers, keys):
    assert_alike(searchers, lambda searcher: sorted_by(searcher, *keys))


@pytest.mark.parametrize("asked", QUERIES, ids=lambda asked: type(asked).__name__)
def test_queries_rank_alike(searchers, asked):
    assert_alike(searchers, lambda searcher: ranked(searcher, asked, None))


@pytest.mark.parametrize("call", (PARSERS | CALLS).values(), ids=PARSERS | CALLS)
def test_calls_are_answered_alike(searchers, call):
    assert_alike(searchers, call)
