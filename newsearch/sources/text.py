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
from newsearch.sources.content import is_no_text
from newsearch.sources.decode import decode
from newsearch.sources.markup import without_entities, without_markup
from newsearch.sources.mojibake import MENDED, mended
from newsearch.sources.page import cues
from newsearch.sources.page.article import FEW_SENTENCES, article_of
from newsearch.sources.page.body import (
    body_lines,
    credits_end,
    sentence_lines,
    span_below_headline,
    tell_galleries,
)
from newsearch.sources.page.head import find_head, headlines_of_title
from newsearch.sources.page.lines import Line, page_lines, rows_of
from newsearch.sources.reader import Context

_START_BYTES = 4096
_CHARS_PER_TAG = 1000
_MARKUP_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head)\b",
    re.I | re.S,
)
_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?([\w:-]+)""", re.I
)
_LONGEST_WORD = 500
_SAMPLE_CHARS = 2**14
_TAG = re.compile("<[a-z!?/]", re.I)

_LONGEST_MESSAGE = 1_000
_AROUND_MESSAGE = " .!?…|-–—:()"
NO_TEXT_FOUND = "no running text was found"


def read_text(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file that is one page, HTML where it starts so; a `Reader`."""
    yield read_page(stream.read(LARGEST_ARTICLE_BYTES + 1), context)


def read_html(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file that is one page of HTML; a `Reader`."""
    yield read_page(stream.read(LARGEST_ARTICLE_BYTES + 1), context, is_html=True)


def read_page(page: str | bytes, context: Context, *, is_html: bool = False) -> Article | Remark:
    """Return the article of a page, or why there is none.

    Parameters
    ----------
    page
        Its text or its HTML, decoded or not.
    context
        Of the page.
    is_html
        Whether it is HTML even where it does not start so.
    """
    if len(page) > LARGEST_ARTICLE_BYTES:
        return context.rejected(f"the page is larger than {LARGEST_ARTICLE_BYTES >> 20} MiB")
    start = page[:_START_BYTES]
    is_html = is_html or is_markup(
        start.encode("utf-8", "replace") if isinstance(start, str) else start
    )
    read = page if isinstance(page, str) else _decoded(page, context, is_html=is_html)
    if (text := mended(read)) is not read:
        context.note_of_page(MENDED)
    if not is_html:
        # Tags here and there are what the text is about, and its blank lines are to stay.
        is_marked_up = _CHARS_PER_TAG * text.count("</") > len(text)
        text = without_markup(text) if is_marked_up else without_entities(text)
    sample = text[:_SAMPLE_CHARS]
    is_binary = is_no_text(sample.encode("utf-8", "replace"))
    if is_binary or (not is_html and _is_encoded(sample)):
        return context.rejected("the file is no text")
    article = (_extract_markup if is_html else extract)(text, context)
    first_line = "" if is_html else text.lstrip()[:_LONGEST_MESSAGE].partition("\n")[0]
    if article and _stands_for_none(article, article.title or first_line):
        return context.rejected("a server's message in place of an article")
    reason = NO_TEXT_FOUND if text.strip() else "the file is empty"
    return article or context.rejected(reason)


def _stands_for_none(article: Article, title: str) -> bool:
    """Whether what was saved says that there is no page, or asks for consent or proof first."""
    is_bare = len(article.body) < _LONGEST_MESSAGE and not article.date and not article.author
    return is_bare and cues.NO_ARTICLE.fullmatch(title.strip(_AROUND_MESSAGE)) is not None


def _is_encoded(sample: str) -> bool:
    """Whether a text has hardly a space, as base64 and the like: in ASCII no language does so."""
    n_spaces = sample.count(" ") + sample.count("\n")
    return len(sample) > _LONGEST_WORD and sample.isascii() and n_spaces * 50 < len(sample)


def _decoded(data: bytes, context: Context | None, *, is_html: bool) -> str:
    told = context.charset if context else ""
    decoded = decode(data, told or (charset_of(data) if is_html else ""))
    if decoded.decision and context:
        context.note_of_page(decoded.decision)
    return decoded.text


def rows_of_page(stream: BinaryIO, n_bytes: int) -> list[str]:
    """Return the lines at the start of a page, blank ones as '', whether it is text or HTML."""
    data = stream.read(n_bytes)
    is_html = is_markup(data)
    text = _decoded(data, None, is_html=is_html)
    if not is_html:
        return rows_of(text)
    from newsearch.sources.html import blocks
    from newsearch.sources.html.body import block_rows

    return block_rows(blocks.read_page(text))


def is_markup(start: bytes) -> bool:
    """Whether a file that starts so is HTML."""
    return bool(_MARKUP_START.match(start[:_START_BYTES].replace(b"\0", b"")))


def charset_of(start: bytes) -> str:
    """Return the encoding that HTML which starts so declares; '' for none."""
    declared = _CHARSET.search(start[:_START_BYTES])
    return declared[1].decode("ascii", "replace") if declared else ""


def extract(text: str, context: Context) -> Article | None:
    """Find the article in the text of a page; None when no line of it reads like a sentence."""
    rows = rows_of(text)
    lines = page_lines(rows, context.recurring_lines(rows))
    tell_galleries(lines)
    context.reading.lines = lines
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
    span = span_below_headline(lines, headlines_of_title(lines))
    if body := body_lines(lines[span.start : span.stop]):
        return span, body
    # A brief of the wires has a sentence or two: too few to tell them from their surroundings.
    found = sentence_lines(lines)
    if not found:
        return span, []
    context.note(FEW_SENTENCES)
    return range(found[0], found[-1] + 1), [lines[at] for at in found]
