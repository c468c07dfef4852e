"""What newsearch is to hold, measured in one run and set beside the bar, row by row.

Measured: the kinds of query on one corpus beside the peers, loading beside the reference, archives
of 1,000 to 20,000 articles, an index loaded day by day and one with a fifth of its articles
deleted, two languages, batches and threads, whole processes, the compiling of all kernels, what
readers do with matches (facets, concordances), growth. Left out: what is no question of search
(pages), which has rows without a figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.cold import measure_cold
from benchmarks.corpora import GENERATED, TWO_LANGUAGES, Corpus, CorpusError, prepare
from benchmarks.indexing import have_indexes, index_corpus
from benchmarks.kernels import COMPILING, measure_compiling
from benchmarks.kinds import KINDS
from benchmarks.matches import COUNTING, LINES, measure_matches
from benchmarks.peers import VARIANTS
from benchmarks.querying import query_corpus
from benchmarks.results import SUBJECT, PairRow, Result
from benchmarks.run import Run
from benchmarks.scaling import SCALE_KINDS
from benchmarks.threads import measure_threads

TARGET_PEERS = (
    *(SUBJECT, "tantivy", "pisa", "bm25s", "bm25-turbo", "lucene", "lucene-bp"),
    *VARIANTS,
)
TARGET_SIZES = ("100k", "1M")
REFERENCE = "tantivy"
_LOADED = (SUBJECT, REFERENCE)
_SMALL_ARCHIVES = (1_000, 10_000, 20_000)
_SHORT_KINDS = ("or", "and")
_THOUSAND = 1e3
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Target:
    """One row: a figure and what it must and should be.

    Parameters
    ----------
    value
        None where nothing was measured.
    must, aim
        Limits; None where nothing is promised.
    unit
        What follows the figures; `` ×`` for ratios.
    is_least
        Whether the limits are lower ones.
    """

    what: str
    value: float | None
    must: float | None = None
    aim: float | None = None
    unit: str = " ×"
    is_least: bool = False

    @property
    def verdict(self) -> str:
        """Say what is held: the aim, what must be, neither, or that nothing is known."""
        if self.value is None:
            return "not measured"
        if self.aim is not None and self._holds(self.value, self.aim):
            return "aim held"
        if self.must is None:
            return "no target" if self.aim is None else "aim missed"
        return "must held" if self._holds(self.value, self.must) else "MISSED"

    def _holds(self, value: float, limit: float) -> bool:
        return value >= limit if self.is_least else value <= limit

    def cells(self) -> tuple[str, ...]:
        """Return the row as text."""
        figures = (
            "–" if figure is None else _rounded(figure) + self.unit
            for figure in (self.value, self.must, self.aim)
        )
        return (self.what, *figures, self.verdict)


def _rounded(figure: float) -> str:
    return f"{figure:.3g}" if figure < _THOUSAND else f"{figure:,.0f}"


def measure_targets(run: Run, corpus: Corpus, sizes: tuple[str, ...]) -> None:
    """Measure all rows; what others' indexes are needed for queries only is reused."""
    variants = [peer for peer in run.peers if peer in VARIANTS]
    peers = [peer for peer in run.peers if peer not in VARIANTS]
    loaded = [peer for peer in _LOADED if peer in peers]
    ready = index_corpus(run, corpus, peers=loaded)
    ready += have_indexes(run, corpus, peers=[peer for peer in peers if peer not in loaded])
    ready += index_corpus(run, corpus, peers=variants, rounds=1)
    query_corpus(run, corpus, ready, tuple(KINDS))
    own = [SUBJECT] if SUBJECT in ready else []
    measure_threads(run, corpus, own)
    measure_cold(run, corpus, own)
    if own:
        measure_compiling(run, corpus)
        measure_matches(run, corpus)
    if languages := _two_languages(run, corpus.articles):
        ready = index_corpus(run, languages, peers=loaded, rounds=1)
        query_corpus(run, languages, ready, _SHORT_KINDS)
    for size in _small_sizes(corpus):
        small = prepare(_whole(corpus.name), limit=size, progress=run.say)
        query_corpus(run, small, index_corpus(run, small, peers=peers, rounds=1), _SHORT_KINDS)
    for name in sizes:
        grown = prepare(f"{GENERATED}{name}", seed=run.options.seed, progress=run.say)
        query_corpus(run, grown, index_corpus(run, grown, peers=own, rounds=1), SCALE_KINDS)


