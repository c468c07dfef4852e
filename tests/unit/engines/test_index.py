"""The Index: opening, loading, searching, sharing."""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from support.inside import load_in_batches_of, searcher_of

import newsearch
from newsearch import Article
from newsearch.index import load as loading

EARLIEST = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))


@pytest.fixture
def index(tmp_path: Path) -> newsearch.Index:
    return newsearch.open_index(tmp_path / "an index", create=True)


def ids(results: newsearch.Results) -> list[str]:
    return [hit.id for hit in results]


def test_an_index_that_is_not_there_is_an_error_with_advice(tmp_path: Path) -> None:
    with pytest.raises(newsearch.IndexNotFoundError, match="make one with"):
        newsearch.open_index(tmp_path / "none")


def test_a_file_is_not_an_index(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(newsearch.IndexingError, match="is a file"):
        newsearch.open_index(tmp_path / "file", create=True)


# Whoosh leaves the file open when it cannot read it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_damaged_table_of_contents_is_reported_not_raised_raw(
    index: newsearch.Index, tmp_path: Path
) -> None:
    index.add([Article(id="a", body="x")])
    index.close()
    for toc in index.path.glob("*.toc*"):
        toc.write_bytes(toc.read_bytes()[:40])

    with pytest.raises(newsearch.CorruptIndexError, match="newsearch check"):
        newsearch.open_index(index.path)


def test_an_empty_index_finds_nothing(index: newsearch.Index) -> None:
    results = index.search("anything OR other*")

    assert (len(results), results.total, len(index)) == (0, 0, 0)
    assert index.check() == []


def test_a_closed_index_says_so(index: newsearch.Index) -> None:
    index.close()
    index.close()

    with pytest.raises(newsearch.IndexingError, match="closed"):
        index.search("x")


def test_a_bad_article_does_not_harm_its_neighbours(index: newsearch.Index) -> None:
    report = index.add(
        [
            Article(id="a", body="first"),
            Article(id="\ud800", body="second"),
            Article(id="x" * 2000, body="third"),
            Article(id="b", body="fourth"),
        ]
    )

    assert (report.added, len(report.rejected)) == (2, 2)
    assert index.search("second OR third").total == 0
    assert ids(index.search("fourth")) == ["b"]
    assert index.check() == []


