"""Why an article matches a query, or does not, and what each part of the query added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from newsearch import bm25
from newsearch.answers.printing import printable
from newsearch.answers.query_warning import QueryWarning
from newsearch.answers.snippet import Snippet, Span
from newsearch.answers.table import Column, Table

Role = Literal["required", "any", "optional", "excluded"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One term of a score: ``boost * weight * idf * frequency / (frequency + norm)``.

    Parameters
    ----------
    counted
        What is counted in the article: words in any form, or in the form written; a phrase.
    boost
        As it was written after ``^``.
    weight
        Less than 1 for a function word.
    idf
        How rare it is: of a phrase, of its words together; of a form that was written, by how much
        it is rarer than the word.
    frequency
        How often the article has it; in the title each counts as `bm25.TITLE_COPIES`, unless only
        one field is searched.
    length, average_length
        Words of the article, counted likewise, and in the mean. The norm is made of them.
    """

    counted: str
    boost: float
    weight: float
    idf: float
    frequency: int
    length: int
    average_length: float

    @property
    def score(self) -> float:
        """The product, as ranking has it."""
        weight = self.boost * self.weight * self.idf
        norm = bm25.norm(self.length, self.average_length)
        return float(bm25.score(weight, self.frequency, norm))

    def __str__(self) -> str:
        saturated = self.score / (self.boost * self.weight * self.idf or 1)
        factors = {"boost": self.boost, "function word": self.weight, "idf": self.idf}
        shown = [f"{name} {one:.4g}" for name, one in factors.items() if one != 1]
        shown.append(
            f"{saturated:.4g} for {self.frequency} in {self.length:,} words"
            f" (mean {self.average_length:,.0f})"
        )
        return f"{printable(self.counted)}: {' x '.join(shown)} = {self.score:.4f}"


@dataclass(frozen=True, slots=True)
class ExplainedPart:
    """One word, phrase, pattern or filter of a query, and the article.

    Parameters
    ----------
    part
        As the query language writes it.
    role
        ``"required"``; one of which ``"any"`` must match; ``"optional"``; ``"excluded"``.
    matches
        Whether the article has it.
    is_failure
        Whether the article does not match the query because of it.
    score
        What it added to the article's score.
    factors
        Of what the score is made; without any, it is the boost of a pattern, or nothing.
    title, body
        Where it matches: start and end in characters.
    passages
        The first of these places in the body, with the text around them.
    note
        For a filter, what the article has there; for words that do not match, which it has, which
        it lacks, and what it has that is near.
    """

    part: str
    role: Role
    matches: bool
    is_failure: bool
    score: float
    factors: tuple[Factor, ...]
    title: tuple[Span, ...]
    body: tuple[Span, ...]
    passages: tuple[Snippet, ...]
    note: str

    def as_dict(self) -> dict[str, Any]:
        """Return the part as JSON values."""
        factors = [asdict(one) | {"score": one.score} for one in self.factors]
        return asdict(self) | {"factors": factors}

    def lines(self, title: str) -> Iterator[str]:
        """Return lines for people, given the article's title."""
        sign = "!" if self.is_failure else "+" if self.matches else "-"
        role = "" if self.role == "required" else f" ({self.role})"
        note = f": {self.note}" if self.note else ""
        yield f"{sign} {self.score:8.4f}  {printable(f'{self.part}{role}{note}')}"
        for factor in self.factors:
            yield f"{_INDENT}{factor}"
        headline = [Snippet(title, self.title)] if self.title else []
        for passage in (*headline, *self.passages[:1]):
            yield f"{_INDENT}“{passage.render(printable, '[', ']')}”"
        if len(self.body) > 1:
            yield f"{_INDENT}{len(self.body):,} places in the body"


_INDENT = " " * 12


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an article matches a query, or does not.

    Parameters
    ----------
    query
        As it was written.
    id, title
        Of the article.
    matches
        Whether it matches.
    score
        As a search ranks it: what the parts added, together. 0 where it does not match.
    parts
        Of the query, in the order written, and the filters beside it.
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
        named = {name: getattr(self, name) for name in ("query", "id", "title", "matches", "score")}
        told = {**named, "parts": [one.as_dict() for one in self.parts]}
        return told | ({"warnings": list(map(str, self.warnings))} if self.warnings else {})

    def as_table(self) -> Table:
        """Return one row for each part."""
        columns = (
            *(Column("part"), Column("role"), Column("matches"), Column("score", "number")),
            Column("note"),
        )
        rows = [
            (one.part, one.role, "yes" if one.matches else "no", one.score, one.note)
            for one in self.parts
        ]
        return Table(columns, rows, {"query": self.query, "id": self.id, "matches": self.matches})

    def text(self) -> Iterator[str]:
        """Return lines for people: the outcome, then each part."""
        name = printable(self.title or self.id)
        if self.matches:
            yield f"{name}: matches, score {self.score:.4f}"
        else:
            yield f"{name}: does not match, because of the parts marked !"
        for part in self.parts:
            yield from part.lines(self.title)
