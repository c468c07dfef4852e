"""English stems that Porter's rules get wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.analysis.stems import stem


@pytest.mark.parametrize(
    "words",
    [
        *("ngo ngos", "mp mps", "cd cds", "ied ieds", "aed aeds", "tv tvs", "dvd dvds", "cpu cpus"),
        *("sue sued sues suing", "add added adding adds", "egg eggs", "err erred", "use used"),
        *("woman women women's", "child children", "run ran running", "meet met meetings"),
        *("go goes going went gone", "buy bought buys", "wolf wolves", "crisis crises"),
        *("ad ads", "id ids", "icu icus", "hindu hindus", "bus buses", "diagnosis diagnoses"),
        *("alderman aldermen alderman's", "stepchild stepchildren"),
        *("specimen specimens", "turkmen turkmens", "lend lent lends", "referendum referenda"),
        *("sacrifice sacrificed sacrificing", "staff staffed staffing", "place placed placing"),
        *("underwrite underwritten", "moratorium moratoria", "ice iced", "panic panicked"),
    ],
)
def test_inflections_of_a_word_have_one_stem(words: str) -> None:
    first, *others = words.split()
    expected = stem(first, "en")
    assert {stem(form, "en") for form in others} == {expected}


@pytest.mark.parametrize(
    "words",
    [
        "ied i",
        "aed a",
        "mrs mr",
        "this thi",
        "plus plu",
        "us u",
        "left leave",
        "rose rise",
        "gas ga",
        "founded find",
        "skies ski",
        "its it",
        "ups up",
        "omen oman",
        "bremen breman",
    ],
)
def test_other_words_have_other_stems(words: str) -> None:
    one, other = words.split()
    assert stem(one, "en") != stem(other, "en")


@given(st.text(st.sampled_from("aeiousdngtyz"), min_size=3, max_size=9))
def test_no_stem_is_of_a_letter_or_two_but_of_a_plural(form: str) -> None:
    found = stem(form, "en")
    is_of_two = form in {"being", "going", "goes", "doing", "does", "did"}
    assert len(found) >= 3 or is_of_two or form == found + "s"
