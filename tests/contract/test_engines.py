"""What every engine must do; one suite, run on each of them.

To try an engine, add to `ENGINES` what opens an empty one.
"""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import VOCABULARY, collections
from support.memory_engine import MemoryEngine

import newsearch
from newsearch.answers.advice import Advice, Unknown, Wider
from newsearch.answers.snippet import Span
from newsearch.article import Article, ArticleDate
from newsearch.engines.base import COUNTED_FIELDS, Engine
from newsearch.errors import ArticleError, QueryError, UnknownFieldError
from newsearch.fields import DATE_PARTS, DatePart, Measure, Sort


@contextmanager
def local_engine() -> Iterator[Engine]:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        newsearch.open_index(Path(folder) / "index", create=True) as engine,
    ):
        yield engine


ENGINES: dict[str, Callable[[], Any]] = {"local": local_engine, "memory": MemoryEngine}

SUMMIT = Article(
    id="summit",
    title="Summit in Hanoi",
    body="The summits ended. North Korea and the envoys met at the summit.",
    source="Kyodo News",
    date=ArticleDate.parse("2019-02-28"),
)
FRENCH = Article(
    id="élections",
    title="Les élections",
    body="Une élection nationale; the summit is far.",
    source="Le Monde",
    agency=("AFP", "AP", "AP"),
    author=("A. Durand",),
    lang="fr",
    date=ArticleDate.parse("2019"),
)
OLD = Article(
    id="old",
    body="A summit long ago.",
    section="World",
    place="Geneva",
    date=ArticleDate.parse("1955-07-18T09:30:00Z"),
    extra={"topics": ["cold war"]},
)
UNDATED = Article(id="undated", title="Summit?", body="Nothing north of Korea.", agency=("AP",))
ARTICLES = [SUMMIT, FRENCH, OLD, UNDATED]


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with ENGINES[request.param]() as engine:
        yield engine


@pytest.fixture
def engine(empty: Engine) -> Engine:
    empty.add(ARTICLES)
    return empty


def found(engine: Engine, query: str, **options: Any) -> list[str]:
    return [record["id"] for record in engine.scan(query, fields=("id",), **options)]


# Adding, deleting, reading


def test_an_article_is_replaced_by_another_of_its_id(engine: Engine) -> None:
    newer = Article(id="old", body="A conference.")
    taken: list[int] = []

    report = engine.add([SUMMIT, newer, Article(id="new", body="x")], progress=taken.append)

    assert (report.added, report.updated, report.unchanged) == (1, 1, 1)
    assert taken == [1, 2, 3]
    assert engine.get("old") == newer
    assert engine.count("*") == len(ARTICLES) + 1
    assert found(engine, "ago") == []


def test_the_last_article_of_an_id_wins(empty: Engine) -> None:
    empty.add([Article(id="a", body="first"), Article(id="a", body="second")])

    assert found(empty, "second") == ["a"]
    assert found(empty, "first") == []


def test_mappings_are_added_as_a_json_file_of_them_would_be(empty: Engine) -> None:
    published = date(2020, 7, 8)
    report = empty.add(
        [
            {"id": 7, "headline": "Talks resume", "text": "Envoys met.", "published": published},
            {"id": "bad", "text": " ", "title": float("nan")},
            {"id": "8", "text": "More.", "authors": ("A", "B"), "seen": datetime(2020, 7, 9, 1)},
        ]
    )

    assert report.added == 2
    (rejected,) = report.rejected
    assert (rejected.path, rejected.line) == ("mappings", 2)
    assert "bad" in rejected.reason
    assert empty.get("7") == Article(
        id="7", title="Talks resume", body="Envoys met.", date="2020-07-08"
    )
    more = empty.get("8")
    assert more is not None
    assert (more.author, more.extra) == (("A", "B"), {"seen": "2020-07-09T01:00:00"})


def test_one_article_or_mapping_may_be_added_alone(empty: Engine) -> None:
    assert empty.add(SUMMIT).added == 1
    assert empty.add({"text": "Envoys met."}).added == 1


