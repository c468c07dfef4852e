"""What a dry run tells of files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import newsearch
from newsearch.cli import run
from newsearch.operations.dry_run import dry_run

RIVER = (
    "Der Fluss war am Montag über die Ufer getreten, und die Feuerwehr musste die Straße sperren. "
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "files"
    folder.mkdir()
    rows = [{"id": f"a{n}", "body": "The pier is old.", "date": f"20{10 + n}"} for n in range(4)]
    (folder / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "no JSON\n")
    (folder / "b.jsonl").write_text(json.dumps({"id": "b", "body": RIVER * 3}))
    (folder / "c.csv").write_text("id,body\nc,The board met on the pier.\n")
    (folder / "d.bin").write_bytes(bytes(range(256)) * 10)
    return folder


def test_a_dry_run_counts_kinds_languages_and_dates(folder: Path) -> None:
    found = dry_run(newsearch.read(folder))
    assert found.kinds == {"jsonl": (2, 5), "csv": (1, 1)}
    assert found.languages == {"en": 5, "de": 1}
    assert (found.first_date, found.last_date, found.undated) == ("2010-01-01", "2013-01-01", 2)
    assert len(found.samples) == 3


def test_a_dry_run_names_what_cannot_be_read(folder: Path) -> None:
    found = dry_run(newsearch.read(folder))
    assert [(Path(one.path).name, one.line, n) for one, n in found.rejected] == [("a.jsonl", 5, 1)]
    assert [Path(one.path).name for one, _ in found.notes] == ["d.bin"]


def test_the_command_tells_it_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(folder.parent.rglob("*"))
    assert run(["index", "--dry-run", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert all(told in shown for told in ("jsonl", "en 5, de 1", "2010-01-01 to 2013-01-01"))
    assert run(["index", "--dry-run", "--json", str(folder)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["articles"] == 6
    assert told["kinds"][0] == {"kind": "jsonl", "files": 2, "articles": 5}
    assert sorted(folder.parent.rglob("*")) == before


def test_a_dry_run_without_articles_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty").mkdir()
    assert run(["index", "--dry-run", str(folder / "empty")]) == 1
    assert "no article was read" in capsys.readouterr().err
