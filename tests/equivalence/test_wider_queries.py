"""A query made wider finds all that it found before, and perhaps more."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsearch.analysis.folding import fold
from newsearch.article import Article
from newsearch.engines.local import Index
from newsearch.search import searcher as searching
from newsearch.search.run.warming import Warming

ENGLISH = ("run", "ran", "runner", "running", "woman", "women's", "US", "us", "U.S.", "notes")
FRENCH = ("l'ONU", "note", "noter", "marche", "marché", "élections", "d'Emmanuel", "cafés")
SPANISH = ("notas", "García", "garcias", "canción", "canciones", "economía", "café")
OTHERS = ("서울", "서울에서", "東京", "года", "Häuser", "Ankara'da", "Kim’s", "o'brien")
WITH_SIGNS = ("covid-19", "1,000.5", "G7", "R&D", "NGOs", "élection")
WORDS = (*ENGLISH, *FRENCH, *SPANISH, *OTHERS, *WITH_SIGNS)
LANGUAGES = ("en", "en", "fr", "es", "de", "tr", "ko", "ja", "pl")

_numbers = itertools.count()
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
articles = st.lists(
    st.tuples(texts, texts, st.sampled_from(LANGUAGES)), min_size=1, max_size=8
).map(
    lambda drawn: [
        Article(str(n), title=title, body=body, lang=lang)
        for n, (title, body, lang) in enumerate(drawn)
    ]
)


def typed(word: str) -> str:
    """A word as it is compared with others.

    What stems another language has of its accents, no pattern can know.
    """
    return word if word.isascii() else fold(word.lower())


def beginning(draw: st.DrawFn, word: str) -> str:
    # An elided word alone, l'*, begins any word.
    least = 3 if word[1] == "'" else 1
    return f"{word[: draw(st.integers(least, len(word)))]}*"


def any_letter(draw: st.DrawFn, word: str) -> str:
    at = draw(st.sampled_from([at for at, letter in enumerate(word) if letter.isalnum()]))
    # At the end of a query, a question mark would be one.
    return f"({word[:at]}?{word[at + 1 :]})"


def any_letters(draw: st.DrawFn, word: str) -> str:
    start, end = draw(st.sampled_from([part.span() for part in re.finditer(r"[^\W_]+", word)]))
    first, last = sorted(draw(st.tuples(*[st.integers(start, end)] * 2)))
    last -= last - first == end - start  # nothing but 's has no letter of the word
    return f"{word[:first]}*{word[last:]}"


def nearly(draw: st.DrawFn, word: str) -> str:
    return f"{word}~{draw(st.sampled_from([1, 2]))}"


WIDER: list[Callable[[st.DrawFn, str], str]] = [beginning, any_letter, any_letters, nearly]


@st.composite
def with_patterns(draw: st.DrawFn, words: list[str]) -> tuple[str, str]:
    """A query of words that articles have, and the same with patterns in their place."""
    asked = draw(st.lists(st.sampled_from(words), min_size=1, max_size=2))
    field = draw(st.sampled_from(["", "", "title:", "body:"]))
    wider = [draw(st.sampled_from(WIDER))(draw, word) for word in asked]
    return " ".join(field + word for word in asked), " ".join(field + word for word in wider)


parts = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(lambda own: f'"{" ".join(own)}"'),
    st.sampled_from(["r?n", "no*", "(caf?)", "not*s", "garci~1", "u*", '"u*"', '"wom?n no*"']),
)
queries = st.lists(parts, min_size=1, max_size=3).map(" AND ".join)


@pytest.fixture(autouse=True)
def without_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "warming", Warming(price_s=math.inf))


def build(folder: Path, drawn: list[Article], cut: int) -> Index:
    index = Index(folder / str(next(_numbers)), create=True)
    index.add(drawn[:cut])
    index.add(drawn[cut:])
    return index


def ids(index: Index, query: str, match: Literal["all", "any"] = "all") -> set[str]:
    results = index.search(query, match=match, limit=None)
    assert results.total == len(results)
    # Where nothing matches, function words are let go.
    return {hit.id for hit in results if "let go" not in " ".join(map(str, results.warnings))}


@settings(suppress_health_check=list(HealthCheck))
@given(drawn=articles, data=st.data())
def test_a_pattern_finds_all_that_a_word_finds_that_fits_it(
    tmp_path: Path, drawn: list[Article], data: st.DataObject
) -> None:
    words = sorted({typed(word) for one in drawn for word in f"{one.title} {one.body}".split()})
    with build(tmp_path, drawn, data.draw(st.integers(0, len(drawn)))) as index:
        for query, wider in data.draw(st.lists(with_patterns(words), min_size=5, max_size=5)):
            assert ids(index, query) <= ids(index, wider), (query, wider)


@settings(suppress_health_check=list(HealthCheck))
@given(drawn=articles, query=queries, other=parts, cut=st.integers(0, 8))
def test_a_query_that_asks_for_less_finds_more(
    tmp_path: Path, drawn: list[Article], query: str, other: str, cut: int
) -> None:
    with build(tmp_path, drawn, cut) as index:
        found = ids(index, query)
        either = ids(index, query.replace(" AND ", " OR "))

        assert found <= ids(index, query.replace('"', ""))
        assert found <= either
        assert found <= ids(index, f"({query}) OR {other}")
        assert either <= ids(index, query.replace(" AND ", " "), match="any")
        assert ids(index, f"title:({query})") | ids(index, f"body:({query})") <= found
        assert ids(index, f"{query} AND {other}") <= found