def test_an_interrupted_load_keeps_its_checkpoints_and_continues(
    index: newsearch.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_in_batches_of(2, monkeypatch)
    monkeypatch.setattr(loading, "CHECKPOINT_INTERVAL_S", 0.0)
    articles = [Article(id=str(number), body=f"news {number}") for number in range(5)]

    def interrupted() -> object:
        yield from articles[:4]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        index.add(interrupted())  # type: ignore[arg-type]

    assert len(index) == 4
    report = index.add(articles)
    assert (report.added, report.unchanged) == (1, 4)


def test_two_loads_at_once_are_refused_not_mixed(index: newsearch.Index) -> None:
    other = newsearch.open_index(index.path)

    def while_loading() -> object:
        yield Article(id="a", body="x")
        with pytest.raises(
            newsearch.IndexLockedError, match=f"process {os.getpid()} on .*try again"
        ):
            other.add([Article(id="b", body="y")], wait_s=0.1)

    index.add(while_loading())  # type: ignore[arg-type]

    assert other.refresh()
    assert not other.refresh()
    assert len(other) == 1


def test_a_search_sees_one_commit_until_refreshed(index: newsearch.Index) -> None:
    reader = newsearch.open_index(index.path)
    index.add([Article(id="a", body="news")])

    before = reader.search("news").total
    reader.refresh()

    assert (before, reader.search("news").total) == (0, 1)


def test_a_word_of_every_article_is_marked_unless_it_is_grammar(index: newsearch.Index) -> None:
    index.add([Article(id=str(n), body="The storm was at the coast.", lang="en") for n in range(3)])

    shown = index.search("the storm")[0].snippet

    assert [shown.text[start:end] for start, end in shown.highlights] == ["storm"]


def test_results_can_be_read_after_the_index_moved_on(index: newsearch.Index) -> None:
    index.add([Article(id="a", body="old news")])
    results = index.search("news")
    index.add([Article(id="a", body="new story")])
    index.add([Article(id="b", body="another story")])

    assert results[0].snippet.text == "old news"


def test_many_threads_search_while_one_adds(index: newsearch.Index) -> None:
    index.add([Article(id=str(number), body=f"news {number}") for number in range(20)])
    stop = threading.Event()

    def search() -> set[int]:
        totals = set()
        while not stop.is_set():
            results = index.search("news", limit=None)
            totals.add(results.total)
            assert len({hit.id for hit in results}) == len(results) == results.total
        return totals

    with ThreadPoolExecutor(4) as pool:
        searches = [pool.submit(search) for _ in range(3)]
        for number in range(20, 24):
            index.add([Article(id=str(number), body=f"news {number}")])
        stop.set()
        totals = set().union(*(search.result() for search in searches))

    assert totals <= set(range(20, 25))


def test_words_that_look_odd_index_and_query_alike(index: newsearch.Index) -> None:
    index.add([Article(id="a", body="COVID\u201119, U.S. O\u2019Brien AT&T 1,000.5 F-16 don’t")])

    for query in ["COVID-19", "covid–19", "U.S.", "O'Brien", "AT&T", "1,000.5", "f-16", "don't"]:
        results = index.search(query)
        assert (query, ids(results), results.warnings) == (query, ["a"], ())
    assert index.search("covid").total == 1
    assert index.search("covid -19").total == 0


def test_quotes_ask_for_the_word_form(index: newsearch.Index) -> None:
    index.add([Article(id="a", body="expensive travel"), Article(id="b", body="travel expenses")])

    assert index.search("expenses").total == 2
    assert ids(index.search('"expenses"')) == ["b"]
    assert ids(index.search('"travel expenses"')) == ["b"]
    assert index.search('"travel expense"').total == 0


def test_words_are_found_in_the_language_of_each_article(index: newsearch.Index) -> None:
    index.add(
        [
            Article(id="fr", body="Les élections nationales", lang="fr"),
            Article(id="de", body="Die Häuser brannten", lang="de"),
            Article(id="xx", body="Uchaguzi mkuu", lang="sw"),
        ]
    )

    assert ids(index.search("élection")) == ["fr"]
    assert ids(index.search("nationale")) == ["fr"]
    assert ids(index.search("Haus")) == ids(index.search("haus OR nichts"))
    assert ids(index.search("häusern")) == ["de"]
    assert ids(index.search("uchaguzi")) == ["xx"]


def test_a_function_word_is_one_of_the_language_that_has_it_most(index: newsearch.Index) -> None:
    index.add(Article(id=str(i), body="the car of a minister") for i in range(3))
    index.add([Article(id="fr", body="car le ministre", lang="fr")])
    vocabulary = searcher_of(index).vocabulary

    found = [word for word in ("the", "car", "le", "minister") if vocabulary.is_function_word(word)]

    assert found == ["the", "le"]
    assert vocabulary.is_function_word("who")  # in no article: of the language of most


@pytest.mark.parametrize("is_compiled", [False, True])
def test_articles_with_a_rare_form_come_before_those_with_others_of_its_stem(
    index: newsearch.Index, is_compiled: bool
) -> None:
    index.add(Article(id=str(i), title="university", body="university news") for i in range(8))
    index.add(
        [Article(id="stars", title="universe", body="the universe, as seen from a university")]
    )
    if is_compiled:
        searcher_of(index).compile()

    for query in (
        "universe",
        "title:universe",
        "universe OR news",
        "universe seen^0.1",
        "Universe",
    ):
        first = index.search(query)[0]
        assert first.id == "stars"
        assert index.search(query)[0].score == first.score
    assert ids(index.search("university", sort="relevance"))[-1] == "stars"
    assert searcher_of(index).vocabulary.typed_of("universities") != ()
    assert searcher_of(index).vocabulary.typed_of("university") == ()


def test_a_form_that_no_article_has_beside_a_word_is_not_found_and_no_damage(
    index: newsearch.Index,
) -> None:
    index.add(
        [
            Article(id="alone", title="", body="the envoy came"),
            Article(id="inflected", title="", body="envoys held talks"),
        ]
    )
    searcher_of(index).compile()

    assert ids(index.search('"envoy" NEAR/5 talks', strict=True)) == []
    assert ids(index.search("envoy NEAR/5 talks")) == ["inflected"]


def test_a_source_is_the_publisher_or_a_credited_agency(index: newsearch.Index) -> None:
    index.add(
        [
            Article(id="a", body="x", source="Kyodo News"),
            Article(id="b", body="x", source="The Japan Times", agency=("Kyodo", "Jiji")),
            Article(id="c", body="x", source="AP"),
        ]
    )

    assert sorted(ids(index.search("x", source="kyodo"))) == ["a", "b"]
    assert sorted(ids(index.search("x source:kyodo"))) == ["a", "b"]
    assert ids(index.search("agency:kyodo")) == ["b"]
    assert index.search('agency:"kyodo jiji"').total == 0


def test_hits_keep_every_field_and_unknown_keys(index: newsearch.Index) -> None:
    article = Article(
        id="a",
        title="T",
        body="B",
        date=newsearch.ArticleDate.parse("2020-07"),
        extra={"topics": ["x", {"y": None}], "rank": 99},
    )
    index.add([article])

    hit = index.search("b")[0]

    assert hit.article == article
    assert hit.as_dict()["rank"] == 1
    assert hit.as_dict()["topics"] == ["x", {"y": None}]
    assert hit.as_dict()["date"] == "2020-07"


@pytest.mark.parametrize(
    "options", [{"limit": -1}, {"match": "some"}, {"sort": "size"}, {"since": "soon"}]
)
def test_unknown_options_are_query_errors(index: newsearch.Index, options: dict[str, str]) -> None:
    with pytest.raises(newsearch.QueryError):
        index.search("x", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("length:3", ["b"]),
        ("length:>2", ["b", "c"]),
        ("length:>=2 -length:4", ["a", "b"]),
        ("length:[2 TO 3]", ["a", "b"]),
        ("length:<2.5", ["a"]),
        ("length:*", ["a", "b", "c"]),
    ],
)
def test_the_words_of_the_body_are_counted_filtered_by_and_shown(
    index: newsearch.Index, query: str, found: list[str]
) -> None:
    index.add(
        [
            Article(id="c", title="four words of title", body="talks in New York"),
            Article(id="a", body="COVID-19", extra={"length": "a field wins"}),
            Article(id="b", body="North Korea talks"),
        ]
    )

    results = index.search(query, sort="shortest")

    assert ids(results) == found
    assert ids(index.search(query, sort="longest")) == found[::-1]
    assert [hit.length for hit in index.search("*", sort="longest")] == [4, 3, 2]
    assert results[0].as_dict()["length"] == results[0].length


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"a"}),
        ({"match": "any"}, {"a", "b", "c"}),
        ({"match": "any", "since": "2020-07"}, {"a", "b"}),
        ({"match": "any", "until": "2020-06-30"}, {"c"}),
        ({"match": "any", "source": "Kyodo"}, {"b"}),
        ({"syntax": "words"}, {"a"}),
    ],
)
def test_a_count_takes_the_options_of_a_search(
    index: newsearch.Index, options: dict[str, Any], expected: set[str]
) -> None:
    july = newsearch.ArticleDate.parse("2020-07-08")
    june = newsearch.ArticleDate.parse("2020-06-08")
    index.add(
        [
            Article(id="a", body="summit talks", date=july),
            Article(id="b", body="talks", date=july, source="Kyodo"),
            Article(id="c", body="summit", date=june),
        ]
    )

    assert set(ids(index.search("summit talks", **options))) == expected
    assert index.count("summit talks", **options) == len(expected)


