"""Which key of a record, or column of a table, is which field; and articles in envelopes."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsearch.article import Article
from newsearch.cli import run
from newsearch.errors import SourceError
from newsearch.fields import FIELDS, fold_name
from newsearch.sources import ArticleStream, read

PROSE = (
    "The harbour board voted on Tuesday to rebuild the northern pier, which a storm had broken"
    " in March. Work begins in May, the chair of the board said."
)


def stream_of(folder: Path, value: Any, name: str = "a.jsonl", **options: Any) -> ArticleStream:
    (folder / name).write_text(value if isinstance(value, str) else json.dumps(value))
    return read(folder / name, **options)


def article_of(folder: Path, value: Any, **options: Any) -> Article:
    (article,) = stream_of(folder, value, **options)
    return article


def notes(stream: ArticleStream) -> str:
    return "\n".join(remark.reason for remark in stream.notes)


def test_no_name_stands_for_two_fields() -> None:
    names = [fold_name(name) for field in FIELDS for name in field.in_files]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("Publication Title", "source"),
        ("publication_date", "date"),
        ("publicationDate", "date"),
        ("PUBLICATION-DATE", "date"),
        ("dc:creator", "author"),
        ("Überschrift", "title"),
        ("Título", "title"),
        ("見出し", "title"),
        ("제목", "title"),
        ("日付", "date"),
        ("Дата публикации", "date"),
        ("short_description", "body"),
        ("web_url", "url"),
        ("_id", "id"),
        ("category", "section"),
        ("Texte de l'article", "body"),
        ("Nom du journal", "source"),
        ("Name of the newspaper", "source"),
        ("post_content", "body"),
        ("新闻来源", "source"),
        ("記者名", "author"),
        ("기사본문", "body"),
        ("اسم الكاتب", "author"),
        ("titre_article", "title"),
        ("Título de la noticia", "title"),
        ("Title (original)", "title"),
        ("Haber Başlığı", "title"),
        ("Название", "title"),
        ("Document text", "body"),
        ("Besedilo", "body"),
        ("firstPublicationDate", "date"),
        ("Publié le", "date"),
        ("Pub. title", "source"),
        ("Name der Zeitung", "source"),
        ("Written by", "author"),
        ("Provider", "source"),
        ("title_clean", "title"),
        ("Autor/a", "author"),
        ("Titel des Artikels", "title"),
        ("Назва", "title"),
        ("सामग्री", "body"),
        ("תוכן הכתבה", "body"),
        ("Erschienen am", "date"),
        ("תאריך פרסום", "date"),
        ("Дата виходу", "date"),
        ("dc.date", "date"),
        ("Nom du média", "source"),
        ("掲載紙", "source"),
        ("기고자", "author"),
        ("執筆者", "author"),
        ("Журналист", "author"),
        ("fields.byline", "author"),
        ("통합 분류1", "section"),
        ("קטגוריה", "section"),
        ("Link zum Artikel", "url"),
        ("Enlace a la noticia", "url"),
        ("Haber linki", "url"),
        ("DOCNO", "id"),
        ("뉴스 식별자", "id"),
    ],
)
def test_key_is_known_in_many_spellings_and_languages(tmp_path: Path, key: str, field: str) -> None:
    value = "2019-03-05" if field == "date" else "Lowmere"
    article = article_of(tmp_path, {"headline" if field != "title" else "text": "x", key: value})
    assert str(getattr(article, field)).strip("(',)") == value
    assert article.extra == {}


def test_by_before_the_name_of_an_author_is_left_out(tmp_path: Path) -> None:
    record = {"text": "x", "byline": {"original": "By Mara Quill"}}
    assert article_of(tmp_path, record).author == ("Mara Quill",)


def test_own_name_comes_before_its_other_spellings(tmp_path: Path) -> None:
    article = article_of(tmp_path, {"_id": "1", "text": "x", "id": "2"})
    assert (article.id, article.extra) == ("2", {"_id": "1"})


def test_unknown_key_with_the_longest_prose_is_the_body_and_a_note_says_so(tmp_path: Path) -> None:
    records = [{"Kopf": "Pier", "Wortlaut": PROSE, "blurb": "Read on. " * 9} for _ in range(3)]
    stream = stream_of(tmp_path, "\n".join(map(json.dumps, records)))
    assert [article.body for article in stream] == [PROSE] * 3
    assert (
        notes(stream)
        == "'Wortlaut' is the body, for its texts are the longest; else use --map body=KEY"
    )


@pytest.mark.parametrize(
    ("value", "field"), [("Kajen byggs om i vår", "title"), ("Kultur", "section")]
)
def test_rubrik_is_a_headline_or_a_section_by_what_it_holds(
    tmp_path: Path, value: str, field: str
) -> None:
    stream = stream_of(tmp_path, {"Rubrik": value, "Brödtext": "x", "Datum": "2019-03-05"})
    assert [getattr(article, field) for article in stream] == [value]
    assert ("holds headlines" in notes(stream)) == (field == "title")


def test_summary_is_the_body_only_where_no_text_is_longer(tmp_path: Path) -> None:
    summary = "A board voted."
    assert article_of(tmp_path, {"title": "t", "abstract": summary}).body == summary
    long = article_of(tmp_path, {"title": "t", "abstract": summary, "words_of_it": PROSE})
    assert (long.body, long.extra) == (PROSE, {"abstract": summary})


@pytest.mark.parametrize(
    ("key", "value", "date"),
    [
        ("erschienen", "05.03.2019", "2019-03-05"),
        ("went out", "March 5, 2019", "2019-03-05"),
        ("crawled", "2019-03-05", ""),
        ("last_updated", "2019-03-05", ""),
        ("number", "20190305", ""),
        ("remark", "Elections in March 2019", ""),
    ],
)
def test_unknown_key_with_dates_is_the_date(
    tmp_path: Path, key: str, value: str, date: str
) -> None:
    stream = stream_of(tmp_path, {"text": "x", key: value})
    (article,) = stream
    assert str(article.date or "") == date
    assert ("holds dates" in notes(stream)) == bool(date)


@pytest.mark.parametrize(
    ("parts", "date"),
    [
        ({"year": 2019, "month": 3, "day": 5}, "2019-03-05"),
        ({"Year": "2019", "Month": "March", "Day": "05"}, "2019-03-05"),
        ({"jahr": 2019.0, "monat": 3.0, "tag": 5.0}, "2019-03-05"),
        ({"year": 2019, "month": 3}, "2019-03"),
        ({"year": 2019, "month": 3, "day": 0}, "2019-03"),
        ({"year": 2019, "month": 2, "day": 30}, ""),
        ({"year": 2019, "pages": 3}, ""),
        ({"month": 3, "day": 5}, ""),
        ({"year": 2019, "month": 3, "day": 5, "date": "2018"}, "2018"),
    ],
)
def test_date_in_parts_is_put_together(tmp_path: Path, parts: dict[str, Any], date: str) -> None:
    assert str(article_of(tmp_path, {"text": "x"} | parts).date or "") == date


def test_of_two_unknown_keys_with_dates_none_is_the_date(tmp_path: Path) -> None:
    days = {"printed": "2019-03-05", "sold": "2019-03-06"}
    assert article_of(tmp_path, {"text": "x"} | days).date is None


def test_map_names_the_keys_of_fields_before_all_others(tmp_path: Path) -> None:
    record = {"body": "short", "Lead Text": PROSE, "kopf": "Pier", "title": "no"}
    article = article_of(tmp_path, record, map={"body": "lead_text", "title": "kopf"})
    assert (article.title, article.body) == ("Pier", PROSE)
    assert article.extra == {"body": "short", "title": "no"}


def test_map_to_a_key_that_is_missing_is_noted_and_an_unknown_field_is_an_error(
    tmp_path: Path,
) -> None:
    stream = stream_of(tmp_path, {"text": "x"}, map={"title": "Kopf"})
    assert [article.body for article in stream] == ["x"]
    assert notes(stream) == "no key 'Kopf', from which title was to be taken"
    with pytest.raises(SourceError, match="'titel' is no field; the fields are title, body"):
        read(tmp_path, map={"titel": "Kopf"})


def test_file_in_which_no_record_has_a_body_is_an_error_that_names_the_keys(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, {"title": "Pier", "words": "It is up."})
    assert [article.title for article in stream] == ["Pier"]
    assert "no row has a body; name its key with --map body=KEY" in stream.rejected[0].reason
    assert "'words'" in stream.rejected[0].reason
    headlines = stream_of(tmp_path, {"title": "Pier", "date": "2019-03-05"})
    assert (len(list(headlines)), headlines.rejected) == (1, [])


ONE = {"title": "One", "text": PROSE}
TWO = {"title": "Two", "text": PROSE}


@pytest.mark.parametrize(
    "envelope",
    [
        {"status": "ok", "articles": [ONE, TWO]},
        {"response": {"status": "ok", "results": [ONE, TWO]}},
        {"response": {"docs": [{"headline": {"main": "One"}, "lead_paragraph": PROSE}, TWO]}},
        {
            "hits": {
                "total": 2,
                "hits": [{"_id": "1", "_source": ONE}, {"_id": "2", "_source": TWO}],
            }
        },
        {
            "@graph": [
                {"@type": "WebSite", "name": "x"},
                {"headline": "One", "articleBody": "x"},
                TWO,
            ]
        },
        {"type": "FeatureCollection", "features": [{"properties": ONE}, {"properties": TWO}]},
        {"data": [{"id": 1, "attributes": ONE}, {"id": 2, "attributes": TWO}]},
        {"data": {"edges": [{"node": ONE}, {"node": TWO}]}},
        {"title": "A feed", "items": [ONE, TWO]},
        {"days": [{"day": 1, "stories": [ONE]}, {"day": 2, "stories": [TWO]}]},
        {"news": [ONE, TWO], "facets": [{"term": "a"}, {"term": "b"}, {"term": "c"}]},
        [{"article": ONE}, {"article": TWO}],
        [[ONE], [TWO]],
        {"a": ONE, "b": TWO},
        {"news": {"a": ONE, "b": TWO}},
        {"data": {"children": [{"kind": "t3", "data": ONE}, {"kind": "t3", "data": TWO}]}},
        {key: {"0": ONE[key], "1": TWO[key]} for key in ONE},
        {key: [ONE[key], TWO[key]] for key in ONE},
        {"columns": [*ONE], "index": [0, 1], "data": [[*ONE.values()], [*TWO.values()]]},
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize("indent", [None, 1])
def test_articles_are_found_in_envelopes(
    tmp_path: Path, envelope: Any, name: str, indent: int | None
) -> None:
    stream = stream_of(tmp_path, json.dumps(envelope, indent=indent), name)
    assert [article.title for article in stream] == ["One", "Two"]
    assert stream.rejected == []


def test_note_says_where_in_an_envelope_the_articles_were(tmp_path: Path) -> None:
    stream = stream_of(tmp_path, {"response": {"docs": [ONE, TWO]}})
    assert len(list(stream)) == 2
    assert notes(stream) == "the articles are those of 'response.docs'"


@pytest.mark.parametrize(
    "record",
    [
        {"title": "One", "text": PROSE, "related": [TWO, TWO]},
        {"title": "One", "text": PROSE, "publisher": {"name": "Post", "text": "x"}},
        {"title": "One", "abstract": "x", "media": [{"title": "a"}, {"title": "b"}]},
        {"title": "One", "author": {"title": "Editor", "text": "x"}},
        {"title": ["One"], "text": ["x"], "topics": ["a"]},
        {"title": ["One"], "text": ["x", "y"]},
        {"title": {"rendered": "One"}, "content": {"rendered": "x"}},
        {"title": "One", "columns": ["a", "b"], "data": [["x", "y"]]},
    ],
)
def test_what_an_article_lists_is_no_article(tmp_path: Path, record: dict[str, Any]) -> None:
    assert article_of(tmp_path, record).title == "One"


BLOCKS = [{"type": "paragraph", "text": PROSE}, {"type": "paragraph", "text": "Work begins."}]


@pytest.mark.parametrize(
    "body",
    [
        BLOCKS,
        {"time": 1, "blocks": [{"type": "paragraph", "data": {"text": t["text"]}} for t in BLOCKS]},
        {"blocks": BLOCKS, "entityMap": {}},
        {"type": "doc", "content": [{"type": "paragraph", "content": [t]} for t in BLOCKS]},
    ],
)
def test_body_that_an_editor_keeps_in_blocks_is_one_text(tmp_path: Path, body: Any) -> None:
    for record in ({"title": "One", "content": body}, {"article": {"title": "One", "body": body}}):
        article = article_of(tmp_path, record)
        assert (article.title, article.body) == ("One", f"{PROSE}\nWork begins.")


def test_pieces_of_a_line_of_an_editor_are_a_line(tmp_path: Path) -> None:
    pieces = [{"type": "text", "text": text} for text in ("The board ", "voted", " again.")]
    record = {"title": "One", "body": {"type": "doc", "content": [{"content": pieces}]}}
    assert article_of(tmp_path, record).body == "The board voted again."


@pytest.mark.parametrize("key", ["meta", "metadata", "thread"])
def test_object_beside_the_text_tells_what_the_record_does_not(tmp_path: Path, key: str) -> None:
    told = {"date": "2019-03-05", "source": "Post", "title": "Two", "words": 9}
    article = article_of(tmp_path, {"headline": "One", "text": PROSE, key: told})
    assert (article.title, str(article.date), article.source) == ("One", "2019-03-05", "Post")
    assert article.extra == {key: {"title": "Two", "words": 9}}
    nested = article_of(tmp_path, {"article": {"title": "One", "text": PROSE}, key: told})
    assert (nested.title, str(nested.date)) == ("One", "2019-03-05")


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: {"value": text, "format": "plain"},  # Drupal
        lambda text: [{"value": text}],
        lambda text: {"@language": "en", "@value": text},
        lambda text: {"en-US": text},  # Contentful
        lambda text: {"S": text},  # DynamoDB
        lambda text: {"stringValue": text},  # Firestore
        lambda text: {"node": {"name": text}},  # GraphQL
        lambda text: {"data": {"id": 7, "attributes": {"name": text}}},  # Strapi
    ],
)
def test_object_that_stands_for_a_text_is_that_text(
    tmp_path: Path, wrap: Callable[[str], object]
) -> None:
    given = {"title": "One", "body": PROSE, "date": "2019-03-05", "author": "Mara Quill"}
    article = article_of(tmp_path, {key: wrap(text) for key, text in given.items()})
    assert (article.title, article.body, str(article.date)) == ("One", PROSE, "2019-03-05")
    assert article.author == ("Mara Quill",)


@pytest.mark.parametrize(
    "author",
    [
        {"@type": "Person", "givenName": "Mara", "familyName": "Quill"},
        [{"last_name": "Quill", "first_name": "Mara", "id": 3}],
        {"display_name": "Mara Quill", "id": 3},
    ],
)
def test_parts_of_the_name_of_an_author_are_put_together(tmp_path: Path, author: object) -> None:
    assert article_of(tmp_path, {"text": "x", "author": author}).author == ("Mara Quill",)


def test_source_may_be_an_object_with_a_title(tmp_path: Path) -> None:
    record = ONE | {"source": {"uri": "post.example", "title": "Lowmere Post"}}
    assert article_of(tmp_path, record).source == "Lowmere Post"


def test_lines_for_a_search_server_give_the_next_line_its_id(tmp_path: Path) -> None:
    actions: list[dict[str, Any]] = [{"index": {"_index": "news", "_id": "7"}}, {"create": {}}]
    lines = "\n".join(map(json.dumps, [actions[0], ONE, actions[1], TWO]))
    stream = stream_of(tmp_path, lines)
    assert [(article.id == "7", article.title) for article in stream] == [
        (True, "One"),
        (False, "Two"),
    ]
    assert stream.rejected == []


@pytest.mark.parametrize("cut", [-2, -20])
def test_envelope_that_breaks_off_keeps_the_articles_before(tmp_path: Path, cut: int) -> None:
    text = json.dumps({"articles": [ONE, TWO]})[:cut]
    stream = stream_of(tmp_path, text, "a.json")
    assert [article.title for article in stream] == ["One", "Two"][: 2 if cut == -2 else 1]
    assert "not JSON" in stream.rejected[0].reason


def test_id_of_a_search_server_is_taken_unless_the_article_has_its_own(tmp_path: Path) -> None:
    assert article_of(tmp_path, {"_id": "7", "_source": ONE}).id == "7"
    assert article_of(tmp_path, {"_id": "7", "_source": ONE | {"id": "a"}}).id == "a"


def test_dates_and_ids_of_mongodb_are_understood(tmp_path: Path) -> None:
    record = {"_id": {"$oid": "5f"}, "text": "x", "date": {"$date": "2019-03-05T00:00:00Z"}}
    article = article_of(tmp_path, record)
    assert (article.id, str(article.date)) == ("5f", "2019-03-05T00:00:00Z")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
@pytest.mark.parametrize("line_end", ["\n", ""])
def test_envelope_far_larger_than_an_article_is_read_in_bounded_memory(
    tmp_path: Path, name: str, line_end: str
) -> None:
    meta = '{"meta": {"n": 3, "tags": ["a", {"b": 1}]}, "response": {"docs": ['
    with (tmp_path / name).open("w") as file:
        file.write(meta.replace("{", "{" + line_end, 1))
        one = json.dumps({"title": "One", "text": PROSE * 20})
        file.write(f",{line_end}".join([one] * 10_000))
        file.write(']}, "next": null}\n')
    tracemalloc.start()
    try:
        stream = read(tmp_path / name)
        n_articles = sum(1 for _ in stream)
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (n_articles, stream.rejected) == (10_000, [])
    assert notes(stream).startswith("the articles are those of 'response.docs'")
    assert peak_bytes < 100_000_000


def test_command_takes_fields_from_the_keys_that_map_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.csv").write_text("Kopf,Lang,Nr\nPier,It is up.,7\n")
    index = str(tmp_path / "index")
    options = ["--map", "title=Kopf", "--map", "body=Lang", "--strict"]
    assert run(["index", str(tmp_path / "a.csv"), *options, "-i", index]) == 0
    assert run(["query", "pier", "up", "-i", index]) == 0
    assert run(["index", str(tmp_path / "a.csv"), "--map", "Lang", "-i", index]) == 2
    assert "write it as body=Story" in capsys.readouterr().err


def test_what_programs_write_for_a_missing_value_is_none(tmp_path: Path) -> None:
    record = {"title": "Pier", "body": "Up.", "author": "nan", "source": "NULL", "lang": "None"}
    article = article_of(tmp_path, record)
    assert (article.author, article.source, article.lang) == ((), "", "")


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        ("['Ilse Brandt', 'Omar Said']", ("Ilse Brandt", "Omar Said")),
        ('["Ilse Brandt", "Omar Said"]', ("Ilse Brandt", "Omar Said")),
        ("{'name': 'Ilse Brandt'}", ("Ilse Brandt",)),
        ("[]", ()),
        ("-", ()),
        ("Ilse  Brandt | Omar Said", ("Ilse Brandt", "Omar Said")),
        ("Von Ilse Brandt", ("Ilse Brandt",)),
        ("Ilse Brandt, Omar Said", ("Ilse Brandt", "Omar Said")),
        (
            "By Ilse Brandt, Omar Said and J. van der Berg",
            ("Ilse Brandt", "Omar Said", "J. van der Berg"),
        ),
        ("Ilse Brandt und Omar Said", ("Ilse Brandt", "Omar Said")),
        ("Brandt, Ilse", ("Brandt, Ilse",)),
        ("Ilse Brandt, Jr.", ("Ilse Brandt, Jr.",)),
        ("Ilse Brandt, Staff Writer", ("Ilse Brandt",)),
        ("Ilse Brandt, Lowmere Post", ("Ilse Brandt",)),
        ("By Ilse Brandt, Lowmere Post staff", ("Ilse Brandt",)),
        ("BY ILSE BRANDT AND OMAR SAID, Associated Press", ("ILSE BRANDT", "OMAR SAID")),
        ("Ilse Brandt/AP", ("Ilse Brandt",)),
        ("Ilse Brandt | March 5, 2019", ("Ilse Brandt",)),
        ("Ilse Brandt\nOmar Said", ("Ilse Brandt", "Omar Said")),
        ("ilse@example.com (Ilse Brandt)", ("Ilse Brandt",)),
        ("Ilse Brandt <ilse@example.com>", ("Ilse Brandt",)),
        ("ilse@example.com", ("ilse@example.com",)),
        ("di Ilse Brandt e Omar Said", ("Ilse Brandt", "Omar Said")),
        ("Łukasz Żak i Jan Kowalski", ("Łukasz Żak", "Jan Kowalski")),
        ("Автор: Иван Петров", ("Иван Петров",)),
        ("Иван Петров и Анна Иванова", ("Иван Петров", "Анна Иванова")),
        ("Ali Demir ve Ayşe Kaya", ("Ali Demir", "Ayşe Kaya")),
        ("记者 王小明", ("王小明",)),
        ("홍길동 기자", ("홍길동",)),
        ("José Ortega y Gasset", ("José Ortega y Gasset",)),
        ("Ole Brandt; Post, Emily", ("Ole Brandt", "Post, Emily")),
        ("Harbour and Sea Desk", ("Harbour and Sea Desk",)),
        ("Von Miller", ("Von Miller",)),
        ("[Ilse Brandt]", ("[Ilse Brandt]",)),
        ("['Ilse Brandt'", ("['Ilse Brandt'",)),
        ("[" * 900, ("[" * 900,)),
    ],
)
def test_lists_that_programs_wrote_into_a_text_are_read(
    tmp_path: Path, written: str, authors: tuple[str, ...]
) -> None:
    assert article_of(tmp_path, {"text": "x", "authors": written}).author == authors


def test_an_object_that_python_wrote_into_a_cell_is_a_source_and_a_title_stays(
    tmp_path: Path,
) -> None:
    record = {"title": "['a']", "body": "x", "source": "{'id': None, 'name': 'Lowmere Post'}"}
    article = article_of(tmp_path, record)
    assert (article.title, article.source) == ("['a']", "Lowmere Post")


def test_numbers_of_mongodb_are_read(tmp_path: Path) -> None:
    date = {"$date": {"$numberLong": "1551780000000"}}
    article = article_of(tmp_path, {"_id": {"$numberLong": "17"}, "title": "Pier", "date": date})
    assert (article.id, str(article.date)) == ("17", "2019-03-05T10:00:00Z")
