"""Work that stops early: when its time is up, or when somebody says so.

Python asks `check` every few milliseconds of work. Compiled code cannot: it reads `Stop.flag` by
its address, which a thread sets when the time is up.
"""

from __future__ import annotations

import _thread
import math
import time
from array import array
from contextlib import suppress
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Self

_TURN_S = 0.002
_PAUSE_S = 1e-6
"""Long enough for another thread to begin."""


class Stopped(Exception):  # noqa: N818 - not an error
    """The work at hand must end; whoever has something to show for it catches this."""


class Stop:
    """Bounds the work that is done in it, in the thread at hand; enter it again for more of it.

    Parameters
    ----------
    timeout_s
        How long all of it together may take.

    Attributes
    ----------
    flag
        One number, 0 until the work must end.
    kept
        Whatever belongs to the work, by a number.
    """

    def __init__(self, timeout_s: float = math.inf) -> None:
        self.flag = array("q", [0])
        self.kept: dict[int, Any] = {}
        self._left_s = timeout_s
        self._end_s = self._turn_end_s = math.inf
        self._watched = _thread.allocate_lock()
        self._token: Token[Stop | None] | None = None

    def set(self) -> None:
        """Make the work end, from any thread."""
        self.flag[0] = 1

    def check(self) -> None:
        """Raise `Stopped` if the work must end; let other threads work now and then."""
        now_s = time.monotonic()
        if self.flag[0] or now_s >= self._end_s:
            raise Stopped
        if now_s >= self._turn_end_s:
            # Else each thread that waits for Python waits up to 5 ms for each of the others.
            time.sleep(_PAUSE_S)
            self._turn_end_s = time.monotonic() + _TURN_S

    def watch(self) -> int:
        """Return the address of the flag, which is set from now on when the time is up."""
        if not self._watched.locked() and self._end_s < math.inf:
            self._watched.acquire()
            with suppress(RuntimeError):  # no more threads; Python still looks at the time
                _thread.start_new_thread(self._wait, (self._end_s, self._watched))
        return self.flag.buffer_info()[0]

    def _wait(self, end_s: float, is_over: _thread.LockType) -> None:
        if not is_over.acquire(timeout=min(max(0, end_s - time.monotonic()), _thread.TIMEOUT_MAX)):
            self.set()

    def __enter__(self) -> Self:
        now_s = time.monotonic()
        self._end_s, self._turn_end_s = now_s + self._left_s, now_s + _TURN_S
        self._token = _CURRENT.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._token is not None
        _CURRENT.reset(self._token)
        self._left_s = self._end_s - time.monotonic()
        if self._watched.locked():
            self._watched.release()
            self._watched = _thread.allocate_lock()


_CURRENT: ContextVar[Stop | None] = ContextVar("stop", default=None)


def current() -> Stop | None:
    """Return what bounds the work at hand."""
    return _CURRENT.get()


def check() -> None:
    """Raise `Stopped` if the work at hand must end."""
    stop = _CURRENT.get()
    if stop is not None:
        stop.check()
