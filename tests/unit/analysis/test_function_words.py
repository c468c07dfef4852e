import pytest

from newsearch.analysis.folding import fold
from newsearch.analysis.function_words import function_words, languages
from newsearch.analysis.tokens import forms


def test_words_without_content_are_function_words():
    assert {"the", "of", "us", "who", "it", "don't"} <= function_words("en")
    assert {"der", "fur", "uber", "nicht"} <= function_words("de")
    assert {"qu", "l", "a", "etait"} <= function_words("fr")


def test_words_with_content_are_not():
    assert not {"war", "will's", "state", "minister", "new", "world"} & function_words("en")
    assert not {"guerre", "ministre", "france"} & function_words("fr")


def test_language_without_a_list_has_no_function_words():
    assert function_words("xx") == frozenset()


@pytest.mark.parametrize("language", languages())
def test_each_function_word_is_one_word_as_texts_have_it(language):
    for word in function_words(language):
        assert forms(word) == [word]
        assert fold(word) == word


@pytest.mark.parametrize("language", languages())
def test_each_language_has_more_function_words_of_its_own_than_it_shares(language):
    own = function_words(language)
    for other in languages():
        # Danish and Norwegian differ little.
        if other != language and {language, other} != {"da", "no"}:
            assert len(own & function_words(other)) < len(own) / 2
