"""Credentials that are kept and renewed: when, by whom, and what if that fails."""

from __future__ import annotations

import copy
import logging
import multiprocessing
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

import ossc

from .services import FIRST, SECOND, parts

START = 1_700_000_000.0


def made(keys: tuple[str, str, str], ends: float | None = None) -> ossc.Credentials:
    """Credentials that are good until then."""
    until = None if ends is None else datetime.fromtimestamp(ends, timezone.utc)
    return ossc.Credentials(*keys, expiration=until)


class Source:
    """Gives what it is told to give, and counts.

    Attributes:
        gives: What comes next; an exception is raised.
        asked: How often it was asked.
    """

    def __init__(self, *gives: object) -> None:
        self.gives = list(gives)
        self.asked = 0

    def __call__(self) -> Any:
        """The next; the last for ever."""
        self.asked += 1
        given = self.gives.pop(0) if len(self.gives) > 1 else self.gives[0]
        if isinstance(given, Exception):
            raise given
        return given


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


def test_credentials_know_when_they_end() -> None:
    """The expiration is an aware time, shown, compared and pickled."""
    ends = datetime.now(timezone.utc) + timedelta(hours=1)
    keys = ossc.Credentials("id", "s", "t", expiration=ends)
    assert keys.expiration == ends
    assert keys != ossc.Credentials("id", "s", "t")
    assert f"expiration={ends!r}" in repr(keys)
    assert "expiration" not in repr(ossc.Credentials("id", "s"))
    for again in (pickle.loads(pickle.dumps(keys)), copy.deepcopy(keys)):
        assert again == keys
    for wrong in (datetime(2030, 1, 1), "2030-01-01T00:00:00Z", 5):  # noqa: DTZ001
        with pytest.raises(ossc.ParameterError):
            ossc.Credentials("id", "s", expiration=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lives", "early"), [(3600, 900), (36_000, 900), (900, 225), (40, 10), (None, 0)]
)
def test_they_are_asked_for_before_they_end(
    clock: Clock, lives: float | None, early: float
) -> None:
    """A quarter of their time before, at most 15 minutes; else after five minutes."""
    ends = None if lives is None else START + lives
    source = Source(made(FIRST, ends), made(SECOND))
    kept = ossc.RefreshingCredentials(source, clock=clock)
    assert parts(kept()) == FIRST
    clock.now = START + (300 if lives is None else lives - early) - 1
    assert parts(kept()) == FIRST
    assert source.asked == 1
    clock.now += 1
    assert parts(kept()) == SECOND
    assert source.asked == 2


def test_the_same_again_is_the_same_object(clock: Clock) -> None:
    """So that what was laid out for a request is not laid out anew."""
    ends = START + 3600
    kept = ossc.RefreshingCredentials(lambda: made(FIRST, ends), clock=clock)
    first = kept()
    clock.now += 2800
    assert kept() is first


