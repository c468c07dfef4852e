"""A process may be forked at any moment, while a thread of its parent compiles too."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest
from support.inside import load_in_bulk

import newsearch
from newsearch import Article
from newsearch.index.compiler import compiler_problem

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are not forked there")


def load_and_leave(path: Path) -> None:
    signal.alarm(120)  # a wait for a lock that nobody releases would be for ever
    status = 1
    try:
        with newsearch.open_index(path, create=True) as index:
            report = index.add(Article(id="a", body="some text"))
            assert "forked" in report.notes[0].reason
            assert index.count("text") == 1
            status = 0
    finally:
        os._exit(status)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_child_forked_during_a_compilation_loads_without_the_compiler(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_in_bulk(monkeypatch)
    assert compiler_problem() == ""
    from numba.core.compiler_lock import global_compiler_lock

    is_held, may_end = threading.Event(), threading.Event()

    def compile_something() -> None:
        with global_compiler_lock:
            is_held.set()
            may_end.wait()

    thread = threading.Thread(target=compile_something)
    thread.start()
    is_held.wait()
    child = os.fork()
    if not child:
        load_and_leave(tmp_path / "archive")
    may_end.set()
    thread.join()

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert compiler_problem() == ""
