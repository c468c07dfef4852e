"""JSON lines and JSON files."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsearch.article import Article
from newsearch.sources import Context, Reader, Remark, read
from newsearch.sources.json_values import read_json, read_jsonl


def items_of(reader: Reader, data: bytes | str) -> tuple[list[Article | Remark], Context]:
    context = Context("x")
    data = data.encode() if isinstance(data, str) else data
    stream = io.BufferedReader(io.BytesIO(data))  # type: ignore[arg-type]
    return list(reader(stream, context)), context


def article_of(record: dict[str, Any]) -> Article:
    (article,), _ = items_of(read_jsonl, json.dumps(record))
    assert isinstance(article, Article), article
    return article


def shown(items: list[Article | Remark]) -> list[str]:
    return [item.id if isinstance(item, Article) else str(item) for item in items]


def test_every_field_is_read_under_its_own_name() -> None:
    record = {
        "id": "a",
        "title": "T",
        "body": "one\ntwo",
        "source": "S",
        "agency": ["AP", "Kyodo"],
        "author": ["A B", "C D"],
        "section": "World",
        "place": "TOKYO",
        "date": "2020-07-10",
        "lang": "en",
        "url": "http://x/",
        "category": "war",
        "n": {"deep": [1, None]},
    }
    shown = article_of(record).as_dict()
    assert shown == record | {"date_origin": "given"}


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        ({"text": "b"}, "body", "b"),
        ({"content": "b"}, "body", "b"),
        ({"articleBody": "b"}, "body", "b"),
        ({"body": ["p", None, "q"]}, "body", "p\nq"),
        ({"body": "p\r\nq\rr"}, "body", "p\nq\nr"),
        ({"body": "", "content": "b"}, "body", "b"),
        ({"Headline": "h"}, "title", "h"),
        ({"title": 1984}, "title", "1984"),
        ({"title": "a\nb"}, "title", "a b"),
        ({"publisher": {"name": "P"}}, "source", "P"),
        ({"authors": "A B; C D"}, "author", ("A B", "C D")),
        ({"author": [{"name": "A B"}, "A B"]}, "author", ("A B",)),
        ({"language": "en-GB"}, "lang", "en"),
        ({"id": 7}, "id", "7"),
        ({"id": 7.0}, "id", "7"),
        ({"link": "http://x/"}, "id", "http://x/"),
        ({"dateline": "NEW YORK, March 3 -"}, "place", "NEW YORK"),
        ({"dateline": "SALVADOR"}, "place", "SALVADOR"),
        ({"dateline": "PARIS (AP) — "}, "place", "PARIS"),
        ({"dateline": "WINSTON-SALEM, N.C., Oct 19"}, "place", "WINSTON-SALEM, N.C."),
        ({"dateline": "March 3", "place": "ROME"}, "place", "ROME"),
        ({"source": None}, "source", ""),
    ],
)
def test_aliases_and_other_types_are_understood(
    record: dict[str, Any], field: str, value: object
) -> None:
    base = {} if {"title", "Headline"} & set(record) else {"title": "t"}
    assert getattr(article_of(base | record), field) == value


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (1594339200, "2020-07-10T00:00:00Z"),
        (1594339200000, "2020-07-10T00:00:00Z"),
        (20200710, "2020-07-10"),
        (2020, "2020"),
        ("Fri, 10 Jul 2020 00:00:00 GMT", "2020-07-10T00:00:00Z"),
        (1594339200000000, "2020-07-10T00:00:00Z"),
        (1594339200000000000, "2020-07-10T00:00:00Z"),
        (202007100930, "2020-07-10T09:30:00Z"),
        (20200710093015, "2020-07-10T09:30:15Z"),
        ([2020, 7, 10], "2020-07-10"),
        ([2020, 7, 10, 9, 5], "2020-07-10T09:05:00Z"),
        ([2020, 7, 10, 9, 5, 15, 123], "2020-07-10T09:05:15Z"),
        ({"year": 2020, "month": 7, "day": 10}, "2020-07-10"),
        ({"date": "2020-07-10 09:30:00.000000", "timezone": "UTC"}, "2020-07-10T09:30:00Z"),
        ({"_seconds": 1594339200, "_nanoseconds": 0}, "2020-07-10T00:00:00Z"),
    ],
)
def test_dates_are_read_as_numbers_and_words(value: object, day: str) -> None:
    assert str(article_of({"title": "t", "pubDate": value}).date) == day


@pytest.mark.parametrize("value", ["soon", True, {"$date": "x"}, 10**30, 0, [2020, 13, 1]])
def test_unreadable_date_keeps_the_article_and_the_words(value: object) -> None:
    (article,), context = items_of(read_jsonl, json.dumps({"title": "t", "date": value}))
    assert isinstance(article, Article)
    assert article.date is None
    assert article.extra == {"date_text": value}
    assert len(context.notes) == 1
    assert context.notes[0].line == 1


def test_another_date_is_taken_where_the_best_is_none() -> None:
    record = {"title": "t", "pubdate": "x", "published_at": "2019-03-05", "date": "soon"}
    (article,), context = items_of(read_jsonl, json.dumps(record))
    assert isinstance(article, Article)
    assert str(article.date) == "2019-03-05"
    assert article.extra == {"date_text": "soon", "pubdate": "x"}
    assert len(context.notes) == 1


def test_key_that_lost_to_a_better_one_stays_in_extra() -> None:
    article = article_of({"text": "lesser", "title": "t", "body": "better", "content": "least"})
    assert article.body == "better"
    assert article.extra == {"text": "lesser", "content": "least"}


def test_dateline_stays_in_extra_beside_the_place_taken_from_it() -> None:
    article = article_of({"title": "t", "dateline": "ROME, May 1"})
    assert (article.place, article.extra) == ("ROME", {"dateline": "ROME, May 1"})


def test_value_that_is_no_text_stays_in_extra_with_a_note() -> None:
    (article,), context = items_of(read_jsonl, '{"title": "t", "source": true}')
    assert isinstance(article, Article)
    assert article.extra == {"source": True}
    assert context.notes[0].reason == "source ignored: true or false is not text"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON: expecting property name enclosed in double quotes, column 2"),
        ('{"a": 1} x', "not JSON: extra data, column 10"),
        ("[]", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ("{}", "the article has neither title nor body"),
        ('{"title": " ", "body": null}', "the article has neither title nor body"),
        ('{"id": [1], "title": "t"}', "unusable id: neither text nor a number"),
        ('{"id": true, "title": "t"}', "unusable id: neither text nor a number"),
        ('{"id": "a\\nb", "title": "t"}', "unusable id: it has control characters"),
        ('{"id": "' + "a" * 1001 + '", "title": "t"}', "unusable id: longer than 1,000 characters"),
        ('{"x":' + "[" * 100_000, "not JSON that can be read"),
        ('{"title": "t", "x":' + "[" * 150 + "]" * 150 + "}", "nested more than 100 levels deep"),
        ('{"x": ' + "9" * 5000 + "}", "not JSON that can be read"),
    ],
)
def test_bad_line_is_rejected_with_its_number_and_the_rest_is_read(line: str, reason: str) -> None:
    good = '{"id": "good", "title": "t"}\n'
    items, _ = items_of(read_jsonl, f"{good}\n{line}\r\n{good}")
    assert [type(item) for item in items] == [Article, Remark, Article]
    assert str(items[1]).startswith(f"x:3: {reason}")


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "a", "title": "t"},\n{"id": "b", "title": "t"},\n',
        '\x1e{"id": "a", "title": "t"}\n\x1e{"id": "b", "title": "t"}\n',
        '{"id": "a", "title": "t"}{"id": "b", "title": "t"}\n',
        '{"id": "a", "title": "t"}, {"id": "b", "title": "t"}',
    ],
)
@pytest.mark.parametrize("reader", [read_json, read_jsonl])
def test_what_stands_between_the_objects_of_lines_does_no_harm(reader: Reader, text: str) -> None:
    assert shown(items_of(reader, text)[0]) == ["a", "b"]


def test_nan_is_read_as_null() -> None:
    (article,), _ = items_of(read_jsonl, '{"title": "t", "x": NaN, "source": NaN}')
    assert isinstance(article, Article)
    assert article.extra == {"x": None}


JSON_PARTS = (
    *'{}[]:,"\\-.0eE+ \t',
    *("12345678901234567890", "0.1", "5e-324", "1e309", "NaN", "-Infinity"),
    *("true", "null", "\\ud83d", "\\ude00", "\\u00e9", "é", "\ufeff", "\u2028", "\x1e", '"a":'),
)


@given(st.lists(st.sampled_from(JSON_PARTS), max_size=8).map("".join))
@example('{"a": 1, "b": 2, "a": 3}')
@example("123456789012345678901234567890")
@example("NaN")
@example('"\\ud800"')
@example('"a\tb"')
def test_value_is_read_from_a_large_file_as_from_a_small_one(value: str) -> None:
    line = f'{{"title": "t", "x": {value}}}\n'.encode()
    filler = json.dumps({"id": "filler", "body": "x" * 2**16}).encode() + b"\n"
    contexts = Context("x"), Context("x")
    small, large = (
        list(read_jsonl(io.BufferedReader(io.BytesIO(data), 2**18), context))  # type: ignore[arg-type]
        for data, context in zip((line, line + filler), contexts, strict=True)
    )
    assert [*map(repr, small)] == [*map(repr, large[: len(small)])]
    assert shown(large[len(small) :]) == ["filler"]
    assert contexts[0].notes == contexts[1].notes


def test_empty_file_is_rejected_and_blank_lines_are_not() -> None:
    assert shown(items_of(read_jsonl, b"")[0]) == ["x: the file is empty"]
    assert shown(items_of(read_json, b" \n")[0]) == []
    assert shown(items_of(read_json, b"")[0]) == ["x: the file is empty"]


def test_line_in_another_encoding_is_read_with_a_note() -> None:
    items, context = items_of(read_jsonl, '{"title": "Élysée"}\n'.encode("latin-1"))
    assert isinstance(items[0], Article)
    assert items[0].title == "Élysée"
    assert str(context.notes[0]) == "x: read as windows-1252"


def test_file_of_wide_letters_is_read_with_a_note() -> None:
    items, context = items_of(read_jsonl, '{"id": "ő", "title": "t"}\n'.encode("utf-16"))
    assert shown(items) == ["ő"]
    assert "UTF-16" in context.notes[0].reason


def test_nul_and_windows_line_ends_do_no_harm() -> None:
    items, _ = items_of(
        read_jsonl, b'{"id": "a", "title": "x\\u0000y"}\r\n\0\r\n{"id":"b","title":"t"}'
    )
    assert shown(items)[::2] == ["a", "b"]
    assert str(items[1]).startswith("x:2: not JSON")


def test_line_of_50_mb_is_rejected_without_being_held(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    good = b'{"id": "good", "title": "t"}\n'
    long = b'{"title": "' + b"x" * 50_000_000 + b'"}\n'
    path.write_bytes(gzip.compress(good + long + good, 1))
    del long
    tracemalloc.start()
    try:
        stream = read(path)
        assert [article.id for article in stream] == ["good", "good"]
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [str(remark) for remark in stream.rejected] == [
        f"{path}:2: the line is longer than 8 MiB"
    ]
    assert peak_bytes < 40_000_000


@pytest.mark.parametrize(
    "text",
    [
        '{"id": "a", "title": "t"}',
        '{\n "id": "a",\n "title": "t"\n}\n',
        '[{"id": "a", "title": "t"}]',
        ' [\n{"id": "a", "title": "t"} ,\n {"id": "b", "title": "t"}]',
        '{"id": "a", "title": "t"}\n{"id": "b", "title": "t"}\n',
        '{\n"id": "a", "title": "t"}\n{\n"id": "b", "title": "t"}\n',
        '{"id": "a", "title": "t"} {"id": "b", "title": "t"}',
        '\ufeff[{"id": "a", "title": "t"}]',
    ],
)
def test_json_file_may_be_an_object_an_array_or_lines(text: str) -> None:
    items, _ = items_of(read_json, text)
    assert shown(items) == (["a", "b"] if '"b"' in text else ["a"])


@pytest.mark.parametrize(
    "script",
    [
        'callback({"articles": [%s, %s]});',
        "callback([\n%s,\n%s\n])\n",
        '/**/ jQuery1_2({"articles": [%s, %s]})',
        "window.YTD.part0 = [ %s, %s ]",
        "var data = [%s, %s];\n",
        ")]}',\n[%s, %s]",
    ],
)
def test_json_may_be_in_a_call_or_an_assignment_of_a_script(script: str) -> None:
    items, _ = items_of(
        read_json, script % ('{"id": "1", "body": "x"}', '{"id": "2", "body": "y"}')
    )
    assert shown(items) == ["1", "2"]


def test_bad_value_of_an_array_is_rejected_with_its_line_and_the_next_is_read() -> None:
    text = '[\n{"id": "a", "title": "t"},\n{"id": }\n,\n{"id": "b", "title": "t"},\n7]\n'
    items, _ = items_of(read_json, text)
    assert shown(items)[0::2] == ["a", "b"]
    assert str(items[1]).startswith("x:3: not JSON: expecting value, line 3")
    assert str(items[3]) == "x:6: not a JSON object"


def test_array_far_larger_than_the_window_is_read_to_its_end() -> None:
    records = [{"id": str(n), "title": "t", "body": "x" * (n * 37 % 90_000)} for n in range(300)]
    items, _ = items_of(read_json, json.dumps(records))
    assert shown(items) == [str(n) for n in range(300)]


def test_array_that_breaks_off_keeps_what_was_readable() -> None:
    items, _ = items_of(read_json, '[{"id": "a", "title": "t"}, {"id": "b"')
    assert shown(items)[0] == "a"
    assert isinstance(items[1], Remark)
    assert len(items) == 2


JSON_TEXT = st.text(st.sampled_from('{}[]",:\\\n \0aé1tn\udcff'), max_size=60)


@given(
    st.binary(max_size=200) | JSON_TEXT.map(lambda text: text.encode("utf-8", "surrogateescape"))
)
@example(b"[")
@example(b"[1")
@example(b"\xff\xfe{")
def test_no_bytes_make_a_json_reader_raise(data: bytes) -> None:
    for reader in (read_jsonl, read_json):
        items, _ = items_of(reader, data)
        assert all(isinstance(item, Article | Remark) for item in items)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["id", "title", "x"]), st.none() | st.text() | st.integers()
        )
    )
)
def test_every_line_gives_an_article_or_a_remark(records: list[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(record) + "\n" for record in records)
    items, _ = items_of(read_jsonl, lines)
    assert len(items) == max(1, len(records))
    array, _ = items_of(read_json, json.dumps(records, indent=1))
    assert len(array) == max(1, len(records))


def test_a_number_of_seconds_may_be_before_1970() -> None:
    article = article_of({"body": "x", "date": -300_000_000})

    assert str(article.date).startswith("1960-06-29")


@pytest.mark.parametrize("n_chars", [9_000_000, 20_000_000])
def test_object_that_is_too_long_is_named_and_costs_none_after_it(
    tmp_path: Path, n_chars: int
) -> None:
    good = '{"id": "good", "title": "t"}\n'
    (tmp_path / "a.jsonl").write_text('{"title": "' + "x" * n_chars + f'"}}\n{good}')
    stream = read(tmp_path / "a.jsonl")
    assert [article.id for article in stream] == ["good"]
    assert ":1: the object is longer than 8 MiB" in str(*stream.rejected)
    assert not stream.notes
