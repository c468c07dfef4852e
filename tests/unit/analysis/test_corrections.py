"""Stems of languages other than English that Snowball's rules get wrong."""

from __future__ import annotations

import pytest

from newsearch.analysis.folding import fold
from newsearch.analysis.stems import stem


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ar", "مدرسة مدرسه المدرسة المدرسه"),
        ("da", "barn børn børnene barnet"),
        ("de", "museum museums museen"),
        ("de", "foto fotos"),
        ("de", "büro büros"),
        ("de", "party partys"),
        ("de", "arbeitslos arbeitslose arbeitslosen"),
        ("es", "luz luces"),
        ("es", "autoridad autoridades"),
        ("es", "mujer mujeres"),
        ("fi", "nainen naisen naiset"),
        ("fr", "actif actifs active actives"),
        ("fr", "loi lois"),
        ("fr", "nouveau nouvelle nouveaux"),
        ("it", "uomo uomini"),
        ("nl", "prijs prijzen"),
        ("nl", "brief brieven"),
        ("nl", "man mannen"),
        ("nl", "stad steden"),
        ("no", "bok bøker"),
        ("pt", "eleição eleições eleicao eleicoes"),
        ("pt", "nacional nacionais"),
        ("pt", "homem homens"),
        ("pt", "possível possíveis"),
        ("ro", "om oameni"),
        ("ru", "Киев Киева Киеву"),
        ("ru", "Лавров Лаврова Лаврову"),
        ("ru", "человек людей"),
        ("sv", "hus huset husen"),
        ("sv", "bok böcker"),
    ],
)
def test_inflections_of_a_word_have_one_stem(language: str, words: str) -> None:
    assert len({stem(form, language) for form in words.split()}) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("pt", "mais mal"), ("pt", "jamais jamal"), ("sv", "planet plan"), ("fr", "rois roman")],
)
def test_other_words_have_other_stems(language: str, words: str) -> None:
    one, other = words.split()
    assert stem(one, language) != stem(other, language)


@pytest.mark.parametrize("language", ["ar", "es", "fr", "hu", "nl", "pt", "ro", "ru"])
def test_no_stem_is_shorter_than_three_letters(language: str) -> None:
    words = "lois rois eux ella Киев ház nei boi zzz ens ove مدة"
    for form in words.lower().split():
        assert len(stem(form, language)) >= min(3, len(fold(form)))
