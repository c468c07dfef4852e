"""The newsearch command: what it prints where, and its exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import newsearch as newsearch_package
from newsearch import __version__ as package_version
from newsearch.cli import run
from newsearch.search.run import exhaustive, postings
from newsearch.search.run.warming import Warming
from newsearch.stopping import check

BIEGUN_HITS = 3


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


Command = Callable[..., Outcome]


@pytest.fixture
def newsearch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSEARCH_INDEX", raising=False)

    def command(*args: str | Path) -> Outcome:
        status = run([str(arg) for arg in args])
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return command


@pytest.fixture
def indexed(newsearch: Command, seeds: Path) -> Command:
    """Run a command line where the seeds are indexed."""
    assert newsearch("index", seeds).status == 0
    return newsearch


def test_index_counts_what_it_added_and_leaves_it_alone_the_second_time(
    newsearch: Command, seeds: Path
) -> None:
    first, second = newsearch("index", seeds), newsearch("index", seeds)

    assert first.status == second.status == 0
    assert "3 added, 0 updated, 0 unchanged" in first.out
    assert "0 added, 0 updated, 3 unchanged" in second.out


def test_query_prints_the_json_of_the_contract(indexed: Command) -> None:
    outcome = indexed("query", "biegun", "--json")

    record = json.loads(outcome.out)
    assert outcome.status == 0
    assert record["query"] == "biegun"
    assert record["total"] == len(record["hits"]) == BIEGUN_HITS
    assert record["took_ms"] > 0
    for rank, hit in enumerate(record["hits"], 1):
        assert hit["rank"] == rank
        assert {"score", "id", "title", "date", "source", "snippet"} <= hit.keys()
        text = hit["snippet"]["text"]
        marked = {text[start:end] for start, end in hit["snippet"]["highlights"]}
        assert marked == {"Biegun"}


@pytest.mark.parametrize("words", ["jomon", "elderly drivers", "earthquake", "subscribing"])
def test_teasers_and_pleas_are_not_found(indexed: Command, words: str) -> None:
    outcome = indexed("query", words, "--count")

    assert (outcome.status, outcome.out) == (1, "0\n")


def test_explain_tells_how_the_query_was_run_and_why(indexed: Command) -> None:
    outcome = indexed("query", "biegun", "--source", "Kyodo", "--count", "--explain")
    assert (outcome.status, outcome.out) == (0, "2\n")
    assert "all words: every word and phrase must match" in outcome.err
    assert "scored: biegun" in outcome.err
    assert "filters: source:kyodo" in outcome.err
    assert "run: " in outcome.err


def test_query_for_people_shows_rank_title_origin_and_id(indexed: Command) -> None:
    outcome = indexed("query", "biegun", "agency:AP", "--color", "never")

    assert outcome.out.splitlines()[:3] == [
        "  1 U.S. envoy, after Seoul visit, reassures Japan of alliance",
        "    AP · 2020-07-10",
        "    seeds/envoy-reassures-japan-of-alliance.txt",
    ]
    assert "\x1b" not in outcome.out
    assert outcome.err.startswith("1 article, ")


def test_matches_are_coloured_only_where_asked(indexed: Command) -> None:
    assert "\x1b[1;33mBiegun\x1b[0m" in indexed("query", "biegun", "--color", "always").out
    assert "\x1b" not in indexed("query", "biegun").out


def test_articles_without_headline_say_so_and_show_their_first_words(
    newsearch: Command, tmp_path: Path
) -> None:
    body = "Envoys met \x1b in Seoul.\n" + "Nobody knew what they had to say. " * 20 + "A needle."
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps({"id": "a", "body": body}))
    newsearch("index", source)

    late, early = newsearch("query", "needle").out, newsearch("query", "envoys").out

    assert late.startswith("  1 (no title) Envoys met   in Seoul. Nobody knew")
    assert early.startswith("  1 (no title)\n")


def test_titles_are_marked_in_json_and_on_a_terminal(indexed: Command) -> None:
    (hit,) = json.loads(indexed("query", "reassures", "--json").out)["hits"]

    marked = [hit["title"][start:end] for start, end in hit["title_highlights"]]
    assert marked == ["reassures"]
    assert "\x1b[33mreassures\x1b[39m" in indexed("query", "reassures", "--color", "always").out


def test_pages_and_fields_of_hits_are_chosen(indexed: Command) -> None:
    hits = json.loads(indexed("query", "biegun", "--json").out)["hits"]
    best = hits[0]["score"]
    page = ("--offset", "1", "-n", "1")

    assert json.loads(indexed("query", "biegun", *page, "--jsonl").out) == hits[1]
    assert indexed("query", "biegun", *page).out.startswith("  2 ")
    assert "3 articles, 1 shown" in indexed("query", "biegun", *page).err
    fields = ("--fields", "date, ID,rank,body,agency", "--no-snippet")
    line = json.loads(indexed("query", "biegun", *page, *fields, "--jsonl").out)
    assert list(line) == ["date", "id", "rank", "body", "agency"]
    assert (line["id"], line["rank"], "Biegun" in line["body"]) == (hits[1]["id"], 2, True)
    table = indexed("query", "biegun", *page, "--fields", "rank,snippet", "--csv").out
    assert table == f"rank,snippet\r\n2,{csv_of(hits[1]['snippet']['text'])}\r\n"
    assert indexed("query", "biegun", "--min-score", str(best), "--count").out == "1\n"
    assert indexed("query", "biegun", "--min-score", "1000").status == 1


def test_newer_articles_come_first_where_scores_halve_with_age(indexed: Command) -> None:
    found = indexed("query", "biegun", "--half-life", "1d", "--now", "2020-07-15", "--explain")

    assert "scores halve every 1 days before 2020-07-16T00:00:00Z" in found.err
    assert "half_life" in indexed("query", "biegun", "--half-life", "soon").err
    assert indexed("query", "biegun", "--now", "2020").status == 2


def csv_of(cell: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([cell])
    return line.getvalue()


def test_no_snippet_is_shown_where_none_is_wanted(
    indexed: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newsearch_package.Hit, "snippet", property(lambda hit: 1 / 0))
    asked = ("query", "biegun", "--no-snippet")

    hits = json.loads(indexed(*asked, "--json").out)["hits"]
    rows = list(csv.DictReader(io.StringIO(indexed(*asked, "--csv").out)))
    assert [hit["id"] for hit in hits] == [row["id"] for row in rows]
    assert "snippet" not in hits[0] | rows[0]
    assert hits[0]["id"] in indexed(*asked).out


def test_a_field_that_hits_have_not_is_an_error_that_names_those_there_are(
    newsearch: Command, tmp_path: Path
) -> None:
    article = {"id": "a", "body": "good", "Word Count": 7, "nested": {"b": 1}}
    (tmp_path / "a.jsonl").write_text(json.dumps(article))
    newsearch("index", "a.jsonl")

    fields = ("--fields", "word_count,Word Count,nested,section")
    assert json.loads(newsearch("query", "good", "--jsonl", *fields).out) == {
        **{"word_count": 7, "Word Count": 7, "nested": {"b": 1}, "section": None}
    }
    outcome = newsearch("query", "nothing", "--jsonl", "--fields", "id,colour")
    assert outcome.status == 2
    assert "no field 'colour'; there are rank, score, id" in outcome.err
    assert "word_count" in outcome.err
    assert "--fields goes with --json" in newsearch("query", "good", "--fields", "id").err


def test_jsonl_has_a_line_a_hit_and_csv_a_row(indexed: Command) -> None:
    lines = indexed("query", "biegun", "--jsonl").out.splitlines()
    rows = list(csv.DictReader(io.StringIO(indexed("query", "biegun", "--csv").out)))

    assert [json.loads(line)["id"] for line in lines] == [row["id"] for row in rows]
    assert len(rows) == BIEGUN_HITS
    assert all("Biegun" in row["snippet"] for row in rows)
    assert [json.loads(line)["length"] for line in lines] == [int(row["length"]) for row in rows]


def test_minus_excludes_a_word_even_one_that_looks_like_options(indexed: Command) -> None:
    assert indexed("query", "biegun", "-motegi", "--count").out == "1\n"
    assert indexed("query", "biegun", "-iran", "--count").out == "3\n"
    assert indexed("query", "biegun", "-米", "--count").out == "3\n"
    assert indexed("query", "biegun", "-n", "1", "--jsonl").out.count("\n") == 1
    assert indexed("query", "biegun", "-n=1").status == 2


def test_an_option_with_one_minus_is_a_word_with_a_warning(indexed: Command) -> None:
    outcome = indexed("query", "biegun", "-json", "--count")

    assert outcome.out == "3\n"
    assert outcome.err == "warning: -json excludes the word json; the option is --json\n"


def test_dates_and_sources_narrow(indexed: Command) -> None:
    assert indexed("query", "biegun", "--since", "2020-07-10", "--count").out == "1\n"
    assert indexed("query", "biegun", "--until", "2020-07-09", "--count").out == "0\n"
    assert indexed("query", "--source", "Kyodo", "--count").out == "2\n"


def test_show_prints_the_whole_article_of_an_id(indexed: Command) -> None:
    article_id = json.loads(indexed("query", "biegun", "--jsonl", "-n", "1").out)["id"]

    text, record = indexed("show", article_id), indexed("show", article_id, "--json")

    assert f"id: {article_id}" in text.out
    assert "Biegun" in json.loads(record.out)["body"]
    hit = json.loads(indexed("query", f"id:{article_id}", "--jsonl").out)
    assert json.loads(record.out)["length"] == hit["length"]
    assert f"length: {hit['length']}" in text.out
    assert indexed("show", "nobody").status == 1


@pytest.fixture
def two_articles(newsearch: Command, tmp_path: Path) -> Command:
    """Run a command line where there are two articles."""
    articles = [
        {"id": "a", "title": "Piers in spring", "body": "\x1b[2J A pier.\nTwo\tpiers " + "x " * 50},
        {"id": "b", "body": "Towers."},
    ]
    source = tmp_path / "two.jsonl"
    source.write_text("\n".join(map(json.dumps, articles)))
    assert newsearch("index", source).status == 0
    return newsearch


def test_show_prints_several_articles_in_the_order_asked(two_articles: Command) -> None:
    status, out, err = two_articles("show", "b", "nobody", "a", "b")

    assert status == 0
    first, second = out.split("\n———\n\n")
    assert ("id: b" in first, "id: a" in second) == (True, True)
    assert err == "no article has the id 'nobody'\n"
    assert two_articles("show", "nobody", "noone").status == 1


def test_show_gives_programs_one_object_or_one_a_line(two_articles: Command) -> None:
    one = json.loads(two_articles("show", "a", "--json").out)
    several = json.loads(two_articles("show", "b", "nobody", "a", "--json").out)
    lines = two_articles("show", "b", "nobody", "a", "--jsonl").out.splitlines()

    assert one["id"] == "a"
    assert "highlights" not in one
    assert [article["id"] for article in several["articles"]] == ["b", "a"]
    assert list(map(json.loads, lines)) == several["articles"]


def test_show_marks_what_a_query_matches_in_the_whole_article(
    two_articles: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["show", "a", "b", "--query", "pier -spring"]
    a, b = json.loads(two_articles(*asked, "--json").out)["articles"]

    for field, marks in (("title", "title_highlights"), ("body", "highlights")):
        marked = [a[field][start:end] for start, end in a[marks]]
        assert marked == {"title": ["Piers"], "body": ["pier", "piers"]}[field]
    assert (b["title_highlights"], b["highlights"]) == ([], [])

    assert "\x1b" not in two_articles(*asked).out
    monkeypatch.setattr("newsearch.cli.searching.is_colored", lambda _: True)
    shown = two_articles(*asked).out
    assert "\x1b[1m\x1b[33mPiers\x1b[39m in spring\x1b[0m" in shown
    assert "\n [2J A \x1b[1;33mpier\x1b[0m.\n\nTwo \x1b[1;33mpiers\x1b[0m x x" in shown
    assert two_articles("show", "a", "--query", "(pier").err.startswith("warning: ")


def test_deleted_articles_are_gone(indexed: Command) -> None:
    article_id = "seeds/envoy-reassures-japan-of-alliance.txt"

    assert indexed("delete", article_id).out == "1 deleted\n"
    assert indexed("query", "biegun", "--count").out == "2\n"
    assert indexed("delete", article_id).status == 1


def test_copy_makes_an_index_and_overwrites_none(indexed: Command) -> None:
    outcome = indexed("copy", "newsearch-index", "backup")

    assert outcome.status == 0
    assert outcome.out.startswith("backup holds 3 articles, ")
    assert indexed("query", "biegun", "--count", "-i", "backup").out == "3\n"
    indexed("delete", "seeds/envoy-reassures-japan-of-alliance.txt")
    again = indexed("copy", "newsearch-index", "backup")
    assert (again.status, again.out) == (2, "")
    assert "choose an empty or new folder" in again.err
    assert indexed("copy", "nowhere", "other").status == 2


def test_purged_articles_stay_out_until_they_are_unblocked(indexed: Command, seeds: Path) -> None:
    article_id = json.loads(indexed("query", "biegun", "--json").out)["hits"][0]["id"]

    assert indexed("delete", "--purge", article_id).out == "1 purged\n"

    again = indexed("index", seeds)
    assert "0 added, 0 updated, 2 unchanged, 1 rejected" in again.out
    assert f"{article_id}: purged earlier; 'newsearch delete --unblock ID'" in again.err
    assert indexed("compact").out == "0 deleted articles are gone\n"
    assert indexed("delete", "--unblock", article_id, "b").out == "1 unblocked\n"
    assert "1 added" in indexed("index", seeds).out
    assert indexed("delete", "--unblock", article_id).status == 1
    assert indexed("delete", "--purge", "--unblock", "a").status == 2


def test_stats_and_check_describe_the_index(indexed: Command) -> None:
    stats = json.loads(indexed("stats", "--json").out)

    assert stats["articles"] == BIEGUN_HITS
    assert stats["languages"] == {"en": BIEGUN_HITS}
    assert (stats["first_date"], stats["undated"]) == ("2020-07-10", 2)
    assert indexed("check").out == "3 articles, no problem found\n"
    assert indexed("stats").out.startswith("articles   3\n")


def test_run_writes_a_trec_run(indexed: Command, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": 1, "text": "Biegun: (Tokyo"}\n\n{"id": "b", "text": "nothing"}\n')

    outcome = indexed("run", queries, "-k", "2", "--output", tmp_path / "run.trec")

    rows = [line.split() for line in (tmp_path / "run.trec").read_text().splitlines()]
    assert outcome.status == 0
    assert [row[0] for row in rows] == ["1", "1"]
    assert [row[3] for row in rows] == ["1", "2"]
    assert all(row[1] == "Q0" and row[5] == "newsearch" for row in rows)


@pytest.mark.parametrize(
    "line", ["nonsense", "[1]", '{"id": 2}', '{"id": " ", "text": "a"}', '{"id": 2, "text": null}']
)
def test_run_names_the_line_that_is_no_query(indexed: Command, tmp_path: Path, line: str) -> None:
    queries = tmp_path / "bad queries.jsonl"
    queries.write_text(f'{{"id": 1, "text": "a"}}\n{line}\n')

    outcome = indexed("run", queries)

    assert outcome.status == 2
    assert f"{queries}:2" in outcome.err


def test_run_with_a_line_that_is_no_query_leaves_the_run_file_as_it_was(
    indexed: Command, tmp_path: Path
) -> None:
    queries, run_file = tmp_path / "queries.jsonl", tmp_path / "run.trec"
    good, bad = '{"id": 1, "text": "biegun"}\n', '{"id": 2, "text": "colour:red"}\n'
    for text in (good + "nonsense\n", good + bad):
        queries.write_text(text)

        outcome = indexed("run", queries, "--syntax", "query", "-o", run_file)
        printed = indexed("run", queries, "--syntax", "query")

        assert (outcome.status, printed.status, printed.out) == (2, 2, "")
        assert f"{queries}:2: " in outcome.err
        assert not run_file.exists()


def test_run_tells_the_warnings_of_each_query_once(indexed: Command, tmp_path: Path) -> None:
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": 1, "text": "biegun"}\n{"id": "b", "text": "(biegun"}\n')

    outcome = indexed("run", queries, "--syntax", "query")

    assert outcome.status == 0
    assert outcome.out.count("Q0") == 2 * BIEGUN_HITS
    assert outcome.err.startswith("warning: query b: column 1: ( is not closed")
    assert outcome.err.count("\n") == 1


def test_run_that_finds_nothing_empties_the_run_file(indexed: Command, tmp_path: Path) -> None:
    queries, run_file = tmp_path / "queries.jsonl", tmp_path / "run.trec"
    queries.write_text('{"id": 1, "text": "jomon"}\n')
    run_file.write_text("an older run\n")

    assert indexed("run", queries, "-o", run_file).status == 0

    assert run_file.read_text() == ""


@pytest.mark.parametrize("command", ["show", "delete"])
def test_id_that_begins_with_a_minus_stands_after_two(
    newsearch: Command, tmp_path: Path, command: str
) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "-dash", "body": "good"}\n')
    newsearch("index", "a.jsonl")

    outcome = newsearch(command, "-dash")

    assert outcome.status == 2
    assert "put -- before an id that begins with a minus" in outcome.err
    assert outcome.err.count("\n") == 1
    assert newsearch(command, "--", "-dash").status == 0


def test_two_ways_to_print_are_one_too_many(indexed: Command) -> None:
    outcome = indexed("query", "biegun", "--csv", "--json")

    assert (outcome.status, outcome.out) == (2, "")
    assert "--json and --csv cannot be used together" in outcome.err
    assert indexed("query", "biegun", "--csv", "--", "--json").status != 2
    assert indexed("query", "biegun", "--count", "--count").out == "3\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_csv_has_no_cell_that_a_spreadsheet_would_run(
    newsearch: Command, tmp_path: Path, start: str
) -> None:
    article = {"id": f"{start}1+1", "title": f"{start}cmd()", "body": "good", "source": "A-B=C"}
    (tmp_path / "a.jsonl").write_text(json.dumps(article))
    newsearch("index", "a.jsonl")

    (row,) = csv.DictReader(io.StringIO(newsearch("query", "good", "--csv").out, newline=""))

    assert (row["id"], row["source"], row["snippet"]) == (f"'{start}1+1", "A-B=C", "good")
    assert row["title"] == f"'{start}cmd()"
    assert "formulas" in newsearch("query", "--help").out


def test_small_indexes_have_a_size_in_kilobytes(indexed: Command) -> None:
    size_bytes = json.loads(indexed("stats", "--json").out)["size_bytes"]

    assert size_bytes < 1_000_000
    assert f"size       {size_bytes / 1000:,.1f} KB\n" in indexed("stats").out


def test_count_prints_the_number_that_query_count_prints(indexed: Command) -> None:
    assert indexed("count", "biegun") == (0, "3\n", "")
    assert indexed("count", "biegun", "-motegi").out == "1\n"
    assert indexed("count", "--source", "Kyodo").out == "2\n"
    assert indexed("count", "motegi", "nobody", "--any").out == "2\n"
    assert indexed("count", "nobody") == (1, "0\n", "advice: no article has nobody\n")
    assert json.loads(indexed("count", "biegun", "--json").out) == {"query": "biegun", "total": 3}
    assert indexed("count", '"biegun').err.startswith("warning: column 1")
    assert indexed("count", '"biegun', "--strict").status == 2
    assert "missing WORDS" in indexed("count").err


def interrupted(*_args: object, **_options: object) -> None:
    raise KeyboardInterrupt


def broken(*_args: object, **_options: object) -> None:
    raise ZeroDivisionError("by\nzero")


def test_an_interrupt_is_one_line(indexed: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsearch.open_index", interrupted)

    outcome = indexed("query", "biegun")

    assert outcome == (130, "", "newsearch: interrupted; what was committed stays\n")


def test_a_query_without_time_says_that_its_answer_is_partial(indexed: Command) -> None:
    outcome = indexed("query", "biegun", "--timeout", "0", "--json")

    assert outcome.status == 3
    assert outcome.err == "warning: the time is up; this is what was found by then\n"
    record = json.loads(outcome.out)
    assert (record["total"], record["partial"]) == (None, True)
    assert indexed("query", "biegun", "--timeout", "0", "--count")[:2] == (3, "")
    assert indexed("query", "biegun", "--timeout", "0", "--jsonl").status == 3


def test_a_count_without_time_is_no_number(indexed: Command) -> None:
    record = {"query": "biegun", "total": None, "partial": True}

    assert indexed("count", "biegun", "--timeout", "0")[:2] == (3, "")
    assert json.loads(indexed("count", "biegun", "--timeout", "0", "--json").out) == record


def test_a_query_with_time_enough_is_like_any_other(indexed: Command) -> None:
    assert indexed("count", "biegun", "--timeout", "600") == (0, "3\n", "")
    assert indexed("count", "biegun", "--timeout", "-1").status == 2


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Heed interrupts, which a program that a script starts in the background ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("timeout", [(), ("--timeout", "600")])
def test_a_query_that_is_interrupted_prints_what_was_found(
    indexed: Command, monkeypatch: pytest.MonkeyPatch, timeout: tuple[str, ...]
) -> None:
    find = postings.word_postings
    asked = []

    def interrupt_the_second(*args: Any) -> Any:
        asked.append(args)
        if len(asked) == 2:
            signal.raise_signal(signal.SIGINT)
            check()
        return find(*args)

    monkeypatch.setattr(exhaustive, "word_postings", interrupt_the_second)
    monkeypatch.setattr("newsearch.search.searcher.warming", Warming(price_s=600))
    outcome = indexed("query", "biegun OR motegi", "--json", *timeout)

    assert outcome.status == 130
    assert outcome.err == "warning: interrupted; this is what was found by then\n"
    record = json.loads(outcome.out)
    assert (record["partial"], record["total"], len(record["hits"])) == (True, None, 3)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_error_of_our_own_is_one_line_that_asks_for_a_report(
    indexed: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NEWSEARCH_DEBUG", raising=False)
    monkeypatch.setattr("newsearch.open_index", broken)

    outcome = indexed("query", "biegun")

    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == (
        "newsearch: error: unexpected ZeroDivisionError: by zero; "
        "please report it (NEWSEARCH_DEBUG=1 shows the traceback)\n"
    )


def test_an_error_of_our_own_is_raised_for_who_debugs(
    indexed: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSEARCH_DEBUG", "1")
    monkeypatch.setattr("newsearch.open_index", broken)

    with pytest.raises(ZeroDivisionError):
        indexed("query", "biegun")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["query", "x"], "newsearch-index: no index here"),
        (["query"], "missing WORDS"),
        (["query", "x", "--sort", "size"], "'size' is not one of"),
        (["query", "x", "--sot", "newest"], "no such option"),
        (["index", "nowhere"], "nowhere"),
        (["index"], "missing argument"),
        (["frobnicate"], "no such command"),
        (["run", "missing.jsonl"], "missing.jsonl"),
    ],
)
def test_every_error_is_one_line_and_status_2(
    newsearch: Command, args: list[str], message: str
) -> None:
    outcome = newsearch(*args)

    assert outcome.status == 2
    assert outcome.out == ""
    assert message in outcome.err.lower() or message in outcome.err
    assert outcome.err.count("\n") == 1


def test_without_a_command_the_help_is_shown_as_it_stands(newsearch: Command) -> None:
    outcome = newsearch()

    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("Usage: newsearch")
    assert outcome.err == newsearch("--help").out


def test_the_version_needs_no_installed_package(newsearch: Command) -> None:
    assert newsearch("--version").out.split()[-1] == package_version


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["query", "colour:red"], "no field is called colour; the fields are title"),
        (["query", "x", "--since", "someday"], "not a date"),
        (["query", '"open', "--strict"], "column 1"),
    ],
)
def test_bad_queries_have_an_error_each(indexed: Command, args: list[str], message: str) -> None:
    outcome = indexed(*args)

    assert outcome.status == 2
    assert message in outcome.err


@pytest.mark.parametrize("args", [["query", "x", "-n"], ["run", "queries.jsonl", "-k"]])
def test_what_is_no_whole_number_is_said_to_be_none(
    indexed: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "queries.jsonl").write_text("")
    for number in ("x", "1.5"):
        outcome = indexed(*args, number)
        assert outcome.status == 2
        assert f"'{number}' is not a whole number, " in outcome.err
    assert re.search(r"'-1' is not a whole number, [01] or more;", indexed(*args, "-1").err)


def test_what_an_option_takes_may_begin_with_a_minus(indexed: Command) -> None:
    assert "half_life is '-3d'" in indexed("query", "oil", "--half-life", "-3d").err
    timeline = indexed("timeline", "-oil", "--vs", "-oil *", "--json").out
    assert [one["query"] for one in json.loads(timeline)["series"]] == ["-oil", "-oil *"]


def test_a_load_that_reads_no_article_has_status_1_and_says_so(
    newsearch: Command, tmp_path: Path
) -> None:
    (tmp_path / "nothing").mkdir()
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"id": "a"}\n')
    for path, remarks in ((tmp_path / "nothing", 0), (bad, 1)):
        outcome = newsearch("index", path)
        assert outcome.status == 1
        assert outcome.err.splitlines()[remarks:] == [f"no article was read from {path}"]

    bad.write_text('{"id": "a"}\n{"id": "b", "body": "Talks."}\n')
    statuses = [newsearch("index", bad, "--json").status for _ in range(2)]
    assert statuses == [0, 0]


def test_an_index_of_another_version_says_what_to_do(
    indexed: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsearch.codec.framing.FORMAT_VERSION", 99)
    outcome = indexed("check")
    said = outcome.out + outcome.err

    assert outcome.status == 2
    assert "this one reads 99); run 'newsearch rebuild'" in said
    assert "newsearch check" not in said
    (before,) = Path("newsearch-index").glob("*.seg")
    assert indexed("rebuild").out == "3 articles indexed again\n"
    assert not before.exists()
    assert indexed("check").status == 0


def test_check_does_not_send_to_check(indexed: Command) -> None:
    folder = Path("newsearch-index")
    (segment,) = folder.glob("*.seg")
    content = bytearray(segment.read_bytes())
    content[0] ^= 1
    segment.write_bytes(content)

    assert "'newsearch check' lists what is damaged" in indexed("stats").err
    outcome = indexed("check")
    assert outcome.status == 2
    assert "was not written by newsearch" in outcome.out
    with pytest.warns(UserWarning, match="articles left out"):
        assert indexed("query", "biegun", "--partial").status == 3
    url = folder.absolute().as_uri()
    assert "was not written by newsearch" in indexed("check", "-i", url).out
    with pytest.warns(UserWarning, match="articles left out"):
        assert indexed("query", "biegun", "--partial", "-i", url).status == 3
    assert indexed("check", "--repair").out.startswith(f"lost: {segment.name}: all of its")
    outcome = indexed("check")
    assert outcome.status == 0
    assert f"{segment.name}.damaged: kept by a repair" in outcome.err
    indexed("compact")
    assert indexed("check").err == ""


@pytest.mark.parametrize("content", [None, b"", b'{"newsearch": []}'])
def test_a_marker_that_is_damaged_or_lost_is_made_again(
    indexed: Command, tmp_path: Path, content: bytes | None
) -> None:
    (marker,) = tmp_path.rglob("newsearch.json")
    marker.unlink() if content is None else marker.write_bytes(content)

    for command in (["query", "biegun"], ["delete", "x"], ["check"]):
        outcome = indexed(*command)
        assert (outcome.status, "--repair" in outcome.err) == (2, True)
        assert "newsearch.json: is " in outcome.err
    outcome = indexed("check", "--repair")
    assert (outcome.status, outcome.out) == (0, "")
    assert "mended: newsearch.json: is " in outcome.err
    assert indexed("check").status == 0


def test_a_malformed_query_is_answered_with_a_warning(indexed: Command) -> None:
    outcome = indexed("query", '"biegun', "--count")

    assert outcome.out == "3\n"
    assert outcome.err.startswith("warning: column 1")


def test_a_folder_with_other_files_is_not_made_an_index(
    newsearch: Command, seeds: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")

    outcome = newsearch("index", seeds, "--index", tmp_path / "mine")

    assert outcome.status == 2
    assert "holds other files" in outcome.err
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_rejected_lines_are_reported_and_the_rest_is_loaded(
    newsearch: Command, tmp_path: Path
) -> None:
    lines = tmp_path / "some lines.jsonl"
    lines.write_bytes(b'{"id": "a", "body": "good"}\r\n{"id": \r\n{"id": "b"}\n{"body": "fine"}')

    outcome = newsearch("index", lines, "--json")

    report = json.loads(outcome.out)
    assert outcome.status == 0
    assert report["added"] == 2
    assert [remark["line"] for remark in report["rejected"]] == [2, 3]
    assert newsearch("index", lines, "--strict").status == 2


def test_names_of_files_cannot_steer_the_terminal(newsearch: Command, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m\nb.jsonl").write_text("nonsense")

    outcome = newsearch("index", tmp_path)

    assert "\x1b" not in outcome.err
    assert outcome.err.count("\n") == 2


def test_the_index_inside_the_indexed_folder_is_not_read(
    newsearch: Command, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "body": "good"}\n')

    newsearch("index", ".")
    outcome = newsearch("index", ".", "--json")

    assert json.loads(outcome.out)["rejected"] == []
    assert json.loads(outcome.out)["unchanged"] == 1


def test_the_program_reads_standard_input_and_survives_a_reader_that_leaves(
    tmp_path: Path,
) -> None:
    environment = os.environ | {"NEWSEARCH_INDEX": str(tmp_path / "an index")}
    program = [sys.executable, "-m", "newsearch"]
    # More than a pipe holds, so that the writer does meet the closed end.
    line = json.dumps({"id": "é", "body": "Größe \ud800 matters", "more": "x" * 8_000_000})

    loaded = subprocess.run(
        [*program, "index", "-", "--format", "jsonl"],
        input=line.encode(),
        env=environment,
        check=True,
        capture_output=True,
    )
    with subprocess.Popen(
        [*program, "query", "größe", "--jsonl"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as query:
        assert query.stdout is not None
        assert query.stderr is not None
        first = query.stdout.read(1)
        query.stdout.close()
        complaint = query.stderr.read()

    assert loaded.stderr == b""
    assert (first, complaint, query.returncode) == (b"{", b"", 0)


def test_the_index_is_named_before_or_after_the_command(
    newsearch: Command, seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert newsearch("--index", "a", "index", seeds).status == 0
    monkeypatch.setenv("NEWSEARCH_INDEX", "absent")

    assert newsearch("-i", "a", "query", "biegun", "--count").out == f"{BIEGUN_HITS}\n"
    assert newsearch("-i", "absent", "query", "biegun", "--count", "-i", "a").status == 0
    assert "absent: no index here" in newsearch("query", "biegun").err
    file = min(one for one in seeds.iterdir() if one.is_file())
    assert f"error: {file}: is a file" in newsearch("query", "biegun", "-i", file).err


def test_a_scheme_that_no_engine_knows_is_an_error(newsearch: Command) -> None:
    outcome = newsearch("query", "biegun", "-i", "gopher://host/news")

    assert outcome.status == 2
    assert "no engine for gopher://" in outcome.err


def test_data_in_a_pipe_is_utf8_whatever_the_system_writes_by_default(tmp_path: Path) -> None:
    environment = os.environ | {"NEWSEARCH_INDEX": str(tmp_path), "PYTHONIOENCODING": "cp1252"}
    program = [sys.executable, "-m", "newsearch"]
    line = json.dumps({"id": "a", "body": "Größe ≠ 東京"}).encode()
    subprocess.run([*program, "index", "-"], input=line, env=environment, check=True)

    for form in ("--jsonl", "--csv"):
        query = [*program, "query", "größe", form]
        printed = subprocess.run(query, env=environment, capture_output=True, check=True).stdout

        assert "Größe ≠ 東京" in printed.decode()
        assert b"\r\r" not in printed


def test_who_finds_nothing_is_told_what_is_near(indexed: Command) -> None:
    misspelt = indexed("query", "beigun", "kyoto")
    unknown_source = indexed("count", "biegun", "--source", "Kyoda")

    assert misspelt.status == unknown_source.status == 1
    assert "advice: no article has beigun; near it: biegun" in misspelt.err
    assert "(--any): " in misspelt.err or "kyoto" in misspelt.err
    assert "advice: no article has source:kyoda; near it: Kyodo" in unknown_source.err
    assert f"advice: without source:kyoda: {BIEGUN_HITS} articles" in unknown_source.err
    assert unknown_source.out == "0\n"


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("querry", "did you mean 'query'?"),
        ("search", "did you mean 'query'?"),
        ("Load", "did you mean 'index'?"),
        ("rm", "did you mean 'delete'?"),
        ("merge", "did you mean 'compact'?"),
        ("stat", "did you mean 'stats'?"),
        ("biegun", "to find words, write 'newsearch query WORDS'"),
    ],
)
def test_a_command_that_is_none_is_told_which_is_meant(
    newsearch: Command, written: str, remedy: str
) -> None:
    assert newsearch(written, "korea") == (
        2,
        "",
        f"newsearch: error: no such command '{written}'; {remedy}; see 'newsearch --help'\n",
    )


def test_parse_prints_articles_as_lines_of_json(newsearch: Command, seeds: Path) -> None:
    pages = sorted(seeds.glob("*.txt"))
    outcome = newsearch("parse", *pages)

    articles = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.status == 0
    assert [Path(article["id"]).name for article in articles] == [page.name for page in pages]
    assert articles[1]["title"] == "U.S. envoy, after Seoul visit, reassures Japan of alliance"
    assert articles[1]["date_origin"] == "page text"


def test_parse_explains_each_line_for_people_and_for_programs(
    newsearch: Command, seeds: Path
) -> None:
    page = seeds / "envoy-reassures-japan-of-alliance.txt"
    text = newsearch("parse", "--explain", page).out
    found = json.loads(newsearch("parse", "--explain", "--json", page).out)

    assert "author   line 7            Mari Yamaguchi\n" in text
    assert {"name": "author", "value": ["Mari Yamaguchi"], "origin": "line 7"} in found["facts"]
    assert found["lines"][0]["kept"] is False
    assert found["article"]["author"] == ["Mari Yamaguchi"]


def test_parse_ends_with_1_where_nothing_is_an_article(newsearch: Command, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    outcome = newsearch("parse", "empty.txt")

    assert outcome.status == 1
    assert outcome.out == ""
    assert "rejected: empty.txt: the file is empty" in outcome.err
    assert newsearch("parse", "missing.txt").status == 2
    assert newsearch("parse", "--json", "empty.txt").status == 2


def test_a_folder_is_kept_in_step_with_its_files(newsearch: Command, tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / "pages").mkdir(exist_ok=True)
        (tmp_path / "pages" / f"{name}.jsonl").write_text(f'{{"id": "{name}", "body": "A pier."}}')
    assert newsearch("index", tmp_path / "pages", "--exclude", "c.*").out.startswith("2 added")
    (tmp_path / "pages" / "a.jsonl").unlink()
    pruned = newsearch("index", tmp_path / "pages", "--prune").out
    assert pruned.startswith("1 added, 0 updated, 1 unchanged, 1 pruned, 0 rejected;")
