"""Suggestions: words, names and headlines that begin as a reader has typed."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

import newsearch
from newsearch.answers.suggestions import Suggestion
from newsearch.cli import run
from newsearch.errors import QueryError

ROWS = [
    {"title": "Mbappé trains", "body": "Mbappé and Mbappé, said MBAPPE.", "source": "L'Équipe"},
    {"title": "North Korea talks", "body": "Korea met. The koreans met.", "author": "Ann Körner"},
    {"title": "Korea: talks in the north", "body": "A Korean.", "source": "Le Monde"},
    {"title": "North Korea talks", "body": "A US envoy to Korea.", "agency": ["Korea Herald"]},
    {"title": "He ran", "body": "It is for us.", "source": "New York Times"},
]


@pytest.fixture
def index(tmp_path: Path) -> newsearch.Index:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add({"id": f"{n}", "date": f"200{n}", **row} for n, row in enumerate(ROWS))
    return newsearch.open_index(tmp_path / "index")


def told(index: newsearch.Index, prefix: str, **options: int) -> list[tuple[str, str, int]]:
    return [(one.value, one.kind, one.count) for one in index.suggest(prefix, **options).found]


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("mb", [("Mbappé", "word", 1), ("Mbappé trains", "headline", 1)]),
        ("équi", [("L'Équipe", "source", 1)]),
        ("KOR", [
            *[("Korea", "word", 3), ("Korean", "word", 1), ("koreans", "word", 1)],
            *[("Korea Herald", "agency", 1), ("Ann Körner", "author", 1)],
            *[("Korea: talks in the north", "headline", 1), ("North Korea talks", "headline", 2)],
        ]),
        ("us", [("US", "word", 1), ("us", "word", 1)]),
        ("north ko", [
            ("North Korea talks", "headline", 2), ("Korea: talks in the north", "headline", 1)
        ]),
        ("york ti", [("New York Times", "source", 1)]),
        ("times york", []),
        ("run", []),
        ("?!", []),
        ("", []),
    ],
)  # fmt: skip
def test_words_names_and_headlines_are_completed(
    index: newsearch.Index, prefix: str, expected: list[tuple[str, str, int]]
) -> None:
    assert told(index, prefix) == expected


def test_a_limit_is_of_each_kind_and_the_most_frequent_come_first(index: newsearch.Index) -> None:
    assert told(index, "kor", limit=1) == [
        *[("Korea", "word", 3), ("Korea Herald", "agency", 1), ("Ann Körner", "author", 1)],
        ("Korea: talks in the north", "headline", 1),
    ]
    assert told(index, "kor", limit=0) == []
    with pytest.raises(QueryError):
        index.suggest("kor", limit=-1)


def test_frequent_words_are_counted_over_all_segments(tmp_path: Path) -> None:
    chance = random.Random(3)
    words = [f"k{first}{second}" for first in "abcdefgh" for second in "abcdefgh"]
    counts: Counter[str] = Counter()
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        for load in range(3):
            chosen = [chance.sample(words[load * 8 :], 12) for _ in range(20)]
            counts.update(word for several in chosen for word in several)
            index.add({"id": f"{load} {n}", "body": " ".join(c)} for n, c in enumerate(chosen))
        assert index.stats().segments > 1
        for prefix in ("k", "kc", "kcd"):
            own = [pair for pair in counts.items() if pair[0].startswith(prefix)]
            own.sort(key=lambda pair: (-pair[1], pair[0]))
            for limit in (1, 5, 100):
                assert index.words_beginning(prefix, limit=limit) == own[:limit]


def test_the_command_tells_kinds_apart(
    index: newsearch.Index, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = ["-i", str(index.path)]

    assert run(["suggest", "north", "ko", "-n", "1", "--json", *archive]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "prefix": "north ko",
        "suggestions": [{"value": "North Korea talks", "kind": "headline", "count": 2}],
    }
    assert run(["suggest", "mb", *archive]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["Mbappé", "word", "1"]
    assert run(["suggest", "zeb", *archive]) == 1
    assert capsys.readouterr() == ("", "advice: no article has zeb*\n")
    assert run(["suggest", *archive]) == 2
    assert "missing PREFIX" in capsys.readouterr().err
    assert index.suggest("mb").found[0] == Suggestion("Mbappé", "word", 1)


def test_a_word_of_titles_alone_is_spelt_as_they_have_it(index: newsearch.Index) -> None:
    index.add([{"id": "t", "title": "O’Quillan rows", "body": "A boat."}])
    assert index.suggest("o'q").found[0] == Suggestion("O’Quillan", "word", 1)
