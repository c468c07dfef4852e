"""Crawls in WARC files: each page goes through the reader that its type and content ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import Article, ArticleDate
from newsearch.errors import ArticleError
from newsearch.sources.opening import OpenedFile, read_opened
from newsearch.sources.reader import Context
from newsearch.sources.unpacking import CODINGS, as_stream

_BLOCK_BYTES = 2**16
_LONGEST_LINE = 2**16
_MOST_HEADERS = 1000
_LENGTH = re.compile(r"\d{1,18}")
_CHUNK_SIZE = re.compile(rb"[ \t]*([\da-fA-F]{1,8})[ \t]*(?:;[^\n]*)?\r?\n")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w:.-]+)""", re.I)
_NAMES = {
    **{"text/html": "page.html", "application/xhtml+xml": "page.html", "text/plain": "page.txt"},
    # What these hold tells more than their type.
    **dict.fromkeys(("", "text/xml", "application/xml", "application/pdf"), ""),
    **dict.fromkeys((f"application/{kind}" for kind in ("rss+xml", "atom+xml", "feed+json")), ""),
}
"""The types of what may be news, and what a file of them would be called."""

_Headers = dict[str, str]


@dataclass(slots=True)
class _Record:
    """A record: its headers by names in small letters, its number from 1, and what is left of it.

    The block is read from the file, once.
    """

    headers: _Headers
    number: int
    file: BinaryIO
    n_left: int

    def parts(self) -> Iterator[bytes]:
        """Return what is left of the block, up to the end of the file."""
        while part := self.file.read(min(self.n_left, _BLOCK_BYTES)):
            self.n_left -= len(part)
            yield part


def read_warc(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read the pages of a WARC file; a `Reader`.

    Pages are answers of status 200, and what was kept, or made of an answer, without its headers.
    The address of a page is that of its record. The date of the record is that of the crawl: it
    tells what "yesterday" means on the page, and is no date of the article.
    """
    n_left_out = 0
    for record in _records(stream, context):
        if isinstance(record, Remark):
            yield record
        elif record.headers.get("warc-type") in ("response", "resource", "conversion"):
            block = as_stream(record.parts())
            headers = _headers_of_page(record, block)
            name = _NAMES.get(headers.get("content-type", "").partition(";")[0].strip().lower())
            is_page = not record.headers.get("warc-target-uri", "").endswith("/robots.txt")
            if headers and name is not None and is_page:
                yield from _read_page(block, headers, name, _page_of(record, context))
            else:
                n_left_out += 1
    if n_left_out:
        context.note(f"{n_left_out:,} records left out: errors, redirections, and what is no page")


def _records(stream: BinaryIO, context: Context) -> Iterator[_Record | Remark]:
    number = 0
    is_damaged = False
    while line := stream.readline(_LONGEST_LINE):
        if line.startswith(b"WARC/"):
            number += 1
            headers = _headers(stream)
            length = headers.get("content-length", "")
            if _LENGTH.fullmatch(length):
                is_damaged = False
                record = _Record(headers, number, stream, int(length))
                yield record
                for _ in record.parts():
                    pass
                if record.n_left:
                    yield context.rejected("the file ends within a record; get it again")
                continue
        elif not line.strip():
            continue
        if not is_damaged:
            is_damaged = True
            yield context.rejected(f"what follows record {number} is damaged; read on at the next")


def _headers(stream: BinaryIO) -> _Headers:
    headers: _Headers = {}
    for _ in range(_MOST_HEADERS):
        line = stream.readline(_LONGEST_LINE).decode("utf-8", "replace").strip()
        if not line:
            break
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers


def _headers_of_page(record: _Record, block: BinaryIO) -> _Headers:
    """Return what tells how to read the rest of a block; empty for an answer that is no page."""
    if record.headers["warc-type"] != "response":
        return record.headers
    status = block.readline(_LONGEST_LINE).split(maxsplit=2)[:2]
    is_page = len(status) == 2 and status[0].startswith(b"HTTP/") and status[1] == b"200"
    return {"content-type": "", **_headers(block)} if is_page else {}


def _page_of(record: _Record, context: Context) -> Context:
    record_id = record.headers.get("warc-record-id", "").strip("<>").removeprefix("urn:uuid:")
    page = context.child(f"{context.article_id or context.path}#{record_id or record.number}")
    page.url = record.headers.get("warc-target-uri", "").strip("<>")
    with suppress(ArticleError):
        page.fetched = ArticleDate.parse(record.headers.get("warc-date", ""))
    return page


def _read_page(
    block: BinaryIO, headers: _Headers, name: str, page: Context
) -> Iterator[Article | Remark]:
    if charset := _CHARSET.search(headers.get("content-type", "")):
        page.charset = charset[1]
    if "chunked" in headers.get("transfer-encoding", "").lower():
        block = as_stream(_joined_chunks(block))
    coding = headers.get("content-encoding", "").lower()
    opened = OpenedFile(block, packing=CODINGS.get(coding), within=page.allowance)
    for item in read_opened(opened, page.reader_for(name), page):
        if isinstance(item, Article) and item.id == page.article_id:
            crawled = {"crawled_at": str(page.fetched)} if page.fetched else {}
            yield replace(item, url=page.url, extra={**item.extra, **crawled})
        else:
            yield item


def _joined_chunks(stream: BinaryIO) -> Iterator[bytes]:
    line = stream.readline(_LONGEST_LINE)
    if not _CHUNK_SIZE.fullmatch(line):  # some crawlers join the chunks and do not say so
        yield line
        yield from iter(lambda: stream.read(_BLOCK_BYTES), b"")
        return
    while size := _CHUNK_SIZE.fullmatch(line):
        n_left = int(size[1], 16)
        if not n_left:
            return
        while n_left and (part := stream.read(min(n_left, _BLOCK_BYTES))):
            n_left -= len(part)
            yield part
        stream.readline(_LONGEST_LINE)
        line = stream.readline(_LONGEST_LINE)
    raise OSError(None, "a chunk of it is damaged or missing")
