"""``newsearch run``: a file of queries to a TREC run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, NamedTuple

import click

import newsearch
from newsearch.cli import FOUND
from newsearch.cli.options import Target, WholeNumber, any_option, index_option, open_index
from newsearch.cli.printing import for_stream, say
from newsearch.errors import QueryError, SourceError

if TYPE_CHECKING:
    from newsearch.fields import Match, Syntax

_TAG = "newsearch"
_AT_ONCE = 256
"""Queries whose hits are in memory together."""


class _Query(NamedTuple):
    """One line of the file of queries."""

    name: str
    text: str
    line: int


@click.command("run")
@click.argument("queries", type=click.File("rb"), metavar="QUERIES.jsonl")
@index_option
@click.option(
    "--output", "-o", type=click.File("w", encoding="utf-8"), default="-", help="Run file to write."
)
@click.option(
    "-k",
    "limit",
    type=WholeNumber(min=1),
    default=1000,
    show_default=True,
    help="Most hits for each query.",
)
@any_option
@click.option(
    "--syntax",
    type=click.Choice(["words", "query"]),
    default="words",
    show_default=True,
    help="Read the texts as plain words, as TREC topics are, or in the query language.",
)
def run_command(
    queries: IO[bytes],
    index_target: Target,
    output: IO[str],
    limit: int,
    syntax: Syntax,
    *,
    match_any: bool,
) -> int:
    """Answer many queries and write a TREC run.

    QUERIES has a line {"id": ..., "text": ...} for each query. A line of the run is: query, Q0,
    article, rank, score, newsearch.
    """
    match: Match = "any" if match_any else "all"
    with open_index(index_target) as index:
        known = list(_read_queries(queries))
        _check(known, index, syntax, _name(queries))
        output.write("")  # the file is opened by the first write; nothing found is a run too
        for start in range(0, len(known), _AT_ONCE):
            some = known[start : start + _AT_ONCE]
            texts = [query.text for query in some]
            found = index.search_many(texts, limit=limit, match=match, syntax=syntax)
            for query, results in zip(some, found, strict=True):
                output.write(for_stream("".join(_lines(query, results)), output))
    return FOUND


def _lines(query: _Query, results: newsearch.Results) -> Iterator[str]:
    for hit in results:
        article_id = "_".join(hit.id.split())
        yield f"{query.name} Q0 {article_id} {hit.rank} {hit.score:.6f} {_TAG}\n"


def _check(queries: list[_Query], index: newsearch.Engine, syntax: Syntax, path: str) -> None:
    """Print the warnings of queries, so that nothing is written where one cannot be run."""
    try:
        answers = index.search_many([query.text for query in queries], limit=0, syntax=syntax)
    except QueryError as error:
        line = queries[(error.number or 1) - 1].line
        raise SourceError(path, str(error), line=line) from error
    for query, results in zip(queries, answers, strict=True):
        for warning in results.warnings:
            say(f"warning: query {query.name}: {warning}")


def _read_queries(lines: IO[bytes]) -> Iterator[_Query]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        match record:
            case {"id": str() | int() as query_id, "text": str(text)} if str(query_id).strip():
                yield _Query("_".join(str(query_id).split()), text, number)
            case _:
                raise SourceError(_name(lines), 'not a line {"id": ..., "text": ...}', line=number)


def _name(lines: IO[bytes]) -> str:
    return "-" if lines.name == "<stdin>" else lines.name
