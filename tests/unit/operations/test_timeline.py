"""Timelines: what is counted in which period, beside what, and how it is shown and drawn."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.memory_engine import MemoryEngine

import newsearch
from newsearch.answers.timeline import Bucket, Series, Timeline
from newsearch.cli import run
from newsearch.errors import NewsearchError, QueryError
from newsearch.operations.timeline import timeline
from newsearch.stopping import Stopped

ARTICLES = [
    {"id": "a", "body": "A pier, a long pier.", "date": "1987-01-31T23:30", "source": "Post"},
    {"id": "b", "body": "A pier burnt.", "date": "1987-03-02", "source": "Times"},
    {"id": "c", "body": "A tower.", "date": "1987-03-31", "source": "Times"},
    {"id": "d", "body": "A tower by the pier.", "date": "1987-08-10", "source": "Echo"},
    {"id": "e", "body": "A tower.", "date": "1988", "source": "Post"},
    {"id": "f", "body": "The pier is old."},
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(ARTICLES)
    return tmp_path / "index"


@pytest.fixture
def engine() -> MemoryEngine:
    engine = MemoryEngine()
    engine.add(ARTICLES)
    return engine


def told(series: Series | Timeline) -> list[tuple[str, int, int]]:
    return [(one.start, one.matching, one.all) for one in series.buckets]


@pytest.mark.parametrize(
    ("by", "starts"),
    [
        ("year", ["1987", "1988"]),
        ("quarter", ["1987-01", "1987-04", "1987-07", "1987-10", "1988-01"]),
        ("month", ["1987-01", "1987-02", "1987-03"]),
        ("week", ["1987-01-26", "1987-02-02", "1987-02-09"]),
        ("day", ["1987-01-31", "1987-02-01", "1987-02-02"]),
    ],
)
def test_periods_follow_each_other_and_add_up(archive: Path, by: Any, starts: list[str]) -> None:
    with newsearch.open_index(archive) as index:
        found = index.timeline("pier", by=by)

    [series] = found.series
    assert [one.start for one in found.buckets][: len(starts)] == starts
    assert (series.total, series.undated) == (4, Bucket("", 1, 1))
    assert sum(one.all for one in found.buckets) == 5


def test_periods_without_articles_are_kept_and_have_no_share(engine: MemoryEngine) -> None:
    found = timeline(engine, "pier", by="quarter")

    assert told(found) == [
        *[("1987-01", 2, 3), ("1987-04", 0, 0), ("1987-07", 1, 1)],
        *[("1987-10", 0, 0), ("1988-01", 0, 1)],
    ]
    assert [one.share for one in found.buckets] == [pytest.approx(2 / 3), None, 1, None, 0]


def test_all_articles_are_those_that_the_filters_leave(engine: MemoryEngine) -> None:
    found = timeline(engine, "pier", by="month", source="Times", timezone="+01:00")

    assert told(found) == [("1987-03", 1, 2)]
    zoned = timeline(engine, "pier", by="month", until="1987-03", timezone="+01:00")
    assert told(zoned) == [("1987-02", 1, 1), ("1987-03", 1, 2)]
    assert told(timeline(engine, "-tower pier", by="year", syntax="words")) == [
        *[("1987", 1, 4), ("1988", 0, 1)]
    ]


def test_each_query_has_its_series_over_the_same_periods(engine: MemoryEngine) -> None:
    found = timeline(engine, "pier", vs=["tower", "pier", " ", "zebra"], by="year")

    assert [(one.name, told(one)) for one in found.series] == [
        ("pier", [("1987", 3, 4), ("1988", 0, 1)]),
        ("tower", [("1987", 2, 4), ("1988", 1, 1)]),
        ("zebra", [("1987", 0, 4), ("1988", 0, 1)]),
    ]
    assert told(found) == told(found.series[0])


def test_values_are_told_apart_with_shares_of_their_own_articles(engine: MemoryEngine) -> None:
    found = timeline(engine, "pier", per="source", limit=3, by="year")

    assert [(one.value, told(one), one.undated) for one in found.series] == [
        (None, [("1987", 0, 0), ("1988", 0, 0)], Bucket("", 1, 1)),
        ("Echo", [("1987", 1, 1), ("1988", 0, 0)], Bucket("", 0, 0)),
        ("Post", [("1987", 1, 1), ("1988", 0, 1)], Bucket("", 0, 0)),
        ("(other)", [("1987", 1, 2), ("1988", 0, 0)], Bucket("", 0, 0)),
    ]
    assert found.series[0].name == "(none)"
    assert told(found) == [("1987", 3, 4), ("1988", 0, 1)]
    long = f"pier OR {'x' * 30}"
    both = timeline(engine, "pier", vs=long, per="lang")
    assert [one.name for one in both.series] == ["pier, en", f"{long}, en"]
    assert f"start{' ' * 15}pier, en  pier OR {'x' * 16}…" in [*both.text()]


def test_words_that_match_are_counted_among_all_words(engine: MemoryEngine) -> None:
    found = timeline(engine, "pier", by="year", count="words")

    assert told(found) == [("1987", 4, 15), ("1988", 0, 2)]
    assert found.shown_share(found.buckets[0]) == 267_000
    assert "matches per million words" in "\n".join(found.text())


def test_by_words_is_words_by_month(engine: MemoryEngine) -> None:
    words = timeline(engine, "pier", by="words")

    assert words == timeline(engine, "pier", by="month", count="words")


def test_more_periods_than_anybody_wants_are_an_error(engine: MemoryEngine) -> None:
    engine.add({"id": "old", "body": "A pier.", "date": "0987-01-01"})

    with pytest.raises(
        QueryError, match=r"0987-01-01 to 1988-01-01 is 365,6.* give since and until"
    ):
        timeline(engine, "pier", by="day")
    assert len(timeline(engine, "pier", by="year").buckets) == 1002
    for wrong in ({"by": "hour"}, {"per": "author"}, {"count": "letters"}, {"vs": 5}):
        with pytest.raises(QueryError):
            timeline(engine, "pier", **wrong)


def test_the_command_prints_bars_and_periods_and_those_without_articles_once(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["timeline", "pier", "-i", str(archive)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "% of articles by month, days of UTC",
        "",
        "               matching  highest  in       series",
        "█ ▅    █    ▁         4      100  1987-01  pier",
        "",
        "start               matching  all  pier",
        "1987-01                    1    1   100",
        "1987-02                    0    0     -",
        "1987-03                    1    2    50",
        "1987-04 to 1987-07         0    0     -",
        "1987-08                    1    1   100",
        "1987-09 to 1987-12         0    0     -",
        "1988-01                    0    1     0",
        "undated                    1    1   100",
    ]
    assert run(["timeline", "zebra", "-i", str(archive)]) == 1
    assert run(["timeline", "pier", "--timeout", "0", "-i", str(archive)]) == 3


def test_a_warning_says_which_other_query_it_is_about(engine: MemoryEngine) -> None:
    found = timeline(engine, "pier (", vs=["tower", "zebra ("])

    assert [str(one) for one in found.warnings] == [
        "column 6: ( is not closed; it reaches to the end",
        "column 7: in 'zebra (', ( is not closed; it reaches to the end",
    ]


def test_programs_get_all_periods_the_time_zone_and_each_series(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["timeline", "pier", "--by", "year", "-i", str(archive)]
    assert run([*asked, "--json"]) == 0
    first = {
        "query": "pier", "by": "year", "timezone": "UTC", "count": "articles", "total": 4,
        "undated": 1,
        "buckets": [
            {"start": "1987", "matching": 3, "all": 4, "share": 0.75},
            {"start": "1988", "matching": 0, "all": 1, "share": 0.0},
        ],
    }  # fmt: skip
    assert json.loads(capsys.readouterr().out) == first
    assert run([*asked, "--vs", "tower", "--vs", "zebra", "--json"]) == 0
    several = json.loads(capsys.readouterr().out)
    assert {key: several[key] for key in first} == first
    assert [(one["query"], one["total"]) for one in several["series"]] == [
        *[("pier", 4), ("tower", 3), ("zebra", 0)]
    ]
    assert run([*asked, "--source", "none", "--per", "source", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["per"] == "source"
    assert run([*asked, "--csv"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "query,value,start,timezone,matching,all,share",
        *["pier,,1987,UTC,3,4,0.75", "pier,,1988,UTC,0,1,0.0", "pier,,,UTC,1,1,1.0"],
    ]


class Slow(MemoryEngine):
    """Has no time left once it counts."""

    def count_by_date(self, *_: Any, **__: Any) -> Any:
        raise Stopped


def test_what_is_not_counted_in_time_is_marked_and_not_half_told() -> None:
    engine = Slow()
    engine.add(ARTICLES)

    found = timeline(engine, "pier", count="words", timeout_s=60)

    assert (found.is_partial, found.series, list(found.text())) == (True, (), [])
    told = found.as_dict()
    assert (told["partial"], told["total"], told["buckets"]) == (True, None, [])


AWKWARD = ("$x_1 ^2", "\udcff", "<b>\x1b", "_hidden", "عراق", "q" * 80)


def drawn(tmp_path: Path, name: str, queries: tuple[str, ...] = AWKWARD) -> bytes:
    gap = Bucket("1987-02", 0, 0)
    buckets = (Bucket("1987-01", 1, 3), gap, Bucket("1987-03", 2, 3))
    series = tuple(Series(one, None, one, buckets, gap) for one in queries)
    Timeline(queries[0], "month", "Asia/Tokyo", "articles", "", series).plot(tmp_path / name)
    return (tmp_path / name).read_bytes()


def test_a_chart_shows_names_as_they_are_written_and_is_the_same_each_time(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")

    shown = drawn(tmp_path, "a.svg").decode()

    for text in ("$x_1 ^2", "&lt;b&gt; ", "_hidden", "عراق", "q…", "days of Asia/Tokyo"):
        assert text in shown
    assert drawn(tmp_path, "a.svg").decode() == shown
    assert drawn(tmp_path, "a.PNG", ("pier",)).startswith(b"\x89PNG")


def test_a_chart_reaches_from_the_first_year_to_the_last_and_needs_a_date(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    ends = Bucket("0001", 1, 2), Bucket("9999", 2, 2)
    undated = Bucket("", 1, 1)
    one = Series("pier", None, "pier", ends, undated)

    Timeline("pier", "year", "UTC", "articles", "", (one,)).plot(tmp_path / "a.svg")

    none = Timeline("pier", "year", "UTC", "articles", "", (replace(one, buckets=()),))
    with pytest.raises(NewsearchError, match="no article has a date"):
        none.plot(tmp_path / "b.svg")
    assert "matching" in none._repr_html_()
    assert "<svg" not in none._repr_html_()


def test_a_chart_that_cannot_be_drawn_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NewsearchError, match=r"\.png, \.svg or \.pdf"):
        drawn(tmp_path, "a.gif")
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(NewsearchError, match=r"pip install 'newsearch\[plots\]'"):
        drawn(tmp_path, "a.png")


def test_the_command_draws_a_chart_beside_what_it_prints(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib")
    asked = ["timeline", "pier", "-i", str(archive), "--plot"]

    assert run([*asked, str(archive.parent / "pier.png")]) == 0
    assert (archive.parent / "pier.png").stat().st_size > 5_000
    assert "1987-08" in capsys.readouterr().out
    assert run([*asked, str(archive / "no" / "pier.png")]) == 2
    assert "pier.png: No such file" in capsys.readouterr().err
