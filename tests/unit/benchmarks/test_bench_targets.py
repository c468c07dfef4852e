"""The table of targets: every row is worked out from what was measured, or says that it was not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import newsearch
from benchmarks import cli
from benchmarks.headline import HEADLINE, PLOT, TARGETS, search_times, write_readme
from benchmarks.kernels import COMPILING
from benchmarks.matches import COUNTING, LINES, figures_of
from benchmarks.report import render
from benchmarks.results import ColdRow, IndexRow, PairRow, QueryRow, Result, ThreadsRow
from benchmarks.targets import Target, targets

MACHINE = {"processor": "p", "cores": 2, "memory_gib": 1, "system": "s", "python": "3"}


def _corpus(name: str, articles: int) -> dict[str, Any]:
    return {"name": name, "digest": "d" * 64, "articles": articles, "text_bytes": 9, "origin": "o"}


def _load(peer: str, corpus: str, articles: int, seconds: float) -> IndexRow:
    return IndexRow(peer, corpus, articles, 100, 1, (seconds,), (seconds,), 85, 1 << 30, 500)


def _own(corpus: str, kind: str, ms: float) -> QueryRow:
    return QueryRow("newsearch", corpus, kind, 200, 200, (ms,), ms, ms, ms)


@pytest.fixture
def result() -> Result:
    names = {"c": 50_000, "c[:1000]": 1000, "generated:100k": 100_000, "generated:1M": 1_000_000}
    return Result(
        question="targets",
        options={},
        machine=MACHINE | {"commit": "abc"},
        corpora=[_corpus(name, articles) for name, articles in names.items()],
        indexing=[
            _load("newsearch", "c", 50_000, 5.0),
            _load("tantivy", "c", 50_000, 12.5),
            _load("newsearch", "generated:100k", 100_000, 10.0),
            _load("newsearch", "generated:1M", 1_000_000, 120.0),
        ],
        querying=[
            *(_own("c", kind, ms) for kind, ms in (("prefix", 1.0), ("letter", 3.0))),
            *(_own(f"generated:{size}", "or", ms) for size, ms in (("100k", 1.0), ("1M", 4.0))),
        ],
        pairs=[
            PairRow("c", "or", "tantivy", 200, 1.0, 5.0, 3.0, 10.0),
            PairRow("c", "or", "pisa", 200, 1.0, 1.6),
            PairRow("c", "or", "lucene", 90, 1.2, 1.0),
            PairRow("c", "or", "newsearch-daily", 200, 1.0, 1.25),
            PairRow("c[:1000]", "or", "tantivy", 200, 0.9, 1.0),
        ],
        cold=[
            ColdRow("python", "python -c pass", (0.01,), 10),
            ColdRow("import newsearch", "python", (0.04,), 10),
            ColdRow("python with numpy and click", "python", (0.1,), 10),
            ColdRow("newsearch query", "python", (0.15,), 10),
        ],
        threads=[
            ThreadsRow("newsearch", "c", "or", 1, 100, (4.0,)),
            ThreadsRow("newsearch", "c", "or", 2, 100, (3.0,)),
            ThreadsRow("newsearch", "c", "or", 1, 100, (2.0,), "search_many"),
            ThreadsRow("newsearch", "c", "or", 2, 100, (1.25,), "search_many"),
        ],
        figures={COMPILING: 30.0, COUNTING: 2.0},
    )


@pytest.mark.parametrize(
    ("what", "value", "verdict"),
    [
        ("loading: articles a second ÷ tantivy's", 2.5, "must held"),
        ("peak memory while loading", 1024, "must held"),
        ("index size", 1.0, "MISSED"),
        ("OR top 10, mean", 0.2, "must held"),
        ("OR top 10, p99", 0.3, "MISSED"),
        ("AND top 10", None, "not measured"),
        ("prefix of 1 letter ÷ of 3 to 5", 3.0, "must held"),
        ("or ÷ the fastest other peer's (lucene)", 1.2, "MISSED"),
        ("or on c[:1000] ÷ the fastest peer's (tantivy)", 0.9, "aim held"),
        ("or: 365 daily loads", 1.25, "must held"),
        ("or: `search_many` with 2 threads, queries a second ÷ 1 thread's", 1.6, "MISSED"),
        ("or: `search_many` with 2 threads, queries a second ÷ one", 3.2, "must held"),
        ("cold `newsearch query`", 1.5, "must held"),
        ("all kernels compiled", 30.0, "MISSED"),
        ("`import newsearch`", 30.0, "must held"),
        ("100,000 → 1,000,000 articles: load time an article", 1.2, "MISSED"),
        ("100,000 → 1,000,000 articles: p50 of or", 4.0, "must held"),
        ("facets or counts by day over 100 k matches", 2.0, "must held"),
        ("10,000 concordance lines", None, "not measured"),
    ],
)
def test_row_is_worked_out_from_what_was_measured(
    result: Result, what: str, value: float | None, verdict: str
) -> None:
    (row,) = (row for row in targets(result) if row.what.startswith(what))
    assert row.value == (None if value is None else pytest.approx(value))
    assert row.verdict == verdict


def test_rows_without_measurements_say_so(result: Result) -> None:
    empty = Result("targets", {}, result.machine, corpora=[_corpus("c", 9)])
    assert {row.verdict for row in targets(empty)} == {"not measured"}


@pytest.mark.parametrize(
    ("value", "is_least", "verdict"),
    [
        (1.0, False, "aim held"),
        (2.0, False, "must held"),
        (2.1, False, "MISSED"),
        (2.0, True, "must held"),
        (1.9, True, "MISSED"),
    ],
)
def test_limits_hold_when_they_are_reached_exactly(
    value: float, is_least: bool, verdict: str
) -> None:
    aim = 3.0 if is_least else 1.0
    assert Target("x", value, 2.0, aim, is_least=is_least).verdict == verdict


def test_row_with_no_limit_that_must_hold_says_whether_the_aim_does() -> None:
    rows = [Target("x", value, None, 1.0) for value in (0.9, 1.1)] + [Target("x", 2.0)]
    assert [row.verdict for row in rows] == ["aim held", "aim missed", "no target"]


def test_report_begins_with_the_table(result: Result) -> None:
    text = render(result, "tantivy")
    assert "| OR top 10, mean ÷ tantivy's | 0.2 × | 0.25 × | 0.15 × | must held |" in text


def test_what_is_done_with_matches_is_timed_as_far_as_there_are_any(tmp_path: Path) -> None:
    with newsearch.open_index(tmp_path / "index", create=True) as index:
        assert figures_of(index) == {}
        index.add({"text": "Towers."})
        assert figures_of(index).keys() == {COUNTING}
        index.add({"text": "The pier."})
        assert figures_of(index).keys() == {COUNTING, LINES}


@pytest.mark.slow
def test_targets_run_with_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSEARCH_DATA", str(tmp_path / "none"))
    output = tmp_path / "targets.json"
    arguments = ["targets", "--quick", "--peers", "sqlite-fts5", "--output", str(output)]
    done = CliRunner().invoke(cli.main, arguments)
    assert done.exit_code == 0, done.output
    result = Result.load(output)
    assert {row.corpus for row in result.querying} == {"generated:300[:300]", "generated:300[:150]"}
    assert "| OR top 10, mean ÷ tantivy's | – |" in output.with_suffix(".md").read_text()


def test_first_lines_of_the_readme_are_three_figures_and_a_plot(
    result: Result, tmp_path: Path
) -> None:
    result.querying.insert(0, _own("c", "or", 1.0))
    result.labels["lucene"] = "lucene 9"
    readme = tmp_path / "README.md"
    old = "\n\n".join((HEADLINE[0], "as it was", HEADLINE[1], *TARGETS))
    readme.write_text(f"# B\n\n{old}\n\nrest\n")

    plot = write_readme([result], readme)

    text = readme.read_text()
    assert text.startswith(f"# B\n\n{HEADLINE[0]}\n\n- **1 ms** to find the ten best of 50,000")
    assert "5.0 × as fast as tantivy" in text
    assert "**10,000 articles a second**" in text
    assert "**0.15 s** from `newsearch query`" in text
    assert "| OR top 10, mean ÷ tantivy's | 0.2 ×" in text.split(TARGETS[0])[1]
    assert text.endswith(f"{TARGETS[1]}\n\nrest\n")
    assert "as it was" not in text
    assert plot is None or plot.name == PLOT
    assert list(search_times([result])) == ["newsearch", "lucene 9", "pisa", "tantivy"]


def test_readme_is_not_written_from_results_without_searches(
    result: Result, tmp_path: Path
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("\n".join(HEADLINE))
    result.querying.clear()
    with pytest.raises(ValueError, match="no result has newsearch"):
        write_readme([result], readme)


def test_readme_without_marks_is_left_as_it_is(result: Result, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("mine")
    result.querying.insert(0, _own("c", "or", 1.0))
    with pytest.raises(ValueError, match="no lines"):
        write_readme([result], readme)
    assert readme.read_text() == "mine"


def test_engine_is_called_what_the_result_says(result: Result) -> None:
    result.querying.append(_own("c", "or", 1.0))
    result.labels["newsearch"] = "newsearch on another codec"
    assert "| newsearch on another codec | 1 / 1 |" in render(result, "tantivy")
