"""Article and ArticleDate: identity, dates, and the record an index stores."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.article import Article, ArticleDate, DateOrigin, Precision, hash_id
from newsearch.errors import ArticleError

ANY_TEXT = st.text(st.characters(), max_size=20)  # lone surrogates included
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
)
DATES = st.builds(
    ArticleDate,
    st.datetimes(min_value=datetime(1, 1, 2), timezones=st.just(UTC)),
    st.sampled_from(get_args(Precision)),
    st.sampled_from(get_args(DateOrigin)),
)
ARTICLES = st.builds(
    Article,
    id=ANY_TEXT,
    title=ANY_TEXT.map("T{}".format),
    body=ANY_TEXT,
    source=ANY_TEXT,
    agency=st.lists(ANY_TEXT, max_size=2).map(tuple),
    author=st.lists(ANY_TEXT, max_size=2).map(tuple),
    section=ANY_TEXT,
    place=ANY_TEXT,
    date=st.none() | DATES,
    lang=ANY_TEXT,
    url=ANY_TEXT,
    extra=st.dictionaries(ANY_TEXT, JSON_VALUES, max_size=3),
)


@given(ARTICLES)
def test_parts_restore_the_article_without_loss(article: Article) -> None:
    restored = Article.from_parts(*article.to_parts())
    assert restored == article
    assert restored.content_hash == article.content_hash


HEAD_FIELDS = ("id", "title", "source", "section", "place", "lang", "url", "agency", "author")


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"title": 7},
        {"agency": "Kyodo"},
        {"agency": [1]},
        {"extra": []},
        {"date": "2020"},
        {"date": [1, "second"]},
        {"date": [1, "minute", "given"]},
        {"date": [1, "second", []]},
        {"date": [10**30, "second", "given"]},
        {"more": "red"},
    ],
)
def test_parts_of_a_damaged_index_are_an_article_error(fields: dict[str, Any]) -> None:
    whole = dict.fromkeys((*HEAD_FIELDS, "date")) | {"title": "t"}
    assert Article.from_parts(json.dumps([*whole.values()]).encode(), b"", b"").title == "t"
    extra = json.dumps(fields["extra"]).encode() if "extra" in fields else b""
    damaged = whole | {name: value for name, value in fields.items() if name != "extra"}
    with pytest.raises(ArticleError):
        Article.from_parts(json.dumps([*damaged.values()]).encode(), extra, b"")


@given(ARTICLES)
def test_head_is_the_json_list_of_the_fields(article: Article) -> None:
    date = article.date
    stamp = None if date is None else [date.timestamp_s, date.precision, date.origin]
    fields = [getattr(article, name) for name in HEAD_FIELDS]
    fields.append(stamp)
    head, _, _ = article.to_parts()
    assert head == json.dumps(fields, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"source": 5}, "source is 5, which is not text"),
        ({"title": float("nan")}, "title is nan"),
        ({"place": b"Rome"}, "place is b'Rome'"),
        ({"author": (None,)}, "of which not all is text"),
        ({"author": "Jane Doe"}, r"write a tuple of names: \('Jane Doe',\)"),
        ({"agency": 5}, "agency is 5"),
        ({"date": 5}, "5 is not a date"),
        ({"extra": 5}, "extra is 5, which is no mapping"),
        ({"date": "soon"}, "'soon' is not a date"),
    ],
)
def test_a_value_that_a_field_cannot_take_is_an_article_error(wrong, message) -> None:
    with pytest.raises(ArticleError, match=message):
        Article(body="text", **wrong)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2020-07", "2020-07"),
        (date(2020, 7, 8), "2020-07-08"),
        (datetime(2020, 7, 8, 10), "2020-07-08T10:00:00Z"),
        (datetime(2020, 7, 8, 10, tzinfo=timezone(timedelta(hours=9))), "2020-07-08T01:00:00Z"),
    ],
)
def test_a_date_is_made_of_what_stands_for_one(value, shown) -> None:
    assert str(Article(body="text", date=value).date) == shown


def test_names_may_be_a_list() -> None:
    assert Article(body="text", author=["A", "B"]).author == ("A", "B")


def test_an_article_without_text_is_named() -> None:
    with pytest.raises(ArticleError, match="article 'a7' has neither title nor body"):
        Article(id="a7", body=" ")


def test_extra_keys_never_hide_a_field_of_the_article() -> None:
    article = Article(title="right", date=ArticleDate.parse("2020"), extra={"title": "x", "n": 1})
    shown = article.as_dict()
    assert shown["title"] == "right"
    assert shown["n"] == 1
    assert list(shown)[-1] == "n"


def test_id_is_the_given_one_else_the_url_else_a_digest_of_the_content() -> None:
    assert Article(id="a", title="t", url="u").id == "a"
    assert Article(title="t", url="u").id == "u"
    assert Article(title="t").id == Article(title="t").id != Article(title="t", body="b").id


def test_article_without_text_is_refused() -> None:
    with pytest.raises(ArticleError, match="neither title nor body"):
        Article(id="a", title=" \n", body="\t")


def test_content_hash_differs_when_any_field_differs() -> None:
    base = Article(id="a", title="t")
    others = [
        Article(id="a", title="t", agency=("AP",)),
        Article(id="a", title="t", author=("AP",)),
        Article(id="a", title="t", date=ArticleDate.parse("2020")),
        Article(id="a", title="t", date=ArticleDate.parse("2020", "file name")),
        Article(id="a", title="t", extra={"k": None}),
        Article(id="b", title="t"),
    ]
    assert len({a.content_hash for a in (base, *others)}) == len(others) + 1


@given(ANY_TEXT)
def test_id_hash_fits_a_signed_64_bit_column(article_id: str) -> None:
    assert -(2**63) <= hash_id(article_id) < 2**63


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2020", "2020"),
        ("2020-07", "2020-07"),
        ("2020-7-1", "2020-07-01"),
        (" 2020-07-10 ", "2020-07-10"),
        ("2020-07-10T12:30:00Z", "2020-07-10T12:30:00Z"),
        ("2020-07-10 12:30", "2020-07-10T12:30:00Z"),
        ("2020-07-10T01:00:00+09:00", "2020-07-09T16:00:00Z"),
        ("Fri, 10 Jul 2020 12:30:00 GMT", "2020-07-10T12:30:00Z"),
        ("July 10, 2020", "2020-07-10"),
        ("10 July 2020 3:00 pm EST", "2020-07-10T20:00:00Z"),
        ("25/12/2020", "2020-12-25"),
        ("07/07/2020", "2020-07-07"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59Z"),
        ("2020-07-10T24:00", "2020-07-11T00:00:00Z"),
        ("2020-12-31T24:00:00.0+01:00", "2020-12-31T23:00:00Z"),
        ("July 10, 2020 24:00", "2020-07-11T00:00:00Z"),
        ("2020-07-10T24:01", "2020-07-10"),
        ("July 2020", "2020-07"),
        ("2020-07-00", "2020-07"),
        ("2020-00-00", "2020"),
        ("2020年", "2020"),
        ("2020-07-10+02:00", "2020-07-10"),
        ("2020-07-10Z", "2020-07-10"),
    ],
)
def test_date_is_read_in_the_spellings_of_data_sets(text: str, shown: str) -> None:
    assert str(ArticleDate.parse(text)) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "07/10/2020",
        "2020-13",
        "2020-00-10",
        "2020-02-30",
        "0000",
        "9" * 400,
        "10 July",
        "-86400",
        "-0044-03-15",
        "\N{MINUS SIGN}44-03-15",
        "9999-12-31T24:00",
    ],
)
def test_text_that_names_no_single_day_is_no_date(text: str) -> None:
    with pytest.raises(ArticleError):
        ArticleDate.parse(text)


@given(st.text(st.sampled_from("0123456789-/:., TZ+JulyMondayESTpm\0"), max_size=30) | ANY_TEXT)
def test_no_text_makes_a_date_fail_with_another_error(text: str) -> None:
    try:
        date = ArticleDate.parse(text)
    except ArticleError:
        return
    assert date.instant < date.end
    assert ArticleDate.parse(str(date)) == date


def test_end_of_a_date_is_the_first_instant_after_it() -> None:
    ends = {text: str(ArticleDate.parse(text).end) for text in ("2020", "2020-02", "2020-12-31")}
    assert ends == {
        "2020": "2021-01-01 00:00:00+00:00",
        "2020-02": "2020-03-01 00:00:00+00:00",
        "2020-12-31": "2021-01-01 00:00:00+00:00",
    }


def test_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ArticleError, match="time zone"):
        ArticleDate(datetime(2020, 1, 1))


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31", "9999-12-31T23:59:59Z"])
def test_last_dates_that_there_are_end_at_the_last_second(text: str) -> None:
    assert str(ArticleDate.parse(text).end) == "9999-12-31 23:59:59+00:00"


def test_numbers_that_json_has_not_are_stored_as_none() -> None:
    numbers = {"a": math.inf, "b": [1.5, -math.inf, {"c": (math.nan, 2)}]}
    article = Article(id="a", title="t", extra=numbers)

    kept = Article.from_parts(*article.to_parts())

    assert kept.extra == {"a": None, "b": [1.5, None, {"c": [None, 2]}]}
    assert kept.content_hash == article.content_hash
