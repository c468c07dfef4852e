"""The ``newsearch`` command, also as ``python -m newsearch``."""

from __future__ import annotations

import gc
import signal
from typing import NoReturn

_YOUNG_OBJECTS = 50_000
"""New objects after which garbage is looked for; a query makes fewer, and next to none of it."""


def main() -> NoReturn:
    """Run the command line; Ctrl-C before its modules are loaded ends the process silently."""
    gc.set_threshold(_YOUNG_OBJECTS)
    is_heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if is_heeded:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from newsearch import cli

    if is_heeded:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    cli.main()


if __name__ == "__main__":
    main()
