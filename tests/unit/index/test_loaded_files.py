"""Loading again: what is read, what is skipped, and what is pruned."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import newsearch
from newsearch.answers.reports import LoadReport
from newsearch.errors import ArticleError
from newsearch.index.commit import LOADED_NAME
from newsearch.sources import stream as streams

PROSE = "The harbour board voted on Tuesday to rebuild the {} pier, which a storm had broken."


def write(file: Path, *words: str, ids: bool = True) -> None:
    """Write an article for each word, whose id the word is."""
    rows = [{"body": PROSE.format(word)} | ({"id": word} if ids else {}) for word in words]
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


class Archive:
    """A folder of files, its index, and the files that the last load opened."""

    def __init__(self, root: Path) -> None:
        self.files, self.index = root / "files", root / "index"
        self.files.mkdir(exist_ok=True, parents=True)
        self.opened: list[str] = []

    def load(self, *paths: Path, prune: bool = False, **options: Any) -> LoadReport:
        self.opened.clear()
        with newsearch.open_index(self.index, create=True) as index:
            return index.add(newsearch.read(paths or [self.files], **options), prune=prune)

    @property
    def ids(self) -> set[str]:
        with newsearch.open_index(self.index) as index:
            return {row["id"] for row in index.scan("*", fields=["id"])}


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    made = Archive(tmp_path)
    read = streams.read_file

    def noted(path: str, *rest: Any) -> Any:
        made.opened.append(Path(path).name)
        return read(path, *rest)

    monkeypatch.setattr(streams, "read_file", noted)
    return made


def age(file: Path, seconds: int = 100) -> None:
    os.utime(file, (file.stat().st_mtime - seconds,) * 2)


def test_only_files_that_changed_are_read_again(archive: Archive) -> None:
    write(archive.files / "a.jsonl", "alpha", "beta")
    write(archive.files / "b.jsonl", "gamma")
    archive.load()
    write(archive.files / "b.jsonl", "gamma", "delta")
    report = archive.load()
    assert (archive.opened, report.added, report.unchanged) == (["b.jsonl"], 1, 3)


@pytest.fixture(params=[1 << 24, 1], ids=["small", "large"])
def files_of_a_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All files are small, or large ones, of which a thread makes the digest."""
    monkeypatch.setattr("newsearch.index.loaded_files._LARGE_BYTES", request.param)


@pytest.mark.usefixtures("files_of_a_size")
@pytest.mark.parametrize("seconds", [0, 100])
def test_a_file_of_the_same_content_is_not_read_whatever_its_time(
    archive: Archive, seconds: int
) -> None:
    write(archive.files / "a.jsonl", "alpha")
    archive.load()
    age(archive.files / "a.jsonl", seconds)
    assert (archive.load().unchanged, archive.opened) == (1, [])


@pytest.mark.usefixtures("files_of_a_size")
def test_a_file_of_the_same_size_with_other_content_is_read(archive: Archive) -> None:
    file = archive.files / "a.jsonl"
    write(file, "alpha")
    age(file)
    archive.load()
    write(file, "omega")
    age(file, 50)
    archive.load()
    assert "omega" in archive.ids


def test_a_file_that_changes_within_one_tick_of_the_clock_is_read(archive: Archive) -> None:
    file = archive.files / "a.jsonl"
    write(file, "alpha")
    status = file.stat()
    archive.load()
    write(file, "omega")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    archive.load()
    assert "omega" in archive.ids


@pytest.mark.parametrize(
    "options", [{"map": {"title": "body"}}, {"id_prefix": "x-"}, {"language": "de"}]
)
def test_other_options_read_all_files_again(archive: Archive, options: dict[str, Any]) -> None:
    write(archive.files / "a.jsonl", "alpha")
    archive.load()
    archive.load(**options)
    assert archive.opened == ["a.jsonl"]


def test_other_readers_read_all_files_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(archive.files / "a.jsonl", "alpha")
    archive.load()
    monkeypatch.setattr("newsearch.sources.known._code_digest", lambda: b"of a later version")
    archive.load()
    assert archive.opened == ["a.jsonl"]


def test_a_file_with_a_rejected_line_is_read_again_and_named_again(archive: Archive) -> None:
    write(archive.files / "a.jsonl", "alpha")
    with (archive.files / "a.jsonl").open("a") as file:
        file.write("no JSON\n")
    first, second = archive.load(), archive.load()
    assert first.rejected == second.rejected != []


