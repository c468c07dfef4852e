"""An archive that was loaded day after day answers as one that was loaded at once."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from support.inside import run_all_compiled
from support.rankings import assert_ranked_alike

import newsearch
from newsearch import Article
from newsearch.fields import Match

MOST_SIZE, MOST_TIME = 1.3, 2.0
"""What a year of loads may cost, as shares of a fresh index: bytes, and time of queries.

Measured on 20,805 articles, in 15 segments instead of one, on a busy machine: 1.24 and 1.63."""

_ROUNDS = 5


def made_up(rng: random.Random) -> Iterator[Article]:
    """Articles of words that are as unevenly frequent as those of news."""
    for number in range(10**6):
        words = [f"w{int(rng.paretovariate(0.6)) % 5000}" for _ in range(rng.randrange(20, 120))]
        date = f"2020-{number % 12 + 1:02}-{number % 28 + 1:02}"
        yield Article(id=f"n{number}", title=" ".join(words[:6]), body=" ".join(words), date=date)


def live_a_year(
    path: Path, articles: Iterator[Article], n_days: int, n_new: int, rng: random.Random
) -> dict[str, Article]:
    """Load new articles each day, change a tenth as many and delete some; return what is left."""
    expected: dict[str, Article] = {}
    with newsearch.open_index(path, create=True) as index:
        for day in range(n_days):
            new = list(islice(articles, n_new))
            changed = []
            for article_id in rng.sample(sorted(expected), min(len(expected), n_new // 10)):
                old = expected.pop(article_id)
                text = f"{old.body} Corrected on day {day}."
                changed.append(Article(id=old.id, title=old.title, body=text, date=old.date))
            index.add([*new, *changed])
            expected |= {one.id: one for one in (*new, *changed)}
            gone = rng.sample(sorted(expected), n_new // 20)
            assert sorted(index.delete(gone)) == sorted(gone)
            for article_id in gone:
                del expected[article_id]
        assert len(index) == len(expected)
    return expected


def questions(articles: list[Article], n: int, rng: random.Random) -> Iterator[tuple[str, Match]]:
    """Queries of words of the articles."""
    while n:
        words = rng.choice(articles).body.split()[:300]
        at = rng.randrange(max(1, len(words) - 3))
        words = ["".join(filter(str.isalnum, word)) for word in words[at : at + 3]]
        if all(words):
            n -= 1
            kind = n % 4
            text = f'"{" ".join(words[:2])}"' if kind == 2 else " ".join(words[: 2 + n % 2])
            yield (f"{text} date:2006..2020" if kind == 3 else text), "any" if kind == 0 else "all"


@pytest.mark.slow
def test_a_year_of_daily_loads_answers_as_a_fresh_index(tmp_path: Path) -> None:
    compare(tmp_path, made_up(random.Random(1)), n_days=20, n_new=20, n_queries=60)


@pytest.mark.long
def test_a_year_of_daily_loads_costs_little_more_than_a_fresh_index(
    tmp_path: Path, shared_data: Path
) -> None:
    articles = iter(newsearch.read(shared_data / "news" / "grimmer_senate"))
    size, took = compare(tmp_path, articles, n_days=365, n_new=60, n_queries=500)
    print(f"a year of loads: {size:.3f} x the size, {took:.3f} x the query time of a fresh index")
    assert size < MOST_SIZE
    assert took < MOST_TIME


def compare(
    folder: Path, articles: Iterator[Article], *, n_days: int, n_new: int, n_queries: int
) -> tuple[float, float]:
    """Ask both indexes the same; return size and time of the one as shares of the other's.

    The first answers, which are compared, compile what there is to compile; others are timed.
    """
    rng = random.Random(12)
    expected = live_a_year(folder / "year", articles, n_days, n_new, rng)
    with newsearch.open_index(folder / "fresh", create=True) as fresh:
        fresh.add(list(expected.values()))
    asked = list(questions(list(expected.values()), n_queries, rng))
    with (
        run_all_compiled(),
        newsearch.open_index(folder / "year") as year,
        newsearch.open_index(fresh.path) as fresh,
    ):
        n_hits = 0
        for query, match in asked:
            wanted = fresh.search(query, match=match, limit=30)
            found = year.search(query, match=match, limit=30)
            assert found.total == wanted.total, query
            ranking = [(hit.id, hit.score) for hit in wanted]
            assert_ranked_alike([hit.id for hit in found], ranking, rel=1e-5)
            n_hits += len(ranking)
        assert n_hits > n_queries
        assert year.get(next(iter(expected))) == expected[next(iter(expected))]
        seconds = [0.0, 0.0]
        for turn in range(2 * _ROUNDS):
            index = (year, fresh)[turn % 2]
            started_s = time.thread_time()
            for query, match in asked:
                list(index.search(query, match=match))
            seconds[turn % 2] += time.thread_time() - started_s
        sizes = [index.stats().size_bytes for index in (year, fresh)]
        print(f"{len(year)} articles, {year.stats().segments} segments, {os.getloadavg()} load")
    return sizes[0] / sizes[1], seconds[0] / seconds[1]
