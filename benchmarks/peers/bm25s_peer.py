"""bm25s with its Numba backend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.corpora import read_articles, searchable_text
from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load


class Bm25sPeer(Peer):
    r"""bm25s: scores computed at indexing, kept as sparse columns, summed up at query time.

    Tokens ``\w+``, lower case, Snowball English (PyStemmer), no stop words; BM25 as Lucene's, k1
    1.2, b 0.75. It keeps no positions, dates or text and knows only "any of the words", so its
    index is smaller and its indexing holds all text and tokens in memory. Its query is tokenised
    within the measured time.
    """

    name = "bm25s"
    modules = ("bm25s", "numba", "Stemmer")
    distributions = ("bm25s", "numba", "PyStemmer")
    kinds = frozenset({"or"})

    _retriever: Any
    _stemmer: Any
    _limit: int

    def index(self, corpus: Path, folder: Path) -> None:
        bm25s = load("bm25s")
        texts = [searchable_text(article) for article in read_articles(corpus)]
        tokens = self._tokens(texts, return_ids=True)
        retriever = bm25s.BM25(method="lucene", k1=1.2, b=0.75, backend="numba")
        retriever.index(tokens, show_progress=False)
        retriever.save(str(folder), show_progress=False)

    def open(self, folder: Path) -> None:
        self._retriever = load("bm25s").BM25.load(str(folder))
        self._retriever.backend = "numba"
        self._retriever.activate_numba_scorer()

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        tokens = self._tokens([" ".join(query.words)], return_ids=False)
        k = min(limit, int(self._retriever.scores["num_docs"]))
        found = self._retriever.retrieve(tokens, k=k, show_progress=False)
        numbers, scores = found.documents[0].tolist(), found.scores[0].tolist()
        return [number for number, score in zip(numbers, scores, strict=True) if score > 0]

    def count(self, query: Query) -> int:
        raise NotImplementedError

    def _tokens(self, texts: Sequence[str], *, return_ids: bool) -> Any:
        if not hasattr(self, "_stemmer"):
            self._stemmer = load("Stemmer").Stemmer("english")
        return load("bm25s").tokenize(
            texts,
            token_pattern=r"(?u)\w+",
            stopwords=[],
            stemmer=self._stemmer,
            return_ids=return_ids,
            show_progress=False,
        )
