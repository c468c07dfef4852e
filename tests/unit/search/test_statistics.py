"""How many live articles have a word: kernels count what the postings say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsearch
from newsearch import Article
from newsearch.fields import TEXT_FIELDS
from newsearch.query.nodes import TermPhrase
from newsearch.search.run.compiled import CompiledSearch
from newsearch.search.run.postings import phrase_postings, word_postings
from newsearch.search.statistics import SnapshotStatistics
from tests.support.inside import searcher_of

BODIES = [
    "The flood, and floods again.",
    "Flooding of the dam's wall",
    "Die Flut brach den Damm",
    "Dams and a dam",
    "Rain",
]
N_ARTICLES = 600
WORDS = ["flood", "floods", "flooding", "Dam", "dam's", "the", "die", "rain", "nowhere"]


@pytest.fixture(scope="module", params=["few", "most", "all of a language"])
def searcher(request, tmp_path_factory):
    """Search two segments, of which articles were deleted: few, most, or all that are German."""
    texts = [BODIES[number * 7 % len(BODIES)] for number in range(N_ARTICLES)]
    articles = [
        Article(id=str(n), title=texts[n * 3 % N_ARTICLES], body=body, lang=_language(body))
        for n, body in enumerate(texts)
    ]
    is_deleted = {
        "few": lambda n: n % 10 == 3,
        "most": lambda n: n % 10 != 3,
        "all of a language": lambda n: articles[n].lang == "de",
    }[request.param]
    with newsearch.open_index(tmp_path_factory.mktemp("df") / "index", create=True) as index:
        index.add(articles[:400])
        index.add(articles[400:])
        index.delete(str(n) for n in range(N_ARTICLES) if is_deleted(n))
        searcher = searcher_of(index)
        searcher.compile()
        yield searcher


def _language(body: str) -> str:
    return "de" if body.startswith("Die") else "en"


@given(
    typed=st.sampled_from([*WORDS, "floo*", "d?m*"]),
    asked=st.sampled_from(["terms", "keys", "inflections", "one key"]),
    fields=st.sampled_from([TEXT_FIELDS, TEXT_FIELDS[::-1], ("title",), ("body",)]),
)
def test_kernels_count_the_live_articles_that_postings_name(searcher, typed, asked, fields):
    vocabulary, segments = searcher.vocabulary, searcher.statistics.segments
    keys = vocabulary.keys_of(typed)
    if "*" in typed:
        asked, keys = "keys", (typed,)
    alternatives, exact = {
        "terms": (vocabulary.terms_of, False),
        "keys": (lambda _: keys, True),
        "inflections": (vocabulary.inflections_of, True),
        "one key": (lambda _: keys[:1], True),
    }[asked]
    word = alternatives(typed)
    phrase = TermPhrase((word,), exact=exact, fields=fields)

    def read(segment):
        if exact:
            return phrase_postings(segment, phrase).docnums
        return word_postings(segment, word, fields).docnums

    statistics = SnapshotStatistics(searcher.snapshot)
    assert statistics.count_live is None
    expected = sum(len(read(segment)) for segment in segments)
    assert statistics.df(word, exact=exact, fields=fields) == expected
    CompiledSearch(searcher.snapshot, statistics := SnapshotStatistics(searcher.snapshot))
    assert statistics.count_live is not None
    assert statistics.df(word, exact=exact, fields=fields) == expected
