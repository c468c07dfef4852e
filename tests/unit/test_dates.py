"""Dates of many languages are read, and what could mean two days is not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsearch.dates
from newsearch.dates import find_dates, possible_orders, read_date

MONTHS = [
    line.split()
    for line in Path(newsearch.dates.__file__)
    .with_name("months.txt")
    .read_text(encoding="utf-8")
    .splitlines()
    if not line.startswith("#")
]


def shown(text: str, order: newsearch.dates.DateOrder = "") -> str | None:
    found = read_date(text, order)
    if found is None:
        return None
    return found.instant.strftime(
        {"month": "%Y-%m", "day": "%Y-%m-%d"}.get(found.precision, "%FT%T")
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3. Februar 2019", "2019-02-03"),
        ("Sonntag, den 3. Februar 2019", "2019-02-03"),
        ("dimanche 1er septembre 2019", "2019-09-01"),
        ("2 d'agost de 2019", "2019-08-02"),
        ("3 de marzo del 2019", "2019-03-03"),
        ("3 марта 2019 г.", "2019-03-03"),
        ("3 marca 2019 r.", "2019-03-03"),
        ("3. března 2019", "2019-03-03"),
        ("3 Mart 2019 Pazar", "2019-03-03"),
        ("3 maart 2019", "2019-03-03"),
        ("3 березня 2019", "2019-03-03"),
        ("الأحد 3 مارس 2019", "2019-03-03"),
        ("3 كانون الأول 2019", "2019-12-03"),
        ("3 במרץ 2019", "2019-03-03"),
        ("3 मार्च 2019", "2019-03-03"),
        ("3 มีนาคม 2562", "2019-03-03"),
        ("3 มี.ค. 2562", "2019-03-03"),
        ("2019. március 3.", "2019-03-03"),
        ("2019 m. kovo 3 d.", "2019-03-03"),
        ("Chủ nhật, ngày 3 tháng 3 năm 2019", "2019-03-03"),
        ("2019年3月3日(日)", "2019-03-03"),
        ("平成31年3月3日", "2019-03-03"),
        ("令和元年12月3日", "2019-12-03"),
        ("民國108年3月3日", "2019-03-03"),
        ("民国108年3月3日", "2019-03-03"),
        ("2019–03–03", "2019-03-03"),
        ("2019‑03‑03", "2019-03-03"),
        ("2019-W09-7", "2019-03-03"),
        ("2019년 3월 3일", "2019-03-03"),
        ("2019. 3. 3.", "2019-03-03"),
        ("2019. 3. 3", "2019-03-03"),
        ("２０１９年３月３日", "2019-03-03"),
        ("٣/٣/٢٠١٩", "2019-03-03"),
        ("R1.12.3", "2019-12-03"),
        ("H31.3.3", "2019-03-03"),
        ("3 KASIM 2019", "2019-11-03"),
        ("28/3/19", "2019-03-28"),
        ("99/12/31", "1999-12-31"),
        ("2019/3/3", "2019-03-03"),
        ("03.03.2019", "2019-03-03"),
        ("13.3.19", "2019-03-13"),
        ("28/03/2019", "2019-03-28"),
        ("03/28/2019", "2019-03-28"),
        ("3-Mar-2019", "2019-03-03"),
        ("3-Mar-19", "2019-03-03"),
        ("March 3rd, 2019", "2019-03-03"),
        ("the 3rd of March 2019", "2019-03-03"),
        ("20190303", "2019-03-03"),
        ("3 listopada 2019", "2019-11-03"),
        ("3. listopada 2019.", "2019-10-03"),
        ("March 2019", "2019-03"),
        ("mars 2019", "2019-03"),
        ("03/2019", "2019-03"),
        ("3.2019", "2019-03"),
        ("2019/03", "2019-03"),
        ("2019年3月", "2019-03"),
        ("2019년 3월", "2019-03"),
        ("2019年三月", "2019-03"),
        ("二〇一九年三月十三日", "2019-03-13"),
        ("令和元年十二月三十一日", "2019-12-31"),
        ("2019 Mar", "2019-03"),
        ("2019-Mar-03", "2019-03-03"),
        ("3.III.2019", "2019-03-03"),
        ("13 XII 2019", "2019-12-13"),
    ],
)
def test_days_are_read(text: str, day: str) -> None:
    assert shown(text) == day


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-03-03 09:30:15 UTC", "2019-03-03T09:30:15"),
        ("Sun, 3 Mar 2019 23:30:00 -0500", "2019-03-04T04:30:00"),
        ("March 3, 2019 9:30 p.m. ET", "2019-03-04T02:30:00"),  # not yet summer time
        ("July 3, 2019 9:30 p.m. ET", "2019-07-04T01:30:00"),
        ("3 марта 2019, 12:30 МСК", "2019-03-03T09:30:00"),
        ("3 Maret 2019 | 13:20 WIB", "2019-03-03T06:20:00"),
        ("3. März 2019, 9.30 Uhr MEZ", "2019-03-03T08:30:00"),
        ("le 3 mars 2019 à 21h05", "2019-03-03T21:05:00"),
        ("2019年3月3日 下午3:05", "2019-03-03T15:05:00"),
        ("2019-03-03 오전 12:05", "2019-03-03T00:05:00"),
        ("12:05 am, 3 March 2019", "2019-03-03T00:05:00"),
        ("Sun Mar 03 09:30:15 +0000 2019", "2019-03-03T09:30:15"),
        ("03/Mar/2019:09:30:15 +0000", "2019-03-03T09:30:15"),
        ("1551605415", "2019-03-03T09:30:15"),
        ("1551605415000", "2019-03-03T09:30:15"),
        ("20190303T093015Z", "2019-03-03T09:30:15"),
        ("3 March 2019 24:00", "2019-03-04T00:00:00"),
        ("3. mars 2019 kl. 09.30", "2019-03-03T09:30:00"),
        ("3.3.2019 klo 9.30", "2019-03-03T09:30:00"),
        ("3 marzo 2019 ore 21.05", "2019-03-03T21:05:00"),
        ("3 Maret 2019 pukul 13.20 WIB", "2019-03-03T06:20:00"),
        ("Sun, 03 Mar 19 09:30:15 GMT", "2019-03-03T09:30:15"),
        ("2019-03-03T09:30:15[Europe/Lisbon]", "2019-03-03T09:30:15"),
        ("3 March 2019 09:30 Asia/Tokyo", "2019-03-03T00:30:00"),
        ("1551605415000000", "2019-03-03T09:30:15"),
        ("1551605415000000000", "2019-03-03T09:30:15"),
        ("/Date(1551605415000+0100)/", "2019-03-03T09:30:15"),
        ("20190303 09:30", "2019-03-03T09:30:00"),
    ],
)
def test_times_and_zones_are_read(text: str, moment: str) -> None:
    assert shown(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "3 March 2019 9:30 BST",
        "Sun 3 March 2019 09.30 BST",
        "3 March 2019 9:30 IST",
        "3 March 2019 9:30 (XYZ)",
        "3 March 2019 9:30 Europe/Lowmere",
    ],
)
def test_a_zone_that_could_be_several_leaves_the_day(text: str) -> None:
    assert shown(text) == "2019-03-03"


@pytest.mark.parametrize(
    "text",
    [
        "03/04/2019", "03-04-2019", "03/04/19", "listopad 2019", "2019", "March",
        "3 March", "3 March 2019 to 5 March 2019", "1398/12/12", "3 March 2019, page 5",
        "32 March 2019", "31 April 2019", "13/13/2019", "3 in March 2019", "1,551,605,415",
        "version 1.2.2019.4", "X31.3.3", "19/03/04", "13/2019",
        "2019.5", "0/2019", "", "3 XIV 2019", "2019 ferries", "3 March 2019, 9.30",
    ],
)  # fmt: skip
def test_what_means_no_day_or_several_is_none(text: str) -> None:
    assert shown(text) is None


def test_an_order_decides_what_could_be_two_days() -> None:
    assert shown("03/04/2019", "dmy") == "2019-04-03"
    assert shown("03/04/2019", "mdy") == "2019-03-04"
    assert shown("03/28/2019", "dmy") == "2019-03-28"
    assert shown("19/03/04", "ymd") == "2019-03-04"


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("28/03/2019", "dmy"), ("03/28/2019, 10:30", "mdy"), ("03-04-2019", "dmy mdy"),
        ("13/03/19", "dmy ymd"), ("28/03/19", "dmy"), ("19/03/28", "ymd"), ("03/03/2019", ""),
        ("2019/03/28", ""), ("28.03.2019", ""), ("3 March 2019", ""), ("28/03/2019, page 5", ""),
    ],
)  # fmt: skip
def test_three_numbers_tell_the_orders_they_can_have(text: str, orders: str) -> None:
    assert possible_orders(text) == set(orders.split())


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.data())
def test_every_name_of_a_month_is_known(day: date, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(MONTHS[day.month - 1])).replace("_", " ")
    way = data.draw(st.sampled_from(("{d} {m} {y}", "{d}. {m} {y}", "{m} {d}, {y}", "{d}-{m}-{y}")))
    text = way.format(d=day.day, m=name, y=day.year)
    assert shown(text) == day.isoformat()


@given(st.text(alphabet="0123456789/.-: ,年月日TZapm+MaryJuneDc'", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    for found in find_dates(text):
        assert 0 <= found.start < found.stop <= len(text)
        assert abs(found.instant - datetime(1850, 1, 1, tzinfo=UTC)) < timedelta(days=366 * 352)
    read_date(text)


def test_two_dates_without_anything_between_are_read() -> None:
    for text in (
        "3 mars 20204 mars 2020 par Mara",
        "3. März 20204. März 2020",
        "3 May 2020May 4, 2020",
    ):
        assert next(find_dates(text)).day in (date(2020, 3, 3), date(2020, 5, 3))
    assert not list(find_dates("3 mars 202012"))
    (found,) = find_dates("By Mara QuillMarch 3, 2020")
    assert (found.day, found.start) == (date(2020, 3, 3), 13)


def test_dates_are_found_in_the_order_in_which_they_stand() -> None:
    text = "From 3 March 2019 (or 2019-03-04, 10:00 CET) to 5. März 2019"
    found = [(one.instant.isoformat()[:16], text[one.start : one.stop]) for one in find_dates(text)]
    assert [one for _, one in found] == ["3 March 2019", "2019-03-04", "5. März 2019"]
    assert found[1][0] == "2019-03-04T09:00"
