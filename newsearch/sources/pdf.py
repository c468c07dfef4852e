"""The text of PDF pages, put together again: columns, paragraphs, and words cut at line ends.

A page is pieces of text at places. What recurs at the edges of pages, and their numbers, is no
text. PDFium finds the letters: of two libraries measured it is 3 times as fast as pypdf, which
also says less of where they stand.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from ctypes import byref
from itertools import pairwise
from statistics import median
from threading import Lock
from typing import Any, BinaryIO, NamedTuple

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.sources.documents import spaced
from newsearch.sources.exports.reading import is_export, read_lines
from newsearch.sources.properties import Properties
from newsearch.sources.reader import Context
from newsearch.sources.tables import library

_LARGEST_FILE_BYTES = 2**27
_MOST_PAGES = 5_000
_PDFIUM = Lock()  # which can do one thing at a time
# In heights of a letter: between words that a line has beside those of another column.
_WIDEST_SPACE = 0.9
_INDENT = 0.7
_SAME_HEIGHT = 0.15
_WIDEST_LEADING = 1.4
_FEWEST_OF_COLUMN, _SHORTEST_OF_COLUMN = 4, 15
_MOST_ORDERED = 1_000
_EDGE_LINES = 3
_NEAR = 4
_LONGEST_PARAGRAPH, _MOST_KNOWN = 2**16, 2**18
_SHORT = 0.3
_SENTENCE_END = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")
_HYPHENS = "-\u00ad\u2010\ufffe"  # the last is PDFium's, where it leaves out the end of a line
_WORD = re.compile("[^\\s\ufffe]+\ufffe?")
_PAGE = r"(?:p|pp|page|pag|pág|página|pagina|s|seite|side|sida|str|strona|стр)\.? "
_OF = r"(?: ?(?:/|of|von|de|di|sur|av|z|из) ?\d{1,4})"
_NUMBER = re.compile(
    rf"(?:https?://\S+ )?(?:{_PAGE})?[-–—]? ?\d{{1,4}}{_OF}? ?[-–—]?"
    rf"|{_PAGE}\d{{1,4}}{_OF}\b.{{,40}}",
    re.I,
)
_PRINTED = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}[:.]\d\d\b.*")
_COUNT = re.compile(r".*\b\d{1,4}/\d{1,4}")
_MADE = re.compile(r"(?:D:)?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?")
_PUBLISHED = re.compile(
    rb"prism:(?:publicationDate|coverDate)[^>\"]*[>\"]\s*(?:<[^>]*>\s*)*([\dT:+.Z-]{8,40})"
)


class _Piece(NamedTuple):
    """Words in a line, where they begin and end, their foot, and how high letters are."""

    text: str
    left: float
    right: float
    foot: float
    height: float


def read_pdf(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a PDF document, an export or one article; a `Reader`."""
    pdfium = library("pypdfium2", "documents", context, "PDF ")
    data = stream.read(_LARGEST_FILE_BYTES + 1)
    if len(data) > _LARGEST_FILE_BYTES:
        yield context.rejected(f"larger than {_LARGEST_FILE_BYTES >> 20} MiB; save it in parts")
        return
    try:
        with _PDFIUM, closing(pdfium.PdfDocument(data)) as document:
            told = document.get_metadata_dict()
            n_pages = min(len(document), _MOST_PAGES)
            n_more = len(document) - n_pages
            pages = [_pieces(document, number, pdfium) for number in range(n_pages)]
    except pdfium.PdfiumError as error:
        is_locked = "assword" in str(error)
        advice = "is encrypted; save it without its password"
        yield context.rejected(advice if is_locked else f"the PDF document is damaged: {error}")
        return
    if n_more:
        yield context.rejected(f"the last {n_more:,} pages are left out; save it in parts")
    if n_empty := sum(not page for page in pages):
        reason = "without text, such as pictures; make their text with OCR, as ocrmypdf does"
        if n_empty == len(pages):
            yield context.rejected(f"all its pages are {reason}")
            return
        context.note(f"{n_empty:,} of {len(pages):,} pages are {reason}")
    published = _PUBLISHED.search(data)
    properties = Properties(
        told.get("Title", ""),
        told.get("Author", ""),
        published[1].decode() if published else "",
        _iso(told.get("CreationDate", "")),
    )
    pieces = [piece for page in _without_edges(pages) for piece in _in_order(page)]
    rows = list(spaced(_blocks(pieces)))
    lines = iter(rows) if is_export(rows) else spaced(_paragraphs(pieces))
    yield from read_lines(lines, context, properties)


