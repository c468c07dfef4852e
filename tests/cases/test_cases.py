"""Small inputs that once failed, or fail in other engines, each with the right answer.

A line of ``*.jsonl`` beside this file is one case: ``kind``, ``name``, ``articles`` as `add` takes
them from JSON lines, and ``queries``. A query ``q`` finds ``ids``, in any order; with ``or_warns``
it may find others, as long as it warns.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import newsearch

CASES: list[dict[str, Any]] = [
    json.loads(line)
    for file in sorted(Path(__file__).parent.glob("*.jsonl"))
    for line in file.read_text(encoding="utf-8").splitlines()
]


def test_there_are_cases_and_each_asks_something() -> None:
    assert CASES
    assert [case["name"] for case in CASES if not case["queries"]] == []
    assert len({case["name"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}: {case['name']}")
def test_case_has_its_right_answer(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    file.write_text("\n".join(map(json.dumps, case["articles"])), encoding="utf-8")

    with newsearch.open_index(tmp_path / "index", create=True) as index:
        report = index.add(newsearch.read(file))
        assert report.added == len(case["articles"])
        for asked in case["queries"]:
            results = index.search(asked["q"], limit=None)
            if not (asked.get("or_warns") and results.warnings):
                assert {hit.id for hit in results} == set(asked["ids"]), asked["q"]
