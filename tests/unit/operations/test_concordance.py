"""Concordances: which lines there are, in which order, and how they stand on a terminal."""

from __future__ import annotations

import csv
import io
import json
import pickle
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.memory_engine import MemoryEngine

import newsearch
from newsearch.answers.concordance import ConcordanceLine
from newsearch.answers.matches import Occurrences
from newsearch.answers.printing import columns_of
from newsearch.article import Article
from newsearch.cli import run
from newsearch.cli.concordance import aligned
from newsearch.errors import QueryError
from newsearch.operations.concordance import concordance

ARTICLES: list[dict[str, Any]] = [
    {
        "id": "new",
        "date": "2020-07-10",
        "source": "Kyodo",
        "title": "A pier is built",
        "body": "They saw the\n  old pier. Élan, pier and tower.",
    },
    {
        "id": "old",
        "date": "1999",
        "agency": ["AP"],
        "body": "An Easy pier: new PIERS, that is all.",
    },
    {"id": "undated", "body": "No pier\there."},
]


@pytest.fixture
def engine() -> MemoryEngine:
    engine = MemoryEngine()
    engine.add(ARTICLES)
    return engine


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(ARTICLES)
    return tmp_path / "index"


def shown(engine: Any, **options: Any) -> list[tuple[str, str, str]]:
    return [line[3:6] for line in concordance(engine, "pier", **options)]


def test_every_occurrence_is_a_line_with_the_text_around_it(engine: MemoryEngine) -> None:
    assert shown(engine, width=12) == [
        ("A ", "pier", " is built"),
        ("saw the old ", "pier", ". Élan, pier"),
        ("pier. Élan, ", "pier", " and tower."),
        ("An Easy ", "pier", ": new PIERS,"),
        ("y pier: new ", "PIERS", ", that is al"),
        ("No ", "pier", " here."),
    ]


def test_a_line_says_of_which_article_it_is_and_where_it_stands(engine: MemoryEngine) -> None:
    first, second, *_, old, _, undated = concordance(engine, "pier", width=3)

    assert first.as_dict() == {
        "id": "new",
        "date": "2020-07-10",
        "source": "Kyodo",
        "left": "A ",
        "match": "pier",
        "right": " is",
        "field": "title",
        "start": 2,
        "end": 6,
    }
    assert ARTICLES[0]["body"][second.start : second.end] == "pier"
    assert (old.source, str(old.date), old.field) == ("AP", "1999", "body")
    assert (undated.source, undated.date) == ("", None)


@given(
    before=st.text("ab \n\t\u00a0é", max_size=30),
    after=st.text("ab \n\t\u00a0é", max_size=30),
    width=st.integers(0, 12),
)
def test_white_space_of_any_length_is_one_space_and_the_rest_is_cut_off(
    before: str, after: str, width: int
) -> None:
    engine = MemoryEngine()
    engine.add([Article(id="a", body=f"{before} x {after}")])

    [line] = concordance(engine, "body:x", width=width)

    left, right = (re.sub(r"\s+", " ", part) for part in (f"{before} ", f" {after}"))
    assert line.left == left[max(len(left) - width, 0) :].lstrip()
    assert line.right == right[:width].rstrip()


def test_lines_are_sorted_by_the_words_beside_the_match_without_case_and_accents(
    engine: MemoryEngine,
) -> None:
    by_left = [left for left, _, _ in shown(engine, sort="left", width=14)]
    by_right = [right for _, _, right in shown(engine, sort="right", width=14)]

    assert [left.split()[-1] for left in by_left] == ["A", "Easy", "Élan,", "new", "No", "old"]
    assert [re.findall(r"\w+", right)[0] for right in by_right] == [
        *("and", "Élan", "here", "is", "new", "that"),
    ]
    by_source = [line.source for line in concordance(engine, "pier", sort="source")]
    assert by_source == ["", "AP", "AP", "Kyodo", "Kyodo", "Kyodo"]


