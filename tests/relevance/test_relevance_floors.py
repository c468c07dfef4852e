"""Ranking stays as good as it was on collections whose relevant articles are known.

The floors are pinned with a digest of their data in floors.json; lowering one needs a reason in
the commit that does it.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from pathlib import Path

import pytest

import newsearch

FLOORS = json.loads(Path(__file__).with_name("floors.json").read_text())
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


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOORS)
def test_mean_average_precision_does_not_fall(name: str, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "collections" / name
    assert digest(folder) == FLOORS[name]["data_sha256"], "not the data the floor was set on"
    relevant = relevant_articles(folder / "qrels.tsv")
    queries = list(map(json.loads, (folder / "queries.jsonl").read_text().splitlines()))

    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add(newsearch.read(folder / "docs.jsonl"))
        precisions = [
            average_precision(
                [
                    hit.id
                    for hit in index.search(query["text"], match="any", limit=DEPTH, syntax="words")
                ],
                relevant[query["id"]],
            )
            for query in queries
            if query["id"] in relevant
        ]

    assert len(precisions) == len(relevant)
    assert sum(precisions) / len(relevant) >= FLOORS[name]["map_floor"]
