"""A line on a terminal tells how far a long command is, and goes away at its end."""

from __future__ import annotations

import itertools

import pytest

from newsearch.cli import progress


def test_progress_is_shown_on_a_terminal_after_a_second_and_taken_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "is_terminal", lambda _: True)
    seconds = itertools.count(100)
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(seconds))

    with progress.progress_shown(lambda n_articles: n_articles / 50) as shown:
        assert shown is not None
        shown(10)
        shown(20)
    first, second, blank = capsys.readouterr().err.strip("\r").split("\r")
    assert first == "10 articles, 10/s, 20%, 0:00:04 left"
    assert second.rstrip() == "20 articles, 10/s, 40%, 0:00:03 left"
    assert not blank.strip()


def test_no_progress_is_shown_where_nobody_looks_on(capsys: pytest.CaptureFixture[str]) -> None:
    with progress.progress_shown(lambda _: 0) as shown:
        assert shown is None
    assert capsys.readouterr().err == ""
