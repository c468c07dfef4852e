"""Answers as notebooks show them, and as frames; all that articles hold is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from newsearch.answers.printing import is_right_to_left, n_articles_text, printable
from newsearch.answers.snippet import Snippet

if TYPE_CHECKING:
    from newsearch.answers.concordance import Concordance, ConcordanceLine
    from newsearch.answers.results import Hit, Results
    from newsearch.answers.table import Table

_MOST_ROWS = 60
_STYLE = {True: "text-align: right", False: "text-align: left"}


class Tabular:
    """What an answer that is rows can be besides."""

    __slots__ = ()

    if TYPE_CHECKING:

        def as_table(self) -> Table: ...

    def to_pandas(self) -> Any:
        """Return the rows as a ``pandas.DataFrame``; see `Table.to_pandas`."""
        return self.as_table().to_pandas()

    def to_polars(self) -> Any:
        """Return the rows as a ``polars.DataFrame``; see `Table.to_polars`."""
        return self.as_table().to_polars()

    def _repr_html_(self) -> str:
        return table_html(self.as_table())


def table_html(table: Table) -> str:
    """Return the first rows as HTML, how many more there are, and the facts."""
    from newsearch.answers.table import shown

    kinds = [_STYLE[column.kind != "text"] for column in table.columns]
    head = _cells("th", kinds, [column.name for column in table.columns])
    rows = iter(table.rows)
    lines = [head, *(_cells("td", kinds, map(shown, row)) for row in islice(rows, _MOST_ROWS))]
    more = sum(1 for _ in rows)
    facts = [f"{more:,} more rows"] if more else []
    facts += [f"{name}: {value}" for name, value in table.facts.items()]
    return "\n".join(["<table>", *lines, "</table>", *(f"<p>{_text(one)}</p>" for one in facts)])


def concordance_html(lines: Concordance) -> str:
    """Return the lines as HTML, matches below each other."""
    rows = map(_line, lines)
    return "\n".join(["<table>", *rows, "</table>", "and more" * lines.has_more])


def _line(line: ConcordanceLine) -> str:
    sides = line.left, line.right
    on_left, on_right = map(_text, reversed(sides) if is_right_to_left(line.match) else sides)
    about = line.date, line.source, line.id
    origin = "".join(f"<td>{_text(str(one or ''))}</td>" for one in about)
    return (
        f'<tr><td dir="auto" style="text-align: right">{on_left}</td><td dir="auto"><mark>'
        f'{_text(line.match)}</mark></td><td dir="auto" style="text-align: left">{on_right}</td>'
        f"{origin}</tr>"
    )


def results_html(results: Results) -> str:
    """Return hits as HTML, matches marked."""
    total = "" if results.total is None else f"<p>{n_articles_text(results.total)}</p>"
    return f"<ol>\n{''.join(map(_hit, results))}</ol>{total}"


def _hit(hit: Hit) -> str:
    title = Snippet(hit.title or hit.id, hit.title_highlights if hit.title else ()).html
    url = hit.article.url
    if url.startswith(("http://", "https://")):  # nothing that runs
        title = f'<a href="{_text(url)}">{title}</a>'
    origin = " · ".join(_text(one) for one in (hit.source, str(hit.date or ""), hit.id) if one)
    shown = (f"<b>{title}</b>", f"<small>{origin}</small>", hit.snippet.html)
    return f'<li><div dir="auto">{"</div><div dir=auto>".join(shown)}</div></li>\n'


def _cells(tag: str, styles: Iterable[str], texts: Iterable[str]) -> str:
    cells = (
        f'<{tag} dir="auto" style="{style}">{_text(text)}</{tag}>'
        for style, text in zip(styles, texts, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _text(text: str) -> str:
    from html import escape  # with all entities of HTML

    return escape(printable(text))
