"""Postings of one term as a Whoosh matcher."""

from __future__ import annotations

import bisect
from typing import Any, Final

import numpy as np
from whoosh.matching import LeafMatcher, NullMatcher, ReadTooFar

from newsearch.codec.coding.positions import Ints, starts_of
from newsearch.codec.whoosh.field_views import FieldPostings

_BLOCK: Final = 128
"""Postings that share a bound when Whoosh skips what cannot reach the best hits."""


class DecodedTerm:
    """Postings as Whoosh's loops want them: Python numbers in lists; matchers share them.

    Parameters
    ----------
    postings
        At least one.
    lengths
        Words of each article in the field; None where the field keeps no lengths.
    """

    def __init__(self, postings: FieldPostings, lengths: Ints | None) -> None:
        self.ids: list[int] = postings.docnums.tolist()
        self.freqs: list[int] = postings.freqs.tolist()
        self._positions = postings.positions
        self._starts = starts_of(postings.freqs)
        blocks = np.arange(0, len(self.ids), _BLOCK)
        own = np.zeros(len(self.ids), np.int64) if lengths is None else lengths[postings.docnums]
        self.max_freqs: list[int] = np.maximum.reduceat(postings.freqs, blocks).tolist()
        self.min_lengths: list[int] = np.minimum.reduceat(own, blocks).tolist()
        self.max_lengths: list[int] = np.maximum.reduceat(own, blocks).tolist()
        self.total = int(postings.freqs.sum())

    def positions(self, index: int) -> list[int]:
        """Return the positions of a posting."""
        positions: list[int] = self._positions[
            self._starts[index] : self._starts[index + 1]
        ].tolist()
        return positions


class NewsMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """Walks the postings of a term, deleted articles included; Whoosh filters those.

    Parameters
    ----------
    decoded
        The postings.
    format_
        The field's Whoosh format, which says what a posting can be read as.
    term
        Field name and UTF-8 term.
    scorer
        Whoosh scorer or None.
    """

    def __init__(
        self, decoded: DecodedTerm, format_: Any, term: tuple[str, bytes], scorer: Any = None
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._decoded = decoded
        self._ids = decoded.ids
        self._i = 0

    def is_active(self) -> bool:
        return self._i < len(self._ids)

    def reset(self) -> None:
        self._i = 0

    def copy(self) -> NewsMatcher:
        twin = NewsMatcher(self._decoded, self.format, self._term, self.scorer)
        twin._i = self._i
        return twin

    def replace(self, minquality: float = 0) -> Any:
        if not self.is_active():
            return NullMatcher()
        if minquality and self.supports_block_quality() and self.max_quality() < minquality:
            return NullMatcher()
        return self

    def id(self) -> int:
        return self._ids[self._i]

    def all_ids(self) -> Any:
        return iter(self._ids[self._i :])

    def next(self) -> bool:
        """Step on; true at the start of another block, as Whoosh's collectors want to know."""
        if not self.is_active():
            raise ReadTooFar
        self._i += 1
        return self._i % _BLOCK == 0 or not self.is_active()

    def skip_to(self, target: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._i = bisect.bisect_left(self._ids, target, lo=self._i)

    def skip_to_quality(self, minquality: float) -> int:
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._i = (self._i // _BLOCK + 1) * _BLOCK
            skipped += 1
        return skipped

    def weight(self) -> float:
        return float(self._decoded.freqs[self._i])

    def value(self) -> bytes:
        """Encode the posting in the field's Whoosh format, for Whoosh's own decoders."""
        encoded: bytes = self.format.encode(self._decoded.positions(self._i))
        return encoded

    def value_as(self, astype: str) -> Any:
        match astype:
            case "frequency":
                return self._decoded.freqs[self._i]
            case "weight":
                return self.weight()
            case "positions" if self.supports("positions"):
                return self._decoded.positions(self._i)
            case _:
                return self.format.decoder(astype)(self.value())

    def block_min_id(self) -> int:
        return self._ids[self._block * _BLOCK]

    def block_max_id(self) -> int:
        return self._ids[min((self._block + 1) * _BLOCK, len(self._ids)) - 1]

    def block_min_length(self) -> int:
        return self._decoded.min_lengths[self._block]

    def block_max_length(self) -> int:
        return self._decoded.max_lengths[self._block]

    def block_max_weight(self) -> float:
        return float(self._decoded.max_freqs[self._block])

    @property
    def _block(self) -> int:
        # Whoosh's unions ask for the quality of a block when the postings are at their end.
        return min(self._i, len(self._ids) - 1) // _BLOCK