def test_a_deleted_article_comes_back_with_the_next_load(archive: Archive) -> None:
    write(archive.files / "a.jsonl", "alpha", "beta")
    archive.load()
    with newsearch.open_index(archive.index) as index:
        index.delete("alpha")
    assert (archive.load().added, archive.ids) == (1, {"alpha", "beta"})


def test_a_purged_article_stays_out_and_no_file_names_it(archive: Archive) -> None:
    write(archive.files / "secret.jsonl", "alpha")
    write(archive.files / "b.jsonl", "beta")
    archive.load()
    assert b"secret" in (archive.index / LOADED_NAME).read_bytes()
    with newsearch.open_index(archive.index) as index:
        index.delete("alpha", purge=True)
    assert b"secret" not in (archive.index / LOADED_NAME).read_bytes()
    report = archive.load()
    assert (archive.opened, report.rejected.n_all, report.unchanged) == (["secret.jsonl"], 1, 1)


def test_compacting_forgets_the_files_of_deleted_articles(archive: Archive) -> None:
    write(archive.files / "secret.jsonl", "alpha")
    write(archive.files / "b.jsonl", "beta", "gamma")
    archive.load()
    with newsearch.open_index(archive.index) as index:
        index.delete(["alpha", "beta"])
        index.compact()
    assert b"secret" not in (archive.index / LOADED_NAME).read_bytes()
    assert archive.load().added == 2


@pytest.mark.parametrize("change", ["rebuild", "compact", "check"])
def test_what_is_known_survives_upkeep(archive: Archive, change: str) -> None:
    write(archive.files / "a.jsonl", "alpha")
    archive.load()
    with newsearch.open_index(archive.index) as index:
        getattr(index, change)()
    assert (archive.load().unchanged, archive.opened) == (1, [])


def test_a_copy_knows_the_files_too(archive: Archive, tmp_path: Path) -> None:
    write(archive.files / "a.jsonl", "alpha")
    archive.load()
    with newsearch.open_index(archive.index) as index:
        index.copy(tmp_path / "copy")
    archive.index = tmp_path / "copy"
    assert (archive.load().unchanged, archive.opened) == (1, [])


def test_an_index_of_an_earlier_commit_reads_all_files(archive: Archive, tmp_path: Path) -> None:
    write(archive.files / "a.jsonl", "alpha")
    archive.load()
    shutil.copytree(archive.index, tmp_path / "earlier")
    (archive.files / "a.jsonl").write_text('{"id": "alpha", "body": "The pier is whole."}\n')
    archive.load()
    shutil.copy(archive.index / LOADED_NAME, tmp_path / "earlier")
    archive.index = tmp_path / "earlier"
    assert archive.load().updated == 1


@pytest.mark.parametrize("position", [0, 30, 100, -1])
def test_damage_to_what_is_known_reads_all_files(archive: Archive, position: int) -> None:
    write(archive.files / "a.jsonl", "alpha")
    archive.load()
    damaged = bytearray((archive.index / LOADED_NAME).read_bytes())
    damaged[position] ^= 0xFF
    (archive.index / LOADED_NAME).write_bytes(damaged)
    assert (archive.load().unchanged, archive.ids) == (1, {"alpha"})


def test_check_names_damage_to_what_is_known_and_repair_ends_it(archive: Archive) -> None:
    write(archive.files / "a.jsonl", "alpha")
    archive.load()
    (archive.index / LOADED_NAME).write_bytes(b"nonsense")
    with newsearch.open_index(str(archive.index)) as index:
        assert [LOADED_NAME in line for line in index.check()] == [True]
    with newsearch.open_index(archive.index) as index:
        index.repair()
        assert index.check() == []


def test_an_interrupted_load_knows_nothing_that_is_not_committed(archive: Archive) -> None:
    write(archive.files / "a.jsonl", "alpha")
    write(archive.files / "b.jsonl", "beta")

    def stop(_number: int) -> None:
        raise KeyboardInterrupt

    index = newsearch.open_index(archive.index, create=True)
    with index, pytest.raises(KeyboardInterrupt):
        index.add(newsearch.read(archive.files), progress=stop)
    assert archive.load().added == 2


