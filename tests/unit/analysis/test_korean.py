from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsearch.analysis.korean import is_with_particles, korean_stem
from newsearch.analysis.stems import stem

NOUNS = ("부산", "회의", "정상회의", "선거", "서울", "제주도", "전문가", "대만", "독도")
ANY = ("에", "에게", "에서", "에는", "에서는", "까지도", "부터", "만", "의", "도", "들", "들에게는")
VERBS = (
    "받았다",
    "당했다",
    "시킨",
    "하다",
    "했다",
    "한",
    "하는",
    "되다",
    "됐다고",
    "된다는",
    "하기",
    "하고",
    "해서",
)


@pytest.mark.parametrize(
    ("noun", "particles"),
    [
        ("부산", "이 은 을 과 으로 으로서 이나 이라는"),
        ("제주", "가 는 를 와 로 로서 라는"),
        ("광주", "가 는 를 와 로 에서는 에서도 에서의 까지"),
        ("경찰", "이 은 을 과 로 로서 이라고"),
        ("집", "이 을 은 에 에서 으로"),
        ("학교", "마다 뿐 뿐만 에선 랑 였던 였고"),
        ("동생", "이랑 에겐 이었던 이었으며"),
    ],
)
def test_particles_are_taken_from_a_noun(noun: str, particles: str) -> None:
    assert {korean_stem(noun + particle) for particle in particles.split()} == {noun}


@given(st.sampled_from(NOUNS), st.sampled_from(ANY))
def test_a_noun_has_one_stem_with_and_without_particles(noun: str, particle: str) -> None:
    assert korean_stem(noun + particle) == korean_stem(noun)


@pytest.mark.parametrize("ending", VERBS)
def test_a_verb_made_of_a_noun_has_its_stem(ending: str) -> None:
    assert korean_stem("조사" + ending) == "조사"


@pytest.mark.parametrize(
    "word",
    [
        "마을",
        "가을",
        "국가",
        "작가",
        "전문가",
        "아이",
        "나이",
        "효과",
        "한국은행",
        "이란",
        "북한",
        "역할",
        "아리랑",
    ],
)
def test_what_cannot_be_a_particle_after_its_syllable_stays(word: str) -> None:
    assert korean_stem(word) == word


@pytest.mark.parametrize("word", ["회의", "정도", "대만", "휴가", "허가", "결과", "종로", "도로"])
def test_a_noun_of_two_syllables_stays(word: str) -> None:
    assert korean_stem(word) == word


@pytest.mark.parametrize(
    ("noun", "other"), [("고양이", "고양"), ("경기도", "경기"), ("구축함", "구축"), ("종이", "종")]
)
def test_a_noun_that_looks_like_another_with_an_ending_is_not_taken_for_it(
    noun: str, other: str
) -> None:
    assert korean_stem(noun + "에서") == korean_stem(noun) != korean_stem(other)


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("g20에서", "g20"),
        ("kbs는", "kbs"),
        ("6월에는", "6월"),
        ("2019년까지", "2019년"),
        ("sk가", "sk"),
    ],
)
def test_particles_are_taken_from_other_letters(form: str, expected: str) -> None:
    assert korean_stem(form) == expected


@given(st.text(alphabet="가을를이에서는했다하김g1東é", min_size=1))
def test_a_stem_is_a_beginning_that_is_its_own_stem(form: str) -> None:
    found = korean_stem(form)

    assert found and form.startswith(found)
    assert korean_stem(found) == found


@pytest.mark.parametrize("language", ["en", "ko", "fr", "ar", ""])
def test_korean_words_have_the_same_stem_in_every_language(language: str) -> None:
    assert stem("부산에서", language) == stem("부산", language) == "부산"


@pytest.mark.parametrize(
    ("form", "word", "expected"),
    [
        ("부산에서는", "부산", True),
        ("부산에서는", "부산에서", True),
        ("부산", "부산", False),
        ("부산시에서", "부산", False),
        ("부산에", "부산에서", False),
        ("발표했다", "발표", False),
        ("g20의", "g20", True),
        ("busan's", "busan", False),
    ],
)
def test_a_word_with_particles_is_told_from_another_word(
    form: str, word: str, expected: bool
) -> None:
    assert is_with_particles(form, word) is expected
