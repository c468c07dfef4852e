"""Articles of other XML and SGML than feeds: NITF, NewsML, TREC, Reuters, rows of databases.

Elements are read by their names, as keys of records are, however deep they lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any, BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import LARGEST_ARTICLE_BYTES, Article
from newsearch.sources.fields import Meanings, article_from
from newsearch.sources.page.lines import WRAPPED, rows_of
from newsearch.sources.reader import Context

_BLOCK_BYTES = 2**16
_LONGEST_START = 1000
# Of elements that only hold others, the tags.
_NO_CHILD = re.compile(r"<!--.*?-->|</?(?:\w+:)?news>", re.S)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_ELEMENT_TAG = re.compile(r"<(/?)([\w:.-]+)((?:\s[^<>]*?)?)(/?)>")
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*["']([^"']*)["']""")
PROLOG = rb"(?:\xef\xbb\xbf)?\s*(?:(?><!--.*?-->|<[?!](?!--)[^>]*>)\s*)*+"
_KNOWN = re.compile(
    PROLOG + rb"<(?:nitf|news-?(?:item|ml|message)|reuters|doc(?:\s[^<>]*)?>"
    rb"\s*<(?:docno|docid|fileid|headline|dateline|text))[\s>]",
    re.I | re.S,
)
_ITEM = re.compile(
    rb"<(?:[\w.-]+:)?"
    rb"(nitf|newsitem|reuters|article|doc|document|story|post|node|record|row|item|news)[\s>]",
    re.I,
)
# Elements with other names than keys of records have.
_NAMES = {
    **{"hl1": "title", "hedline": "title", "hl": "title", "ti": "title", "head": "title"},
    **{"body.content": "body", "datacontent": "body", "inlinexml": "body", "lp": "body"},
    **{"date.issue": "date", "firstcreated": "date", "versioncreated": "date", "dd": "date"},
    **{"date1": "date", "doc-id": "id", "pubdata": "source", "so": "source"},
}
# Elements whose attribute says what they hold.
_NAMED = frozenset(("arr", "column", "date", "field", "int", "property", "str"))
_VALUES = ("norm", "literal", "tag", "id-string", "name", "value")
_IDS = ("id", "guid", "newid")
_PARAGRAPHS = frozenset(("p", "para", "paragraph"))
_BREAK = re.compile(r"</?(?:p|br|lb|li|tr|div|block|h[1-6]|hl\d|para|paragraph)\b[^<>]*>", re.I)
# A paragraph may begin with a blank line, or only further in.
_INDENTED = re.compile(r"\n(?=[ \t]{2,}\S)")
# The New York Times has the first paragraph twice.
_REPEATED = re.compile(
    r'<block class="(?:online_)?lead_paragraph">(?:(?!<block\b).)*?</block>', re.S
)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.I)
_DEEPEST = 12


def is_articles(start: bytes) -> bool:
    """Whether a file that starts so has articles in elements of a known standard."""
    return _KNOWN.match(start) is not None


