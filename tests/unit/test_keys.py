"""Users' own keys: what can be asked for, and that every part of an index keeps it."""

from __future__ import annotations

import csv
import enum
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import newsearch
from newsearch.cli import cli
from newsearch.errors import UnknownFieldError
from newsearch.index import small_builder
from newsearch.keys import LONGEST_KEY, LONGEST_VALUE, NAMED_KEYS, key_name, keyed_values


class _Rank(enum.IntEnum):
    FIRST = 1


ARTICLES = [
    {
        "id": "a",
        "body": "Prices rose.",
        "topics": ["cocoa", "Crude oil"],
        "Word Count": 120,
        "Größe": "groß",
    },
    {
        "id": "b",
        "body": "Prices fell.",
        "topics": "cocoa",
        "Word Count": "80",
        "is_opinion": True,
        "größe": 3.0,
    },
    {"id": "c", "body": "Prices held.", "geo": {"city": "Accra"}, "length": 9, "notes": "x" * 300},
]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    file = tmp_path / "a.jsonl"
    file.write_text("\n".join(map(json.dumps, ARTICLES)), encoding="utf-8")
    return file


@pytest.fixture
def index(archive: Path, tmp_path: Path):
    with newsearch.open_index(tmp_path / "index", create=True) as opened:
        opened.add(newsearch.read(archive))
        yield opened


def test_names_of_keys_are_small_and_hold_no_signs() -> None:
    names = [
        "topics",
        "Word Count",
        "geo-city",
        "1st",
        "Gro\u0308ße",
        "",
        "LENGTH",
        "Title",
        "k" * 65,
        "हिन्दी शब्द",
        "கட்டுரை",
        "می\u200cخواهم",
    ]

    assert LONGEST_KEY == 64
    assert [key_name(name) for name in names] == [
        *("topics", "word_count", "geo_city", ""),
        *("größe", "", "", "", ""),
        *("हिन्दी_शब्द", "கட்டுரை", "میخواهم"),
    ]


def test_values_are_texts_numbers_and_truth_values_alone_or_in_lists() -> None:
    extra = {
        **{"a": " x ", "b": [1, 2.5, None, "y"], "c": True, "d": {"e": 1}, "f": [[1]], "g": ""},
        **{"j": 120.0, "k": math.nan, "l": -math.inf, "m": np.float64(0.5), "n": _Rank.FIRST},
        **{"h": "z" * LONGEST_VALUE, "i": "z" * (LONGEST_VALUE + 1), "source": "kyodo"},
    }

    assert list(keyed_values(extra)) == [
        *(("a", "x"), ("b", "1"), ("b", "2.5"), ("b", "y"), ("c", "true")),
        *(("j", "120"), ("m", "0.5"), ("n", "1")),
        ("h", "z" * LONGEST_VALUE),
    ]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("topics:cocoa", "ab"),
        ('topics:"crude oil"', "a"),
        ("topics:coc*", "ab"),
        ("Topics:COCOA prices -rose", "b"),
        ("* -topics:cocoa", "c"),
        ("word_count:>=100", "a"),
        ("word_count:[50 TO 130] fell", "b"),
        ("word_count:80", "b"),
        ("Word_Count:[100 TO 130]", "a"),
        ("größe:groß", "a"),
        ("Größe:[2 TO 3] prices", "b"),
        ("* -größe:groß", "bc"),
        ("is_opinion:true", "b"),
        ("length:2", "abc"),
    ],
)
def test_keys_filter_as_fields_do(index: newsearch.Index, query: str, ids: str) -> None:
    results = index.search(query)

    assert {hit.id for hit in results} == set(ids)
    assert results.warnings == ()
    assert index.count(query) == len(ids)


def test_numbers_of_keys_are_what_people_write_as_numbers(tmp_path: Path) -> None:
    texts = {
        **{"a": "inf", "b": "1_000", "c": "nan", "d": "٣", "e": "1e999", "f": "five", "g": "-5"},
        **{"h": "5", "i": "+5.50", "j": ".5e1", "k": "5."},
    }
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(
            newsearch.Article(id=name, body="Prices.", extra={"size": text, "दाम": text})
            for name, text in texts.items()
        )

        def found(query: str) -> str:
            return "".join(sorted(hit.id for hit in index.search(query, limit=None)))

        assert found("size:[* TO *]") == "ghijk"
        assert found("size:>=5") == "hijk"
        assert found("size:-5") == found('size:"-5"') == "g"
        assert found("size:5") == "hk"
        assert found("size:5*") == "hijk"
        assert found("दाम:-5") == "g"
        assert found("दाम:[5 TO 5.2]") == "hjk"


def test_keys_are_counted(index: newsearch.Index) -> None:
    counts = index.aggregate("prices", by="topics")

    assert counts.values == (("cocoa", 2), ("Crude oil", 1))
    assert (counts.missing, counts.total) == (1, 3)
    by_title = index.aggregate("prices", by="Word Count")
    assert (by_title.by, by_title.values) == ("word_count", (("120", 1), ("80", 1)))
    assert index.aggregate("*", by="Source").by == "source"


