"""A process that changes an index and says how far it came; it is there to be killed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import newsearch
from newsearch import Article
from newsearch.index import load, small_builder

BATCH_ARTICLES = 15
"""A bulk load commits after each so many articles."""

Step = tuple[str, list[str], list[str]]
"""What is done (add, load, delete, purge, compact), ids, and the texts of those that are added."""


def write(path: Path, steps: list[Step], report: Callable[[], object]) -> None:
    """Do steps one after the other; report once at the start, and after each."""
    with newsearch.open_index(path) as index:
        report()
        for kind, ids, texts in steps:
            _do(index, kind, ids, texts)
            report()


def _do(index: newsearch.Index, kind: str, ids: list[str], texts: list[str]) -> None:
    match kind:
        case "add" | "load":
            if kind == "load":
                _load_in_bulk()
            index.add([Article(id=one, body=text) for one, text in zip(ids, texts, strict=True)])
        case "delete" | "purge":
            index.delete(ids, purge=kind == "purge")
        case "compact":
            index.compact()
        case _:
            raise ValueError(kind)


def _load_in_bulk() -> None:
    """Make loads bulk loads of several commits; this process does nothing else."""
    small_builder.SMALL_BYTES = 0  # type: ignore[misc]
    load.CHECKPOINT_INTERVAL_S = -1.0
    load._BATCH_ARTICLES = BATCH_ARTICLES  # noqa: SLF001 - the process is to be killed


if __name__ == "__main__":
    write(Path(sys.argv[1]), json.loads(sys.argv[2]), lambda: os.write(1, b"."))
