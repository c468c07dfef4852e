"""What users hold can be sent to another process."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

import newsearch
from newsearch import errors

ERRORS = [
    errors.NewsearchError("broken"),
    errors.ArticleError("no text"),
    errors.SourceError("a.txt", "not UTF-8", line=3),
    errors.QueryError("too long", column=4, hint="write less"),
    errors.UnknownFieldError("no field is called colour", column=1),
    errors.UnknownLanguageError("no language klingon"),
    errors.IndexingError("archive", "cannot be written"),
    errors.IndexNotFoundError("archive", "no index here"),
    errors.IndexLockedError("archive", "another process is writing"),
    errors.CorruptIndexError("archive", "the checksum differs"),
]


def restored(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def subclasses(kind: type) -> set[type]:
    return {kind}.union(*map(subclasses, kind.__subclasses__()))


def test_every_error_is_tried() -> None:
    assert {type(error) for error in ERRORS} == subclasses(errors.NewsearchError)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("made_again", [restored, copy.copy])
def test_an_error_says_the_same_in_another_process(error: Exception, made_again: Any) -> None:
    again = made_again(error)

    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> newsearch.Index:
    monkeypatch.chdir(tmp_path)
    index = newsearch.open_index("archive", create=True)
    index.add([newsearch.Article(id="1", title="Oil prices", body="Oil rose.", source="AP")])
    return index


def test_an_index_is_sent_as_its_path(index, tmp_path, monkeypatch) -> None:
    sent = pickle.dumps(index)
    monkeypatch.chdir(tmp_path.parent)

    assert len(pickle.loads(sent)) == 1


def test_results_that_were_sent_need_no_index(index) -> None:
    results = index.search("oil", limit=1)
    again = restored(results)
    index.close()

    assert [hit.as_dict() for hit in again] == [hit.as_dict() for hit in results]
    assert again.as_dict() == results.as_dict()
    assert (again.plan, again.total) == (results.plan, 1)
    assert again[0].article == results[0].article


def test_advice_is_sent_with_results(index) -> None:
    results = index.search("oyl", strict=True)

    assert restored(results).advice == results.advice
    assert results.advice


def test_an_article_is_sent_whole() -> None:
    article = newsearch.Article(id="1", body="x", date="2020-07", author=("A", "B"), extra={"k": 1})

    assert restored(article) == article
