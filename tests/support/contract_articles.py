"""The articles of the codec contract, and what stands in them, found the obvious way."""

from __future__ import annotations

from whoosh.reading import IndexReader
from whoosh.util.numeric import byte_to_length, length_to_byte

from newsearch import fields
from newsearch.article import Article, ArticleDate
from support.whoosh_indexes import Batches, news_index, stock_index
from support.whoosh_values import whoosh_values

MAKERS = {"whoosh": stock_index, "newsearch": news_index}
ARTICLES = [
    Article(
        id="a",
        title="Running the summit: the summit of summits",
        body="Kim runs to the summit. The summit ran late, and Kim ran.",
        source="The Japan Times",
        agency=("Kyodo", "Jiji Press"),
        author=("Jane Roe", "John O'Brien"),
        section="National",
        place="TOKYO",
        date=ArticleDate.parse("2020-07-10"),
        url="https://example.org/a?b=1",
    ),
    Article(id="b", body="No title here; only the expenses of running a café.", source="AP"),
    Article(
        id="c",
        title="Les élections",
        body="Les élections courent. Running for expenses: the président.",
        lang="fr",
        agency=("AP",),
        date=ArticleDate.parse("1969-02-03"),
    ),
    Article(id="d", title="COVID-19 and the U.S.", body="1,000.5 cases of COVID-19 in the U.S."),
    Article(id="id with spaces", title="Summit", body="東京 summit ran", lang="ja", source="Kyodo"),
    Article(
        id="f",
        body="kim " * 40 + "the " * 300,
        section="National politics",
        date=ArticleDate.parse("2020-07-10T09:00:00Z"),
    ),
    Article(id="g", title="Expensive", body="runs", author=("Jane Doe",), agency=("", "Kyodo")),
]
CUTS = {"one segment": [7], "three segments": [3, 1, 3]}
DELETED = {"none deleted": (), "some deleted": (1, 4, 5)}
TEXT_FIELDS = ("title", "body", "title_forms", "body_forms")
POSITION_FIELDS = (*TEXT_FIELDS, *fields.WORD_FIELDS)
FIELDS = (*POSITION_FIELDS, *fields.EXACT_FIELDS)

Place = tuple[int, list[int]]
"""A docnum, and the positions of a term in it."""


def in_batches(articles: list[Article], sizes: list[int]) -> Batches:
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    return [articles[start : start + size] for start, size in zip(starts, sizes, strict=True)]


def words_of(article: Article, field: str) -> list[str]:
    value = whoosh_values(article)[field]
    return ([value] if value else []) if field in fields.EXACT_FIELDS else value


def inverted(field: str, articles: list[Article] = ARTICLES) -> dict[bytes, list[Place]]:
    """Invert a field the obvious way, terms ascending."""
    found: dict[bytes, list[Place]] = {}
    for docnum, article in enumerate(articles):
        words = words_of(article, field)
        for word in dict.fromkeys(words):
            positions = [at for at, other in enumerate(words) if other == word]
            found.setdefault(word.encode(), []).append((docnum, positions))
    return dict(sorted(found.items()))


def live(places: list[Place], deleted: tuple[int, ...]) -> list[Place]:
    return [place for place in places if place[0] not in deleted]


def as_whoosh_keeps_it(length: int) -> int:
    return byte_to_length(length_to_byte(length))


def is_exact(reader: IndexReader) -> bool:
    leaf, _ = next(iter(reader.leaf_readers()))
    return type(leaf.codec()).__name__ == "NewsCodec"
