"""One contract for Whoosh's own codec and for ours: the same articles, the same answers.

What each test expects is computed from the articles in plain Python, not taken from either
codec. The topics follow Whoosh's published tests of codecs, readers, matchers and queries.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import VOCABULARY, collections
from whoosh import query, scoring, sorting
from whoosh.index import FileIndex, open_dir
from whoosh.matching import ReadTooFar
from whoosh.reading import IndexReader, TermNotFound
from whoosh.util.numeric import byte_to_length, length_to_byte
from whoosh_indexes import Batches, news_index, stock_index

from newsearch import schema
from newsearch.article import Article, ArticleDate
from newsearch.index.stored import pack, unpack

MAKERS = {"whoosh": stock_index, "newsearch": news_index}
ARTICLES = [
    Article(
        id="a",
        title="Running the summit: the summit of summits",
        body="Kim runs to the summit. The summit ran late, and Kim ran.",
        source="The Japan Times",
        agency=("Kyodo", "Jiji Press"),
        author=("Jane Roe", "John O'Brien"),
        section="National",
        place="TOKYO",
        date=ArticleDate.parse("2020-07-10"),
        url="https://example.org/a?b=1",
    ),
    Article(id="b", body="No title here; only the expenses of running a café.", source="AP"),
    Article(
        id="c",
        title="Les élections",
        body="Les élections courent. Running for expenses: the président.",
        lang="fr",
        agency=("AP",),
        date=ArticleDate.parse("1969-02-03"),
    ),
    Article(id="d", title="COVID-19 and the U.S.", body="1,000.5 cases of COVID-19 in the U.S."),
    Article(id="id with spaces", title="Summit", body="東京 summit ran", lang="ja", source="Kyodo"),
    Article(
        id="f",
        body="kim " * 40 + "the " * 300,
        section="National politics",
        date=ArticleDate.parse("2020-07-10T09:00:00Z"),
    ),
    Article(id="g", title="Expensive", body="runs", author=("Jane Doe",), agency=("", "Kyodo")),
]
CUTS = {"one segment": [7], "three segments": [3, 1, 3]}
DELETED = {"none deleted": (), "some deleted": (1, 4, 5)}
TEXT_FIELDS = ("title", "body", "title_forms", "body_forms")
POSITION_FIELDS = (*TEXT_FIELDS, *schema.FILTER_FIELDS)
FIELDS = (*POSITION_FIELDS, *schema.EXACT_FIELDS)

Place = tuple[int, list[int]]
"""A docnum, and the positions of a term in it."""


def in_batches(articles: list[Article], sizes: list[int]) -> Batches:
    starts = [sum(sizes[:number]) for number in range(len(sizes))]
    return [articles[start : start + size] for start, size in zip(starts, sizes, strict=True)]


@pytest.fixture(scope="module", params=MAKERS)
def make(request: pytest.FixtureRequest) -> Callable[..., FileIndex]:
    return MAKERS[request.param]


@pytest.fixture(scope="module", params=CUTS)
def sizes(request: pytest.FixtureRequest) -> list[int]:
    return CUTS[request.param]


@pytest.fixture(scope="module", params=DELETED)
def deleted(request: pytest.FixtureRequest) -> tuple[int, ...]:
    return DELETED[request.param]


@pytest.fixture(scope="module")
def reader(make, sizes, deleted, tmp_path_factory) -> Iterator[IndexReader]:
    folder = tmp_path_factory.mktemp("index")
    make(folder, in_batches(ARTICLES, sizes), deleted)
    with open_dir(str(folder)).reader() as opened:
        yield opened


@pytest.fixture(scope="module")
def searcher(make, sizes, deleted, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    make(folder, in_batches(ARTICLES, sizes), deleted)
    with open_dir(str(folder)).searcher() as opened:
        yield opened


@pytest.fixture(scope="module")
def many(make, tmp_path_factory):
    """Articles enough for several blocks, of different lengths."""
    bodies = [
        "word " * (1 + n * 7 % 11) + "rest " * (n * 13 % 29) + "early " * (n < 300) * (n % 3)
        for n in range(700)
    ]
    articles = [Article(id=f"{n}", body=body) for n, body in enumerate(bodies)]
    folder = tmp_path_factory.mktemp("index")
    make(folder, [articles])
    with open_dir(str(folder)).searcher() as opened:
        yield opened


def words_of(article: Article, field: str) -> list[str]:
    value = schema.analyse(article, b"").values[field]
    return ([value] if value else []) if field in schema.EXACT_FIELDS else value


def inverted(field: str, articles: list[Article] = ARTICLES) -> dict[bytes, list[Place]]:
    """Invert a field the obvious way, terms ascending."""
    found: dict[bytes, list[Place]] = {}
    for docnum, article in enumerate(articles):
        words = words_of(article, field)
        for word in dict.fromkeys(words):
            positions = [at for at, other in enumerate(words) if other == word]
            found.setdefault(word.encode(), []).append((docnum, positions))
    return dict(sorted(found.items()))


def live(places: list[Place], deleted: tuple[int, ...]) -> list[Place]:
    return [place for place in places if place[0] not in deleted]


def as_whoosh_keeps_it(length: int) -> int:
    return byte_to_length(length_to_byte(length))


def is_exact(reader: IndexReader) -> bool:
    leaf, _ = next(iter(reader.leaf_readers()))
    return type(leaf.codec()).__name__ == "NewsCodec"


# Terms


def test_all_searchable_fields_are_named(reader):
    assert sorted(reader.indexed_field_names()) == sorted(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_lexicon_gives_every_term_once_and_ascending(reader, field):
    assert list(reader.lexicon(field)) == list(inverted(field))


def test_all_terms_come_field_by_field(reader):
    expected = [(field, term) for field in sorted(FIELDS) for term in inverted(field)]

    assert list(reader.all_terms()) == expected


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
    for field in ("colour", "date", "article"):
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


# Postings


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


def test_blocks_bound_what_is_in_them(many):
    matcher = many.postings("body", "rest", weighting=scoring.BM25F())
    best = matcher.max_quality()
    n_blocks = 0
    while matcher.is_active():
        assert matcher.block_min_id() <= matcher.id() <= matcher.block_max_id()
        assert matcher.weight() <= matcher.block_max_weight()
        length = many.doc_field_length(matcher.id(), "body")
        assert matcher.block_min_length() <= length <= matcher.block_max_length()
        assert matcher.score() <= matcher.block_quality() * (1 + 1e-9) <= best * (1 + 1e-9)
        n_blocks += matcher.id() == matcher.block_min_id()
        matcher.next()
    assert n_blocks >= 5


def test_postings_at_their_end_still_have_the_quality_of_the_last_block(many):
    matcher = many.postings("body", "rest", weighting=scoring.BM25F())
    while matcher.is_active():
        last = matcher.block_quality()
        matcher.next()

    assert matcher.block_quality() == last


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9, 0.99, 1.0])
def test_skipping_by_quality_skips_nothing_better(many, share):
    weighting = scoring.BM25F()
    scores = {}
    matcher = many.postings("body", "word", weighting=weighting)
    threshold = matcher.max_quality() * share
    while matcher.is_active():
        scores[matcher.id()] = matcher.score()
        matcher.next()
    kept = set()
    matcher = many.postings("body", "word", weighting=weighting)
    while matcher.is_active():
        matcher.skip_to_quality(threshold)
        if matcher.is_active():
            kept.add(matcher.id())
            matcher.next()

    assert kept >= {docnum for docnum, score in scores.items() if score > threshold}


@pytest.mark.parametrize("limit", [1, 3, 10, 400])
@pytest.mark.parametrize("words", ["word rest", "early word", "early rest word"])
@pytest.mark.parametrize("join", [query.Or, query.And, query.DisjunctionMax])
def test_best_hits_are_those_of_the_whole_ranking(many, join, words, limit):
    asked = join([query.Term("body", word) for word in words.split()])
    ranking = [(hit.docnum, hit.score) for hit in many.search(asked, limit=None)]
    best = [(hit.docnum, hit.score) for hit in many.search(asked, limit=limit)]

    assert [score for _, score in best] == pytest.approx([s for _, s in ranking[:limit]])


# Articles


def test_articles_are_counted_with_and_without_deleted_ones(reader, deleted):
    assert reader.doc_count_all() == len(ARTICLES)
    assert reader.doc_count() == len(ARTICLES) - len(deleted)
    assert reader.has_deletions() == bool(deleted)
    assert [n for n in range(len(ARTICLES)) if reader.is_deleted(n)] == sorted(deleted)
    assert list(reader.all_doc_ids()) == [n for n in range(len(ARTICLES)) if n not in deleted]


def test_stored_articles_come_back_equal(reader):
    found = [reader.stored_fields(n) for n in range(len(ARTICLES))]

    assert [set(fields) for fields in found] == [{"article"}] * len(ARTICLES)
    assert [unpack(fields["article"]) for fields in found] == ARTICLES


def test_listing_stored_articles_leaves_out_deleted_ones(reader, deleted):
    ids = [a.id for n, a in enumerate(ARTICLES) if n not in deleted]

    assert [unpack(fields["article"]).id for fields in reader.all_stored_fields()] == ids


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


@pytest.mark.parametrize("name", ["date", "id_hash", "title_length", "body_length"])
def test_number_columns_are_read_and_sorted(reader, name):
    values = [schema.analyse(article, b"").values[name] for article in ARTICLES]
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
        "body_length", "content_hash", "date", "id_hash", "title_length",
    ]  # fmt: skip


# Queries

QUERIES = {
    "a word": (query.Term("body", "summit"), "a e"),
    "a stem": (query.Term("body", "run"), "a b g"),
    "a form": (query.Term("body_forms", "running"), "b c"),
    "a title word": (query.Term("title", "summit"), "a e"),
    "an id": (query.Term("id", "id with spaces"), "e"),
    "a URL": (query.Term("url", "https://example.org/a?b=1"), "a"),
    "a language": (query.Term("lang", "fr"), "c"),
    "a source": (query.Term("source", "times"), "a"),
    "an agency": (query.Term("agency", "kyodo"), "a g"),
    "an author": (query.Phrase("author", ["john", "o'brien"]), "a"),
    "no phrase across authors": (query.Phrase("author", ["roe", "john"]), ""),
    "Japanese": (query.Phrase("body_forms", ["東", "京"]), "e"),
    "an acronym": (query.Phrase("body", ["the", "u.s"]), "d"),
    "two words of a compound": (query.Phrase("title_forms", ["covid", "19"]), "d"),
    "a phrase": (query.Phrase("body", ["the", "summit"]), "a"),
    "a sloppy phrase": (query.Phrase("body", ["kim", "summit"], slop=4), "a"),
    "a phrase out of order": (query.Phrase("body", ["summit", "kim", "late"]), ""),
    "no phrase from title to body": (query.Phrase("body", ["summit", "kim", "run", "to"]), ""),
    "all": (query.And([query.Term("body", "kim"), query.Term("body", "the")]), "a f"),
    "any": (query.Or([query.Term("body", "kim"), query.Term("title", "covid")]), "a d f"),
    "not": (
        query.And([query.Term("body", "run"), query.Not(query.Term("lang", "fr"))]),
        "a b g",
    ),
    "maybe": (query.AndMaybe(query.Term("body", "kim"), query.Term("title", "run")), "a f"),
    "best of": (
        query.DisjunctionMax([query.Term("body", "case"), query.Term("title", "covid")]),
        "d",
    ),
    "a prefix": (query.Prefix("body_forms", "ru"), "a b c g"),
    "a title prefix": (query.Prefix("title_forms", "su"), "a e"),
    "a wildcard": (query.Wildcard("body_forms", "?xp*s"), "b c"),
    "a pattern": (query.Regex("body_forms", "ra.|la.e"), "a e"),
    "a fuzzy word": (query.FuzzyTerm("body_forms", "expanses", maxdist=1), "b c"),
    "variations": (query.Variations("body_forms", "run"), "a b c e g"),
    "a range": (query.TermRange("body_forms", "ran", "runs"), "a b c e g"),
    "an open range": (query.TermRange("section", "o", None), "f"),
    "a range without its ends": (
        query.TermRange("body_forms", "ran", "runs", startexcl=True, endexcl=True),
        "b c",
    ),
    "near": (query.SpanNear2([query.Term("body", "kim"), query.Term("body", "late")], slop=8), "a"),
    "first": (query.SpanFirst(query.Term("body", "kim")), "a f"),
    "everything": (query.Every(), "a b c d e f g"),
    "everything with a source": (query.Every("source"), "a b e"),
    "everything with a URL": (query.Every("url"), "a"),
    "a constant score": (query.ConstantScoreQuery(query.Prefix("body", "su")), "a e"),
    "nothing": (query.NullQuery, ""),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), QUERIES.values(), ids=QUERIES)
def test_queries_find_their_articles(searcher, deleted, asked, expected):
    ids = {"e": "id with spaces"}
    gone = {ARTICLES[docnum].id for docnum in deleted}
    wanted = {ids.get(letter, letter) for letter in expected.split()} - gone

    assert found_ids(searcher, asked) == wanted


def found_ids(searcher, asked: query.Query) -> set[str]:
    results = searcher.search(asked, limit=None)
    return {unpack(hit["article"]).id for hit in results}


def test_results_sort_by_a_column_both_ways(searcher, deleted):
    newest = sorting.FieldFacet("date", reverse=True)
    dates = [
        schema.analyse(a, b"").values["date"] for n, a in enumerate(ARTICLES) if n not in deleted
    ]

    assert sorted_dates(searcher, "date") == sorted(dates)
    assert sorted_dates(searcher, newest) == sorted(dates, reverse=True)


def sorted_dates(searcher, key: object) -> list[int]:
    column = searcher.reader().column_reader("date")
    return [column[hit.docnum] for hit in searcher.search(query.Every(), sortedby=key, limit=None)]


def test_results_group_by_a_keyword(searcher, deleted):
    groups = searcher.search(query.Every(), groupedby="lang", limit=None).groups("lang")

    expected: dict[str, list[int]] = {}
    for docnum, article in enumerate(ARTICLES):
        if docnum not in deleted:
            expected.setdefault(article.lang or "en", []).append(docnum)
    assert {name: sorted(docnums) for name, docnums in groups.items()} == expected


def test_a_filter_and_a_mask_narrow_results(searcher, deleted):
    asked, wanted = query.Term("body", "run"), query.Term("lang", "en")
    mask = query.Term("source", "ap")
    results = searcher.search(asked, filter=wanted, mask=mask, limit=None)

    assert {hit.docnum for hit in results} == {0, 6}


def test_documents_are_found_by_id(searcher):
    assert searcher.document_number(id="c") == 2
    assert searcher.document_number(id="x") is None


def test_scores_are_equal_where_whoosh_keeps_exact_lengths(tmp_path):
    short = [article for article in ARTICLES if article.id != "f"]
    asked = query.Or([query.Term("body", "summit"), query.Prefix("body", "ru")])
    rankings = []
    for name, make in MAKERS.items():
        folder = tmp_path / name
        folder.mkdir()
        make(folder, [short])
        with open_dir(str(folder)).searcher() as searcher:
            rankings.append({h.docnum: h.score for h in searcher.search(asked, limit=None)})

    assert rankings[0] == pytest.approx(rankings[1])
    assert len(rankings[0]) == 5


# Any collection, any query

words = st.sampled_from([*VOCABULARY, "kyodo", "japan", "zebra"])
text_fields = st.sampled_from(TEXT_FIELDS)
any_fields = st.sampled_from(POSITION_FIELDS)
leaves = st.one_of(
    st.builds(query.Term, st.sampled_from(FIELDS), words | st.sampled_from(["en", "fr", "2"])),
    st.builds(query.Phrase, any_fields, st.lists(words, min_size=2, max_size=3), st.integers(1, 3)),
    st.builds(query.Prefix, any_fields, words.map(lambda word: word[:2])),
    st.builds(query.Wildcard, any_fields, st.sampled_from(["r*n*s", "?un", "*s", "e*e*"])),
    st.builds(query.FuzzyTerm, text_fields, words, maxdist=st.integers(1, 2)),
    st.builds(
        query.TermRange, any_fields, words, words, st.booleans(), st.booleans()
    ),
    st.builds(query.Every, st.none() | st.sampled_from(FIELDS)),
)  # fmt: skip
queries = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=3).map(query.And),
        st.lists(parts, min_size=1, max_size=3).map(query.Or),
        parts.map(query.Not),
        st.builds(query.AndMaybe, parts, parts),
    ),
    max_leaves=5,
)


@settings(max_examples=60)
@given(collections(), st.data())
def test_random_queries_find_the_same_articles_with_both_codecs(articles, data):
    cut = data.draw(st.integers(0, len(articles) - 1))
    deleted = sorted(data.draw(st.sets(st.integers(0, len(articles) - 1))))
    batches = [batch for batch in (articles[:cut], articles[cut:]) if batch]
    asked = data.draw(st.lists(queries, min_size=1, max_size=12))
    # Whoosh's matcher of a lone Not can give a deleted article, whatever the codec.
    gone = {articles[docnum].id for docnum in deleted}
    found = []
    for make in MAKERS.values():
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), batches, deleted)
            with open_dir(folder).searcher() as searcher:
                found.append([found_ids(searcher, one) - gone for one in asked])

    assert found[0] == found[1]


def test_articles_of_the_contract_are_stored_without_loss():
    assert [unpack(pack(article)) for article in ARTICLES] == ARTICLES
