"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click


class IdCommand(click.Command):
    """A command that takes ids, and tells how to write one that looks like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            message = f"{error.message.rstrip('.')}; put -- before an id that begins with a minus"
            raise click.NoSuchOption(
                error.option_name, message, error.possibilities, ctx
            ) from error


index_option = click.option(
    "--index",
    "-i",
    "index_path",
    type=click.Path(path_type=Path),
    envvar="NEWSEARCH_INDEX",
    default=Path("newsearch-index"),
    show_default="$NEWSEARCH_INDEX, else ./newsearch-index",
    help="Index directory.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")

any_option = click.option(
    "--any", "match_any", is_flag=True, help="Rank articles with any of the words, not only all."
)
