"""``newsearch query`` and ``newsearch show``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from newsearch.answers.printing import json_line, n_articles_text
from newsearch.cli import FOUND, NOTHING_FOUND
from newsearch.cli.derived import (
    chosen_form,
    derived_command,
    form_parameters,
    operation_parameters,
    print_answer,
    print_warnings,
    read_options,
    status_of,
    stopped_by_interrupt,
)
from newsearch.cli.options import IdCommand, Target, color_option, index_option, open_index
from newsearch.cli.printing import is_colored, print_data, print_styled, say
from newsearch.operations.search import OPERATION

if TYPE_CHECKING:
    from newsearch import Archive
    from newsearch.answers.matches import Occurrences
    from newsearch.answers.results import Results

# newsearch.cli.output is imported where it prints: it brings Whoosh, which --help can do without.


def _ask(index_target: Target, color: str, *, explain: bool, **values: Any) -> int:
    form = chosen_form(values, (*OPERATION.forms, "count"))
    options = read_options(OPERATION, values)
    if options.fields and form not in OPERATION.forms:
        raise click.UsageError("--fields goes with --json, --jsonl or --csv")
    if form == "count":
        options = replace(options, limit=0)
    with open_index(index_target) as index:
        with stopped_by_interrupt() as asked:
            results = OPERATION.run(index, options)
            total = None if form in ("jsonl", "csv") else results.total
        print_warnings(results)
        if explain:
            say(f"plan: {results.plan}")
        _print_results(results, total, form, colored=is_colored(color))
        return status_of(OPERATION, results, asked)


query_command = derived_command(
    OPERATION,
    _ask,
    [
        *operation_parameters(OPERATION),
        *form_parameters(OPERATION, "hit"),
        click.Option(["--count"], is_flag=True, help="Print how many articles match."),
        click.Option(["--explain"], is_flag=True, help="Show how the query was read and run."),
        color_option("hits"),
    ],
)


def _print_results(results: Results, total: int | None, form: str | None, *, colored: bool) -> None:
    from newsearch.cli.output import as_text

    match form:
        case None:
            for block in as_text(results):
                print_styled(block, colored=colored)
            shown = [] if len(results) == total else [f"{len(results)} shown"]
            found = [] if total is None else [n_articles_text(total)]
            say(", ".join((*found, *shown, f"{results.took_ms:.0f} ms")))
        case "count":
            if total is not None:
                print_data(str(total))
        case "jsonl":  # snippets with their highlights, which no cell of a table has
            for record in results.records():
                print_data(json_line(record))
        case _:
            print_answer(OPERATION, results, form)


@click.command("show", cls=IdCommand)
@click.argument("article_ids", nargs=-1, required=True, metavar="ID...")
@index_option
@click.option("--query", metavar="WORDS", help="Mark what matches these words, or this query.")
@click.option(
    "--json", is_flag=True, help='Print one JSON object; of several ids {"articles": [...]}.'
)
@click.option("--jsonl", is_flag=True, help="Print a line of JSON for each article.")
def show_command(
    article_ids: tuple[str, ...], index_target: Target, query: str | None, **forms: bool
) -> int:
    """Print whole articles by their ids, as 'newsearch query' lists them.

    The exit status is 1 where there is none of them.
    """
    form = chosen_form(forms, ("json", "jsonl"))
    ids = tuple(dict.fromkeys(article_ids))
    with open_index(index_target) as index:
        found = {one.article.id: one for one in _articles(index, ids, query)}
    for one in ids:
        if one not in found:
            say(f"no article has the id {one!r}")
    _print_articles(list(found.values()), form, is_one=len(ids) == 1, is_marked=query is not None)
    return FOUND if found else NOTHING_FOUND


def _articles(index: Archive, ids: Sequence[str], query: str | None) -> Iterator[Occurrences]:
    """Read articles, those that there are, with what a query matches in them."""
    from newsearch.answers.matches import Occurrences

    if query is None:
        articles = filter(None, map(index.get, ids))
        return (Occurrences(one, (), ()) for one in articles)
    for warning in index.search(query, limit=0).warnings:
        say(f"warning: {warning}")
    return index.occurrences(query, ids=ids)


def _print_articles(
    found: Sequence[Occurrences], form: str | None, *, is_one: bool, is_marked: bool
) -> None:
    from newsearch.cli.output import article_record, article_text

    if form is None:
        for number, one in enumerate(found):
            between = "\n———\n\n" if number else ""
            print_styled(between + article_text(one), colored=is_colored("auto"))
        return
    records = [article_record(one, is_marked=is_marked) for one in found]
    if form == "json" and not is_one:
        print_data(json_line({"articles": records}))
        return
    for record in records:
        print_data(json_line(record))
