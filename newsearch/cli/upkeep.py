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
    languages = ", ".join(f"{code} {n:,}" for code, n in stats.languages.items())
    lines = {
        "articles": f"{stats.articles:,}",
        "deleted": f"{stats.deleted:,}",
        "words": f"{stats.tokens:,}",
        "languages": languages or "-",
        "dates": f"{stats.first_date} to {stats.last_date}" if stats.first_date else "-",
        "undated": f"{stats.undated:,}",
        "segments": f"{stats.segments:,}",
        "size": _size(stats.size_bytes),
    }
    for name, value in lines.items():
        click.echo(f"{name:<10} {value}")
    return FOUND


def _size(size_bytes: int) -> str:
    if size_bytes < 1_000_000:
        return f"{size_bytes / 1e3:,.1f} KB"
    return f"{size_bytes / 1e6:,.1f} MB"


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
