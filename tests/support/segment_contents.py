"""What segments hold, found by reading all of them; and segments of given articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from newsearch.analysis.terms import key, term
from newsearch.analysis.tokens import forms
from newsearch.article import Article
from newsearch.codec.check import check_bytes, check_parts
from newsearch.codec.segment import TEXT, Segment
from newsearch.index.commit import Changes
from newsearch.index.directory import open_directory
from newsearch.index.load import Builder
from newsearch.index.packing import pack_article
from newsearch.index.stored import unpack
from newsearch.index.toc import read_toc
from newsearch.keys import keyed_values
from newsearch.schema import article_language

Occurrence = tuple[str, str, int, int]
"""Term, key, docnum, position."""


def check_segment(path: Path) -> list[str]:
    """Return what is wrong with the bytes of a segment, and with what they say."""
    return [*check_bytes(path), *check_parts(path)]


def expected_occurrences(articles: list[Article]) -> list[Occurrence]:
    """What an inverted text of articles holds, found the slow way."""
    found = []
    for docnum, article in enumerate(articles):
        title, body = forms(article.title), forms(article.body)
        n = len(title) + 1
        # The title stands twice; a position stays free after each part.
        places = [*enumerate(title), *enumerate(title, n), *enumerate(body, 2 * n)]
        language = article_language(article)
        for position, form in places:
            found.append((term(form, language), key(form, language), docnum, position))
    return sorted(found)


def occurrences(segment: Segment) -> Iterator[Occurrence]:
    """What the inverted text of a segment holds."""
    text = segment.inverted(TEXT)
    rows = [text.forms.row(index) for index in range(len(text.forms))]
    forms_by_number = {(row.term_id, row.number): row.form.decode() for row in rows}
    for term_id, own in enumerate(text.terms):
        run = text.postings.run(term_id, term_id + 1)
        docnums = np.repeat(run.docnums, run.freqs).tolist()
        for docnum, position, number in zip(
            docnums, run.positions.tolist(), run.forms.tolist(), strict=True
        ):
            yield own.decode(), forms_by_number[term_id, number], docnum, position


def build(folder: Path, builder_type: type[Builder], batches: list[list[Article]]) -> list[Path]:
    """Build segments and give their files, in order."""
    index = open_directory(folder, create=True)
    with Changes(index, wait_s=1) as changes:
        builder = builder_type(changes)  # type: ignore[call-arg]
        for batch in batches:
            builder.add([pack_article(article) for article in batch])
        builder.flush()
        builder.close()
        changes.publish()
        return [folder / held.record.file_name for held in changes.segments]


def numbered(articles: list[Article]) -> list[Article]:
    """Return articles ids of their own."""
    return [
        Article(**{name: getattr(a, name) for name in Article.__slots__} | {"id": str(number)})
        for number, a in enumerate(articles)
    ]


def assert_holds(path: Path, articles: list[Article]) -> None:
    """Assert that a segment holds some articles, their words and columns, and nothing else."""
    assert check_segment(path) == []
    with Segment(path) as segment:
        assert sorted(occurrences(segment)) == expected_occurrences(articles)
        assert segment.stored is not None
        assert [unpack(stored) for stored in segment.stored] == articles
        assert segment.columns.numbers("id_hash").tolist() == [a.id_hash for a in articles]
        ids = [one.decode("utf-8", "surrogatepass") for one in segment.columns.strings("id")]
        assert ids == [article.id for article in articles]
        lengths = [len(forms(article.title)) for article in articles]
        assert segment.columns.numbers("title_length").tolist() == lengths
        languages = segment.columns.coded("lang")
        assert [languages.value(n).decode() for n in range(len(articles))] == [
            article_language(article) for article in articles
        ]
        keys = segment.columns.coded_lists("keys")
        assert [sorted(keys.value(n)) for n in range(len(articles))] == [
            sorted(f"{key}\x1f{value}".encode() for key, value in keyed_values(article.extra))
            for article in articles
        ]
        assert_lexicon_is_right(segment, articles)


def assert_lexicon_is_right(segment: Segment, articles: list[Article]) -> None:
    """Assert that a lexicon has exactly the forms of some articles."""
    text = segment.inverted(TEXT)
    expected: dict[tuple[str, str], set[int]] = {}
    for term_, form, docnum, _ in expected_occurrences(articles):
        expected.setdefault((form, term_), set()).add(docnum)
    rows = [text.forms.row(index) for index in range(len(text.forms))]
    found = {(row.form.decode(), text.terms[row.term_id].decode()): row.df for row in rows}
    assert found == {row: len(docnums) for row, docnums in expected.items()}


_TOLD_OTHERWISE = ("stored/frame", "text/position", "text/forms/numbers", "text/entry_position")


def sections(folder: Path) -> list[dict[str, object]]:
    """All that the files of a commit hold, whatever frames and numbers of forms it is told by."""
    contents = []
    for record in read_toc(folder).segments:
        with Segment(folder / record.file_name) as segment:
            own = {
                name: segment.file.array(name).tobytes()
                for name in segment.file.sections
                if not name.startswith(_TOLD_OTHERWISE)
            }
            words = sorted(occurrences(segment))
            contents.append({**own, "articles": list(segment.stored), "words": words})
    return contents
