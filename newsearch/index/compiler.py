"""Whether code can be compiled here; all that is compiled can be done with NumPy too."""

from __future__ import annotations

from functools import cache


@cache
def compiler_problem() -> str:
    """Return why Numba cannot be loaded, '' where it can and now is."""
    try:
        import newsearch.compiling  # noqa: F401
    except Exception as error:  # whatever an installation raises that does not fit together
        return " ".join(f"{type(error).__name__}: {error}".split())
    return ""
