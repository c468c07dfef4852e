"""Which articles an operation is about: options that most of them share."""

from __future__ import annotations

from dataclasses import dataclass

from newsearch.engines.base import Bounded, Selection
from newsearch.errors import QueryError
from newsearch.fields import Match
from newsearch.operations.base import option

ABOUT_WORDS = """WORDS are words, "exact phrases", -excluded words, field:value and more: see the \
README. Put the query in single quotes where it holds quotes, brackets or stars."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A query and the filters beside it."""

    query: str = option(
        default="", metavar="WORDS...", is_argument=True, help="Words, or the query language."
    )
    match: Match = option(
        default="all", flag="any", help="Find articles with any of the words, not only with all."
    )
    since: str | None = option(
        default=None,
        metavar="DATE",
        help="From this day, month or year on: 2020-07, yesterday, 7d (7 days ago).",
    )
    until: str | None = option(
        default=None, metavar="DATE", help="Up to this day, month or year, inclusive."
    )
    source: str | None = option(
        default=None, metavar="NAME", help="Published by this source or credited to it: Kyodo."
    )
    lang: str | None = option(
        default=None, metavar="CODE", help="In this language: en, or its name."
    )
    timezone: str = option(
        default="UTC", metavar="ZONE", help="Where days begin and end: Asia/Tokyo, or +09:00."
    )
    synonyms: str | None = option(
        default=None, metavar="FILE", help="Rules such as 'car, automobile', one a line."
    )
    strict: bool = option(default=False, help="Refuse a malformed query instead of guessing.")

    @property
    def is_of_all(self) -> bool:
        """Whether neither words nor filters say which articles are meant."""
        return not any((self.query.strip(), self.since, self.until, self.source, self.lang))

    def asked(self) -> str:
        """Return the query; where filters alone say what is meant, that of every article.

        Raises QueryError where nothing says which articles are meant.
        """
        if self.is_of_all:
            raise QueryError("the query is empty", hint="use '*' for all articles")
        return self.query if self.query.strip() else "*"

    def selection(self) -> Selection:
        """Return what engines take beside the query."""
        return {
            "match": self.match, "since": self.since, "until": self.until, "source": self.source,
            "lang": self.lang, "timezone": self.timezone, "strict": self.strict,
            "synonyms": self.synonyms,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Selected(Asked):
    """A query and the filters beside it, whose answer can be bounded in time."""

    timeout_s: float | None = option(
        default=None,
        metavar="SECONDS",
        minimum=0,
        help="Stop then, with what was found by then; the status is 3.",
    )

    def selection(self) -> Bounded:
        """Return what engines take beside the query, and the bound."""
        return {**super().selection(), "timeout_s": self.timeout_s}
