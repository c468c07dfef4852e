"""The ``newsearch`` command. stdout is data, stderr is talk."""

from __future__ import annotations

import gc
import importlib
import io
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from errno import EINVAL, EIO, ENOSPC
from typing import NoReturn

import click

from newsearch import __version__
from newsearch.cli.printing import is_terminal, say
from newsearch.errors import NewsearchError
from newsearch.stopping import Stopped

FOUND, NOTHING_FOUND, FAILED, PARTIAL, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit statuses."""

IS_PARTIAL = "newsearch.is_partial"
"""Under this in a context's ``meta``: whether parts of the index could not be read."""

_COMMANDS = {
    "index": "loading",
    "delete": "loading",
    "query": "searching",
    "show": "searching",
    "concordance": "concordance",
    "parse": "parsing",
    "run": "running",
    "check": "upkeep",
    "compact": "upkeep",
    "rebuild": "upkeep",
    "copy": "upkeep",
}
"""Commands with a module of their own; what an operation is needs none."""


_ALSO_CALLED = {
    **dict.fromkeys(("search", "find", "grep", "ask", "q"), "query"),
    **dict.fromkeys(("add", "build", "import", "ingest", "load"), "index"),
    **dict.fromkeys(("extract", "scrape"), "parse"),
    **dict.fromkeys(("del", "purge", "remove", "rm"), "delete"),
    **dict.fromkeys(("concord", "kwic", "lines"), "concordance"),
    **dict.fromkeys(("cat", "get", "view"), "show"),
    **{"info": "stats", "status": "stats", "verify": "check", "total": "count"},
    **dict.fromkeys(("migrate", "reindex", "upgrade"), "rebuild"),
    **dict.fromkeys(("merge", "optimize", "vacuum"), "compact"),
    **{"export": "query", "backup": "copy", "similar": "related", "complete": "suggest"},
}
"""What people and other programs call our commands."""


class SignalledError(BaseException):
    """The system, or somebody, asked the process to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class _ReaderLeftError(Exception):
    """Whoever reads standard output, such as head, has seen enough."""


class _Commands(click.Group):
    """Commands whose modules are imported when they are called."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            status: object = super().invoke(ctx)
            _flush()
            if ctx.meta.get(IS_PARTIAL) and status in (FOUND, NOTHING_FOUND):
                return PARTIAL
        except OSError as error:
            if not _has_reader_left(error):
                raise
            # click would end with status 1, which says that nothing was found.
            raise _ReaderLeftError from error
        except KeyboardInterrupt as error:
            # click would print an empty line first.
            raise click.Abort from error
        return status

    def list_commands(self, ctx: click.Context) -> list[str]:
        from newsearch.operations import NAMES

        return list(dict.fromkeys((*_COMMANDS, *NAMES)))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            remedy = _instead_of(name, self.list_commands(ctx))
            raise click.UsageError(f"no such command {name!r}; {remedy}", ctx)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return _derived(cmd_name)
        module = importlib.import_module(f"newsearch.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


def _instead_of(name: str, known: Sequence[str]) -> str:
    """Return what to write instead of a command that there is not."""
    from difflib import get_close_matches

    meant = _ALSO_CALLED.get(name.lower()) or next(iter(get_close_matches(name, known, 1)), "")
    return f"did you mean {meant!r}?" if meant else "to find words, write 'newsearch query WORDS'"


def _derived(name: str) -> click.Command | None:
    """Return the command that an operation of the name makes."""
    from newsearch.operations import NAMES, operation

    if name not in NAMES:
        return None
    from newsearch.cli.derived import command

    return command(operation(name))


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__)
@click.option(
    "--index", "-i", "index_target", multiple=True, metavar="DIR", help="Index directory."
)
@click.pass_context
def cli(context: click.Context, index_target: tuple[str, ...]) -> int:
    """Search a news archive: index pages and data files, then ask.

    \b
    newsearch index FOLDER      read articles into ./newsearch-index
    newsearch query WORDS       find them again

    The index directory is --index, else $NEWSEARCH_INDEX, else ./newsearch-index.
    Exit status: 0 found or done, 1 nothing found, 2 any error, 3 a partial answer.
    """
    # What was given here is read by the option of each command.
    if context.invoked_subcommand is None:
        for line in context.get_help().split("\n"):
            say(line)
        return FAILED
    return FOUND


def main() -> NoReturn:
    """Run the command line: one line and status 2 for every error, never a traceback."""
    # No command multiplies matrices, and starting threads for it is a fifth of importing NumPy.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    _set_up_streams()
    warnings.showwarning = _show_warning
    _set_up_signals()
    status = run()
    gc.freeze()  # Python would look for garbage among all that ends with the process
    sys.exit(status)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Print what a library warns of as one line, without its place in the code."""
    say(f"newsearch: warning: {' '.join(str(message).split())}")


def _set_up_signals() -> None:
    """End tidily when asked to; what is ignored, as by nohup, stays ignored."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _raise_signal)


def _raise_signal(number: int, _frame: object) -> NoReturn:
    raise SignalledError(number)


def _set_up_streams() -> None:
    """Let every character through, and give files and pipes the same bytes on every system."""
    for stream in (sys.stdout, sys.stderr):
        # Articles may hold characters that the terminal cannot take.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if isinstance(sys.stdout, io.TextIOWrapper) and not is_terminal(sys.stdout):
        # Windows would write JSON in an old code page, and CSV with two carriage returns a line.
        sys.stdout.reconfigure(encoding="utf-8", errors="replace", newline="\n")


def run(args: Sequence[str] | None = None) -> int:
    """Run one command line, without the program's name, and return its exit status.

    Parameters
    ----------
    args
        Those of the process if None.
    """
    try:
        status = cli.main(args=args, prog_name="newsearch", standalone_mode=False)
        _flush()
    except click.ClickException as error:
        return _fail(_usage_message(error))
    except NewsearchError as error:
        return _fail(str(error))
    except _ReaderLeftError:
        return _stop_printing()
    except OSError as error:
        return _stop_printing() if _has_reader_left(error) else _fail_of_system(error)
    except MemoryError:
        return _fail("not enough memory; what was committed stays")
    except SignalledError as asked:
        say(f"newsearch: ended by {signal.Signals(asked.number).name}; what was committed stays")
        return 128 + asked.number
    except (click.Abort, KeyboardInterrupt, Stopped):
        say("newsearch: interrupted; what was committed stays")
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("NEWSEARCH_DEBUG"):
            raise
        request = "please report it (NEWSEARCH_DEBUG=1 shows the traceback)"
        return _fail(f"unexpected {type(error).__name__}: {error}; {request}")
    return status if isinstance(status, int) else FOUND


def _has_reader_left(error: OSError) -> bool:
    # Windows has no name for a pipe that nobody reads any more: it says "invalid argument".
    is_unnamed = sys.platform == "win32" and error.errno == EINVAL and error.filename is None
    return isinstance(error, BrokenPipeError) or is_unnamed


def _fail_of_system(error: OSError) -> int:
    where = error.filename or "system"
    if error.filename is None and error.errno in (ENOSPC, EIO):
        where = "standard output"
        _stop_printing()  # else Python would try once more when it ends
    return _fail(f"{where}: {(error.strerror or str(error)).lower()}")


def _flush() -> None:
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def _stop_printing() -> int:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FOUND


def _usage_message(error: click.ClickException) -> str:
    message = error.format_message().rstrip(".")
    message = message[:1].lower() + message[1:]
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{message}; see '{error.ctx.command_path} --help'"
    return message


def _fail(message: str) -> int:
    say(f"newsearch: error: {' '.join(message.split())}")
    return FAILED
