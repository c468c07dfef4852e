"""The text of a file as lines, whether it is plain text, HTML, RTF or DOCX.

Lines come one after the other, so that a file of many articles is never held as a whole; only RTF
is, whose library takes all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import IO, TYPE_CHECKING, BinaryIO

from newsearch.article import LARGEST_ARTICLE_BYTES
from newsearch.errors import SourceError
from newsearch.sources.content import is_docx, is_rtf
from newsearch.sources.decode import as_utf8, decode, wide_encoding
from newsearch.sources.jsonl import TOO_LONG, capped_lines
from newsearch.sources.markup import BLOCK_TAG, NO_TEXT
from newsearch.sources.reader import Context
from newsearch.sources.text import charset_of, is_markup

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MARK = "\ufdd0"
"""Stands before the name of a tag or class of HTML, in a line of its own where that begins."""

_BLOCK_BYTES = 2**16
_MOST_IN_MEMORY_BYTES = 2**24
_LARGEST_DOCUMENT_BYTES = 2**27
_LARGEST_RTF_BYTES = 2**26
_BREAK = re.compile(r"\s*<br\b[^<>]*>\s*", re.I)
_ANY_TAG = re.compile(r"<[a-z!?/][^<>]*>", re.I)
_PIECE_END = re.compile(rb"</(?:p|div|tr|li|article|h\d)>", re.I)
_LONGEST_END = len("</article>")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def file_lines(
    stream: BinaryIO, context: Context, marked: re.Pattern[str] | None = None
) -> Iterator[str]:
    """Return the lines of a file without their ends; an empty one after each paragraph of markup.

    Parameters
    ----------
    stream
        The file, from its start.
    context
        Is told of encodings.
    marked
        Finds the tags of HTML before which a line with `MARK` and its first group is given.

    Raises
    ------
    SourceError
        While iterating, for a file that is damaged or too large, and for RTF where the library
        that reads it is missing.
    """
    start: bytes = stream.peek(_BLOCK_BYTES)  # type: ignore[attr-defined]
    if is_docx(start):
        return _spaced(_docx_paragraphs(stream, context))
    if is_rtf(start):
        return _spaced(_rtf_paragraphs(stream, context))
    if is_markup(start):
        return _spaced(_html_lines(stream, context, marked))
    return _text_lines(as_utf8(stream, context), context)


def _spaced(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from paragraph.split("\n")
        yield ""


def _text_lines(stream: BinaryIO, context: Context) -> Iterator[str]:
    for number, line in enumerate(capped_lines(stream), 1):
        if line is None:
            context.note(TOO_LONG, number)
            continue
        try:
            text = line.decode()
        except UnicodeDecodeError:
            decoded = decode(line)
            context.note_once(decoded.decision, number)
            text = decoded.text
        yield from text.splitlines() or [""]


def _html_lines(
    stream: BinaryIO, context: Context, marked: re.Pattern[str] | None
) -> Iterator[str]:
    start: bytes = stream.peek(_BLOCK_BYTES)  # type: ignore[attr-defined]
    charset = charset_of(start)
    if wide_encoding(start):
        stream, charset = as_utf8(stream, context), "utf-8"
    for piece in _pieces(stream):
        decoded = decode(piece, charset)
        if decoded.decision:
            context.note_once(decoded.decision)
        yield from markup_paragraphs(decoded.text, marked)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Cut HTML after ends of paragraphs and the like."""
    held = b""
    while block := stream.read(_BLOCK_BYTES):
        held += block
        stop = len(held) if len(held) > LARGEST_ARTICLE_BYTES else 0
        for end in _PIECE_END.finditer(held, max(0, len(held) - len(block) - _LONGEST_END)):
            stop = end.end()
        yield held[:stop]
        held = held[stop:]
    yield held


def markup_paragraphs(markup: str, marked: re.Pattern[str] | None = None) -> Iterator[str]:
    """Return the paragraphs of HTML that are not blank; see `file_lines`."""
    text = NO_TEXT.sub("", markup)
    if marked:
        text = marked.sub(_marked, text)
    text = _BREAK.sub("\n", re.sub(r"\s+", " ", text))
    text = _ANY_TAG.sub("", BLOCK_TAG.sub("\f", text))
    return filter(None, map(str.strip, unescape(text).split("\f")))


def _marked(tag: re.Match[str]) -> str:
    return f"<p>{MARK}{tag[tag.lastindex or 0]}<p>"


def _rtf_paragraphs(stream: BinaryIO, context: Context) -> Iterator[str]:
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError as error:
        hint = "to read RTF, install striprtf: pip install 'newsearch[documents]'"
        raise SourceError(context.path, hint) from error
    data = stream.read(_LARGEST_RTF_BYTES + 1)
    if len(data) > _LARGEST_RTF_BYTES:
        raise SourceError(context.path, f"RTF of more than {_LARGEST_RTF_BYTES >> 20} MiB")
    # Cells of tables end in bars.
    lines = rtf_to_text(data.decode("latin-1"), errors="replace").splitlines()
    return (line.rstrip("|").replace("|", " ", 1) for line in lines)


def _docx_paragraphs(stream: BinaryIO, context: Context) -> Iterator[str]:
    import shutil
    import zipfile
    import zlib
    from tempfile import SpooledTemporaryFile
    from xml.etree.ElementTree import ParseError

    with SpooledTemporaryFile(_MOST_IN_MEMORY_BYTES) as file:
        shutil.copyfileobj(stream, file)
        try:
            with zipfile.ZipFile(file) as archive:
                info = archive.getinfo("word/document.xml")
                if info.file_size > _LARGEST_DOCUMENT_BYTES:
                    mebibytes = _LARGEST_DOCUMENT_BYTES >> 20
                    raise SourceError(context.path, f"holds more than {mebibytes} MiB of text")
                with archive.open(info) as document:
                    yield from _paragraphs(document)
        except KeyError as error:
            raise SourceError(context.path, "is no Word document") from error
        except (zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError) as error:
            raise SourceError(context.path, f"is damaged: {error}") from error


def _paragraphs(document: IO[bytes]) -> Iterator[str]:
    from xml.etree.ElementTree import iterparse

    for _, element in iterparse(document):
        if element.tag == f"{_WORD}p":
            yield "".join(map(_text_of, element.iter()))
            element.clear()


def _text_of(element: Element) -> str:
    match element.tag.removeprefix(_WORD):
        case "t":
            return element.text or ""
        case "tab":
            return " "
        case "br" | "cr":
            return "\n"
        case _:
            return ""
