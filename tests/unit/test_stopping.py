"""Work ends when its time is up, and what bounds it is forgotten afterwards."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

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


def test_bounded_work_of_many_threads_takes_turns_and_ends_in_time() -> None:
    n_looks: list[int] = []

    def work() -> None:
        looks = 0
        try:
            with Stop(0.2) as stop:
                while True:
                    stop.check()
                    looks += 1
        except Stopped:
            n_looks.append(looks)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG_S)

    assert len(n_looks) == 8
    assert min(n_looks) > 0


def test_work_that_waits_for_its_turn_ends_in_time() -> None:
    with Stop(LONG_S) as longer:
        take_turn(longer)
        started_s = time.monotonic()
        thread = threading.Thread(target=run_until_stopped, args=[Stop(0.05)])
        thread.start()
        thread.join(LONG_S)

    assert 0.05 <= time.monotonic() - started_s < LONG_S / 2


def take_turn(stop: Stop) -> None:
    """Work for longer than may be without a turn."""
    time.sleep(0.01)
    stop.check()


def run_until_stopped(stop: Stop) -> None:
    with suppress(Stopped), stop:
        while True:
            stop.check()


def test_a_turn_ends_where_compiled_code_begins() -> None:
    looked = threading.Event()

    def look() -> None:
        with Stop(LONG_S) as other:
            take_turn(other)
            looked.set()

    with Stop(LONG_S) as stop:
        take_turn(stop)
        stop.watch()
        threading.Thread(target=look).start()

        assert looked.wait(0.5)
        stop.check()


def test_any_time_can_be_given() -> None:
    with Stop(1e300) as stop:
        stop.watch()
        check()
