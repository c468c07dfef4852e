"""Starts the engines' processes and talks to them, with a limit on every wait."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.corpora import REPOSITORY

# Thread pools that an engine would start for one query are held to one thread, as the rows say.
_ONE_THREAD = {
    "LANCE_CPU_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "1",
}
_CHUNK_BYTES = 1 << 20
_CLOSE_S = 30


class EngineError(Exception):
    """An engine failed, died, or took longer than it was given; the message says which."""


def environment() -> dict[str, str]:
    """Return the environment of an engine's process."""
    path = os.pathsep.join(filter(None, (str(REPOSITORY), os.environ.get("PYTHONPATH"))))
    variables = os.environ | _ONE_THREAD | {"PYTHONPATH": path}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)  # users' processes find byte code
    return variables


class EngineProcess:
    """One engine in a process, and process group, of its own.

    Parameters
    ----------
    peer
        Its name.
    log
        File that gets what the engine prints.
    """

    def __init__(self, peer: str, log: Path) -> None:
        self.peer = peer
        self._pending = b""
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.worker", peer]
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment(),
                # Ctrl-C is ours to handle: the engine must not die of it in mid-answer.
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(kill=error is not None)

    def ask(self, timeout_s: float, **request: Any) -> dict[str, Any]:
        """Send a request and wait for its reply.

        Raises
        ------
        EngineError
            When the engine fails or does not answer in time; it is stopped in the latter case.
        """
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
            line = self._line(time.monotonic() + timeout_s)
        except OSError as error:
            raise EngineError("its process ended") from error
        if line is None:
            self.close(kill=True)
            raise EngineError(f"not done with '{request['do']}' after {timeout_s:.0f} s")
        reply: dict[str, Any] = json.loads(line) if line else {"error": "its process ended"}
        if "error" in reply:
            raise EngineError(reply["error"])
        return reply

    def close(self, *, kill: bool = False) -> None:
        """End the process: by closing its input, or at once with all it started."""
        if self._process.stdin and not self._process.stdin.closed:
            try:
                self._process.stdin.close()
            except OSError:
                kill = True
        try:
            self._process.wait(0 if kill else _CLOSE_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _line(self, deadline: float) -> bytes | None:
        """Read a line; b'' at the end of the output, None when the time is up."""
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while b"\n" not in self._pending:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                return None
            chunk = os.read(descriptor, _CHUNK_BYTES)
            if not chunk:
                return b""
            self._pending += chunk
        line, self._pending = self._pending.split(b"\n", 1)
        return line
