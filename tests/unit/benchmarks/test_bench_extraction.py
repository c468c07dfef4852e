"""Readers of pages are scored right, and one that fails is named."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.extraction import (
    measure_extraction,
    pages_of,
    render_extraction,
    score,
    words_outside,
)
from benchmarks.extractors import READERS

BODY = "Envoys met on the bank of the river and talked for three hours, the ministry said."
AROUND = "Subscribe newsletter weather horoscope {word}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    pages = folder / "pages"
    for name in ("text", "html"):
        (pages / name).mkdir(parents=True)
    lines = []
    for number in range(12):
        word = "abcdefghijkl"[number] * 4
        page = f"Talks number {number}\n\n{AROUND.format(word=word)}\n\nJuly 8, 2020\n\n{BODY}\n"
        (pages / "text" / f"p{number}.txt").write_text(page)
        html = f"<html><body>{page}</body></html>".encode()
        (pages / "html" / f"p{number}.html.gz").write_bytes(gzip.compress(html))
        known = {"id": f"p{number}", "lang": "en", "title": f"Talks number {number}", "body": BODY}
        lines.append(json.dumps(known | {"date": "2020-07-08", "authors": ["Mara Quill"]}))
    (pages / "gold.jsonl").write_text("\n".join(lines))
    return folder


def run_of(*found: dict[str, Any]) -> dict[str, Any]:
    times = {"wall_s": [2.0], "cpu_s": [1.0], "bytes": 1_000_000, "failed": 0, "version": "1"}
    return {"found": list(found), **times}


def test_halves_are_apart_and_together_all(data: Path) -> None:
    halves = [
        {page["id"] for page in pages_of(data / "pages", half)} for half in ("seen", "held-out")
    ]
    assert halves[0] and halves[1] and not halves[0] & halves[1]
    assert len(halves[0] | halves[1]) == len(pages_of(data / "pages", "all"))


def test_a_reader_that_is_right_has_full_marks_and_one_that_keeps_all_has_not(data: Path) -> None:
    gold = pages_of(data / "pages", "all")
    words = words_outside(data / "pages", gold, seed=1)
    assert set(words) == {"", "en"}
    assert all(word not in BODY.casefold() for word, _ in words[""])

    right = [dict(page, body=page["body"].upper()) for page in gold]
    best = score("right", gold, run_of(*right), words)
    assert (best.precision, best.recall, best.f1, best.title) == (1.0, 1.0, 1.0, 1.0)
    assert (best.date_right, best.date_wrong, best.authors_f1) == (1.0, 0.0, 1.0)
    assert (best.false_hits, best.under_half, best.pages_per_s) == (0.0, 0.0, 12.0)

    texts = [(data / "pages" / "text" / f"{page['id']}.txt").read_text() for page in gold]
    whole = score("all", gold, run_of(*({"body": text} for text in texts)), words)
    assert whole.false_hits == 1.0 and whole.recall == 1.0 and (whole.precision or 1) < 1
    assert whole.date_right is None and whole.authors_f1 is None


@pytest.mark.slow  # processes of its own, each of which loads a library
def test_readers_are_measured_and_one_that_is_missing_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSEARCH_DATA", str(data))
    readers = ["newsearch, text", "newsearch, HTML", "missing"]
    monkeypatch.setitem(READERS, "missing", ("no such package", READERS["readability"][1]))
    path = tmp_path / "result.json"
    result = measure_extraction(readers, "all", 1, sys.executable, lambda _: None, output=path)
    assert [row.reader for row in result.rows] == readers[:2]
    assert result.rows[0].f1 == 1.0
    assert result.skipped == {"missing": "KeyError: 'missing'"}
    assert json.loads(path.read_text())["rows"][0]["f1"] == 1.0
    assert "| newsearch, text |" in render_extraction(result)
