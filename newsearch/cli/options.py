"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from click.core import ParameterSource

import newsearch
from newsearch.cli import IS_PARTIAL
from newsearch.engines.base import WAIT_S

_OPEN_PARTIAL = "newsearch.open_partial"


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


class WholeNumber(click.IntRange):
    """A number without a fraction, not below `min`."""

    name = "whole number"

    def convert(self, *given: Any) -> Any:
        return _converted(self, super().convert, *given)


class Number(click.FloatRange):
    """A number, not below `min`."""

    name = "number"

    def convert(self, *given: Any) -> Any:
        return _converted(self, super().convert, *given)


def _converted(
    kind: click.IntRange | click.FloatRange, convert: Callable[..., Any], value: Any, *about: Any
) -> Any:
    """Read a number, or refuse it; click's own words for that are a programmer's."""
    try:
        return convert(value, *about)
    except click.BadParameter:
        least = "" if kind.min is None else f", {kind.min} or more"
        kind.fail(f"{str(value)!r} is not a {kind.name}{least}", *about)


Target = str | tuple[str, ...]
"""An index, or several."""

_OF_ONE = ("index", "delete", "compact", "rebuild", "check")


def _or_before_command(
    context: click.Context, parameter: click.Parameter, value: tuple[str, ...]
) -> Target:
    """Take the indexes named before the command, unless some are named after it too."""
    source = context.get_parameter_source(parameter.name or "")
    before = context.parent.params.get(parameter.name) if context.parent else None
    named = before if before and source is not ParameterSource.COMMANDLINE else value
    if len(named) > 1 and context.command.name in _OF_ONE:
        raise click.UsageError(f"'newsearch {context.command.name}' takes one --index")
    return named if len(named) > 1 else named[0]


class _TargetOption(click.Option):
    def value_from_envvar(self, ctx: click.Context) -> tuple[str, ...] | None:
        """Take what the variable holds as one path, whatever is in it."""
        named = self.resolve_envvar_value(ctx)
        return None if named is None else (named,)


_target_option = click.option(
    "--index",
    "-i",
    "index_target",
    cls=_TargetOption,
    multiple=True,
    metavar="DIR",
    envvar="NEWSEARCH_INDEX",
    default=("newsearch-index",),
    show_default="$NEWSEARCH_INDEX, else ./newsearch-index",
    callback=_or_before_command,
    help="Index directory, or several; can also stand before the command.",
)


def _note(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    context.meta[_OPEN_PARTIAL] = value


_partial_option = click.option(
    "--partial",
    is_flag=True,
    expose_value=False,
    callback=_note,
    help="Open what is left where files are lost or damaged; exit status 3.",
)

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any])


def index_option(command: _Decorated) -> _Decorated:
    """Let a command take the index, and whether a part of it will do; see `open_index`."""
    return _target_option(_partial_option(command))


def open_index(target: Target, *, create: bool = False) -> newsearch.Archive:
    """Open the index of the command that runs."""
    meta = click.get_current_context().meta
    index = newsearch.open_index(target, create=create, partial=meta.get(_OPEN_PARTIAL, False))
    meta[IS_PARTIAL] = getattr(index, "is_partial", False)
    return index


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")

wait_option = click.option(
    "--wait",
    "wait_s",
    type=Number(min=0),
    default=WAIT_S,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another process that is writing.",
)

any_option = click.option(
    "--any",
    "match_any",
    is_flag=True,
    help="Rank articles with any of the words, not only with all.",
)


def color_option(what: str) -> click.Option:
    """Return the option that says whether hits, or lines, are coloured; see `is_colored`."""
    return click.Option(
        ["--color"],
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help=f"Colour the {what}; auto does so on a terminal unless NO_COLOR is set.",
    )
