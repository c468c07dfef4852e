"""The command line: ``python -m benchmarks index|query|cold|threads|scale|all|targets``."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from benchmarks.check import changes, worse
from benchmarks.cold import measure_cold
from benchmarks.corpora import (
    GENERATED,
    Corpus,
    CorpusError,
    data_folder,
    parse_count,
    prepare,
    work_folder,
)
from benchmarks.extraction import HALVES, measure_extraction, render_extraction
from benchmarks.extractors import READERS
from benchmarks.headline import README, write_readme
from benchmarks.indexing import have_indexes, index_corpus
from benchmarks.peers import PEER_NAMES, VARIANTS
from benchmarks.plots import save_plots
from benchmarks.querying import query_corpus
from benchmarks.report import render
from benchmarks.results import Result
from benchmarks.run import Options, Run
from benchmarks.scaling import measure_scale
from benchmarks.targets import TARGET_PEERS, TARGET_SIZES, measure_targets
from benchmarks.threads import measure_threads

_QUICK = Options(rounds=1, budget_s=1.0, index_budget_s=5.0, query_limit=20)
_QUICK_ARTICLES = 300
_QUICK_SIZES = ("100", "200")
_TARGETS = Options(rounds=3, budget_s=0.5, index_budget_s=60.0, reuse=True)
_DEFAULT_CORPUS = "news94k"
_DEFAULT_SIZES = ("10k", "100k")
_DEFAULT_PEERS = tuple(peer for peer in PEER_NAMES if peer not in VARIANTS)


@dataclass(frozen=True, slots=True)
class Request:
    """What the command line asks for."""

    corpora: tuple[str, ...]
    limit: int | None
    peers: tuple[str, ...]
    options: Options
    sizes: tuple[str, ...]
    output: Path
    check: Path | None
    tolerance: float
    reference: str


Question = Callable[[Run, Request], None]


def _peer_names(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    names = tuple(filter(None, (name.strip() for name in value.split(","))))
    if unknown := [name for name in names if name not in PEER_NAMES]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(PEER_NAMES)}")
    return names


def _sizes(_: click.Context, __: click.Parameter, value: str) -> tuple[str, ...]:
    sizes = tuple(size.strip() for size in value.split(",") if size.strip())
    try:
        return tuple(sorted(sizes, key=parse_count))
    except CorpusError as error:
        raise click.BadParameter(str(error)) from error


_OPTIONS = (
    click.option(
        "--corpus",
        default="",
        help="news94k (default), small, another folder of the data's news/, generated:100k,"
        " or a .jsonl file; several with commas, smallest first (cold: the first).",
    ),
    click.option("--articles", type=click.IntRange(1), help="Take the first so many only."),
    click.option(
        "--peers", default="", callback=_peer_names, help=f"Some of {', '.join(PEER_NAMES)}."
    ),
    click.option("--quick", is_flag=True, help="Prove that it runs: few articles, one round."),
    click.option("--rounds", type=click.IntRange(1), help="Of every measurement (5)."),
    click.option("--budget", type=float, help="Seconds an engine, kind and round (10)."),
    click.option("--index-limit", type=float, help="Seconds to index once (1800)."),
    click.option("--index-budget", type=float, help="Seconds to index in all rounds (300)."),
    click.option("--queries", type=click.IntRange(1), help="At most so many of each kind."),
    click.option("--reuse", is_flag=True, help="All but `index`, `all`: take earlier indexes."),
    click.option("--seed", type=int, help="Of generator and queries (1)."),
    click.option(
        "--sizes",
        default="",
        callback=_sizes,
        help="Generated corpora of `scale` (10k,100k; for targets 100k,1M).",
    ),
    click.option(
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The result's JSON file, tables and plots beside it (new ones in the work folder).",
    ),
    click.option(
        "--check",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        help="Compare with this stored result; exit status 1 when something is worse.",
    ),
    click.option(
        "--tolerance",
        default=0.15,
        show_default=True,
        help="How much worse a ratio may be with --check.",
    ),
    click.option(
        "--reference",
        default="tantivy",
        show_default=True,
        type=click.Choice(PEER_NAMES),
        help="The peer that ratios and agreement refer to.",
    ),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measure newsearch and its peers. Method, tables and plots: benchmarks/README.md."""


