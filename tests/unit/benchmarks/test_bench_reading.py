"""The benchmark of readers of tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.reading import WRITERS, measure


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_format_gives_all_articles_and_their_text(tmp_path: Path, suffix: str) -> None:
    records = [{"id": str(n), "title": "Pier", "body": f"It is {n}."} for n in range(3)]
    path = tmp_path / f"a.{suffix}"
    try:
        WRITERS[suffix](path, records)
    except ImportError:
        pytest.skip("its library is not installed")
    told = measure(str(path))
    assert (told["articles"], told["bytes"]) == (3, 3 * len("PierIt is 0."))
