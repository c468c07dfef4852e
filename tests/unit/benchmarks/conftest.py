"""Fixtures for the benchmarks' tests: a work folder of their own and a small hand-made corpus."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
# The benchmarks are not part of the installed package.
if str(REPOSITORY) not in sys.path:
    sys.path.insert(0, str(REPOSITORY))

if sys.platform == "win32":
    collect_ignore_glob = ["test_*.py"]  # the benchmarks start and watch processes as POSIX does

ARTICLES = (
    ("a", "Harbour budget", "2020-01-05", "The council voted on the harbour budget."),
    (
        "b",
        "Ferry strike",
        "2020-02-01",
        "Ferry crews strike over the budget. Ferries stay.",
    ),
    ("c", "Storm", "2020-02-20", "A storm closed the harbour and the ferry port."),
    ("d", "Museum opens", "2020-03-10", "The museum opens beside the old lighthouse."),
    ("e", "Votes counted", "", "Votes on the museum were counted twice."),
    (
        "f",
        "Fishing",
        "2021-07-01T12:00:00Z",
        "Fishing boats left the harbour before the storm.",
    ),
)


@pytest.fixture(autouse=True)
def work_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    monkeypatch.setenv("NEWSEARCH_BENCH_WORK", str(folder))
    return folder


@pytest.fixture
def write_corpus(tmp_path: Path) -> Callable[..., Path]:
    def write(records: Sequence[object], name: str = "articles.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def articles() -> list[dict[str, str]]:
    keys = ("id", "title", "date", "body")
    return [dict(zip(keys, article, strict=True)) for article in ARTICLES]


@pytest.fixture
def small_corpus(write_corpus: Callable[..., Path], articles: list[dict[str, str]]) -> Path:
    return write_corpus(articles)