@pytest.mark.parametrize("wrong", ["seeds/", b"x", 5, None, [5], ["a.txt"], [SUMMIT, None]])
def test_what_is_no_article_is_an_error_that_says_what_to_give(empty: Engine, wrong: Any) -> None:
    with pytest.raises(ArticleError, match=r"newsearch\.read"):
        empty.add(wrong)


@pytest.mark.parametrize(
    "use", [lambda e: e.get(5), lambda e: e.delete(5), lambda e: e.delete([5])]
)
def test_an_id_that_is_no_text_is_refused(engine: Engine, use: Callable[[Engine], Any]) -> None:
    with pytest.raises(QueryError, match="id is 5; write it as text"):
        use(engine)


def test_deleted_articles_are_gone_and_those_unknown_are_not_told(engine: Engine) -> None:
    assert engine.delete(["undated", "nobody", "old", "undated"]) == ["undated", "old"]
    assert engine.delete("élections") == ["élections"]

    assert found(engine, "*") == ["summit"]
    assert engine.get("old") is None


def test_purged_articles_and_their_contents_are_rejected_until_they_are_unblocked(
    engine: Engine,
) -> None:
    copy = Article(id="copy", title=OLD.title, body=OLD.body)

    assert engine.delete(["nobody", "old"], purge=True) == ["old"]

    assert engine.get("old") is None
    report = engine.add([OLD, copy, SUMMIT])
    assert [one.path for one in report.rejected] == ["old", "copy"]
    assert (report.added, report.unchanged) == (0, 1)
    assert engine.compact() == 0
    assert engine.unblock(["old", "summit"]) == ["old"]
    assert engine.add([OLD, copy]).added == 2


def test_articles_are_read_as_they_were_added(engine: Engine) -> None:
    for article in ARTICLES:
        assert engine.get(article.id) == article
    assert engine.get("nobody") is None


def test_an_empty_engine_finds_nothing(empty: Engine) -> None:
    assert (empty.count("*"), len(empty.search("x")), found(empty, "*")) == (0, 0, [])
    assert empty.aggregate("*", by="source").as_dict() == {
        **{"by": "source", "total": 0, "missing": 0, "values": []}
    }
    assert list(empty.occurrences("x")) == []
    assert (empty.stats().articles, empty.stats().first_date) == (0, "")


def test_stats_count_what_is_held(engine: Engine) -> None:
    stats = engine.stats()

    assert (stats.articles, stats.undated) == (4, 1)
    assert stats.languages == {"en": 3, "fr": 1}
    assert (stats.first_date, stats.last_date) == ("1955-07-18", "2019-02-28")
    assert stats.tokens == 3 + 12 + 2 + 7 + 4 + 1 + 4


def test_a_healthy_engine_has_nothing_wrong_and_nothing_new(engine: Engine) -> None:
    assert engine.check() == []
    assert not engine.refresh()


def test_closing_twice_is_as_good_as_once(engine: Engine) -> None:
    engine.close()
    engine.close()


# Searching


def test_hits_are_ranked_and_show_what_matched(engine: Engine) -> None:
    results = engine.search("north", limit=2)

    assert [hit.rank for hit in results] == [1, 2]
    assert results[0].score >= results[1].score
    assert (results.total, results.query, results.warnings) == (2, "north", ())
    for hit in results:
        text = hit.snippet.text
        assert hit.article == engine.get(hit.id)
        assert {text[start:end].lower() for start, end in hit.snippet.highlights} == {"north"}


def test_a_limit_of_none_is_all_and_of_nought_is_none(engine: Engine) -> None:
    assert len(engine.search("summit", limit=None)) == 4
    assert (len(engine.search("summit", limit=0)), engine.search("summit", limit=0).total) == (0, 4)


