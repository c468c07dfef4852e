"""One reader of pages in a process of its own: ``python -m benchmarks.extractors NAME IN OUT``.

Only the library that is measured is imported, so that it may live in an environment that has
nothing else. IN is a JSON object: the paths of the pages and the number of rounds. OUT gets what
was read of each page, and the seconds of each round.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Read = dict[str, Any]
"""What a reader finds: ``title``, ``body``, ``date``, ``authors``, as far as it looks for them."""
Reader = Callable[[bytes, str], Read]


def _as_read(title: str | None, body: str | None, date: object, authors: Iterable[str]) -> Read:
    return {"title": title, "body": body, "date": str(date or ""), "authors": list(authors)}


def _newsearch() -> Reader:
    import newsearch

    def read(page: bytes, name: str) -> Read:
        try:
            found = newsearch.parse(page, name=name)
        except newsearch.ArticleError:
            return {}
        return _as_read(found.title, found.body, found.date, found.author)

    return read


def _trafilatura() -> Reader:
    from trafilatura import bare_extraction

    def read(page: bytes, _: str) -> Read:
        found = bare_extraction(page, with_metadata=True, include_comments=False)
        if found is None:
            return {}
        return _as_read(found.title, found.text, found.date, (found.author or "").split("; "))

    return read


def _readability() -> Reader:
    from lxml.html import fromstring
    from readability import Document

    def read(page: bytes, _: str) -> Read:
        document = Document(page.decode("utf-8", "replace"))
        body = fromstring(document.summary(html_partial=True)).itertext()
        return {"title": document.short_title(), "body": "\n".join(body)}

    return read


def _newspaper() -> Reader:
    from newspaper import Article

    def read(page: bytes, _: str) -> Read:
        found = Article("http://example.com/a", fetch_images=False)
        found.download(input_html=page.decode("utf-8", "replace"))
        found.parse()
        return _as_read(found.title, found.text, found.publish_date, found.authors)

    return read


def _resiliparse() -> Reader:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    def read(page: bytes, _: str) -> Read:
        tree = HTMLTree.parse_from_bytes(page, detect_encoding(page) or "utf-8")
        return {"title": tree.title, "body": extract_plain_text(tree, main_content=True)}

    return read


READERS: dict[str, tuple[str, Callable[[], Reader]]] = {
    "newsearch, text": ("newsearch", _newsearch),
    "newsearch, HTML": ("newsearch", _newsearch),
    "trafilatura": ("trafilatura", _trafilatura),
    "readability": ("readability-lxml", _readability),
    "newspaper4k": ("newspaper4k", _newspaper),
    "resiliparse": ("resiliparse", _resiliparse),
}
"""By name: the package whose version is told, and what makes the reader."""


def main(name: str, request: str, output: str) -> None:
    """Read all pages in every round; what is kept is what the last one found."""
    package, make = READERS[name]
    asked = json.loads(Path(request).read_text("utf-8"))
    pages = [(path, _bytes_of(Path(path))) for path in asked["paths"]]
    read = make()
    read(pages[0][1], pages[0][0])  # loads what is loaded on first use
    wall_s, cpu_s, failed = [], [], 0
    for _ in range(asked["rounds"]):
        found, failed = [], 0
        wall, cpu = time.perf_counter(), time.process_time()
        for path, page in pages:
            try:
                found.append(read(page, Path(path).name.removesuffix(".gz")))
            except Exception:  # a page that a reader fails on is one it finds nothing on
                found.append({})
                failed += 1
        wall_s.append(time.perf_counter() - wall)
        cpu_s.append(time.process_time() - cpu)
    result = {
        "version": version(package),
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "failed": failed,
        "bytes": sum(len(page) for _, page in pages),
        "found": found,
    }
    Path(output).write_text(json.dumps(result), "utf-8")


def _bytes_of(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


if __name__ == "__main__":
    main(*sys.argv[1:])
