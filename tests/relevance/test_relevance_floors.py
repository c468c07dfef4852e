"""Ranking stays as good as it was on collections whose relevant articles are known.

Each collection is searched alone, and in one index with the other and the news of Reuters: the best
ranking of few articles need not be the best of more. The floors are pinned with a digest of their
data in floors.json; lowering one needs a reason in the commit that does it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

import newsearch
from newsearch import Index

FLOORS = json.loads(Path(__file__).with_name("floors.json").read_text())
COLLECTIONS = tuple(FLOORS)
FILES = ("docs.jsonl", "queries.jsonl", "qrels.tsv")
DEPTH = 1000


def digest(folder: Path) -> str:
    content = b"".join((folder / name).read_bytes() for name in FILES)
    return hashlib.sha256(content).hexdigest()


def relevant_articles(qrels: Path) -> dict[str, set[str]]:
    relevant: dict[str, set[str]] = defaultdict(set)
    with qrels.open(newline="") as rows:
        for query, _, article_id, grade in csv.reader(rows, delimiter="\t"):
            if int(grade) > 0:
                relevant[query].add(article_id)
    return relevant


def average_precision(ranked: list[str], relevant: set[str]) -> float:
    hits = [rank for rank, article_id in enumerate(ranked, 1) if article_id in relevant]
    return sum(number / rank for number, rank in enumerate(hits, 1)) / len(relevant)


def mean_average_precision(index: Index, folder: Path, prefix: str = "") -> float:
    """Ask a collection's questions of an index that holds its articles, ids after a prefix."""
    relevant = relevant_articles(folder / "qrels.tsv")
    queries = list(map(json.loads, (folder / "queries.jsonl").read_text().splitlines()))
    precisions = [
        average_precision(
            [
                hit.id.removeprefix(prefix)
                for hit in index.search(query["text"], match="any", limit=DEPTH, syntax="words")
                if hit.id.startswith(prefix)
            ],
            relevant[query["id"]],
        )
        for query in queries
        if query["id"] in relevant
    ]
    assert len(precisions) == len(relevant)
    return sum(precisions) / len(relevant)


@pytest.mark.slow
@pytest.mark.parametrize("name", COLLECTIONS)
def test_mean_average_precision_does_not_fall(name: str, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "collections" / name
    assert digest(folder) == FLOORS[name]["data_sha256"], "not the data the floor was set on"
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(newsearch.read(folder / "docs.jsonl"))

        assert mean_average_precision(index, folder) >= FLOORS[name]["map_floor"]


@pytest.mark.slow
def test_mean_average_precision_among_news_does_not_fall(shared_data: Path, tmp_path: Path) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(newsearch.read(shared_data / "news" / "reuters21578" / "docs.jsonl.gz"))
        for name in COLLECTIONS:
            articles = newsearch.read(shared_data / "collections" / name / "docs.jsonl")
            index.add(replace(article, id=f"{name}-{article.id}") for article in articles)

        for name in COLLECTIONS:
            folder = shared_data / "collections" / name
            precision = mean_average_precision(index, folder, prefix=f"{name}-")
            assert precision >= FLOORS[name]["map_among_news_floor"]


@pytest.mark.long
def test_articles_of_one_story_are_related(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "stories" / "ecbplus"
    relevant = relevant_articles(folder / "same_story_qrels.tsv")
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(newsearch.read(folder / "docs.jsonl"))
        precisions = [
            average_precision([hit.id for hit in index.related(one, limit=100)], own)
            for one, own in relevant.items()
        ]

    assert sum(precisions) / len(precisions) >= 0.935