def test_a_failure_does_not_matter_while_they_are_good(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """The old ones are used, the source is asked ten seconds later, and a log tells."""
    caplog.set_level(logging.WARNING, "ossc")
    failure = ossc.CredentialsError("no answer today")
    source = Source(
        made(FIRST, START + 3600), failure, ValueError("xyzzy"), made(SECOND)
    )
    kept = ossc.RefreshingCredentials(source, clock=clock)
    assert parts(kept()) == FIRST
    clock.now += 2700
    for asked in (2, 3):
        assert parts(kept()) == FIRST
        clock.now += 9
        assert parts(kept()) == FIRST
        assert source.asked == asked
        clock.now += 1
    assert parts(kept()) == SECOND
    assert "no answer today" in caplog.text
    assert "ValueError" in caplog.text
    assert "xyzzy" not in caplog.text


def test_a_failure_matters_when_they_have_ended(clock: Clock) -> None:
    """It is raised, each time; and forgotten when the source is well again."""
    failure = ossc.CredentialsError("no answer")
    source = Source(made(FIRST, START + 3600), failure, failure, made(SECOND))
    kept = ossc.RefreshingCredentials(source, clock=clock)
    assert parts(kept()) == FIRST
    clock.now += 3600
    for _ in range(2):
        with pytest.raises(ossc.CredentialsError, match="no answer"):
            kept()
    assert parts(kept()) == SECOND


def test_a_clock_that_is_wrong_stops_nobody(clock: Clock) -> None:
    """What seems to have ended when it comes is tried; OSS tells what it thinks of it."""
    source = Source(made(FIRST, START - 86_400))
    kept = ossc.RefreshingCredentials(source, clock=clock)
    assert parts(kept()) == FIRST
    clock.now += 30
    assert parts(kept()) == FIRST
    assert source.asked == 1
    clock.now += 60
    assert parts(kept()) == FIRST
    assert source.asked == 2


def in_threads(count: int, call: Callable[[], object]) -> list[object]:
    """What a call gives, or raises, in so many threads at once."""
    gate, results = threading.Barrier(count), []

    def run() -> None:
        gate.wait()
        try:
            results.append(call())
        except ossc.OSSError as error:
            results.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class Slow(Source):
    """A source that answers when it is let.

    Attributes:
        begun: Set when it is being asked.
        let: Has it answer.
    """

    def __init__(self, *gives: object) -> None:
        super().__init__(*gives)
        self.begun = threading.Event()
        self.let = threading.Event()

    def __call__(self) -> Any:
        """The next, when it is let."""
        self.begun.set()
        assert self.let.wait(30)
        return super().__call__()


def let_when_all_wait(source: Slow, count: int) -> None:
    """Has a source answer when so many threads ask it, or wait for who does."""
    while True:
        stacks = [traceback.extract_stack(f) for f in sys._current_frames().values()]
        waiting = [s for s in stacks if any(line.name == "_renewed" for line in s)]
        if len(waiting) == count or source.let.wait(0.01):
            source.let.set()
            return


def test_64_threads_ask_once() -> None:
    """The first asks, the others wait for what it gets."""
    source = Slow(made(FIRST), made(SECOND))
    kept = ossc.RefreshingCredentials(source)
    threading.Thread(target=let_when_all_wait, args=(source, 64)).start()
    results = in_threads(64, kept)
    assert results == [made(FIRST)] * 64
    assert source.asked == 1


def test_64_threads_share_a_failure() -> None:
    """Those that waited do not ask, one after the other, what fails each time."""
    source = Slow(ossc.CredentialsNotFound("none here"))
    kept = ossc.RefreshingCredentials(source)
    threading.Thread(target=let_when_all_wait, args=(source, 64)).start()
    results = in_threads(64, kept)
    assert {type(each) for each in results} == {ossc.CredentialsNotFound}
    assert {str(each) for each in results} == {"none here"}
    assert len({id(each) for each in results}) == 64
    assert source.asked == 1


def test_others_go_on_while_one_asks(clock: Clock) -> None:
    """Nobody waits while there are credentials that are good."""
    source = Slow(made(FIRST, START + 3600), made(SECOND))
    kept = ossc.RefreshingCredentials(source, clock=clock)
    source.let.set()
    kept()
    source.let.clear()
    source.begun.clear()
    clock.now += 3000
    asking = threading.Thread(target=kept)
    asking.start()
    assert source.begun.wait(30)
    assert parts(kept()) == FIRST
    source.let.set()
    asking.join()
    assert parts(kept()) == SECOND
    assert source.asked == 2


def test_refused_ones_are_renewed_once(clock: Clock) -> None:
    """Of all threads whose request was refused one asks; the same again is not retried."""
    source = Source(made(FIRST), made(SECOND))
    kept = ossc.RefreshingCredentials(source, clock=clock)
    refused = kept()
    results = in_threads(16, lambda: kept.instead_of(refused))
    assert results == [made(SECOND)] * 16
    assert source.asked == 2
    still = kept()
    assert in_threads(16, lambda: kept.instead_of(still)) == [still] * 16
    assert source.asked == 3
    clock.now += 9
    assert kept.instead_of(still) is still
    assert source.asked == 3
    clock.now += 1
    assert kept.instead_of(still) is still
    assert source.asked == 4


def test_refused_ones_that_cannot_be_renewed(clock: Clock) -> None:
    """The source's failure is raised, although the old ones have time left."""
    source = Source(made(FIRST), ossc.CredentialsError("no answer"))
    kept = ossc.RefreshingCredentials(source, clock=clock)
    with pytest.raises(ossc.CredentialsError, match="no answer"):
        kept.instead_of(kept())
    assert parts(kept()) == FIRST


def test_a_source_that_needs_itself() -> None:
    """It is told, and does not wait for itself for ever."""

    def ask() -> ossc.Credentials:
        return kept()

    kept = ossc.RefreshingCredentials(ask)
    with pytest.raises(ossc.CredentialsError, match="own credentials"):
        kept()


def test_forks(clock: Clock) -> None:
    """A child goes on with what there is, and asks by itself, whoever asked at the fork."""
    source = Slow(made(FIRST, START + 3600), made(SECOND, START + 7200))
    kept = ossc.RefreshingCredentials(source, clock=clock)
    source.let.set()
    kept()
    source.let.clear()
    source.begun.clear()
    clock.now += 3600
    asking = threading.Thread(target=kept)
    asking.start()
    assert source.begun.wait(30)

    def child() -> None:
        source.let.set()
        assert parts(kept()) == SECOND
        os._exit(17)

    process = multiprocessing.get_context("fork").Process(target=child)
    process.start()
    process.join(30)
    source.let.set()
    asking.join()
    assert process.exitcode == 17
    assert parts(kept()) == SECOND


def test_one_can_be_shared() -> None:
    """A provider of providers is the provider itself."""
    kept = ossc.RefreshingCredentials(lambda: made(FIRST))
    assert ossc.RefreshingCredentials.of(kept) is kept
    shared = ossc.RefreshingCredentials.of(made(FIRST))
    assert parts(shared()) == FIRST


def test_what_a_callable_raises_is_raised() -> None:
    """Its exception is the caller's own."""

    def broken() -> ossc.Credentials:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        ossc.RefreshingCredentials(broken)()


def test_reprs_hide_secrets() -> None:
    """They name the source."""
    for source in (made(FIRST), lambda: made(FIRST), Source(made(FIRST))):
        kept = ossc.RefreshingCredentials(source)
        kept()
        assert FIRST[1] not in repr(kept)
        assert FIRST[2] not in repr(kept)
