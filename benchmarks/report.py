"""A result as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np

from benchmarks.kinds import KINDS, MIXED
from benchmarks.peers import PEER_NAMES
from benchmarks.results import AgreementRow, IndexRow, PairRow, QueryRow, Result
from benchmarks.targets import targets

_Row = TypeVar("_Row", bound=QueryRow | PairRow)

_MB = 1e6
_NONE = "–"


def render(result: Result, reference: str) -> str:
    """Return all tables of a result, with where and how it was measured.

    Parameters
    ----------
    reference
        The engine whose answers the others' are compared with.
    """
    parts = [_head(result), _targets(result)]
    for corpus in _corpora(result):
        parts += [
            _indexing(result, corpus),
            _latency(result, corpus),
            _pairs(result, corpus),
            _details(result, corpus),
            _agreement(result, corpus, reference),
            _threads(result, corpus),
        ]
    parts += [_cold(result), _figures(result), _absences(result)]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table: first column to the left, the others to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def _corpora(result: Result) -> list[str]:
    return [str(corpus["name"]) for corpus in result.corpora]


def _in_order(peers: Iterable[str]) -> list[str]:
    return sorted(set(peers), key=PEER_NAMES.index)


def _head(result: Result) -> str:
    machine, load = result.machine, result.load_average
    lines = [
        f"`{result.question}`, {result.started} to {result.finished or 'now'}"
        + (" (interrupted)" if result.is_interrupted else ""),
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB,"
        f" {machine['system']}, Python {machine['python']}, commit {machine['commit']}",
        f"load average (1, 5, 15 min) {_numbers(load.get('start', ()))} at the start,"
        f" {_numbers(load.get('end', ()))} at the end",
        "options: " + ", ".join(f"{key} {value}" for key, value in result.options.items()),
    ]
    for corpus in result.corpora:
        queries = result.queries.get(str(corpus["name"]))
        lines.append(
            f"corpus {corpus['name']}: {corpus['articles']:,} articles,"
            f" {corpus['text_bytes'] / _MB:.1f} MB of text, SHA-256 {corpus['digest'][:16]}…"
            f" ({corpus['origin']})" + (f"; queries: {queries}" if queries else "")
        )
    versions = (
        " ".join((result.label(peer), "(" + ", ".join(f"{k} {v}" for k, v in found.items()) + ")"))
        for peer, found in result.versions.items()
    )
    return "\n".join(f"- {line}" for line in [*lines, "engines: " + "; ".join(versions)])


def _numbers(values: Iterable[float]) -> str:
    return " / ".join(f"{value:.2f}" for value in values) or "unknown"


def render_targets(result: Result) -> str:
    """Return the table of targets with where it was measured; '' for other questions."""
    found = _targets(result)
    return f"{_head(result)}\n\n{found}" if found else ""


def _targets(result: Result) -> str:
    if result.question != "targets" or not result.corpora:
        return ""
    head = ("Targets", "measured", "must", "aim", "verdict")
    return table(head, (target.cells() for target in targets(result)))


def _indexing(result: Result, corpus: str) -> str:
    rows = {row.peer: row for row in result.indexing if row.corpus == corpus}
    if not rows:
        return ""
    head = (
        f"Indexing {corpus}",
        "threads",
        "articles/s",
        "MB/s",
        "seconds (min–max, rounds)",
        "CPU s",
        "index MB",
        "of the text",
        "peak MB",
    )
    return table(head, (_index_cells(rows[peer], result.label(peer)) for peer in _in_order(rows)))


def _index_cells(row: IndexRow, label: str) -> Sequence[str]:
    low, high = min(row.seconds), max(row.seconds)
    return (
        label,
        str(row.threads),
        f"{row.articles / row.median_s:,.0f}",
        f"{row.text_bytes / _MB / row.median_s:.2f}",
        f"{row.median_s:.2f} ({low:.2f}–{high:.2f}, {len(row.seconds)})",
        f"{np.median(row.cpu_s):.1f}",
        f"{row.index_bytes / _MB:,.1f}",
        f"{row.index_bytes / row.text_bytes:.2f} ×",
        f"{row.peak_bytes / _MB:,.0f}",
    )


def _latency(result: Result, corpus: str) -> str:
    caption = (
        "Milliseconds a query, mean / p99 (of 100 queries or more). † a sample of the queries, see"
        " below."
    )
    rows = [row for row in result.querying if row.corpus == corpus]
    return _by_kind(result, rows, f"Queries on {corpus}", caption, _latency_cell)


def _by_kind(
    result: Result,
    rows: Sequence[_Row],
    head: str,
    caption: str,
    cell: Callable[[_Row | None], str],
) -> str:
    """Return a table with a line an engine and a column a kind of query; '' without rows."""
    if not rows:
        return ""
    found = {(row.peer, row.kind): row for row in rows}
    kinds = [kind for kind in (*KINDS, MIXED) if any(kind == known for _, known in found)]
    cells = (
        (result.label(peer), *(cell(found.get((peer, kind))) for kind in kinds))
        for peer in _in_order(peer for peer, _ in found)
    )
    return caption + "\n\n" + table((head, *kinds), cells)


def _latency_cell(row: QueryRow | None) -> str:
    if row is None:
        return _NONE
    mark = "†" if row.queries < row.available else ""
    return f"{_ms(row.mean_ms)} / {_p99(row)}{mark}"


def _p99(row: QueryRow) -> str:
    return _ms(row.p99_ms) if row.has_p99 else _NONE


def _pairs(result: Result, corpus: str) -> str:
    caption = (
        "Time of newsearch ÷ time of the engine, mean (p99), over the queries that both answered;"
        " below 1, newsearch is faster."
    )
    rows = [row for row in result.pairs if row.corpus == corpus]
    return _by_kind(result, rows, f"newsearch ÷ engine on {corpus}", caption, _pair_cell)


def _pair_cell(row: PairRow | None) -> str:
    if row is None:
        return _NONE
    p99 = "" if row.p99_ratio is None else f" ({row.p99_ratio:.2f})"
    return f"{row.ratio:.2f}{p99}"


def _ms(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def _details(result: Result, corpus: str) -> str:
    rows = [row for row in result.querying if row.corpus == corpus]
    order = [*KINDS, MIXED]
    rows.sort(key=lambda row: (order.index(row.kind), PEER_NAMES.index(row.peer)))
    head = (
        "kind, engine",
        "queries",
        "mean ms",
        "rounds (min–max)",
        "p50",
        "p95",
        "p99",
    )
    if not rows:
        return ""
    memory = result.query_memory_bytes.get(corpus, {})
    peaks = ", ".join(
        f"{result.label(peer)} {memory[peer] / _MB:,.0f}" for peer in _in_order(memory)
    )
    details = table(head, (_detail_cells(row, result.label(row.peer)) for row in rows))
    return (
        f"<details><summary>All latencies on {corpus}</summary>\n\n{details}\n\n</details>\n\n"
        f"Peak memory of the querying processes on {corpus}, MB: {peaks}."
    )


def _detail_cells(row: QueryRow, label: str) -> Sequence[str]:
    means = row.round_means_ms
    return (
        f"{row.kind}, {label}",
        f"{row.queries} of {row.available}" if row.queries < row.available else str(row.queries),
        _ms(row.mean_ms),
        f"{_ms(min(means))}–{_ms(max(means))} ({len(means)})",
        _ms(row.p50_ms),
        _ms(row.p95_ms),
        _p99(row),
    )


def _agreement(result: Result, corpus: str, reference: str) -> str:
    rows = [row for row in result.agreement if row.corpus == corpus]
    shares = {(row.kind, _other(row, reference)): row for row in rows if _has(row, reference)}
    if not shares:
        return ""
    kinds = list(dict.fromkeys(kind for kind, _ in shares))
    peers = _in_order(peer for _, peer in shares)
    cells = (
        (result.label(peer), *(_share(shares.get((kind, peer))) for kind in kinds))
        for peer in peers
    )
    caption = (
        f"Answers in common with {reference}: of the ten best (newest: their dates; count and"
        " prefix: the smaller number of matches over the larger), mean over the queries."
    )
    return caption + "\n\n" + table((f"Agreement on {corpus}", *kinds), cells)


def _has(row: AgreementRow, peer: str) -> bool:
    return peer in (row.left, row.right)


def _other(row: AgreementRow, peer: str) -> str:
    return row.right if row.left == peer else row.left


def _share(row: AgreementRow | None) -> str:
    return _NONE if row is None else f"{row.share:.3f}"


def _threads(result: Result, corpus: str) -> str:
    rows = {(r.peer, r.call, r.kind, r.threads): r for r in result.threads if r.corpus == corpus}
    if not rows:
        return ""
    counts = sorted({key[-1] for key in rows})
    head = (
        f"Queries a second on {corpus}",
        "queries",
        *(f"{count} thread{'s' if count > 1 else ''}" for count in counts),
        "ratio",
    )
    cells = []
    for peer, call, kind in dict.fromkeys(key[:-1] for key in rows):
        own = [rows[peer, call, kind, count] for count in counts]
        label = f"{kind}, {peer}" if call == "search" else f"{kind}, {peer} `{call}`"
        rates = [row.queries_per_s for row in own]
        ratio = f"{rates[-1] / rates[0]:.2f}"
        cells.append((label, str(own[0].queries), *(f"{rate:,.0f}" for rate in rates), ratio))
    return table(head, cells)


def _cold(result: Result) -> str:
    if not result.cold:
        return ""
    head = ("Whole processes", "seconds (min–max, rounds)", "peak MB")
    cells = (
        (
            f"{row.name}: `{row.command}`",
            f"{row.median_s:.3f} ({min(row.seconds):.3f}–{max(row.seconds):.3f},"
            f" {len(row.seconds)})",
            f"{row.peak_bytes / _MB:,.0f}",
        )
        for row in result.cold
    )
    return table(head, cells)


def _figures(result: Result) -> str:
    return "\n".join(f"- {name}: {value:.3g}" for name, value in result.figures.items())


def _absences(result: Result) -> str:
    lines = [f"- {peer}: skipped: {reason}" for peer, reason in result.skipped.items()]
    lines += [f"- {row['peer']}: {row['what']}: {row['reason']}" for row in result.failures]
    return "Not measured:\n\n" + "\n".join(lines) if lines else ""
