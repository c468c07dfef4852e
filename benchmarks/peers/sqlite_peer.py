"""SQLite FTS5, from Python's standard library."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from benchmarks.corpora import moment_s, read_articles, searchable_text
from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, span_s

_BEST = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"
_STATEMENTS = {
    "dates": "SELECT texts.rowid FROM texts JOIN articles ON articles.rowid = texts.rowid"
    " WHERE texts MATCH ? AND +date BETWEEN ? AND ? ORDER BY rank LIMIT ?",
    "newest": "SELECT texts.rowid FROM texts JOIN articles ON articles.rowid = texts.rowid"
    " WHERE texts MATCH ? ORDER BY date DESC LIMIT ?",
    "snippets": "SELECT rowid, snippet(texts, 0, '<b>', '</b>', '...', 40)"
    " FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?",
}
_TABLES = (
    "CREATE TABLE articles(id TEXT, date INTEGER)",
    "CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='porter unicode61')",
)
_ADD_FACTS = "INSERT INTO articles(rowid, id, date) VALUES (?, ?, ?)"
_ADD_TEXT = "INSERT INTO texts(rowid, text) VALUES (?, ?)"
_COUNT = "SELECT count(*) FROM texts WHERE texts MATCH ?"


class SqlitePeer(Peer):
    """SQLite's FTS5 with its ``porter unicode61`` tokeniser, in one transaction.

    The first Porter stemmer instead of Snowball's second one; no stop words. bm25() has k1 1.2 and
    b 0.75 but another idf, and scores every match. Snippets are of 40 tokens. Dates are in an
    ordinary table beside the texts. A prefix is stemmed before it is looked up among stems.
    """

    name = "sqlite-fts5"

    _database: sqlite3.Connection

    @classmethod
    def missing(cls) -> str:
        """Say so when this Python's SQLite was built without FTS5."""
        with closing(sqlite3.connect(":memory:")) as database:
            options = {row[0] for row in database.execute("PRAGMA compile_options")}
        return "" if "ENABLE_FTS5" in options else "this Python's SQLite has no FTS5"

    @classmethod
    def versions(cls) -> dict[str, str]:
        """Name SQLite's version."""
        return {"sqlite": sqlite3.sqlite_version}

    def index(self, corpus: Path, folder: Path) -> None:
        with closing(sqlite3.connect(folder / "articles.sqlite")) as database, database:
            for statement in _TABLES:
                database.execute(statement)
            for number, article in enumerate(read_articles(corpus)):
                facts = (number, article["id"], moment_s(article["date"]))
                database.execute(_ADD_FACTS, facts)
                database.execute(_ADD_TEXT, (number, searchable_text(article)))

    def open(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "articles.sqlite")

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        statement = _STATEMENTS.get(query.kind, _BEST)
        span = span_s(query) if query.kind == "dates" else ()
        rows = self._database.execute(statement, (_expression(query), *span, limit))
        return [row[0] for row in rows]

    def count(self, query: Query) -> int:
        row = self._database.execute(_COUNT, (_expression(query),)).fetchone()
        return int(row[0])

    def close(self) -> None:
        if hasattr(self, "_database"):
            self._database.close()


def _expression(query: Query) -> str:
    if query.is_prefix:
        return f'"{query.text}" *'
    if query.kind == "phrase":
        return f'"{" ".join(query.words)}"'
    joint = " AND " if query.kind == "and" else " OR "
    return joint.join(f'"{word}"' for word in query.words)
