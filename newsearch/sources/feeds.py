"""Feeds: RSS, Atom, JSON Feed, and sitemaps of news; their items are records.

They are read item by item and no further than an item goes, so a feed that is not quite XML loses
no more than what is damaged, and nothing that it declares can grow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any, BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.sources.content import is_json_feed
from newsearch.sources.decode import as_utf8
from newsearch.sources.elements import PROLOG, children_of, is_articles, pieces_of, read_elements
from newsearch.sources.fields import article_from
from newsearch.sources.reader import Context
from newsearch.sources.text import charset_of

_BLOCK_BYTES = 2**16
_LARGEST_JSON_BYTES = 2**26
_ROOT = re.compile(
    PROLOG + rb"<(?:[\w.-]+:)?(rss|rdf|feed|urlset|sitemapindex)[\s>]",
    re.I | re.S,
)
_ITEMS = {b"rss": b"item", b"rdf": b"item", b"feed": b"entry", b"urlset": b"url"}
_OPENING = re.compile(r"<(?:[\w.-]+:)?(?:channel|feed)(?:\s[^<>]*)?>", re.I)
_LANGUAGE = re.compile(r"""\bxml:lang\s*=\s*["']([\w-]+)""")
_MAIL_AND_NAME = re.compile(r"\S+@\S+ \((.+)\)")
# Of WordPress; pictures and menus are other types.
_OTHER_POST = re.compile(r"<wp:post_type>(?!\W*(?:CDATA\[)?(?:post|page)\W)", re.I)
# Others, such as those of pictures and podcasts, have titles and authors of their own.
_PREFIXES = ("", "a10", "atom", "content", "dc", "dcterms", "n", "news", "rdf", "rss", "sitemap")
_NAMES = {
    **{"title": "title", "guid": "id", "id": "id", "link": "url", "loc": "url", "source": "source"},
    **{"pubdate": "date", "published": "date", "issued": "date", "publication_date": "date"},
    **{"date": "date", "created": "date", "updated": "date_modified", "modified": "date_modified"},
    **{"creator": "author", "author": "author", "category": "tags", "subject": "tags"},
    **{"encoded": "body", "content": "body", "description": "summary", "summary": "summary"},
    **{"language": "lang", "keywords": "keywords", "publication": "source"},
}
"""What the elements of an item mean; of two for one the first that says something counts."""
_LISTS = ("author", "tags")


def is_feed(start: bytes) -> bool:
    """Whether a file that starts so is a feed or a sitemap, or has articles in other elements."""
    return _ROOT.match(start) is not None or is_articles(start) or is_json_feed(start)


def read_feed(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read the items of a feed; a `Reader`."""
    start: bytes = stream.peek(_BLOCK_BYTES)  # type: ignore[attr-defined]
    if is_json_feed(start):
        yield from _read_json_feed(stream, context)
        return
    stream = as_utf8(stream, context, context.charset or charset_of(start))
    root = _ROOT.match(stream.peek(_BLOCK_BYTES))  # type: ignore[attr-defined]
    kind = root[1].lower() if root else b""
    if kind == b"sitemapindex":
        yield context.rejected("this sitemap names other sitemaps only; load those")
    elif kind:
        yield from _read_items(stream, _ITEMS[kind], context)
    else:
        yield from read_elements(stream, context)


def _read_items(stream: BinaryIO, name: bytes, context: Context) -> Iterator[Article | Remark]:
    told: dict[str, Any] = {}
    n_articles = n_others = 0
    for line, item in pieces_of(stream, name):
        if item is None:
            yield context.rejected("an item does not end, or is too long", line)
        elif not line:
            told = _told_of_all(item)
        elif (record := _record_of(item, context)).keys() & {"title", "body", "summary"}:
            n_articles += 1
            yield article_from(told | record, context, line)
        else:
            n_others += 1
    if n_others and n_articles:
        context.note(f"{n_others:,} items are left out: without title and text, or no posts")
    elif n_others:
        yield context.rejected("it lists addresses without titles and texts; load the pages")
    elif not n_articles:
        yield context.rejected("there is no item in the feed")


def _told_of_all(head: str) -> dict[str, Any]:
    """Return what a feed tells before its items, of all of them: publisher, language, author."""
    opening = _OPENING.search(head)
    record = _values(head[opening.end() :] if opening else "")
    language = _LANGUAGE.search(head)
    told = {
        "source": record.get("title"),
        "lang": record.get("lang") or (language[1] if language else ""),
        "author": record.get("author"),
    }
    return {key: value for key, value in told.items() if value}


def _record_of(item: str, context: Context) -> dict[str, Any]:
    """Return the record of an item, without a title or text where it is no article."""
    if _OTHER_POST.search(item):
        return {}
    record = _values(item)
    if "date" not in record and "date_modified" in record:
        record["date"] = record.pop("date_modified")
    if tags := record.pop("tags", None):
        record |= {"section": tags[0], "tags": tags} if len(tags) > 1 else {"section": tags[0]}
    return _identified(record, context)


def _identified(record: dict[str, Any], context: Context) -> dict[str, Any]:
    """Return a record whose id tells it from those of other feeds: many count their own items."""
    number = str(record.get("id") or "")
    if number and ":" not in number:
        record["id"] = None if record.get("url") else f"{context.article_id}#{number}"
    return record


def _values(markup: str) -> dict[str, Any]:
    """Return what the elements of some markup say, by our names."""
    values: dict[str, Any] = {}
    for name, attributes, inner in children_of(markup):
        prefix, _, local = name.rpartition(":")
        key = _NAMES.get(local) if prefix in _PREFIXES else None
        if key is None or attributes.get("rel", "alternate") != "alternate":
            continue
        text = inner.strip() if "<" in inner else unescape(inner).strip()
        if key in ("author", "source") and "<" in inner:
            parts = _values(inner.replace("name>", "title>"))
            text = parts.get("title", "")
            values.setdefault("lang", parts.get("lang", ""))
        text = text or next(filter(None, map(attributes.get, ("href", "label", "term"))), "")
        if key == "author" and (named := _MAIL_AND_NAME.fullmatch(text)):
            text = named[1]
        if text and key in _LISTS:
            values.setdefault(key, []).append(text)
        elif text:
            values.setdefault(key, text)
    return {key: value for key, value in values.items() if value}


def _read_json_feed(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    data = stream.read(_LARGEST_JSON_BYTES + 1)
    if len(data) > _LARGEST_JSON_BYTES:
        yield context.rejected(f"the feed is larger than {_LARGEST_JSON_BYTES >> 20} MiB")
        return
    try:
        feed = json.loads(data)
        items = [one for one in feed["items"] if isinstance(one, dict)]
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        yield context.rejected(f"no JSON Feed: {error}")
        return
    told = {"source": feed.get("title"), "lang": feed.get("language")}
    told["authors"] = feed.get("authors") or feed.get("author")
    for item in items:
        yield article_from(_identified({**told, **item}, context), context, None)