def test_a_count_is_as_strict_as_a_search(index: newsearch.Index) -> None:
    with pytest.raises(newsearch.QueryError):
        index.count('"summit', strict=True)
    with pytest.raises(newsearch.QueryError, match="all or any"):
        index.count("summit", match="some")


def test_equal_scores_put_the_newest_first_and_the_undated_last(index: newsearch.Index) -> None:
    for number, date in enumerate(["2019", None, "2021", "2020"]):
        parsed = newsearch.ArticleDate.parse(date) if date else None
        index.add([Article(id=str(number), body="same words", date=parsed)])

    assert ids(index.search("same")) == ["2", "3", "0", "1"]
    assert ids(index.search("same", sort="newest")) == ["2", "3", "0", "1"]
    assert ids(index.search("same", sort="oldest")) == ["0", "3", "2", "1"]


def test_ids_are_given_without_reading_the_articles(
    index: newsearch.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = ["a", "two\nlines", "é" * 300, " "]
    index.add(Article(id=article_id, body="one word") for article_id in wanted)
    monkeypatch.setattr("newsearch.index.segment_reader.unpack", lambda _: pytest.fail("was read"))

    assert sorted(ids(index.search("word"))) == sorted(wanted)
    assert all(article_id in index for article_id in wanted)
    assert "b" not in index


def test_an_article_whose_fields_cannot_be_kept_is_rejected_alone(index: newsearch.Index) -> None:
    bad = [
        Article(id="1", body="x", extra={"key": object()}),
        Article(id="3", body="x", extra={5: "value"}),  # type: ignore[dict-item]
    ]

    report = index.add([*bad, Article(id="good", body="x", lang="pt-br")])

    assert (report.added, len(report.rejected)) == (1, 2)
    assert ids(index.search("x")) == ["good"]


def test_languages_are_kept_and_asked_for_by_code_or_name(index: newsearch.Index) -> None:
    written = {"a": "EN", "b": "de-AT", "c": "German", "d": "pcm"}
    index.add(Article(id=name, body="word", lang=lang) for name, lang in written.items())

    assert [index.get(name).lang for name in written] == ["en", "de", "de", "pcm"]  # type: ignore[union-attr]
    assert sorted(ids(index.search("lang:german"))) == ["b", "c"]
    assert ids(index.search("word", lang="eng")) == ["a"]
    assert index.search("-lang:ger").total == 2


def test_unknown_languages_are_noted_once_and_their_articles_kept(index: newsearch.Index) -> None:
    written = {"a": "us english", "b": "us english", "c": "\ud800", "d": "und"}
    report = index.add(Article(id=name, body="word", lang=lang) for name, lang in written.items())

    assert (report.added, report.rejected) == (4, [])
    assert [note.path for note in report.notes] == ["a", "c"]
    assert index.count("lang:en") == 4


@pytest.mark.parametrize("query", ["lang:germn", "-lang:germn", 'word lang:"germn"'])
def test_asking_for_an_unknown_language_is_an_error_that_names_near_ones(
    index: newsearch.Index, query: str
) -> None:
    index.add([Article(id="a", body="word")])
    with pytest.raises(newsearch.QueryError, match=r"germn.* not a language .* german \(de\)"):
        index.search(query)


def test_unknown_language_of_an_option_is_an_error(index: newsearch.Index) -> None:
    index.add([Article(id="a", body="word")])
    with pytest.raises(newsearch.QueryError, match="write a code such as en"):
        index.count("word", lang="xx")


def test_what_was_read_of_a_hit_stays_when_the_index_is_closed(index: newsearch.Index) -> None:
    index.add([Article(id="a", title="headline", body="word")])
    [hit] = index.search("word")
    read = (hit.id, hit.title, hit.snippet)

    index.close()

    assert (hit.id, hit.title, hit.snippet) == read
    assert repr(hit).endswith("id='a')")


@pytest.mark.parametrize("limit", [-1, "3", 2.5])
def test_a_limit_that_is_no_count_is_an_error_of_ours(index: newsearch.Index, limit: Any) -> None:
    with pytest.raises(newsearch.QueryError, match="limit is"):
        index.search("word", limit=limit)


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda index: newsearch.open_index(None), "None: is no path"),
        (lambda index: index.copy(b"copy"), "is no path"),
        (lambda index: index.copy("a\0b"), "NUL"),
        (lambda index: newsearch.read(5), "5: is no path"),
        (lambda index: newsearch.read("x" * 300), "file name too long"),
        (lambda index: index.delete("a", wait_s="1"), "wait_s is '1'"),
        (lambda index: index.compact(wait_s=math.nan), "wait_s is nan"),
        (lambda index: 5 in index, "id is 5"),
        (lambda index: index.scan("*", fields=5), "fields is 5"),
        (lambda index: index.search("a", timezone=None), "no time zone is called None"),
        (lambda index: index.search("a", since=EARLIEST), "since: .*out of range"),
    ],
)
def test_an_argument_that_cannot_be_is_an_error_of_ours(
    index: newsearch.Index, use: Callable[[Any], object], message: str
) -> None:
    with pytest.raises(newsearch.NewsearchError, match=message):
        use(index)


