"""The engine that reads the exports of news databases by their descriptions.

The way of a file: its lines are cut into those of one article each, which fall into parts by their
labels; what the labels mean, and what stands above the first of them, makes a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import BinaryIO

from newsearch.answers.reports import Remark
from newsearch.article import LARGEST_ARTICLE_BYTES, Article
from newsearch.languages import language_code
from newsearch.sources.decode import wide_encoding
from newsearch.sources.documents import MARK, file_lines
from newsearch.sources.exports import databases
from newsearch.sources.exports.databases import EXPORTS, FIELD_OF, Export, folded
from newsearch.sources.exports.records import Part, record_of
from newsearch.sources.fields import article_from
from newsearch.sources.properties import NO_PROPERTIES, Properties, with_properties
from newsearch.sources.reader import ID_FROM_PATH, Context
from newsearch.sources.text import NO_TEXT_FOUND, extract, is_markup

_START_CHARS = 2**18
_LONGEST_COPYRIGHT = 300
_COPYRIGHT = re.compile(
    r"copyright\b.{0,20}\d{4}|copyright\s?(?:©|\(c\))|(?:©|\(c\))\s?\d{4}", re.I
)
_COPYRIGHT_ABOVE = re.compile(rf"{_COPYRIGHT.pattern}|©|\(c\)\s", re.I)
# What needs no blank line before its label, even after the text.
_SURE = frozenset(("load_date", "lang", "publication_type", "classification"))
_ADDRESS = re.compile(r"https?://\S+")
_RIGHTS = re.compile(r"reserved|vorbehalten|réservés|reservados|riservati|voorbehouden", re.I)


@lru_cache(maxsize=1)
def database_of(start: bytes) -> str:
    """Name the database of whose exports a file that starts so is one; '' for none."""
    encoding = wide_encoding(start) or "utf-8"
    text = start.decode(encoding, "replace").removeprefix("\ufeff")
    if is_markup(start):
        sign = databases.HTML_SIGN.search(text)
        return sign.lastgroup or "" if sign else ""
    export = _chosen(text, EXPORTS)
    return export.name if export else ""


def is_page(start: bytes) -> bool:
    """Whether a file that starts so is HTML and no export."""
    return is_markup(start) and not database_of(start)


def read_export(stream: BinaryIO, context: Context, name: str) -> Iterator[Article | Remark]:
    """Read the articles of a file of one database."""
    start, lines = _started(file_lines(stream, context, databases.MARKED))
    export = _chosen("\n".join(start), [one for one in EXPORTS if one.name == name])
    if export:
        yield from _articles(lines, export, context)
    else:
        yield context.rejected(f"no article of an export of {name} was found")


def read_document(stream: BinaryIO, context: Context) -> Iterator[Article | Remark]:
    """Read a file of RTF, an export or one article; a `Reader`."""
    yield from read_lines(file_lines(stream, context), context)


def read_lines(
    rows: Iterator[str], context: Context, properties: Properties = NO_PROPERTIES
) -> Iterator[Article | Remark]:
    """Read the lines of a document, an export or one article, of which it tells more itself."""
    start, lines = _started(rows)
    if export := _chosen("\n".join(start), EXPORTS):
        yield from _articles(lines, export, context)
    elif any(islice(lines, len(start), None)):
        yield context.rejected("more than one article, and not an export of a database")
    elif article := extract("\n".join(start), context):
        yield with_properties(article, properties, context)
    else:
        yield context.rejected(NO_TEXT_FOUND)


def is_export(rows: Sequence[str]) -> bool:
    """Whether the lines of a document are those of an export."""
    return _chosen("\n".join(_started(iter(rows))[0]), EXPORTS) is not None


def _started(lines: Iterator[str]) -> tuple[list[str], Iterator[str]]:
    """Return the first lines, and all."""
    start: list[str] = []
    n_chars = 0
    for line in lines:
        start.append(line)
        n_chars += len(line) + 1
        if n_chars > _START_CHARS:
            break
    return start, chain(start, lines)


def _chosen(start: str, known: Sequence[Export]) -> Export | None:
    text = f"\n{start}"
    return next((one for one in known if all(sign.search(text) for sign in one.signs)), None)


def _articles(lines: Iterable[str], export: Export, context: Context) -> Iterator[Article | Remark]:
    for number, held in enumerate(_split(lines, export), 1):
        if held.n_chars > LARGEST_ARTICLE_BYTES:
            reason = f"the article is larger than {LARGEST_ARTICLE_BYTES >> 20} MiB"
            yield context.rejected(reason, held.first)
            continue
        record = record_of(_parts(held.lines, export), export)
        path = "" if context.id_from == ID_FROM_PATH else f"{context.article_id or context.path}#"
        record.setdefault("id", f"{path}{number}")
        yield article_from(record, context, held.first)


class _Held:
    """The lines of one article, as far as they were read; of one that is too large, the first."""

    def __init__(self, first: int, export: Export) -> None:
        self.first = first
        self.lines: list[str] = []
        self.n_chars = 0
        self.is_full = export.middle is None

    def add(self, line: str, export: Export) -> None:
        self.n_chars += len(line)
        if self.n_chars <= LARGEST_ARTICLE_BYTES:
            self.lines.append(line)
        if export.middle and not self.is_full:
            self.is_full = export.middle.fullmatch(line) is not None


def _split(lines: Iterable[str], export: Export) -> Iterator[_Held]:
    """Cut the lines of a file into articles; what is before the first one is left out."""
    held = _Held(1, export)
    is_in = export.middle is not None
    for number, line in enumerate(lines, 1):
        begins = export.begins.fullmatch(line) if export.begins else None
        is_between = begins is not None and not begins.re.groups
        if begins and (held.is_full or is_between):
            if is_in and held.is_full:
                yield held
            held, is_in = _Held(number, export), True
        if not is_between:
            held.add(line, export)
        if export.ends and export.ends.fullmatch(line):
            yield held
            held = _Held(number + 1, export)
    if is_in and held.is_full:
        yield held


def _parts(lines: Iterable[str], export: Export) -> list[Part]:
    parts = [Part("", [])]
    is_first = True
    for line in lines:
        text = line.strip()
        if not text or (text[0] == MARK and not _is_told(text, export)):
            is_first = is_first or not text
            continue
        if found := _labelled(line, export, parts, is_first=is_first):
            parts.append(found[0])
            text = found[1].strip()
        elif _is_apart(text, parts[-1], is_first=is_first):
            _open_unlabelled(parts, export)
        if text:
            if is_first or not parts[-1].blocks:
                parts[-1].blocks.append([])
            parts[-1].blocks[-1].append(text)
        is_first = False
    return parts


def _is_apart(text: str, part: Part, *, is_first: bool) -> bool:
    """Whether a line without a label is no more of what the last one names."""
    match part.field:
        case "copyright":
            return not _RIGHTS.search(text)
        case "words" | "dateline":
            return is_first or bool(part.blocks)
        case _:
            return is_first


def _is_told(mark: str, export: Export) -> bool:
    return export.layout == "factiva" or export.label.match(mark) is not None


def _labelled(
    line: str, export: Export, parts: Sequence[Part], *, is_first: bool
) -> tuple[Part, str] | None:
    """Return the part that a line begins, and what stands beside the label."""
    part, text = parts[-1], line.strip()
    if export.ends and (end := export.ends.fullmatch(line)):
        return (Part("id", []), end[1]) if end.re.groups else (Part("end", []), "")
    if not export.is_open and _is_copyright(text, part, is_first=is_first):
        return Part("copyright", []), text
    if export.is_open and part.field != "body" and _ADDRESS.fullmatch(text):
        return Part("url", []), text
    match = export.label.match(line if part.field else text)
    if match is None:
        return None
    label, value = [*filter(None, match.groups()), ""][:2]
    field = FIELD_OF.get(folded(label), "")
    rank = export.ranks.find(f"|{label}|")
    if export.ranks:
        is_label = rank > part.rank
    elif part.field == "body" and label[0] != MARK:
        is_sure = field in _SURE or (export.is_open and " " in label)
        is_label = (is_first or is_sure) and bool(field) and _ends_body(field, value, export)
    else:
        is_label = bool(field) or (is_first and _may_be_unknown(parts, export))
    return (Part(field or folded(label).replace(" ", "_"), [], rank), value) if is_label else None


def _is_copyright(text: str, part: Part, *, is_first: bool) -> bool:
    pattern = _COPYRIGHT if part.field == "body" else _COPYRIGHT_ABOVE
    may_be = (is_first or not part.field) and len(text) < _LONGEST_COPYRIGHT
    return may_be and pattern.match(text) is not None


def _ends_body(field: str, value: str, export: Export) -> bool:
    """Whether a known label within the body is that of what comes after it."""
    match field:
        case "load_date":
            return any(map(str.isdigit, value))
        case "lang":
            return bool(language_code(value.partition(";")[0]))
        case _:
            # Subjects and the like have shares beside them.
            return export.is_open or field in databases.CLOSING or "%)" in value


def _may_be_unknown(parts: Sequence[Part], export: Export) -> bool:
    """Whether a word with a colon may be a label here, though it is not known."""
    return bool(parts[-1].field) and (export.is_open or _has_body(parts))


def _has_body(parts: Iterable[Part]) -> bool:
    return any(part.field == "body" for part in parts)


def _open_unlabelled(parts: list[Part], export: Export) -> None:
    """Go on after a blank line that ends what a label names: in the head, the body or the tail."""
    field = parts[-1].field
    if field == "copyright" and parts[-2].field == "body":
        parts.append(Part("body", []))
    if export.is_open or field in ("", "body") or _has_body(parts):
        return
    is_head = field in ("copyright", "show") and export.layout != "factiva"
    parts.append(Part("", parts[0].blocks) if is_head else Part("body", []))