def read_elements(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read the articles of a file of XML or SGML in UTF-8."""
    start: bytes = stream.peek(_BLOCK_BYTES)  # type: ignore[attr-defined]
    item = _ITEM.search(start)
    meanings = Meanings(context.told.keys)
    n_told = 0
    for line, piece in pieces_of(stream, item[1]) if item else ():
        if piece is None:
            n_told += 1
            yield context.rejected("an article does not end, or is too long", line)
        elif line:
            record = _record_of(piece, meanings)
            if meanings.of(record) & {"title", "body"}:
                n_told += 1
                yield article_from(record, context, line, meanings)
    if not n_told:
        reason = "it is XML, but no feed and no sitemap, and no article is found in it"
        yield context.rejected(f"{reason}; save it as HTML, JSON or CSV")


def _record_of(piece: str, meanings: Meanings) -> dict[str, Any]:
    opening, _, inner = piece.partition(">")
    told = attributes_of(opening)
    record = _told_in(_REPEATED.sub("", inner), meanings)
    if meanings.of(record) & {"title", "body"} == {"title"}:
        found = (_text_of(text) for name, _, text in children_of(inner) if name in _PARAGRAPHS)
        record |= {"body": text} if (text := "\n".join(found)) else {}
    if "id" not in meanings.of(record) and (key := next(filter(told.get, _IDS), "")):
        record["id"] = told[key]
    return record


def _told_in(markup: str, meanings: Meanings, depth: int = 0) -> dict[str, Any]:
    """Return what elements tell: each that has a title or text in it by its parts, else whole."""
    record: dict[str, Any] = {}
    for full_name, attributes, inner in children_of(markup):
        name = full_name.rpartition(":")[2]
        key = attributes["name"] if name in _NAMED and "name" in attributes else name
        key = _NAMES.get(key, key)
        parts = _told_in(inner, meanings, depth + 1) if "<" in inner and depth < _DEEPEST else {}
        is_whole = meanings.of(parts).isdisjoint(("title", "body"))
        is_own = not (parts or depth or name in _PARAGRAPHS)
        if is_whole and (meanings[key][0] or is_own):
            text = _text_of(inner) or next(filter(None, map(attributes.get, _VALUES)), "")
            parts = {key: text} if text else {}
        if name == "pubdata" and (day := attributes.get("date.publication")):
            parts["date"] = day
        for part, text in parts.items():
            record.setdefault(part, text)
    return record


def _text_of(markup: str) -> str:
    text = unescape(_TAG.sub("", _BREAK.sub("\n\n", markup)))
    rows = rows_of(_INDENTED.sub("\n\n", text))
    return "\n".join(row for row in rows if row not in ("", WRAPPED))


def pieces_of(stream: BinaryIO, name: bytes) -> Iterator[tuple[int, str | None]]:
    """Return the text before the first item, as line 0, and the items by the lines they start on.

    None is an item that does not end.
    """
    start = re.compile(rb"<(?:[\w.-]+:)?%s(?=[\s>])" % name, re.I)
    # What stands in CDATA ends no item, even where the CDATA does not end yet.
    end = re.compile(rb"<!\[CDATA\[(?:.*?\]\]>|.*\Z)|(</(?:[\w.-]+:)?%s\s*>)" % name, re.I | re.S)
    window, line = stream.read(_BLOCK_BYTES), 1
    found = start.search(window)
    yield 0, window[: found.start() if found else None].decode("utf-8", "replace")
    while True:
        at = 0
        while found := start.search(window, at):
            line += window.count(b"\n", at, found.start())
            at = found.start()
            stop = next((one.end() for one in end.finditer(window, at) if one[1]), 0)
            if not stop:
                break
            yield line, window[found.end() : stop].decode("utf-8", "replace")
            line += window.count(b"\n", at, stop)
            at = stop
        if found and len(window) - at > LARGEST_ARTICLE_BYTES:
            yield line, None
            at = found.end()
        elif not found:  # a start may go on in the next block
            start_of_rest = max(at, len(window) - _LONGEST_START)
            line += window.count(b"\n", at, start_of_rest)
            at = start_of_rest
        window = window[at:]
        block = stream.read(max(_BLOCK_BYTES, len(window)))
        if not block:
            break
        window += block
    if start.search(window):
        yield line, None


def children_of(markup: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Return the name, attributes and content of each outermost element."""
    markup = _NO_CHILD.sub("", _CDATA.sub(lambda data: escape(data[1], quote=False), markup))
    name, attributes, at, depth = "", "", 0, 0
    for tag in _ELEMENT_TAG.finditer(markup):
        is_end, is_empty = bool(tag[1]), bool(tag[4])
        if not depth and not is_end:
            name, attributes, at, depth = tag[2], tag[3], tag.end(), 1 - is_empty
        elif depth and tag[2] == name and not is_empty:
            depth += -1 if is_end else 1
        else:
            continue
        if not depth:
            inner = "" if is_empty else markup[at : tag.start()]
            yield name.lower(), attributes_of(attributes), inner


def attributes_of(tag: str) -> dict[str, str]:
    """Return the attributes in a tag of XML."""
    return {key.lower(): unescape(value) for key, value in _ATTRIBUTE.findall(tag)}
