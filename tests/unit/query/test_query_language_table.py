"""The table of the query language that readers see: every example in it works."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsearch.fields import QUERY_FIELDS
from newsearch.query import parse

TABLE = (Path(__file__).parent / "language.md").read_text(encoding="utf-8")
FOUND = re.findall(r"^\| `([^`]+)` \| (.+) \|$", TABLE, re.MULTILINE)
ROWS = [(example.replace(r"\|", "|"), text) for example, text in FOUND]  # a bar ends a cell
MENTIONED = re.findall(r"`([^`]+)`", " ".join(text for _, text in ROWS))

# example: how match="all" reads it, and match="any" where that differs
READINGS = {
    "north korea": ("north AND korea", "north OR korea"),
    "biegun AND stephen": ("biegun AND stephen",),
    "biegun OR bolton korea": ("biegun OR bolton AND korea", "biegun OR bolton OR korea"),
    "(biegun OR bolton) korea": ("(biegun OR bolton) AND korea", "biegun OR bolton OR korea"),
    "korea -missile": ("korea AND NOT missile",),
    'korea NOT "south korea"': ('korea AND NOT "south korea"',),
    "+biegun tokyo seoul": ("+biegun (tokyo OR seoul)",),
    '"foreign ministry"': ('"foreign ministry"',),
    '"abe moon"~5': ('"abe moon"~5',),
    "north-korea~5": ("north-korea~5",),
    '"north (korea|korean)"': ('"north korea" OR "north korean"',),
    "oil NEAR/5 price": ("oil NEAR/5 price",),
    "oil NEAR/S price": ("oil NEAR/S price",),
    '(oil OR gas) NEAR/5 price* NEAR/3 "spot market"': (
        '(oil OR gas) NEAR/5 price* NEAR/3 "spot market"',
    ),
    "ATLEAST/3 oil": ("ATLEAST/3 oil",),
    "FIRST/50 oil": ("FIRST/50 oil",),
    "=Turkey": ("=Turkey",),
    "COVID-19": ("covid-19",),
    "covid19": ("covid19",),
    "U.S. senate": ("US AND senate", "US OR senate"),
    "title:summit": ("title:summit",),
    'title:(trump OR "kim jong un")': ('title:trump OR title:"kim jong un"',),
    "source:kyodo": ("source:kyodo",),
    'source:"new york times"': ('source:"new york times"',),
    "id:seeds/a.txt": ("id:seeds/a.txt",),
    "lang:en": ("lang:en",),
    "date:2020-07": ("date:2020-07",),
    "date:[2019-12-01 TO 2020-01-31]": ("date:[2019-12-01 TO 2020-01-31]",),
    "date:>=2020-07": ("date:[2020-07-01 TO *]",),
    "length:>500": ("length:>500",),
    "kore*": ("kore*",),
    "organi?ation*": ("organi?ation*",),
    '"president trum*"': ('"president trum*"',),
    "biegan~1": ("biegan~1",),
    "summit^2 tokyo": ("summit^2 AND tokyo", "summit^2 OR tokyo"),
    "*": ("*",),
}


def test_table_has_an_expected_reading_for_each_example():
    assert [example for example, _ in ROWS] == list(READINGS)


@pytest.mark.parametrize("example", READINGS)
def test_example_of_the_table_is_read_as_it_says(example):
    readings = [str(parse(example, match=m, strict=True)) for m in ("all", "any")]
    expected = READINGS[example]
    assert readings == [expected[0], expected[-1]]


def in_a_query(piece: str) -> str:
    """Return a query that uses what the table mentions: a piece of one gets what it lacks."""
    if piece.endswith(":"):
        return f"{piece}tokyo"
    if piece.startswith("~"):
        return f"biegun{piece}"
    if set(piece) <= set("<>="):
        return f"date:{piece}2020-07"
    if piece.startswith(("NEAR", "PRE")):
        return f"oil {piece} price"
    return f"organi{piece}ation" if piece == "?" else piece


@pytest.mark.parametrize("piece", sorted(set(MENTIONED) - {"--any"}))
def test_syntax_that_the_table_only_mentions_is_no_mistake(piece):
    query = parse(in_a_query(piece), strict=True)

    assert query.warnings == ()
    assert str(query)


def test_table_names_every_field():
    examples = " ".join([*READINGS, *MENTIONED])
    assert set(re.findall(r"\b([a-z]+):(?!//)", examples)) == set(QUERY_FIELDS)
