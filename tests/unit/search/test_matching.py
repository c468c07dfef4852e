"""Looking for the forms that can match finds what cutting out every word finds."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from strategies import WordsOf, placed, scored_leaves, words

from newsearch.analysis.finding import FormFinder
from newsearch.analysis.terms import key, term
from newsearch.analysis.tokens import forms
from newsearch.query.nodes import Or, Pattern, ResolvedTree, Term, TermPhrase
from newsearch.search.passages import highlighting as matching
from newsearch.search.passages.highlighting import Highlighter

separators = st.sampled_from(
    [
        " ",
        "  ",
        "\n",
        ", ",
        ". ",
        "-",
        "’",
        "'",
        ".",
        "&",
        "\u00ad",
        "\u0301",
        "\u3000",
        "(",
        "東",
        "`",
        "´",
        "㍿",
        "\u200e",
        "\u200b",
    ]
)
pieces = words.flatmap(lambda word: st.sampled_from([word, word.upper(), word.title()]))
texts = st.lists(st.tuples(pieces, separators), max_size=30).map(
    lambda parts: "".join(word + separator for word, separator in parts)
)
trees = st.lists(scored_leaves | placed(), min_size=1, max_size=4).map(Or)


@settings(max_examples=300, deadline=None)
@given(texts, trees, st.sampled_from(["title", "body"]))
@example("COVID-19 İstanbul run", Or([Term(("run",))]), "body")
@example("don’t run’s run", Or([Term(("run",))]), "body")
@example("runrun run", Or([TermPhrase((("run",), ("run",)), exact=True)]), "body")
@example("run’u.s ", Or([Pattern("wildcard", "*s")]), "body")
@example("u.sé ", Or([Pattern("prefix", "u")]), "body")
def test_all_ways_find_the_same(text: str, tree: ResolvedTree, field: str) -> None:
    # A word with an accent that its stem keeps is known by the key of one without.
    assume(all(term(key(one, "en"), "en") == key(term(one, "en"), "en") for one in forms(text)))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(matching, "MOST_SOUGHT_FORMS", -1)
        expected = Highlighter(tree, "en", field, WordsOf(text)).matches(text)

    highlighter = Highlighter(tree, "en", field, WordsOf(text))
    assert highlighter.matches(text) == expected
    assert highlighter.sought is not None
    found = FormFinder(highlighter.sought, key_of=highlighter.key_of).find(
        text, text.encode("utf-8", "surrogatepass")
    )
    assert highlighter.matches_at(found, text) == expected


def test_words_in_a_line_without_spaces_are_found_in_linear_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = "東京都" * 20_000
    tree = TermPhrase((("東\x1fja",), ("京\x1fja",)), exact=True)
    cut = []
    monkeypatch.setattr(matching, "tokens", lambda piece: cut.append(len(piece)) or _tokens(piece))

    found = Highlighter(tree, "ja", "body", WordsOf("東京都")).matches(text)

    assert len(found) == 20_000
    assert sum(cut) <= 3 * len(text)


_tokens = matching.tokens