def _question(name: str, answer: Question, help_text: str) -> None:
    """Add a command with the options that all questions share."""

    def command(**values: Any) -> None:
        _carry_out(name, answer, _request(name, values))

    for option in reversed(_OPTIONS):
        command = option(command)
    main.command(name, help=help_text)(command)


def _index(run: Run, request: Request) -> None:
    for corpus in _prepare(run, request):
        index_corpus(run, corpus)


def _query(run: Run, request: Request) -> None:
    for corpus in _prepare(run, request):
        query_corpus(run, corpus, have_indexes(run, corpus))


def _cold(run: Run, request: Request) -> None:
    corpus = next(_prepare(run, request))
    measure_cold(run, corpus, have_indexes(run, corpus))


def _threads(run: Run, request: Request) -> None:
    for corpus in _prepare(run, request):
        measure_threads(run, corpus, have_indexes(run, corpus))


def _scale(run: Run, request: Request) -> None:
    measure_scale(run, request.sizes)


def _all(run: Run, request: Request) -> None:
    for number, corpus in enumerate(_prepare(run, request)):
        peers = index_corpus(run, corpus)
        query_corpus(run, corpus, peers)
        if number == 0:
            measure_cold(run, corpus, peers)
            measure_threads(run, corpus, peers)
    measure_scale(run, request.sizes)


def _targets(run: Run, request: Request) -> None:
    measure_targets(run, next(_prepare(run, request)), request.sizes)


_question("index", _index, "Indexing speed, index size, memory.")
_question("query", _query, "Latency of every kind of query; agreement of the answers.")
_question("cold", _cold, "Whole processes that answer one query.")
_question("threads", _threads, "Queries a second by one thread and by two.")
_question("scale", _scale, "Time against corpus size, on generated news.")
_question("all", _all, "All of these.")
_question("targets", _targets, "What newsearch is to hold, row by row, in one run of 25 minutes.")


@main.command("extraction")
@click.option("--half", type=click.Choice(HALVES), default="all", show_default=True)
@click.option("--readers", default=";".join(READERS), help="Some of them.", show_default=True)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Of the words for false hits.")
@click.option(
    "--python",
    default=sys.executable,
    help="The interpreter of the environment that has the other libraries; this one if not given.",
)
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False))
def extraction_command(
    half: str, readers: str, rounds: int, seed: int, python: str, output: Path | None
) -> None:
    """How well and how fast pages are read, beside other libraries."""
    path = output or work_folder() / "results" / f"extraction-{half}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    with _errors_as_lines():
        names = [name.strip() for name in readers.split(";")]
        result = measure_extraction(names, half, rounds, python, _say, output=path, seed=seed)
    click.echo(render_extraction(result))
    _say(f"wrote {path}")


