"""Whatever happens to the files of an index: it is found, or it cannot change an answer.

Each case is one way to damage a file: bytes flipped, cut off, added, zeroed, swapped or lost, and
values changed under checksums that are right. Everything that reads runs with NumPy and compiled,
so do checks, copies and repairs. They may raise our own errors only, within some time and memory.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from support.damaging import faults, write_sample

LONG = [
    pytest.param(range(start, start + 1_000), marks=pytest.mark.long, id=f"from-{start}")
    for start in range(0, 20_000, 1_000)
]


SOME = [
    pytest.param(range(15), id="some"),
    pytest.param(range(15, 400), marks=pytest.mark.slow, id="more"),
]


@pytest.mark.parametrize("cases", [*SOME, *LONG])
def test_damage_is_found_or_changes_no_answer(cases: range, tmp_path: Path) -> None:
    path = tmp_path / "index"
    write_sample(path)

    assert faults(path, cases) == []
