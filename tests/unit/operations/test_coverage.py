"""Coverage: what is counted, and what is marked."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsearch
from newsearch.answers.coverage import marks_of
from newsearch.cli import run
from newsearch.operations.coverage import CoverageOptions, coverage

MONTHS = [1] * 12 + [12, 11, 14, 0, 0, 0, 12, 90, 13, 2, 12]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    dates = [f"2019-{n:02}" for n in (1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 6, 6, 6, 6, 6)]
    rows = [
        *({"source": "Post", "date": date} for date in dates),
        *({"source": "Times", "date": date} for date in ("1960-02-03", "1961")),
        *({"date": "2020-01-01"}, {"source": "Post"}),
    ]
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        for part in (0, 1):
            some = enumerate(rows[part::2])
            index.add({"id": f"{part}-{n}", "body": "A pier."} | one for n, one in some)
    return tmp_path / "index"


def test_every_article_counts_once_under_its_source_and_month(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        articles = list(index.scan("*"))
        found = coverage(index, CoverageOptions())
    expected = Counter(
        (one.get("source"), one.get("date", "")[:7].ljust(7, "-").replace("1961---", "1961-01"))
        for one in articles
    )
    rows = {(row[0], row[1] or "-------"): row[2] for row in found.as_table().rows if row[2]}
    assert rows == expected


def test_months_without_articles_are_rows_and_a_gap_is_marked(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        post = coverage(index, CoverageOptions()).sources[0]
    assert post.periods == (
        *(("2019-01", 6), ("2019-02", 5), ("2019-03", 0), ("2019-04", 0)),
        *(("2019-05", 0), ("2019-06", 5)),
    )
    assert post.striking() == "none in 2019-03 to 2019-05"


def test_years_are_counted_too(archive: Path) -> None:
    with newsearch.open_index(archive) as index:
        times = coverage(index, CoverageOptions(by="year")).sources[1]
    assert times.periods == (("1960", 1), ("1961", 1))


def test_the_command_prints_sources_and_the_form_of_its_json(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["coverage", "--index", str(archive)]) == 0
    assert "none in 2019-03 to 2019-05" in capsys.readouterr().out
    assert run(["coverage", "--index", str(archive), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    first = told["sources"][0]
    assert (told["by"], first["source"], first["articles"], first["undated"]) == (
        *("month", "Post", 17, 1),
    )
    assert first["periods"][2] == {"start": "2019-03", "articles": 0, "mark": "gap"}


def test_gaps_few_and_many_are_marked_beside_the_usual_number() -> None:
    marked = {at: mark for at, mark in enumerate(marks_of(MONTHS)) if mark}
    assert marked == {15: "gap", 16: "gap", 17: "gap", 19: "many", 21: "few"}


def test_a_source_that_seldom_writes_has_no_gaps() -> None:
    assert set(marks_of([1, 0, 0, 1, 0, 0, 1, 0, 0, 2, 0, 1])) == {""}


@given(st.lists(st.integers(0, 50)))
def test_only_periods_without_articles_are_gaps(counts: list[int]) -> None:
    marks = marks_of(counts)
    assert len(marks) == len(counts)
    assert all(count == 0 for count, mark in zip(counts, marks, strict=True) if mark == "gap")
    assert all(count for count, mark in zip(counts, marks, strict=True) if mark in ("few", "many"))
