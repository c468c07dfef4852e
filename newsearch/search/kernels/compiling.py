"""How kernels are compiled."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar, cast

from numba import njit
from numpy.typing import NDArray

from newsearch.compiling import compiled

Int: TypeAlias = Any
"""An ``int`` for callers in Python; a machine integer inside kernels."""

Float: TypeAlias = Any
Array: TypeAlias = NDArray[Any]

_F = TypeVar("_F")


def kernel(function: _F) -> _F:
    """Compile as `compiled` does; divisions are not tested for zero."""
    return compiled(function, error_model="numpy")


def brief(function: _F) -> _F:
    """Compile as `kernel` does, for what ends before another thread could have begun to run."""
    return compiled(function, error_model="numpy", nogil=False)


def inlined(function: _F) -> _F:
    """Compile as part of each caller; not to be called from Python.

    A call hands over seven words an array; in loops of a few nanoseconds that doubled the time.
    Without an entry from Python of its own, and a file, each costs a third less to compile. A
    function that takes arrays should leave at one place: one that returns from within a loop
    keeps a pair of locked instructions for each array.
    """
    options: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": True}
    return cast(_F, njit(nogil=True, error_model="numpy", **options)(function))


def called(function: _F) -> _F:
    """Compile for calls by other kernels only, of numbers; not to be called from Python.

    For long functions without arrays: a call costs next to nothing then, and what is inlined into
    a long function has no registers left there.
    """
    options: Any = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return cast(_F, njit(nogil=True, error_model="numpy", **options)(function))