@pytest.mark.parametrize("sort", ["relevance", "oldest"])
@pytest.mark.parametrize("least", [None, 0.065, 100])
def test_pages_are_parts_of_all_hits_that_score_enough(
    engine: Engine, sort: Sort, least: float | None
) -> None:
    hits = list(engine.search("summit", limit=None, sort=sort))
    best = [(hit.id, hit.score) for hit in hits if hit.score >= (least or 0)]

    for offset in range(len(hits) + 2):
        for limit in (0, 1, 2, None):
            options: Any = {"offset": offset, "limit": limit, "sort": sort, "min_score": least}
            page = engine.search("summit", **options)
            assert [hit.id for hit in page] == [id_ for id_, _ in best[offset:]][:limit]
            assert [hit.rank for hit in page] == list(range(offset + 1, offset + 1 + len(page)))
            assert page.total == len(best)
            assert [hit.as_dict()["rank"] for hit in page] == [hit.rank for hit in page]
    assert len(best) == {None: 4, 0.065: 2, 100: 0}[least]


def test_scores_halve_with_each_half_life_before_now(engine: Engine) -> None:
    plain = {hit.id: hit.score for hit in engine.search("summit")}

    def halvings(**options: Any) -> dict[str, float]:
        hits = engine.search("summit", **options)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        assert hits.total == 4
        return {hit.id: math.log2(plain[hit.id] / hit.score) for hit in hits}

    found = halvings(half_life="365d", now="2019-02-28")
    assert list(found)[:2] == ["summit", "élections"]
    assert found["summit"] == pytest.approx(1 / 365, rel=1e-4)
    assert found["élections"] == pytest.approx(59 / 365, rel=1e-4)
    assert found["undated"] == pytest.approx(found["old"])
    assert found["old"] == pytest.approx(63.66, abs=0.01)
    future = halvings(half_life=timedelta(days=1), now=datetime(1955, 7, 18, 9, 30))
    assert future["summit"] == future["élections"] == 0
    assert halvings(half_life="2y")["summit"] > 3
    best = engine.search("summit", half_life=1, now="2019-02-28", min_score=1e-30)
    assert [(hit.id, best.total) for hit in best] == [("summit", 2), ("élections", 2)]


@pytest.mark.parametrize(
    ("query", "options", "ids"),
    [
        ("summit -korea", {}, ["élections", "old"]),
        ("ended geneva", {"match": "any"}, ["summit"]),
        ("élection", {}, ["élections"]),
        ('"élections"', {}, ["élections"]),
        ('"north korea"', {}, ["summit"]),
        ("*", {"since": "2019"}, ["summit", "élections"]),
        ("*", {"until": "2019-01"}, ["élections", "old"]),
        ("*", {"since": "1955-07-18", "until": "1955-07-18"}, ["old"]),
        ("*", {"source": "kyodo"}, ["summit"]),
        ("*", {"since": date(1955, 7, 18), "until": date(1955, 7, 18)}, ["old"]),
        ("*", {"since": datetime(2019, 2, 28, tzinfo=UTC)}, ["summit"]),
        ("*", {"since": datetime(2019, 2, 28), "timezone": "-01:00"}, []),
        ("*", {"source": ["kyodo", "Le Monde"]}, ["summit", "élections"]),
        ("*", {"lang": ["French", "de"]}, ["élections"]),
        ("*", {"lang": "French"}, ["élections"]),
        ("*", {"source": "ap"}, ["élections", "undated"]),
        ("section:world", {}, ["old"]),
        ("(summit", {}, ["summit", "élections", "old", "undated"]),
        ("summit -korea", {"syntax": "words"}, ["summit", "undated"]),
        ("who met the summit", {}, ["summit"]),
        ("who summit", {"source": "kyodo"}, ["summit"]),
        ("who summit", {"strict": True}, []),
        ("who geneva", {}, []),
        ("envoys", {"synonyms": ["envoys => geneva, le monde, far"]}, ["summit", "élections"]),
        ("north korea", {"synonyms": ["north korea, ago"]}, ["summit", "old", "undated"]),
        ('"ago"', {"synonyms": ["north korea, ago"]}, ["old"]),
    ],
)
def test_a_selection_means_the_same_for_every_primitive(
    engine: Engine, query: str, options: dict[str, Any], ids: list[str]
) -> None:
    assert found(engine, query, **options) == ids
    assert engine.count(query, **options) == len(ids)
    assert engine.aggregate(query, by="year", **options).total == len(ids)
    assert [one.article.id for one in engine.occurrences(query, **options)] == ids
    hits = engine.search(query, limit=None, sort="newest", **options)
    assert [hit.id for hit in hits] == ids


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("colour:red", {}),
        ("(summit", {"strict": True}),
        ("summit", {"match": "most"}),
        ("summit", {"syntax": "sql"}),
        ("summit", {"since": "soon"}),
        ("summit", {"since": "2020", "until": "2019"}),
        ("summit", {"source": "!"}),
        ("summit", {"source": ["kyodo", 5]}),
        ("summit", {"source": []}),
        ("summit", {"since": 2020}),
        (None, {}),
        (5, {"syntax": "words"}),
        ("lang:klingon", {}),
        ("summit", {"lang": "klingon"}),
    ],
)
def test_every_primitive_refuses_what_cannot_be_asked_when_it_is_called(
    engine: Engine, query: str, options: dict[str, Any]
) -> None:
    for ask in (engine.search, engine.count, engine.scan, engine.occurrences):
        with pytest.raises(QueryError):
            ask(query, **options)
    with pytest.raises(QueryError):
        engine.aggregate(query, by="source", **options)


