"""``newsearch query`` and ``newsearch show``."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

import click

import newsearch
from newsearch.cli import FOUND, NOTHING_FOUND
from newsearch.cli.options import IdCommand, any_option, index_option, json_option

if TYPE_CHECKING:
    from newsearch.answers.results import Results
    from newsearch.engines.base import Match

# newsearch.cli.output is imported where it prints: it brings Whoosh, which --help can do without.

_FORMS = ("json", "jsonl", "csv", "count")

_MINUS = "\ue000"
"""Stands for the minus of an excluded word while click looks for options."""

# Two characters or more, or one that no option has.
_EXCLUDED_WORD = re.compile(r"-(?!n=?\d+$)(?:[^-\s][^\s].*|[^\x00-\x7f])", re.DOTALL)


class _QueryCommand(click.Command):
    """A command that takes ``-word`` as a word and not as a bundle of short options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options = {name for parameter in self.params for name in parameter.opts}
        words: list[str] = []
        for arg in args:
            is_excluded = _EXCLUDED_WORD.fullmatch(arg)
            if is_excluded and f"-{arg}" in options:
                word = arg[1:]
                message = f"warning: {arg} excludes the word {word}; the option is --{word}"
                click.echo(message, err=True)
            words.append(_MINUS + arg[1:] if is_excluded else arg)
        return super().parse_args(ctx, words)


@click.command("query", cls=_QueryCommand)
@click.argument("words", nargs=-1, metavar="WORDS...")
@index_option
@click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    help="How many hits to show.",
)
@any_option
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="Order of the hits.",
)
@click.option("--since", metavar="DATE", help="From this day, month or year on: 2020-07.")
@click.option("--until", metavar="DATE", help="Up to this day, month or year, inclusive.")
@click.option("--source", metavar="NAME", help="Published or credited by: Kyodo.")
@click.option("--json", is_flag=True, help="Print one JSON object.")
@click.option("--jsonl", is_flag=True, help="Print a JSON object a hit.")
@click.option(
    "--csv",
    is_flag=True,
    help="Print a table; cells that spreadsheets would run as formulas get a ' before them.",
)
@click.option("--count", is_flag=True, help="Print how many articles match.")
@click.option("--explain", is_flag=True, help="Tell how the query was read and run.")
@click.option("--strict", is_flag=True, help="Refuse a malformed query rather than guess.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the hits; auto does so on a terminal unless NO_COLOR is set.",
)
def query_command(
    words: tuple[str, ...],
    index_target: str,
    color: str,
    *,
    match_any: bool,
    explain: bool,
    **options: Any,
) -> int:
    """Find articles.

    WORDS are words, "exact phrases", -excluded words, field:value and more: see the README. Put
    the query in single quotes where it holds quotes, brackets or stars.
    """
    text = " ".join(words).replace(_MINUS, "-")
    if not text.strip():
        if not any(options[name] for name in ("since", "until", "source")):
            raise click.UsageError("missing WORDS; use '*' for all articles")
        text = "*"
    form = _chosen_form(options)
    if form == "count":
        options["limit"] = 0
    match: Match = "any" if match_any else "all"
    with newsearch.open_index(index_target) as index:
        results = index.search(text, match=match, **options)
        for warning in results.warnings:
            click.echo(f"warning: {warning}", err=True)
        if explain:
            click.echo(f"plan: {results.plan}", err=True)
        _print_results(results, form, colored=_colored(color))
        return FOUND if (results or results.total) else NOTHING_FOUND


def _chosen_form(options: dict[str, Any]) -> str | None:
    """Take the way to print out of the options."""
    chosen = [form for form in _FORMS if options.pop(form)]
    if len(chosen) > 1:
        raise click.UsageError(f"--{chosen[0]} and --{chosen[1]} exclude each other")
    return chosen[0] if chosen else None


def _colored(color: str) -> bool:
    if color == "auto":
        return sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return color == "always"


def _print_results(results: Results, form: str | None, *, colored: bool) -> None:
    from newsearch.answers.printing import json_line
    from newsearch.cli.output import as_text

    match form:
        case "json":
            click.echo(json_line(results.as_dict()))
        case "jsonl":
            for hit in results:
                click.echo(json_line(hit.as_dict()))
        case "csv":
            for line in results.as_table().csv():
                click.echo(line, nl=False)
        case "count":
            click.echo(str(results.total))
        case _:
            for block in as_text(results):
                click.echo(block, color=colored)
            articles = "article" if results.total == 1 else "articles"
            shown = "" if len(results) == results.total else f", {len(results)} shown"
            click.echo(f"{results.total:,} {articles}{shown}, {results.took_ms:.0f} ms", err=True)


@click.command("show", cls=IdCommand)
@click.argument("article_id", metavar="ID")
@index_option
@json_option
def show_command(article_id: str, index_target: str, *, as_json: bool) -> int:
    """Print a whole article by its id, as 'newsearch query' lists them."""
    from newsearch.answers.printing import json_line
    from newsearch.cli.output import article_text

    with newsearch.open_index(index_target) as index:
        article = index.get(article_id)
    if article is None:
        click.echo(f"no article has the id {article_id!r}", err=True)
        return NOTHING_FOUND
    click.echo(json_line(article.as_dict()) if as_json else article_text(article))
    return FOUND
