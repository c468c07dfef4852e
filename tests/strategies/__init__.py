"""Hypothesis strategies: articles, query trees, edit histories.

The vocabulary is small, so that words, stems, phrases and ties often coincide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from hypothesis import strategies as st

from newsearch.analysis.folding import fold
from newsearch.analysis.terms import key, language_of, tag, tag_of, term
from newsearch.analysis.tokens import forms, spelling
from newsearch.analysis.tokens import words as words_of
from newsearch.article import Article, ArticleDate
from newsearch.query.nodes import (
    FUNCTION_WORD_WEIGHT,
    Alternatives,
    And,
    AndMaybe,
    DateRange,
    Every,
    FieldValue,
    Link,
    Not,
    NumberRange,
    Or,
    Pattern,
    ResolvedTree,
    Term,
    TermPhrase,
    TermsPlaced,
)
from newsearch.search.run.patterns import form_test

VOCABULARY = (
    "run",
    "runs",
    "running",
    "runner",
    "expense",
    "expenses",
    "expensive",
    "north",
    "korea",
    "korean",
    "the",
    "of",
    "summit",
    "summits",
    "kim",
    "covid",
    "19",
    "us",
    "US",
    "o'brien",
    "café",
    "cafe",
    "élection",
    "elections",
)
SOURCES = ("", "Kyodo", "Kyodo News", "The Japan Times", "AP")
AGENCIES = ((), ("AP",), ("Kyodo", "Jiji"))
LANGUAGES = ("", "en", "fr", "sw")
DAY_ZERO = datetime(2020, 1, 1, tzinfo=UTC)

words = st.sampled_from(VOCABULARY)
fields = st.sampled_from([("title", "body"), ("title",), ("body",)])
boosts = st.sampled_from([1.0, 1.0, 2.0, 0.5])


JOINTS = st.text(
    st.sampled_from("abAÉ한ß19٣½Ⅷ漢ไー.,'’‘＇&-_ \u0301\u00ad\u200b\0\ud800😀𝔄𠀀"), max_size=30
)
LONG_WORDS = st.text(st.sampled_from("aB1é'.,& "), min_size=20, max_size=60)
SIZES = st.sampled_from([7, 8, 9, 15, 16, 17, 254, 255, 256, 1023, 1024, 1025, 4095, 4096, 4097])
REPEATED = st.builds(
    lambda units, size: "".join(units)[:3] * (size // max(1, len(units[:3]))) + units[-1],
    st.lists(st.sampled_from("aBé漢\u0301𝔄ﬁŉͺİΣ'1."), min_size=1, max_size=4),
    SIZES,
)
PARTS_OF_ACRONYMS = (
    *("US", "us", "Us", "U.S", "u.s.", "U.É", "WHO", "E.U", "EU", "ITSELF", "I.N", "YOURSELF"),
    *("'s", "’s", "'S", ".", "é", "s", " "),
)
ACRONYMS = st.lists(st.sampled_from(PARTS_OF_ACRONYMS), max_size=8).map("".join)
ANY_TEXT = st.text(st.characters(), max_size=60) | JOINTS | LONG_WORDS | REPEATED | ACRONYMS
"""What a tokeniser may meet."""


def texts(most_words: int) -> st.SearchStrategy[str]:
    """Words, some with a capital, in sentences and paragraphs."""
    spelt = words | words.map(str.capitalize)
    after = st.sampled_from([" ", " ", " ", ". ", "\n\n"])
    pairs = st.lists(st.tuples(spelt, after), max_size=most_words)
    return pairs.map(lambda own: "".join(map("".join, own)).strip())


dates = st.none() | st.integers(-3, 3).map(
    lambda days: ArticleDate(DAY_ZERO + timedelta(days=days), "day")
)


EXTRAS: list[dict[str, Any]] = [
    *({}, {}, {"topics": "Crude oil"}, {"Topics": ["cocoa", "crude oil"], "rating": 4}),
    *({"rating": [1, 7.5, "none"]}, {"topics": None, "rating": {"of": 5}, "length": 3}),
]
"""Users' own keys: of one value, of several, of none that can be asked for."""


@st.composite
def articles(draw: st.DrawFn, article_id: str = "") -> Article:
    title, body = draw(texts(4)), draw(texts(14))
    return Article(
        id=article_id,
        title=title,
        body=body or "" if title else body or "the",
        source=draw(st.sampled_from(SOURCES)),
        agency=draw(st.sampled_from(AGENCIES)),
        date=draw(dates),
        lang=draw(st.sampled_from(LANGUAGES)),
        extra=draw(st.sampled_from(EXTRAS)),
    )


@st.composite
def collections(draw: st.DrawFn, most_articles: int = 10) -> list[Article]:
    """Articles with the ids "0", "1" ..., at least one."""
    n_articles = draw(st.integers(1, most_articles))
    return [draw(articles(str(number))) for number in range(n_articles)]


def _alternatives(of: st.SearchStrategy[str]) -> st.SearchStrategy[Alternatives]:
    """What a word may be: most often one, as in an index of one language."""
    several = st.sets(of, min_size=1, max_size=3).map(lambda chosen: tuple(sorted(chosen)))
    return of.map(lambda one: (one,)) | several


def _phrase_words(
    of: st.SearchStrategy[Alternatives], least: int
) -> st.SearchStrategy[tuple[Alternatives, ...]]:
    return st.lists(of, min_size=least, max_size=3).map(tuple)