@pytest.mark.parametrize(
    "options",
    [
        *({"limit": limit} for limit in (-1, True, "all")),
        *({"timeout_s": timeout_s} for timeout_s in (-1, True, "1", float("nan"))),
        *({"offset": offset} for offset in (-1, True, None, "1")),
        *({"min_score": least} for least in ("1", True, float("nan"))),
        *({"half_life": time} for time in ("soon", "0d", 0, -1.5, True, "", "7", timedelta(0))),
        {"half_life": "30d", "sort": "newest"},
        {"half_life": "30d", "now": "soon"},
        {"now": "2020"},
        {"sort": "size"},
    ],
)
def test_an_unknown_order_number_of_hits_or_timeout_is_refused(
    engine: Engine, options: dict[str, Any]
) -> None:
    with pytest.raises(QueryError):
        engine.search("summit", **options)


def test_a_search_without_time_gives_what_it_has_and_no_total(engine: Engine) -> None:
    results = engine.search("summit", timeout_s=0)

    assert (results.is_partial, results.total) == (True, None)
    assert {hit.id for hit in results} <= set(found(engine, "summit"))
    assert results.as_dict()["partial"] is True
    assert not results.advice


def test_a_search_that_is_done_in_time_is_like_any_other(engine: Engine) -> None:
    in_time, unbounded = engine.search("summit", timeout_s=600), engine.search("summit")

    assert [hit.id for hit in in_time] == [hit.id for hit in unbounded]
    assert (in_time.total, in_time.is_partial) == (unbounded.total, False)
    assert "partial" not in in_time.as_dict()


MANY = ["summit", "met who the summit", '"north korea"', "", "summit", "koreaa"]


@pytest.mark.parametrize(
    "options", [{}, {"match": "any", "limit": 1}, {"since": "2019", "limit": 0}, {"timeout_s": 600}]
)
def test_many_queries_are_answered_as_each_of_them(engine: Engine, options: dict[str, Any]) -> None:
    many = engine.search_many(iter(MANY), threads=2, **options)

    each = [engine.search(query, **options) for query in MANY]
    assert [answer(results) for results in many] == [answer(results) for results in each]
    assert engine.search_many([]) == []


def answer(results: newsearch.Results) -> list[Any]:
    hits = [(hit.rank, hit.id, pytest.approx(hit.score)) for hit in results]
    return [results.query, hits, results.total, results.warnings, results.advice]


