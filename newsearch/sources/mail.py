"""Mail: newsletters in ``.eml`` files and mailboxes of the mbox form; a message is an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import Article, ArticleDate
from newsearch.sources.decode import decode
from newsearch.sources.markup import without_markup
from newsearch.sources.reader import Context
from newsearch.sources.text import read_page

# Texts come before what is attached, so the start of a large message is enough.
_MOST_READ_BYTES = 2**25
_LONGEST_LINE = 2**16
_FIELD = re.compile(rb"([!-9;-~]+):|[ \t]")
_OTHER_FIELDS = {b"date", b"subject", b"message-id", b"received", b"mime-version", b"to"}
_SEPARATOR = re.compile(rb"From (?:\S+ .*\d\d:\d\d|\S+@\S+\s*$)")
_BLANK_LINE = re.compile(r"\n\s*\n")
# Who sends a page that a browser saved as a message (MHTML); its date is that of saving.
_SAVED_PAGE = re.compile(r"\W*saved by\b", re.I)
_QUOTED_SEPARATOR = re.compile(rb">+From ")


def is_mail(start: bytes) -> bool:
    """Whether a file that starts so is a message or a mailbox."""
    lines = start.splitlines()
    fields = lines[: lines.index(b"")] if b"" in lines else lines[:-1]  # the last may be cut
    if fields and _SEPARATOR.match(fields[0]):
        del fields[0]
    found = [_FIELD.match(line) for line in fields]
    names = {(field[1] or b"").lower() for field in found if field}
    return all(found) and b"from" in names and not names.isdisjoint(_OTHER_FIELDS)


def read_mail(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a message, or those of a mailbox one at a time; a `Reader`."""
    start: bytes = stream.peek(_LONGEST_LINE)  # type: ignore[attr-defined]
    if not _SEPARATOR.match(start):
        yield _read_message(stream.read(_MOST_READ_BYTES), context)
        return
    for number, data in enumerate(_messages(stream), 1):
        yield _read_message(data, context, number)


def _messages(stream: BinaryIO) -> Iterator[bytes]:
    """Return the messages of a mailbox, which lines such as ``From a@b Tue Mar 5 ...`` separate."""
    lines: list[bytes] = []
    n_bytes = 0
    is_after_blank = True
    while line := stream.readline(_LONGEST_LINE):
        if is_after_blank and _SEPARATOR.match(line):
            if lines:
                yield b"".join(lines)
            lines, n_bytes = [], 0
        elif n_bytes < _MOST_READ_BYTES:
            n_bytes += len(line)
            lines.append(line[1:] if _QUOTED_SEPARATOR.match(line) else line)
        is_after_blank = not line.strip()
    yield b"".join(lines)


def _read_message(data: bytes, context: Context, number: int = 0) -> Article | Remark:
    try:
        message = message_from_bytes(data)
        if number:
            part = _field(message, "message-id").strip("<>") or number
            context = context.child(f"{context.article_id or context.path}#{part}")
        return _article_of(message, context)
    # What is no mail makes the parser fail in many ways, and must not end a mailbox.
    except Exception as error:
        return context.rejected(f"the message cannot be read: {type(error).__name__}: {error}")


def _article_of(message: Message, page: Context) -> Article | Remark:
    page.fetched = _date(message)
    is_saved = _SAVED_PAGE.match(_field(message, "from")) is not None
    if is_saved:
        page.url = _field(message, "snapshot-content-location") or page.url
    html, plain = _parts(message, "text/html"), _parts(message, "text/plain")
    title = _field(message, "subject")
    article = read_page(html, page, is_html=True) if html.strip() else None
    if is_saved and isinstance(article, Article):
        return article
    if not isinstance(article, Article):
        body = _unwrapped(plain) or without_markup(html)
        if not (title or body):
            return page.rejected("the message has neither subject nor text")
        article = Article(page.article_id, title, body)
    name, address = parseaddr(_field(message, "from"))
    return replace(
        article,
        title=title or article.title,
        source=name or address,
        date=page.fetched or article.date,
    )


def _unwrapped(text: str) -> str:
    """Return a text, a paragraph a line, up to the signature."""
    paragraphs = _BLANK_LINE.split(text.partition("\n-- \n")[0])
    return "\n".join(filter(None, (" ".join(one.split()) for one in paragraphs)))


def _date(message: Message) -> ArticleDate | None:
    with suppress(ValueError):
        return ArticleDate.of(parsedate_to_datetime(_field(message, "date")))
    return None


def _parts(message: Message, kind: str) -> str:
    """Return the text of all parts of a kind that are not attached."""
    found = []
    for part in message.walk():
        if part.get_content_type() == kind and not part.get_filename():
            data = part.get_payload(decode=True)
            if isinstance(data, bytes):
                text = decode(data, part.get_content_charset("")).text
                found.append(text.replace("\r\n", "\n"))
    return "\n\n".join(found)


def _field(message: Message, name: str) -> str:
    """Return a header field on one line, '' for none and one that cannot be read."""
    with suppress(Exception):  # what is none makes the parser fail in many ways
        return " ".join(str(make_header(decode_header(message[name] or ""))).split())
    return ""
