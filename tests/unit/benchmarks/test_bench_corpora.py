"""Corpora of the benchmarks: normalised, digested, found or refused."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.corpora import (
    CorpusError,
    moment_s,
    normal_date,
    parse_count,
    prepare,
    read_articles,
    sample_articles,
)


def test_corpus_keeps_the_five_keys_and_drops_articles_without_text(
    write_corpus: Callable[..., Path],
) -> None:
    path = write_corpus(
        [
            {"id": "x", "title": "Été", "body": "One.", "date": None, "topics": ["a"]},
            {"id": "y", "title": " ", "body": ""},
            {"body": "No id."},
        ]
    )
    corpus = prepare(str(path))
    articles = list(read_articles(corpus.path))
    assert articles == [
        {"id": "x", "title": "Été", "date": "", "source": "", "body": "One."},
        {"id": "line-1", "title": "", "date": "", "source": "", "body": "No id."},
    ]
    assert corpus.articles == 2
    assert corpus.text_bytes == len("Été".encode()) + len("One.") + len("No id.")


def test_corpus_digest_follows_the_articles_and_not_the_packing(
    write_corpus: Callable[..., Path], tmp_path: Path
) -> None:
    plain = write_corpus([{"id": "x", "body": "One."}])
    packed = tmp_path / "packed.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    other = write_corpus([{"id": "x", "body": "Two."}], "other.jsonl")
    assert prepare(str(plain)).digest == prepare(str(packed)).digest
    assert prepare(str(plain)).digest != prepare(str(other)).digest


def test_corpus_of_a_file_that_was_rewritten_is_prepared_again(
    write_corpus: Callable[..., Path],
) -> None:
    path = write_corpus([{"id": "x", "body": "One."}])
    first = prepare(str(path))
    write_corpus([{"id": "x", "body": "One."}, {"id": "y", "body": "Two."}])
    assert prepare(str(path)).articles == first.articles + 1


def test_corpus_can_be_cut_to_its_first_articles(small_corpus: Path) -> None:
    corpus = prepare(str(small_corpus), limit=2)
    assert [article["id"] for article in read_articles(corpus.path)] == ["a", "b"]
    assert corpus.name.endswith("[:2]")


def test_corpus_text_with_lone_surrogates_stays_utf8(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text('{"id": "x", "body": "bad \\ud800 end"}\n')
    corpus = prepare(str(path))
    assert corpus.path.read_text("utf-8").count("?") == 1


@pytest.mark.parametrize("name", ["no-such-corpus", "no-such-file.jsonl", "generated:many"])
def test_corpus_that_is_not_there_is_an_error_saying_so(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSEARCH_DATA", str(tmp_path))
    with pytest.raises(CorpusError, match=r"no such file|no docs\.jsonl|no number"):
        prepare(name)


def test_corpus_without_any_text_is_an_error(write_corpus: Callable[..., Path]) -> None:
    with pytest.raises(CorpusError, match="no article with text"):
        prepare(str(write_corpus([{"id": "x", "body": ""}])))


@pytest.mark.parametrize(("text", "count"), [("2500", 2500), ("10k", 10_000), ("1M", 1_000_000)])
def test_numbers_of_articles_are_read(text: str, count: int) -> None:
    assert parse_count(text) == count


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        ("", None),
        ("1970", 0),
        ("1970-02", 31 * 86_400),
        ("1970-01-02", 86_400),
        ("1970-01-01T00:01:00", 60),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:00:05Z", 5),
    ],
)
def test_dates_become_seconds_in_utc(date: str, seconds: int | None) -> None:
    assert moment_s(date) == seconds


@pytest.mark.parametrize(
    ("date", "normal"),
    [
        ("2008-07-2008", ""),
        ("yesterday", ""),
        ("2008-07", "2008-07-01"),
        ("2008-07-10", "2008-07-10"),
        ("2008-07-10T23:30:00-02:00", "2008-07-11T01:30:00Z"),
    ],
)
def test_dates_are_made_alike_and_unreadable_ones_left_out(date: str, normal: str) -> None:
    assert normal_date(date) == normal


def test_sample_is_spread_over_the_corpus(write_corpus: Callable[..., Path]) -> None:
    corpus = prepare(str(write_corpus([{"id": str(n), "body": "x"} for n in range(100)])))
    assert [article["id"] for article in sample_articles(corpus, 4)] == ["0", "25", "50", "75"]


@pytest.mark.slow
def test_news94k_is_the_corpus_that_the_table_was_fitted_to(shared_data: Path) -> None:
    from benchmarks.model import load_model

    corpus = prepare("news94k")
    assert (corpus.articles, load_model().articles) == (94_202, 94_202)
    assert list(next(read_articles(corpus.path))) == ["id", "title", "date", "source", "body"]
