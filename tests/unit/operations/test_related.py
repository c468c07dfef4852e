"""Related articles: which are found, in which order, on every engine."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from strategies import collections
from support.memory_engine import MemoryEngine

import newsearch
from newsearch.article import Article
from newsearch.cli import run
from newsearch.errors import QueryError
from newsearch.operations.related import related

QUAKE = "A strong earthquake shook the coast near Valdivia; rescuers dug in the rubble."
ROWS = [
    {"id": "quake", "title": "Quake in Valdivia", "body": QUAKE, "published": "2020-03-10"},
    {"id": "copy", "title": "From the wires", "body": f"{QUAKE}\n", "published": "2020-03-10"},
    {"id": "next", "body": "Rescuers in Valdivia leave the rubble.", "published": "2020-03-12"},
    {"id": "years", "body": "Rescuers in Valdivia leave the rubble!", "published": "2012-03-12"},
    {
        "id": "far",
        "body": "Sun on the coast, and sand, and wind.",
        "published": "2020-03-09T23:59:59Z",
    },
    {"id": "undated", "body": "Valdivia has a university, a brewery and rain."},
    {"id": "other", "body": "Bread prices rise.", "published": "2020-03-10"},
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(ROWS)
    return tmp_path / "index"


def ids(archive: Path, *asked: object, **options: object) -> list[str]:
    with newsearch.open_index(archive) as index:
        return [hit.id for hit in index.related(*asked, **options)]  # type: ignore[arg-type]


def test_the_nearest_in_words_and_time_come_first_without_copies(archive: Path) -> None:
    found = ids(archive, "quake")

    assert sorted(found) == ["far", "next", "undated", "years"]
    assert found.index("next") < found.index("years")
    assert ids(archive, "quake", limit=2) == found[:2]
    assert ids(archive, "quake", limit=0) == []
    assert ids(archive, "other") == []


def test_what_is_not_before_or_not_within_the_window_is_left_out(archive: Path) -> None:
    assert ids(archive, "quake", before=True) == ["far", "years"]
    assert ids(archive, "quake", window_days=2) == ["next", "far"]
    assert ids(archive, "quake", window_days=1) == ["far"]
    assert ids(archive, "quake", window_days=1, before=True) == ["far"]


def test_an_article_that_is_not_in_the_archive_can_be_given(archive: Path) -> None:
    assert ids(archive, Article(id="new", body="Bread prices."), limit=1) == ["other"]
    assert ids(archive, Article(id="new", body="Nothing of that.")) == []


def test_what_cannot_be_asked_is_refused(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        with pytest.raises(QueryError, match="no article has the id 'none'"):
            index.related("none")
        with pytest.raises(QueryError, match="'undated' has no date"):
            index.related("undated", before=True)
        with pytest.raises(QueryError, match="limit is -1"):
            index.related("quake", limit=-1)
        with pytest.raises(QueryError, match="window_days is -1"):
            index.related("quake", window_days=-1)


def test_a_window_may_reach_beyond_all_dates_that_there_are(archive: Path) -> None:
    last = Article(id="new", body="Bread prices.", date="9999-12-31")
    assert ids(archive, last, window_days=3) == []
    assert ids(archive, last, window_days=10**20) == ids(archive, last)


def test_results_are_those_of_a_query(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        results = index.related("quake", limit=1)
        [hit] = results
        assert (results.query, results.total, hit.rank) == ("quake", 1, 1)
        assert [hit.snippet.text[start:end] for start, end in hit.snippet.highlights] == [
            *("Rescuers", "Valdivia", "rubble"),
        ]


@settings(max_examples=10)
@given(articles=collections(6))
def test_engines_agree(articles: Sequence[Article]) -> None:
    memory = MemoryEngine()
    memory.add(articles)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        newsearch.open_index(Path(folder) / "index", create=True) as index,
    ):
        index.add(articles)
        for one in articles[:2]:
            found, expected = index.related(one.id), related(memory, one.id)
            assert {hit.id: hit.score for hit in found} == pytest.approx(
                {hit.id: hit.score for hit in expected}, rel=1e-5
            )


def test_the_command_prints_hits_and_json(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["related", "quake", "-n", "1", "--window", "5", "-i", str(archive)]
    assert run(asked) == 0
    assert capsys.readouterr().out.splitlines()[2].strip() == "next"
    assert run([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["query"], told["total"], told["hits"][0]["id"]) == ("quake", 1, "next")
    assert run(["related", "other", "-i", str(archive)]) == 1
    assert capsys.readouterr() == ("", "0 articles\n")
    assert run(["related", "none", "-i", str(archive)]) == 2
