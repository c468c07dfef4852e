"""Documents that are zip archives: Word (``.docx``), OpenDocument (``.odt``) and EPUB.

Their parts are read as they come, none as a whole; those that declare entities are refused.
"""

from __future__ import annotations

import posixpath
import zlib
from collections.abc import Iterator
from typing import IO
from urllib.parse import unquote
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from newsearch.answers.reports import Remark
from newsearch.article import Article
from newsearch.sources.documents import spaced
from newsearch.sources.exports.reading import read_lines
from newsearch.sources.properties import Properties
from newsearch.sources.reader import Context

_BLOCK_BYTES = 2**16
_LARGEST_PART_BYTES = 2**27
_DEEPEST = 1000
# No text does so; 8 MB of empty elements take some seconds.
_MOST_TIMES, _SMALL_BYTES = 250, 2**23
_WORD, _OPEN = "word/document.xml", "content.xml"
_OPEN_TEXT = b"application/vnd.oasis.opendocument.text"
_PARAGRAPHS = frozenset(("p", "h"))
_SIGNS = {"tab": " ", "s": " ", "br": "\n", "cr": "\n", "line-break": "\n", "noBreakHyphen": "-"}
# Settings, comments and notes; what was moved, and what stands a second time for older programs.
_HIDDEN = frozenset(
    ("pPr", "rPr", "Fallback", "moveFrom", "annotation", "note", "tracked-changes", "forms")
)
BOOK = "META-INF/container.xml"
"""Is in every EPUB."""

_Event = tuple[str, str, dict[str, str]]

FAULTS = (BadZipFile, KeyError, RuntimeError, EOFError, OSError, zlib.error, expat.ExpatError)
"""What damaged, encrypted, hostile and too large documents raise."""


def is_document(archive: ZipFile) -> bool:
    """Whether a zip archive is a document of Word or an OpenDocument text."""
    names = archive.namelist()
    if _OPEN not in names or "mimetype" not in names:
        return _WORD in names
    with archive.open("mimetype") as kind:
        return kind.read(len(_OPEN_TEXT)) == _OPEN_TEXT


def read_document(archive: ZipFile, context: Context) -> Iterator[Article | Remark]:
    """Read a document of Word or an OpenDocument text; raise one of `FAULTS` while iterating."""
    if _WORD in archive.namelist():
        found = _texts(archive, "docProps/core.xml")
        lines = _paragraphs(archive, _WORD, "t")
    else:
        with _part(archive, "META-INF/manifest.xml") as manifest:
            if b"encryption-data" in manifest.read():
                raise RuntimeError("it is encrypted; save it without its password")
        found = _texts(archive, "meta.xml")
        lines = _paragraphs(archive, _OPEN)
    author = found.get("initial-creator") or found.get("creator", "")
    created = found.get("created") or found.get("creation-date", "")
    told = Properties(found.get("title", ""), author, created=created)
    damage: list[Exception] = []
    yield from read_lines(spaced(_salvaged(lines, damage)), context, told)
    if damage:
        raise damage[0]


def chapters_of(archive: ZipFile) -> tuple[Properties, list[ZipInfo]]:
    """Return what a book tells of itself, and its chapters in order; raise one of `FAULTS`."""
    told = (told for _, name, told in _events(archive, BOOK) if name == "rootfile")
    root = next(told, {}).get("full-path", "")
    found = _texts(archive, root)
    files: dict[str, str] = {}
    chapters: dict[str, None] = {}
    for kind, name, told_of in _events(archive, root):
        if kind == "start" and name == "item" and "nav" not in told_of.get("properties", ""):
            path = posixpath.join(posixpath.dirname(root), unquote(told_of["href"]))
            files[told_of["id"]] = posixpath.normpath(path)
        elif kind == "start" and name == "itemref" and told_of["idref"] in files:
            chapters[files[told_of["idref"]]] = None
    known = {info.filename: info for info in archive.infolist()}
    if "META-INF/rights.xml" in known:
        raise RuntimeError("it is encrypted; no program but its shop's can read it")
    get = found.get
    # Calibre writes the day on which it made the book, and its own name.
    is_calibre = "calibre" in get("contributor", "") + get("publisher", "")
    date, source = ("", "") if is_calibre else (get("date", ""), get("publisher", ""))
    author, lang = get("creator", ""), get("language", "")
    properties = Properties(get("title", ""), author, date, source=source, lang=lang)
    return properties, [known[name] for name in chapters if name in known]


def _salvaged(lines: Iterator[str], damage: list[Exception]) -> Iterator[str]:
    """Return the lines before any damage, and keep that."""
    is_read = False
    try:
        for line in lines:
            is_read = True
            yield line
    except FAULTS as error:
        if not is_read:
            raise
        damage.append(error)


def _paragraphs(archive: ZipFile, name: str, of: str = "") -> Iterator[str]:
    """Return the paragraphs of a part; their text is that of all elements, or of those of a name.

    One that stands within another, in a box, comes before it.
    """
    texts: list[list[str]] = []
    n_hidden, inner = 0, ""
    for kind, value, _ in _events(archive, name):
        match kind:
            case "start":
                inner = value
                if n_hidden or value in _HIDDEN:
                    n_hidden += 1
                elif value in _PARAGRAPHS:
                    texts.append([])
                elif texts:
                    texts[-1].append(_SIGNS.get(value, ""))
            case "end":
                inner = ""
                if n_hidden:
                    n_hidden -= 1
                elif value in _PARAGRAPHS:
                    yield "".join(texts.pop())
            case _:
                if texts and not n_hidden and (not of or inner == of):
                    texts[-1].append(value)


def _texts(archive: ZipFile, name: str) -> dict[str, str]:
    """Return the first text of each kind of element of a part; none where it is missing."""
    found: dict[str, str] = {}
    inner = ""
    for kind, value, _ in _events(archive, name) if name in archive.namelist() else ():
        if kind == "text" and inner:
            found.setdefault(inner, value.strip())
        inner = value if kind == "start" else ""
    return found


def _events(archive: ZipFile, name: str) -> Iterator[_Event]:
    """Return starts, with their attributes, and ends of the elements of a part, and its texts."""
    events: list[_Event] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise RuntimeError(f"its elements lie more than {_DEEPEST:,} deep")
        events.append(("start", name.rpartition(" ")[2], attributes))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        events.append(("end", name.rpartition(" ")[2], {}))

    def declare(_name: str, _system: str | None, _public: str | None, has_own: bool) -> None:
        if has_own:
            raise RuntimeError("it declares entities, as decompression bombs do")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda text: events.append(("text", text, {}))
    parser.StartDoctypeDeclHandler = declare
    with _part(archive, name) as part:
        while block := part.read(_BLOCK_BYTES):
            parser.Parse(block)
            yield from events
            events.clear()
    parser.Parse(b"", True)  # noqa: FBT003 - takes no name


def _part(archive: ZipFile, name: str) -> IO[bytes]:
    info = archive.getinfo(name)
    if info.file_size > _LARGEST_PART_BYTES:
        raise RuntimeError(f"it is larger than {_LARGEST_PART_BYTES >> 20} MiB; save it in parts")
    if info.file_size > max(_MOST_TIMES * info.compress_size, _SMALL_BYTES):
        raise RuntimeError(f"a part is more than {_MOST_TIMES} times as large as it is packed")
    return archive.open(info)
