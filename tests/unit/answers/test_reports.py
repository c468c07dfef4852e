"""What a load and an index tell of themselves, for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsearch.answers.reports import REMARKS_PER_FILE, LoadReport, Remark, Remarks, Stats

STATS = Stats(
    articles=1_200,
    deleted=3,
    tokens=500_000,
    languages={"en": 1_000, "fr": 200},
    first_date="1987-02-26",
    last_date="2020-07-10",
    undated=7,
    segments=2,
    size_bytes=2_500_000,
)


def shown(stats: Stats) -> dict[str, str]:
    lines = stats.as_table().text()
    return {line.split()[0]: line.split(maxsplit=1)[1] for line in lines}


def test_a_report_counts_what_became_of_articles() -> None:
    rejected = Remarks([Remark("a.csv", 3, "no text"), Remark("b.csv", None, "is empty")])

    report = LoadReport(added=1_200, updated=2, unchanged=30, rejected=rejected)

    assert str(report) == "1,200 added, 2 updated, 30 unchanged, 2 rejected"


def test_a_report_keeps_some_remarks_of_each_file_and_counts_all() -> None:
    report = LoadReport()
    for number in range(REMARKS_PER_FILE + 5):
        report.rejected.add(Remark("a.csv", number, "no text"))
    report.rejected.add(Remark("b.csv", 1, "no text"))

    assert len(report.rejected) == REMARKS_PER_FILE + 1
    assert str(report).endswith(f"{REMARKS_PER_FILE + 6:,} rejected")
    assert report.as_dict()["rejected_more"] == 5


def test_notes_are_of_one_kind_whatever_values_they_name() -> None:
    report = LoadReport()
    for number in range(200):
        report.notes.add(Remark("a.csv", number, f"date ignored: 'day {number}' is no date"))
        report.notes.add(Remark(f"{number}.png", None, "skipped, an image"))

    assert [(str(note), n) for note, n in report.notes.by_kind()] == [
        ("a.csv:0: date ignored: 'day 0' is no date", 200),
        ("0.png: skipped, an image", 200),
    ]
    assert len(report.as_dict()["notes"]) == report.as_dict()["notes_more"] == 200


def test_a_remark_names_the_line_where_one_is_meant() -> None:
    assert str(Remark("a.csv", 3, "no text")) == "a.csv:3: no text"
    assert str(Remark("b.csv", None, "is empty")) == "b.csv: is empty"


def test_stats_are_shown_as_people_read_them() -> None:
    assert shown(STATS) == {
        "articles": "1,200",
        "deleted": "3",
        "words": "500,000",
        "languages": "en 1,000, fr 200",
        "dates": "1987-02-26 to 2020-07-10",
        "undated": "7",
        "segments": "2",
        "size": "2.5 MB",
    }


def test_stats_show_no_dates_where_no_article_has_one() -> None:
    undated = replace(STATS, first_date="", last_date="")

    assert " to " not in " ".join(undated.as_table().text())


@pytest.mark.parametrize(
    ("size_bytes", "expected"),
    [
        (1_500, "1.5 KB"),
        (999_900, "999.9 KB"),
        (1_000_000, "1.0 MB"),
        (12_345_000_000, "12,345.0 MB"),
    ],
)
def test_sizes_have_the_unit_that_suits_them(size_bytes: int, expected: str) -> None:
    assert shown(replace(STATS, size_bytes=size_bytes))["size"] == expected
