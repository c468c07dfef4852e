"""``newsearch check``, ``compact``, ``rebuild`` and ``copy``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

import newsearch
from newsearch.answers.printing import n_articles_text
from newsearch.cli import FAILED, FOUND, PARTIAL
from newsearch.cli.options import index_option, open_index, wait_option
from newsearch.cli.printing import print_data, say
from newsearch.cli.progress import progress_shown
from newsearch.errors import CorruptIndexError, IndexingError
from newsearch.marker import INDEX_MARKER
from newsearch.operations.registry import folder_of

if TYPE_CHECKING:
    from newsearch.index.repair import Repair


@click.command("check")
@index_option
@wait_option
@click.option("--quick", is_flag=True, help="Do not analyse the stored articles again.")
@click.option("--repair", is_flag=True, help="Build damaged parts again from the stored articles.")
def check_command(index_target: str, wait_s: float, *, quick: bool, repair: bool) -> int:
    """Read everything the index holds and report what is damaged.

    Words, lengths and columns are made again from the stored articles and compared. After a repair
    the ids of lost articles are printed, and the exit status is 3 where there are any.
    """
    if quick and repair:
        raise click.UsageError("--quick and --repair cannot be used together")
    from newsearch.index.check import check_index
    from newsearch.index.directory import open_directory, system_errors_told
    from newsearch.index.repair import repair_index

    folder = _folder_of(index_target)
    # Not opened as an index, of which damage is told in another way.
    try:
        with system_errors_told(open_directory(folder, may_be_older=repair)):
            if repair:
                return _repair(repair_index(folder, wait_s=wait_s))
            problems = check_index(folder, quick=quick)
    except CorruptIndexError as error:  # which advises to run this command
        is_marker = Path(error.path).name == INDEX_MARKER
        remedy = "run it with '--repair'" if is_marker else "restore the folder from a copy of it"
        reason = f"{error.fault}; {remedy}"
        raise IndexingError(error.path, reason) from error
    for kept in sorted(folder.glob("*.damaged")):
        say(f"{kept.name}: kept by a repair, for articles lost; 'newsearch compact' removes it")
    for problem in problems:
        print_data(problem)
    if problems:
        of_versions = all(" version of newsearch " in problem for problem in problems)
        remedy = "" if of_versions else "; 'newsearch check --repair' mends what can be"
        say(f"problems found: {len(problems):,}{remedy}")
        return FAILED
    with newsearch.open_index(folder) as index:
        print_data(f"{n_articles_text(index.stats().articles)}, no problem found")
    return FOUND


@click.command("compact")
@index_option
@wait_option
def compact_command(index_target: str, wait_s: float) -> int:
    """Take what deleted articles left out of all files.

    Parts that hold deleted articles are written anew, beside the old ones until all are done.
    """
    with open_index(index_target) as index:
        n_gone = index.compact(wait_s=wait_s)
    print_data(f"{n_gone:,} deleted {'article is' if n_gone == 1 else 'articles are'} gone")
    return FOUND


@click.command("rebuild")
@index_option
@wait_option
def rebuild_command(index_target: str, wait_s: float) -> int:
    """Index all stored articles again, in place.

    An index of an older format becomes one of the present format, and any index gets the present
    rules for words. The old parts lie beside the new ones until all are done.
    """
    from newsearch.index.directory import open_directory, system_errors_told
    from newsearch.index.repair import rebuild_index
    from newsearch.index.toc import read_toc

    folder = _folder_of(index_target)
    # Not opened as an index: those of older formats cannot be.
    with system_errors_told(open_directory(folder, may_be_older=True)):
        n_all = sum(one.articles - one.deleted for one in read_toc(folder).segments)
        with progress_shown(lambda n_articles: n_articles / n_all) as shown:
            n_articles = rebuild_index(folder, progress=shown, wait_s=wait_s)
    print_data(f"{n_articles_text(n_articles)} indexed again")
    return FOUND


def _folder_of(index_target: str) -> Path:
    folder = folder_of(index_target)
    if folder is None:
        raise click.UsageError("this command needs a folder of this machine")
    return folder


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


def _repair(done: Repair) -> int:
    for problem in done.problems:
        say(f"mended: {problem}")
    for lost in done.lost:
        print_data(f"lost: {lost}")
    n_articles = n_articles_text(done.rebuilt)
    say(f"problems found: {len(done.problems):,}; built again: {n_articles}")
    return PARTIAL if done.lost else FOUND
