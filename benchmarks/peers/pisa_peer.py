"""PISA through pyterrier-pisa."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from benchmarks.corpora import read_articles, searchable_text
from benchmarks.kinds import Query
from benchmarks.peers.base import Key, Peer, load

# The library that PISA was built with, which systems no longer have, from the package tbb<2021.
_THREADING_LIBRARY = Path(sys.prefix) / "lib" / "libtbb.so.2"
_ALGORITHMS = {"or": "block_max_maxscore", "and": "block_max_ranked_and"}


class PisaPeer(Peer):
    """PISA (C++): the research engine for ranked retrieval; SIMD-BP128 blocks.

    Its own tokeniser for English, Porter2 (Snowball English), no stop words; BM25 k1 1.2, b 0.75
    and the older idf, next to nothing for words that half of the articles have. It keeps no
    positions, dates or text. In ``and`` it drops words that no article has. Called at the level
    below pyterrier's data frames, which would cost more than the search. Building the forward and
    inverted index uses two threads (pyterrier-pisa adds one to what it is asked); compression is
    part of indexing here.
    """

    name = "pisa"
    modules = ("pyterrier_pisa",)
    distributions = ("pyterrier_pisa",)
    kinds = frozenset({"or", "and"})
    index_threads: ClassVar[int] = 2

    _context: Any
    _retrieve: Any

    def prepare(self) -> None:
        """Load the engine's code after the library that it needs, where that was installed."""
        if _THREADING_LIBRARY.exists():
            ctypes.CDLL(str(_THREADING_LIBRARY), mode=ctypes.RTLD_GLOBAL)
        super().prepare()

    def index(self, corpus: Path, folder: Path) -> None:
        index = self._open(folder)
        index.index(_documents(corpus))
        self._open(folder).bm25(k1=1.2, b=0.75, num_results=10)

    def open(self, folder: Path) -> None:
        transformer = self._open(folder).bm25(k1=1.2, b=0.75, num_results=10)
        self._context = transformer._ctxt
        self._retrieve = load("pyterrier_pisa._pisathon").retrieve

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        docnos = np.empty(limit, object)
        found = self._retrieve(
            self._context,
            _ALGORITHMS[query.kind],
            [(0, " ".join(query.words))],
            k=limit,
            threads=1,
            query_weighted=0,
            pretokenised=False,
            result_qidxs=np.empty(limit, np.int32),
            result_docnos=docnos,
            result_ranks=np.empty(limit, np.int32),
            result_scores=np.empty(limit, np.float32),
        )
        return [int(docno) for docno in docnos[:found]]

    def count(self, query: Query) -> int:
        raise NotImplementedError

    @staticmethod
    def _open(folder: Path) -> Any:
        return load("pyterrier_pisa").PisaIndex(
            str(folder / "pisa"), text_field="text", stemmer="porter2", stops="none", threads=1
        )


def _documents(corpus: Path) -> Iterator[dict[str, str]]:
    for number, article in enumerate(read_articles(corpus)):
        yield {"docno": str(number), "text": searchable_text(article)}
