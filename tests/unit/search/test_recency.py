"""Scores that halve with age: the best are those of all articles, however few are looked at."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsearch
from newsearch.article import Article, ArticleDate

NEWEST_S = int(datetime(2020, 6, 1, tzinfo=UTC).timestamp())
DAY_S = 86_400


def article(number: int, chance: random.Random) -> Article:
    """An article with *oil* a few times; half of them are of the last 20 days."""
    age_s = int(chance.uniform(0, chance.choice([20, 3000])) * DAY_S)
    date = ArticleDate(datetime.fromtimestamp(NEWEST_S - age_s, UTC), "second")
    words = ["oil"] * chance.randrange(1, 9) + ["price"] * chance.randrange(40)
    return Article(id=str(number), body=" ".join(words), date=date if number % 10 else None)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[newsearch.Index]:
    chance = random.Random(5)
    with newsearch.open_index(tmp_path_factory.mktemp("index") / "a", create=True) as index:
        index.add([article(number, chance) for number in range(1000)])
        yield index


@given(
    half_life=st.floats(0.001, 5000),
    age_days=st.floats(-3100, 20_000),
    limit=st.sampled_from([1, 2, 10, 200, None]),
    query=st.sampled_from(["oil", "oil price", "*", "pric*"]),
)
@settings(max_examples=60)
def test_the_best_by_age_are_those_of_all_however_few_are_looked_at(
    archive: newsearch.Index, half_life: float, age_days: float, limit: int | None, query: str
) -> None:
    now = datetime.fromtimestamp(NEWEST_S + int(age_days * DAY_S), UTC)
    hits = list(archive.search(query, limit=None))
    oldest_s = min(hit.date.timestamp_s for hit in hits if hit.date)

    def halvings(hit: newsearch.Hit) -> float:
        date_s = hit.date.timestamp_s if hit.date else oldest_s
        return max(now.timestamp() + 1 - date_s, 0) / (half_life * DAY_S)

    def key(hit: newsearch.Hit) -> float:
        return (math.log2(hit.score) if hit.score else -math.inf) - halvings(hit)

    best = sorted(hits, key=lambda hit: -key(hit))[:limit]
    found = archive.search(query, limit=limit, half_life=half_life, now=now)

    assert [hit.id for hit in found] == [hit.id for hit in best]
    expected = [hit.score * 0.5 ** halvings(hit) for hit in best]
    assert [hit.score for hit in found] == pytest.approx(expected, rel=1e-9, abs=1e-300)
    assert found.total == len(hits)


def test_few_are_looked_at_where_that_is_enough_and_the_plan_says_so(
    archive: newsearch.Index,
) -> None:
    few = archive.search("oil", limit=5, half_life="9999d", now="2020-06-01")
    recent = archive.search("oil", limit=5, half_life="12h", now="2020-06-01")

    assert "; 64 articles compared" in few.plan
    assert "scores halve every 9999 days before 2020-06-02T00:00:00Z" in few.plan
    assert "; 34 articles compared" in recent.plan


def test_what_now_cannot_be_is_refused_by_its_name(archive: newsearch.Index) -> None:
    for now in (5, "then"):
        with pytest.raises(newsearch.QueryError, match=r"^now"):
            archive.search("oil", half_life="10d", now=now)  # type: ignore[arg-type]


def test_many_queries_are_ranked_by_age_too(archive: newsearch.Index) -> None:
    options = {"half_life": "10d", "now": "2020-06-01"}
    many = archive.search_many(["oil", "price"], **options)

    assert [[hit.id for hit in results] for results in many] == [
        [hit.id for hit in archive.search(query, **options)] for query in ("oil", "price")
    ]