@pytest.mark.parametrize("options", [{}, {"timeout_s": 600}])
def test_the_first_of_many_queries_that_cannot_be_read_is_named(
    engine: Engine, options: dict[str, Any]
) -> None:
    queries = ["summit"] * 70 + ["summit colour:red", "size:big"]
    with pytest.raises(UnknownFieldError, match=r"query 71: column 8: .*colour") as told:
        engine.search_many(queries, threads=2, **options)

    assert (told.value.number, told.value.column) == (71, 8)


@pytest.mark.parametrize("options", [{"threads": 0}, {"threads": True}, {"limit": -1}])
def test_an_option_of_many_queries_that_is_wrong_is_refused(
    engine: Engine, options: dict[str, Any]
) -> None:
    with pytest.raises(QueryError):
        engine.search_many(["summit"], **options)


def test_each_of_many_queries_may_take_its_time(engine: Engine) -> None:
    many = engine.search_many(["summit"] * 3, timeout_s=0)

    assert [(results.is_partial, results.total) for results in many] == [(True, None)] * 3


def test_a_query_that_does_not_fit_gives_a_warning(engine: Engine) -> None:
    (warning,) = engine.search("(summit").warnings

    assert warning.column == 1


def test_words_that_are_let_go_are_told_with_the_first_of_them(engine: Engine) -> None:
    results = engine.search("met who the who summit?", limit=0)

    (warning,) = [one for one in results.warnings if "let go" in one.message]
    assert results.total == 1
    assert (warning.column, warning.message[-8:]) == (5, "who, the")


# Scanning


def test_a_scan_returns_whole_articles_as_json_values(engine: Engine) -> None:
    assert list(engine.scan("*")) == [article.as_dict() for article in ARTICLES]


def test_a_scan_returns_the_fields_asked_for_and_leaves_out_what_is_not_there(
    engine: Engine,
) -> None:
    records = list(engine.scan("*", fields=("topics", "id", "section", "nothing")))

    assert records == [
        {"id": "summit"},
        {"id": "élections"},
        {"topics": ["cold war"], "id": "old", "section": "World"},
        {"id": "undated"},
    ]
    assert list(records[2]) == ["topics", "id", "section"]
    assert list(engine.scan("ago", fields=())) == [{}]


def test_a_scan_sees_what_was_there_when_it_was_called(engine: Engine) -> None:
    records = engine.scan("summit", fields=("id",))
    engine.add([Article(id="late", body="summit")])

    assert [record["id"] for record in records] == ["summit", "élections", "old", "undated"]


# Counting by field and date


def test_keys_of_users_own_go_by_their_names_in_queries(engine: Engine) -> None:
    engine.add(Article(id="new", body="x", extra={"Word Count": 5, "": 1, "nested": {"a": 1}}))

    assert engine.own_keys() == {"topics", "word_count"}


@pytest.mark.parametrize(
    ("by", "values", "missing"),
    [
        ("source", [("Kyodo News", 1), ("Le Monde", 1)], 2),
        ("agency", [("AP", 2), ("AFP", 1)], 2),
        ("author", [("A. Durand", 1)], 3),
        ("section", [("World", 1)], 3),
        ("place", [("Geneva", 1)], 3),
        ("lang", [("en", 3), ("fr", 1)], 0),
        ("year", [("1955", 1), ("2019", 2)], 1),
        ("month", [("1955-07", 1), ("2019-01", 1), ("2019-02", 1)], 1),
        ("quarter", [("1955-07", 1), ("2019-01", 2)], 1),
        ("week", [("1955-07-18", 1), ("2018-12-31", 1), ("2019-02-25", 1)], 1),
        ("day", [("1955-07-18", 1), ("2019-01-01", 1), ("2019-02-28", 1)], 1),
    ],
)
def test_matching_articles_are_counted_by_what_they_have(
    engine: Engine, by: str, values: list[tuple[str, int]], missing: int
) -> None:
    counts = engine.aggregate("summit", by=by)

    assert counts.values == tuple(values)
    assert (counts.by, counts.missing, counts.total) == (by, missing, 4)


