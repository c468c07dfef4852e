"""Which engine opens which target."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.memory_engine import MemoryEngine

import newsearch
from newsearch.operations import registry


@pytest.mark.parametrize("kind", [str, Path, Path.as_uri])
def test_a_folder_is_a_path_a_text_or_a_file_url(kind: type, tmp_path: Path) -> None:
    folder = tmp_path / "an index"

    with newsearch.open_index(kind(folder), create=True) as index:
        assert index.count("*") == 0

    assert (folder / "newsearch.json").is_file()


@pytest.mark.parametrize("name", [r"C:\news", "c:/news", "C://news", "news:2020", "a/b://c"])
def test_a_name_with_a_colon_is_a_folder(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(newsearch.IndexNotFoundError):
        newsearch.open_index(name)


@pytest.mark.parametrize("target", ["opensearch://host:9200/news", "OpenSearch://host", "x+y://z"])
def test_a_scheme_without_engine_is_an_error_that_says_what_works(target: str) -> None:
    with pytest.raises(newsearch.IndexingError, match=r"no engine for .*; name a folder") as caught:
        newsearch.open_index(target)

    assert caught.value.path == target
    assert "file://" in str(caught.value)


def test_a_file_url_of_another_machine_is_refused() -> None:
    with pytest.raises(newsearch.IndexingError, match="another machine"):
        newsearch.open_index("file://server/news")


def test_an_engine_is_added_by_its_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.OPENERS, "memory", lambda _url, _create: MemoryEngine())

    with newsearch.open_index("memory://news") as engine:
        engine.add([newsearch.Article(id="a", body="news")])

        assert engine.count("news") == 1
