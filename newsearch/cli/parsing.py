"""``newsearch parse``: the page reader alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import newsearch
from newsearch.answers.printing import json_line
from newsearch.cli import FOUND, NOTHING_FOUND
from newsearch.cli.loading import date_from_option, date_order_option, format_option
from newsearch.cli.printing import print_data, say

if TYPE_CHECKING:
    from newsearch.dates import DateOrder


@click.command("parse")
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@format_option
@date_order_option
@date_from_option
@click.option(
    "--explain", is_flag=True, help="Print what was decided of each line and field, and why."
)
@click.option("--json", "as_json", is_flag=True, help="Print explanations as lines of JSON.")
def parse_command(
    paths: tuple[str, ...],
    format_name: str,
    date_order: DateOrder | None,
    date_from: str,
    *,
    explain: bool,
    as_json: bool,
) -> int:
    """Print the articles of files as lines of JSON.

    FILE is a page, any other file that can be indexed, a folder, or - for standard input. No index
    is used. The exit status is 1 if no article was read.
    """
    if as_json and not explain:
        raise click.UsageError("--json is for --explain; articles are lines of JSON anyway")
    stream = newsearch.read(
        paths, format=format_name, date_order=date_order or "", date_from=date_from
    )
    n_articles = 0
    for found in stream.explained():
        n_articles += found.article is not None
        if explain:
            _print_explanation(found, as_json=as_json)
        elif found.article:
            print_data(json_line(found.article.as_dict()))
    for kind, remarks in (("note", stream.notes), ("rejected", stream.rejected)):
        for remark in remarks:
            say(f"{kind}: {remark}")
    if n_articles:
        return FOUND
    say(f"no article was read from {', '.join(paths)}")
    return NOTHING_FOUND


def _print_explanation(found: newsearch.PageExplanation, *, as_json: bool) -> None:
    if as_json:
        print_data(json_line(found.as_dict()))
        return
    print_data(f"{found.path}{': ' if found.reason else ''}{found.reason}\n")
    for line in found.text():
        print_data(line)
    print_data("")
