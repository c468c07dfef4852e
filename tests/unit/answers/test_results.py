"""Hits read their article when they are asked, from whatever found it."""

from __future__ import annotations

import pytest

from newsearch.answers.results import Hit
from newsearch.answers.snippet import Snippet, Span
from newsearch.article import Article, ArticleDate


class OneArticle:
    """Shows one article, at any rank."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self.ids = {1: article.id}

    def archive(self, rank: int) -> str:
        return ""

    def article(self, rank: int) -> Article:
        return self._article

    def numbers(self, rank: int) -> dict[str, float]:
        return {"length": 3}

    def snippet(self, rank: int) -> Snippet:
        return Snippet("Envoys met.", ((0, 6),))

    def title_highlights(self, article: Article) -> tuple[Span, ...]:
        return ((0, 5),)


def hit(**fields: object) -> Hit:
    article = Article(**{"id": "a", "title": "Talks", "body": "Envoys met.", **fields})
    return Hit(1, 2.5, OneArticle(article))


@pytest.mark.parametrize(
    ("source", "agency", "expected"),
    [
        ("Mainichi", ("Kyodo",), "Mainichi"),
        ("", ("Kyodo", "AP"), "Kyodo, AP"),
        ("", (), ""),
    ],
)
def test_source_is_the_publisher_else_the_agencies(
    source: str, agency: tuple[str, ...], expected: str
) -> None:
    assert hit(source=source, agency=agency).source == expected


def test_a_hit_shows_what_its_article_has() -> None:
    found = hit(date=ArticleDate.parse("2020-07"), section="World", extra={"topics": ["talks"]})

    assert (found.title, str(found.date), found.length) == ("Talks", "2020-07", 3)
    assert found.as_dict() == {
        "rank": 1,
        "score": 2.5,
        "id": "a",
        "title": "Talks",
        "date": "2020-07",
        "source": "",
        "length": 3,
        "title_highlights": [[0, 5]],
        "snippet": {"text": "Envoys met.", "highlights": [[0, 6]]},
        "date_origin": "given",
        "section": "World",
        "topics": ["talks"],
    }
