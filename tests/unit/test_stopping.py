"""Work ends when its time is up, and what bounds it is forgotten afterwards."""

from __future__ import annotations

import time

import pytest

from newsearch.stopping import Stop, Stopped, check, current

LONG_S = 30.0


def test_work_that_nothing_bounds_goes_on() -> None:
    check()

    assert current() is None


def test_work_ends_when_its_time_is_up() -> None:
    with Stop(0), pytest.raises(Stopped):
        check()
    check()


def test_work_ends_when_it_is_told_to() -> None:
    with Stop() as stop:
        check()
        stop.set()
        with pytest.raises(Stopped):
            check()


def test_the_flag_that_compiled_code_reads_is_set_in_time() -> None:
    with Stop(0.001) as stop:
        stop.watch()
        given_up_s = time.monotonic() + LONG_S
        while not stop.flag[0] and time.monotonic() < given_up_s:
            pass

    assert stop.flag[0]


def test_time_is_counted_only_while_work_is_done() -> None:
    stop = Stop(0.5)
    for _ in range(3):
        with stop:
            stop.watch()
    end_s = time.monotonic() + 0.02
    while time.monotonic() < end_s:
        pass

    with stop:
        check()
    assert not stop.flag[0]


def test_the_inner_of_two_bounds_counts() -> None:
    with Stop(LONG_S), Stop(0), pytest.raises(Stopped):
        check()


def test_any_time_can_be_given() -> None:
    with Stop(1e300) as stop:
        stop.watch()
        check()
