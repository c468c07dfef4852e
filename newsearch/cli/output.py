"""Results as people and programs read them."""

from __future__ import annotations

import textwrap
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import click

from newsearch.analysis.tokens import forms
from newsearch.answers.printing import printable, printable_same_length
from newsearch.answers.results import Hit, Results
from newsearch.answers.snippet import Snippet, Span
from newsearch.article import Article
from newsearch.cli.printing import columns_of_terminal
from newsearch.fields import FIELD, FIELDS, Field

if TYPE_CHECKING:
    from newsearch.answers.matches import Occurrences
    from newsearch.answers.table import Cell

NO_TITLE = "(no title)"
_INDENT = "    "
_IN_TITLE = "\x1b[33m", "\x1b[39m"
"""What stands around a match in a headline, which is bold as it is."""
_MOST_COLUMNS = 100
_OPENING_CHARS = 60
_OPENING_READ_CHARS = 4 * _OPENING_CHARS
"""Enough for the first words of a body, also after an indent."""


def as_text(results: Results) -> Iterator[str]:
    """Return the hits for a person, a block of lines each; matches in bold."""
    for hit in results:
        yield "\n".join(_hit_lines(hit, has_snippet=results.has_snippets)) + "\n"


def _hit_lines(hit: Hit, *, has_snippet: bool) -> Iterator[str]:
    bold = _headline(hit, has_snippet=has_snippet).render(printable, *_IN_TITLE)
    yield f"{hit.rank:>3} \x1b[1m{bold}\x1b[0m"
    facts = (hit.source, str(hit.date or ""), hit.archive)
    origin = " · ".join(printable(part) for part in facts if part)
    if origin:
        yield _INDENT + origin
    yield _INDENT + click.style(printable(hit.id), dim=True)
    if not has_snippet:
        return
    width = min(columns_of_terminal(), _MOST_COLUMNS) - len(_INDENT)
    for line in _wrapped(hit.snippet.text, hit.snippet.highlights, width):
        yield _INDENT + line


def _headline(hit: Hit, *, has_snippet: bool) -> Snippet:
    """Return the title; where there is none, the first words unless the snippet begins so."""
    if hit.title:
        return Snippet(hit.title, hit.title_highlights)
    first = " ".join(hit.article.body[:_OPENING_READ_CHARS].split())
    if has_snippet and hit.snippet.text.startswith(first[:_OPENING_CHARS]):
        return Snippet(NO_TITLE)
    return Snippet(f"{NO_TITLE} {textwrap.shorten(first, _OPENING_CHARS, placeholder=' …')}")


def _wrapped(text: str, marks: Sequence[Span], width: int) -> Iterator[str]:
    """Wrap a text, in bold what is marked; the marks do not count as width."""
    start, text = 0, printable_same_length(text)
    for line in textwrap.wrap(text, max(width, 20), replace_whitespace=False):
        start = text.index(line[:1], start)
        end = start + len(line)
        yield Snippet(line, _within(marks, start, end)).ansi
        start = end


def _within(marks: Sequence[Span], start: int, end: int) -> tuple[Span, ...]:
    """Return the marks in a part of a text, as offsets there; they ascend and are disjoint."""
    own = marks[bisect_right(marks, start, key=itemgetter(1)) :]
    own = own[: bisect_left(own, end, key=itemgetter(0))]
    return tuple((max(first, start) - start, min(last, end) - start) for first, last in own)


def article_text(shown: Occurrences) -> str:
    """Return a whole article for a person to read, with what matches marked."""
    from newsearch.answers.table import cell_of

    article = shown.article
    values = _record(article)
    facts = [(field.label or field.name, _shown(values, field)) for field in FIELDS]
    own = {key: value for key, value in article.extra.items() if key not in FIELD}
    facts += [(key, _own_text(cell_of(value))) for key, value in own.items()]
    title = Snippet(article.title or NO_TITLE, shown.title)
    head = [click.style(title.render(printable, *_IN_TITLE), bold=True)]
    head += [click.style(f"{name}: {printable(value)}", dim=True) for name, value in facts if value]
    return "\n".join(head) + "\n\n" + "\n\n".join(_paragraphs(article.body, shown.body))


def _paragraphs(body: str, marks: Sequence[Span]) -> Iterator[str]:
    width = min(columns_of_terminal(), _MOST_COLUMNS)
    start = 0
    for line in body.splitlines(keepends=True):
        end = start + len(line)
        if line.strip():
            yield "\n".join(_wrapped(line, _within(marks, start, end), width))
        start = end


def article_record(shown: Occurrences, *, is_marked: bool) -> dict[str, Any]:
    """Return a whole article as JSON values, with the fields that are counted from it.

    `is_marked`: with offsets of what matches in its title and body.
    """
    record = _record(shown.article)
    if is_marked:
        record["title_highlights"] = list(map(list, shown.title))
        record["highlights"] = list(map(list, shown.body))
    return record


def _record(article: Article) -> dict[str, Any]:
    return article.as_dict() | _numbers_of(article)


def _numbers_of(article: Article) -> dict[str, int]:
    """Count what `NUMBER_FIELDS` say of an article, as it is counted when it is indexed."""
    return {"length": len(forms(article.body))}


def _own_text(value: Cell) -> str:
    """Return a value of a user's own key as a query takes it, '' where there is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _shown(values: dict[str, Any], field: Field) -> str:
    """Return a field as a fact about the article, '' for text and where there is nothing."""
    value = values.get(field.name, "") if field.kind != "text" else ""
    return ", ".join(value) if field.is_list else str(value)
