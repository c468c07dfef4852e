"""What stands near what, compiled."""

from __future__ import annotations

import numpy as np

from newsearch.compiling import Array, Int, kernel


@kernel
def mark_reached(
    spans: tuple[Array, Array], limits: tuple[Array, Array], ends: Array, starts: Array
) -> Array:
    """Do what ``placing.mark_reached`` does, in one pass."""
    firsts, lasts = spans
    low, high = limits
    is_reached = np.zeros(len(firsts), np.bool_)
    before: Int = 0
    after: Int = 0
    for i in range(len(firsts)):
        while before < len(ends) and ends[before] < firsts[i]:
            before += 1
        # The lasts of spans may not ascend, by less than a phrase is long.
        while after > 0 and starts[after - 1] > lasts[i]:
            after -= 1
        while after < len(starts) and starts[after] <= lasts[i]:
            after += 1
        is_reached[i] = before > 0 and ends[before - 1] >= low[i]
        is_reached[i] |= after < len(starts) and starts[after] <= high[i]
    return is_reached
