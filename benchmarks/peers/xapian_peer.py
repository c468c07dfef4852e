"""Xapian through its own Python bindings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpora import moment_s, read_articles, searchable_text
from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load, span_s

# Its parser makes a slow phrase of words joined by other characters; as the others, we do not.
_NOT_IN_WORDS = re.compile(r"[^\w\s'’.&]|(?<=\w)[.](?=\w{2})")
_DATE_SLOT = 0
_SNIPPET_CHARACTERS = 240


class XapianPeer(Peer):
    """Xapian (C++), glass back end, one transaction.

    Its own tokeniser (``U.S.`` and ``don't`` are one word each) and query parser, lower case,
    Snowball English on all terms, no stop words; BM25 with k1 1.2, b 0.75 and another idf. It
    writes its pending postings out after every 10,000 articles, its default. A prefix is one of
    stems; Xapian's wildcard expands to all of them. The article's number is its document number
    less one.
    """

    name = "xapian"
    modules = ("xapian",)
    distributions = ("xapian-bindings-binary",)

    _database: Any
    _enquire: Any
    _stemmer: Any

    def index(self, corpus: Path, folder: Path) -> None:
        xapian = load("xapian")
        path = str(folder / "xapian")
        database = xapian.WritableDatabase(path, xapian.DB_CREATE_OR_OPEN)
        generator = xapian.TermGenerator()
        generator.set_stemmer(xapian.Stem("english"))
        generator.set_stemming_strategy(xapian.TermGenerator.STEM_ALL)
        for article in read_articles(corpus):
            document = xapian.Document()
            generator.set_document(document)
            text = searchable_text(article)
            generator.index_text(text)
            document.set_data(text)
            if (seconds := moment_s(article["date"])) is not None:
                document.add_value(_DATE_SLOT, xapian.sortable_serialise(seconds))
            database.add_document(document)
        database.commit()
        database.close()

    def open(self, folder: Path) -> None:
        xapian = load("xapian")
        self._database = xapian.Database(str(folder / "xapian"))
        self._stemmer = xapian.Stem("english")

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        enquire = self._enquire_for(query)
        matches = enquire.get_mset(0, limit)
        if query.kind == "snippets":
            for match in matches:
                text = match.document.get_data().decode()
                matches.snippet(text, _SNIPPET_CHARACTERS, self._stemmer)
        return [match.docid - 1 for match in matches]

    def count(self, query: Query) -> int:
        every = self._database.get_doccount()
        return int(self._enquire_for(query).get_mset(0, 0, every).get_matches_estimated())

    def close(self) -> None:
        if hasattr(self, "_database"):
            self._database.close()

    def _enquire_for(self, query: Query) -> Any:
        xapian = load("xapian")
        enquire = xapian.Enquire(self._database)
        enquire.set_query(self._tree(query))
        enquire.set_weighting_scheme(xapian.BM25Weight(1.2, 0, 1, 0.75, 0))
        if query.kind == "newest":
            enquire.set_sort_by_value(_DATE_SLOT, True)  # noqa: FBT003 - its reverse flag
        return enquire

    def _tree(self, query: Query) -> Any:
        make = load("xapian").Query
        if query.is_prefix:
            return make(make.OP_WILDCARD, query.text)
        tree = self._parsed(query)
        if query.kind != "dates":
            return tree
        first, last = (load("xapian").sortable_serialise(second) for second in span_s(query))
        return make(make.OP_FILTER, tree, make(make.OP_VALUE_RANGE, _DATE_SLOT, first, last))

    def _parsed(self, query: Query) -> Any:
        xapian = load("xapian")
        parser = xapian.QueryParser()
        parser.set_stemmer(self._stemmer)
        parser.set_stemming_strategy(xapian.QueryParser.STEM_ALL)
        if query.kind == "phrase":
            return parser.parse_query(f'"{query.text}"', xapian.QueryParser.FLAG_PHRASE)
        make = xapian.Query
        parser.set_default_op(make.OP_AND if query.kind == "and" else make.OP_OR)
        return parser.parse_query(_NOT_IN_WORDS.sub(" ", query.typed), 0)
