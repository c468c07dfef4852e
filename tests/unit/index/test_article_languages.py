from pathlib import Path

import pytest

import newsearch
from newsearch.article import Article
from newsearch.index.article_languages import language_of_most
from newsearch.index.directory import open_directory
from newsearch.index.load import load

GERMAN = (
    "Der Minister sagte, dass die Gespräche mit dem Gesandten weitergehen, bis man sich darüber"
    " einig ist, was an der Grenze zu tun sei, und dass er nicht vorher abreisen werde."
)
ENGLISH = (
    "The minister said that the talks with the envoy would go on until they had agreed on what"
    " was to be done about the border, and that he was not going to leave before then."
)


def loaded(folder: Path, articles: list[Article], language: str = "") -> newsearch.Index:
    load(open_directory(folder, create=True), articles, language=language)
    return newsearch.Index(folder)


def languages(index: newsearch.Index) -> dict[str, str]:
    return {one["id"]: one.get("lang", "") for one in index.scan("*")}


def test_an_article_that_names_no_language_is_in_the_one_its_text_tells(tmp_path: Path) -> None:
    articles = [Article(id="de", body=GERMAN), Article(id="en", body=ENGLISH)]
    with loaded(tmp_path / "index", articles) as index:
        assert languages(index) == {"de": "de", "en": ""}
        assert [hit.id for hit in index.search("lang:german gespräch")] == ["de"]
        assert index.count("lang:en") == 1


def test_the_language_that_an_article_names_counts(tmp_path: Path) -> None:
    with loaded(tmp_path / "index", [Article(id="a", body=GERMAN, lang="nl")]) as index:
        assert languages(index) == {"a": "nl"}


@pytest.mark.parametrize("language", ["de", "auto"])
def test_short_articles_are_in_the_language_of_the_load(tmp_path: Path, language: str) -> None:
    articles = [
        *(Article(id=name, body=f"{name} {GERMAN}") for name in "ab"),
        Article(id="en", body=ENGLISH),
        Article(id="short", title="Merkel in Berlin"),
    ]
    with loaded(tmp_path / "index", articles, language) as index:
        assert languages(index) == {"a": "de", "b": "de", "en": "en", "short": "de"}


def test_an_article_read_from_an_index_is_unchanged_when_it_is_added_again(tmp_path: Path) -> None:
    with loaded(tmp_path / "index", [Article(id="de", body=GERMAN)]) as index:
        again = index.get("de")
        assert again is not None
        assert index.add([again, Article(id="de", body=GERMAN)]).unchanged == 2


def test_language_of_most_is_named_or_told_and_empty_where_there_is_none() -> None:
    assert language_of_most([]) == language_of_most([Article(body="Trump")]) == ""
    assert language_of_most([Article(body=GERMAN), Article(body="x", lang="German")]) == "de"
    many = [Article(body=f"{n} {ENGLISH if n % 3 else GERMAN}") for n in range(900)]
    assert language_of_most(many) == "en"
