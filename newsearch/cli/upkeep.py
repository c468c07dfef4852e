"""``newsearch check``."""

from __future__ import annotations

import click

import newsearch
from newsearch.answers.printing import n_articles_text
from newsearch.cli import FAILED, FOUND
from newsearch.cli.options import index_option


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
        click.echo(f"problems found: {len(problems):,}; rebuild the index", err=True)
        return FAILED
    click.echo(f"{n_articles_text(n_articles)}, no problem found")
    return FOUND
