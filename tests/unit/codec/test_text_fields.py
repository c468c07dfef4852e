"""Title and body as views of one inverted text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from strategies import collections
from support.whoosh_indexes import write_segment
from support.whoosh_values import whoosh_values

from newsearch import schema
from newsearch.article import Article
from newsearch.codec.segment import Segment
from newsearch.codec.whoosh import text_fields
from newsearch.codec.whoosh.field_views import terms_from
from newsearch.codec.whoosh.fields import FIELD_NAMES, Fields
from newsearch.codec.whoosh.text_fields import FormField, StemField, Text
from newsearch.errors import CorruptIndexError

VIEWS = {"": StemField, "_forms": FormField}


def terms(text: Text, part: str, ending: str) -> list[str]:
    return [term.decode() for term in terms_from(VIEWS[ending](text, part))]


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
@given(articles=collections())
def test_looking_through_in_small_pieces_finds_the_same(tmp_path_factory, articles):
    folder = tmp_path_factory.mktemp("segment")
    listed = write_segment(folder, articles, ())
    with Segment(folder / listed.file_name) as segment, pytest.MonkeyPatch.context() as patch:
        whole = [terms(Text(segment), "body", ending) for ending in VIEWS]
        patch.setattr(text_fields, "_ENTRIES_AT_ONCE", 1)
        patch.setattr(text_fields, "_GROUP_BITS", 1)
        assert [terms(Text(segment), "body", ending) for ending in VIEWS] == whole


def test_fields_are_those_of_the_schema():
    indexed = [name for name, field in schema.build_schema().items() if field.indexed]

    assert sorted(indexed) == FIELD_NAMES


def test_damaged_stored_article_is_a_corrupt_index(tmp_path):
    listed = write_segment(tmp_path, [Article(id="a", body="text")], ())

    with Segment(tmp_path / listed.file_name) as segment:
        fields = Fields(segment, listed.words, lambda stored: listed.identity(stored[:1]))
        with pytest.raises(CorruptIndexError, match="a stored article is damaged"):
            list(terms_from(fields.view("id")))
