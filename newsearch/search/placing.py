"""Which occurrences of words stand as a query asks, see `nodes.Placed`; for every way of running.

A *place* is ``docnum << 32 | field << 31 | position``: the field is 0 for the title and 1 for the
body, whose words are counted from 0. So no distance that can be asked for spans two texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from newsearch import bm25
from newsearch.query.nodes import Link, TermsPlaced
from newsearch.search.run.ascending import Ints, distinct, is_member, shared, tally

Unit = Literal["S", "P"]
Begins = Callable[[Unit, Ints], Ints]
"""Gives the places where the sentences or paragraphs of some articles begin, ascending.

Every text has one at position 0.
"""
PLACE_BITS: Final = 32
IN_BODY: Final = 1 << 31
_FIELD_BITS: Final = 31
_NONE: Final = np.zeros(0, np.int64)
_LAST_PLACE: Final = np.iinfo(np.int64).max


class Spans(NamedTuple):
    """Where something stands: places of its first and last words, ascending, each pair once."""

    firsts: Ints
    lasts: Ints

    def take(self, which: NDArray[np.bool_]) -> Spans:
        """Return some of the spans."""
        return self if which.all() else Spans(self.firsts[which], self.lasts[which])


Pair = tuple[Ints, Ints]
MarkReached = Callable[[Pair, Pair, Ints, Ints], NDArray[np.bool_]]
"""Does what `mark_reached` does."""


def any_of(found: Sequence[Spans]) -> Spans:
    """Return what is in any of several lists of spans."""
    if len(found) == 1:
        return found[0]
    firsts, lasts = (np.concatenate(column) for column in zip(*found, strict=True))
    if all(own.lasts is own.firsts for own in found):
        firsts = distinct(firsts)
        return Spans(firsts, firsts)
    order = np.lexsort((lasts, firsts))
    firsts, lasts = firsts[order], lasts[order]
    is_new = np.ones(len(order), np.bool_)
    is_new[1:] = (np.diff(firsts) != 0) | (np.diff(lasts) != 0)
    return Spans(firsts[is_new], lasts[is_new])


def mark_reached(spans: Pair, limits: Pair, ends: Ints, starts: Ints) -> NDArray[np.bool_]:
    """For each of some spans, whether another ends before it or starts after it within limits.

    `spans`: first and last places, ascending by the first. `limits`: from which and up to which
    place others count for each. `ends`, `starts`: of the others, ascending; none where what is on
    that side does not count.
    """
    firsts, lasts = spans
    low, high = limits
    is_before = np.searchsorted(ends, firsts) > np.searchsorted(ends, low)
    after = np.searchsorted(starts, high, "right")
    return np.asarray(is_before | (after > np.searchsorted(starts, lasts, "right")))


def counting(
    placed: TermsPlaced, parts: Sequence[Spans], begins: Begins, mark: MarkReached = mark_reached
) -> list[Spans]:
    """Return the occurrences of each part that count, given all of them.

    The links make a chain. So an occurrence counts if it is reached from the left, link by link,
    and of those, if it is reached from the right: arc consistency is exact on trees.
    """
    kept = [_among_first(placed, part) for part in parts]
    units = {link.reach for link in placed.links if not isinstance(link.reach, int)}
    if units:
        texts = reduce(shared, (tally(part.firsts >> _FIELD_BITS)[0] for part in kept))
        kept = [part.take(is_member(part.firsts >> _FIELD_BITS, texts)) for part in kept]
        docnums = tally(texts >> 1)[0]
    cuts = {unit: np.append(begins(unit, docnums), _LAST_PLACE) for unit in units}

    def reached(at: int, other: int, link: Link) -> Spans:
        own, others = kept[at], kept[other]
        if isinstance(link.reach, int):
            limits = own.firsts - link.reach, own.lasts + link.reach
        else:
            begins = cuts[link.reach]
            others = others.take(_lie_within(others, begins))
            own = own.take(_lie_within(own, begins))
            number = np.searchsorted(begins, own.firsts, "right")
            limits = begins[number - 1], begins[number] - 1
        ends, starts = others.lasts, others.firsts
        ends = ends if ends is starts else np.sort(ends, kind="stable")
        if link.is_ordered:
            ends, starts = (ends, _NONE) if other < at else (_NONE, starts)
        return own.take(mark((own.firsts, own.lasts), limits, ends, starts))

    for at, link in enumerate(placed.links):
        kept[at + 1] = reached(at + 1, at, link)
    for at, link in reversed(list(enumerate(placed.links))):
        kept[at] = reached(at, at + 1, link)
    return kept


def _among_first(placed: TermsPlaced, part: Spans) -> Spans:
    if not placed.first:
        return part
    start = 0 if placed.fields == ("title",) else IN_BODY
    position = (part.lasts & ((1 << PLACE_BITS) - 1)) - start
    return part.take((position >= 0) & (position < placed.first))


def _lie_within(spans: Spans, begins: Ints) -> NDArray[np.bool_]:
    """Whether each span begins and ends in one sentence or paragraph."""
    first = np.searchsorted(begins, spans.firsts, "right")
    return np.asarray(first == np.searchsorted(begins, spans.lasts, "right"))


def frequencies(placed: TermsPlaced, counted: Sequence[Spans]) -> tuple[Ints, Ints]:
    """Return the articles that match, and how often, given the occurrences that count.

    That is as often as the part that counts least; in the title twice, where the body is searched
    too. `TermsPlaced.least` is asked of the number without that.
    """
    tallies = [tally(part.firsts >> _FIELD_BITS) for part in counted]
    texts, counts = tallies[0][0], reduce(np.minimum, [counts for _, counts in tallies])
    docnums, n_texts = tally(texts >> 1)
    if not len(docnums):
        return docnums, counts
    firsts = np.cumsum(n_texts) - n_texts
    is_enough = np.add.reduceat(counts, firsts) >= placed.least
    copies = bm25.TITLE_COPIES if len(placed.fields) > 1 else 1
    freqs = np.add.reduceat(np.where(texts & 1, counts, copies * counts), firsts)
    return docnums[is_enough], freqs[is_enough]
