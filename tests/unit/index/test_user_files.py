"""Which files of users name or quote articles."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from newsearch.article import Article
from newsearch.index.user_files import user_files_with


def keep(folder: Path, text: str) -> None:
    (folder / "user").mkdir()
    (folder / "user" / "notes.txt").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "is_named"),
    [
        ("a1", "see a1.", True),
        ("a1", "see a11, ba1 and a1é", False),
        ("-1/x", "(-1/x)", True),
        ("-1/x", "a-1/x", False),
        ("a b", "a, b; a b", True),
        ("a.b", "a, b; aXb", False),
        ("日本/1", "[日本/1]", True),
        ("?!", "what?! yes", False),
        ("?!", "what ?! yes", True),
    ],
)
def test_a_name_is_found_where_it_stands_by_itself(
    tmp_path: Path, name: str, text: str, is_named: bool
) -> None:
    keep(tmp_path, text)

    assert user_files_with(tmp_path, [name], []) == ["user/notes.txt"] * is_named


def test_thousands_of_names_are_looked_for_in_a_long_file_at_once(tmp_path: Path) -> None:
    keep(tmp_path, " ".join(f"reuters/2019/{number}" for number in range(10_000)))
    started_s = time.process_time()

    found = user_files_with(tmp_path, [f"ap/{number}" for number in range(5_000)], [])

    assert found == []
    assert time.process_time() - started_s < 5  # a search for each of them takes 30


def test_articles_are_not_cut_into_words_where_users_keep_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsearch.index.user_files.forms", None)

    assert user_files_with(tmp_path, ["a"], [Article(id="a", body="one two three four")]) == []