@pytest.mark.parametrize("sort", ["date", "left", "right", "source"])
def test_a_limit_gives_the_first_lines_of_the_whole_order(engine: MemoryEngine, sort: Any) -> None:
    every_line = shown(engine, sort=sort, limit=None)

    for limit in range(len(every_line) + 2):
        found = concordance(engine, "pier", sort=sort, limit=limit)
        assert [line[3:6] for line in found] == every_line[:limit]
        assert found.has_more == (limit < len(every_line))


@pytest.mark.parametrize("limit", [2, None])
def test_lines_are_pickled_with_all_that_is_known_of_them(archive: Path, limit: Any) -> None:
    with newsearch.open_index(archive) as index:
        found = index.concordance("pier", sort="left", limit=limit)
        restored = pickle.loads(pickle.dumps(found))
        expected = found.as_dict()

    assert restored.as_dict() == restored.as_dict() == expected


def test_filters_alone_have_no_lines_and_the_command_says_so(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["concordance", "source:kyodo", "-i", str(archive)]) == 0
    assert capsys.readouterr() == (
        *("", "1 article, found without words, so there are no lines to show\n"),
    )


def test_as_much_as_one_can_ask_for_is_given(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    huge = str(2**64)
    options = ["-n", huge, "--width", huge, "--per-article", huge]

    for sort in ("date", "left"):
        assert run(["concordance", "pier", *options, "--sort", sort, "-i", str(archive)]) == 0
        assert len(capsys.readouterr().out.splitlines()) == 6


def test_each_article_gives_no_more_lines_than_are_asked_for(engine: MemoryEngine) -> None:
    lines = concordance(engine, "pier", per_article=1)

    assert [(line.id, line.field) for line in lines] == [
        *(("new", "title"), ("old", "body"), ("undated", "body")),
    ]
    assert list(lines) == list(lines)  # read anew


class _Endless(MemoryEngine):
    """Has one article again and again."""

    read = 0

    def occurrences(self, query: str, **which: Any) -> Iterator[Occurrences]:
        for _ in count():
            self.read += 1
            yield Occurrences(Article(id="a", body="A pier."), (), ((2, 6),))


def test_no_more_articles_are_read_than_the_lines_take() -> None:
    engine = _Endless()
    engine.add(ARTICLES)

    assert len(list(concordance(engine, "pier", limit=10))) == 10
    assert engine.read == 11


@pytest.mark.parametrize("sort", ["date", "left"])
def test_what_was_found_in_time_is_shown_as_partial(
    monkeypatch: pytest.MonkeyPatch, sort: Any
) -> None:
    monkeypatch.setattr("time.monotonic", map(float, count()).__next__)
    engine = _Endless()
    engine.add(ARTICLES)

    lines = concordance(engine, "pier", limit=None, timeout_s=5, sort=sort)

    assert len(list(lines)) == 5
    assert lines.is_partial
    assert concordance(engine, "pier", timeout_s=0).as_dict()["lines"] == []


@pytest.mark.parametrize(
    "options",
    [{"width": -1}, {"width": "x"}, {"per_article": 0}, {"sort": "id"}, {"limit": -1}],
)
def test_what_cannot_be_asked_for_is_refused(engine: MemoryEngine, options: dict[str, Any]) -> None:
    with pytest.raises(QueryError, match=next(iter(options))):
        concordance(engine, "pier", **options)


def test_the_library_and_the_command_give_the_same_lines(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["concordance", "pier", "--sort", "right", "-n", "4", "-i", str(archive)]
    with newsearch.open_index(archive) as index:
        lines = index.concordance("pier", sort="right", limit=4)
        records = [line.as_dict() for line in lines]
        assert json.loads(json.dumps(lines.as_dict()))["lines"] == records

    assert run([*asked, "--jsonl"]) == 0
    assert list(map(json.loads, capsys.readouterr().out.splitlines())) == records
    assert list(records[0])[:6] == ["id", "date", "source", "left", "match", "right"]
    assert run([*asked, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == {"query": "pier", "total": 3, "lines": records, "has_more": True}
    assert run([*asked, "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["left"] for row in rows] == [record["left"] for record in records]


def test_the_command_aligns_matches_and_says_whether_there_are_more(
    archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["concordance", "pier", "--width", "8", "-n", "3", "-i", str(archive)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines() == [
        "      A pier is buil  2020-07-10 · Kyodo · new",
        "the old pier. Élan,   2020-07-10 · Kyodo · new",
        ". Élan, pier and tow  2020-07-10 · Kyodo · new",
    ]
    assert err == "3 shown; there are more (-n)\n"
    assert run(["concordance", "pier", "--color", "always", "-i", str(archive)]) == 0
    assert "\x1b[1mPIERS\x1b[0m" in capsys.readouterr().out
    assert run(["concordance", "zebra", "-i", str(archive)]) == 1
    assert run(["concordance", "pier", "--timeout", "0", "-i", str(archive)]) == 3


def line(left: str, match: str, right: str, article_id: str = "a") -> ConcordanceLine:
    return ConcordanceLine(article_id, None, "", left, match, right, "body", 0, 1)


def plain(row: str) -> str:
    return re.sub(r"\x1b\[\d*m", "", row)


def test_wide_letters_and_marks_keep_matches_below_one_another() -> None:
    lines = [
        line("東京の", "北朝鮮", "との会談"),
        line("re\u0301unio of ", "North", " and South"),
        line("e\u0301" + "b" * 10, "North", ""),
        line("x" * 50, "y" * 60, "z" * 50),
    ]

    rows = [plain(row) for row in aligned(lines, 10, None)]

    starts = [row.index(one.match) for row, one in zip(rows, lines, strict=True)]
    assert [columns_of(row[:at]) for row, at in zip(rows, starts, strict=True)] == [10] * 4
    ends = [columns_of(row[: row.index("  a")]) for row in rows[:3]]
    assert ends == [10 + 24 + 10] * 3
    assert rows[1].startswith("re\u0301unio of North")
    assert rows[2].startswith("bbbbbbbbbbNorth")


def test_a_narrow_terminal_gets_less_text_on_each_side() -> None:
    lines = [line("before " * 20, "match", " after" * 20), line("", "m", "")]

    far = line("before " * 20, "match", " after" * 20, article_id="i" * 60)
    assert columns_of(plain(next(aligned([far], 30, 110)))) <= 110
    for columns in (60, 61, 120, 1000):
        rows = [plain(row) for row in aligned(lines, 30, columns)]
        assert {columns_of(row) for row in rows} == {
            len("match  a") + 2 * min(30, (columns - 8) // 2)
        }


def test_lines_from_right_to_left_are_isolated_and_padded_the_other_way_round() -> None:
    lines = [
        line("abc ", "def", " ghi"),
        line("שלום ", "עולם", " זה"),
        line("at ", "Haifa", " חיפה"),
    ]

    latin, hebrew, mixed = (plain(row) for row in aligned(lines, 6, 80))

    assert latin == " abc def ghi     a"
    # Turned round, what comes after the match is on its left, and has five columns.
    assert hebrew == "  \u2067שלום עולם זה\u2069   a"
    assert mixed == "  \u2066at Haifa חיפה\u2069  a"
    assert "\u2067" not in "".join(aligned(lines, 6, None))


def test_nothing_in_an_article_steers_the_terminal() -> None:
    [row] = aligned([line("\x1b[2J a", "b\u202e", "\x07 c", "\x9b5m")], 10, 80)

    assert not re.search("[\x00-\x1a\x7f-\x9f\u202e]", row)
    assert re.findall("\x1b[^m]*m", row) == ["\x1b[1m", "\x1b[0m", "\x1b[2m", "\x1b[0m"]
