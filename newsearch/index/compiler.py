"""Whether code can be compiled here; all that is compiled can be done with NumPy too."""

from __future__ import annotations

from functools import cache


def compiler_problem() -> str:
    """Return why nothing can be compiled, '' where Numba can be and now is loaded."""
    if problem := _loading_problem():
        return problem
    from newsearch.compiling import fork

    return "the process was forked while code was compiled" if fork.is_without_compiler else ""


@cache
def _loading_problem() -> str:
    try:
        import newsearch.compiling  # noqa: F401
    except Exception as error:  # whatever an installation raises that does not fit together
        return " ".join(f"{type(error).__name__}: {error}".split())
    return ""
