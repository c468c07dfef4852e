"""What a new field costs: a row of the table of fields, and an attribute of `Article`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent

NEW_FIELD = {
    "fields.py": (
        '    Field("place", "words", ',
        '    Field("desk", "words", "who edited it", ("desk", "newsdesk"), example="foreign"),\n',
    ),
    "article.py": ('    place: str = ""\n', '    desk: str = ""\n'),
}
"""All files that a field is told in, beside README: before which text, and with which."""

ARTICLES = [
    {"id": "a", "body": "Envoys met in Seoul.", "newsdesk": "Foreign News"},
    {"id": "b", "body": "Envoys met in Tokyo.", "desk": "Sports"},
    {"id": "c", "body": "A foreign desk is nothing but words."},
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a newsearch that has one more field, and an index of some articles."""
    folder = tmp_path_factory.mktemp("archive")
    shutil.copytree(
        REPOSITORY / "newsearch",
        folder / "newsearch",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name, (before, added) in NEW_FIELD.items():
        file = folder / "newsearch" / name
        told = file.read_text("utf-8")
        assert told.count(before) == 1
        file.write_text(told.replace(before, added + before), "utf-8")
    lines = "".join(json.dumps(article) + "\n" for article in ARTICLES)
    (folder / "articles.jsonl").write_text(lines, "utf-8")
    assert "3 added" in newsearch(folder, "index", "articles.jsonl")
    return folder


def newsearch(folder: Path, *words: str) -> str:
    """Return what a command of the changed newsearch prints."""
    command = [sys.executable, "-m", "newsearch", *words]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("question", ["desk:foreign", 'desk:"foreign news"', "envoys -desk:sports"])
def test_a_field_told_in_two_files_filters(question: str, archive: Path) -> None:
    answer = json.loads(newsearch(archive, "query", "--json", "--", question))

    assert [hit["id"] for hit in answer["hits"]] == ["a"]


def test_a_field_told_in_two_files_is_shown(archive: Path) -> None:
    assert "desk: Foreign News" in newsearch(archive, "show", "a").splitlines()
    assert json.loads(newsearch(archive, "show", "b", "--json"))["desk"] == "Sports"
