"""Runs of the benchmarks: what is kept when something fails, ends early or is compared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import cli
from benchmarks.agreement import overlap
from benchmarks.check import changes, worse
from benchmarks.corpora import Corpus, prepare
from benchmarks.indexing import have_indexes, index_corpus
from benchmarks.matches import COUNTING, LINES, measure_matches
from benchmarks.peers import PEER_NAMES
from benchmarks.peers.base import ALL_KINDS
from benchmarks.processes import EngineError, EngineProcess, environment
from benchmarks.querying import QueryBench, query_corpus
from benchmarks.report import render, table
from benchmarks.results import ColdRow, IndexRow, PairRow, QueryRow, Result, pair_up, summarise
from benchmarks.run import Options, Run, empty_folder, finished_mark, index_folder
from benchmarks.scaling import measure_scale
from benchmarks.threads import THREADED_KINDS, measure_threads

# Processes of their own, each of which loads the compiler: a twentieth of the time of all tests.
pytestmark = pytest.mark.slow

QUICK = Options(rounds=2, budget_s=20.0, query_limit=5)


def _run(tmp_path: Path, *peers: str, options: Options = QUICK) -> Run:
    return Run("all", peers, options, tmp_path / "result.json", lambda _: None)


def _stored(tmp_path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads((tmp_path / "result.json").read_text())
    return record


def test_run_names_what_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSEARCH_BENCH_LUCENE_JARS", raising=False)
    run = _run(tmp_path, "lucene", "sqlite-fts5")
    assert run.peers == ["sqlite-fts5"]
    assert "no Lucene jars" in _stored(tmp_path)["skipped"]["lucene"]
    assert "lucene: skipped: no Lucene jars" in render(run.result, "tantivy")


def test_run_measures_indexing_and_every_kind_of_query(tmp_path: Path, small_corpus: Path) -> None:
    corpus = prepare(str(small_corpus))
    run = _run(tmp_path, "whoosh", "sqlite-fts5")
    query_corpus(run, corpus, index_corpus(run, corpus))
    result = Result.load(tmp_path / "result.json")
    assert [(row.peer, len(row.seconds)) for row in result.indexing] == [
        ("whoosh", 2),
        ("sqlite-fts5", 2),
    ]
    assert all(row.index_bytes > 0 and row.peak_bytes > 0 for row in result.indexing)
    assert len(result.querying) == 2 * len(ALL_KINDS)
    assert all(len(row.round_means_ms) == 2 for row in result.querying)
    shares = {row.kind: row.share for row in result.agreement}
    assert shares["count"] == 1.0
    assert shares["and"] == 1.0
    assert result == run.result


def test_failing_engine_does_not_lose_the_others_results(
    tmp_path: Path, small_corpus: Path
) -> None:
    corpus = prepare(str(small_corpus))
    run = _run(tmp_path, "whoosh", "sqlite-fts5")
    peers = index_corpus(run, corpus, rounds=1)
    empty_folder(index_folder(corpus, "whoosh"))
    query_corpus(run, corpus, peers, ("or",))
    stored = _stored(tmp_path)
    assert [row["peer"] for row in stored["querying"]] == ["sqlite-fts5"]
    assert stored["failures"][0]["peer"] == "whoosh"
    assert "EmptyIndexError" in stored["failures"][0]["reason"]


def test_engine_that_takes_too_long_is_stopped_and_named(
    tmp_path: Path, small_corpus: Path
) -> None:
    corpus = prepare(str(small_corpus))
    options = replace(QUICK, index_limit_s=0.01)
    run = _run(tmp_path, "sqlite-fts5", options=options)
    assert index_corpus(run, corpus) == []
    assert "not done with 'index' after 0 s" in _stored(tmp_path)["failures"][0]["reason"]


def test_engine_whose_process_ended_is_an_error_and_no_hang(tmp_path: Path) -> None:
    with EngineProcess("sqlite-fts5", tmp_path / "log") as engine:
        engine.close(kill=True)
        with pytest.raises((EngineError, ValueError)):
            engine.ask(5.0, do="peak")


def test_indexing_rounds_end_when_the_time_is_up(tmp_path: Path, small_corpus: Path) -> None:
    corpus = prepare(str(small_corpus))
    run = _run(tmp_path, "sqlite-fts5", options=replace(QUICK, index_budget_s=0.0))
    assert index_corpus(run, corpus) == ["sqlite-fts5"]
    assert [len(row.seconds) for row in run.result.indexing] == [1]


def test_engine_too_slow_for_a_larger_corpus_is_left_out_by_its_time_on_a_smaller(
    tmp_path: Path, small_corpus: Path
) -> None:
    corpus = prepare(str(small_corpus))
    run = _run(tmp_path, "whoosh", "sqlite-fts5", options=replace(QUICK, index_limit_s=50.0))
    smaller = corpus.text_bytes // 10
    row = IndexRow("whoosh", "smaller", 1, smaller, 1, (6.0,), (6.0,), 1, 1, 1)
    run.result.indexing.append(row)
    assert index_corpus(run, corpus) == ["sqlite-fts5"]
    (failure,) = run.result.failures
    assert failure["peer"] == "whoosh"
    assert "by its time on a smaller corpus" in failure["reason"]


def test_finished_indexes_are_reused_when_asked_for_and_unfinished_ones_never(
    tmp_path: Path, small_corpus: Path
) -> None:
    corpus = prepare(str(small_corpus))
    peers = ("whoosh", "sqlite-fts5")
    index_corpus(_run(tmp_path, *peers), corpus, rounds=1)
    finished_mark(index_folder(corpus, "whoosh")).unlink()
    run = _run(tmp_path, *peers, options=replace(QUICK, reuse=True))
    assert have_indexes(run, corpus) == list(peers)
    assert [row.peer for row in run.result.indexing] == ["whoosh"]
    again = _run(tmp_path, *peers)
    have_indexes(again, corpus)
    assert [row.peer for row in again.result.indexing] == list(peers)


def test_growth_is_measured_on_the_indexes_of_an_earlier_run_when_asked_for(
    tmp_path: Path,
) -> None:
    corpus = prepare("generated:30", seed=QUICK.seed)
    index_corpus(_run(tmp_path, "sqlite-fts5"), corpus, rounds=1)
    run = _run(tmp_path, "sqlite-fts5", options=replace(QUICK, reuse=True))

    measure_scale(run, ["30"])

    assert run.result.indexing == []
    assert {row.kind for row in run.result.querying} == {"or", "and", "phrase"}


def test_what_is_done_with_matches_is_timed_on_the_index_of_the_run(
    tmp_path: Path, small_corpus: Path
) -> None:
    corpus = prepare(str(small_corpus))
    run = _run(tmp_path, "newsearch")
    index_corpus(run, corpus, rounds=1)
    measure_matches(run, corpus)

    assert run.result.figures.keys() == {COUNTING, LINES}


def test_processes_may_keep_byte_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert "PYTHONDONTWRITEBYTECODE" not in environment()


def test_threads_share_an_open_index(tmp_path: Path, small_corpus: Path) -> None:
    corpus = prepare(str(small_corpus))
    run = _run(tmp_path, "newsearch", "sqlite-fts5")
    measure_threads(run, corpus, index_corpus(run, corpus, rounds=1))

    rows = Result.load(tmp_path / "result.json").threads
    assert {row.peer for row in rows} == {"newsearch"}
    assert {(row.kind, row.threads) for row in rows} == {
        (kind, count) for kind in THREADED_KINDS for count in (1, 2)
    }
    assert {(row.queries, len(row.seconds)) for row in rows} == {(5, 2)}
    assert "| or, newsearch | 5 |" in render(run.result, "tantivy")


def test_slow_engine_answers_a_stated_sample(tmp_path: Path, small_corpus: Path) -> None:
    corpus = prepare(str(small_corpus))
    run = _run(tmp_path, "sqlite-fts5", options=replace(QUICK, budget_s=0.0))
    query_corpus(run, corpus, index_corpus(run, corpus, rounds=1), ("or",))
    (row,) = run.result.querying
    assert (row.queries, row.available) == (1, 5)
    assert "†" in render(run.result, "tantivy")


def test_interrupted_run_keeps_the_rounds_that_were_finished(
    tmp_path: Path, small_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = []

    def interrupt(bench: QueryBench) -> None:
        finished.append(bench)
        if len(finished) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(QueryBench, "_record_memory", interrupt)
    arguments = ("query", "--corpus", str(small_corpus), "--peers", "sqlite-fts5", "--queries=3")
    output = tmp_path / "result.json"
    done = CliRunner().invoke(cli.main, [*arguments, "--output", str(output)])
    assert done.exit_code == 130
    result = Result.load(output)
    assert result.is_interrupted
    assert {len(row.round_means_ms) for row in result.querying} == {2}
    assert "(interrupted)" in output.with_suffix(".md").read_text()


@given(st.lists(st.lists(st.floats(1e-6, 1.0), min_size=7, max_size=7), min_size=1, max_size=5))
def test_summary_is_the_one_by_hand(rounds: list[list[float]]) -> None:
    row = summarise("whoosh", "c", "or", 9, rounds)
    assert (row.queries, row.available) == (7, 9)
    assert row.round_means_ms == pytest.approx([sum(r) / 7 * 1e3 for r in rounds], abs=1e-6)
    medians = sorted(sorted(column)[len(rounds) // 2] for column in zip(*rounds, strict=True))
    if len(rounds) % 2:
        assert row.p50_ms == pytest.approx(medians[3] * 1e3, abs=1e-6)
    assert row.p50_ms <= row.p95_ms <= row.p99_ms


def test_summary_of_rounds_cut_short_counts_common_queries_only() -> None:
    row = summarise("whoosh", "c", "or", 3, [[0.001, 0.002, 0.003], [0.001, 0.002]])
    assert row.queries == 2
    assert row.round_means_ms == (1.5, 1.5)


def test_two_engines_are_compared_over_the_queries_that_both_answered() -> None:
    """The slow engine had no time for the third query, on which the other is slow as well."""
    rounds = {"newsearch": [[0.001, 0.002, 0.9]], "tantivy": [[0.002, 0.004]]}
    pair = pair_up("c", "or", "tantivy", rounds)
    assert (pair.queries, pair.ratio, pair.p99_ratio) == (2, 0.5, None)


def test_tail_of_a_sample_is_compared_and_printed_from_a_hundred_queries_on() -> None:
    rounds = {"newsearch": [[0.001] * 99 + [0.2]], "tantivy": [[0.002] * 100]}
    tail = pair_up("c", "or", "tantivy", rounds).p99_ratio
    assert tail is not None
    assert tail > 1
    few, enough = (summarise("tantivy", "c", "or", 100, [[0.002] * n]) for n in (99, 100))
    assert (few.has_p99, enough.has_p99) == (False, True)


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [((), (), 1.0), ((1,), (), 0.0), ((1, 2), (2, 3), 0.5), ((1, 1, 2), (1, 3, 4), 1 / 3)],
)
def test_overlap_counts_common_hits(
    left: tuple[int, ...], right: tuple[int, ...], share: float
) -> None:
    assert overlap(left, right) == share


def _result(newsearch_ms: float, tantivy_ms: float, digest: str = "d" * 64) -> Result:
    def query_row(peer: str, ms: float) -> QueryRow:
        return QueryRow(peer, "c", "or", 9, 9, (ms,), ms, ms, 2 * ms)

    def index_row(peer: str, seconds: float) -> IndexRow:
        return IndexRow(peer, "c", 10, 100, 1, (seconds,), (seconds,), 50, 1000, 500)

    machine = {"processor": "p", "cores": 2, "memory_gib": 1, "system": "s", "python": "3"}
    corpus = {"name": "c", "digest": digest, "articles": 10, "text_bytes": 100, "origin": "o"}
    return Result(
        question="all",
        options={},
        machine=machine | {"commit": "abc"},
        corpora=[corpus],
        indexing=[index_row("newsearch", 3.0), index_row("tantivy", 1.0)],
        querying=[query_row("newsearch", newsearch_ms), query_row("tantivy", tantivy_ms)],
        pairs=[PairRow("c", "or", "tantivy", 200, newsearch_ms, tantivy_ms, 2.0, 2.0)],
        cold=[ColdRow("python", "python -c pass", (0.1, 0.2), 10)],
    )


def test_check_compares_ratios_and_not_seconds() -> None:
    """A machine half as fast is no change for the worse; half the lead is."""
    found = changes(_result(2.0, 1.0), _result(4.0, 2.0), "tantivy")
    assert len(found) == 5
    assert worse(found, 0.05) == []
    bad = worse(changes(_result(2.0, 1.0), _result(2.5, 1.0), "tantivy"), 0.15)
    assert [change.figure for change in bad] == ["or mean on c dddddddd"]
    assert bad[0].factor == pytest.approx(1.25)
    assert bad[0].describe("tantivy") == "or mean on c dddddddd: 2 → 2.5 × tantivy (+25 %)"


def test_check_does_not_compare_other_corpora_of_the_same_name() -> None:
    other = _result(2.0, 1.0, digest="e" * 64)
    assert changes(_result(2.0, 1.0), other, "tantivy") == []


@pytest.mark.parametrize(("ms", "code"), [(2.0, 0), (4.0, 1)])
def test_check_mode_fails_when_something_is_worse(
    ms: float, code: int, tmp_path: Path, small_corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = tmp_path / "stored.json"
    _result(2.0, 1.0).save(stored)

    def answer(run: Run, _: Corpus) -> None:
        new = _result(ms, 1.0)
        run.result.corpora, run.result.pairs = new.corpora, new.pairs

    monkeypatch.setattr(cli, "index_corpus", answer)
    arguments = ["index", "--corpus", str(small_corpus), "--peers", "sqlite-fts5"]
    output = ["--output", str(tmp_path / "new.json"), "--check", str(stored)]
    done = CliRunner().invoke(cli.main, arguments + output)
    assert done.exit_code == code, done.output
    assert ("worse: or mean" in done.output) == bool(code)


def test_result_of_another_program_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"schema": 0}')
    done = CliRunner().invoke(cli.main, ["report", str(path)])
    assert done.exit_code == 1
    assert "no benchmark result" in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["index", "--peers", "elastic"],
        ["scale", "--sizes", "many"],
        ["index", "--corpus", "nothing.jsonl", "--peers", "sqlite-fts5"],
    ],
)
def test_wrong_options_are_one_line(arguments: list[str], tmp_path: Path) -> None:
    done = CliRunner().invoke(cli.main, [*arguments, "--output", str(tmp_path / "r.json")])
    assert done.exit_code in (1, 2)
    assert "Error:" in done.output
    assert "Traceback" not in done.output


def test_report_has_all_tables() -> None:
    text = render(_result(2.0, 1.0), "tantivy")
    assert "| newsearch | 1 | 3 |" in text
    assert "| newsearch | 2 / – |" in text
    assert "| tantivy | 2.00 (1.00) |" in text
    assert "| python: `python -c pass` | 0.150 (0.100–0.200, 2) | 0 |" in text


def test_table_aligns_numbers_to_the_right() -> None:
    assert table(("a", "b"), [("x", "1")]) == "| a | b |\n|---|--:|\n| x | 1 |"


def test_plots_are_drawn_for_what_was_measured(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from benchmarks.plots import save_plots

    result = _result(2.0, 1.0)
    sizes = ("generated:10k", "generated:100k")
    result.corpora += [result.corpora[0] | {"name": name} for name in sizes]
    result.querying += [replace(row, corpus=name) for row in result.querying[:2] for name in sizes]
    paths = save_plots(result, tmp_path, "r")
    assert [path.name for path in paths] == ["r-latency-c.png", "r-scale.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)


def test_plots_are_left_out_without_matplotlib(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import importlib

    from benchmarks.plots import save_plots

    def refuse(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", refuse)
    assert save_plots(_result(2.0, 1.0), tmp_path, "r") == []


def test_quick_run_answers_all_questions(tmp_path: Path) -> None:
    arguments = ["all", "--quick", "--peers", "whoosh,sqlite-fts5"]
    output = tmp_path / "quick.json"
    done = CliRunner().invoke(cli.main, [*arguments, "--output", str(output)])
    assert done.exit_code == 0, done.output
    result = Result.load(output)
    assert {row.peer for row in result.querying} == {"whoosh", "sqlite-fts5"}
    assert len({row.corpus for row in result.indexing}) == 3
    assert [row.name for row in result.cold][:2] == ["python", "python with numpy and click"]
    assert result.failures == []


def test_every_peer_has_a_place_in_tables_and_plots() -> None:
    from benchmarks.plots import _COLOURS

    assert set(_COLOURS) == set(PEER_NAMES)
