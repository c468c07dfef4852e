"""Stock Whoosh 2.7.4."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpora import moment_s, read_articles, searchable_text
from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load, span_s

_MEMORY_MB = 512


class WhooshPeer(Peer):
    r"""Whoosh's own writer, codec and searcher, one process.

    Tokens ``\w+``, lower case, Whoosh's own copy of Snowball English, no stop words. Its BM25F
    rounds lengths to one byte and uses another idf. Highlights of texts past 32 K characters are
    empty. The filter of a date query is evaluated anew for each query.
    """

    name = "whoosh"
    modules = ("whoosh",)
    distributions = ("Whoosh",)

    _searcher: Any
    _field: Any

    def index(self, corpus: Path, folder: Path) -> None:
        fields, index = load("whoosh.fields"), load("whoosh.index")
        schema = fields.Schema(
            number=fields.STORED(),
            id=fields.ID(stored=True),
            text=fields.TEXT(analyzer=_analyzer(), stored=True, phrase=True),
            date=fields.NUMERIC(int, bits=64, signed=True, sortable=True),
        )
        writer = index.create_in(str(folder), schema).writer(limitmb=_MEMORY_MB)
        for number, article in enumerate(read_articles(corpus)):
            seconds = moment_s(article["date"])
            date = {} if seconds is None else {"date": seconds}
            text = searchable_text(article)
            writer.add_document(number=number, id=article["id"], text=text, **date)
        writer.commit()

    def open(self, folder: Path) -> None:
        index = load("whoosh.index").open_dir(str(folder))
        self._searcher = index.searcher()
        self._field = index.schema["text"]

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        options: dict[str, Any] = {"limit": limit}
        if query.kind == "dates":
            options["filter"] = load("whoosh.query").NumericRange("date", *span_s(query))
        elif query.kind == "newest":
            options |= {"sortedby": "date", "reverse": True}
        results = self._searcher.search(self._tree(query), **options)
        if query.kind == "snippets":
            for hit in results:
                hit.highlights("text")
        return [hit["number"] for hit in results]

    def count(self, query: Query) -> int:
        return sum(1 for _ in self._searcher.docs_for_query(self._tree(query)))

    def close(self) -> None:
        if hasattr(self, "_searcher"):
            self._searcher.close()

    def _tree(self, query: Query) -> Any:
        nodes = load("whoosh.query")
        if query.is_prefix:
            return nodes.Prefix("text", query.text)
        terms = list(self._field.process_text(" ".join(query.words), mode="query"))
        if query.kind == "phrase":
            return nodes.Phrase("text", terms)
        branch = nodes.And if query.kind == "and" else nodes.Or
        return branch([nodes.Term("text", term) for term in terms])


def _analyzer() -> Any:
    analysis = load("whoosh.analysis")
    stemmer = load("whoosh.lang.snowball.english").EnglishStemmer()
    tokens = analysis.RegexTokenizer(r"\w+") | analysis.LowercaseFilter()
    return tokens | analysis.StemFilter(stemfn=stemmer.stem)
