"""Threads and waits that an interrupt cannot break."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

from ossc._threads import Bell, Thread, heard


class Alarm(Exception):
    """What a signal's handler raises."""


@contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """A signal whose handler raises in the block."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Alarm

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_it_works_and_ends() -> None:
    """Once, under its name; no thread is left."""
    names: list[str] = []
    thread = Thread(
        lambda: names.append(threading.current_thread().name), "worker", daemon=False
    )
    assert not thread.is_at_work
    thread.begin()
    thread.finish()
    thread.finish()
    assert names == ["worker"]
    assert not thread.is_at_work
    assert thread not in threading.enumerate()


def test_what_is_not_begun_is_not_waited_for() -> None:
    """Nor done any more."""
    done: list[int] = []
    thread = Thread(lambda: done.append(1), "worker", daemon=True)
    thread.finish()
    thread.begin()
    thread.finish()
    assert done == []


def test_an_interrupted_wait_can_be_repeated() -> None:
    """The thread is at work until it has ended, whatever was raised meanwhile."""
    let = threading.Event()
    thread = Thread(let.wait, "worker", daemon=False)
    thread.begin()
    for _ in range(3):
        with alarm(0.02), pytest.raises(Alarm):
            thread.finish()
        assert thread.is_at_work
    let.set()
    thread.finish()
    assert not thread.is_at_work


def test_a_thread_cannot_be_begun_twice() -> None:
    """What goes wrong in starting it is raised where it was asked for."""
    thread = Thread(lambda: None, "worker", daemon=False)
    thread.begin()
    with pytest.raises(RuntimeError, match="once"):
        thread.begin()
    thread.finish()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_process_does_not_wait() -> None:
    """The thread is its parent's."""
    let = threading.Event()
    thread = Thread(let.wait, "worker", daemon=False)
    thread.begin()
    child = os.fork()
    if child == 0:
        signal.alarm(10)
        thread.finish()
        os._exit(7 if not thread.is_at_work else 8)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7
    assert thread.is_at_work
    let.set()
    thread.finish()


def test_a_bell_wakes_all_who_listen() -> None:
    """Not those who come later."""
    bell = Bell()
    first, second = bell.listen(), bell.listen()
    bell.ring()
    later = bell.listen()
    assert heard(first, None)
    assert heard(second, 0)
    assert not heard(later, 0.01)
    bell.ring()
    assert heard(later, None)
