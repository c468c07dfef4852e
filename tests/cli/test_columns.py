"""The width of what is printed."""

from __future__ import annotations

import shutil

import pytest

from newsearch.cli.printing import columns_of_terminal


@pytest.mark.parametrize("told", ["120", "0", "-3", "wide", "", None])
def test_width_of_a_terminal_is_what_shutil_says(told, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    if told is not None:
        monkeypatch.setenv("COLUMNS", told)

    assert columns_of_terminal() == shutil.get_terminal_size().columns
