"""What decides the date of an article: other dates, the user, the time of fetching."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsearch
from newsearch.article import ArticleDate
from newsearch.errors import SourceError
from newsearch.sources import Context, undecided
from newsearch.sources.given import GivenArticles
from newsearch.sources.text import read_text

PAGE = """Envoys meet in the city on the river

By Mara Quill

{}

Envoys of both countries met on the bank of the river and talked for three hours.

They will meet again once the bridge is open, the ministry said in a statement.
"""


def table(path: Path, *dates: str, **columns: str) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["title", "date", *columns])
        rows.writerows([str(number), text, *columns.values()] for number, text in enumerate(dates))
    return path


def dates_of(stream: Any) -> list[str]:
    return [str(article.date or "") for article in stream]


def test_a_date_of_the_file_that_can_mean_one_day_decides_the_others(tmp_path: Path) -> None:
    stream = newsearch.read(table(tmp_path / "a.csv", "08/07/2020", "28/07/2020", "01/02/2020"))
    assert dates_of(stream) == ["2020-07-08", "2020-07-28", "2020-02-01"]
    assert [note.reason for note in stream.notes] == [
        "dates such as 08/07/2020 are read day first, as others tell"
    ]


def test_a_file_without_such_a_date_goes_by_the_load(tmp_path: Path) -> None:
    paths = [
        table(tmp_path / "a.csv", "08/07/2020", "01/02/2020"),
        table(tmp_path / "b.csv", "2020-07-01", "07/28/2020"),
    ]
    assert dates_of(newsearch.read(paths)) == [
        *("2020-08-07", "2020-01-02", "2020-07-01", "2020-07-28"),
    ]


def test_each_file_goes_by_its_own_dates_first(tmp_path: Path) -> None:
    paths = [
        table(tmp_path / "a.csv", "08/07/2020", "07/28/2020"),
        table(tmp_path / "b.csv", "08/07/2020", "28/07/2020"),
        table(tmp_path / "c.csv", "08/07/2020"),
    ]
    stream = newsearch.read(paths)
    assert dates_of(stream) == ["2020-08-07", "2020-07-28", "2020-07-08", "2020-07-28", ""]
    assert any("could be either of two days" in note.reason for note in stream.notes)


def test_dates_that_contradict_each_other_decide_nothing() -> None:
    texts = ["28/07/2020", "08/07/2020", "07/28/2020", "09/07/2020"]
    rows = [{"title": str(at), "date": text} for at, text in enumerate(texts)]
    # What was given before the second came is given.
    assert dates_of(GivenArticles(rows)) == ["2020-07-28", "2020-07-08", "2020-07-28", ""]
    assert dates_of(GivenArticles(rows[1:2])) == [""]


def test_publishers_of_one_file_may_differ() -> None:
    rows = [
        {"title": "1", "date": "08/07/2020", "source": "A"},
        {"title": "2", "date": "28/07/2020", "source": "A"},
        {"title": "3", "date": "07/28/2020", "source": "B"},
        {"title": "4", "date": "08/07/2020", "source": "B"},
    ]
    assert dates_of(GivenArticles(rows)) == [
        *("2020-07-08", "2020-07-28", "2020-07-28", "2020-08-07")
    ]


@given(st.lists(st.dates(date(1950, 1, 1), date(2025, 12, 31)), max_size=12), st.booleans())
def test_dates_of_one_order_are_right_or_none(days: list[date], is_month_first: bool) -> None:
    pattern = "%m/%d/%Y" if is_month_first else "%d/%m/%Y"
    rows = [{"title": str(at), "date": day.strftime(pattern)} for at, day in enumerate(days)]
    found = list(GivenArticles(rows))
    assert [article.title for article in found] == [row["title"] for row in rows]
    is_told = any(day.day > 12 for day in days)
    for article, day in zip(found, days, strict=True):
        assert str(article.date or day) == day.isoformat()
        assert article.date is not None or not (is_told or day.day == day.month)


def test_a_load_that_tells_nothing_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undecided, "_MOST_HELD_CHARS", 5_000)
    n_read = 0

    def rows() -> Any:
        nonlocal n_read
        for n_read in range(1, 100):
            yield {"title": str(n_read), "date": "08/07/2020"}

    articles = iter(GivenArticles(rows()))
    for n_given, _ in enumerate(articles, 1):
        assert n_read - n_given <= 5


def test_the_order_that_the_user_gives_decides(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "08/07/2020", "28/07/2020")
    assert dates_of(newsearch.read(path, date_order="mdy")) == ["2020-08-07", "2020-07-28"]
    page = tmp_path / "page.txt"
    page.write_text(PAGE.format("08/07/2020"))
    assert dates_of(newsearch.read(page, date_order="mdy")) == ["2020-08-07"]
    assert dates_of(newsearch.read(page)) == [""]
    meta = '<meta property="article:published_time" content="08/07/2020">'
    page.write_text(f"<html><head>{meta}</head><body><p>{PAGE.format('')}</p></body></html>")
    assert dates_of(newsearch.read(page, date_order="mdy")) == ["2020-08-07"]


def test_pages_of_a_folder_decide_for_each_other(tmp_path: Path) -> None:
    for name, day in [("a", "08/07/2020"), ("b", "July 5, 2020"), ("c", "28/07/2020")]:
        (tmp_path / f"{name}.txt").write_text(PAGE.format(day))
    (tmp_path / "d.txt").write_text(PAGE.format("01/02/2020"))
    stream = newsearch.read(tmp_path)
    found = list(stream)
    days = ["2020-07-08", "2020-07-05", "2020-07-28", "2020-02-01"]
    assert [str(article.date) for article in found] == days
    assert [note.reason for note in stream.notes] == [
        "dates such as 08/07/2020 are read day first, as others tell; 1 more like it"
    ]
    assert [article.date.origin for article in found if article.date] == ["page text"] * 4


def test_a_page_whose_other_dates_tell_needs_no_other_page(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(PAGE.format("08/07/2020 20H06") + "\nOther talks\n\n28/04/2020\n\nMore\n")
    assert dates_of(newsearch.read(page)) == ["2020-07-08"]
    assert str(newsearch.parse(page.read_text()).date) == "2020-07-08"
    assert newsearch.parse(PAGE.format("08/07/2020")).extra == {"date_text": "08/07/2020"}


@pytest.mark.parametrize(
    "changed",
    ["Updated: {}", "Article mis à jour le {}", "Zuletzt aktualisiert am {}", "Обновлено {}"],
)
def test_a_change_below_the_date_of_a_page_is_not_its_date(changed: str) -> None:
    lines = PAGE.format(f"{changed.format('10 July 2020')}\n\n8 July 2020")
    (article,) = read_text(io.BytesIO(lines.encode()), Context("x"))
    assert isinstance(article, newsearch.Article) and str(article.date) == "2020-07-08"


def test_a_change_beside_a_date_that_could_be_several_tells_its_order_only() -> None:
    page = PAGE.format("05/03/2019 10h30 Atualizado 28/03/2019 11h00")
    assert str(newsearch.parse(page).date) == "2019-03-05"


def test_an_id_made_of_the_content_is_the_same_however_the_day_is_told(tmp_path: Path) -> None:
    told = newsearch.read(table(tmp_path / "a.csv", "08/07/2020", "28/07/2020"))
    given = newsearch.read(table(tmp_path / "b.csv", "08/07/2020"), date_order="dmy")
    assert next(iter(told)).id == next(iter(given)).id


@pytest.mark.parametrize(
    ("text", "fetched", "day"),
    [
        ("3 hours ago", "2020-07-10T02:30:00Z", "2020-07-09"),
        ("Published 3 hours ago", "2020-07-10T04:30:00+09:00", "2020-07-09"),
        ("3 hours ago", "2020-07-10", ""),
        ("yesterday", "2020-07-10", "2020-07-09"),
        ("heute", 1594373400, "2020-07-10"),
        ("Freitag", "2020-07-10", "2020-07-10"),
        ("samedi", "2020-07-10", "2020-07-04"),
        ("3 часа назад", "2020-07-10T02:30:00Z", "2020-07-09"),
        ("2日前", "2020-07-10", "2020-07-08"),
        ("il y a 2 jours", "2020-07-10", "2020-07-08"),
        ("2 weeks ago", "2020-07-10", ""),
        ("Black Friday", "2020-07-10", ""),
        ("yesterday", "2020-07", ""),
        ("yesterday", "soon", ""),
    ],
)
def test_a_day_is_told_from_the_time_of_fetching(text: str, fetched: object, day: str) -> None:
    record = {"title": "t", "date": text, "crawled_at": fetched}
    assert dates_of(GivenArticles(record)) == [day]
    del record["crawled_at"]
    assert dates_of(GivenArticles(record)) == [""]


def test_a_page_that_tells_when_it_was_fetched_has_such_a_day_too() -> None:
    context = Context("x", fetched=ArticleDate.parse("2020-07-10T02:30:00Z"))
    (article,) = read_text(io.BytesIO(PAGE.format("3 hours ago").encode()), context)
    assert isinstance(article, newsearch.Article) and article.date
    assert (str(article.date), article.date.origin) == ("2020-07-09", "page text")


@pytest.mark.parametrize(
    ("date_from", "days"),
    [
        ("", ["2020-07-08", "2020-07-09"]),
        ("name,data,text", ["2020-07-10", "2020-07-10"]),
        ("data, text", ["2020-07-08", "2020-07-09"]),
        ("text", ["", "2020-07-09"]),
        ("data", ["2020-07-08", ""]),
    ],
)
def test_the_user_says_which_date_counts(tmp_path: Path, date_from: str, days: list[str]) -> None:
    table(tmp_path / "2020-07-10.csv", "2020-07-08")
    (tmp_path / "crawl-20200710.txt").write_text(PAGE.format("July 9, 2020"))
    assert dates_of(newsearch.read(tmp_path, date_from=date_from)) == days


@pytest.mark.parametrize("option", [{"date_order": "day"}, {"date_from": "text,mtime"}])
def test_options_of_dates_that_are_none_are_refused(tmp_path: Path, option: Any) -> None:
    with pytest.raises(SourceError, match=next(iter(option))):
        newsearch.read(tmp_path, **option)
