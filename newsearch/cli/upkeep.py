"""``newsearch check``, ``compact`` and ``copy``."""

from __future__ import annotations

from pathlib import Path

import click

import newsearch
from newsearch.answers.printing import n_articles_text
from newsearch.cli import FAILED, FOUND
from newsearch.cli.options import index_option, wait_option
from newsearch.cli.printing import print_data, say
from newsearch.errors import CorruptIndexError, IndexingError


@click.command("check")
@index_option
@click.option("--quick", is_flag=True, help="Do not analyse the stored articles again.")
def check_command(index_target: str, *, quick: bool) -> int:
    """Read everything the index holds and report what is damaged.

    Words, lengths and columns are made again from the stored articles and compared.
    """
    try:
        with newsearch.open_index(index_target) as index:
            problems = index.check(quick=quick)
            n_articles = index.stats().articles
    except CorruptIndexError as error:  # which advises to run this command
        reason = f"{error.fault}; restore the folder from a copy of it"
        raise IndexingError(error.path, reason) from error
    for problem in problems:
        print_data(problem)
    if problems:
        say(f"problems found: {len(problems):,}; rebuild the index")
        return FAILED
    print_data(f"{n_articles_text(n_articles)}, no problem found")
    return FOUND


@click.command("compact")
@index_option
@wait_option
def compact_command(index_target: str, wait_s: float) -> int:
    """Take what deleted articles left out of all files.

    Parts that hold deleted articles are written anew, beside the old ones until all are done.
    """
    with newsearch.open_index(index_target) as index:
        n_gone = index.compact(wait_s=wait_s)
    print_data(f"{n_gone:,} deleted {'article is' if n_gone == 1 else 'articles are'} gone")
    return FOUND


@click.command("copy")
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path))
@click.argument("target", metavar="TO", type=click.Path(path_type=Path))
def copy_command(source: Path, target: Path) -> int:
    """Copy the index FROM, verified, to the new folder TO.

    FROM may be written to meanwhile: its latest commit is copied. A copy that was interrupted goes
    on where it was; TO is an index once it is whole.
    """
    with newsearch.open_index(source) as index:
        report = index.copy(target)
    print_data(f"{target} holds {report}")
    return FOUND
