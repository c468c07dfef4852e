"""An index is made anew from its stored articles: in another format, by newer rules, in place."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest
from support.damaging import write_sample
from support.segment_contents import sections
from support.segment_files import seal, seal_head, table_start

import newsearch
from newsearch.analysis.detection import detect
from newsearch.cli import run
from newsearch.codec.framing import ArrayFile
from newsearch.errors import IndexingError
from newsearch.index.repair import rebuild_index

FRENCH = "Le président de la République et le ministre ont parlé de la paix dans le monde. " * 9


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "index"
    write_sample(path)
    with newsearch.open_index(path) as index:
        index.add({"id": "secret", "text": "Nobody may read this again."})
        index.delete("secret", purge=True)
        index.delete("a12")
    (path / "user" / "alerts").mkdir(parents=True)
    (path / "user" / "alerts" / "mine.json").write_text("{}")
    return path


@pytest.fixture
def index(tmp_path: Path, whole: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "index"))


@pytest.fixture
def older(index: Path) -> Path:
    """The index as an older version would have made it: without what is not of its articles."""
    for path in (*index.glob("*.seg"), *index.glob("*.del"), index / "blocked"):
        content = bytearray(path.read_bytes())
        struct.pack_into("<H", content, 8, 1)
        if path.suffix == ".seg":
            _hide(content, b"text/postings")
        seal_head(content)
        path.write_bytes(content)
    (index / "newsearch.json").write_text('{"newsearch": 1}')
    return index


def _hide(content: bytearray, section: bytes) -> None:
    at = content.index(section.ljust(40, b"\0"), table_start(content))
    content[at : at + 40] = b"something else".ljust(40, b"\0")


def articles(path: Path) -> list[newsearch.Article]:
    with newsearch.open_index(path) as index:
        assert index.check() == []
        return [hit.article for hit in index.search("*", limit=None, sort="newest")]


def test_an_index_of_an_older_format_is_opened_for_a_rebuild_alone(
    older: Path, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in older.iterdir() if path.is_file()}
    for command in (["query", "envoys"], ["stats"], ["index", str(older / "user")], ["check"]):
        assert run([*command, "-i", str(older)]) == 2
        assert "older version of newsearch" in (said := capsys.readouterr().err)
        assert said.endswith("run 'newsearch rebuild'\n")
    assert {path: path.read_bytes() for path in before} == before

    assert run(["rebuild", "-i", str(older)]) == 0

    assert capsys.readouterr().out == "337 articles indexed again\n"
    assert articles(older) == articles(whole)
    with newsearch.open_index(older) as index:
        assert index.add({"id": "secret", "text": "Nobody may read this again."}).rejected
    assert (older / "user" / "alerts" / "mine.json").read_text() == "{}"
    assert not any(path.exists() for path in before if path.suffix == ".seg")


def test_a_rebuilt_index_is_byte_for_byte_a_fresh_one(index: Path, tmp_path: Path) -> None:
    kept = articles(index)
    with newsearch.open_index(index) as opened, newsearch.open_index(index) as reader:
        taken: list[int] = []
        assert opened.rebuild(progress=taken.append) == len(opened) == 337
        assert taken == list(range(1, 338))
        assert len(reader) == 337
        assert reader.refresh()
        assert reader.check() == []

    assert articles(index) == kept
    by_id = {article.id: article for article in kept}
    order = [f"a{number}" for number in range(340) if f"a{number}" in by_id]
    with newsearch.open_index(tmp_path / "fresh", create=True) as fresh:
        fresh.add([by_id[one] for one in order])
    assert sections(index) == sections(tmp_path / "fresh")


def test_an_article_gets_the_language_that_newer_rules_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        with monkeypatch.context() as patch:
            patch.setattr("newsearch.index.article_languages.detect", lambda *_: "en")
            index.add(
                [{"id": "told", "text": FRENCH}, {"id": "given", "text": FRENCH, "lang": "de"}]
            )
        assert detect("", FRENCH, "en") == "fr"
        assert index.count("lang:fr") == 0

        index.rebuild()

        assert [hit.id for hit in index.search("lang:fr")] == ["told"]
        assert [hit.id for hit in index.search("lang:de")] == ["given"]
        unchanged = index.add({"id": "told", "text": FRENCH})
        assert unchanged.unchanged == 1


@pytest.mark.parametrize("damage", ["stored/frames", "deletions", "contents"])
def test_what_cannot_be_read_is_told_and_left_alone(older: Path, damage: str) -> None:
    segment = max(older.glob("*.seg"), key=lambda path: path.stat().st_size)
    if damage == "deletions":
        next(older.glob("*.del")).unlink()
    elif damage == "contents":
        max(older.glob("*.toc")).write_bytes(b"")
    else:
        with ArrayFile(segment) as file:
            at = file.sections[damage].offset + 500
        content = bytearray(segment.read_bytes())
        content[at] ^= 1
        segment.write_bytes(content)
    before = {path: path.read_bytes() for path in older.iterdir() if path.is_file()}

    with pytest.raises(IndexingError, match="--repair"):
        rebuild_index(older, wait_s=0)

    after = {path: path.read_bytes() for path in older.iterdir() if path.is_file()}
    after.pop(older / "MAIN_WRITELOCK")
    before.pop(older / "MAIN_WRITELOCK")
    assert after == before
    assert run(["check", "--repair", "-i", str(older)]) in (0, 3)
    assert 200 < len(articles(older)) <= 339


def test_a_segment_of_another_layout_or_a_newer_version_is_left_alone(older: Path) -> None:
    segment = next(older.glob("*.seg"))
    content = bytearray(segment.read_bytes())
    _hide(content, b"stored/frames")
    seal(content)
    segment.write_bytes(content)
    with pytest.raises(IndexingError, match=segment.name):
        rebuild_index(older, wait_s=0)
    assert segment.read_bytes() == content

    (older / "newsearch.json").write_text('{"newsearch": 99}')
    for command in (["rebuild"], ["check", "--repair"]):
        assert run([*command, "-i", str(older)]) == 2
    assert segment.read_bytes() == content
