"""How the article of a page was found: what was decided of each line, and of each field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from newsearch.answers.table import Column, Table
from newsearch.article import Article


@dataclass(frozen=True, slots=True)
class PageExplanation:
    """How a page was read.

    Parameters
    ----------
    path
        The file, or what the page goes by.
    article
        What was found; None where the page was rejected.
    reason
        Why it was rejected; else ''.
    facts
        Each field of the article but its body: name, value as JSON has it, and origin, such as
        ``line 3``, ``JSON-LD headline`` or ``URL``.
    lines
        Each line of the page that is not blank: its number, from 1, whether it was kept, why, and
        its text. The lines of HTML are its paragraphs, headings and items. Empty for what is no
        page.
    """

    path: str
    article: Article | None
    reason: str
    facts: tuple[tuple[str, Any, str], ...]
    lines: tuple[tuple[int, bool, str, str], ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as JSON values, and the article under its own names."""
        return {
            "path": self.path,
            "article": self.article.as_dict() if self.article else None,
            "reason": self.reason,
            "facts": [_named(("name", "value", "origin"), fact) for fact in self.facts],
            "lines": [_named(("line", "kept", "why", "text"), line) for line in self.lines],
        }

    def text(self) -> Iterator[str]:
        """Return lines for a terminal, without line feeds: the facts, then the page."""
        shown = [
            (name, origin, ", ".join(map(str, value)) if isinstance(value, list) else str(value))
            for name, value, origin in self.facts
        ]
        yield from _table("field", "from", "value", rows=shown)
        yield ""
        rows = [(n, "keep" if kept else "drop", why, text) for n, kept, why, text in self.lines]
        yield from _table("line", "what", "why", "text", rows=rows)


def _named(names: tuple[str, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    return dict(zip(names, values, strict=True))


def _table(*names: str, rows: list[Any]) -> Iterator[str]:
    return Table(tuple(map(Column, names)), rows).text() if rows else iter(())
