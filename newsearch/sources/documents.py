"""The text of a file as lines, whether it is plain text, HTML or RTF.

Lines come one after the other, so that a file of many articles is never held as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import BinaryIO

from newsearch.article import LARGEST_ARTICLE_BYTES
from newsearch.sources.content import is_rtf
from newsearch.sources.decode import TOO_LONG, as_utf8, decode, text_lines, wide_encoding
from newsearch.sources.markup import BLOCK_TAG, NO_TEXT
from newsearch.sources.reader import Context
from newsearch.sources.text import charset_of, is_markup

MARK = "\ufdd0"
"""Stands before the name of a tag or class of HTML, in a line of its own where that begins."""

_BLOCK_BYTES = 2**16
_RTF_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
    r"|\\$",
    re.I | re.S,
)
# A token of which the end is not read yet has at most this many letters without its number.
_LONGEST_CUT, _MOST_HELD = 50, 2**20
_RTF_NO_TEXT = (
    "fonttbl colortbl stylesheet info pict object fldinst header headerl headerr headerf footer"
    " footerl footerr footerf themedata listtable listoverridetable annotation"
)
_RTF_HIDDEN = frozenset(_RTF_NO_TEXT.split())
_RTF_LETTERS = {
    **{"line": "\n", "tab": " ", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘"},
    **{"rquote": "’", "ldblquote": "“", "rdblquote": "”"},
}
_RTF_SIGNS = {"~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\n": "\n", "\r": "\n"}
_BREAK = re.compile(r"\s*<br\b[^<>]*>\s*", re.I)
_ANY_TAG = re.compile(r"<[a-z!?/][^<>]*>", re.I)
_PIECE_END = re.compile(rb"</(?:p|div|tr|li|article|h\d)>", re.I)
_LONGEST_END = len("</article>")


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
    """
    start: bytes = stream.peek(_BLOCK_BYTES)  # type: ignore[attr-defined]
    if is_rtf(start):
        return spaced(_rtf_paragraphs(stream))
    if is_markup(start):
        return spaced(_html_lines(stream, context, marked))
    return _plain_lines(as_utf8(stream, context), context)


def spaced(paragraphs: Iterable[str]) -> Iterator[str]:
    """Return the lines of paragraphs, an empty one after each of them."""
    for paragraph in paragraphs:
        yield from paragraph.split("\n")
        yield ""


def _plain_lines(stream: BinaryIO, context: Context) -> Iterator[str]:
    for number, text in text_lines(stream, context):
        if text is None:
            context.note(TOO_LONG, number)
        else:
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
        yield from _markup_paragraphs(decoded.text, marked)


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


def _markup_paragraphs(markup: str, marked: re.Pattern[str] | None) -> Iterator[str]:
    """Return the paragraphs of HTML that are not blank; see `file_lines`."""
    text = re.sub(r"\s+", " ", NO_TEXT.sub("", markup))
    if marked:
        text = marked.sub(lambda tag: f"<p>{MARK}{tag[tag.lastindex or 0]}<p>", text)
    text = _BREAK.sub("\n", text)
    text = _ANY_TAG.sub("", BLOCK_TAG.sub("\f", text))
    return filter(None, map(str.strip, unescape(text).split("\f")))


def _rtf_paragraphs(stream: BinaryIO) -> Iterator[str]:
    # Not striprtf: it holds all of a file, and takes minutes for 5,000 links that are not closed.
    text = _RtfText()
    for token in _rtf_tokens(stream):
        if text.take(token):
            yield text.taken()
    yield text.taken()


def _rtf_tokens(stream: BinaryIO) -> Iterator[re.Match[str]]:
    held, at, is_ended = "", 0, False
    while not is_ended:
        block = stream.read(_BLOCK_BYTES).decode("latin-1")
        is_ended = not block
        held, at = held[at:] + block, max(at - len(held), 0)
        while token := _RTF_TOKEN.match(held, at):
            if token.end() + _LONGEST_CUT > len(held) < _MOST_HELD and not is_ended:
                break
            yield token
            is_binary = token[1] == "bin" and token[2]
            at = token.end() + (max(int(token[2]), 0) if is_binary else 0)


class _RtfText:
    """The paragraph that some tokens of RTF make, without what groups hold that are no text."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._groups: list[tuple[bool, int]] = []
        self._is_hidden = False
        self._encoding = "cp1252"
        self._bytes = b""
        # After a letter by its number, this many are for programs that do not know it.
        self._n_spare, self._n_to_skip = 1, 0

    def take(self, token: re.Match[str]) -> bool:
        """Read a token; tell whether a paragraph ends with it."""
        word, number, code, sign, brace, run = token.groups()
        if code:
            self._bytes += bytes.fromhex(code) if not self._n_to_skip else b""
            self._n_to_skip = max(self._n_to_skip - 1, 0)
            return False
        if self._bytes:
            self._add(decode(self._bytes, self._encoding).text)
            self._bytes = b""
        if word:
            return self._control(word, int(number or 0))
        if brace == "{":
            self._groups.append((self._is_hidden, self._n_spare))
        elif brace and self._groups:
            self._is_hidden, self._n_spare = self._groups.pop()
        elif run:
            text = run if run.isascii() else decode(run.encode("latin-1"), self._encoding).text
            self._add(text[self._n_to_skip :])
            self._n_to_skip = max(self._n_to_skip - len(run), 0)
        self._is_hidden |= sign == "*"
        self._add(_RTF_SIGNS.get(sign or "", ""))
        return False

    def taken(self) -> str:
        """Return the paragraph, and begin the next one."""
        text = "".join(self._text)
        self._text.clear()
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def _control(self, word: str, number: int) -> bool:
        match word:
            case "u":
                self._add(chr(number & 0xFFFF))
                self._n_to_skip = self._n_spare
            case "uc":
                self._n_spare = number
            case "ansicpg":
                self._encoding = f"cp{number}"
            case "par" | "row" | "cell" | "sect" | "page":
                return not self._is_hidden
            case _:
                self._is_hidden |= word in _RTF_HIDDEN
                self._add(_RTF_LETTERS.get(word, ""))
        return False

    def _add(self, text: str) -> None:
        if text and not self._is_hidden:
            self._text.append(text)
