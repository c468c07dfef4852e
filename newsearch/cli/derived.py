"""Commands derived from operations: their parameters, help, and how answers are printed."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

import click

from newsearch.answers.printing import json_line
from newsearch.answers.results import Results
from newsearch.cli import FOUND, INTERRUPTED, NOTHING_FOUND, PARTIAL
from newsearch.cli.options import Number, Target, WholeNumber, index_option, open_index
from newsearch.cli.printing import print_data, print_styled, say
from newsearch.operations.base import Answer, AnswerToQuery, AnswerWithAdvice, Operation, ToldOption
from newsearch.operations.selection import Asked
from newsearch.patterns import lazy_pattern
from newsearch.stopping import Stop, current

OptionsT = TypeVar("OptionsT")

_MINUS = "\ue000"
"""Stands for the minus of an excluded word while click looks for options."""

# Two characters or more, or one that no option has.
_EXCLUDED_WORD = lazy_pattern(r"-(?!n=?\d+$)(?:[^-\s][^\s].*|[^\x00-\x7f])", re.DOTALL)

_FORM_HELP = {
    "json": "Print one JSON object.",
    "jsonl": "Print one JSON object for each {row}, on a line of its own.",
    "csv": "Print a table; cells that spreadsheets would run as formulas get a ' before them.",
}
_PLOT_HELP = "Draw a chart into this file too: .png, .svg or .pdf."


class OperationCommand(click.Command):
    """A command that takes ``-word`` as a word and not as a bundle of short options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not any(isinstance(parameter, click.Argument) for parameter in self.params):
            return super().parse_args(ctx, args)
        options = {name for parameter in self.params for name in parameter.opts}
        with_value = {
            name
            for parameter in self.params
            if isinstance(parameter, click.Option) and not parameter.is_flag
            for name in parameter.opts
        }
        words: list[str] = []
        for before, arg in zip(["", *args], args, strict=False):
            is_excluded = before not in with_value and _EXCLUDED_WORD.fullmatch(arg)
            if is_excluded and f"-{arg}" in options:
                word = arg[1:]
                message = f"warning: {arg} excludes the word {word}; the option is --{word}"
                say(message)
            words.append(_MINUS + arg[1:] if is_excluded else arg)
        return super().parse_args(ctx, words)


def command(
    operation: Operation[Any, Any],
    show: Callable[[Any, Mapping[str, Any]], None] | None = None,
    *own: click.Parameter,
) -> click.Command:
    """Return the command of an operation.

    `show` prints an answer for people, given what the command line gave, its `own` parameters too;
    None for the text that the operation makes.
    """

    def ask(index_target: Target, **values: Any) -> int:
        form = chosen_form(values, operation.forms)
        plot = values.pop("plot", None)
        options = read_options(operation, values)
        with open_index(index_target) as engine:
            with stopped_by_interrupt() as asked:
                answer = operation.run(engine, options)
            print_warnings(answer)
            if plot and operation.plot and not _is_partial(answer):
                operation.plot(answer, plot)
            if show and form is None:
                show(answer, values)
            else:
                print_answer(operation, answer, form)
            return status_of(operation, answer, asked)

    parameters = [*operation_parameters(operation), *form_parameters(operation), *own]
    if operation.plot:
        parameters.append(click.Option(["--plot"], metavar="FILE", help=_PLOT_HELP))
    return derived_command(operation, ask, parameters)


def derived_command(
    operation: Operation[Any, Any], callback: Any, parameters: Sequence[click.Parameter]
) -> click.Command:
    """Return a command with the name and the help of an operation."""
    made = index_option(OperationCommand(operation.name, callback=callback, help=operation.help))
    made.params += parameters
    return made


def operation_parameters(operation: Operation[Any, Any]) -> list[click.Parameter]:
    """Return what the command line takes for the options of an operation."""
    return [_parameter(told) for told in operation.told_options()]


def form_parameters(operation: Operation[Any, Any], a_row: str = "row") -> list[click.Parameter]:
    """Return the flags that choose in which form an answer is printed."""
    return [
        click.Option([f"--{form}"], is_flag=True, help=_FORM_HELP[form].format(row=a_row))
        for form in operation.forms
    ]


