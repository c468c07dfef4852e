from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.inside import remembered_by

from newsearch.analysis import stems
from newsearch.analysis.stems import language_name, stem
from newsearch.analysis.tokens import forms

ENGLISH = "running expenses expensive generously o'brien's cities skies news relational don't"


def test_every_snowball_language_of_nltk_is_offered() -> None:
    from nltk.stem.snowball import SnowballStemmer

    assert set(stems.LANGUAGES) == set(SnowballStemmer.languages) - {"porter"}


def test_english_stems_are_those_of_nltk() -> None:
    from nltk.stem.snowball import SnowballStemmer

    snowball = SnowballStemmer("english")
    for word in ENGLISH.split():
        assert stem(word, "en") == snowball.stem(word)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("en", "english"),
        ("EN-gb", "english"),
        ("eng", "english"),
        ("English", "english"),
        ("pt_BR", "portuguese"),
        ("nb", "norwegian"),
        ("ger", "german"),
        ("ca", None),
        ("ja", None),
        ("", None),
        ("enough", None),
    ],
)
def test_language_name_of_code(code: str, name: str | None) -> None:
    assert language_name(code) == name


@pytest.mark.parametrize(
    ("form", "language", "expected"),
    [
        ("1,000", "en", "1000"),
        ("1,000.5", "en", "1000.5"),
        ("1,00,000", "en", "100000"),
        ("1,2,3", "en", "1,2,3"),
        ("covid19s", "en", "covid19s"),
        ("US", "en", "us"),
        ("at&t", "en", "at&t"),
        ("erdoğan", "en", "erdogan"),
        ("kılıçdaroğlu", "tr", "kilicdaroglu"),
        ("wałęsa", "pl", "walesa"),
        ("møller", "pl", "moller"),
        ("l'économie", "fr", "econom"),
        ("qu'elle", "fr", "elle"),
        ("aujourd'hui", "fr", "aujourd'hui"),
        ("dell'economia", "it", "econom"),
        ("l'home", "ca", "home"),
        ("l'home", "xx", "l'home"),
        ("häuser", "de", "haus"),
        ("россией", "ru", "росс"),
        ("йод", "xx", "йод"),
        ("が", "ja", "が"),
        ("running", "xx", "running"),
    ],
)
def test_stem_of_form(form: str, language: str, expected: str) -> None:
    assert stem(form, language) == expected


@pytest.mark.parametrize("language", [*stems.LANGUAGES, "catalan", "xx"])
@given(text=st.text(st.characters(), max_size=30))
def test_stem_of_any_word_is_never_empty_and_never_fails(language: str, text: str) -> None:
    for form in forms(text):
        assert stem(form, language)


@given(st.lists(st.text(st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويةأإآىئءؤالونات"), min_size=1)))
def test_arabic_stem_does_not_depend_on_the_words_before(words: list[str]) -> None:
    after_each_other = stems.Stemmer("ar")
    for word in words:
        assert after_each_other(word) == stems.Stemmer("ar")(word)


def test_memory_of_stems_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stems, "MEMO_LIMIT", 10)
    stemmer = stems.Stemmer("en")
    assert [stemmer(f"words{n}") for n in range(100)] == [f"words{n}" for n in range(100)]
    assert remembered_by(stemmer) <= 10


def test_stemmers_are_loaded_without_the_rest_of_nltk() -> None:
    code = (
        "import sys; from newsearch.analysis import stems\n"
        "for language in stems.LANGUAGES: stems.stem('abcdefghij', language)\n"
        "assert stems.stem('nationales', 'fr') == 'national'\n"
        "arabic = stems.stem('\\u0627\\u0644\\u0643\\u062a\\u0627\\u0628', 'ar')\n"
        "assert arabic == '\\u0643\\u062a\\u0627\\u0628'\n"
        "assert not {name.partition('.')[0] for name in sys.modules} & {'nltk', 'regex'}"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("language", stems.LANGUAGES)
def test_stems_are_those_of_nltk_in_every_language(language: str) -> None:
    from nltk.stem.snowball import SnowballStemmer

    from newsearch.analysis.snowball import snowball_stemmer

    for word in (
        "nationales",
        "beziehungen",
        "politico",
        "работники",
        "المدرسة",
        "مُحَمَّدٌ",
        "أكـتب",
        "regeringens",
    ):
        assert snowball_stemmer(language)(word) == SnowballStemmer(language).stem(word)


def test_nltk_is_not_imported_for_words_it_is_not_asked_about() -> None:
    program = (
        "import sys; from newsearch.analysis import stems, tokens;"
        "assert stems.stem('1,000', 'en') == '1000'; assert stems.stem('x', 'ja') == 'x';"
        "tokens.forms('é ok'); assert 'nltk' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
