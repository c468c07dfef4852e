"""Facets: what is counted by which field, and how it is shown."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

import newsearch
from newsearch.cli import run
from newsearch.errors import QueryError, UnknownFieldError

ROWS = [
    *({"source": "Älpen-Post", "section": "World", "topic": ["trade", "grain"]} for _ in range(3)),
    *({"source": "Times", "section": "World", "topic": "trade"} for _ in range(2)),
    {"section": "Sport"},
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add({"id": f"{n}", "body": "A pier.", **row} for n, row in enumerate(ROWS))
        index.add({"id": "other", "body": "A tower.", "source": "Times"})
    return tmp_path / "index"


def test_a_field_that_is_named_twice_is_counted_once(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        found = index.facets("pier", by=["source", "Source", "Topic", "topic"])

    assert [one.by for one in found.facets] == ["source", "topic"]


def test_facets_equal_a_count_over_all_that_scan_gives(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        found = index.facets("pier", by=["source", "topic", "section"])
        articles = list(index.scan("pier"))

    assert found.total == len(articles)
    for by in ("source", "section"):
        assert found[by] == dict(Counter(one[by] for one in articles if by in one))
    assert found["topic"] == {"trade": 5, "grain": 3}
    assert [one.missing for one in found.facets] == [1, 1, 0]


def test_a_value_that_an_article_has_twice_counts_once_and_the_empty_one_is_none(
    tmp_path: Path,
) -> None:
    names = [("B", "A", "B"), ("",), ("A", ""), (), ("B",)]
    with newsearch.open_index(tmp_path / "names", create=True) as index:
        index.add(newsearch.Article(id=f"{n}", body="x", author=one) for n, one in enumerate(names))
        index.delete("4")
        [authors] = index.facets(by="author").facets

    assert (authors.values, authors.missing) == ((("A", 2), ("B", 1)), 2)


def test_values_are_found_by_a_part_of_them_whatever_its_accents(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        assert index.facets(by="source", contains="alpen-")["source"] == {"Älpen-Post": 3}


def test_the_most_frequent_values_are_kept_and_all_are_counted(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        [sources] = index.facets(by="source", limit=1).facets

    assert sources.values == (("Times", 3),)
    assert (sources.n_values, sources.missing) == (2, 1)


def test_a_field_that_there_is_not_is_named_with_those_that_there_are(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        with pytest.raises(UnknownFieldError, match="topic"):
            index.facets(by="topics")
        with pytest.raises(QueryError, match="name a field"):
            index.facets(by=[])


def test_the_command_prints_tables_json_and_csv(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["facets", "pier", "--by", "source, topic", "-i", str(archive)]
    assert run(asked) == 0
    assert capsys.readouterr().out.splitlines() == [
        "source      articles      %",
        "Älpen-Post         3     50",
        "Times              2  33.33",
        "(none)             1  16.67",
        "",
        "topic   articles      %",
        "trade          5  83.33",
        "grain          3     50",
        "(none)         1  16.67",
    ]
    assert run([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "query": "pier",
        "total": 6,
        "facets": {
            "source": [{"value": "Älpen-Post", "count": 3}, {"value": "Times", "count": 2}],
            "topic": [{"value": "trade", "count": 5}, {"value": "grain", "count": 3}],
        },
        "missing": {"source": 1, "topic": 1},
    }
    assert run([*asked, "--csv"]) == 0
    assert "source,,1" in capsys.readouterr().out.splitlines()


def test_nothing_found_is_status_1(archive: Path) -> None:
    assert run(["facets", "zebra", "-i", str(archive)]) == 1
