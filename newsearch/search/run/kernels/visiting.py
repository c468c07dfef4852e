"""In which order blocks are visited, compiled."""

from __future__ import annotations

from typing import Final

import numpy as np

from newsearch.compiling import Array, Int, kernel

FEWEST_SEEDS: Final = 12
_MOST_SEEDS: Final = 64
_HITS_A_SEED: Final = 16


@kernel
def visiting_order(reach: Array, k: Int) -> Array:
    """Return all blocks that can match: the most promising ones first, the rest as they lie.

    Block-Max Pruning (Mallia, Suel and Tonellotto, SIGIR 2024) visits all blocks by descending
    reach. Here a dozen blocks raise the threshold to nearly its last value, and memory is read
    faster in the order in which it lies: 0.155 ms instead of 0.215 a query over 1,953 topics on
    94,215 articles, although 4 % more blocks are entered.

    `reach`: float32, best score any article of a block can have, 0 or less where none can match.
    `k`: how many hits are wanted. The block numbers are int32, each once.
    """
    wanted = min(len(reach), max(FEWEST_SEEDS, min(_MOST_SEEDS, k // _HITS_A_SEED)))
    seeds = np.empty(wanted, np.int32)
    n_seeds: Int = 0
    for block in range(len(reach)):
        bound = reach[block]
        if bound <= 0 or (n_seeds == wanted and bound <= reach[seeds[n_seeds - 1]]):
            continue
        slot: Int = n_seeds if n_seeds < wanted else wanted - 1
        n_seeds = slot + 1
        while slot > 0 and reach[seeds[slot - 1]] < bound:
            seeds[slot] = seeds[slot - 1]
            slot -= 1
        seeds[slot] = block
    return _seeds_then_rest(reach, seeds[:n_seeds])


@kernel
def _seeds_then_rest(reach: Array, seeds: Array) -> Array:
    order = np.empty(len(reach), np.int32)
    is_seed = np.zeros(len(reach), np.bool_)
    for i in range(len(seeds)):
        order[i] = seeds[i]
        is_seed[seeds[i]] = True
    n: Int = len(seeds)
    for block in range(len(reach)):
        order[n] = block
        n += reach[block] > 0 and not is_seed[block]
    return order[:n]