@main.command("report")
@click.argument(
    "results",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option("--reference", default="tantivy", type=click.Choice(PEER_NAMES), show_default=True)
@click.option(
    "--readme", is_flag=True, help="Also write benchmarks/README.md's first lines, and its targets."
)
def report_command(results: tuple[Path, ...], reference: str, readme: bool) -> None:
    """Make the tables and plots of stored RESULTS again."""
    loaded = [_load(path) for path in results]
    for path, result in zip(results, loaded, strict=True):
        _publish(result, path, reference)
    if readme:
        try:
            plot = write_readme(loaded)
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        _say(f"wrote {README}" + (f" and {plot}" if plot else ", but no plot: no matplotlib"))


@main.command("fit")
@click.option("--corpus", default=_DEFAULT_CORPUS, show_default=True)
def fit_command(corpus: str) -> None:
    """Fit the generator's table to a corpus and write it (see benchmarks/fit.py)."""
    from benchmarks.fit import fit, near_copies_of
    from benchmarks.model import TABLE, save_model
    from benchmarks.queries import load_topics

    with _errors_as_lines():
        source = prepare(corpus, progress=_say)
        copies = near_copies_of(sorted((data_folder() / "news").iterdir()))
        save_model(fit(source, load_topics(), copies, _say))
    click.echo(TABLE)


def _request(name: str, values: dict[str, Any]) -> Request:
    is_targets = name == "targets"
    base = _QUICK if values["quick"] else _TARGETS if is_targets else Options()
    sizes = TARGET_SIZES if is_targets else _DEFAULT_SIZES
    options = Options(
        rounds=values["rounds"] or base.rounds,
        budget_s=values["budget"] or base.budget_s,
        index_limit_s=values["index_limit"] or base.index_limit_s,
        index_budget_s=values["index_budget"] or base.index_budget_s,
        query_limit=values["queries"] or base.query_limit,
        reuse=values["reuse"] or base.reuse,
        seed=base.seed if values["seed"] is None else values["seed"],
    )
    is_quick = bool(values["quick"])
    default = _quick_corpus() if is_quick else _DEFAULT_CORPUS
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return Request(
        corpora=tuple(filter(None, values["corpus"].split(","))) or (default,),
        limit=values["articles"] or (_QUICK_ARTICLES if is_quick else None),
        peers=values["peers"] or (TARGET_PEERS if is_targets else _DEFAULT_PEERS),
        options=options,
        sizes=_QUICK_SIZES if is_quick else values["sizes"] or sizes,
        output=values["output"] or work_folder() / "results" / f"{name}-{stamp}.json",
        check=values["check"],
        tolerance=values["tolerance"],
        reference=values["reference"],
    )


def _quick_corpus() -> str:
    has_data = (data_folder() / "news" / "wiki_current_events").is_dir()
    return "small" if has_data else f"{GENERATED}{_QUICK_ARTICLES}"


def _prepare(run: Run, request: Request) -> Iterator[Corpus]:
    for name in request.corpora:
        yield prepare(name, limit=request.limit, seed=request.options.seed, progress=run.say)


def _carry_out(name: str, answer: Question, request: Request) -> None:
    request.output.parent.mkdir(parents=True, exist_ok=True)
    stored = _load(request.check) if request.check else None
    # What is running in the background and told to stop is to keep its rounds as well.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _errors_as_lines():
        run = Run(name, request.peers, request.options, request.output, _say)
        try:
            answer(run, request)
        except KeyboardInterrupt:
            run.result.is_interrupted = True
            _say("interrupted; the rounds finished so far are kept")
        run.result.finished = datetime.now(UTC).isoformat(timespec="seconds")
        run.save()
        _publish(run.result, request.output, request.reference)
    if stored is not None:
        _check(stored, run.result, request)
    if run.result.is_interrupted:
        raise SystemExit(130)


def _publish(result: Result, path: Path, reference: str) -> None:
    tables = path.with_suffix(".md")
    tables.write_text(render(result, reference), "utf-8")
    plots = save_plots(result, path.parent, path.stem)
    if not plots:
        _say("no plots: nothing to draw, or matplotlib not installed; pip install '.[bench]'")
    click.echo(tables.read_text("utf-8"))
    for written in (path, tables, *plots):
        _say(f"wrote {written}")


def _check(stored: Result, new: Result, request: Request) -> None:
    found = changes(stored, new, request.reference)
    if not found:
        raise click.ClickException(
            f"nothing to compare: no figure of newsearch and {request.reference} on the same"
            " corpus is in both results"
        )
    for change in found:
        _say(change.describe(request.reference))
    bad = worse(found, request.tolerance)
    for change in bad:
        click.echo(f"worse: {change.describe(request.reference)}")
    if bad:
        raise SystemExit(1)
    click.echo(f"{len(found)} ratios, none worse by more than {request.tolerance:.0%}")


def _load(path: Path) -> Result:
    try:
        return Result.load(path)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _errors_as_lines() -> Iterator[None]:
    try:
        yield
    except CorpusError as error:
        raise click.ClickException(str(error)) from error


def _say(line: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {line}", err=True)
