"""Whatever happens to the files of an index: it is found, or it cannot change an answer.

Each case is one way to damage a file: bytes flipped, cut off, added, zeroed, swapped or lost, and
values changed under checksums that are right. Searches run with NumPy and compiled. An open, a
search or a check may raise our own errors only, within some time and memory.

NEWSEARCH_DAMAGE_CASES says how many; the long run has 20,000.
"""

from __future__ import annotations

import os
from pathlib import Path

from support.damaging import faults, write_sample

N_CASES = int(os.environ.get("NEWSEARCH_DAMAGE_CASES", "200"))


def test_damage_is_found_or_changes_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "index"
    write_sample(path)

    assert faults(path, range(N_CASES)) == []
