"""``newsearch index`` and ``newsearch delete``."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

import newsearch
from newsearch.answers.printing import json_line, n_articles_text
from newsearch.answers.reports import REMARKS_PER_FILE, Notes, Remarks
from newsearch.cli import FOUND, NOTHING_FOUND, SignalledError
from newsearch.cli.options import IdCommand, index_option, json_option, open_index, wait_option
from newsearch.cli.printing import print_data, say
from newsearch.cli.progress import progress_shown
from newsearch.sources import formats

if TYPE_CHECKING:
    from newsearch.dates import DateOrder

_SHOWN_REMARKS = 20


class _FormatOption(click.Option):
    """Shows the formats that there are, those of other packages too, once help is asked for."""

    def make_metavar(self, ctx: click.Context | None = None) -> str:
        return f"[{'|'.join(formats())}]"


def _complete_format(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    return [CompletionItem(name) for name in formats() if name.startswith(incomplete)]


format_option = click.option(
    "--format",
    "format_name",
    cls=_FormatOption,
    shell_complete=_complete_format,
    default="auto",
    show_default=True,
    help="How to read the files; auto goes by what they hold.",
)

date_order_option = click.option(
    "--date-order",
    type=click.Choice(["dmy", "mdy", "ymd"]),
    help="Which number of 08/07/2020 is the day.  [default: as other dates of the load tell]",
)
date_from_option = click.option(
    "--date-from",
    default="",
    metavar="data|text|name,...",
    help="Where dates are taken from, the best first: the data, the text of a page, the file name.",
)


@click.command("index")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@index_option
@format_option
@click.option(
    "--language",
    default="",
    metavar="CODE|auto",
    help="Language of articles that name none and are not clearly in another; auto for that of"
    " most of the first ones.  [default: en]",
)
@click.option("--id-prefix", default="", metavar="TEXT", help="Put this before every id.")
@click.option(
    "--id-from",
    default="",
    metavar="path|KEY",
    help="Take ids from this key of the data; path for the file's path, # and the id or line.",
)
@date_order_option
@date_from_option
@click.option(
    "--map",
    "keys",
    multiple=True,
    metavar="FIELD=KEY",
    help="Take a field from this key or column, as body=Story; repeatable.",
)
@click.option("--columns", default="", metavar="A,B,C", help="Columns of a table without header.")
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out what is called so, or lies so in a folder, as *.bak or 2019/*; repeatable.",
)
@click.option(
    "--prune",
    is_flag=True,
    help="Delete articles that came from PATH earlier and that no file there has any more.",
)
@click.option("--dry-run", is_flag=True, help="Only tell what the files hold; write nothing.")
@click.option("--trust", is_flag=True, help="Read an index of Whoosh, whose files can run code.")
@click.option("--strict", is_flag=True, help="Stop at the first thing that cannot be read.")
@wait_option
@json_option
def index_command(  # noqa: PLR0913, PLR0917 - one for each option
    paths: tuple[str, ...],
    index_target: str,
    format_name: str,
    language: str,
    id_prefix: str,
    id_from: str,
    date_order: DateOrder | None,
    date_from: str,
    keys: tuple[str, ...],
    columns: str,
    exclude: tuple[str, ...],
    wait_s: float,
    *,
    dry_run: bool,
    prune: bool,
    trust: bool,
    strict: bool,
    as_json: bool,
) -> int:
    """Read articles from files and folders into the index.

    PATH is a file, a folder, or - for standard input. Run it again whenever the files change: only
    those that have changed are read. The exit status is 1 if no article was read or known.
    """
    stream = newsearch.read(
        paths,
        format=format_name,
        language=language,
        id_prefix=id_prefix,
        id_from=id_from,
        date_order=date_order or "",
        date_from=date_from,
        map=dict(map(_field_and_key, keys)),
        columns=columns.split(",") if columns else (),
        exclude=exclude,
        trust=trust,
        strict=strict,
    )
    if dry_run:
        return _tell(stream, paths, as_json=as_json)
    with open_index(index_target, create=True) as index:
        try:
            with progress_shown(lambda _: stream.bytes_read / (stream.bytes_total or inf)) as shown:
                report = index.add(stream, prune=prune, progress=shown, wait_s=wait_s)
        except (KeyboardInterrupt, SignalledError):
            held = n_articles_text(index.stats().articles)
            say(f"{index_target} holds {held}; run the command again to go on")
            raise
        n_articles = index.stats().articles
    if as_json:
        print_data(json_line(report.as_dict()))
    else:
        _print_notes(report.notes)
        _print_rejected(report.rejected)
        print_data(f"{report}; {index_target} holds {n_articles_text(n_articles)}")
    if report.added or report.updated or report.unchanged or report.pruned:
        return FOUND
    say(f"no article was read from {', '.join(paths)}")
    return NOTHING_FOUND


def _tell(stream: newsearch.ArticleStream, paths: Sequence[str], *, as_json: bool) -> int:
    """Print what files hold."""
    from newsearch.operations.dry_run import dry_run

    found = dry_run(stream)
    for line in [json_line(found.as_dict())] if as_json else found.as_table().text():
        print_data(line)
    if found.articles:
        return FOUND
    say(f"no article was read from {', '.join(paths)}")
    return NOTHING_FOUND


def _field_and_key(text: str) -> tuple[str, str]:
    field, sign, key = text.partition("=")
    if not (sign and key):
        raise click.UsageError(f"--map {text!r} names no key; write it as body=Story")
    return field, key


def _print_notes(notes: Notes) -> None:
    kinds = notes.by_kind()
    for note, n in kinds[:_SHOWN_REMARKS]:
        say(f"note: {note}" + (f"; {n - 1:,} more of this kind" if n > 1 else ""))
    if (n_left := len(kinds) - _SHOWN_REMARKS) > 0:
        say(f"note: {n_left:,} more kinds; --json lists them")


def _print_rejected(rejected: Remarks) -> None:
    for remark in rejected[:_SHOWN_REMARKS]:
        say(f"rejected: {remark}")
    if (n_left := rejected.n_all - _SHOWN_REMARKS) > 0:
        is_all = rejected.n_all == len(rejected)
        listed = "them all" if is_all else f"the first {REMARKS_PER_FILE:,} of a file"
        say(f"rejected: {n_left:,} more; --json lists {listed}")


@click.command("delete", cls=IdCommand)
@click.argument("article_ids", nargs=-1, required=True, metavar="ID...")
@index_option
@click.option(
    "--purge",
    is_flag=True,
    help="Also take them out of all files, and reject them in later loads.",
)
@click.option("--unblock", is_flag=True, help="Only let purged articles be loaded again.")
@wait_option
def delete_command(
    article_ids: tuple[str, ...], index_target: str, wait_s: float, *, purge: bool, unblock: bool
) -> int:
    """Delete articles by their ids.

    The files keep deleted articles, which nobody finds, until they are compacted. Purging compacts
    them at once; programs that have the index open go on with what they have until they refresh.
    """
    if purge and unblock:
        raise click.UsageError("--purge and --unblock cannot be used together")
    with open_index(index_target) as index:
        if unblock:
            found = index.unblock(article_ids, wait_s=wait_s)
        else:
            found = index.delete(article_ids, purge=purge, wait_s=wait_s)
    for article_id in article_ids:
        if article_id not in found:
            what = "no purged article" if unblock else "no article"
            say(f"{what} has the id {article_id!r}")
    print_data(f"{len(found):,} {'unblocked' if unblock else 'purged' if purge else 'deleted'}")
    return FOUND if found else NOTHING_FOUND
