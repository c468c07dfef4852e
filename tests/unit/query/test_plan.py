"""How a query will be run: decided from its tree alone, and printable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.query import parse, resolve
from newsearch.query.nodes import (
    And,
    AndMaybe,
    DateRange,
    Every,
    FieldValue,
    Not,
    Or,
    Pattern,
    Term,
    TermPhrase,
    WrittenTree,
)
from newsearch.query.plan import plan

A, B = Term(("a",)), Term(("b",))
PHRASE = TermPhrase((("a",), ("b",)), exact=True)
DATES = DateRange(0, None)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("north korea", "all words"),
        ("covid-19 vaccine", "all words"),
        ('north "korea talks"', "all words"),
        ("north OR korea", "any words"),
        ('"north korea"', "phrase"),
        ("source:kyodo", "filters"),
        ("kore*", "filters"),
        ("*", "filters"),
        ("kore* north", "tree"),
        ("+north korea", "tree"),
        ("(north OR south) korea", "tree"),
    ],
)
def test_each_kind_of_query_has_its_way_and_reason(text, way, analyser):
    planned = plan(resolve(parse(text).tree, analyser))

    assert planned.way == way
    assert str(planned).startswith(
        f"{way}: {planned.reason}\n  scored: " if way != "filters" else way
    )


def test_filters_and_exclusions_are_told_from_what_scores():
    source = Pattern("prefix", "kyo", fields=("source",), boost=0.0)
    either = Or([FieldValue("source", ("post",)), DATES])
    planned = plan(And([A, DATES, PHRASE, Not(B), source, either]))

    assert planned.scored == (A, PHRASE)
    assert planned.filters == (DATES, source, either)
    assert planned.excluded == (B,)
    assert str(planned).splitlines()[1:] == [
        '  scored: a | "a b"',
        "  filters: date:[1970-01-01 TO *] | source:kyo* | source:post OR date:[1970-01-01 TO *]",
        "  excluded: b",
    ]


leaves = st.sampled_from(
    [A, B, PHRASE, DATES, FieldValue("source", ("kyodo",)), Not(B), Every(), Pattern("prefix", "c")]
)
groups = st.lists(leaves, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([Or(parts), AndMaybe(parts[0], parts[-1])])
)


def nested(parts: list[WrittenTree], cut: int) -> WrittenTree:
    """The same conjunction, part of it in one of its own."""
    inner = parts[cut:]
    return And([*parts[:cut], And(inner)] if inner else parts)


@given(parts=st.lists(leaves | groups, min_size=1, max_size=5), cut=st.integers(0, 5))
def test_a_conjunction_within_another_is_opened(parts, cut):
    flat, deep = plan(And(parts)), plan(nested(parts, cut))

    assert deep.way == flat.way
    if flat.way != "tree":
        assert deep == flat


@given(parts=st.lists(leaves | groups, min_size=1, max_size=5))
def test_nothing_of_a_query_is_lost(parts):
    planned = plan(And(parts))

    if planned.way == "tree":
        assert planned.scored == (And(parts),)
    elif planned.way != "any words":
        excluded = [Not(part) for part in planned.excluded]
        told = [*planned.scored, *planned.filters, *excluded]
        assert sorted(map(str, told)) == sorted(map(str, parts))
