"""Synonyms: what rules make of a query, and that it is what one would write by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import Reference
from strategies import collections
from support.memory_engine import MemoryEngine

from newsearch.article import Article
from newsearch.cli import run
from newsearch.errors import NewsearchError, QueryError, SourceError
from newsearch.query import parse
from newsearch.query.nodes import Or, ResolvedTree, Term, TermPhrase
from newsearch.query.synonyms import synonyms_of

RULES = ["car, automobile  # and the like", "", "# nothing", "united states, US, america"]
RULES += ["truck => lorry, motor vehicle", "states => nations", "covid-19, corona virus"]


@pytest.mark.parametrize(
    ("query", "expanded"),
    [
        ("car", "(car OR automobile)"),
        ("cheap CAR^2", "cheap AND (car OR automobile)^2"),
        ("title:automobile", "title:(automobile OR car)"),
        ("lorry", "lorry"),
        ("truck", "(truck OR lorry) OR motor-vehicle"),
        ("-truck oil", "oil AND NOT ((truck OR lorry) OR motor-vehicle)"),
        ("united states oil", "(united AND states OR america OR US) AND oil"),
        ("the united AND states", "the AND (united AND states OR america OR US)"),
        ("united nations", "united AND nations"),
        ("states united", "(states OR nations) AND united"),
        ("US", "US OR america OR united-states"),
        ("us", "us"),
        ("America", "america OR united-states OR US"),
        ("+car oil", "+(car OR automobile) oil"),
        ("covid-19", "covid-19 OR corona-virus"),
        ("cars", "(cars OR automobile)"),
        ("truck's", "(truck's OR lorry) OR motor-vehicle"),
        ("covid19", "covid19 OR corona-virus"),
        ("corona virus", "corona AND virus OR covid-19"),
        ('"car" car* =Car automobil~1', '"car" AND car* AND =Car AND automobil~1'),
        ("truck NEAR/3 oil", "((truck OR lorry) OR motor-vehicle) NEAR/3 oil"),
        ("car OR united OR states", "(car OR automobile) OR united OR (states OR nations)"),
        ("source:car", "source:car"),
    ],
)
def test_rules_add_alternatives_to_the_words_that_they_are_for(query: str, expanded: str) -> None:
    tree = synonyms_of(RULES).expand(parse(query).tree, match_any=False)

    assert str(tree) == expanded


def test_words_side_by_side_of_which_any_will_do_are_a_row_too() -> None:
    tree = synonyms_of(RULES).expand(parse("united states oil", match="any").tree, match_any=True)

    assert str(tree) == "united OR states OR america OR US OR oil"


words = st.sampled_from(["run", "expenses", "korea", "summit", "kim", "north"])


@given(articles=collections(), one=words, other=words, more=st.lists(words, min_size=2, max_size=3))
@settings(max_examples=50)
def test_synonyms_find_and_score_what_is_written_by_hand(
    articles: list[Article], one: str, other: str, more: list[str]
) -> None:
    engine = MemoryEngine()
    engine.add(articles)
    reference = Reference(articles)
    terms = tuple(sorted({*reference.terms_of(one), *reference.terms_of(other)}))
    phrase = TermPhrase(tuple(map(reference.terms_of, more)), exact=False)
    by_hand: ResolvedTree = Or([Term(terms), phrase])

    rules = [f"{one} => {other}, {' '.join(more)}"] if one != other else []
    found = engine.search(one, limit=None, synonyms=rules)

    if rules:
        assert [(hit.id, hit.score) for hit in found] == reference.ranking(by_hand)


@pytest.mark.parametrize(
    "line", ["car", "car,", "=> car", "car =>", "a => b => c", "car, !!", "car*, auto"]
)
def test_a_line_that_is_no_rule_is_named(tmp_path: Path, line: str) -> None:
    rules = tmp_path / "rules.txt"
    rules.write_text(f"a, b\n{line}\n", "utf-8")

    with pytest.raises(SourceError, match=r"rules\.txt:2: .* is no rule; write 'car"):
        synonyms_of(rules)


def test_what_is_no_rules_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9, bar")
    for wrong in (5, [5], tmp_path / "nothing", tmp_path, tmp_path / "latin"):
        with pytest.raises(NewsearchError):
            synonyms_of(wrong)  # type: ignore[arg-type]
    with pytest.raises(
        NewsearchError, match=r"nothing: cannot be read: no such file or directory$"
    ):
        synonyms_of(tmp_path / "nothing")
    many = synonyms_of([", ".join(f"w{n}" for n in range(1000))])
    with pytest.raises(QueryError, match="more than 4,096 words"):
        many.expand(parse("w1 w2 w3 w4 w5").tree, match_any=False)


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    rules = tmp_path / "rules.txt"
    rules.write_text("a, b", "utf-8")
    first = synonyms_of(rules)
    assert synonyms_of(str(rules)) is first
    rules.write_text("a, b, c", "utf-8")

    assert str(synonyms_of(rules).expand(parse("a").tree, match_any=False)) == "(a OR b OR c)"


def test_the_command_finds_marks_and_explains_synonyms(
    tmp_path: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules.txt").write_text("zzz, envoy, special representative", "utf-8")
    run(["index", str(seeds)])
    capsys.readouterr()

    assert run(["query", "zzz", "--synonyms", "rules.txt", "--explain", "--color", "always"]) == 0
    told = capsys.readouterr()
    assert "scored: envoy|zzz | special-repres" in told.err
    assert "\x1b[1;33menvoy" in told.out
    assert run(["count", "zzz", "--synonyms", "rules.txt"]) == 0
    assert capsys.readouterr().out == "3\n"
    assert run(["count", "zzz", "--synonyms", "nothing.txt"]) == 2