@pytest.mark.parametrize("by", ["title", "id", "colour", "hour"])
def test_nothing_is_counted_by_what_no_article_has(engine: Engine, by: str) -> None:
    with pytest.raises(UnknownFieldError, match="count by source"):
        engine.aggregate("summit", by=by)


def test_articles_their_words_and_what_matches_are_counted_by_field_and_date(
    engine: Engine,
) -> None:
    count = engine.count_by_date

    assert count("summit", part="year", by="source") == {
        **{("Kyodo News", "2019"): 1, ("Le Monde", "2019"): 1, ("", "1955"): 1, ("", ""): 1}
    }
    assert count("summit", part="year", of="words") == {
        **{("", "2019"): 24, ("", "1955"): 4, ("", ""): 5}
    }
    assert count("summit", part="quarter", of="occurrences") == {
        **{("", "2019-01"): 4, ("", "1955-07"): 1, ("", ""): 1}
    }
    for wrong in ({"part": "hour"}, {"part": "day", "by": "agency"}, {"part": "day", "of": "x"}):
        with pytest.raises(QueryError, match="it can be"):
            count("summit", **wrong)


# Where articles match


def marked(engine: Engine, query: str, **options: Any) -> dict[str, tuple[list[str], list[str]]]:
    """The stretches that match in title and body, by id."""

    def cut(text: str, stretches: tuple[Span, ...]) -> list[str]:
        return [text[start:end] for start, end in stretches]

    return {
        one.article.id: (cut(one.article.title, one.title), cut(one.article.body, one.body))
        for one in engine.occurrences(query, **options)
    }


def test_every_stretch_that_matches_is_told(engine: Engine) -> None:
    assert marked(engine, "summit") == {
        "summit": (["Summit"], ["summits", "summit"]),
        "élections": ([], ["summit"]),
        "old": ([], ["summit"]),
        "undated": (["Summit"], []),
    }


def test_phrases_are_one_stretch_and_what_is_not_asked_for_is_none(engine: Engine) -> None:
    assert marked(engine, '"north korea" -geneva source:kyodo') == {"summit": ([], ["North Korea"])}
    assert marked(engine, "title:summit korea") == {
        "summit": (["Summit"], ["Korea"]),
        "undated": (["Summit"], ["Korea"]),
    }
    assert marked(engine, "place:geneva") == {"old": ([], [])}


def test_only_the_occurrences_that_stand_as_asked_are_told(engine: Engine) -> None:
    assert marked(engine, "summit NEAR/1 ended") == {"summit": ([], ["summits", "ended"])}
    assert marked(engine, "=Summit") == {"summit": (["Summit"], []), "undated": (["Summit"], [])}


def test_words_that_most_articles_have_are_told_too(engine: Engine) -> None:
    assert marked(engine, "summit ended")["summit"] == (["Summit"], ["summits", "ended", "summit"])


def test_stretches_are_told_of_the_articles_that_are_named_in_their_order(engine: Engine) -> None:
    ids = ["undated", "nobody", "old", "summit"]

    told = list(engine.occurrences('summit "north korea"', ids=ids))

    assert [one.article.id for one in told] == ["undated", "old", "summit"]
    assert [(len(one.title), len(one.body)) for one in told] == [(1, 0), (0, 1), (1, 3)]


# All of it together, on random articles

words = st.sampled_from(VOCABULARY)
queries = st.one_of(
    st.just("*"),
    st.lists(words, min_size=1, max_size=3).map(" ".join),
    st.builds("{} OR {}".format, words, words),
    st.builds("{} -{}".format, words, words),
    st.builds('"{} {}"'.format, words, words),
    st.builds('"{} {}"~2'.format, words, words),
    words.map(lambda word: f"{word[:2]}*"),
    st.builds("title:{} {}".format, words, words),
    st.builds("{} source:kyodo".format, words),
    st.builds("{} {} {}".format, words, st.sampled_from(["NEAR/2", "PRE/3", "NEAR/S"]), words),
    st.builds("({} OR {}) NEAR/P {}*".format, words, words, words),
    st.builds("{}{}".format, st.sampled_from(["=", "ATLEAST/2 ", "FIRST/3 "]), words),
)
selections = st.fixed_dictionaries(
    {},
    optional={
        "match": st.sampled_from(["all", "any"]),
        "since": st.sampled_from(["2019-12-31", "2020"]),
        "source": st.sampled_from(["AP", "japan times"]),
        "timezone": st.sampled_from(["+09:00", "America/New_York"]),
        "synonyms": st.just(["summit, kim run", "north korea, US, run", "expense => the, korea"]),
    },
)


