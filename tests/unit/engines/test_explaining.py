"""Explanations: what parts add, why articles do not match, and how it is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import example, given
from reference import Reference
from strategies import collections, trees

import newsearch
from newsearch import Index
from newsearch.article import Article
from newsearch.cli import run
from newsearch.engines.explaining import Found, explain
from newsearch.errors import QueryError
from newsearch.query.nodes import Every, Not, ResolvedTree, WrittenTree

SUMMIT = {
    "id": "summit",
    "title": "Summit in Hanoi",
    "body": "The summits ended.\nNorth Korea and US envoys met at the summit.",
    "source": "Kyodo News",
    "published": "2019-02-28",
    "topics": ["talks"],
}
OTHERS = [
    {"id": f"{n}", "body": body}
    for n, body in enumerate(["A universe of summits.", "The university.", "Korea.", "The US."])
]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([SUMMIT, *OTHERS])
        yield index  # type: ignore[misc]


@given(articles=collections(4), tree=trees)
@example([Article(id="0", body="x")], Not(Not(Every())))
def test_parts_add_up_to_the_score_of_the_definition(
    articles: list[Article], tree: ResolvedTree
) -> None:
    reference = Reference(articles)
    for doc in reference.docs:

        def look(leaf: Any, doc: Any = doc) -> Found | None:
            score = reference.score(leaf, doc)
            return None if score is None else Found(score)

        told = explain("", cast("WrittenTree", tree), doc.article, look)

        score = reference.score(tree, doc)
        assert told.matches == (score is not None)
        assert told.score == pytest.approx(score or 0.0)
        assert told.matches or any(part.is_failure for part in told.parts)
        assert not (told.matches and any(part.is_failure for part in told.parts))


def test_factors_multiply_to_the_scores_by_which_articles_are_ranked(index: Index) -> None:
    query = 'summits^2 "north korea" the universe env* US source:kyodo OR universe'
    for hit in index.search(query, match="any"):
        told = index.explain(hit.id, query, match="any")

        assert told.matches
        assert told.score == pytest.approx(hit.score, rel=1e-5)
        for part in told.parts:
            constant = 1.0 if part.part == "env*" and part.matches else 0.0
            assert part.score == pytest.approx(constant + sum(one.score for one in part.factors))


def test_factors_are_those_of_ranking(index: Index) -> None:
    [summits, the] = index.explain("summit", "summit^3 the").parts
    [universe] = index.explain("0", "universe").parts

    [word] = summits.factors
    assert (word.boost, word.weight, word.frequency, word.length) == (3, 1, 4, 18)
    assert the.factors[0].weight == 0.2
    assert [one.counted for one in universe.factors] == ["univers (any form)"]
    assert (summits.title, len(summits.body)) == (((0, 6),), 2)
    assert summits.snippet
    assert "The summits ended." in summits.snippet.text


def test_factors_name_what_is_counted_in_the_language_of_the_article(index: Index) -> None:
    index.add([{"id": "fr", "body": "Les universités et le sommet.", "lang": "fr"}])

    def counted(article_id: str, query: str) -> list[str]:
        told = index.explain(article_id, query)
        return [one.counted for part in told.parts for one in part.factors]

    assert counted("0", "universe") == ["univers (any form)"]
    assert counted("fr", "universités sommet") == ["univers (any form)", "sommet (any form)"]
    assert counted("summit", "north NEAR/2 korea") == ["north NEAR/2 korea (places)"]


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ('"north koreans"', {'"north koreans"': "it lacks koreans, it has korea"}),
        ('"summits ended" "ended summits"', {'"ended summits"': "it has the words, but not as"}),
        ("korean envoy", {"korean": "it lacks korean, it has korea"}),
        ("title:envoys", {"title:envoys": "it lacks envoys; the body has it"}),
        ("met -hanoi", {"hanoi": ""}),
        ("(paris OR rome) met", {"paris": "it lacks paris", "rome": "it lacks rome"}),
        ("hanoi NEAR/2 envoys", {"hanoi NEAR/2 envoys": "it has the words, but not as"}),
        ("date:>2019", {"date:[2020-01-01 TO *]": "2019-02-28 is before it"}),
        ("date:<2019", {"date:[* TO 2018-12-31]": "2019-02-28 is after it"}),
        ("source:reuters", {"source:reuters": "it has Kyodo News"}),
        (
            "place:hanoi topics:war",
            {"place:hanoi": "it has no place", "topics:war": "it has talks"},
        ),
        ("length:>900", {"length:>900": "it has 12 words"}),
        ("lang:fr", {"lang:fr": "it has en"}),
    ],
)
def test_what_fails_is_named_with_what_the_article_has(
    index: Index, query: str, notes: dict[str, str]
) -> None:
    told = index.explain("summit", query)

    assert not told.matches
    assert told.score == 0
    failures = {part.part: part.note for part in told.parts if part.is_failure}
    assert failures.keys() == notes.keys()
    for part, note in notes.items():
        assert failures[part].startswith(note)


def test_filters_and_relaxed_queries_are_explained_as_they_are_searched(index: Index) -> None:
    told = index.explain("summit", "hanoi of met", since="2019")

    assert [part.part for part in told.parts] == ["hanoi", "met", "date:[2019-01-01 TO *]"]
    assert told.matches
    assert "let go: of" in str(told.warnings[0])
    assert not index.explain("summit", "hanoi of met", strict=True).matches
    with pytest.raises(QueryError, match="no article has the id 'none'"):
        index.explain("none", "summit")


def test_the_command_shows_it_to_people_and_programs(
    index: Index, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["explain", "summit", "summit", "-source:kyodo", "-i", str(index.path)]
    assert run(asked) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Summit in Hanoi: does not match, because of the parts marked !",
        "+   0.0000  summit",
        "            “[Summit] in Hanoi”",
        "            “The [summits] ended. North Korea and US envoys met at the [summit].”",
        "!   0.0000  source:kyodo (excluded): it has Kyodo News",
    ]
    assert run([*asked[:3], "--json", *asked[4:]]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.keys() == {"query", "id", "title", "matches", "score", "parts", "warnings"}
    [part] = told["parts"]
    assert part["score"] == pytest.approx(told["score"])
    assert part["factors"][0]["frequency"] == 4
    assert run([*asked[:3], "--csv", *asked[4:]]) == 0
    assert "summit,required,True," in capsys.readouterr().out
    assert run([*asked[:3], "--jsonl", *asked[4:]]) == 0
    assert json.loads(capsys.readouterr().out)["matches"] is True
    assert run(["explain", "summit", "-i", str(index.path)]) == 2