def _iso(made: str) -> str:
    found = _MADE.match(made)
    if not found:
        return ""
    return "-".join(found.groups()[:3]) + ("T" + ":".join(found.groups()[3:]) if found[4] else "")


def _pieces(document: Any, number: int, pdfium: Any) -> list[_Piece]:
    """Return the pieces of a page in the order in which it holds them; none for a damaged page."""
    try:
        page = document[number]
    except pdfium.PdfiumError:
        return []
    with closing(page), closing(page.get_textpage()) as text_page:
        text = text_page.get_text_range()
        box_of, index_of = pdfium.raw.FPDFText_GetLooseCharBox, None
        if text_page.count_chars() != len(text):  # some stand for no letter, or for two
            index_of = pdfium.raw.FPDFText_GetCharIndexFromTextIndex
        handle, box = text_page.raw, pdfium.raw.FS_RECTF()
        place = byref(box)
        pieces: list[_Piece] = []
        words: list[str] = []
        start = right = foot = height = 0.0
        stop = 0
        for word in _WORD.finditer(text):
            at, end = word.start(), word.end() - 1
            box_of(handle, index_of(handle, at) if index_of else at, place)
            left, gap = box.left, box.left - right
            is_other = "\n" in text[stop:at] or not -height < gap < _WIDEST_SPACE * height
            if is_other or not words:
                if words:
                    pieces.append(_Piece(" ".join(words), start, right, foot, height))
                words, start, foot = [], left, box.bottom
                height = max(abs(box.top - foot), 1.0)
            box_of(handle, index_of(handle, end) if index_of else end, place)
            words.append(word[0])
            right, stop = box.right, end + 1
    if words:
        pieces.append(_Piece(" ".join(words), start, right, foot, height))
    return pieces


