"""LanceDB's own full-text index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpora import moment_s, read_articles, searchable_text
from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load, span_s

_BATCH = 5_000


class LancedbPeer(Peer):
    """LanceDB (Rust) with the full-text index of its Lance tables, one thread of computing.

    Its ``simple`` tokeniser (words end at spaces and punctuation), lower case, Snowball English,
    no stop words, words of up to 40 characters; BM25 of its own. Each query goes through its query
    planner, which costs more than most searches here. No prefixes, counts or snippets, and no order
    by date. A filter of dates is applied before ranking.
    """

    name = "lancedb"
    modules = ("lancedb", "pyarrow")
    distributions = ("lancedb",)
    kinds = frozenset({"or", "and", "phrase", "dates"})

    _table: Any

    def index(self, corpus: Path, folder: Path) -> None:
        arrow = load("pyarrow")
        fields = {"number": arrow.int64(), "text": arrow.string(), "date": arrow.int64()}
        schema = arrow.schema(list(fields.items()))
        reader = arrow.RecordBatchReader.from_batches(schema, _batches(arrow, schema, corpus))
        table = load("lancedb").connect(str(folder)).create_table("articles", reader)
        options = load("lancedb.index").FTS(
            with_position=True, remove_stop_words=False, ascii_folding=False
        )
        table.create_index("text", config=options)

    def open(self, folder: Path) -> None:
        self._table = load("lancedb").connect(str(folder)).open_table("articles")

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        search = self._table.search(_tree(query), query_type="fts").limit(limit)
        if query.kind == "dates":
            first, last = span_s(query)
            search = search.where(f"date BETWEEN {first} AND {last}", prefilter=True)
        numbers: list[int] = search.select(["number", "_score"]).to_arrow()["number"].to_pylist()
        return numbers

    def count(self, query: Query) -> int:
        raise NotImplementedError


def _tree(query: Query) -> Any:
    make = load("lancedb.query")
    words = " ".join(query.words)
    if query.kind == "phrase":
        return make.PhraseQuery(words, "text")
    operator = make.FullTextOperator.AND if query.kind == "and" else make.FullTextOperator.OR
    return make.MatchQuery(words, "text", operator=operator)


def _batches(arrow: Any, schema: Any, corpus: Path) -> Iterator[Any]:
    rows: list[dict[str, Any]] = []
    for number, article in enumerate(read_articles(corpus)):
        text, date = searchable_text(article), moment_s(article["date"])
        rows.append({"number": number, "text": text, "date": date})
        if len(rows) == _BATCH:
            yield arrow.RecordBatch.from_pylist(rows, schema=schema)
            rows = []
    yield arrow.RecordBatch.from_pylist(rows, schema=schema)
