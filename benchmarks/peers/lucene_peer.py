"""Lucene, driven by LuceneDriver.java beside this file."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from benchmarks.kinds import Query
from benchmarks.peers.base import Answer, Key, Peer, cpu_seconds, peak_bytes

JAR_VARIABLE = "NEWSEARCH_BENCH_LUCENE_JARS"
JAVA_VARIABLE = "NEWSEARCH_BENCH_JAVA"
_DRIVER = Path(__file__).with_name("LuceneDriver.java")
# Lucene decodes postings with vector instructions where this module is there, and says so if not.
_JAVA_OPTIONS = (
    "-Xmx4g",
    "-XX:+UseSerialGC",
    "--enable-native-access=ALL-UNNAMED",
    "--add-modules",
    "jdk.incubator.vector",
)


class LucenePeer(Peer):
    """Lucene 10 (Java) from a folder of jars: core, analysis, misc, highlighter, and Jackson.

    Standard tokeniser (Unicode word breaks: ``U.S`` and ``don't`` are one word each), lower case,
    Snowball English, no stop words; BM25 k1 1.2, b 0.75, lengths rounded to one byte. One indexing
    thread, merges included, 512 MB buffer. No query cache, because the rounds ask the same again.
    Time is taken inside the Java process, so it holds no cost of a Python binding. Snippets are the
    unified highlighter's, which analyses the stored text again. A prefix is one of stems, unranked.
    """

    name = "lucene"
    hint = (
        f"put lucene-core, -analysis-common, -misc, -highlighter, -queries and -memory 10 and"
        f" jackson-databind, -core and -annotations into a folder and name it in {JAR_VARIABLE}"
    )
    order: ClassVar[str] = "as read"
    """How articles are numbered: the driver's word for it."""

    def __init__(self) -> None:
        command = [_java(), *_JAVA_OPTIONS, "-cp", f"{_jars()}/*", str(_DRIVER)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    @classmethod
    def missing(cls) -> str:
        """Say which of jars and Java is not there, or ''."""
        if not _jars() or not any(Path(_jars()).glob("lucene-core-*.jar")):
            return f"no Lucene jars; {cls.hint}"
        if shutil.which(_java()) is None:
            return f"no {_java()}; install a Java 21 or later or set {JAVA_VARIABLE}"
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
        self._ask("index", str(corpus), str(folder), self.order)

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


class ReorderedLucenePeer(LucenePeer):
    """Lucene 10 with its articles put in order by recursive graph bisection, in one segment.

    The same as `lucene` but for `BPReorderingMergePolicy` around its usual merge policy, a 64 MB
    buffer so that there is something to merge, and a merge into one segment at the end. Articles
    with words in common then have numbers near each other, which makes blocks easier to skip.
    """

    name = "lucene-bp"
    order = "reorder"


def _jars() -> str:
    return os.environ.get(JAR_VARIABLE, "")


def _java() -> str:
    return os.environ.get(JAVA_VARIABLE, "java")
