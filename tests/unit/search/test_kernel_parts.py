"""The heap of hits, the visiting order and small sets, each against the obvious."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from newsearch.compiling import equal_bytes
from newsearch.search.run import bitmaps
from newsearch.search.run.kernels import sets, top_k, views
from newsearch.search.run.kernels.top_k import ranked
from newsearch.search.run.kernels.visiting import visiting_order

few = st.integers(-2, 2)
equal_in = njit(lambda held, byte: equal_bytes(held.ctypes.data, byte))


@given(rows=st.lists(st.tuples(few, few), max_size=40), k=st.integers(1, 8))
def test_heap_keeps_the_best_by_key_then_newest_then_hash(
    rows: list[tuple[int, int]], k: int
) -> None:
    top = views.new_top_k(k)
    offered = [(float(key), date, number - 20) for number, (key, date) in enumerate(rows)]
    for number, rank in enumerate(offered):
        top_k.offer(*top, rank, rank[0] / 2, number)

    docnums, scores = ranked(top)

    def order(number: int) -> tuple[float, int, int]:
        key, date, id_hash = offered[number]
        return -key, -date, id_hash

    assert docnums == sorted(range(len(offered)), key=order)[:k]
    assert scores == [offered[number][0] / 2 for number in docnums]


@given(reach=st.lists(st.integers(0, 9), max_size=100), k=st.sampled_from([1, 400, 5000]))
def test_every_block_that_can_match_is_visited_once_the_best_first(
    reach: list[int], k: int
) -> None:
    order = visiting_order(np.array(reach, np.float32), k).tolist()

    possible = [block for block, bound in enumerate(reach) if bound]
    assert sorted(order) == possible
    seeds = order[:12]
    assert [reach[b] for b in seeds] == sorted((reach[b] for b in possible), reverse=True)[:12]


@given(held=st.binary(min_size=32, max_size=32), byte=st.integers(0, 255))
def test_bytes_that_equal_one_are_found_wherever_they_stand(held: bytes, byte: int) -> None:
    expected = [other == byte for other in held]

    found = int(equal_in(np.frombuffer(held, np.uint8), byte))

    assert [found >> i & 1 == 1 for i in range(64)] == expected + [False] * 32


@given(is_in=st.lists(st.booleans(), max_size=600))
def test_bitmaps_hold_and_count_the_articles_they_are_made_of(is_in: list[bool]) -> None:
    bitmap = bitmaps.bitmap_of(np.array(is_in, bool))

    assert bitmaps.docnums_of(bitmap).tolist() == [i for i, bit in enumerate(is_in) if bit]
    assert sets.count_bits(bitmap) == sum(is_in)
    assert len(bitmap) == len(bitmaps.empty_bitmap(len(is_in)))


@given(dates=st.lists(st.integers(-5, 5) | st.just(np.iinfo(np.int64).min), max_size=600))
def test_turned_dates_put_the_oldest_first_and_undated_articles_last(dates: list[int]) -> None:
    undated = np.iinfo(np.int64).min
    turned = views.oldest_first(np.array(dates, np.int64))

    order = np.argsort(~turned, kind="stable").tolist()
    assert order == sorted(range(len(dates)), key=lambda i: (dates[i] == undated, dates[i]))
    newest = views.newest_in_blocks(np.array(dates, np.int64)).tolist()
    assert newest == [max(dates[i : i + 256]) for i in range(0, len(dates), 256)]


@given(st.lists(st.floats(0.3, 1e7), max_size=600))
def test_norms_are_rounded_down_by_no_more_than_to_the_next(exact: list[float]) -> None:
    codes, norms = views.norms_rounded_down(np.array(exact))

    rounded = norms[codes[: len(exact)]].astype(np.float64)
    # Norms of segments with short articles only, or long ones only, are rounded as if one had 1.
    next_above = (max([1, *exact]) / min([1, *exact])) ** (1 / 255)
    assert len(codes) % 256 == 0
    assert np.all(rounded <= exact)
    assert np.all(rounded * next_above * (1 + 1e-5) >= exact)
