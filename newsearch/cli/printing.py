"""The two ways out: data goes to standard output, talk to standard error.

Nothing that an article or a file name holds reaches a terminal as a control character; files and
pipes get data as it is.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import IO

import click

from newsearch.answers.printing import CONTROLS, printable
from newsearch.patterns import lazy_pattern

_USUAL_COLUMNS = 80
_CONTROL_IN_LINE = lazy_pattern(rf"(?![\n\t]){CONTROLS}")


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether somebody looks on; a standard stream that was closed is None."""
    return stream is not None and not stream.closed and stream.isatty()


def is_colored(color: str) -> bool:
    """Whether standard output gets colours, by the value of ``--color``."""
    if color == "auto":
        return is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
    return color == "always"


def columns_of_terminal() -> int:
    """Return the width of the terminal as `shutil` does, whose import takes as long as a search."""
    with suppress(KeyError, ValueError):
        if (told := int(os.environ["COLUMNS"])) > 0:
            return told
    with suppress(OSError):  # no terminal
        return os.get_terminal_size().columns or _USUAL_COLUMNS
    return _USUAL_COLUMNS


def for_stream(text: str, stream: IO[str] | None) -> str:
    """Return text without control characters if it goes to a terminal, else as it is."""
    return _CONTROL_IN_LINE.sub(" ", text) if is_terminal(stream) else text


def print_data(text: str, *, end: str = "\n") -> None:
    """Print what was asked for.

    Raises
    ------
    OSError
        Standard output was closed.
    """
    print_styled(for_stream(text, sys.stdout), end=end, colored=None)


def print_styled(text: str, *, end: str = "\n", colored: bool | None) -> None:
    """Print text for people that was cleaned before colours were added to it.

    Parameters
    ----------
    colored
        Whether to keep colours; None for as the terminal can.
    """
    if sys.stdout is None or sys.stdout.closed:
        raise OSError(None, "is closed", "standard output")
    click.echo(text + end, nl=False, color=colored)


def say(line: str) -> None:
    """Tell people something; where nobody can be told, that changes nothing else."""
    with suppress(OSError, ValueError):  # full, or closed
        click.echo(printable(line), err=True)


def redraw(line: str) -> None:
    """Write a line on the terminal where the last one stands."""
    with suppress(OSError, ValueError):
        click.echo(f"\r{printable(line)}", nl=False, err=True)
