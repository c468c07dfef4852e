"""How time grows with the corpus: generated news of growing size.

Measured: indexing and three kinds of query at each size. An engine that by its time on the last
size could not index the next one in the time given is left out from there on, by name. Indexes of
an earlier run can be asked for, where only the latency is wanted. Left out:
more kinds (their growth is that of these three), indexes that no longer fit in memory.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.corpora import GENERATED, prepare
from benchmarks.indexing import have_indexes, index_corpus
from benchmarks.querying import query_corpus
from benchmarks.run import Run

SCALE_KINDS = ("or", "and", "phrase")


def measure_scale(run: Run, sizes: Sequence[str]) -> None:
    """Index and query generated corpora, smallest first."""
    for size in sizes:
        corpus = prepare(f"{GENERATED}{size}", seed=run.options.seed, progress=run.say)
        make = have_indexes if run.options.reuse else index_corpus
        query_corpus(run, corpus, make(run, corpus), SCALE_KINDS)
