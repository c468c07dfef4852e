"""Whether two ways of ranking agree, as far as newsearch promises it."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pytest


def assert_ranked_alike(
    found: Sequence[Hashable],
    expected: Sequence[tuple[Hashable, float]],
    *,
    rel: float = 1e-9,
) -> None:
    """Assert that articles stand in the order expected of them.

    Sums of the same numbers differ in their last bit with the order of adding. Only articles whose
    scores are that near may change places; those of equal scores may not.
    """
    scores = dict(expected)
    assert set(found) == set(scores)
    assert len(found) == len(expected)
    in_order = [scores[one] for one in found]
    assert in_order == pytest.approx([score for _, score in expected], rel=rel)
    assert sorted(found, key=scores.__getitem__, reverse=True) == [one for one, _ in expected]
