"""The power may be lost: what was reported is on the disk, and an index is old or new."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from support.grep import files_with
from support.power_loss import after_power_loss, recorded

import newsearch
from newsearch import Article

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="names of open files are not told")

Change = Callable[[newsearch.Index], object]


def add(texts: dict[str, str]) -> Change:
    return lambda index: index.add([Article(id=i, body=body) for i, body in texts.items()])


CHANGES: list[Change] = [
    add({"a": "old text", "b": "other text", "c": "third text"}),
    add({"a": "new text", "d": "fourth text"}),
    lambda index: index.delete("c"),
    add({str(n): "more text" for n in range(4)}),
    lambda index: index.delete(["a", "1"], purge=True),
    lambda index: index.delete("2"),
    lambda index: index.compact(),
]
PURGE = 4


def change(path: Path, number: int) -> None:
    with newsearch.open_index(path, create=True) as index:
        CHANGES[number](index)


def texts(path: Path) -> dict[str, str]:
    with newsearch.open_index(path) as index:
        assert index.check() == []
        return {record["id"]: record["body"] for record in index.scan("*")}


def lose_power(tmp_path: Path, *, every: int, n_draws: int, seed: int) -> int:
    """Lose power at each so many-th moment of the life of an index; return how often."""
    expected: list[dict[str, str]] = [{}]
    for number in range(len(CHANGES)):
        change(tmp_path / "expected", number)
        expected.append(texts(tmp_path / "expected"))
    root, disk = tmp_path / "root", tmp_path / "disk"
    root.mkdir()
    archive = Path("news", "archive")
    steps = [partial(change, root / archive, number) for number in range(len(CHANGES))]
    n_states = 0
    moments = recorded(steps, root)[::every]
    for moment in after_power_loss(moments, disk, n_draws=n_draws, seed=seed):
        path = disk / archive
        newsearch.open_index(path, create=True).close()
        allowed = expected[moment.n_reported : moment.n_reported + 2]
        assert texts(path) in allowed
        if moment.n_reported > PURGE:
            assert files_with(path, [b"new text"]) == {}
        n_states += 1
    return n_states


def test_a_loss_of_power_leaves_what_was_reported(tmp_path: Path) -> None:
    assert lose_power(tmp_path, every=12, n_draws=1, seed=1) > 10


@pytest.mark.slow
def test_a_loss_of_power_at_any_moment_leaves_what_was_reported(tmp_path: Path) -> None:
    assert lose_power(tmp_path, every=1, n_draws=3, seed=2) > 400


@pytest.mark.long
def test_many_losses_of_power_leave_what_was_reported(tmp_path: Path) -> None:
    assert lose_power(tmp_path, every=1, n_draws=60, seed=3) > 8_000
