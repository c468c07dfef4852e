"""Nodes of a query tree: values, each of which is written in the query language."""

from __future__ import annotations

import ast
import copy
import subprocess
import sys
from math import inf, nextafter
from pathlib import Path
from typing import get_args

import pytest

import newsearch
from newsearch.query import parse
from newsearch.query.nodes import (
    And,
    AndMaybe,
    DateRange,
    Every,
    FieldValue,
    Not,
    NumberRange,
    Or,
    Pattern,
    Phrase,
    ResolvedLeaf,
    Term,
    TermPhrase,
    Word,
    WrittenLeaf,
    leaves,
)

LEAVES = (
    Word("north"),
    Word("north", ("title",), 2.0),
    Phrase(("north", "korea"), exact=True, slop=3),
    Phrase(("covid", "19"), exact=False),
    Term(("north",)),
    TermPhrase((("covid",), ("19",)), exact=False),
    Pattern("prefix", "kore"),
    Pattern("fuzzy", "biegun", 1),
    FieldValue("source", ("kyodo", "news")),
    DateRange(0, None),
    NumberRange("length", 100, None),
)


@pytest.mark.parametrize("leaf", LEAVES)
def test_leaf_is_a_value(leaf):
    twin = copy.deepcopy(leaf)
    assert twin == leaf
    assert hash(twin) == hash(leaf)
    with pytest.raises((AttributeError, TypeError)):
        leaf.boost = 2.0


def test_leaves_of_all_kinds_differ():
    for number, leaf in enumerate(LEAVES):
        for other in (*LEAVES[number + 1 :], Every(), "north", None):
            assert leaf != other


def test_leaves_of_a_tree_come_in_the_order_written():
    north, korea, *others = LEAVES
    tree = And([AndMaybe(north, Or(others)), north, Not(korea)])

    assert list(leaves(tree)) == [north, *others, north, korea]
    assert list(leaves(tree, with_excluded=False)) == [north, *others, north]


def test_trees_are_values_and_the_order_of_their_parts_counts():
    north, korea = LEAVES[:2]

    assert And([north, korea]) == And((north, korea))
    assert hash(And([north, korea])) == hash(And((north, korea)))
    assert And([north, korea]) not in (And([korea, north]), Or([north, korea]), north)
    assert Not(north) != Not(korea)


@pytest.mark.parametrize(
    ("leaf", "text"),
    [
        (Word("north", boost=1.5), "north^1.5"),
        (Word("north", ("title",), 2.0), "title:north^2"),
        (Phrase(("a", "b"), exact=True, slop=5, boost=2.0), '"a b"~5^2'),
        (Phrase(("covid", "19"), exact=False), "covid-19"),
        (Phrase(("covid", "19"), exact=False, slop=5), "covid-19~5"),
        (Term(("korea",), ("title",), 2.0), "title:korea^2"),
        (TermPhrase((("a",), ("b",)), exact=True, slop=5), '"a b"~5'),
        (TermPhrase((("covid",), ("19",)), exact=False), "covid-19"),
        (Pattern("prefix", "kore"), "kore*"),
        (Pattern("wildcard", "k?r*a"), "k?r*a"),
        (Pattern("fuzzy", "biegun", 2), "biegun~2"),
        (Pattern("prefix", "smit", fields=("author",), boost=0.0), "author:smit*"),
        (FieldValue("source", ("kyodo",)), "source:kyodo"),
        (FieldValue("source", ("new", "york", "times")), 'source:"new york times"'),
        (FieldValue("id", ("a b",)), 'id:"a b"'),
        (FieldValue("url", ("//a",)), 'url:"//a"'),
        (DateRange(None, None), "date:[* TO *]"),
        (NumberRange("length", 250, 250), "length:250"),
        (NumberRange("length", 100, 500), "length:[100 TO 500]"),
        (NumberRange("length", 100, None), "length:[100 TO *]"),
        (NumberRange("length", nextafter(500, inf), None), "length:>500"),
        (NumberRange("length", None, nextafter(500, 0)), "length:<500"),
        (NumberRange("length", None, -0.5), "length:[* TO -0.5]"),
        (DateRange(0, 86_400), "date:1970-01-01"),
        (DateRange(0, 31 * 86_400), "date:1970-01"),
        (DateRange(0, 365 * 86_400), "date:1970"),
        (DateRange(0, 32 * 86_400), "date:[1970-01-01 TO 1970-02-01]"),
        (DateRange(0, 59 * 86_400), "date:[1970-01-01 TO 1970-02-28]"),
        (DateRange(0, 1), "date:[1970-01-01 TO 1970-01-01T00:00:00Z]"),
        (DateRange(1, 2), "date:1970-01-01T00:00:01Z"),
        (DateRange(-1, None), "date:[1969-12-31T23:59:59Z TO *]"),
    ],
)
def test_leaf_is_written_in_the_query_language(leaf, text):
    assert str(leaf) == text


def test_reading_words_does_not_import_nltk():
    program = (
        "import sys, newsearch.query\n"
        "newsearch.query.parse('north \"korea\" date:2020')\n"
        "print({'nltk', 'numba', 'numpy'} & set(sys.modules))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_the_time_before_all_dates_can_be_written_and_read_again():
    tree = parse("date:<0001").tree

    assert str(tree) == "date:<0001-01-01"
    assert parse(str(tree)).tree == tree


NODES = {
    one.__name__
    for union in (WrittenLeaf, ResolvedLeaf)
    for one in (*get_args(union), And, Or, Not, AndMaybe)
}


def classes_in(pattern):
    found = (one.cls for one in ast.walk(pattern) if isinstance(one, ast.MatchClass))
    return {ast.unparse(cls).rpartition(".")[2] for cls in found}


def switches_over_nodes():
    for path in sorted(Path(newsearch.__file__).parent.rglob("*.py")):
        for one in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(one, ast.Match) and any(
                classes_in(case.pattern) & NODES for case in one.cases
            ):
                yield pytest.param(one, id=f"{path.stem}:{one.lineno}")


@pytest.mark.parametrize("switch", list(switches_over_nodes()))
def test_no_node_falls_out_of_a_switch_in_silence(switch):
    last = switch.cases[-1]
    assert ast.unparse(last.pattern) == "_"
    assert last.guard is None
    # The rest is handed on: to `assert_never`, or to a switch over what is left, as mypy proves.
    [ending] = last.body
    assert isinstance(ending, (ast.Expr, ast.Return))
    assert isinstance(ending.value, ast.Call)
    assert ast.unparse(switch.subject) in map(ast.unparse, ending.value.args)