def read_options(operation: Operation[OptionsT, Any], values: Mapping[str, Any]) -> OptionsT:
    """Make the options of an operation from what the command line gave.

    Raises
    ------
    click.UsageError
        There are no words where some are needed.
    """
    told = operation.told_options()
    options = operation.options(**{one.name: _value(one, values[one.name]) for one in told})
    if isinstance(options, Asked) and options.is_of_all:
        raise click.UsageError("missing WORDS; use '*' for all articles")
    return options


def chosen_form(values: dict[str, Any], forms: Sequence[str]) -> str | None:
    """Take the form of the answer out of what the command line gave; None is text for people.

    Raises
    ------
    click.UsageError
        There are two.
    """
    chosen = [form for form in forms if values.pop(form)]
    if len(chosen) > 1:
        raise click.UsageError(f"--{chosen[0]} and --{chosen[1]} cannot be used together")
    return chosen[0] if chosen else None


@contextmanager
def stopped_by_interrupt() -> Iterator[Stop]:
    """Let Ctrl-C end a search, which then gives what it has; a second one ends the command."""
    asked = Stop()

    def end(number: int, frame: FrameType | None) -> None:
        if asked.flag[0]:
            signal.default_int_handler(number, frame)
        asked.set()
        (current() or asked).set()

    before = signal.getsignal(signal.SIGINT)
    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, end)
    try:
        with asked:
            yield asked
    finally:
        if before is signal.default_int_handler:
            signal.signal(signal.SIGINT, before)


def print_warnings(answer: Answer) -> None:
    """Print the warnings about the query, if the answer is to one."""
    for warning in answer.warnings if isinstance(answer, AnswerToQuery) else ():
        say(f"warning: {warning}")


def _is_partial(answer: Answer) -> bool:
    return isinstance(answer, AnswerToQuery) and answer.is_partial


def status_of(operation: Operation[Any, Any], answer: Answer, asked: Stop) -> int:
    """Return the exit status for an answer that was printed; say what else there is to say.

    That is why it is not all, which some know only when they are printed, or what helps where
    nothing was found.
    """
    if _is_partial(answer):
        why = "interrupted" if asked.flag[0] else "the time is up"
        say(f"warning: {why}; this is what was found by then")
        return INTERRUPTED if asked.flag[0] else PARTIAL
    if operation.found(answer):
        return FOUND
    if isinstance(answer, AnswerWithAdvice):
        for line in answer.advice.lines("--any"):
            say(f"advice: {line}")
    return NOTHING_FOUND


def print_answer(operation: Operation[Any, Any], answer: Answer, form: str | None) -> None:
    """Print an answer in a form that the operation has, or for people."""
    match form:
        case None if isinstance(answer, Results):
            from newsearch.cli.output import as_text

            for block in as_text(answer):
                print_styled(block, colored=None)
            if not answer:
                say("0 articles")
        case "json":
            print_data(json_line(answer.as_dict()))
        case "jsonl":
            for line in answer.as_table().jsonl():
                print_data(line)
        case "csv":
            for line in answer.as_table().csv():
                print_data(line, end="")
        case _:
            for line in operation.text(answer):
                print_data(line)


def _parameter(told: ToldOption) -> click.Parameter:
    if told.is_argument:
        n_given = -1 if told.metavar.endswith("...") else 1
        return click.Argument([told.name], nargs=n_given, metavar=told.metavar)
    long = f"--{(told.flag or told.name.removesuffix('_s')).replace('_', '-')}"
    names = [name for name in (told.short, long, told.name) if name]
    if told.flag or told.kind == "flag":
        return click.Option(names, is_flag=True, help=told.help)
    types = {
        "text": click.STRING,
        "choice": click.Choice(told.choices),
        "integer": WholeNumber(min=told.minimum),
        "number": Number(min=told.minimum),
    }
    return click.Option(
        names,
        type=types[told.kind],
        default=told.default,
        multiple=told.is_list,
        show_default=told.default not in (None, "", ()),
        metavar=told.metavar or None,
        help=told.help,
    )


def _value(told: ToldOption, given: Any) -> Any:
    if told.is_argument:
        return (given if isinstance(given, str) else " ".join(given)).replace(_MINUS, "-")
    if told.flag:
        return told.flag if given else told.default
    return given
