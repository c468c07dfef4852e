"""Lucene, driven by LuceneDriver.java beside this file."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.kinds import Query
from benchmarks.peers.base import Answer, Key, Peer, cpu_seconds, peak_bytes

JAR_VARIABLE = "NEWSEARCH_BENCH_LUCENE_JAR"
JAVA_VARIABLE = "NEWSEARCH_BENCH_JAVA"
_DRIVER = Path(__file__).with_name("LuceneDriver.java")


class LucenePeer(Peer):
    """Lucene (Java) from any jar that holds it and Jackson, such as Anserini's fat jar.

    Standard tokeniser (Unicode word breaks: ``U.S`` and ``don't`` are one word each), lower case,
    Snowball English, no stop words; BM25 k1 1.2, b 0.75, lengths rounded to one byte. One indexing
    thread, merges included, 512 MB buffer. No query cache, because the rounds ask the same again.
    Time is taken inside the Java process, so it holds no cost of a Python binding. The fat jar has
    no highlighter: no snippets, no mix. A prefix is one of stems, unranked.
    """

    name = "lucene"
    kinds = frozenset({"or", "and", "phrase", "prefix", "dates", "newest", "count"})
    hint = (
        f"set {JAR_VARIABLE} to a jar with Lucene and Jackson, such as the anserini-*-fatjar.jar"
        " in the source distribution of pyserini"
    )

    def __init__(self) -> None:
        command = [_java(), "-Xmx4g", "-XX:+UseSerialGC", "-cp", _jar(), str(_DRIVER)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    @classmethod
    def missing(cls) -> str:
        """Say which of jar and Java is not there, or ''."""
        if not Path(_jar()).is_file():
            return f"no Lucene jar; {cls.hint}"
        if shutil.which(_java()) is None:
            return f"no {_java()}; install a Java 11 or later or set {JAVA_VARIABLE}"
        return ""

    @classmethod
    def versions(cls) -> dict[str, str]:
        """Name the versions of Lucene and Java."""
        peer = cls()
        lucene, java = peer._ask("version")
        peer.close()
        return {"lucene": lucene, "java": java}

    def prepare(self) -> None:
        """Wait until Java has compiled the driver."""
        self._ask("version")

    def index(self, corpus: Path, folder: Path) -> None:
        self._ask("index", str(corpus), str(folder))

    def open(self, folder: Path) -> None:
        self._ask("open", str(folder))

    def search(self, query: Query, limit: int) -> Sequence[Key]:
        return self.answer(query, limit).keys

    def count(self, query: Query) -> int:
        reply = self._query("count", query, 1)
        return reply.total or 0

    def answer(self, query: Query, limit: int) -> Answer:
        """Answer one query with the time that Java took."""
        return self._query(query.kind, query, limit)

    def peak_bytes(self) -> int:
        """Peak of the Java process."""
        return peak_bytes(self._process.pid)

    def cpu_seconds(self) -> float:
        """Processor time of the Java process, its compiler and collector included."""
        return cpu_seconds(self._process.pid)

    def close(self) -> None:
        """End the Java process."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait(timeout=60)
        if self._process.stdout:
            self._process.stdout.close()

    def _query(self, action: str, query: Query, limit: int) -> Answer:
        arguments = (
            query.kind,
            " ".join(query.typed.split()),
            query.since,
            query.until,
            str(limit),
        )
        nanoseconds, total, numbers = self._ask(action, *arguments)
        keys = tuple(int(number) for number in numbers.split(",") if number)
        return Answer(int(nanoseconds) / 1e9, keys, int(total) if total else None)

    def _ask(self, *words: str) -> list[str]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the Java process has no pipes")
        self._process.stdin.write("\t".join(words) + "\n")
        self._process.stdin.flush()
        status, *reply = self._process.stdout.readline().rstrip("\n").split("\t")
        if status != "ok":
            raise RuntimeError(f"lucene: {' '.join(reply) or 'the Java process ended'}")
        return reply


def _jar() -> str:
    return os.environ.get(JAR_VARIABLE, "")


def _java() -> str:
    return os.environ.get(JAVA_VARIABLE, "java")
