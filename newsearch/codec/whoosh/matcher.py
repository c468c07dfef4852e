"""Postings of one term as a Whoosh matcher."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from whoosh.matching import LeafMatcher, ReadTooFar

from newsearch.codec.coding.positions import Ints, starts_of
from newsearch.codec.whoosh.field_views import FieldPostings


class DecodedTerm:
    """Postings as Whoosh's loops want them: Python numbers in lists; matchers share them.

    Parameters
    ----------
    postings
        At least one.
    """

    def __init__(self, postings: FieldPostings) -> None:
        self.freqs: list[int] = postings.freqs.tolist()
        # The last stands there twice: Whoosh's matchers ask those at their end for an id.
        self.ids: list[int] = [*postings.docnums.tolist(), int(postings.docnums[-1])]
        self.postings = postings

    def positions(self, index: int) -> list[int]:
        """Return the positions of a posting."""
        own = slice(int(self._starts[index]), int(self._starts[index + 1]))
        positions: list[int] = self.postings.positions[own].tolist()
        return positions

    @cached_property
    def _starts(self) -> Ints:
        return starts_of(self.postings.freqs)


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

    Notes
    -----
    It has no best quality, so that Whoosh's collectors skip nothing. Whoosh 2.7.4 hands the
    score of the k-th hit down to matchers that score otherwise (below a boost, in the excluded
    part of a Not) and leaves the parts of an AndMaybe at different articles when it skips: one
    top ten in six was wrong for random queries with boosts.
    """

    def __init__(
        self, decoded: DecodedTerm, format_: Any, term: tuple[str, bytes], scorer: Any = None
    ) -> None:
        self.format = format_
        self.scorer = scorer
        self._term = term
        self._decoded = decoded
        self._ids = decoded.ids
        self._end = len(decoded.freqs)
        self._i = 0

    def is_active(self) -> bool:
        return self._i < self._end

    def reset(self) -> None:
        self._i = 0

    def copy(self) -> NewsMatcher:
        twin = NewsMatcher(self._decoded, self.format, self._term, self.scorer)
        twin._i = self._i
        return twin

    def supports_block_quality(self) -> bool:
        return False

    def max_quality(self) -> float:
        return math.inf

    def id(self) -> int:
        """Return the docnum, or the last one at the end."""
        return self._ids[self._i]

    def all_ids(self) -> Iterator[int]:
        for docnum in self._ids[self._i : self._end]:
            yield docnum
            self._i += 1

    def next(self) -> bool:
        """Step on; whether a block of postings begins, which ours do not have."""
        if not self.is_active():
            raise ReadTooFar
        self._i += 1
        return False

    def skip_to(self, target: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._i = bisect.bisect_left(self._ids, target, self._i, self._end)

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
