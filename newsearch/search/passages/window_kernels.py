"""The stretches that passages are chosen among, compiled. Importing this module imports Numba."""

# Numba infers types of its own; integers of NumPy and Python are the same to it.
# mypy: disable-error-code="assignment,arg-type"

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from newsearch.analysis.form_kernels import END, FORM, START
from newsearch.compiling import compiled
from newsearch.search.passages.snippets import MOST_WINDOWS, SNIPPET_CHARS

_FIRST, _STOP = 0, 1


@compiled
def compiled_stretches(found: NDArray[np.int32], clauses: NDArray[np.int32]) -> NDArray[np.int32]:
    """Do what `snippets.fullest_stretches` does, in a tenth of the time.

    `found`: rows of `FormFinder.rows`; each form's number becomes the clause that it matches, given
    in `clauses`. Returns start and end of each stretch, shape (n_stretches, 2).
    """
    n_found = found.shape[0]
    for row in range(n_found):
        found[row, FORM] = clauses[found[row, FORM]]
    windows = np.empty((MOST_WINDOWS + 1, 2), np.int32)
    n_windows = _fullest_windows(found, np.zeros(clauses.max() + 1, np.int32), windows)
    stretches = np.empty((n_windows, 2), np.int32)
    for number in range(n_windows):
        first, stop = windows[number]
        start, last = found[first, START], found[first, END]
        for other in range(first + 1, stop):
            is_new = True
            for before in range(first, other):
                is_new &= found[before, FORM] != found[other, FORM]
            if is_new:
                last = max(last, found[other, END])
        stretches[number, 0], stretches[number, 1] = start, last
    return stretches


@compiled
def _fullest_windows(
    found: NDArray[np.int32], held: NDArray[np.int32], windows: NDArray[np.int32]
) -> int:
    """Write the last window and the first ones, those with the most matches first; count them.

    `held`, zeros, counts the matches of each clause in the window. `windows` takes the match that
    each window begins with, and the first that it does not hold.
    """
    most, n_windows, n_held, stop = 0, 0, 0, 0
    for first in range(found.shape[0]):
        reach = found[first, START] + SNIPPET_CHARS
        while stop < found.shape[0] and found[stop, END] <= reach:
            n_held += held[found[stop, FORM]] == 0
            held[found[stop, FORM]] += 1
            stop += 1
        if n_held >= most:
            if n_held > most:
                most, n_windows = n_held, 0
            windows[0, _FIRST], windows[0, _STOP] = first, stop
            if n_windows <= MOST_WINDOWS - 1:
                _put_in(windows, n_windows, first, stop)
                n_windows += 1
        if first < stop:
            held[found[first, FORM]] -= 1
            n_held -= held[found[first, FORM]] == 0
        else:
            stop = first + 1
    return n_windows + 1 if n_windows else 0


@compiled
def _put_in(windows: NDArray[np.int32], n_windows: int, first: int, stop: int) -> None:
    """Put a window after all of the first ones that hold as many matches."""
    at = n_windows + 1
    while at > 1 and windows[at - 1, _STOP] - windows[at - 1, _FIRST] < stop - first:
        windows[at, _FIRST], windows[at, _STOP] = windows[at - 1, _FIRST], windows[at - 1, _STOP]
        at -= 1
    windows[at, _FIRST], windows[at, _STOP] = first, stop
