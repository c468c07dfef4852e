"""``newsearch query`` and ``newsearch show``."""

from __future__ import annotations

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
from newsearch.cli.options import IdCommand, color_option, index_option, json_option, open_index
from newsearch.cli.printing import is_colored, print_data, print_styled, say
from newsearch.operations.search import OPERATION

if TYPE_CHECKING:
    from newsearch.answers.results import Results

# newsearch.cli.output is imported where it prints: it brings Whoosh, which --help can do without.


def _ask(index_target: str, color: str, *, explain: bool, **values: Any) -> int:
    form = chosen_form(values, (*OPERATION.forms, "count"))
    options = read_options(OPERATION, values)
    if form == "count":
        options = replace(options, limit=0)
    with open_index(index_target) as index:
        with stopped_by_interrupt() as asked:
            results = OPERATION.run(index, options)
            total = None if form in ("jsonl", "csv") else results.total
        print_warnings(results, asked)
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
            for hit in results:
                print_data(json_line(hit.as_dict()))
        case _:
            print_answer(OPERATION, results, form)


@click.command("show", cls=IdCommand)
@click.argument("article_id", metavar="ID")
@index_option
@json_option
def show_command(article_id: str, index_target: str, *, as_json: bool) -> int:
    """Print a whole article by its id, as 'newsearch query' lists them."""
    from newsearch.cli.output import article_record, article_text

    with open_index(index_target) as index:
        article = index.get(article_id)
    if article is None:
        say(f"no article has the id {article_id!r}")
        return NOTHING_FOUND
    if as_json:
        print_data(json_line(article_record(article)))
    else:
        print_styled(article_text(article), colored=None)
    return FOUND
