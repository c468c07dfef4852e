"""Fixtures that every room's tests share."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Hypothesis and Numba make many objects that stay: Python looking for garbage among them took a
# fifth of the time of the tests of queries.
gc.set_threshold(20_000, 20, 20)

# A shell that starts the tests in the background may have them, and all they start, ignore Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine, a first import of NLTK or a first compilation is no failure. The same commit draws
# the same examples, so that it passes or fails everywhere; `--hypothesis-profile=random` draws
# others. Those of "thorough", which .ci/run asks for, take longer than a user should wait.
settings.register_profile("newsearch", deadline=None, derandomize=True, max_examples=25)
settings.register_profile("thorough", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None)
settings.load_profile("newsearch")

_LONG_RUN_TESTS = 5_000

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def seeds() -> Path:
    return REPOSITORY / "seeds"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of corpora and collections; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("NEWSEARCH_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "news").is_dir():
        pytest.skip(f"no corpora at {folder}; set NEWSEARCH_DATA to run this test")
    return folder


@pytest.fixture
def forget_formats() -> Iterator[None]:
    """Take away what a test registers."""
    from support.inside import formats_kept  # imports Numba

    yield from formats_kept()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have two workers compile other kernels before a long run, so that few are compiled twice.

    A search in a worker that has compiled some would begin to compile the rest beside its tests.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker in ("gw0", "gw1") and len(session.items) > _LONG_RUN_TESTS:
        from support import compiling

        if worker == "gw0":
            compiling.compile_searching()
        else:
            compiling.compile_loading()
            compiling.compile_searching_backwards()
