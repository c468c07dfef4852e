"""Both builders make the same segments of the same articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from strategies import VOCABULARY
from strategies import articles as any_articles

from newsearch.analysis.stems import stem
from newsearch.analysis.tokens import forms
from newsearch.article import Article
from newsearch.codec.check import check_segment
from newsearch.codec.segment import Segment
from newsearch.index.builder import TEXT, SmallBuilder
from newsearch.index.bulk import BulkBuilder
from newsearch.index.commit import Changes
from newsearch.index.directory import open_directory
from newsearch.index.load import Builder
from newsearch.index.packing import pack_article
from newsearch.index.stored import unpack
from newsearch.schema import article_language

Occurrence = tuple[str, str, int, int]
"""Stem, word form, docnum, position."""


def expected_occurrences(articles: list[Article]) -> list[Occurrence]:
    """What an inverted text of articles holds, found the slow way."""
    found = []
    for docnum, article in enumerate(articles):
        title, body = forms(article.title), forms(article.body)
        places = [*enumerate(title), *enumerate(body, len(title) + 1)]
        language = article_language(article)
        found += [(stem(form, language), form, docnum, position) for position, form in places]
    return sorted(found)


def occurrences(segment: Segment) -> Iterator[Occurrence]:
    """What the inverted text of a segment holds."""
    text = segment.inverted(TEXT)
    assert text.forms is not None
    for term_id, term in enumerate(text.terms):
        run = text.postings.run(term_id, term_id + 1)
        rows = text.forms.rows_of_term(term_id)
        own_forms = [text.forms.forms[int(row)].decode() for row in rows]
        docnums = np.repeat(run.docnums, run.freqs).tolist()
        for docnum, position, number in zip(
            docnums, run.positions.tolist(), run.forms.tolist(), strict=True
        ):
            yield term.decode(), own_forms[number], docnum, position


def build(folder: Path, builder_type: type[Builder], batches: list[list[Article]]) -> list[Path]:
    """Build segments and give their files, in order."""
    index = open_directory(folder, create=True)
    with Changes(index, timeout_s=1) as changes:
        builder = builder_type(changes)  # type: ignore[call-arg]
        for batch in batches:
            builder.add([pack_article(article) for article in batch])
        builder.flush()
        builder.close()
        changes.publish()
        return [folder / held.record.file_name for held in changes.segments]


def numbered(articles: list[Article]) -> list[Article]:
    return [
        Article(**{name: getattr(a, name) for name in Article.__slots__} | {"id": str(number)})
        for number, a in enumerate(articles)
    ]


def assert_holds(path: Path, articles: list[Article]) -> None:
    assert check_segment(path) == []
    with Segment(path) as segment:
        assert sorted(occurrences(segment)) == expected_occurrences(articles)
        assert segment.stored is not None
        assert [unpack(stored) for stored in segment.stored] == articles
        assert segment.columns.numbers("id_hash").tolist() == [a.id_hash for a in articles]
        lengths = [len(forms(article.title)) for article in articles]
        assert segment.columns.numbers("title_length").tolist() == lengths
        languages = segment.columns.coded("lang")
        assert [languages.value(n).decode() for n in range(len(articles))] == [
            article_language(article) for article in articles
        ]
        assert_lexicon_is_right(segment, articles)


def assert_lexicon_is_right(segment: Segment, articles: list[Article]) -> None:
    text = segment.inverted(TEXT)
    assert text.forms is not None
    expected: dict[tuple[str, str], tuple[set[int], set[str]]] = {}
    for stemmed, form, docnum, _ in expected_occurrences(articles):
        docnums, languages = expected.setdefault((form, stemmed), (set(), set()))
        docnums.add(docnum)
        languages.add(article_language(articles[docnum]))
    rows = [text.forms.row(index) for index in range(len(text.forms))]
    found = {
        (row.form.decode(), text.terms[row.term_id].decode()): (row.df, row.languages)
        for row in rows
    }
    assert {row: df for row, (df, _) in found.items()} == {
        row: len(docnums) for row, (docnums, _) in expected.items()
    }
    # A later segment of a load may name languages that only an earlier one has articles in.
    assert all(languages <= found[row][1] for row, (_, languages) in expected.items())


@pytest.mark.parametrize("builder_type", [SmallBuilder, BulkBuilder])
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(st.lists(any_articles(), min_size=1, max_size=6), min_size=1, max_size=3))
@example(batches=[[Article(body="...")]])
def test_a_segment_holds_every_word_of_its_articles(
    builder_type: type[Builder],
    batches: list[list[Article]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    articles = numbered([article for batch in batches for article in batch])
    cut = [articles[i : i + 3] for i in range(0, len(articles), 3)]

    (path,) = build(tmp_path_factory.mktemp("index"), builder_type, cut)

    assert_holds(path, articles)


@pytest.fixture(scope="module")
def many_articles() -> list[Article]:
    """More than two blocks of articles, with high frequencies, rare words and two languages."""
    random = np.random.default_rng(5)
    found = []
    for number in range(700):
        words = random.choice(VOCABULARY, random.integers(0, 60)).tolist()
        words += ["often"] * int(random.integers(0, 3) == 0) * int(random.integers(1, 400))
        words += [f"rare{number}", "Élections", "x" * (number % 300)]
        language = "fr" if number % 7 == 0 else ""
        found.append(
            Article(id=str(number), title="The title", body=" ".join(words), lang=language)
        )
    return found


@pytest.mark.parametrize("builder_type", [SmallBuilder, BulkBuilder])
def test_several_blocks_of_articles_keep_every_word(
    builder_type: type[Builder], many_articles: list[Article], tmp_path: Path
) -> None:
    cut = [many_articles[i : i + 150] for i in range(0, 700, 150)]

    (path,) = build(tmp_path / "index", builder_type, cut)

    assert_holds(path, many_articles)


def test_a_full_memory_is_spilled_to_segments(many_articles: list[Article], tmp_path: Path) -> None:
    def small_memory(changes: Changes) -> BulkBuilder:
        return BulkBuilder(changes, memory_bytes=1 << 16)

    cut = [many_articles[i : i + 50] for i in range(0, 700, 50)]

    paths = build(tmp_path / "index", small_memory, cut)  # type: ignore[arg-type]

    assert len(paths) > 1
    first = 0
    for path in paths:
        with Segment(path) as segment:
            n_articles = segment.articles
        assert_holds(path, many_articles[first : first + n_articles])
        first += n_articles
    assert first == 700


def test_one_article_larger_than_the_memory_is_kept_whole(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(20_000))
    articles = [Article(id="a", body=words)]

    def no_memory(changes: Changes) -> BulkBuilder:
        return BulkBuilder(changes, memory_bytes=1 << 16)

    (path,) = build(tmp_path / "index", no_memory, [articles])  # type: ignore[arg-type]

    assert_holds(path, articles)