def _without_edges(pages: Sequence[Sequence[_Piece]]) -> list[list[_Piece]]:
    """Return pages without what recurs at their edges, and without their numbers."""
    edges = [_edges(page) for page in pages]
    counts = Counter(key for edge in edges for key in set(map(_key, edge)))
    usual = median(piece.height for page in pages for piece in page)

    def is_edge(piece: _Piece, edge: Sequence[_Piece]) -> bool:
        if piece not in edge or piece.height > usual * (1 + _SAME_HEIGHT):
            return False
        n_pages = counts[_key(piece)]
        is_printed = _PRINTED.fullmatch(piece.text) and any(_COUNT.fullmatch(e.text) for e in edge)
        recurs = n_pages > 1 and 3 * n_pages >= len(pages)
        return recurs or bool(is_printed or _NUMBER.fullmatch(piece.text))

    return [
        [piece for piece in page if not is_edge(piece, edge)]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _edges(page: Sequence[_Piece]) -> list[_Piece]:
    pieces = sorted(page, key=lambda piece: piece.foot)
    return pieces[:_EDGE_LINES] + pieces[-_EDGE_LINES:]


def _key(piece: _Piece) -> str:
    return re.sub(r"\d+", "0", piece.text.casefold())


def _in_order(page: Sequence[_Piece]) -> Sequence[_Piece]:
    """Return the pieces of a page column by column; those across columns end what is above."""
    starts = _columns(page) if len(page) <= _MOST_ORDERED else []
    if not starts:
        return page
    found: list[_Piece] = []
    columns: list[list[_Piece]] = [[] for _ in (*starts, 0)]
    highest = median(piece.height for piece in page) * (1 + _SAME_HEIGHT)
    for piece in sorted(page, key=lambda piece: (-piece.foot, piece.left)):
        at = bisect_right(starts, piece.left + piece.height / 2)
        is_across = at < len(starts) and piece.right > starts[at] + piece.height
        if is_across or (not any(columns) and piece.height > highest):  # ends such a headline
            found += [one for column in columns for one in column]
            columns = [[] for _ in columns]
            found.append(piece)
        else:
            columns[at].append(piece)
    return [*found, *(one for column in columns for one in column)]


def _columns(page: Sequence[_Piece]) -> list[float]:
    """Return where columns begin, but for the first one."""
    starts: list[float] = []
    for left, n in sorted(Counter(round(piece.left) for piece in page).items()):
        if n < _FEWEST_OF_COLUMN:
            continue
        own = [piece for piece in page if abs(piece.left - left) <= 1]
        beside = [
            piece
            for piece in own
            if any(
                other.right <= left and abs(other.foot - piece.foot) < piece.height
                for other in page
            )
        ]
        n_across = sum(p.left < left - 1 and p.right > left + p.height for p in page)
        is_prose = median(len(piece.text) for piece in own) >= _SHORTEST_OF_COLUMN
        if len(beside) >= max(_FEWEST_OF_COLUMN, len(own) / 2, n_across) and is_prose:
            starts.append(float(left))
    return [b for a, b in pairwise([-100.0, *starts]) if b - a > 2]


def _steps(pieces: Sequence[_Piece]) -> list[float]:
    """Return how far each piece but the first is below the one before, in heights."""
    return [(a.foot - b.foot) / a.height for a, b in pairwise(pieces)]


def _blocks(pieces: Sequence[_Piece]) -> Iterator[str]:
    """Return the lines as they stand, those together between which there is no room."""
    steps = _steps(pieces)
    widest = _WIDEST_LEADING * min((step for step in steps if step > 1 / 2), default=1.0)
    text = pieces[0].text if pieces else ""
    for step, piece in zip(steps, pieces[1:], strict=True):
        if step > widest:
            yield text
            text = piece.text
        else:
            text += f"{' ' if abs(step) < 1 / 2 else chr(10)}{piece.text}"
    yield text


def _paragraphs(pieces: Sequence[_Piece]) -> Iterator[str]:
    known = " ".join(piece.text for piece in pieces)[:_MOST_KNOWN]
    usual = median(piece.height for piece in pieces) if pieces else 0.0
    steps = _steps(pieces)
    # Of lists and credits most lines are paragraphs, so the usual step is not that of lines.
    close = sorted(step for step in steps if step > 1 / 2) or [1.0]
    widest = _WIDEST_LEADING * close[len(close) // 5]
    text = ""
    for at, piece in enumerate(pieces):
        last = pieces[at - 1]
        if not text:
            text = piece.text
            continue
        near = pieces[max(at - _NEAR, 0) : at + _NEAR]
        step = steps[at - 1]
        if abs(piece.height - last.height) > _SAME_HEIGHT * last.height:
            goes_on = False
        elif step < -1 / 2:  # in the next column, or on the next page
            goes_on = not _SENTENCE_END.search(last.text)
        elif step < 1 / 2 or piece.height > usual * (1 + _SAME_HEIGHT):
            goes_on = step < widest
        else:
            goes_on = step < widest and not _is_between(last, piece, near)
        if not (goes_on := goes_on and len(text) < _LONGEST_PARAGRAPH):
            yield text
        text = _joined(text, piece.text, known) if goes_on else piece.text
    yield text


def _is_between(last: _Piece, piece: _Piece, near: Sequence[_Piece]) -> bool:
    """Whether a paragraph ends with a line, and the next one begins."""
    height = last.height
    if last.text[-1] in _HYPHENS:
        return False
    if piece.left - last.left > _INDENT * height:
        return True
    edge = max(
        one.right
        for one in near
        if abs(one.left - last.left) < 2 * height
        and abs(one.height - height) <= _SAME_HEIGHT * height
    )
    # Whether the first word of the next line would have had room in it.
    n_letters = len(piece.text.split(maxsplit=1)[0]) + 1
    width = n_letters * (piece.right - piece.left) / len(piece.text)
    is_short = last.right < edge - _SHORT * (edge - last.left)
    is_end = is_short or _SENTENCE_END.search(last.text) is not None
    return is_end and last.right + width <= edge


def _joined(text: str, rest: str, known: str) -> str:
    """Join lines; a hyphen at the end goes where the word has none elsewhere."""
    if text[-1] not in _HYPHENS or not text[-2:-1].isalpha():
        return f"{text} {rest}"
    word, start = text[:-1].rsplit(maxsplit=1)[-1], rest.split(maxsplit=1)[0]
    if text[-1] == "\u00ad" or (start[0].islower() and f"{word}-{start}" not in known):
        return text[:-1] + rest
    return f"{text[:-1]}-{rest}"