def test_a_checkpoint_keeps_what_was_read(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsearch.index.load.CHECKPOINT_INTERVAL_S", -1.0)
    monkeypatch.setattr("newsearch.index.load._BATCH_ARTICLES", 1)
    for name in "abc":
        write(archive.files / f"{name}.jsonl", name)

    def stop(number: int) -> None:
        if number == 3:
            raise KeyboardInterrupt

    index = newsearch.open_index(archive.index, create=True)
    with index, pytest.raises(KeyboardInterrupt):
        index.add(newsearch.read(archive.files), progress=stop)
    archive.load()
    assert "a.jsonl" not in archive.opened
    assert archive.ids == {"a", "b", "c"}


def test_pruning_deletes_articles_of_files_that_vanished_or_moved(archive: Archive) -> None:
    for name in ("gone", "moved", "stays"):
        write(archive.files / f"{name}.jsonl", name)
    (archive.files / "page.txt").write_text(PROSE.format("old") + "\n\n" + PROSE.format("new"))
    archive.load()
    (archive.files / "gone.jsonl").unlink()
    (archive.files / "moved.jsonl").rename(archive.files / "elsewhere.jsonl")
    (archive.files / "page.txt").rename(archive.files / "page2.txt")
    assert archive.load().pruned == 0
    report = archive.load(prune=True)
    assert report.pruned == 2
    assert archive.ids == {"moved", "stays", "files/page2.txt"}
    assert "2 pruned" in str(report)


def test_pruning_leaves_other_folders_alone(archive: Archive) -> None:
    write(archive.files / "one" / "a.jsonl", "alpha")
    write(archive.files / "one2" / "b.jsonl", "beta")
    archive.load()
    shutil.rmtree(archive.files / "one2")
    archive.load(archive.files / "one", prune=True)
    assert archive.ids == {"alpha", "beta"}


def test_pruning_deletes_what_a_file_has_left_out(archive: Archive) -> None:
    file = archive.files / "a.jsonl"
    write(file, "alpha", "beta", "gamma")
    archive.load()
    write(file, "alpha")
    archive.load()
    assert archive.ids == {"alpha", "beta", "gamma"}
    assert (archive.load(prune=True).pruned, archive.ids) == (2, {"alpha"})


def test_pruning_keeps_what_another_file_has_and_reads_that_again(archive: Archive) -> None:
    write(archive.files / "a.jsonl", "alpha")
    (archive.files / "b.jsonl").write_text('{"id": "alpha", "body": "Another text of alpha."}\n')
    archive.load()
    (archive.files / "b.jsonl").unlink()
    assert (archive.load(prune=True).pruned, archive.ids) == (0, {"alpha"})
    assert archive.load().updated == 1


def test_pruning_deletes_nothing_that_a_damaged_file_cannot_give(archive: Archive) -> None:
    file = archive.files / "a.jsonl"
    write(file, "alpha", "beta")
    archive.load()
    file.write_bytes(file.read_bytes()[:-20])
    assert (archive.load(prune=True).pruned, archive.ids) == (0, {"alpha", "beta"})


def test_an_empty_folder_prunes_nothing_and_says_so(archive: Archive) -> None:
    write(archive.files / "a.jsonl", "alpha")
    archive.load()
    (archive.files / "a.jsonl").unlink()
    report = archive.load(prune=True)
    assert (report.pruned, archive.ids) == (0, {"alpha"})
    assert "no article was pruned" in report.notes[-1].reason


def test_excluded_files_are_neither_read_nor_pruned(archive: Archive) -> None:
    for name in ("a.jsonl", "drafts/b.jsonl", "2019/c.jsonl", "2019/old/d.jsonl"):
        write(archive.files / name, name)
    archive.load(exclude=["drafts", "2019/o*"])
    assert archive.ids == {"a.jsonl", "2019/c.jsonl"}
    archive.load(exclude="2019", prune=True)
    assert archive.ids == {"a.jsonl", "drafts/b.jsonl", "2019/c.jsonl"}


def test_only_what_comes_from_files_can_be_pruned(archive: Archive) -> None:
    index = newsearch.open_index(archive.index, create=True)
    with index, pytest.raises(ArticleError, match=r"newsearch\.read"):
        index.add({"body": "A text."}, prune=True)


CONTENTS = st.dictionaries(
    st.sampled_from(["a.jsonl", "b.jsonl", "c/d.jsonl"]),
    st.lists(st.sampled_from("uvwxyz"), min_size=1),
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(CONTENTS, min_size=2, max_size=4))
def test_pruning_leaves_what_the_files_have(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, list[str]]]
) -> None:
    archive = Archive(tmp_path_factory.mktemp("archive"))
    for state in states:
        shutil.rmtree(archive.files)
        write(archive.files / "always.jsonl", "always")
        for name, words in state.items():
            write(archive.files / name, *words)
        archive.load(prune=True)
        assert archive.ids == {"always", *(word for words in state.values() for word in words)}
