"""An index of stock Whoosh as a source of articles."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from whoosh import fields, index

import newsearch
from newsearch.cli import run
from newsearch.errors import SourceError
from newsearch.sources import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index with the fields that its owner chose, of which one article is deleted."""
    schema = fields.Schema(
        path=fields.ID(stored=True, unique=True),
        headline=fields.TEXT(stored=True),
        story=fields.TEXT(stored=True),
        published=fields.DATETIME(stored=True),
        hidden=fields.TEXT,
    )
    path = tmp_path / "old"
    path.mkdir()
    writer = index.create_in(path, schema).writer()
    for number, title in enumerate(("Pier", "Ferry", "Gone")):
        day = datetime(2019, 3, 5 + number)
        text = f"{title} is up."
        writer.add_document(
            path=f"/{number}", headline=title, story=text, published=day, hidden="x"
        )
    writer.commit()
    index.open_dir(path).delete_by_term("path", "/2")
    return path


def test_stored_fields_are_columns(folder: Path) -> None:
    stream = read(folder, format="whoosh", trust=True, id_from="path")
    articles = [(one.title, one.body, str(one.date)) for one in stream]
    assert articles[0] == ("Pier", "Pier is up.", "2019-03-05")
    assert [title for title, *_ in articles] == ["Pier", "Ferry"]
    assert stream.rejected == []


def test_index_is_read_only_when_it_is_trusted(folder: Path) -> None:
    with pytest.raises(SourceError, match="can run any code; add --trust"):
        read(folder, format="whoosh")
    stream = read(folder.parent)
    assert list(stream) == []
    assert [note.reason for note in stream.notes] == [
        "skipped, a Whoosh index; --format whoosh --trust reads it"
    ]


def test_folder_without_an_index_is_one_error(tmp_path: Path) -> None:
    stream = read(tmp_path, format="whoosh", trust=True)
    assert list(stream) == []
    assert "no Whoosh index that can be read" in stream.rejected[0].reason
    assert stream.rejected[0].path == str(tmp_path)


def test_command_takes_an_index_over(folder: Path, tmp_path: Path) -> None:
    new = str(tmp_path / "new")
    options = ["--format", "whoosh", "--map", "id=path"]
    assert run(["index", str(folder), *options, "-i", new]) == 2
    assert run(["index", str(folder), *options, "--trust", "-i", new]) == 0
    with newsearch.open_index(new) as archive:
        assert [hit.id for hit in archive.search("ferry")] == ["/1"]
        assert archive.count("gone") == 0
