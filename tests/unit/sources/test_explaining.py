"""How a page was read, told of each line and each field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import newsearch
from newsearch.errors import ArticleError
from newsearch.sources.page.lines import page_lines, rows_of

TEXT = """\
Home Login Search

Pier to be rebuilt after the storm

By Mara Quill
July 10, 2020

The harbour board voted on Tuesday to rebuild the northern pier, which a storm had broken.
Read more: The storm of the century
The storm cut the pier in two and sank four boats, but nobody was hurt, the coast guard said.
Most read
"""
LD = {
    "@type": "NewsArticle",
    "headline": "Pier to be rebuilt",
    "datePublished": "2020-07-09",
    "inLanguage": "en",
}
HTML = f"""\
<!doctype html><html><head><script type="application/ld+json">{json.dumps(LD)}</script>
<meta name=author content="Mara Quill"><meta name=keywords content="piers, storms"></head><body>
<article><p>{TEXT.splitlines()[7]}</p><p>{TEXT.splitlines()[9]}</p></article></body></html>
"""


def origins(page: newsearch.PageExplanation) -> dict[str, str]:
    return {name: origin for name, _, origin in page.facts}


def test_every_line_of_a_page_is_kept_or_dropped_for_a_reason() -> None:
    page = newsearch.explain_page(TEXT)

    assert [line[0] for line in page.lines] == [1, 3, 5, 6, 8, 9, 10, 11]
    assert [number for number, kept, _, _ in page.lines if kept] == [8, 10]
    why = {number: reason for number, _, reason, _ in page.lines}
    assert why[1] == "above the article; buttons and menus"
    assert why[3].startswith("title; above the article; short line")
    assert why[9] == "no part of the article; heading over teasers inside the article"
    assert why[11].startswith("below the article; ")


def test_what_is_kept_is_the_body() -> None:
    page = newsearch.explain_page(TEXT)

    assert page.article is not None
    assert page.article.body == "\n".join(text for _, kept, _, text in page.lines if kept)
    assert [text for *_, text in page.lines] == [line.text for line in page_lines(rows_of(TEXT))]


def test_fields_of_text_come_from_its_lines() -> None:
    found = origins(newsearch.explain_page(TEXT))

    assert found == {"id": "data", "title": "line 3", "author": "line 5", "date": "line 6"}


def test_fields_of_html_come_from_what_it_declares() -> None:
    page = newsearch.explain_page(HTML, url="https://www.example.org/2020/07/10/pier")

    assert origins(page) == {
        "id": "given",
        "title": "JSON-LD headline",
        "source": "URL",
        "author": "<meta> author",
        "date": "JSON-LD datePublished",
        "lang": "JSON-LD inLanguage",
        "url": "given",
        "keywords": "<meta> keywords",
    }
    assert [line[:2] for line in page.lines] == [(1, True), (2, True)]


def test_a_day_in_the_address_counts_where_a_page_names_none() -> None:
    page = newsearch.explain_page(HTML.replace("datePub", "pub"), url="https://e.org/2020/07/10/p")

    assert ("date", "2020-07-10", "URL") in page.facts


def test_a_page_is_text_or_bytes_in_any_encoding() -> None:
    declared = HTML.replace("<head>", '<head><meta charset="shift_jis">').replace("Pier", "桟橋")

    assert newsearch.parse(declared.encode("shift_jis")) == newsearch.parse(declared)
    assert newsearch.parse(TEXT, name="pier.txt").id == "pier.txt"


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", "the page: the file is empty"),
        ("Home\nSport", "the page: no running text was found"),
        (bytes(range(256)) * 20, "the page: the file is no text"),
        ("iVBORw0KGgoAAAANSUhEUgAAABQAAAAUCAYAAAC" * 50, "the page: the file is no text"),
    ],
)
def test_a_page_without_an_article_is_an_error_that_says_why(
    page: str | bytes, reason: str
) -> None:
    with pytest.raises(ArticleError, match=f"^{reason}$"):
        newsearch.parse(page)


def test_what_is_no_page_is_an_error() -> None:
    with pytest.raises(ArticleError, match="Path is no page; give its text or its bytes"):
        newsearch.parse(Path("a.html"))  # type: ignore[arg-type]


def test_a_stream_tells_of_each_article_and_what_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "Talks resumed."}\n{\n')
    (tmp_path / "b.txt").write_text(TEXT)
    stream = newsearch.read(tmp_path)

    first, broken, page = stream.explained()

    assert first.facts == (("id", "1", "data"),)
    assert broken.article is None
    assert broken.reason.startswith("not JSON")
    assert origins(page)["title"] == "line 3"
    assert [one.reason for one in stream.rejected] == [broken.reason]
