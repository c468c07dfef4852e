import pytest

from newsearch.errors import UnknownLanguageError
from newsearch.languages import _ABROAD, _TABLE, known_language, language_code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("en", "en"),
        ("EN", "en"),
        (" en-US ", "en"),
        ("en_GB.UTF-8", "en"),
        ("eng", "en"),
        ("English", "en"),
        ("English (US)", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("Deutsch", "de"),
        ("zh-Hant-TW", "zh"),
        ("Spanish; Castilian", "es"),
        ("fre/fra", "fr"),
        ("cmn", "zh"),
        ("Norwegian Bokmål", "no"),
        ("nn", "no"),
        ("iw", "he"),
        ("Scottish Gaelic", "gd"),
        ("scottish_gaelic", "gd"),
        ("ceb", "ceb"),
        ("Englisch", "en"),
        ("Français", "fr"),
        ("allemand", "de"),
        ("英語", "en"),
        ("Русский", "ru"),
        ("cz", "cs"),
        ("ua", "uk"),
    ],
)
def test_language_goes_by_one_code_however_it_is_written(written: str, code: str) -> None:
    assert language_code(written) == code


@pytest.mark.parametrize("written", ["", "  ", "und", "MUL", "zxx"])
def test_codes_that_name_no_one_language_are_empty(written: str) -> None:
    assert language_code(written) == ""


@pytest.mark.parametrize("written", ["xx", "us english", "klingon", "\ud800", "enough", "e"])
def test_unknown_languages_have_no_code(written: str) -> None:
    assert language_code(written) is None


def test_code_of_a_code_is_itself_and_nothing_means_two_languages() -> None:
    rows = [row.split() for row in _TABLE.split(",")]
    abroad = [row.split() for row in _ABROAD.split(",")]
    words = [word for row in (*rows, *(names for _, *names in abroad)) for word in row]
    assert len(words) == len(set(words))
    assert all(language_code(code) == code for code, *_ in (*rows, *abroad))


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("germn", "did you mean german (de)?"),
        ("Spannish", "did you mean spanish (es) or danish (da)?"),
        ("de,fr", "write one, or a group in parentheses: lang:(de OR fr)"),
        ("qqq", "write a code such as en, or a name such as german"),
        ("mul", "write a code such as en, or a name such as german"),
        ("x" * 1000, "write a code such as en, or a name such as german"),
    ],
)
def test_error_of_an_unknown_language_names_those_written_alike(written: str, hint: str) -> None:
    with pytest.raises(UnknownLanguageError) as caught:
        known_language(written, 7)
    assert (caught.value.column, caught.value.hint) == (7, hint)
    assert len(str(caught.value)) < 200