wild_words = (words.map(lambda word: word[:2] + "*") | st.sampled_from(["*s", "r?n", "e*t*"])).map(
    lambda word: (word,)
)
some_forms = _alternatives(
    st.builds(
        lambda word, language: key(word, language) + tag(language),
        words,
        st.sampled_from(("en", "en", "fr", "sw")),
    )
)
some_terms = _alternatives(st.builds(term, words, st.sampled_from(("en", "en", "fr", "sw"))))

scored_leaves = st.one_of(
    st.builds(
        Term,
        some_terms,
        fields,
        boosts,
        st.sampled_from([1.0, FUNCTION_WORD_WEIGHT]),
        some_forms | st.just(()),
    ),
    st.builds(
        lambda form, *rest: Term((term(form, "en"),), *rest, typed=(key(form, "en"),)),
        words,
        fields,
        boosts,
    ),
    st.builds(
        TermPhrase,
        _phrase_words(some_forms | wild_words, 1),
        st.just(True),
        st.integers(0, 3),
        fields,
        boosts,
    ),
    st.builds(
        TermPhrase,
        _phrase_words(some_terms, 2),
        st.just(False),
        st.integers(0, 3),
        fields,
        boosts,
    ),
    st.builds(Pattern, st.just("prefix"), words.map(lambda w: w[:2]), st.just(0), fields, boosts),
    st.builds(
        Pattern,
        st.just("wildcard"),
        st.sampled_from(["r*n*s", "?un", "*s", "e*e*", "[x]*"]),
        st.just(0),
        fields,
        boosts,
    ),
    st.builds(Pattern, st.just("fuzzy"), words, st.integers(0, 2), fields, boosts),
)

spelt_phrases = st.lists(words | words.map(str.capitalize), min_size=1, max_size=2).map(
    lambda own: TermPhrase(
        tuple((key(one, "en"),) for one in forms(" ".join(own))),
        exact=True,
        spelt=tuple(map(spelling, words_of(" ".join(own)))),
    )
)
links = st.builds(Link, st.sampled_from([1, 2, 3, "S", "P"]), st.booleans())


@st.composite
def placed(draw: st.DrawFn) -> TermsPlaced:
    """Words of which it counts where they stand."""
    part = st.lists(scored_leaves | spelt_phrases, min_size=1, max_size=2).map(tuple)
    parts = draw(st.lists(part, min_size=1, max_size=3))
    n_links = len(parts) - 1
    own_links = draw(st.lists(links, min_size=n_links, max_size=n_links))
    least, first = draw(st.sampled_from([1, 1, 2])), draw(st.sampled_from([0, 0, 2, 5]))
    return TermsPlaced(tuple(parts), tuple(own_links), least, first)


filters = st.one_of(
    st.builds(FieldValue, st.just("source"), st.sampled_from([("kyodo",), ("japan", "times")])),
    st.builds(FieldValue, st.just("agency"), st.sampled_from([("ap",), ("kyodo", "jiji")])),
    st.builds(FieldValue, st.just("topics"), st.sampled_from([("cocoa",), ("crude", "oil")])),
    st.builds(NumberRange, st.just("rating"), *[st.none() | st.integers(0, 8).map(float)] * 2),
    st.builds(FieldValue, st.just("lang"), st.sampled_from([("fr",), ("en",)])),
    st.builds(FieldValue, st.just("id"), st.sampled_from([("0",), ("3",)])),
    st.builds(NumberRange, st.just("length"), *[st.none() | st.integers(0, 12).map(float)] * 2),
    st.builds(
        DateRange,
        *[
            st.none()
            | st.integers(-3, 3).map(
                lambda days: int((DAY_ZERO + timedelta(days=days)).timestamp())
            )
        ]
        * 2,
    ),
)

leaves = st.one_of(scored_leaves, filters, st.just(Every()))


def _composites(
    parts: st.SearchStrategy[ResolvedTree],
) -> st.SearchStrategy[ResolvedTree]:
    several = st.lists(parts, min_size=1, max_size=4)
    return st.one_of(
        several.map(And),
        several.map(Or),
        parts.map(Not),
        st.builds(AndMaybe, parts, parts),
    )


trees = st.recursive(leaves | placed(), _composites, max_leaves=6)


class WordsOf:
    """The vocabulary of one text."""

    def __init__(self, text: str) -> None:
        self._forms = sorted({*VOCABULARY, *forms(text)})

    def forms_of(self, term_: str) -> Sequence[str]:
        language = language_of(term_)
        own = {key(form, language) for form in self._forms if term(form, language) == term_}
        return sorted(own)

    def terms_like(self, pattern: Pattern) -> Alternatives:
        words = [form for form in self._forms if form_test(pattern)(fold(form))]
        return tuple(sorted({term(w, language) for w in words for language in ("en", "fr", "sw")}))

    def forms_meant(self, pattern: Pattern, end: str) -> Sequence[str]:
        own = [self.forms_of(one) for one in self.terms_like(pattern) if tag_of(one) == end]
        return sorted(set(chain.from_iterable(own)))

    def forms_like(self, pattern: Pattern) -> Sequence[str]:
        keys = {key(form, language) for form in self._forms for language in ("en", "fr", "sw")}
        return sorted(filter(form_test(pattern), keys))
