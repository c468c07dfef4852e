"""The kinds of query, and one query: all that an engine's process must know of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

KINDS = {
    "or": "any of the words, best 10",
    "and": "all of the words, best 10",
    "phrase": "two neighbouring words as a phrase, best 10",
    "prefix": "words beginning with the longest word's first letters, 10 of them",
    "letter": "words beginning with the longest word's first letter, 10 of them",
    "dates": "any of the words within a span of days, best 10",
    "newest": "any of the words, newest 10",
    "snippets": "any of the words, best 10 with a snippet of each",
    "count": "how many articles have any of the words",
    "total": "any of the words, best 10, and how many articles have any",
}
"""Kinds of query; one more, ``mixed``, replays these in the proportions of `MIX`."""

PREFIXES = ("prefix", "letter")
"""Kinds that ask for the beginning of words."""

MIXED = "mixed"
MIX = {
    "and": 40,
    "snippets": 15,
    "or": 10,
    "phrase": 10,
    "dates": 10,
    "newest": 5,
    "prefix": 5,
    "count": 5,
}
"""Hundredths of the mixed replay: guesses at what readers of an archive do, stated in README.md."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question, for every engine to put into its own language.

    Parameters
    ----------
    kind
        A key of `KINDS`.
    text
        As a reader types it. For a phrase its words; for a prefix or letter the letters.
    words
        Runs of letters and digits of the text, lower case, each once, in the order of the text.
    since, until
        First and last day of a ``dates`` query, as ``2006-01-31``; else ''.
    """

    kind: str
    text: str
    words: tuple[str, ...]
    since: str = ""
    until: str = ""

    @property
    def is_prefix(self) -> bool:
        """Whether words that begin with the text are asked for, not the text's words."""
        return self.kind in PREFIXES

    @property
    def typed(self) -> str:
        """The text in lower case, each word once: for engines that keep ``U.S.`` in one piece."""
        return " ".join(dict.fromkeys(self.text.lower().split()))

    def as_dict(self) -> dict[str, Any]:
        """Return the query as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Query:
        """Read what `as_dict` gave."""
        return cls(**record | {"words": tuple(record["words"])})
