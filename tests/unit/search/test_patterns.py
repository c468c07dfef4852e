"""Patterns match the word forms that their definition says."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from reference import fits

from newsearch.analysis.terms import term
from newsearch.codec.strings import text_of
from newsearch.query.nodes import Pattern
from newsearch.search.run.patterns import english_stems, form_test

forms = st.text("ab", max_size=5)


@given(forms, forms, st.sampled_from([1, 2]))
@example("ab", "abb", 1)
@example("abb", "ab", 1)
@example("abab", "abba", 1)
@example("aab", "abb", 1)
@example("abbb", "a", 2)
def test_a_word_with_few_edits_is_close(text: str, form: str, max_edits: int) -> None:
    pattern = Pattern("fuzzy", text, max_edits=max_edits)

    assert form_test(pattern)(form) == fits(pattern, form)


@given(st.text("ab?*[", max_size=5), st.text("ab[", max_size=5))
@example("a?", "a")
@example("a*", "a")
@example("[ab]", "a")
def test_a_wildcard_stands_for_letters_and_brackets_for_themselves(text: str, form: str) -> None:
    pattern = Pattern("wildcard", text)

    assert form_test(pattern)(form) == fits(pattern, form)


@given(st.lists(st.text("aeginsté9", min_size=1, max_size=9)))
def test_english_stems_of_words_are_compiled_or_left_to_python(words: list[str]) -> None:
    stems, left = english_stems([word.encode() for word in words])

    assert [text_of(one) for one in left] == [word for word in words if not word.isascii()]
    expected = [term(word, "en") if word.isascii() else "" for word in words]
    assert [text_of(one) for one in stems] == expected
