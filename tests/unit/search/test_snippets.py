"""Snippets show the best passage, mark what matched, and fit any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import VOCABULARY, WordsOf, scored_leaves, texts, words
from support.snippet_reference import reference_snippet

from newsearch.analysis.sentences import WRAPPED_LINE_LIMIT
from newsearch.analysis.stems import stem
from newsearch.analysis.terms import term
from newsearch.analysis.tokens import form
from newsearch.answers.snippet import Snippet
from newsearch.query.nodes import (
    FUNCTION_WORD_WEIGHT,
    And,
    Not,
    Or,
    Pattern,
    ResolvedTree,
    Term,
    TermPhrase,
)
from newsearch.search.passages.cutting import cutter_for
from newsearch.search.passages.headlines import headline_end
from newsearch.search.passages.highlighting import Highlighter, are_fields_alike, merged
from newsearch.search.passages.snippets import SNIPPET_CHARS, is_wrapped
from newsearch.search.passages.snippets import snippet as cut_snippet

FILLER = "The committee met again and nothing was decided before the evening. " * 20


def snippet(body: str, tree: ResolvedTree, language: str) -> Snippet:
    return cut_snippet(body, Highlighter(tree, language).matches(body), language)


def marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.highlights]


def test_every_inflection_of_a_word_is_marked() -> None:
    found = snippet("He runs. They were running.", Term(("run",)), "en")

    assert found.text == "He runs. They were running."
    assert marked(found) == ["runs", "running"]


def test_passage_with_most_different_words_wins() -> None:
    body = f"Korea talks. {FILLER}Korea held a summit. {FILLER}"
    tree = Or([Term(("korea",)), Term(("summit",))])

    found = snippet(body, tree, "en")

    assert marked(found) == ["Korea", "summit"]
    assert found.text.startswith("Korea held a summit.")
    assert found.text.endswith("evening.")


def test_a_sentence_that_begins_before_a_match_costs_no_other_match() -> None:
    sentence = f"A {'very ' * 20}long sentence of Korea, {'quite ' * 22}before a summit. "
    tree = Or([Term(("korea",)), Term(("summit",))])

    found = snippet(FILLER + sentence + FILLER, tree, "en")

    assert marked(found) == ["Korea", "summit"]


def test_function_words_do_not_choose_the_passage_nor_are_they_marked() -> None:
    body = f"It is here that the old one is. {FILLER}A summit of the two. {FILLER}"
    little = [Term((word,), weight=FUNCTION_WORD_WEIGHT) for word in ("here", "that", "the")]

    assert marked(snippet(body, Or([*little, Term(("summit",))]), "en")) == ["summit"]
    assert marked(snippet(body, Or(little), "en"))[:3] == ["here", "that", "the"]


@pytest.mark.parametrize("space", ["", " \n"])
def test_a_body_that_fits_is_shown_whole(space: str) -> None:
    body = f"{space}No stop ends this {'long ' * 40}line with a needle in it,{space}"

    found = snippet(body, Term(("needl",)), "en")

    assert found.text == body.strip()
    assert marked(found) == ["needle"]


def test_a_phrase_is_marked_as_a_whole_and_its_words_elsewhere_are_not() -> None:
    body = "Korea in the north. North Korea\nspoke."
    tree = TermPhrase((("north",), ("korea",)), exact=True)

    found = snippet(body, tree, "en")

    assert found.text == "Korea in the north. North Korea spoke."
    assert marked(found) == ["North Korea"]


def test_excluded_words_and_words_of_other_fields_are_not_marked() -> None:
    tree = And([Term(("north",)), Not(Term(("south",))), Term(("east",), fields=("title",))])

    assert marked(snippet("north south east", tree, "en")) == ["north"]
    assert [(m.start, m.end) for m in Highlighter(tree, "en", "title").matches("East")] == [(0, 4)]


def test_patterns_mark_the_words_they_stand_for() -> None:
    body = "elections elect lost"
    found = Highlighter(Pattern("prefix", "elec"), "en", "body", WordsOf(body)).matches(body)

    assert marked(cut_snippet(body, found, "en")) == ["elections", "elect"]


def test_a_body_without_a_match_shows_its_lead() -> None:
    found = snippet(FILLER, Term(("absent",)), "en")

    assert found.text.startswith("The committee met")
    assert found.text.endswith("evening.")
    assert found.highlights == ()


@pytest.mark.parametrize("body", ["", " \n ", "\0", "…"])
def test_bodies_without_words_give_a_snippet_without_marks(body: str) -> None:
    assert snippet(body, Term(("x",)), "en").highlights == ()


def test_a_megabyte_without_any_sentence_end_is_cut_between_words() -> None:
    body = "lorem " * 100_000 + "needle " + "lorem " * 100_000

    found = snippet(body, Term(("needl",)), "en")

    assert marked(found) == ["needle"]
    assert found.text.startswith("… lorem")
    assert found.text.endswith("lorem …")
    assert len(found.text) <= SNIPPET_CHARS + 4


def test_a_word_longer_than_a_snippet_is_not_cut_out_of_reach() -> None:
    found = snippet("x" * 1_000_000, Term(("x" * 255,)), "en")

    assert len(found.text) <= SNIPPET_CHARS + 4


def test_html_is_escaped_around_and_inside_marks() -> None:
    found = Snippet('<b> & "AT&T"', ((7, 11),))

    assert found.html == "&lt;b&gt; &amp; &quot;<mark>AT&amp;T</mark>&quot;"


def test_terminal_text_cannot_steer_the_terminal() -> None:
    found = Snippet("a\x1b[2Jb\u202ec", ((5, 6),))

    assert found.ansi == "a [2J\x1b[1;33mb\x1b[0m c"


@settings(deadline=None)
@given(
    parts=st.lists(st.tuples(texts(40), st.sampled_from([". ", "\n", " ", "! ", ", "]))),
    tree=st.recursive(scored_leaves, lambda leaf: st.lists(leaf, min_size=1).map(Or), max_leaves=4),
)
def test_marks_are_ascending_disjoint_and_inside_a_short_text(
    parts: list[tuple[str, str]], tree: ResolvedTree
) -> None:
    body = "".join(text + end for text, end in parts)

    found = snippet(body, tree, "en")

    edges = [edge for span in found.highlights for edge in span]
    assert edges == sorted(edges)
    assert all(start < end <= len(found.text) for start, end in found.highlights)
    assert len(found.text) <= SNIPPET_CHARS + 60
    assert found.text.strip("… ") in " ".join(body.split("\n")).replace("\t", " ")


ANY_BODY = st.lists(
    st.tuples(
        words.flatmap(lambda word: st.sampled_from([word, word.title()]))
        | st.sampled_from(["filler", "x" * 90, "é–", "東京都"]),
        st.sampled_from([" ", " ", ". ", "\n", " “", "” ", "-", " Mr. ", " – the U.S. ", "\u3000"]),
        st.sampled_from([1, 1, 1, 30]),
    ),
    max_size=40,
).map(lambda parts: "".join((word + gap) * n for word, gap, n in parts))


@settings(max_examples=300, deadline=None)
@given(body=ANY_BODY, found=st.sets(st.sampled_from(VOCABULARY)))
def test_a_snippet_is_cut_as_the_reference_cuts_it(body: str, found: set[str]) -> None:
    matches = Highlighter(Or([Term((word,)) for word in found]), "en").matches(body)

    assert cut_snippet(body, matches, "en") == reference_snippet(body, matches, "en")


TOUGH = (
    'Mr. |U.S. |U.S.|said. |said." |“Yes.” |‘No!’ |1989. |e.g. The |M. |?! |... |-- |.--|.)|co-op, '
    "|don’t|(word); |a,b |`x` |\n|.\n|\n \n|\u2029|\x85|\x1c|\u3000|\0|\u200fשלום|مرحبا. |東京都。"
    "|한국. |\ud800|😀 |é. |The |the word |Word. "
)
TOUGH_TEXT = st.lists(
    st.tuples(
        words | st.sampled_from([*TOUGH.split("|"), "x" * 90, "y" * 300 + ". "]),
        st.sampled_from(["", " ", " ", ". ", ", "]),
        st.sampled_from([1, 1, 1, 1, 20, 40]),
    ),
    max_size=60,
).map(lambda parts: "".join((text + gap) * n for text, gap, n in parts))


@settings(max_examples=150, deadline=None)
@given(
    body=TOUGH_TEXT,
    wanted=st.lists(st.sampled_from(VOCABULARY), max_size=4, unique=True),
    language=st.sampled_from(["en", "en", "fr"]),
    title_chars=st.sampled_from([None, 0, 30, 80]),
    has_phrase=st.booleans(),
)
def test_compiled_kernels_cut_the_same_snippet(
    body: str, wanted: list[str], language: str, title_chars: int | None, *, has_phrase: bool
) -> None:
    leaves: list[ResolvedTree] = [Term((term(word, language),)) for word in wanted]
    if has_phrase:
        leaves.append(TermPhrase((("the",), ("word",)), exact=True))
    highlighter = Highlighter(Or(leaves), language, "body", WordsOf(body))
    title = None if title_chars is None else lambda: body[:title_chars]
    cutter = cutter_for(highlighter, language)
    assert cutter

    found = cutter.snippet(body, body.encode("utf-8", "surrogatepass"), title)

    assert found == cut_snippet(body, highlighter.matches(body), language, title)
    assert cutter.marks(body) == merged((m.start, m.end) for m in highlighter.matches(body))


@given(text=texts(20), leaves=st.lists(scored_leaves, min_size=1, max_size=3))
def test_titles_need_no_look_of_their_own_where_no_part_names_a_field(
    text: str, leaves: list[ResolvedTree]
) -> None:
    tree = Or(leaves)
    of_title, of_body = (
        Highlighter(tree, "en", field, WordsOf(text)).matches(text) for field in ("title", "body")
    )

    assert of_title == of_body or not are_fields_alike(tree)
    assert are_fields_alike(Not(tree))
    assert not are_fields_alike(Term(("run",), fields=("title",)))
    assert are_fields_alike(Term(("run",)))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(100, 130), max_size=4))
def test_a_text_is_wrapped_where_no_line_is_long(lengths: list[int]) -> None:
    body = "\n".join("x" * length for length in lengths)

    assert is_wrapped(body) == all(length <= WRAPPED_LINE_LIMIT for length in lengths)


@settings(max_examples=300, deadline=None)
@given(body=ANY_BODY, wanted=st.sets(st.sampled_from(VOCABULARY), min_size=1))
def test_no_passage_of_a_snippet_s_length_has_more_of_the_query(
    body: str, wanted: set[str]
) -> None:
    matches = Highlighter(Or([Term((word,)) for word in wanted]), "en").matches(body)
    passages = [
        {m.clause for m in matches if m.start >= first.start and m.end <= first.start + 240}
        for first in matches
    ]

    shown = snippet(body, Or([Term((word,)) for word in wanted]), "en")

    words_shown = {stem(form(word), "en") for word in marked(shown)}
    assert len(words_shown) >= max(map(len, passages), default=0)


def test_of_passages_with_as_many_words_one_of_whole_sentences_is_shown() -> None:
    long = "words " * 60
    body = f"{long}a summit {long}. A summit was held. {FILLER}"

    found = snippet(body, Term(("summit",)), "en")

    assert found.text.startswith("A summit was held.")
    assert found.text.endswith("evening.")


def test_a_headline_that_a_body_repeats_is_not_shown_again() -> None:
    title = "Envoys hold a summit"
    body = f"{title}\nNobody knew of a summit. {FILLER}"
    matches = Highlighter(Term(("summit",)), "en").matches(body)

    assert cut_snippet(body, matches, "en", lambda: title).text.startswith(
        "Nobody knew of a summit."
    )
    assert cut_snippet(body, [], "en", lambda: title).text.startswith("Nobody knew of a summit.")


def test_a_repeated_headline_is_shown_where_only_it_has_all_words() -> None:
    title = "Envoys hold a summit"
    body = f"{title}\nThe envoys left. {FILLER}"
    matches = Highlighter(Or([Term(("summit",)), Term(("envoy",))]), "en").matches(body)

    assert marked(cut_snippet(body, matches, "en", lambda: title))[:2] == ["Envoys", "summit"]


@pytest.mark.parametrize(
    ("title", "body", "shown"),
    [
        ("Talks resume", "Talks resume\n\nThey met.", "They met."),
        ("Talks  resume", " Talks resume\nThey met.", "They met."),
        ("Talks resume", "Talks resume in Seoul. They met.", "Talks resume in Seoul. They met."),
        ("Talks resume", "Talks resumed.\nThey met.", "They met."),
        ("Talks resume", "Talks resume", "Talks resume"),
        ("Talks", "They met.", "They met."),
        ("", "They met.", "They met."),
        (" \n", "They met.", "They met."),
        (
            "After many months without any meeting the two envoys talk aga",
            "After many months without any meeting the two envoys talk again in May. They met.",
            "They met.",
        ),
        (
            "After many months without any meeting the two envoys talk again.",
            "After many months without any meeting the two envoys talk again. They met.",
            "They met.",
        ),
    ],
)
def test_a_body_goes_on_after_the_headline_that_it_repeats(
    title: str, body: str, shown: str
) -> None:
    assert body[headline_end(body, title, "en") :].strip() == shown
