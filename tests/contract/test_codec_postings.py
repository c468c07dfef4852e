"""The contract of the codecs: postings and articles."""

from __future__ import annotations

import itertools

import pytest
from support.contract_articles import (
    ARTICLES,
    FIELDS,
    POSITION_FIELDS,
    as_whoosh_keeps_it,
    inverted,
    is_exact,
    live,
    words_of,
)
from support.whoosh_values import stored_values, whoosh_values
from whoosh import query
from whoosh.matching import ReadTooFar


@pytest.mark.parametrize("field", FIELDS)
def test_postings_are_the_live_articles_of_a_term(reader, deleted, field):
    for term, places in inverted(field).items():
        expected = [docnum for docnum, _ in live(places, deleted)]
        assert list(reader.postings(field, term).all_ids()) == expected


@pytest.mark.parametrize("field", POSITION_FIELDS)
def test_postings_hold_positions_and_frequencies(reader, deleted, field):
    for term, places in inverted(field).items():
        matcher, found = reader.postings(field, term), []
        while matcher.is_active():
            positions = matcher.value_as("positions")
            assert matcher.value_as("frequency") == matcher.weight() == len(positions)
            assert [span.start for span in matcher.spans()] == positions
            found.append((matcher.id(), positions))
            matcher.next()
        assert found == live(places, deleted)


def test_postings_support_what_their_field_keeps(reader):
    text, keyword = reader.postings("body", "the"), reader.postings("lang", "en")

    assert text.supports("positions")
    assert not text.supports("characters")
    assert not keyword.supports("positions")
    assert keyword.value_as("frequency") == 1


def test_encoded_values_decode_through_the_format(reader, deleted):
    places = live(inverted("body")[b"the"], deleted)
    decode = reader.schema["body"].format.decode_positions
    matcher, found = reader.postings("body", "the"), []
    while matcher.is_active():
        found.append((matcher.id(), decode(matcher.value())))
        matcher.next()

    assert found == places


@pytest.mark.parametrize("field", ["body", "title_forms", "agency", "lang"])
def test_matcher_skips_to_the_first_posting_not_before_the_target(reader, field):
    for leaf, base in reader.leaf_readers():
        own = ARTICLES[base : base + leaf.doc_count_all()]
        for term, places in inverted(field, own).items():
            ids = [docnum for docnum, _ in places if not leaf.is_deleted(docnum)]
            for steps, target in itertools.product(range(len(ids)), range(-1, 8)):
                matcher = leaf.postings(field, term)
                for _ in range(steps):
                    matcher.next()
                matcher.skip_to(target)
                expected = next((i for i in ids[steps:] if i >= target), None)
                assert (matcher.id() if matcher.is_active() else None) == expected


def test_matcher_at_its_end_cannot_skip(reader):
    matcher = reader.postings("body", "the")
    while matcher.is_active():
        matcher.next()

    with pytest.raises(ReadTooFar):
        matcher.skip_to(0)


def test_copy_of_a_matcher_walks_on_its_own(many):
    if not is_exact(many.reader()):
        pytest.skip("Whoosh's matcher cannot be copied")
    matcher = many.reader().postings("body", "word")
    matcher.skip_to(300)
    twin = matcher.copy()
    twin.next()

    assert (matcher.id(), twin.id()) == (300, 301)
    matcher.reset()
    assert (matcher.id(), twin.id()) == (0, 301)


def test_matcher_names_its_term(reader):
    leaf, _ = next(iter(reader.leaf_readers()))

    assert next(leaf.postings("body", "the").term_matchers()).term() == ("body", b"the")


def test_all_ids_moves_the_matcher(many):
    matcher = many.reader().postings("body", "word")
    walked = matcher.all_ids()
    ids = [next(walked), next(walked)]

    assert matcher.id() == ids[1]
    ids += walked
    assert not matcher.is_active()
    assert ids == list(range(700))