@given(
    articles=collections(),
    questions=st.lists(st.tuples(queries, selections), min_size=4, max_size=8),
)
@settings(max_examples=10)
def test_engines_agree_with_the_definitions(
    articles: list[Article], questions: list[tuple[str, dict[str, Any]]]
) -> None:
    definition = MemoryEngine()
    definition.add(articles)
    for name in ENGINES.keys() - {"memory"}:
        with ENGINES[name]() as engine:
            engine.add(articles)
            for query, which in questions:
                agree(engine, definition, query, which)


AGED: Any = {"half_life": "90d", "now": "2020-06"}
COUNTED_BY_DATE: list[tuple[DatePart, str, Measure]] = [
    ("day", "", "articles"),
    ("week", "source", "articles"),
    ("month", "", "words"),
    ("quarter", "lang", "words"),
    ("year", "source", "occurrences"),
]


def explained(engine: Engine, article_id: str, query: str, which: dict[str, Any]) -> Any:
    """What an engine tells but for factors and snippets, which have no definition; and scores."""
    told = engine.explain(article_id, query, **which)
    parts = [replace(part, score=0, factors=(), snippet=None) for part in told.parts]
    return replace(told, score=0, parts=tuple(parts)), [part.score for part in told.parts]


def agree(engine: Engine, definition: Engine, query: str, which: dict[str, Any]) -> None:
    hits = engine.search(query, limit=None, **which)
    expected = definition.search(query, limit=None, **which)
    assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], rel=1e-5)
    assert {hit.id for hit in hits} == {hit.id for hit in expected}
    told, scores = explained(engine, "0", query, which)
    assert (told, pytest.approx(scores, rel=1e-5)) == explained(definition, "0", query, which)
    assert {"0": sum(scores)} == pytest.approx(
        {hit.id: hit.score for hit in hits if hit.id == "0"} or {"0": 0}, rel=1e-5
    )
    assert told.matches == ("0" in {hit.id for hit in hits})
    scores = {hit.id: hit.score for hit in definition.search(query, limit=None, **AGED, **which)}
    aged = engine.search(query, limit=3, **AGED, **which)
    highest = sorted(scores.values(), reverse=True)[:3]
    assert [hit.score for hit in aged] == pytest.approx(highest, rel=1e-5)
    assert [scores[hit.id] for hit in aged] == pytest.approx(highest, rel=1e-5)
    for prefix in (query[:1].lower(), query[:2].lower(), "u"):
        words = [one.words_beginning(prefix, limit=3) for one in (engine, definition)]
        assert words[0] == words[1]
    assert list(engine.scan(query, **which)) == list(definition.scan(query, **which))
    plain = [word for word in query.split() if word.isalpha()]
    assert engine.word_counts(plain) == definition.word_counts(plain)
    assert engine.count(query, **which) == definition.count(query, **which)
    for by in (*COUNTED_FIELDS, *DATE_PARTS):
        assert engine.aggregate(query, by=by, **which) == definition.aggregate(
            query, by=by, **which
        )
    assert list(engine.occurrences(query, **which)) == list(definition.occurrences(query, **which))
    for part, by, of in COUNTED_BY_DATE:
        counted = [
            one.count_by_date(query, part=part, by=by, of=of, **which)
            for one in (engine, definition)
        ]
        assert counted[0] == counted[1]


