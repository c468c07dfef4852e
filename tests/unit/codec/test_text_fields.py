"""Title and body as views of one inverted text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import collections
from support.whoosh_indexes import write_segment
from support.whoosh_values import whoosh_values

from newsearch.article import Article
from newsearch.codec.segment import Segment
from newsearch.codec.whoosh import text_fields
from newsearch.codec.whoosh.field_views import FieldPostings, numbers_from, statistics_of
from newsearch.codec.whoosh.fields import FIELD_NAMES, Fields
from newsearch.codec.whoosh.text_fields import FormField, StemField, Text
from newsearch.errors import CorruptIndexError
from newsearch.index.segment_info import NewsSegmentInfo
from newsearch.index.whoosh_schema import build_schema

VIEWS = {"": StemField, "_forms": FormField}


def terms(text: Text, part: str, ending: str) -> list[str]:
    view = VIEWS[ending](text, part)
    return [view.term(number).decode() for number in numbers_from(view)]


@pytest.mark.parametrize("ending", VIEWS)
@pytest.mark.parametrize("part", ["title", "body"])
@settings(max_examples=30)
@given(articles=collections())
def test_terms_are_those_of_the_part(tmp_path_factory, part, ending, articles):
    folder = tmp_path_factory.mktemp("segment")
    listed = write_segment(folder, articles, ())
    expected = {w for a in articles for w in whoosh_values(a)[part + ending]}

    with Segment(folder / listed.file_name) as segment:
        assert terms(Text(segment), part, ending) == sorted(expected, key=str.encode)


@settings(max_examples=30)
@given(collections(), st.integers(1, 9))
def test_terms_have_the_same_statistics_and_postings_alone_and_in_groups(
    tmp_path_factory, articles, entries
):
    folder = tmp_path_factory.mktemp("segment")
    listed = write_segment(folder, articles, ())
    with Segment(folder / listed.file_name) as segment, pytest.MonkeyPatch.context() as patch:
        patch.setattr(text_fields, "_GROUP_ENTRIES", entries)
        for make, part in itertools.product(VIEWS.values(), ("title", "body")):
            walked, untouched = make(Text(segment), part), make(Text(segment), part)
            for number in numbers_from(walked):
                alone, grouped = untouched.postings(number), walked.postings(number)
                for column, other in zip(as_lists(alone), as_lists(grouped), strict=True):
                    assert column == other
                known = walked.statistics(number) or statistics_of(grouped, walked.lengths)
                assert known == statistics_of(alone, walked.lengths)


def as_lists(postings: FieldPostings) -> list[list[int]]:
    return [column.tolist() for column in (postings.docnums, postings.freqs, postings.positions)]


def test_fields_are_those_of_the_schema():
    indexed = [name for name, field in build_schema().items() if field.indexed]

    assert sorted(indexed) == FIELD_NAMES


def test_damaged_stored_article_is_a_corrupt_index(tmp_path):
    listed = NewsSegmentInfo(write_segment(tmp_path, [Article(id="a", body="text", url="u")], ()))

    with Segment(tmp_path / listed.record.file_name) as segment:
        fields = Fields(segment, listed.words, lambda stored: listed.values(stored[:1]))
        with pytest.raises(CorruptIndexError, match="a stored article is damaged"):
            list(numbers_from(fields.view("url")))
