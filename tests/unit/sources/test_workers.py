"""Pages read by other processes are those that one process reads, whatever happens to them."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from newsearch.errors import SourceError
from newsearch.sources import ArticleStream, read, register_reader, registry, stream
from newsearch.sources.text import read_text
from newsearch.sources.workers import Workers

N_PAGES = 40
PAGE = """\
Pier to be rebuilt after storm {n} - The Daily Pier

Pier to be rebuilt after storm {n}
By Mara Quill
{date}

The harbour board voted on Tuesday to rebuild pier {n}, which a storm had broken, at last.
The storm cut pier {n} in two and sank four boats, but nobody was hurt, the coast guard said.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pages and other files, among them some that cannot be read, or not without the others."""
    dates = ["July 10, 2020", "08/07/2020", "28/03/2019", "3 hours ago"]
    for n in range(N_PAGES):
        text = PAGE.format(n=n, date=dates[n % len(dates)])
        (tmp_path / f"{n:02}.txt").write_text(text.replace("storm", "störm"), "cp1252")
    (tmp_path / "07.jsonl").write_text('{"id": "1", "text": "Talks resumed."}\n{\n')
    (tmp_path / "09.txt").write_text("".join(json.dumps({"text": str(n)}) + "\n" for n in (1, 2)))
    (tmp_path / "11.html").write_text("<html><p>" + PAGE.format(n=11, date="").replace("\n", "<p>"))
    (tmp_path / "20.txt").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "21.txt").touch()
    (tmp_path / "22.txt.gz").write_bytes(b"\x1f\x8b\x08 cut off")
    (tmp_path / "24-gone.txt").symlink_to("nowhere")
    return tmp_path


class Watched(Workers):
    """Keeps the workers that were started."""

    started: list[Workers]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.started.append(self)

    @property
    def processes(self) -> set[subprocess.Popen[bytes]]:
        return self._running


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> list[Watched]:
    """Share the pages of all streams that are made now between two processes."""
    started: list[Watched] = []
    monkeypatch.setattr(Watched, "started", started, raising=False)
    monkeypatch.setattr(stream, "Workers", Watched)
    monkeypatch.setattr(stream, "worker_count", lambda: 2)
    monkeypatch.setattr(stream, "_PAGES_BEFORE_WORKERS", 2)
    return started


def alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ArticleStream:
    with monkeypatch.context() as patch:
        patch.setattr(stream, "worker_count", lambda: 0)
        return read(folder)


def outcome(articles: ArticleStream) -> tuple[object, ...]:
    return list(articles), articles.rejected, articles.notes, articles.bytes_read


def test_workers_tell_what_one_process_reads(
    folder: Path, shared: list[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = outcome(read(folder))

    assert found == outcome(alone(folder, monkeypatch))
    assert all(process.poll() is not None for process in shared[0].processes)
    assert len(shared[0].processes) == 2


def test_a_worker_that_is_killed_costs_no_page(
    folder: Path, shared: list[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = read(folder)
    first = [next(iter(pages)) for _ in range(3)]
    for process in tuple(shared[0].processes):
        process.kill()

    assert [*first, *pages] == list(alone(folder, monkeypatch))


def test_without_workers_that_start_one_process_reads_all(
    folder: Path, shared: list[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(folder / "no-python"))

    assert outcome(read(folder)) == outcome(alone(folder, monkeypatch))
    assert not shared[0].processes


def test_a_strict_stream_ends_at_the_same_file(folder: Path, shared: list[Watched]) -> None:
    pages = read(folder, strict=True)

    with pytest.raises(SourceError, match=r"07\.jsonl:2: not JSON"):
        list(pages)
    assert all(process.poll() is not None for process in shared[0].processes)


def test_closing_a_stream_ends_its_workers(folder: Path, shared: list[Watched]) -> None:
    pages = read(folder)
    for _ in range(5):
        next(iter(pages))
    pages.close()

    assert all(process.poll() is not None for process in shared[0].processes)


def test_readers_of_this_process_are_not_left_to_others(
    folder: Path, shared: list[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_formats", dict(vars(registry)["_formats"]))
    register_reader("text", [".txt"], read_text)

    assert list(read(folder))
    assert not shared


@pytest.mark.slow
def test_a_script_without_a_main_guard_can_have_workers(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
        from newsearch.sources import read, stream

        print("begins")
        stream.worker_count, stream._PAGES_BEFORE_WORKERS = lambda: 2, 2
        print(len(list(read({str(folder)!r}))))
        """)
    )
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=True, timeout=60
    )

    lines = done.stdout.split()
    assert lines[0] == "begins"
    assert int(lines[1]) > N_PAGES / 2
    assert len(lines) == 2
    assert not done.stderr
