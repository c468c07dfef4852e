"""Why an article matches a query, or does not, and what each part of the query added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from newsearch import bm25
from newsearch.answers.notebook import Tabular
from newsearch.answers.printing import printable
from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.snippet import Snippet, Span
from newsearch.answers.table import Column, Table

Role = Literal["required", "any", "optional", "excluded"]
_INDENT = " " * 12


@dataclass(frozen=True, slots=True)
class Factor:
    """One term of a score: ``boost * weight * idf * frequency / (frequency + norm)``.

    `counted`: the word or phrase that is counted, in any form or as written. `weight`: less than 1
    for a function word. `idf`: of a phrase, of its words together; of a form as written, by how
    much it is rarer than the word. `frequency` and `length`, in words, count the title
    `bm25.TITLE_COPIES` times where the body is searched too; the norm is made of the length.
    """

    counted: str
    boost: float
    weight: float
    idf: float
    frequency: int
    length: int
    average_length: float

    @property
    def _norm(self) -> float:
        return float(bm25.norm(self.length, self.average_length))

    @property
    def score(self) -> float:
        """The product, as ranking has it."""
        weight = self.boost * self.weight * self.idf
        return float(bm25.score(weight, self.frequency, self._norm))

    def __str__(self) -> str:
        factors = {"boost": self.boost, "function word": self.weight, "idf": self.idf}
        shown = " x ".join(f"{name} {one:.4g}" for name, one in factors.items() if one != 1)
        saturated = f"{self.frequency} / ({self.frequency} + {self._norm:.4g})"
        length = f"{self.length:,} words (mean {self.average_length:,.0f})"
        return f"{printable(self.counted)}: {self.score:.4f} = {shown} x {saturated} in {length}"


@dataclass(frozen=True, slots=True)
class ExplainedPart:
    """One word, phrase, pattern or filter of a query, and the article.

    `role`: required; one of which ``"any"`` must match; optional; excluded. `is_failure`: whether
    the article does not match because of it. `score`: what it added, of which the `factors` are the
    terms; a pattern has none. `title`, `body`: where it matches; `snippet`: a passage with such
    places. `note`: what the article has where a filter looks, or in place of words.
    """

    part: str
    role: Role
    matches: bool
    score: float
    factors: tuple[Factor, ...]
    title: tuple[Span, ...]
    body: tuple[Span, ...]
    snippet: Snippet | None
    note: str
    is_failure: bool = False

    def lines(self, title: str) -> Iterator[str]:
        """Return lines for people, given the article's title."""
        sign = "!" if self.is_failure else "+" if self.matches else "-"
        role = "" if self.role == "required" else f" ({self.role})"
        note = f": {self.note}" if self.note else ""
        yield f"{sign} {self.score:8.4f}  {printable(f'{self.part}{role}{note}')}"
        yield from (f"{_INDENT}{factor}" for factor in self.factors)
        headline = Snippet(title, self.title) if self.title else None
        for passage in filter(None, (headline, self.snippet)):
            yield f"{_INDENT}“{passage.render(printable, '[', ']')}”"


@dataclass(frozen=True, slots=True)
class Explanation(Tabular):
    """Why an article, of an id and a title, matches a query or does not.

    Parameters
    ----------
    score
        By which a search ranks it: what the parts added, together. 0 where it does not match.
    parts
        Of the query, what it excludes last, and the filters beside it.
    warnings
        The parts of the query that were not read as written.
    """

    query: str
    id: str
    title: str
    matches: bool
    score: float
    parts: tuple[ExplainedPart, ...]
    warnings: tuple[QueryWarning, ...] = ()
    is_partial: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as JSON values."""
        told = asdict(self) | {"warnings": list(map(str, self.warnings))}
        for part, shown in zip(self.parts, told["parts"], strict=True):
            for factor, factor_shown in zip(part.factors, shown["factors"], strict=True):
                factor_shown["score"] = factor.score
        return {name: value for name, value in told.items() if name != "is_partial"}

    def as_table(self) -> Table:
        """Return one row for each part."""
        columns = Column("part"), Column("role"), Column("matches", "flag")
        rows = [(one.part, one.role, one.matches, one.score, one.note) for one in self.parts]
        return Table((*columns, Column("score", "number"), Column("note")), rows)

    def text(self) -> Iterator[str]:
        """Return lines for people: the outcome, then each part."""
        fails = "does not match, because of the parts marked !"
        outcome = f"matches, score {self.score:.4f}" if self.matches else fails
        yield f"{printable(self.title or self.id)}: {outcome}"
        for part in self.parts:
            yield from part.lines(self.title)
