"""One article of an export as a record: what its parts say, in the words of a JSON file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple, assert_never

from newsearch.article import ArticleDate
from newsearch.dates import find_dates
from newsearch.languages import language_code
from newsearch.sources.documents import MARK
from newsearch.sources.exports.databases import NUMBERED, WORDS, Export
from newsearch.sources.page.credits import authors_of, bare_names_of

_LONGEST_DATE_LINE = 90
_LONGEST_VALUE = 2000
# Lines were wrapped where one more word would have passed this, and none is longer than that.
_WRAPPED_AT, _LONGEST_WRAPPED, _LONGEST_WORD = 70, 100, 30
_PAGE = re.compile(
    r"[;,]?\s*\b(?:pg|pags?|págs?|pp?|ss?|seite|pages?|página|pagina|blz)\b\.?:?\s?"
    r"([a-z]{0,3}\d[\w-]*)\s*(?=[;,]|$)",
    re.I,
)
_TURNED = re.compile(r"(?:[a-z]+ |[A-Z][\w-]+ )?[^\s,;]+, ?[A-Z][^\s,;]*(?: [A-Z]\.?)?(?:;|$)")
_HEAD = ("section", "title", "author")
_TIME_LINE = re.compile(r"\d{1,2}[:.h]\d\d\b.{0,12}")
_PAGE_LINE = re.compile(r"[A-Z]{0,3}\d{1,4}")
_NO_TITLE = re.compile(rf"https?://|{NUMBERED}$", re.I)
_DOCUMENT_NUMBER = re.compile(r"\b\w{1,20}·(\d{8})·\w+·[\w-]+")
_PUBLICATION_END = re.compile(r"\s*(?:;|, no\. |,? n° ).*")
_PUBLICATION = re.compile(r"(.+?)\s*[;,\[].*?(\d{1,2} \S+ \d{4})(?::\s?([\w.-]+))?")
_NOT_GIVEN = frozenset(("", "none available.", "not available.", "-none-"))

Blocks = list[list[str]]
"""Lines without outer space, in blocks with blank lines between them."""


class Part(NamedTuple):
    """What stands under one label.

    Parameters
    ----------
    field
        The field or extra key; '' for what is above the first label.
    blocks
        The text.
    rank
        Where the label stands among those that have an order.
    """

    field: str
    blocks: Blocks
    rank: int = -1


def record_of(parts: Sequence[Part], export: Export) -> dict[str, Any]:
    """Return the record of an article, with names as JSON files have them."""
    found, rest = _head(parts[0].blocks, export)
    values = {field: text for field, text in found.items() if text}
    body: Blocks = []
    for field, all_blocks, _ in parts[1:]:
        blocks = all_blocks[:1] if field == "header" else all_blocks
        if field == "body":
            body += blocks
        elif field == "title" and len(blocks) > 1:
            second = blocks[1][0]
            values |= {"title": _joined(blocks[:1])}
            values.setdefault("author" if _is_name(second) else "subtitle", second)
        elif field and (text := _joined(blocks)).casefold() not in _NOT_GIVEN:
            values.setdefault(field, text)
    if body and rest:
        values.setdefault("subtitle", _joined(rest))
    if export.layout == "factiva" and body and body[-1][-1] in values.get("copyright", ""):
        values["publisher"] = body[-1].pop()
    paragraphs = "\n".join if export.is_open else _unwrapped
    record: dict[str, Any] = {"body": "\n".join(map(paragraphs, filter(None, body or rest)))}
    for field, text in values.items():
        is_read = field in _READ and len(text) < _LONGEST_VALUE
        read = _READ[field](text) if is_read else {field: text}
        for name, value in read.items():
            if value:
                record.setdefault(name, value)
    return record


def _joined(blocks: Blocks) -> str:
    return " ".join(" ".join(chain.from_iterable(blocks)).split())


def _unwrapped(block: Sequence[str]) -> str:
    """Return lines as paragraphs: together where one ends as if the next word had not fitted."""
    pieces = list(block[:1])
    for line, below in pairwise(block):
        width = len(line) + 1 + min(len(below.split(" ", 1)[0]), _LONGEST_WORD)
        is_wrapped = width >= _WRAPPED_AT and len(line) <= _LONGEST_WRAPPED
        pieces += (" " if is_wrapped else "\n", below)
    return "".join(pieces)


def _is_name(text: str) -> bool:
    return bool(authors_of(text) or bare_names_of(text))


def _head(blocks: Blocks, export: Export) -> tuple[dict[str, str], Blocks]:
    """Return what the lines above the first label are, and the blocks that are more."""
    lines = list(chain.from_iterable(blocks))
    match export.layout:
        case "source date title":
            return _source_date_title(blocks)
        case "title source date":
            return _title_source_date(lines), []
        case "title":
            return {"title": next((line for line in lines if not _NO_TITLE.match(line)), "")}, []
        case "factiva":
            return _factiva(lines)
        case "none":
            return {}, []
        case _:
            assert_never(export.layout)


def _source_date_title(blocks: Blocks) -> tuple[dict[str, str], Blocks]:
    """Read blocks: the paper, the day with the edition below it, and the headline."""
    dated = ((at, n) for at, block in enumerate(blocks) for n in range(len(block)))
    at, day = next(((at, n) for at, n in dated if _is_date(blocks[at][n])), (-1, 0))
    if at < 0:
        return {"source": _joined(blocks[:1]), "title": _joined(blocks[1:2])}, blocks[2:]
    block, rest = blocks[at], blocks[at + 1 :]
    source, edition = block[:day] or [_joined(blocks[:at][-1:])], block[day + 1 :]
    if edition and not rest:
        edition, rest = edition[:-1], [edition[-1:]]
    values = {"source": " ".join(source), "date": block[day], "edition": " ".join(edition)}
    return values | {"title": _joined(rest[:1])}, rest[1:]


def _title_source_date(lines: Sequence[str]) -> dict[str, str]:
    """Read lines of which the last are the headline, the paper, the day and the edition."""
    day = next((at for at in range(len(lines) - 1, -1, -1) if _is_date(lines[at])), len(lines))
    title, source = lines[day - 2 : day] if day > 1 else (*lines[:1], "", "")[:2]
    date, edition = "".join(lines[day : day + 1]), " ".join(lines[day + 1 :])
    return {"title": title, "source": source, "date": date, "edition": edition}


def _factiva(lines: list[str]) -> tuple[dict[str, str], Blocks]:
    """Read lines around the one with the number of words."""
    at = next((at for at, line in enumerate(lines) if re.fullmatch(WORDS, line)), len(lines))
    values = _factiva_title(lines[:at]) | {"words": "".join(lines[at : at + 1])}
    names = ["date", "source", "source_code"]
    for line in lines[at + 1 :]:
        if _TIME_LINE.fullmatch(line):
            values["time_of_day"] = line
        elif names:
            values[names.pop(0)] = line
        elif _PAGE_LINE.fullmatch(line):
            values["page"] = line
        else:
            values["lang" if language_code(line) else "edition"] = line
    return values, []


def _factiva_title(lines: list[str]) -> dict[str, str]:
    """Read the section, the headline and the writer, of which only the headline is always there."""
    if (article := f"{MARK}Article") in lines:
        lines = lines[lines.index(article) + 1 :]
    author = []
    if (mark := f"{MARK}Headline") in lines:
        at = lines.index(mark)
        lines, author = [*lines[:at], *lines[at + 1 : at + 2]], lines[at + 2 :]
    elif len(lines) > 1 and _is_name(lines[-1]):
        author = [lines.pop()]
    section, title = lines[:-1][:1], lines[1 if len(lines) > 1 else 0 :]
    return {
        name: " ".join(text) for name, text in zip(_HEAD, (section, title, author), strict=True)
    }


def _is_date(line: str) -> bool:
    return len(line) <= _LONGEST_DATE_LINE and any(find_dates(line))


def _date(text: str) -> dict[str, Any]:
    """Read a day; and its time only where it has a zone, since else it could be another day's."""
    found = next(find_dates(text), None)
    if found is None:
        return {"date": text}
    if found.precision == "second" and not (found.has_zone and found.instant.date() == found.day):
        return {"date": str(found.day)}
    return {"date": str(ArticleDate(found.instant, found.precision))}


