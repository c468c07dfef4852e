"""What leans on a word goes, and nothing else does."""

from __future__ import annotations

import pytest

from newsearch.analysis.clitics import without_clitics


@pytest.mark.parametrize(
    ("form", "bare"),
    [
        *(("macron's", "macron"), ("wolves'", "wolves"), ("l'équipe", "équipe")),
        *(("d'emmanuel", "emmanuel"), ("dell'economia", "economia"), ("qu'elle", "elle")),
        *(("lorsqu'il", "il"), ("l'équipe's", "équipe"), ("d'orsay", "orsay")),
        *(("o'brien", "o'brien"), ("don't", "don't"), ("aujourd'hui", "aujourd'hui")),
        *(("l'1", "l'1"), ("5's", "5"), ("it's", "it"), ("d'", "d")),
        ("rock'n'roll", "rock'n'roll"),
    ],
)
def test_elisions_and_possessives_go(form: str, bare: str) -> None:
    assert without_clitics(form) == bare
    assert without_clitics(bare) == bare
