"""The contract of the codecs, terms: Whoosh's own and ours give the same answers.

What each test expects is computed from the articles in plain Python, not taken from either
codec. The topics follow Whoosh's published tests of codecs, readers, matchers and queries.
"""

from __future__ import annotations

import pytest
from support.contract_articles import (
    ARTICLES,
    FIELDS,
    POSITION_FIELDS,
    TEXT_FIELDS,
    as_whoosh_keeps_it,
    inverted,
    is_exact,
    words_of,
)
from whoosh.index import open_dir
from whoosh.reading import TermNotFound

from newsearch.article import Article


def test_all_searchable_fields_are_named(reader):
    assert sorted(reader.indexed_field_names()) == sorted([*FIELDS, "date"])


@pytest.mark.parametrize("field", FIELDS)
def test_lexicon_gives_every_term_once_and_ascending(reader, field):
    assert list(reader.lexicon(field)) == list(inverted(field))


def test_all_terms_come_field_by_field(reader):
    expected = [(field, term) for field in sorted(FIELDS) for term in inverted(field)]

    assert [term for term in reader.all_terms() if term[0] != "date"] == expected


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("start", ["", "kyodo", "r", "running", "é", "zz"])
def test_terms_from_a_term_on_are_those_not_before_it(reader, field, start):
    found = [term for name, term in reader.terms_from(field, start) if name == field]

    assert found == [term for term in inverted(field) if term >= start.encode()]


@pytest.mark.parametrize("field", FIELDS)
def test_terms_count_their_articles_and_occurrences(reader, field):
    for term, places in inverted(field).items():
        assert (field, term) in reader
        assert reader.doc_frequency(field, term) == len(places)
        assert reader.frequency(field, term) == sum(len(positions) for _, positions in places)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("term", ["", "\x01", "zzz", "runningrunning", "\U0010ffff"])
def test_absent_terms_are_absent_in_every_way(reader, field, term):
    assert (field, term) not in reader
    assert reader.doc_frequency(field, term) == 0
    assert reader.frequency(field, term) == 0
    with pytest.raises(TermNotFound):
        reader.term_info(field, term)
    with pytest.raises(TermNotFound):
        reader.postings(field, term)


def test_lexicons_of_a_large_vocabulary_are_complete(make, tmp_path):
    articles = [
        Article(id=f"{n}", title=f"t{n} both{n}s" * (n % 3), body=f"b{n} both{n} common")
        for n in range(400)
    ]
    make(tmp_path, [articles])

    with open_dir(str(tmp_path)).reader() as reader:
        for field in TEXT_FIELDS:
            assert list(reader.lexicon(field)) == list(inverted(field, articles))


def test_terms_of_one_part_of_an_article_are_not_in_the_other(reader):
    assert ("title", "summit") in reader
    assert ("title", "kim") not in reader
    assert ("title_forms", "late") not in reader
    assert ("body_forms", "summits") not in reader
    assert ("body", "expenses") not in reader
    assert ("body_forms", "expenses") in reader


def test_unknown_and_unindexed_fields_have_no_terms(reader):
    assert ("colour", "red") not in reader
    for field in ("colour", "id_hash", "extra"):
        with pytest.raises(TermNotFound):
            list(reader.lexicon(field))


@pytest.mark.parametrize("field", FIELDS)
def test_term_info_holds_the_extremes(reader, field):
    for term, places in inverted(field).items():
        info = reader.term_info(field, term)
        freqs = [len(positions) for _, positions in places]
        assert (info.weight(), info.doc_frequency()) == (sum(freqs), len(places))
        assert info.max_weight() == max(freqs)
        assert (info.min_id(), info.max_id()) == (places[0][0], places[-1][0])


@pytest.mark.parametrize("field", POSITION_FIELDS)
def test_term_info_holds_the_lengths_of_its_articles(reader, field):
    rounded = (lambda n: n) if is_exact(reader) else as_whoosh_keeps_it
    for term, places in inverted(field).items():
        lengths = [len(words_of(ARTICLES[docnum], field)) for docnum, _ in places]
        info = reader.term_info(field, term)
        assert info.min_length() == rounded(min(lengths))
        assert info.max_length() == rounded(max(lengths))


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("prefix", ["", "r", "ru", "run", "su", "é", "zz", "jane", "1,"])
def test_prefixes_give_the_terms_that_begin_so(reader, field, prefix):
    expected = [term for term in inverted(field) if term.startswith(prefix.encode())]

    assert list(reader.expand_prefix(field, prefix)) == expected


def test_terms_of_a_field_come_with_their_statistics(reader):
    found = {text: info.weight() for text, info in reader.iter_prefix("body_forms", "r")}

    assert found == {b"ran": 3, b"running": 2, b"runs": 2}


def test_terms_are_found_while_others_are_walked(reader):
    terms = list(inverted("body"))
    middle = len(terms) // 2
    walk = reader.terms_from("body", terms[middle].decode() + "a")

    for number in range(middle + 1, len(terms)):
        assert next(walk) == ("body", terms[number])
        for at in (0, middle, number - 1, number, len(terms) - 1):
            assert reader.doc_frequency("body", terms[at]) == len(inverted("body")[terms[at]])
        assert ("body", terms[number] + b"a") not in reader


def test_most_frequent_terms_are_ranked(reader):
    assert reader.most_frequent_terms("body_forms", 2) == [(305.0, b"the"), (42.0, b"kim")]


@pytest.mark.parametrize("distance", [0, 1, 2])
@pytest.mark.parametrize("word", ["runs", "expense", "sumit", "the", "xyz"])
@pytest.mark.parametrize("field", ["body_forms", "title_forms", "author"])
def test_fuzzy_terms_are_those_within_the_distance(reader, field, word, distance):
    expected = {term.decode() for term in inverted(field) if edits(term.decode(), word) <= distance}

    assert set(reader.terms_within(field, word, distance)) == expected


def edits(one: str, other: str) -> int:
    """Count insertions, deletions and replacements, the obvious way."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, wanted in enumerate(other, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted)))
    return row[-1]


def test_spelling_suggests_known_forms(reader):
    assert reader.corrector("body_forms").suggest("expencse", limit=1) == ["expenses"]


@pytest.mark.parametrize("field", ["title", "body_forms", "agency", "id"])
def test_cursor_walks_and_finds_terms(reader, field):
    for leaf, base in reader.leaf_readers():
        own = ARTICLES[base : base + leaf.doc_count_all()]
        terms = [term.decode() for term in inverted(field, own)]
        cursor = leaf.cursor(field)
        walked = []
        while cursor.is_valid():
            walked.append(cursor.text())
            cursor.next()
        assert walked == terms
        assert cursor.next() is None
        for key in ("", "a", "ru", "summit", "the", "zzz"):
            assert cursor.find(key) == next((t for t in terms if t >= key), None)
        if terms:
            assert cursor.first() == terms[0]
            assert cursor.term_info().doc_frequency() == leaf.doc_frequency(field, terms[0])
