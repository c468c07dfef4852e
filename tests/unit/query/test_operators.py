"""Operators of place: what is read, and how it is written."""

from __future__ import annotations

import pytest

from newsearch.query import parse
from newsearch.query.nodes import (
    And,
    AndMaybe,
    FieldValue,
    Link,
    Not,
    Or,
    Pattern,
    Phrase,
    Placed,
    Word,
)

OIL, GAS, PRICE = Word("oil"), Word("gas"), Word("price")
NEAR5 = Link(5)

TREES = {
    "oil NEAR/5 price": Placed(((OIL,), (PRICE,)), (NEAR5,)),
    "oil PRE/3 price": Placed(((OIL,), (PRICE,)), (Link(3, is_ordered=True),)),
    "oil NEAR/S price": Placed(((OIL,), (PRICE,)), (Link("S"),)),
    "oil PRE/P price": Placed(((OIL,), (PRICE,)), (Link("P", is_ordered=True),)),
    "oil NEAR/5 gas PRE/2 price": Placed(
        ((OIL,), (GAS,), (PRICE,)), (NEAR5, Link(2, is_ordered=True))
    ),
    '(oil OR gas) NEAR/5 (price* OR "spot market")': Placed(
        ((OIL, GAS), (Pattern("prefix", "price"), Phrase(("spot", "market"), exact=True))), (NEAR5,)
    ),
    "oil NEAR/5 price gas": And([Placed(((OIL,), (PRICE,)), (NEAR5,)), GAS]),
    "oil NEAR/5 price OR gas": Or([Placed(((OIL,), (PRICE,)), (NEAR5,)), GAS]),
    "gas NOT oil NEAR/5 price": And([GAS, Not(Placed(((OIL,), (PRICE,)), (NEAR5,)))]),
    "title:(oil NEAR/5 price)": Placed(
        ((Word("oil", ("title",)),), (Word("price", ("title",)),)), (NEAR5,)
    ),
    "(oil NEAR/5 price)^2": Placed(
        ((Word("oil", boost=2.0),), (Word("price", boost=2.0),)), (NEAR5,)
    ),
    "(oil NEAR/5 gas) NEAR/5 price": Placed(((OIL,), (GAS,), (PRICE,)), (NEAR5, NEAR5)),
    "ATLEAST/3 oil": Placed(((OIL,),), least=3),
    "ATLEAST/1 oil": OIL,
    "ATLEAST/3 (oil OR gas)": Placed(((OIL, GAS),), least=3),
    "ATLEAST/3 (oil NEAR/5 gas)": Placed(((OIL,), (GAS,)), (NEAR5,), least=3),
    "gas -ATLEAST/3 oil": And([GAS, Not(Placed(((OIL,),), least=3))]),
    "gas -=Oil": And([GAS, Not(Placed(((Phrase(("oil",), exact=True, spelt=("Oil",)),),)))]),
    "+oil NEAR/5 price gas": AndMaybe(Placed(((OIL,), (PRICE,)), (NEAR5,)), GAS),
    "FIRST/50 oil": Placed(((OIL,),), first=50),
    "ATLEAST/2 FIRST/50 oil": Placed(((OIL,),), least=2, first=50),
    "FIRST/50 FIRST/9 oil": Placed(((OIL,),), first=9),
    '"spot (market|price)"~2': Or(
        [Phrase(("spot", last), exact=True, slop=2) for last in ("market", "price")]
    ),
    '"(crude oil|gas) (market|pric*)"': Or(
        [
            Phrase((*first, last), exact=True)
            for first in (("crude", "oil"), ("gas",))
            for last in ("market", "pric*")
        ]
    ),
    'source:"(new york|japan) times"': Or(
        [FieldValue("source", (*first, "times")) for first in (("new", "york"), ("japan",))]
    ),
    'id:"a (b|c)"': FieldValue("id", ("a (b|c)",)),
    "=Oil": Placed(((Phrase(("oil",), exact=True, spelt=("Oil",)),),)),
    "=U.S.": Placed(((Phrase(("US",), exact=True, spelt=("US",)),),)),
    '="Oil Price"^2': Placed(
        ((Phrase(("oil", "price"), exact=True, boost=2.0, spelt=("Oil", "Price")),),)
    ),
    "title:(=Oil)": Placed(((Phrase(("oil",), exact=True, fields=("title",), spelt=("Oil",)),),)),
    "(=Oil OR gas) NEAR/5 price": Placed(
        ((Phrase(("oil",), exact=True, spelt=("Oil",)), GAS), (PRICE,)), (NEAR5,)
    ),
}


@pytest.mark.parametrize(("query", "tree"), TREES.items())
def test_an_operator_is_read_as_its_tree_and_reads_back(query, tree):
    parsed = parse(query, strict=True)

    assert parsed.tree == tree
    assert parse(str(parsed), strict=True).tree == tree


@pytest.mark.parametrize(
    ("small", "own"),
    [
        *((f"oil {sign} gas", "oil NEAR/5 gas") for sign in ("w/5", "W/5", "near/5", "NEAR5")),
        *((f"oil {sign} gas", "oil NEAR/5 gas") for sign in ("adj5", "within/5", "/5", "n/5")),
        *((f"oil {sign} gas", "oil PRE/5 gas") for sign in ("pre/5", "onear/5", "P/5")),
        *((f"oil {sign} gas", "oil NEAR/S gas") for sign in ("w/s", "/s", "w/sent", "NEAR/s")),
        *((f"oil {sign} gas", "oil NEAR/P gas") for sign in ("w/p", "/p", "w/para")),
        *((f"{sign} oil", "ATLEAST/3 oil") for sign in ("atleast3", "atleast/3", "ATL3")),
        ("atleast3(oil OR gas)", "ATLEAST/3 (oil OR gas)"),
        ("oil near5(gas)", "oil NEAR/5 gas"),
    ],
)
def test_small_forms_of_other_systems_are_read_without_a_warning(small, own):
    assert parse(small, strict=True).tree == parse(own).tree
    assert parse(f"({small})", strict=True).tree == parse(own).tree


@pytest.mark.parametrize("text", ["near", "w/o", "24/7", "first/5", "near/far", "at 3/4"])
def test_what_only_looks_like_an_operator_is_a_word(text):
    tree = parse(f"oil {text} gas", strict=True).tree

    assert isinstance(tree, And)
    assert not any(isinstance(part, Placed) for part in tree.parts)


@pytest.mark.parametrize("word", ["near5", "adj12", "atleast3", "atl3"])
def test_a_word_that_is_like_an_operator_reads_back(word):
    tree = Placed(((Word(word),), (GAS,)), (NEAR5,))

    assert parse(str(tree), strict=True).tree == tree
