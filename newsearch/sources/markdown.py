"""Markdown: text whose marks are taken away, and what it says of itself above the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import LARGEST_ARTICLE_BYTES, Article
from newsearch.sources.decode import decode
from newsearch.sources.fields import article_from
from newsearch.sources.markup import without_markup
from newsearch.sources.page.head import fold
from newsearch.sources.reader import ID_FROM_PATH, Context
from newsearch.sources.text import read_page

_FRONT = re.compile(r"(---|\+\+\+)[ \t]*\n(.*?\n)\1[ \t]*(?:\n|\Z)", re.S)
_FRONT_START = re.compile(rb"(?:\xef\xbb\xbf)?(?:---|\+\+\+)[ \t]*\r?\n\w[\w -]*[ \t]*[:=]")
_PAIR = re.compile(r"(\w[\w -]{0,60}?)[ \t]{0,9}[:=](.*)|\s{0,9}-\s(.*)")
_HEADING = re.compile(r"#{1,6}\s+(.*)")
# Fences of code, lines, what underlines a heading or a row of names, and addresses of links.
_NO_TEXT = re.compile(r"\s*(?:[`~]{3}.*|(?:[-*_=|:]\s*){3,}|\[[^\]]+\]:\s*\S.*)")
# Their lengths are bounded, so that no text takes long.
_MARKS = (
    (re.compile(r"!\[[^\]]{0,500}\](?:\([^()]{0,500}\)|\[[^\]]{0,99}\])|\[\^[^\]]{1,99}\]"), ""),
    (re.compile(r"\[([^\[\]]+)\](?:\((?:[^()]|\([^()]{0,99}\)){0,999}\)|\[[^\]]{0,99}\])"), r"\1"),
    (re.compile(r"<((?:https?|mailto):[^<>\s]{1,999})>"), r"\1"),
    (re.compile(r"(\*\*\*|\*\*|\*|~~|`{1,3})(?=\S)(.{0,500}?\S)\1"), r"\2"),
    (re.compile(r"(?<!\w)(___|__|_)(?=\S)(.{0,500}?\S)\1(?!\w)"), r"\2"),
    (re.compile(r"\\([^\w\s])"), r"\1"),
)
_BLOCK = re.compile(r"\s*(?:(?:> ?)+|[-*+] +(?:\[[ x]\] )?|(?=\d+[.)] ))")
# A shorter line ends where it was meant to, as those of credits do.
_SHORTEST_WRAPPED = 40


def has_front(start: bytes) -> bool:
    """Whether a file that starts so is Markdown that says of itself what it is."""
    return _FRONT_START.match(start) is not None


def read_markdown(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file of Markdown, as what it says of itself or else as a page; a `Reader`."""
    data = stream.read(LARGEST_ARTICLE_BYTES + 1)
    decoded = decode(data[:LARGEST_ARTICLE_BYTES])
    text = decoded.text.removeprefix("\ufeff").replace("\r\n", "\n")
    front = _FRONT.match(text)
    told = _told(front[2]) if front else {}
    lines = _lines(text[front.end() if front else 0 :])
    if len(data) > LARGEST_ARTICLE_BYTES or not told:
        yield read_page(data if len(data) > LARGEST_ARTICLE_BYTES else "\n".join(lines), context)
        return
    if decoded.decision:
        context.note_of_page(decoded.decision)
    body = without_markup("\n".join(filter(None, lines)))
    first, _, rest = body.partition("\n")
    if fold(first) == fold(str(told.get("title", ""))):
        body = rest
    if context.id_from != ID_FROM_PATH:
        told.setdefault("id", context.article_id)
    yield article_from({**told, "body": body}, context, None)


def _told(front: str) -> dict[str, Any]:
    """Return what the lines above the text say; lists, but nothing deeper."""
    told: dict[str, Any] = {}
    key = ""
    for line in front.splitlines():
        if not (found := _PAIR.fullmatch(line)):
            continue
        name, value, item = found.groups()
        if name is None:
            told[key] = [*(told[key] or []), _plain(item)] if key else None
            continue
        value = value.strip()
        key = name if not value else ""
        is_list = value.startswith("[") and value.endswith("]")
        told[name] = list(map(_plain, value[1:-1].split(","))) if is_list else _plain(value)
    return {name: value for name, value in told.items() if name and value}


def _plain(value: str) -> str:
    value = value.strip()
    return value[1:-1] if value[:1] in "\"'" and value[-1:] == value[:1] else value


def _lines(text: str) -> list[str]:
    """Return paragraphs, headings and items as lines without marks, empty ones between them."""
    lines: list[list[str]] = []
    goes_on = False
    for row in text.split("\n"):
        if _NO_TEXT.fullmatch(row):
            goes_on = False
            continue
        heading = _HEADING.fullmatch(row)
        block = _BLOCK.match(row)
        line = row[block.end() :] if block else row
        line = line.strip().removesuffix("\\")
        if heading:
            lines += [[""], [heading[1].rstrip("# ")], [""]]
        elif goes_on and line and not block:
            lines[-1].append(line)
        else:
            lines.append([line])
        goes_on = len(row) >= _SHORTEST_WRAPPED and not heading and not row.endswith(("  ", "\\"))
    return [_without_marks(" ".join(parts)) for parts in lines]


def _without_marks(line: str) -> str:
    for mark, text in _MARKS:
        line = mark.sub(text, line)
    return line.strip()
