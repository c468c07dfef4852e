"""Standard streams that are closed, full, or a terminal; short memory; signals; broken Numba."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import newsearch
from newsearch import Article
from newsearch.cli import printing

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a shell and a terminal")

HOSTILE = "\x1b]0;owned\x07 \x1b[8m \x9b31m \u202egnp.exe \x7f"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with newsearch.open_index(tmp_path / "archive", create=True) as index:
        body = f"Oil rose. {HOSTILE} {'More of it. ' * 3_000}"
        index.add([Article(id=f"1{HOSTILE}", title=f"Oil {HOSTILE}", body=body, source=HOSTILE)])
    return tmp_path


def shell(folder: Path, command: str) -> tuple[int, str, str]:
    done = subprocess.run(
        ["sh", "-c", command.replace("newsearch", f"{sys.executable} -m newsearch")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NEWSEARCH_INDEX": "archive"},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("command", "status", "message"),
    [
        ("newsearch query oil >&-", 2, "standard output: is closed"),
        ("newsearch stats >/dev/full", 2, "standard output: no space left on device"),
        ("newsearch show -- 2 2>/dev/full", 1, ""),
        ("newsearch query nothing 2>&-", 1, ""),
        ("newsearch query oil >/dev/null 2>&-", 0, ""),
        ("newsearch index - <&-", 1, "standard input is closed"),
    ],
)
def test_a_stream_that_is_closed_or_full_has_its_message_and_status(
    folder: Path, command: str, status: int, message: str
) -> None:
    found, _, err = shell(folder, command)

    assert found == status
    assert message in err
    assert "unexpected" not in err
    assert "Exception" not in err


def test_a_command_runs_in_as_much_memory_as_its_imports_need_or_says_so(folder: Path) -> None:
    status, _, err = shell(folder, "ulimit -v 200000; newsearch query oil")

    assert status == 0 or "memory" in err


def test_files_are_read_where_standard_input_is_no_stream_of_bytes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.jsonl").write_text('{"text": "Envoys met."}\n')
    for stream in (io.StringIO('{"text": "Talks."}\n'), None):
        monkeypatch.setattr(sys, "stdin", stream)
        assert len(list(newsearch.read(folder / "a.jsonl"))) == 1
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"text": "Talks."}\n'))
    assert [article.body for article in newsearch.read("-", format="jsonl")] == ["Talks."]


@pytest.mark.parametrize(
    "command",
    [
        *(f"query oil {form}" for form in ("", "--csv", "--json", "--jsonl", "--color always")),
        *(f"show {name}" for name in ("'*'", "nothing")),
        "query oil --source '*'",
        "run queries.jsonl",
        f"query 'oil {HOSTILE}' --explain",
        f"index '{HOSTILE}'",
        f"delete '{HOSTILE}'",
    ],
)
def test_nothing_of_an_article_or_a_name_steers_a_terminal(folder: Path, command: str) -> None:
    import pty

    (folder / "queries.jsonl").write_text('{"id": 1, "text": "oil"}\n')
    command = command.replace("'*'", f"'1{HOSTILE}'")
    primary, secondary = pty.openpty()
    with subprocess.Popen(
        ["sh", "-c", f"{sys.executable} -m newsearch {command}"],
        cwd=folder,
        stdin=secondary,
        stdout=secondary,
        stderr=secondary,
        env={**os.environ, "NEWSEARCH_INDEX": "archive", "PYTHONUTF8": "1"},
    ):
        os.close(secondary)
        printed = b"".join(iter(lambda: _read(primary), b"")).decode()

    for style in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[33m", "\x1b[39m", "\x1b[1;33m"):
        printed = printed.replace(style, "")
    assert printed
    assert not set(printed) & set("\x1b\x07\x9b\u202e\x7f")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux says so at the end
        return b""


def test_files_and_pipes_get_data_as_it_is(folder: Path) -> None:
    _, out, _ = shell(folder, "newsearch query oil --csv")

    assert "\x1b]0;owned\x07" in out
    assert printing.for_stream(HOSTILE, io.StringIO()) == HOSTILE


@pytest.mark.parametrize(
    ("sent", "status", "message"),
    [
        (signal.SIGTERM, 143, "ended by SIGTERM"),
        (signal.SIGHUP, 129, "ended by SIGHUP"),
        (signal.SIGINT, 130, "interrupted"),
    ],
)
def test_a_load_that_is_asked_to_end_says_what_is_kept(
    folder: Path, sent: signal.Signals, status: int, message: str
) -> None:
    if signal.getsignal(sent) is signal.SIG_IGN:
        pytest.skip("whoever runs the tests ignores the signal, and so does the load")
    with subprocess.Popen(
        [sys.executable, "-m", "newsearch", "index", "-", "--format", "jsonl", "-i", "archive"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        while not (folder / "archive" / "MAIN_WRITELOCK").read_text():
            time.sleep(0.01)
        process.stdin.write('{"text": "Envoys met."}\n')
        process.send_signal(sent)
        _, err = process.communicate(timeout=60)

    assert process.returncode == status
    assert "archive holds 1 article; run the command again to go on" in err
    assert message in err


def test_an_interruption_before_the_command_is_loaded_shows_no_traceback(tmp_path: Path) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        pytest.skip("whoever runs the tests ignores the signal")
    interrupting = "import signal\nsignal.raise_signal(signal.SIGINT)\n"
    (tmp_path / "click.py").write_text(interrupting)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    done = subprocess.run(
        [sys.executable, "-m", "newsearch", "stats"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )

    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_whoever_may_add_files_to_a_folder_may_open_its_lock(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o775)
    newsearch.open_index(shared, create=True).add(Article(body="Envoys met."))

    assert (shared / "MAIN_WRITELOCK").stat().st_mode & 0o777 == 0o664


@pytest.mark.slow
def test_a_large_load_is_done_without_numba_where_it_cannot_be_loaded(folder: Path) -> None:
    stub = folder / "stub" / "numba.py"
    stub.parent.mkdir()
    stub.write_text('raise ImportError("Numba needs an older NumPy")')
    bodies = [f"Rivers rose in town{number}. " * 42 for number in range(1_100)]
    lines = [json.dumps({"id": f"r{n}", "body": body}) for n, body in enumerate(bodies)]
    (folder / "rivers.jsonl").write_text("\n".join(lines))

    status, out, err = shell(
        folder,
        "export PYTHONPATH=stub; newsearch index rivers.jsonl && newsearch query --count town7",
    )

    assert (status, out.splitlines()[-1]) == (0, "1")
    assert err.count("Numba needs an older NumPy") == 1
