"""tantivy through tantivy-py."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from benchmarks.corpora import moment_s, read_articles, searchable_text
from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load, span_s

_MEMORY_BYTES = 512_000_000
_SNIPPET_CHARACTERS = 240


class TantivyPeer(Peer):
    """tantivy (Rust) through its Python package; indexing with two threads, as it is used.

    Tokens are runs of letters and digits, lower case, Snowball English, no stop words. Lengths are
    rounded to one byte. Hits are named by a fast field with the article's number, the cheapest way
    tantivy-py has. A prefix is one of stems, unranked. Merges that indexing has started are waited
    for.
    """

    name = "tantivy"
    modules = ("tantivy",)
    distributions = ("tantivy",)
    index_threads: ClassVar[int] = 2
    is_shared_by_threads: ClassVar[bool] = True

    _index: Any
    _searcher: Any

    def index(self, corpus: Path, folder: Path) -> None:
        tantivy = load("tantivy")
        index = tantivy.Index(_schema(tantivy), path=str(folder))
        _register(tantivy, index)
        writer = index.writer(heap_size=_MEMORY_BYTES, num_threads=self.index_threads)
        for number, article in enumerate(read_articles(corpus)):
            document = tantivy.Document()
            document.add_text("id", article["id"])
            document.add_text("text", searchable_text(article))
            document.add_unsigned("number", number)
            if (seconds := moment_s(article["date"])) is not None:
                document.add_integer("date", seconds)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        tantivy = load("tantivy")
        self._index = tantivy.Index.open(str(folder))
        _register(tantivy, self._index)
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        tree = self._tree(query)
        options: dict[str, Any] = {"limit": limit, "count": False}
        if query.kind == "newest":
            options["order_by_field"] = "date"
        addresses = [address for _, address in self._searcher.search(tree, **options).hits]
        if query.kind == "snippets":
            self._snippets(tree, addresses)
        return self._numbers(addresses)

    def search_and_count(self, query: Query, limit: int) -> tuple[Sequence[Key], int]:
        """Return the best articles and the count of one search."""
        found = self._searcher.search(self._tree(query), limit=limit, count=True)
        return self._numbers([address for _, address in found.hits]), int(found.count)

    def count(self, query: Query) -> int:
        return int(self._searcher.search(self._tree(query), limit=1, count=True).count)

    def _numbers(self, addresses: Sequence[Any]) -> list[int]:
        return list(self._searcher.fast_field_values("number", addresses))

    def _snippets(self, tree: Any, addresses: Sequence[Any]) -> None:
        create = load("tantivy").SnippetGenerator.create
        generator = create(self._searcher, tree, self._index.schema, "text")
        generator.set_max_num_chars(_SNIPPET_CHARACTERS)
        for address in addresses:
            generator.snippet_from_doc(self._searcher.doc(address)).to_html()

    def _tree(self, query: Query) -> Any:
        make = load("tantivy").Query
        if query.is_prefix:
            return make.regex_query(self._index.schema, "text", f"{query.text}.*")
        words = " ".join(query.words)
        if query.kind == "phrase":
            return self._index.parse_query(f'"{words}"', ["text"])
        is_and = query.kind == "and"
        tree = self._index.parse_query(words, ["text"], conjunction_by_default=is_and)
        return self._within(tree, query) if query.kind == "dates" else tree

    def _within(self, tree: Any, query: Query) -> Any:
        tantivy = load("tantivy")
        kind = tantivy.FieldType.Integer
        span = tantivy.Query.range_query(self._index.schema, "date", kind, *span_s(query))
        must = tantivy.Occur.Must
        unscored = tantivy.Query.const_score_query(span, 0.0)
        return tantivy.Query.boolean_query([(must, tree), (must, unscored)])


def _schema(tantivy: Any) -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("text", stored=True, tokenizer_name="stems", index_option="position")
    builder.add_unsigned_field("number", fast=True)
    builder.add_integer_field("date", indexed=True, fast=True)
    return builder.build()


def _register(tantivy: Any, index: Any) -> None:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    stems = builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("english"))
    index.register_tokenizer("stems", stems.build())
