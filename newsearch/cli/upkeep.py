"""``newsearch stats`` and ``newsearch check``."""

from __future__ import annotations

import click

import newsearch
from newsearch.answers.printing import json_line
from newsearch.cli import FAILED, FOUND
from newsearch.cli.options import index_option, json_option


@click.command("stats")
@index_option
@json_option
def stats_command(index_target: str, *, as_json: bool) -> int:
    """Tell what the index holds."""
    with newsearch.open_index(index_target) as index:
        stats = index.stats()
    if as_json:
        click.echo(json_line(stats.as_dict()))
        return FOUND
    for line in stats.as_table().text():
        click.echo(line)
    return FOUND


@click.command("check")
@index_option
def check_command(index_target: str) -> int:
    """Read everything the index holds and report what is damaged."""
    with newsearch.open_index(index_target) as index:
        problems = index.check()
        n_articles = index.stats().articles
    for problem in problems:
        click.echo(problem)
    if problems:
        click.echo(f"{len(problems):,} problems; rebuild the index", err=True)
        return FAILED
    click.echo(f"{n_articles:,} articles, no problem found")
    return FOUND
