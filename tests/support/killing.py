"""Kills a process at one of the moments at which it touches files."""

from __future__ import annotations

import itertools
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

_MOMENTS = frozenset(("open", "os.mkdir", "os.rename", "os.remove", "mmap.__new__"))
_DONE, _KILLED, _FAILED = 0, 77, 1


def kills(action: Callable[[], object], folder: Path, *, every: int = 1) -> Iterator[int]:
    """Run an action again and again in a copy of this process that dies ever later.

    It dies just before it opens, makes, maps, renames or removes a file under a folder; nothing
    can tidy up after it. The caller looks at what is left, and may put it right, between two runs.
    The last run is the one that comes to its end.

    Parameters
    ----------
    every
        Die only at each so many-th moment.
    """
    for number in itertools.count(1, every):
        child = os.fork()
        if not child:
            _act_and_leave(action, str(folder), number)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert status in (_DONE, _KILLED), f"the action failed before moment {number}"
        yield number
        if status == _DONE:
            return


def _act_and_leave(action: Callable[[], object], folder: str, number: int) -> None:
    left = number

    def count(event: str, args: tuple[object, ...]) -> None:
        nonlocal left
        # A map is of a file that was opened, whose name it does not tell.
        if event in _MOMENTS and (event == "mmap.__new__" or str(args[0]).startswith(folder)):
            left -= 1
            if not left:
                os._exit(_KILLED)

    sys.addaudithook(count)
    try:
        action()
    except BaseException:
        traceback.print_exc()
        os._exit(_FAILED)
    os._exit(_DONE)
