"""Checking an index finds every byte that is not what was written."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import newsearch
from newsearch import Article, ArticleDate

N_FLIPS = 60


@pytest.fixture
def index(tmp_path: Path) -> newsearch.Index:
    index = newsearch.open_index(tmp_path / "index", create=True)
    index.add(
        Article(
            id=str(number),
            title=f"Summit {number}",
            body=f"Envoys met in city {number % 7} and talked about expenses.",
            source="Kyodo",
            agency=("AP",),
            date=ArticleDate.parse(f"2020-07-{number % 28 + 1:02}"),
        )
        for number in range(40)
    )
    index.delete(["3"])
    return index


def problems_of(path: Path) -> list[str]:
    """What a reader of the index is told, when opening or when checking it."""
    try:
        with newsearch.open_index(path) as index:
            return index.check()
    except newsearch.IndexingError as error:
        return [str(error)]


def test_a_sound_index_has_no_problem(index: newsearch.Index) -> None:
    assert problems_of(index.path) == []


@pytest.mark.filterwarnings("ignore::UserWarning")  # a TOC is read from its copy
@pytest.mark.parametrize("ending", [".seg", pytest.param(".toc", marks=pytest.mark.slow), ".del"])
def test_every_flipped_byte_is_reported(index: newsearch.Index, ending: str) -> None:
    index.close()
    [path] = [file for file in index.path.iterdir() if file.name.endswith(ending)]
    content = path.read_bytes()
    places = range(len(content))
    if len(content) > N_FLIPS:
        places = sorted(random.Random(0).sample(places, N_FLIPS))

    for place in places:
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x20]) + content[place + 1 :])
        assert problems_of(index.path), f"byte {place} of {path.name}"


@pytest.mark.filterwarnings("ignore::UserWarning")  # a TOC is read from its copy
@pytest.mark.parametrize("ending", [".seg", pytest.param(".toc", marks=pytest.mark.slow), ".del"])
def test_every_truncation_is_reported(index: newsearch.Index, ending: str) -> None:
    index.close()
    [path] = [file for file in index.path.iterdir() if file.name.endswith(ending)]
    content = path.read_bytes()

    for size in range(0, len(content), max(1, len(content) // 40)):
        path.write_bytes(content[:size])
        assert problems_of(index.path), f"{path.name} cut to {size} bytes"