def test_a_snippet_of_a_damaged_article_is_an_error_of_ours(
    index: newsearch.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add([Article(id="a", body="word")])
    [segment] = searcher_of(index).snapshot.segments
    for stored in (b"{}", b"[]\n\n\xff"):
        monkeypatch.setattr(segment, "stored", lambda _, stored=stored: stored)
        [hit] = index.search("word")
        with pytest.raises(newsearch.NewsearchError, match="stored article"):
            _ = hit.snippet


def test_wildcards_within_phrases_and_compounds_are_words_that_fit(index: newsearch.Index) -> None:
    index.add(
        [
            Article(id="a", body="The president Trumbull met al-Qaida."),
            Article(id="b", body="Trump, the president, had Covid-19; al and Qatar."),
            Article(id="c", body="President Trump: the tram of COVID-18 is his."),
        ]
    )
    wanted = {
        '"president trum*"': ["a", "c"],
        '"pres*t trump"': ["c"],
        '"tr?m of"': ["c"],
        '"president tr*"~1': ["a", "b", "c"],
        "covid-1*": ["b", "c"],
        "(covid-1?)": ["b", "c"],
        "al-q*": ["a"],
        "title:covid-1*": [],
        '-"president trum*"': ["b"],
    }
    assert {query: sorted(ids(index.search(query))) for query in wanted} == wanted
    [hit] = index.search("al-q*")
    (start, end), *_ = hit.snippet.highlights
    assert hit.snippet.text[start:end] == "al-Qaida"