@given(articles=collections(), query=queries)
@settings(max_examples=10)
def test_the_definitions_count_what_they_scan(articles: list[Article], query: str) -> None:
    engine = MemoryEngine()
    engine.add(articles)
    scanned = list(engine.scan(query))

    counts = engine.aggregate(query, by="source")

    assert counts.total == engine.count(query) == len(scanned)
    assert dict(counts.values) == Counter(one["source"] for one in scanned if "source" in one)
    assert counts.missing == sum("source" not in one for one in scanned)


def test_advice_names_the_word_no_article_has_and_those_spelt_nearly_so(engine: Engine) -> None:
    advice = engine.search("koera -nothing sumit").advice

    assert advice.unknown == (
        Unknown("text", "koera", ("korea",)),
        Unknown("text", "sumit", ("summit", "summits")),
    )
    assert "no article has koera; near it: korea" in str(advice)


def test_near_words_are_some_that_the_field_has(engine: Engine) -> None:
    assert engine.search("title:envoyz").advice.unknown == (Unknown("title", "envoyz"),)
    assert engine.search("body:envoyz").advice.unknown == (Unknown("body", "envoyz", ("envoys",)),)


def test_advice_counts_what_wider_queries_find(engine: Engine) -> None:
    assert engine.search("hanoi ago").advice.wider == (Wider("any", 2),)
    assert engine.search("hanoi ago", match="any").advice == Advice()
    assert engine.search('"korea north"').advice.wider == (Wider("unquoted", 2),)
    assert engine.search('"kore* north"').advice.wider == (Wider("unquoted", 2),)
    assert engine.search("hanoi", since="2020").advice == Advice(
        (Unknown("date", "[2020-01-01 TO *]"),),
        (Wider("without", 1, "date:[2020-01-01 TO *]"),),
    )


def test_advice_names_sources_spelt_nearly_as_one_that_is_unknown(engine: Engine) -> None:
    assert engine.search("summit", source="Kyodoo").advice == Advice(
        (Unknown("source", "kyodoo", ("Kyodo News",)),), (Wider("without", 4, "source:kyodoo"),)
    )
    assert engine.search("source:apf").advice.unknown[0].nearest == ("AP", "AFP")
    assert engine.search("lang:de").advice.unknown == (Unknown("lang", "de", ("en", "fr")),)
    assert engine.search("id:summitt").advice.unknown == (Unknown("id", "summitt"),)


def test_what_is_found_needs_no_advice(engine: Engine) -> None:
    found = engine.search("summit", limit=0)

    assert found.advice == Advice()
    assert not found.advice
    assert "advice" not in found.as_dict()
    assert engine.search("hanoi ago").as_dict()["advice"] == {
        "unknown": (),
        "wider": ({"change": "any", "total": 2, "part": ""},),
    }


@given(
    st.lists(st.text("abcé", min_size=1, max_size=7), min_size=1, max_size=12),
    st.text("abcé", min_size=3, max_size=7),
)
def test_engines_advise_alike(words: list[str], asked: str) -> None:
    articles = [Article(id=str(n), body=word, source=word) for n, word in enumerate(words)]
    given_by = []
    for opened in ENGINES.values():
        with opened() as engine:
            engine.add(articles)
            results = engine.search(asked), engine.search("*", source=f"{asked} {asked[::-1]}")
            given_by.append([one.advice for one in results])

    assert given_by[0] == given_by[1]


def test_days_begin_where_the_time_zone_says(engine: Engine) -> None:
    assert found(engine, "date:1955-07-18T09") == ["old"]
    assert found(engine, "date:1955-07-18T10") == []
    assert found(engine, "date:1955-07-18T18", timezone="+09:00") == ["old"]
    assert engine.count("*", since="1955-07-19", until="1955-07-19", timezone="+15:00") == 1
    assert engine.aggregate("*", by="day", timezone="+15:00").values[0] == ("1955-07-19", 1)
    years = engine.aggregate("summit", by="year", timezone="America/New_York").values
    assert years == (("1955", 1), ("2018", 1), ("2019", 1))
    with pytest.raises(QueryError, match="no time zone is called 'Tokio'"):
        engine.search("*", timezone="Tokio")