def test_an_unknown_field_names_the_keys_too(index: newsearch.Index) -> None:
    with pytest.raises(UnknownFieldError, match="did you mean topics:") as raised:
        index.search("topic:cocoa")

    assert "word_count" in raised.value.hint
    # Only where there is such a key is it more than a word with a colon.
    assert index.count("größer:groß") == 0
    with pytest.raises(UnknownFieldError):
        index.aggregate("*", by="geo")


def test_a_hint_names_no_more_keys_than_anybody_reads(tmp_path: Path) -> None:
    extra = {f"k{number}": "x" for number in range(100)}
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([newsearch.Article(body="Prices rose.", extra=extra)])
        hints = []
        for ask in (lambda: index.search("zzzz:x"), lambda: index.aggregate("*", by="zzzz")):
            with pytest.raises(UnknownFieldError) as raised:
                ask()
            hints.append(raised.value.hint)

    assert [hint.count(" k") for hint in hints] == [NAMED_KEYS, NAMED_KEYS]


def test_an_article_with_a_key_that_is_no_text_is_rejected_and_the_load_goes_on(
    index: newsearch.Index,
) -> None:
    articles = [newsearch.Article(body="Prices.", extra={key: "x"}) for key in (5, None, "five")]
    report = index.add(articles)

    assert (report.added, [remark.reason for remark in report.rejected]) == (
        1,
        [f"extra keys cannot be kept: {key} is not text" for key in (5, None)],
    )
    assert index.check() == []


def test_a_key_called_like_a_field_is_noted_once(archive: Path, tmp_path: Path) -> None:
    archive.write_text(archive.read_text() + "\n" + archive.read_text())
    stream = newsearch.read(archive)
    list(stream)

    assert [note.reason for note in stream.notes] == [
        "length is kept, but a query with length: asks for the field"
    ]


def test_a_key_called_like_a_part_of_dates_is_noted_and_filters(tmp_path: Path) -> None:
    file = tmp_path / "days.jsonl"
    article = {"id": "a", "body": "Prices.", "date": "2020-07-08", "Day": "Monday"}
    file.write_text(json.dumps(article), encoding="utf-8")
    stream = newsearch.read(file)
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(stream)

        assert [note.reason for note in stream.notes] == [
            "Day is kept, but counting by day takes that of the date"
        ]
        assert index.count("day:monday") == 1
        assert index.aggregate("*", by="day").values == (("2020-07-08", 1),)


@pytest.mark.parametrize("is_bulk", [True, False])
def test_keys_survive_merges_of_segments_with_and_without(
    archive: Path, tmp_path: Path, is_bulk: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_bulk:
        monkeypatch.setattr(small_builder, "SMALL_BYTES", 0)
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        for number in range(24):
            index.add([newsearch.Article(id=f"plain{number}", body="Prices.")])
            extra = {"topics": f"topic {number}"} if number % 2 else {}
            index.add([newsearch.Article(id=f"keyed{number}", body="Prices.", extra=extra)])
        index.delete("keyed1")
        index.add(newsearch.read(archive))

        assert index.stats().segments < 24
        assert {hit.id for hit in index.search('topics:"topic 7"')} == {"keyed7"}
        assert index.count('topics:"topic 1"') == 0
        assert index.count("topics:topic") == 11
        assert index.count("topics:cocoa") == 2
        assert index.check() == []


def test_show_and_csv_print_keys(index: newsearch.Index, tmp_path: Path) -> None:
    run = CliRunner().invoke
    path = str(tmp_path / "index")

    shown = run(cli, ["show", "a", "-i", path]).output
    printed = run(cli, ["query", "prices", "--csv", "-i", path]).stdout
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(printed))}

    assert "topics: cocoa; Crude oil" in shown
    assert "Word Count: 120" in shown
    assert "is_opinion: true" in run(cli, ["show", "b", "-i", path]).output
    assert rows["a"]["topics"] == "cocoa; Crude oil"
    assert (rows["b"]["Word Count"], rows["c"]["Word Count"]) == ("80", "")
    assert rows["c"]["geo"] == '{"city": "Accra"}'
    assert rows["c"]["length"] == "2"


def test_show_prints_what_is_zero_or_false_and_a_field_only_once(tmp_path: Path) -> None:
    extra = {"errors": 0, "is_opinion": False, "empty": None, "length": 9}
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([newsearch.Article(id="a", body="Prices rose.", extra=extra)])

    shown = CliRunner().invoke(cli, ["show", "a", "-i", str(tmp_path / "index")]).output

    assert shown.splitlines()[1:5] == ["id: a", "length: 2", "errors: 0", "is_opinion: false"]
    assert "empty" not in shown
    assert shown.count("length") == 1
