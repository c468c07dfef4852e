"""DuckDB's full-text search extension."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load, span_s

_LOAD = """
CREATE TABLE articles AS
SELECT row_number() OVER () - 1 AS number, title || chr(10) || body AS text,
       epoch(TRY_CAST(date AS TIMESTAMP))::BIGINT AS date
FROM read_ndjson('{}', columns={{title: 'VARCHAR', date: 'VARCHAR', body: 'VARCHAR'}})
"""
_INDEX = r"""
PRAGMA create_fts_index('articles', 'number', 'text', stemmer='english', stopwords='none',
                        ignore='[^\p{L}\p{N}]+', strip_accents=0, lower=1)
"""
_MATCHES = """
SELECT {} FROM (
    SELECT number, date,
           fts_main_articles.match_bm25(number, ?, k := 1.2, b := 0.75, conjunctive := {}) AS score
    FROM articles)
WHERE score IS NOT NULL
"""
_BEST = " ORDER BY score DESC LIMIT ?"
_WITHIN = " AND date BETWEEN ? AND ?"
_NEWEST = " ORDER BY date DESC NULLS LAST LIMIT ?"
_FILE = "articles.duckdb"


class DuckdbPeer(Peer):
    r"""DuckDB with its fts extension, one thread.

    An inverted index in tables, ranked by a query over them: every match is scored. Tokens are runs
    of letters and digits, lower case, Snowball English, no stop words; BM25 with k1 1.2, b 0.75 and
    another idf. No phrases, prefixes or snippets. Articles are read by DuckDB's own JSON reader.
    """

    name = "duckdb"
    modules = ("duckdb", "duckdb_extension_fts")
    distributions = ("duckdb",)
    kinds = frozenset({"or", "and", "dates", "newest", "count", "total"})

    _database: Any

    def index(self, corpus: Path, folder: Path) -> None:
        database = _connect(folder)
        database.execute(_LOAD.format(corpus))
        database.execute(_INDEX)
        database.close()

    def open(self, folder: Path) -> None:
        self._database = _connect(folder)

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        statement = _MATCHES.format("number", int(query.kind == "and"))
        span: tuple[int, ...] = ()
        if query.kind == "dates":
            statement, span = statement + _WITHIN, span_s(query)
        order = _NEWEST if query.kind == "newest" else _BEST
        values = (" ".join(query.words), *span, limit)
        return [row[0] for row in self._database.execute(statement + order, values).fetchall()]

    def count(self, query: Query) -> int:
        statement = _MATCHES.format("count(*)", 0)
        return int(self._database.execute(statement, (" ".join(query.words),)).fetchone()[0])

    def close(self) -> None:
        if hasattr(self, "_database"):
            self._database.close()


def _connect(folder: Path) -> Any:
    database = load("duckdb").connect(str(folder / _FILE), config={"threads": 1})
    package = importlib.util.find_spec("duckdb_extension_fts")
    assert package is not None
    assert package.origin is not None
    extension = next(Path(package.origin).parent.rglob("fts.duckdb_extension"))
    database.execute(f"LOAD '{extension}'")
    return database
