"""What begins as a reader has typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from newsearch.answers.advice import Advice, Unknown
from newsearch.answers.notebook import Tabular
from newsearch.answers.table import Column, Table

SuggestionKind = Literal["word", "source", "agency", "author", "headline"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for.

    Parameters
    ----------
    value
        As articles write it.
    kind
        ``"word"``, ``"source"``, ``"agency"``, ``"author"`` or ``"headline"``.
    count
        How many articles have it; of a headline, how many of those that were looked at.
    """

    value: str
    kind: SuggestionKind
    count: int


@dataclass(frozen=True, slots=True)
class Suggestions(Tabular):
    """Words, names and headlines that begin as `prefix` does; of each kind, the likeliest first."""

    prefix: str
    found: tuple[Suggestion, ...]

    @property
    def advice(self) -> Advice:
        """What helps: nothing but that no article has what was typed."""
        return Advice(
            () if self.found or not self.prefix else (Unknown("text", f"{self.prefix}*"),)
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the suggestions as JSON values."""
        return self.as_table().as_dict()

    def as_table(self) -> Table:
        """Return one row for each suggestion."""
        columns = (Column("value"), Column("kind"), Column("count", "integer"))
        rows = [(one.value, one.kind, one.count) for one in self.found]
        return Table(columns, rows, {"prefix": self.prefix}, "suggestions")