def _two_languages(run: Run, most: int) -> Corpus | None:
    try:
        return prepare(TWO_LANGUAGES, limit=most, progress=run.say)
    except CorpusError as error:
        run.fail(SUBJECT, TWO_LANGUAGES, str(error))
        return None


def _whole(name: str) -> str:
    return name.partition("[")[0]


def _small_sizes(corpus: Corpus) -> list[int]:
    return [size for size in _SMALL_ARCHIVES if size < corpus.articles] or [corpus.articles // 2]


def targets(result: Result) -> Iterator[Target]:
    """Work out every row from what was measured."""
    main = str(result.corpora[0]["name"])
    yield from _loading(result, main)
    yield from _latencies(result, main)
    yield from _beside_all(result, main)
    yield from _archives(result, main)
    yield from _batches(result, main)
    yield from _processes(result)
    yield from _growth(result)
    counting, lines = map(result.figures.get, (COUNTING, LINES))
    yield Target("facets or counts by day over 100 k matches", counting, 5, 1, " CPU ms")
    yield Target("10,000 concordance lines", lines, 0.5, 0.1, " s")
    yield Target("pages as text (`extraction`)", None, 20, 40, " MB/s", is_least=True)
    yield Target("pages as HTML ÷ trafilatura's (`extraction`)", None, 5, 10, is_least=True)


def _loading(result: Result, main: str) -> Iterator[Target]:
    rows = {row.peer: row for row in result.indexing if row.corpus == main}
    own, other = rows.get(SUBJECT), rows.get(REFERENCE)
    speed = other.median_s / own.median_s if own and other else None
    size = own.index_bytes / other.index_bytes if own and other else None
    peaks = [row.peak_bytes for row in result.indexing if row.peer == SUBJECT]
    yield Target(f"loading: articles a second ÷ {REFERENCE}'s", speed, 2, 3, is_least=True)
    yield Target(f"index size ÷ {REFERENCE}'s", size, 0.85, 0.7)
    peak = max(peaks) / _MIB if peaks else None
    yield Target("peak memory while loading, the largest corpus", peak, 1024, 512, " MiB")


def _latencies(result: Result, main: str) -> Iterator[Target]:
    pairs = {row.kind: row for row in result.pairs if (row.corpus, row.peer) == (main, REFERENCE)}

    def ratio(kind: str) -> float | None:
        return pairs[kind].ratio if kind in pairs else None

    tail = pairs["or"].p99_ratio if "or" in pairs else None
    for what, value, must, aim in (
        ("OR top 10, mean", ratio("or"), 0.25, 0.15),
        ("OR top 10, p99", tail, 0.25, 0.15),
        ("AND top 10", ratio("and"), 0.4, 0.25),
        ("phrase", ratio("phrase"), 0.35, 0.25),
        ("OR top 10 + exact total", ratio("total"), 0.4, 0.3),
        ("count of OR", ratio("count"), 0.3, 0.2),
        ("OR + 10 snippets", ratio("snippets"), 0.35, 0.25),
        ("prefix of 3 to 5 letters", ratio("prefix"), 0.4, 0.15),
        ("prefix of 1 letter", ratio("letter"), None, 0.15),
        ("OR within dates", ratio("dates"), None, None),
        ("OR, newest first", ratio("newest"), None, None),
    ):
        yield Target(f"{what} ÷ {REFERENCE}'s", value, must, aim)
    means = {r.kind: r.mean_ms for r in result.querying if (r.corpus, r.peer) == (main, SUBJECT)}
    letter = means["letter"] / means["prefix"] if {"letter", "prefix"} <= means.keys() else None
    yield Target("prefix of 1 letter ÷ of 3 to 5", letter, 4)


def _beside_all(result: Result, main: str) -> Iterator[Target]:
    """Compare each kind with the fastest of the other peers that offers it."""
    for kind in KINDS:
        worst = _worst(result, main, kind, {REFERENCE, *VARIANTS})
        name = f" ({worst.peer})" if worst else ""
        value = worst.ratio if worst else None
        yield Target(f"{kind} ÷ the fastest other peer's{name}", value, 1, 0.5)


def _worst(result: Result, corpus: str, kind: str, without: set[str]) -> PairRow | None:
    rows = [
        row
        for row in result.pairs
        if (row.corpus, row.kind) == (corpus, kind) and row.peer not in without
    ]
    return max(rows, key=lambda row: row.ratio, default=None)


def _archives(result: Result, main: str) -> Iterator[Target]:
    names = [str(corpus["name"]) for corpus in result.corpora]
    for name in (name for name in names if name != main and name.startswith(f"{_whole(main)}[:")):
        for kind in _SHORT_KINDS:
            worst = _worst(result, name, kind, set())
            peer = f" ({worst.peer})" if worst else ""
            what = f"{kind} on {name} ÷ the fastest peer's{peer}"
            must, aim = (1.0, 0.95) if kind == "or" else (None, None)
            yield Target(what, worst.ratio if worst else None, must, aim)
    languages = {
        r.kind: r
        for r in result.pairs
        if r.peer == REFERENCE and r.corpus.startswith(TWO_LANGUAGES)
    }
    for kind in _SHORT_KINDS:
        value = languages[kind].ratio if kind in languages else None
        yield Target(f"{kind} on English with some French ÷ {REFERENCE}'s", value)
    for variant, what, must in (
        (VARIANTS[0], "365 daily loads", 1.3),
        (VARIANTS[1], "a fifth of the articles deleted", None),
    ):
        found = {r.kind: r for r in result.pairs if (r.corpus, r.peer) == (main, variant)}
        for kind in _SHORT_KINDS:
            value = 1 / found[kind].ratio if kind in found else None
            yield Target(f"{kind}: {what} ÷ one load", value, must)


def _batches(result: Result, main: str) -> Iterator[Target]:
    rates = {
        (row.call, row.kind, row.threads): row.queries_per_s
        for row in result.threads
        if (row.corpus, row.peer) == (main, SUBJECT)
    }
    for kind in _SHORT_KINDS:
        two = rates.get(("search_many", kind, 2))
        for what, base, must, aim in (
            ("1 thread's", ("search_many", kind, 1), 1.8, 1.95),
            ("one `search` after another", ("search", kind, 1), 2.0, 4.0),
        ):
            value = two / rates[base] if two and base in rates else None
            label = f"{kind}: `search_many` with 2 threads, queries a second ÷ {what}"
            yield Target(label, value, must, aim, is_least=True)


def _processes(result: Result) -> Iterator[Target]:
    seconds = {row.name: row.median_s for row in result.cold}
    query, base = seconds.get("newsearch query"), seconds.get("python with numpy and click")
    ratio = query / base if query and base else None
    yield Target('cold `newsearch query` ÷ `python -c "import numpy, click"`', ratio, 1.6, 1.3)
    kernels = result.figures.get(COMPILING)
    yield Target("all kernels compiled", kernels, 25, 10, " CPU s")
    imported, python = seconds.get("import newsearch"), seconds.get("python")
    more = (imported - python) * _THOUSAND if imported and python else None
    yield Target("`import newsearch` − `python -c pass`", more, 40, 20, " ms")


def _growth(result: Result) -> Iterator[Target]:
    loads = {
        row.articles: row.median_s / row.articles
        for row in result.indexing
        if row.peer == SUBJECT and row.corpus.startswith(GENERATED)
    }
    sizes = {str(corpus["name"]): int(corpus["articles"]) for corpus in result.corpora}
    medians = {
        (row.kind, sizes[row.corpus]): row.p50_ms
        for row in result.querying
        if row.peer == SUBJECT and row.corpus.startswith(GENERATED)
    }
    low, high = (min(loads), max(loads)) if len(loads) > 1 else (0, 0)
    span = f"{low:,} → {high:,} articles" if high else "growth"
    value = loads[high] / loads[low] if high else None
    yield Target(f"{span}: load time an article", value, 1.1, 1)
    for kind in _SHORT_KINDS:
        ends = [medians[kind, size] for size in (low, high) if (kind, size) in medians]
        value = ends[1] / ends[0] if len(ends) > 1 else None
        yield Target(f"{span}: p50 of {kind}", value, 5, 3)
