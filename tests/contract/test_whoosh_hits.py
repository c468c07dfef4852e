"""The contract of the codecs, hits: what Whoosh's users do with results, dates and groups."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from support.contract_articles import ARTICLES
from support.whoosh_values import stored_values
from whoosh import query, sorting
from whoosh.qparser import QueryParser
from whoosh.qparser.dateparse import DateParserPlugin

SUMMIT = query.Term("body", "summit")
DATED = {"a": datetime(2020, 7, 10), "c": datetime(1969, 2, 3), "f": datetime(2020, 7, 10, 9)}


@pytest.fixture
def gone(deleted):
    return {ARTICLES[docnum].id for docnum in deleted}


def ids(results) -> list[str]:
    return [hit["id"] for hit in results]


def test_hits_have_the_fields_of_their_articles(searcher):
    (hit,) = searcher.search(query.Term("id", "a"))

    assert hit.fields() == stored_values(ARTICLES[0])
    assert (hit["title"], hit["date"], hit["agency"]) == (
        "Running the summit: the summit of summits", DATED["a"], ["Kyodo", "Jiji Press"],
    )  # fmt: skip
    assert json.loads(json.dumps(hit.fields(), default=str))["author"] == hit["author"]


def test_hits_leave_out_what_their_articles_have_not(searcher):
    (hit,) = searcher.search(query.Term("id", "d"))

    assert sorted(hit.fields()) == ["body", "id", "lang", "title"]


def test_hits_are_highlighted(searcher):
    (hit,) = searcher.search(query.Term("body", "kim") & SUMMIT & query.Term("title", "summit"))

    marked = '<b class="match term0">Kim</b> runs to the <b class="match term1">summit</b>'
    assert hit.highlights("body").startswith(marked)
    assert hit.highlights("title").lower().count("</b>") == 3


def test_articles_like_a_hit_are_found(searcher, gone):
    (hit,) = searcher.search(query.Term("id", "c"))

    alike = ids(hit.more_like_this("body", numterms=20))
    assert alike[0] == "b" if "b" not in gone else "b" not in alike
    assert "expens" in dict(searcher.key_terms([2], "body", numterms=20))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (query.DateRange("date", datetime(2020, 1, 1), datetime(2020, 12, 31)), "af"),
        (query.DateRange("date", None, datetime(2020, 7, 10)), "ac"),
        (query.DateRange("date", datetime(2020, 7, 10), None, startexcl=True), "f"),
        (query.DateRange("date", datetime(2020, 7, 10), None), "af"),
        (query.Term("date", datetime(1969, 2, 3)), "c"),
        (query.Every("date"), "acf"),
        (query.And([query.Every(), query.Not(query.Every("date"))]), "bdeg"),
    ],
    ids=str,
)
def test_dates_are_found(searcher, gone, asked, expected):
    found = {"e" if " " in i else i for i in ids(searcher.search(asked, limit=None))}

    assert found == set(expected) - {"e" if " " in i else i for i in gone}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("date:2020", "af"),
        ("date:202007", "af"),
        ("date:[2020 to 2021]", "af"),
        ("date:[to 19701231]", "c"),
        ("date:20200710090000", "f"),
        ("late date:2020", "a"),
    ],
)
@pytest.mark.parametrize("plugins", [[], [DateParserPlugin()]], ids=["plain", "date parser"])
def test_dates_are_typed_in_queries(searcher, gone, plugins, typed, expected):
    parser = QueryParser("body", searcher.schema)
    for plugin in plugins:
        parser.add_plugin(plugin)

    assert set(ids(searcher.search(parser.parse(typed)))) == set(expected) - gone


@pytest.mark.parametrize("reverse", [False, True])
def test_hits_are_sorted_by_date(searcher, gone, reverse):
    facet = sorting.FieldFacet("date", reverse=reverse)
    found = ids(searcher.search(query.Every("date"), sortedby=facet))

    assert found == sorted(DATED.keys() - gone, key=DATED.__getitem__, reverse=reverse)


def test_the_undated_come_last(searcher, gone):
    found = ids(searcher.search(query.Every(), sortedby="date", limit=None))

    assert found[: len(DATED.keys() - gone)] == sorted(DATED.keys() - gone, key=DATED.__getitem__)


def test_dates_are_grouped_by_ranges(searcher, gone):
    facet = sorting.DateRangeFacet(
        "date", datetime(1960, 1, 1), datetime(2030, 1, 1), timedelta(3653)
    )
    groups = searcher.search(query.Every("date"), groupedby={"decade": facet}).groups("decade")

    found = {start.year: len(docnums) for (start, _), docnums in groups.items()}
    assert found == {1960: 1, 2020: len({"a", "f"} - gone)}


def test_dates_narrow_results(searcher, gone):
    in_2020 = query.DateRange("date", datetime(2020, 1, 1), datetime(2020, 12, 31))

    assert set(ids(searcher.search(query.Every(), filter=in_2020))) == {"a", "f"} - gone
    assert "a" not in ids(searcher.search(SUMMIT, mask=in_2020))


@pytest.mark.parametrize("name", ["source", "section", "lang"])
def test_results_are_grouped_by_values(searcher, deleted, name):
    groups = searcher.search(query.Every(), groupedby=name, limit=None).groups(name)

    expected: dict[str, list[int]] = {}
    for docnum, article in enumerate(ARTICLES):
        if docnum not in deleted:
            expected.setdefault(stored_values(article).get(name, ""), []).append(docnum)
    assert {name: sorted(docnums) for name, docnums in groups.items()} == expected


@pytest.mark.parametrize("reverse", [False, True])
def test_hits_are_sorted_by_source_and_date(searcher, gone, reverse):
    keys = [sorting.FieldFacet("source", reverse=reverse), sorting.FieldFacet("date")]
    found = ids(searcher.search(query.Every("source"), sortedby=keys))

    by_source = ["b", "id with spaces", "a"]
    assert found == [i for i in (by_source[::-1] if reverse else by_source) if i not in gone]


def test_results_come_in_pages(searcher, gone):
    pages = [ids(searcher.search_page(query.Every(), number, pagelen=3)) for number in (1, 2)]

    everything = ids(searcher.search(query.Every(), limit=None))
    assert pages == [everything[:3], everything[3:6]]
