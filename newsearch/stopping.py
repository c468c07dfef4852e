"""Work that stops early: when its time is up, or when somebody says so.

Python asks `check` every few milliseconds of work. Compiled code cannot: it reads `Stop.flag` by
its address, which a thread sets when the time is up.
"""

from __future__ import annotations

import _thread
import math
import os
import time
from array import array
from collections import deque
from contextlib import suppress
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Any, Self

_TURN_S = 0.002
_LONGEST_WAIT_S = 1.0
"""After which a turn is taken that somebody may have lost."""


class Stopped(Exception):  # noqa: N818 - not an error
    """The work at hand must end; whoever has something to show for it catches this."""


class _Turns:
    """Lets one thread at a time do bounded work in Python, in the order in which they came.

    Python lets one thread run anyway; but each time NumPy or a kernel gives Python back, its
    thread waits up to 5 ms for each of the others that want it too, and so outruns its bound.
    """

    def __init__(self) -> None:
        self.forked()

    def forked(self) -> None:
        """Begin anew, in a child process too, to which a fork leaves only its own thread."""
        self._lock = _thread.allocate_lock()
        self._waiting: deque[_thread.LockType] = deque()
        self._is_taken = False

    def take(self, timeout_s: float) -> bool:
        """Wait for a turn; return whether there was one in time."""
        mine = _thread.allocate_lock()
        mine.acquire()
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            self._waiting.append(mine)
        if mine.acquire(timeout=timeout_s):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True

    def give(self) -> None:
        """End a turn."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False


_TURNS = _Turns()
if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_TURNS.forked)


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
        self._has_turn = False
        self._watched = _thread.allocate_lock()
        self._token: Token[Stop | None] | None = None

    def set(self) -> None:
        """Make the work end, from any thread."""
        self.flag[0] = 1

    def check(self) -> None:
        """Raise `Stopped` if the work must end; else go on, once it is this thread's turn."""
        now_s = time.monotonic()
        if now_s >= self._turn_end_s and now_s < self._end_s and not self.flag[0]:
            now_s = self._next_turn(now_s)
        if self.flag[0] or now_s >= self._end_s:
            self._end_turn()
            raise Stopped

    def _next_turn(self, now_s: float) -> float:
        """Let others have a turn, and wait for the next; return what time it is then."""
        self._end_turn()
        wait_s = min(max(0.0, self._end_s - now_s), _LONGEST_WAIT_S)
        is_lost = wait_s == _LONGEST_WAIT_S
        self._has_turn = _TURNS.take(wait_s) or is_lost
        now_s = time.monotonic()
        self._turn_end_s = now_s + _TURN_S
        return now_s

    def _end_turn(self) -> None:
        if self._has_turn:
            self._has_turn, self._turn_end_s = False, -math.inf
            _TURNS.give()

    def watch(self) -> int:
        """Return the address of the flag, which is set from now on when the time is up.

        Others have a turn until the next check: compiled code does not need Python.
        """
        self._end_turn()
        if not self._watched.locked() and self._end_s < math.inf:
            self._watched.acquire()
            with suppress(RuntimeError):  # no more threads; Python still looks at the time
                _thread.start_new_thread(self._wait, (self._end_s, self._watched))
        return self.flag.buffer_info()[0]

    def _wait(self, end_s: float, is_over: _thread.LockType) -> None:
        if not is_over.acquire(timeout=min(max(0, end_s - time.monotonic()), _thread.TIMEOUT_MAX)):
            self.set()

    def __enter__(self) -> Self:
        outer = current()
        if outer is not None:
            outer._end_turn()
        now_s = time.monotonic()
        self._end_s = now_s + self._left_s
        self._token = _CURRENT.set(self)
        if self._end_s < math.inf:
            # Most searches are shorter than a turn and need not wait for one.
            self._turn_end_s = now_s + _TURN_S
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._token is not None
        _CURRENT.reset(self._token)
        self._end_turn()
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
