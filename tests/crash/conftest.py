"""What all tests of crashes share."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spare the wait: what a process has written outlives it, on the disk or not."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
