"""How fast, and in how much memory, are tables read? ``python -m benchmarks.reading [CORPUS [N]]``.

Question: megabytes of text a second of processor time, and the highest memory of a process that
does nothing else, for each format of records. The same articles are written to a file of each
format, and each file is read by a process of its own, imports not counted in the time. Left out:
indexing what was read, pages, archives, and tables whose names of columns must be told by evidence.
"""

from __future__ import annotations

import csv
import importlib
import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import newsearch
from benchmarks.corpora import prepare, read_articles
from benchmarks.machine import describe_machine, load_average
from benchmarks.peers.base import peak_bytes
from benchmarks.processes import environment
from benchmarks.report import table

Records = list[dict[str, str]]

_ARTICLES = 50_000
_ROWS_OF_A_GROUP = 10_000
_MOST_CHARS_OF_A_CELL = 32_767


def main(name: str = "generated:50k", count: str = str(_ARTICLES)) -> None:
    """Print a table of all formats whose libraries are installed."""
    corpus = prepare(name, limit=int(count))
    records = list(read_articles(corpus.path))
    machine = describe_machine()
    rows = []
    with TemporaryDirectory() as folder:
        for suffix, write in WRITERS.items():
            path = Path(folder, f"a.{suffix}")
            try:
                write(path, records)
            except ImportError:
                continue
            command = [sys.executable, "-m", "benchmarks.reading", "--read", str(path)]
            told = subprocess.run(command, check=True, capture_output=True, env=environment())
            rows.append(_cells(suffix, path, json.loads(told.stdout)))
            path.unlink()
    print(f"{corpus.name}, {corpus.articles:,} articles, {corpus.text_bytes / 1e6:.0f} MB of text,")
    print(f"SHA-256 {corpus.digest[:16]}…, {machine['processor']}, commit {machine['commit']},")
    print(f"load average {load_average()[0]}\n")
    print(table(["format", "file MB", "articles", "CPU s", "MB/s of text", "peak MB"], rows))


def measure(path: str) -> dict[str, float]:
    """Read a file, and tell how many articles, bytes of text, seconds and bytes of memory."""
    list(newsearch.read([]))
    n_articles = n_bytes = 0
    start = time.process_time()
    for article in newsearch.read(path):
        n_articles += 1
        n_bytes += len(article.title.encode()) + len(article.body.encode())
    cpu_s = time.process_time() - start
    peak = peak_bytes("self")
    return {"articles": n_articles, "bytes": n_bytes, "cpu_s": cpu_s, "peak_bytes": peak}


def _cells(suffix: str, path: Path, told: dict[str, float]) -> list[str]:
    return [
        suffix,
        f"{path.stat().st_size / 1e6:.0f}",
        f"{told['articles']:,}",
        f"{told['cpu_s']:.1f}",
        f"{told['bytes'] / 1e6 / told['cpu_s']:.0f}",
        f"{told['peak_bytes'] / 1e6:.0f}",
    ]


def _write_lines(path: Path, records: Records) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def _write_envelope(path: Path, records: Records) -> None:
    path.write_text(json.dumps({"status": "ok", "response": {"docs": records}}))


def _write_csv(path: Path, records: Records) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, _names(records))
        writer.writeheader()
        writer.writerows(records)


def _write_sqlite(path: Path, records: Records) -> None:
    names = _names(records)
    database = sqlite3.connect(path)
    with database:
        database.execute(f"CREATE TABLE news ({', '.join(names)})")
        rows = ([record.get(name) for name in names] for record in records)
        database.executemany(f"INSERT INTO news VALUES ({', '.join('?' * len(names))})", rows)
    database.close()


def _write_parquet(path: Path, records: Records) -> None:
    arrow, parquet = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.parquet"))
    parquet.write_table(arrow.Table.from_pylist(records), path, row_group_size=_ROWS_OF_A_GROUP)


def _write_arrow(path: Path, records: Records) -> None:
    arrow: Any = importlib.import_module("pyarrow")
    rows = arrow.Table.from_pylist(records)
    with arrow.OSFile(str(path), "wb") as file, arrow.ipc.new_file(file, rows.schema) as writer:
        writer.write_table(rows, max_chunksize=_ROWS_OF_A_GROUP)


def _write_sheet(path: Path, records: Records) -> None:
    book: Any = importlib.import_module("xlsxwriter").Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet()
    names = _names(records)
    sheet.write_row(0, 0, names)
    for number, record in enumerate(records, 1):
        cells = (record.get(name, "")[:_MOST_CHARS_OF_A_CELL] for name in names)
        sheet.write_row(number, 0, cells)
    book.close()


def _names(records: Records) -> list[str]:
    return list(dict.fromkeys(name for record in records for name in record))


WRITERS: dict[str, Callable[[Path, Records], None]] = {
    "jsonl": _write_lines,
    "json": _write_envelope,
    "csv": _write_csv,
    "sqlite": _write_sqlite,
    "parquet": _write_parquet,
    "arrow": _write_arrow,
    "xlsx": _write_sheet,
}
"""What writes a file of each format, by the end of its name."""

if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        print(json.dumps(measure(sys.argv[2])))
    else:
        main(*sys.argv[1:])
