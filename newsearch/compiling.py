"""How functions are compiled. Importing this module imports Numba."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from numba import njit

_F = TypeVar("_F")


def compiled(function: _F, **options: Any) -> _F:
    """Compile when first called, keep on disk, and let other threads run meanwhile.

    Where no folder can be written, each process compiles for itself.

    Parameters
    ----------
    options
        More options of ``numba.njit``.
    """
    options = {"nogil": True} | options
    try:
        return cast(_F, njit(cache=True, **options)(function))
    except RuntimeError:
        return cast(_F, njit(**options)(function))
