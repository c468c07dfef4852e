"""Positions and form numbers of an entry as one bit string; the NumPy half of the coding.

FORMAT.md gives the bits. In short: gaps between positions are Rice coded with one parameter k an
entry. The low k bits of every gap and its form number stand in items of equal width, so that the
i-th is found at once; the high parts follow them in unary, where the i-th is found by
counting bits a word at a time. The compiled halves are ``encoding`` and ``decoding``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from newsearch.values import frozen

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]

HEADER_BITS: Final = 8
MAX_RICE_BITS: Final = 15
WIDE_FORM_CODE: Final = 15
WIDE_FORM_BITS: Final = 24
SLACK_BYTES: Final = 8
"""Zero bytes at the end of both data sections, so that kernels may load 8 bytes anywhere."""


@frozen
class BitLayout:
    """Where the parts of entries lie, in bits from the entry's first byte; shape ``(n_entries,)``.

    `rice_bits`, `form_bits`: k and the width of form numbers. `tokens`: positions an entry holds,
    at least 1.
    """

    rice_bits: Ints
    form_bits: Ints
    tokens: Ints

    @property
    def item_bits(self) -> Ints:
        return self.rice_bits + self.form_bits

    @property
    def unary_start(self) -> Ints:
        """First bit of the unary part."""
        return HEADER_BITS + self.tokens * self.item_bits


def starts_of(counts: NDArray[np.integer]) -> Ints:
    """Return where each run of ``counts`` items begins, shape ``(n + 1,)``."""
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def rank_within(counts: NDArray[np.integer]) -> Ints:
    """Return 0, 1, 2 ... within each run of ``counts`` items."""
    starts = starts_of(counts)
    return np.arange(starts[-1]) - np.repeat(starts[:-1], counts)


def bit_lengths(values: NDArray[np.integer]) -> Ints:
    """Return the bits that each value needs, 0 for 0; values below 2**52."""
    return np.frexp(values.astype(np.float64))[1].astype(np.int64)


def gaps_of(positions: NDArray[np.integer], freqs: NDArray[np.integer]) -> Ints:
    """Return the first position of every posting and then the distances less one.

    Raises ValueError when positions do not ascend within a posting.
    """
    wide = positions.astype(np.int64)
    gaps = wide.copy()
    gaps[1:] -= wide[:-1] + 1
    first = starts_of(freqs)[:-1]
    gaps[first] = wide[first]
    if len(gaps) and gaps.min() < 0:
        raise ValueError("positions of a posting do not ascend")
    return gaps


def positions_of(gaps: Ints, freqs: NDArray[np.integer]) -> Ints:
    """Undo :func:`gaps_of`."""
    ends = np.cumsum(gaps + 1)
    first = starts_of(freqs)[:-1]
    before = ends[first] - gaps[first] - 1
    return np.asarray(ends - np.repeat(before, freqs) - 1, np.int64)


def choose_layout(gaps: Ints, forms: Ints, tokens: Ints) -> tuple[BitLayout, Ints]:
    """Pick the Rice parameter of each entry near its mean gap, and the form width.

    Returns also the bytes of each entry.
    """
    starts = starts_of(tokens)[:-1]
    scaled = np.add.reduceat(gaps, starts) * 11 // (tokens * 16)
    middle = (bit_lengths(scaled) - 1).clip(0, MAX_RICE_BITS)
    best, lowest = middle, np.full(len(tokens), np.iinfo(np.int64).max)
    for step in (-1, 0, 1):
        rice = (middle + step).clip(0, MAX_RICE_BITS)
        bits = np.add.reduceat(gaps >> np.repeat(rice, tokens), starts) + tokens * rice
        best, lowest = np.where(bits < lowest, rice, best), np.minimum(bits, lowest)
    form_bits = bit_lengths(np.maximum.reduceat(forms, starts))
    form_bits[form_bits >= WIDE_FORM_CODE] = WIDE_FORM_BITS
    bits = HEADER_BITS + lowest + tokens * (form_bits + 1)
    return BitLayout(best, form_bits, tokens), (bits + 7) // 8


def encode_positions(gaps: Ints, forms: Ints, tokens: Ints) -> tuple[Bytes, Ints]:
    """Code entries, one after another; return the bytes, and how many of them each entry has.

    `gaps`, `forms`: per position, forms below 2**24. `tokens`: positions of each entry, at least 1.
    """
    layout, sizes = choose_layout(gaps, forms, tokens)
    starts = starts_of(sizes)[:-1] * 8
    bits = np.zeros(int(sizes.sum()) * 8, np.uint8)
    code = np.minimum(layout.form_bits, WIDE_FORM_CODE)
    _put(bits, starts, layout.rice_bits | code << 4, np.full(len(tokens), HEADER_BITS))
    rice = np.repeat(layout.rice_bits, tokens)
    form_bits = np.repeat(layout.form_bits, tokens)
    item_bits = rice + form_bits
    item_starts = np.repeat(starts + HEADER_BITS, tokens) + rank_within(tokens) * item_bits
    low = gaps & ((np.int64(1) << rice) - 1)
    _put(bits, item_starts, low << form_bits | forms, item_bits)
    ends = np.cumsum((gaps >> rice) + 1)
    before = np.concatenate(([0], ends))[starts_of(tokens)[:-1]]
    bits[ends - 1 + np.repeat(starts + layout.unary_start - before, tokens)] = 1
    return np.packbits(bits, bitorder="little"), sizes


def _put(bits: Bytes, starts: Ints, values: Ints, widths: Ints) -> None:
    for bit in range(int(widths.max(initial=0))):
        wide = widths > bit
        bits[starts[wide] + bit] = values[wide] >> bit & 1


def decode_positions(
    data: Bytes, starts: Ints, sizes: Ints, tokens: Ints
) -> tuple[Ints, Ints] | None:
    """Read entries back: gaps and forms per position, or None when the bytes cannot hold them.

    `data`: the positions section. `starts`, `sizes`: first byte and bytes of each entry, inside
    `data`. `tokens`: positions each entry must hold, at least 1.
    """
    local = starts_of(sizes)
    picked = data[np.repeat(starts - local[:-1], sizes) + np.arange(local[-1])]
    header = picked[local[:-1]].astype(np.int64)
    code = header >> 4
    form_bits = np.where(code == WIDE_FORM_CODE, WIDE_FORM_BITS, code)
    layout = BitLayout(header & 15, form_bits, tokens)
    if np.any(layout.unary_start + tokens > sizes * 8):
        return None
    bits = np.unpackbits(picked, bitorder="little")
    high = _read_unary(bits, local * 8, layout)
    if high is None:
        return None
    low, forms = _read_items(bits, local[:-1] * 8, layout)
    return high << np.repeat(layout.rice_bits, tokens) | low, forms


def _read_unary(bits: Bytes, starts: Ints, layout: BitLayout) -> Ints | None:
    """Return the high part of every gap, or None when an entry has too few or too many."""
    first = starts[:-1] + layout.unary_start
    widths = starts[1:] - first
    begins = starts_of(widths)[:-1]
    unary = bits[np.repeat(first - begins, widths) + np.arange(widths.sum())]
    ones = np.flatnonzero(unary)
    if np.any(np.add.reduceat(unary, begins, dtype=np.int64) != layout.tokens):
        return None
    high = np.diff(ones, prepend=-1) - 1
    heads = starts_of(layout.tokens)[:-1]
    high[heads] = ones[heads] - begins
    return high


def _read_items(bits: Bytes, starts: Ints, layout: BitLayout) -> tuple[Ints, Ints]:
    tokens = layout.tokens
    widths = np.repeat(layout.item_bits, tokens)
    at = np.repeat(starts + HEADER_BITS, tokens) + rank_within(tokens) * widths
    items = np.zeros(len(at), np.int64)
    for bit in range(int(layout.item_bits.max(initial=0))):
        wide = widths > bit
        items[wide] |= bits[at[wide] + bit].astype(np.int64) << bit
    form_bits = np.repeat(layout.form_bits, tokens)
    return items >> form_bits, items & ((np.int64(1) << form_bits) - 1)
