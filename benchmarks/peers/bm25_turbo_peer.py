"""bm25-turbo through its Python package."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpora import read_articles, searchable_text
from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load

_WORD = re.compile(r"\w+")
_FILE = "index.bm25"


class Bm25TurboPeer(Peer):
    r"""bm25-turbo (Rust): scores computed at indexing, kept as sparse columns, like bm25s.

    Its Python package takes texts and has no stemmer: it is given tokens ``\w+``, lower case,
    Snowball English (PyStemmer), joined by spaces, and the same of a query within the measured
    time. No stop words; BM25 as Lucene's, k1 1.2, b 0.75. It keeps no positions, dates or text and
    knows only "any of the words"; indexing holds all text in memory.
    """

    name = "bm25-turbo"
    modules = ("bm25_turbo_python", "Stemmer")
    distributions = ("bm25-turbo", "PyStemmer")
    kinds = frozenset({"or"})

    _engine: Any

    def __init__(self) -> None:
        self._stemmer = load("Stemmer").Stemmer("english")

    def index(self, corpus: Path, folder: Path) -> None:
        engine = load("bm25_turbo_python").BM25(method="lucene", k1=1.2, b=0.75)
        engine.index([self._stems(searchable_text(article)) for article in read_articles(corpus)])
        engine.save(str(folder / _FILE))

    def open(self, folder: Path) -> None:
        self._engine = load("bm25_turbo_python").BM25.load(str(folder / _FILE))

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        numbers: list[int] = self._engine.search(self._stems(" ".join(query.words)), k=limit)[0]
        return numbers

    def count(self, query: Query) -> int:
        raise NotImplementedError

    def _stems(self, text: str) -> str:
        return " ".join(self._stemmer.stemWords(_WORD.findall(text.lower())))
