"""``explain``: why an article matches a query, or does not."""

from __future__ import annotations

from dataclasses import dataclass

from newsearch.answers.why import Explanation
from newsearch.operations.base import Operation, option
from newsearch.operations.selection import ABOUT_WORDS, Asked


@dataclass(frozen=True, kw_only=True)
class _OfArticle:
    article_id: str = option(default="", metavar="ID", is_argument=True, help="The article.")


@dataclass(frozen=True, kw_only=True)
class ExplainOptions(Asked, _OfArticle):
    """Which article, and what is asked of it."""


OPERATION = Operation(
    name="explain",
    help=f"""Tell why an article matches, or does not.

Each part of the query is shown with what it added to the score, and where it matches; ! marks why
an article does not. {ABOUT_WORDS}""",
    options=ExplainOptions,
    run=lambda engine, options: engine.explain(
        options.article_id, options.asked(), **options.selection()
    ),
    forms=("json", "jsonl", "csv"),
    text=Explanation.text,
    found=lambda answer: answer.matches,
)
