"""Faults of snippets: told where there are some, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

import newsearch
from benchmarks import passages
from benchmarks.passages import PASSAGE_CHARS, faults_of, main, most_words
from newsearch import Article


def test_most_words_counts_the_different_words_of_the_fullest_passage() -> None:
    found = [(0, 3, "oil"), (10, 13, "gas"), (PASSAGE_CHARS + 5, PASSAGE_CHARS + 8, "coal")]

    assert most_words(found) == 2
    assert most_words([*found, (PASSAGE_CHARS + 10, PASSAGE_CHARS + 14, "coal")]) == 2
    assert most_words(found[1:]) == 2
    assert most_words([]) == 0


def test_a_body_that_fits_has_no_faults_and_a_long_one_is_cut(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "The summit was long. " + "Nobody said a word to anybody there, " * 20
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        index.add([Article(id="a", body="A summit."), Article(id="b", body=long)])
        faults = {hit.id: faults_of(hit, "summit") for hit in index.search("summit")}

    assert faults == {"a": [], "b": ["ends within a sentence"]}
    monkeypatch.setattr(passages, "load_topics", lambda: ["summit"])
    main(str(tmp_path / "index"), "1")
    assert "2 snippets" in capsys.readouterr().out
