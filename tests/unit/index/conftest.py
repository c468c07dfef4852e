"""Fixtures of the tests of the index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.inside import run_all_with_numpy


@pytest.fixture(autouse=True)
def without_threads() -> Iterator[None]:
    """Loading kernels in another thread would change what is done about warnings in this one."""
    with run_all_with_numpy():
        yield