@pytest.mark.parametrize("limit", [1, 3, 10, 400])
@pytest.mark.parametrize("words", ["word rest", "early word", "early rest word"])
@pytest.mark.parametrize("join", [query.Or, query.And, query.DisjunctionMax])
def test_best_hits_are_those_of_the_whole_ranking(many, join, words, limit):
    asked = join([query.Term("body", word) for word in words.split()])
    ranking = [(hit.docnum, hit.score) for hit in many.search(asked, limit=None)]
    best = [(hit.docnum, hit.score) for hit in many.search(asked, limit=limit)]

    assert [score for _, score in best] == pytest.approx([s for _, s in ranking[:limit]])


def test_articles_are_counted_with_and_without_deleted_ones(reader, deleted):
    assert reader.doc_count_all() == len(ARTICLES)
    assert reader.doc_count() == len(ARTICLES) - len(deleted)
    assert reader.has_deletions() == bool(deleted)
    assert [n for n in range(len(ARTICLES)) if reader.is_deleted(n)] == sorted(deleted)
    assert list(reader.all_doc_ids()) == [n for n in range(len(ARTICLES)) if n not in deleted]


def test_segments_know_their_deletions(reader, deleted):
    found = {
        base + docnum
        for leaf, base in reader.leaf_readers()
        for docnum in range(leaf.doc_count_all())
        if leaf.segment().is_deleted(docnum)
    }

    assert found == set(deleted)
    assert sum(leaf.segment().deleted_count() for leaf, _ in reader.leaf_readers()) == len(deleted)


def test_stored_articles_come_back_equal(reader):
    found = [reader.stored_fields(n) for n in range(len(ARTICLES))]

    assert found == [stored_values(article) for article in ARTICLES]


def test_listing_stored_articles_leaves_out_deleted_ones(reader, deleted):
    ids = [a.id for n, a in enumerate(ARTICLES) if n not in deleted]

    assert [fields["id"] for fields in reader.all_stored_fields()] == ids


@pytest.mark.parametrize("field", POSITION_FIELDS)
def test_field_lengths_are_kept(reader, field):
    lengths = [len(words_of(article, field)) for article in ARTICLES]
    rounded = (lambda n: n) if is_exact(reader) else as_whoosh_keeps_it

    assert reader.field_length(field) == sum(lengths)
    if is_exact(reader) or reader.is_atomic():  # Whoosh fails on a segment without the field
        assert reader.max_field_length(field) == rounded(max(lengths))
        assert reader.min_field_length(field) == rounded(min(lengths))
    for docnum, length in enumerate(lengths):
        # Whoosh gives None for a field without words.
        assert (reader.doc_field_length(docnum, field) or 0) == rounded(length)


@pytest.mark.parametrize("name", ["id_hash", "title_length", "body_length"])
def test_number_columns_are_read_and_sorted(reader, name):
    values = [whoosh_values(article)[name] for article in ARTICLES]
    column = reader.column_reader(name)

    assert [column[n] for n in range(len(ARTICLES))] == values
    assert list(column) == values
    for leaf, base in reader.leaf_readers():
        forward, backward = leaf.column_reader(name), leaf.column_reader(name, reverse=True)
        own = values[base : base + leaf.doc_count_all()]
        assert [forward.sort_key(n) for n in range(len(own))] == own
        assert [backward.sort_key(n) for n in range(len(own))] == [-value for value in own]
        assert len(forward) == len(own)


def test_digest_column_is_read(reader):
    column = reader.column_reader("content_hash")

    assert [column[n] for n in range(len(ARTICLES))] == [a.content_hash for a in ARTICLES]
    assert list(column) == [a.content_hash for a in ARTICLES]


def test_only_columns_of_the_schema_are_there(reader):
    assert [name for name in reader.schema.names() if reader.has_column(name)] == [
        "body_length", "content_hash", "date", "id_hash", "lang", "place", "section", "source",
        "title_length",
    ]  # fmt: skip