def _section(text: str) -> dict[str, Any]:
    page = _PAGE.search(text)
    return {"section": _PAGE.sub("", text).strip(" ;,"), "page": page[1] if page else ""}


def _header(text: str) -> dict[str, Any]:
    """Read one line of a section, a day and a page, in this order."""
    found = next(find_dates(text), None)
    section = text[: found.start].rpartition(",")[0] if found else ""
    return _section(text) | {"section": section.strip()} | _date(text)


def _publication(text: str) -> dict[str, Any]:
    """Read one line of a paper, its town in brackets, a day and a page."""
    found = _PUBLICATION.match(text)
    source = {"source": found[1], "page": (found[3] or "").rstrip(".")} if found else {}
    return source | (_date(found[2]) if found else {})


def _words(text: str) -> dict[str, Any]:
    digits = "".join(filter(str.isdecimal, text))
    return {"words": int(digits)} if 0 < len(digits) < 10 else {}


def _author(text: str) -> dict[str, Any]:
    """Read names; as they are where the family's is first, before a comma."""
    names = () if _TURNED.match(text) else authors_of(text) or authors_of(f"By {text}")
    return {"author": list(names) or text}


def _footer(text: str) -> dict[str, Any]:
    number = _DOCUMENT_NUMBER.search(text)
    return {"id": number[0], "date": number[1]} if number else {}


_READ: dict[str, Callable[[str], dict[str, Any]]] = {
    **{"date": _date, "section": _section, "header": _header, "words": _words},
    **{"author": _author, "footer": _footer, "publication_info": _publication},
    "source": lambda text: {"source": _PUBLICATION_END.sub("", text)},
    "lang": lambda text: {"lang": text.partition(";")[0]},
    "id": lambda text: {"id": text.removeprefix("Document ").strip()},
}
