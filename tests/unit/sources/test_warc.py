"""Crawls in WARC files: pages are read however they were sent, and damage costs no other page."""

from __future__ import annotations

import gc
import gzip
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
import zstandard

from newsearch.article import Article
from newsearch.sources import Context, Remark, read
from newsearch.sources.text import read_html
from newsearch.sources.unpacking import as_stream
from newsearch.sources.warc import read_warc

PROSE = "The envoy agreed on Wednesday to continue working closely with the ministry. " * 3
PAGE = f"<html><body><h1>Envoys meet in Tokyo</h1><p>{PROSE}</p></body></html>".encode()
HTML = "Content-Type: text/html"
Transform = Callable[[bytes], bytes]


def record(block: bytes, name: str = "a", kind: str = "response", **headers: str) -> bytes:
    told = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{name}>",
        "WARC-Date": "2019-03-06T10:00:00Z",
        "WARC-Target-URI": f"http://example.com/{name}",
        "Content-Length": str(len(block)),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = ["WARC/1.0", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


def answer(page: bytes = PAGE, *headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode() + page


def chunked(data: bytes) -> bytes:
    parts = [data[at : at + 7] for at in range(0, len(data), 7)]
    return b"".join(b"%x;n=v\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def articles_in(path: Path, data: bytes, **options: str) -> tuple[list[Article], str]:
    path.write_bytes(data)
    stream = read(path, **options)  # type: ignore[arg-type]
    found = list(stream)
    return found, "\n".join(map(str, [*stream.rejected, *stream.notes]))


BROTLI_BOMB = brotli.compress(bytes(2**28), quality=1)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_page_has_the_address_of_its_record_and_the_date_that_it_shows(
    pack: Transform, tmp_path: Path
) -> None:
    dated = PAGE.replace(b"</h1>", b"</h1><p>By Mara Quill</p><p>March 5, 2019</p>")
    relative = PAGE.replace(b"</h1>", b"</h1><p>By Mara Quill</p><p>3 days ago</p>")
    pages = {"a": PAGE, "b": dated, "c": relative}
    data = b"".join(pack(record(answer(page, HTML), name)) for name, page in pages.items())
    found, said = articles_in(tmp_path / "crawl.warc.gz", data)
    assert said == ""
    assert [article.id for article in found] == [
        f"{tmp_path.name}/crawl.warc.gz#{name}" for name in pages
    ]
    assert [article.url for article in found] == [f"http://example.com/{name}" for name in pages]
    assert [str(article.date or "") for article in found] == ["", "2019-03-05", "2019-03-03"]
    assert {article.extra["crawled_at"] for article in found} == {"2019-03-06T10:00:00Z"}
    assert {article.title for article in found} == {"Envoys meet in Tokyo"}


CODINGS: dict[str, tuple[str, Transform]] = {
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", lambda data: zstandard.ZstdCompressor().compress(data)),
    "none": ("identity", bytes),
    # Crawlers keep these headers though they unpack the data.
    "no gzip": ("gzip", bytes),
    "no br": ("br", bytes),
}


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("sent", [bytes, chunked, "chunked"])
def test_pages_are_read_however_they_were_sent(
    coding: str, sent: Transform | str, tmp_path: Path
) -> None:
    name, compress = CODINGS[coding]
    headers = [HTML, f"Content-Encoding: {name}"]
    headers += [] if sent is bytes else ["Transfer-Encoding: chunked"]
    data = compress(PAGE)
    block = answer(chunked(data) if sent is chunked else data, *headers)
    ((article,), said) = articles_in(tmp_path / "a.warc", record(block))
    assert (article.body, said) == (PROSE.strip(), "")


def test_what_was_kept_without_an_answer_is_read(tmp_path: Path) -> None:
    data = record(PROSE.encode(), "a", "conversion", Content_Type="text/plain")
    data += record(PAGE, "b", "resource", Content_Type="text/html")
    found, said = articles_in(tmp_path / "a.warc", data)
    assert ([article.body for article in found], said) == ([PROSE.strip()] * 2, "")


def test_what_is_no_page_is_left_out_and_counted(tmp_path: Path) -> None:
    blocks = [
        answer(PAGE, HTML, status="404 Not Found"),
        answer(PAGE, HTML, status="301 Moved"),
        answer(PAGE, "Content-Type: text/css"),
        b"",
        b"no answer",
    ]
    data = record(b"software: x", kind="warcinfo") + record(b"GET /", kind="request")
    data += b"".join(map(record, blocks)) + record(answer(PAGE, HTML), "b")
    data += record(answer(b"User-agent: *", "Content-Type: text/plain"), "robots.txt")
    found, said = articles_in(tmp_path / "a.warc", data)
    assert [article.url for article in found] == ["http://example.com/b"]
    assert said.endswith(": 6 records left out: errors, redirections, and what is no page")


def test_the_encoding_that_a_server_told_is_used(tmp_path: Path) -> None:
    text = "Министр в среду согласился и дальше тесно сотрудничать с послом. " * 3
    page = f"<html><body><p>{text}</p></body></html>".encode("iso8859-5")
    block = answer(page, 'Content-Type: text/html; charset="ISO-8859-5"')
    ((article,), _) = articles_in(tmp_path / "a.warc", record(block))
    assert article.body == text.strip()


GOOD = record(answer(PAGE, HTML), "b")


@pytest.mark.parametrize(
    ("data", "n_found", "reason"),
    [
        (GOOD + b"\0garbage\r\n\r\nmore\n" + GOOD, 2, "what follows record 1 is damaged"),
        (GOOD.replace(b"Content-Length: ", b"Content-Length: -") + GOOD, 1, "record 1 is damaged"),
        (GOOD.replace(b"Content-Length", b"Content-Size") + GOOD, 1, "record 1 is damaged"),
        (GOOD + GOOD[:-40], 2, "the file ends within a record"),
        (GOOD + GOOD[:40], 1, "what follows record 2 is damaged"),
        (record(answer(chunked(PAGE)[:-60], HTML, "Transfer-Encoding: chunked")) + GOOD, 2,
         "#a: not read to its end: a chunk of it is damaged or missing"),
        (record(answer(gzip.compress(bytes(2**28), 1), HTML)) + GOOD, 1, "#a: "),
        (record(answer(BROTLI_BOMB, HTML, "Content-Encoding: br")) + GOOD, 1, "#a: "),
        (gzip.compress(GOOD) + gzip.compress(GOOD)[:-12], 2, "compressed data ends too early"),
        (gzip.compress(GOOD) + gzip.compress(GOOD)[:99] + gzip.compress(GOOD), 2, "not read to"),
    ],
)  # fmt: skip
def test_damage_is_named_and_costs_no_other_page(
    data: bytes, n_found: int, reason: str, tmp_path: Path
) -> None:
    found, said = articles_in(tmp_path / "a.warc", data)
    assert len(found) == n_found
    assert reason in said


@pytest.mark.slow
def test_memory_does_not_grow_with_a_crawl() -> None:
    def parts() -> Iterator[bytes]:
        for number in range(200):
            yield record(answer(PAGE + b" " * 5000, HTML), str(number))

    context = Context("a.warc", choose=lambda _: read_html)
    items = read_warc(as_stream(parts()), context)
    peaks = []
    tracemalloc.start()
    for _ in range(6):
        gc.collect()
        tracemalloc.reset_peak()
        read_now = [item for _, item in zip(range(33), items, strict=False)]
        assert not any(isinstance(item, Remark) for item in read_now)
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert peaks[-1] < peaks[1] * 1.2


@pytest.mark.long
def test_ten_gigabytes_of_a_crawl_are_read_in_constant_memory() -> None:
    resource = pytest.importorskip("resource")
    page = PAGE.replace(b"</body>", b"<script>%s</script></body>" % (b"let a = 1;\n" * 100_000))

    def parts() -> Iterator[bytes]:
        for number in range(10_000_000_000 // len(page)):
            yield record(answer(page, HTML), str(number))

    context = Context("a.warc", choose=lambda _: read_html)
    peaks = []
    for number, item in enumerate(read_warc(as_stream(parts()), context)):
        assert isinstance(item, Article)
        if number % 1000 == 999:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert len(peaks) > 8
    assert peaks[-1] < peaks[0] * 1.1
