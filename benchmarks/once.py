"""One query in a new process: ``python -m benchmarks.once PEER FOLDER WORD...``."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.kinds import Query
from benchmarks.peers import peer_class


def main(peer: str, folder: str, *words: str) -> None:
    """Open an index, ask for the ten best articles with any of the words, print their keys."""
    engine = peer_class(peer)()
    engine.open(Path(folder))
    print(*engine.search(Query("or", " ".join(words), words), 10), sep="\n")
    engine.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
