"""A saved page, as plain text or as HTML: find the article in it.

The way of a page: its lines are told apart by kind (`page.lines`), the span with the most prose
is the article (`page.body`), the headline and the section stand above it (`page.head`), and the
credits between them (`page.credits`). The words that all this goes by are in `page.cues`. HTML
says more of each line, and of the article (`html`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import LARGEST_ARTICLE_BYTES, Article
from newsearch.sources.decode import decode
from newsearch.sources.page.article import FEW_SENTENCES, article_of
from newsearch.sources.page.body import article_span, body_lines, credits_end, sentence_lines
from newsearch.sources.page.head import find_head
from newsearch.sources.page.lines import Line, page_lines
from newsearch.sources.reader import Context

_START_BYTES = 4096
_MARKUP_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head)\b",
    re.I | re.S,
)
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?([\w:-]+)""", re.I
)
_TAG = re.compile("<[a-z!?/]", re.I)


def read_text(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file that is one page, HTML where it starts so; a `Reader`."""
    return _read(stream, context, is_html=False)


def read_html(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file that is one page of HTML; a `Reader`."""
    return _read(stream, context, is_html=True)


def _read(stream: BinaryIO, context: Context, *, is_html: bool) -> Iterator[Article | Remark]:
    data = stream.read(LARGEST_ARTICLE_BYTES + 1)
    if len(data) > LARGEST_ARTICLE_BYTES:
        mebibytes = LARGEST_ARTICLE_BYTES >> 20
        yield context.rejected(f"the page is larger than {mebibytes} MiB")
        return
    is_html = is_html or is_markup(data)
    charset = _CHARSET.search(data[:_START_BYTES]) if is_html else None
    decoded = decode(data, charset[1].decode("ascii", "replace") if charset else "")
    if decoded.decision:
        context.note(decoded.decision)
    article = (_extract_markup if is_html else extract)(decoded.text, context)
    if article:
        yield article
    else:
        reason = "no running text was found" if decoded.text.strip() else "the file is empty"
        yield context.rejected(reason)


def is_markup(start: bytes) -> bool:
    """Whether a file that starts so is HTML."""
    return bool(_MARKUP_START.match(start[:_START_BYTES].replace(b"\0", b"")))


def extract(text: str, context: Context) -> Article | None:
    """Find the article in the text of a page; None when no line of it reads like a sentence."""
    lines = page_lines(text)
    span, body = _span_and_body(lines, context)
    if not body:
        return None
    text_start = span.start + max(credits_end(lines[span.start : span.stop]), 1)
    head = find_head(lines, text_start, "\n".join(line.text for line in body))
    return article_of(lines, span, body, head, context)


def _extract_markup(markup: str, context: Context) -> Article | None:
    if not _TAG.search(markup):
        return extract(markup, context)
    from newsearch.sources.html.article import extract_markup

    return extract_markup(markup, context)


def _span_and_body(lines: Sequence[Line], context: Context) -> tuple[range, list[Line]]:
    span = article_span(lines)
    if body := body_lines(lines[span.start : span.stop]):
        return span, body
    # A brief of the wires has a sentence or two: too few to tell them from their surroundings.
    found = sentence_lines(lines)
    if not found:
        return span, []
    context.note(FEW_SENTENCES)
    return range(found[0], found[-1] + 1), [lines[at] for at in found]
