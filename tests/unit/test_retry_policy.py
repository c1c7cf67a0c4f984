"""`Retry` itself, and the rules by which a failure is repeated or not."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import ossc
from ossc import _attempts, _retry
from ossc._sdk import Call, functions

RUN = functions.send("PUT")


@pytest.fixture
def longest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The random number is always the largest."""
    monkeypatch.setattr(_retry, "_uniform", lambda _least, most: most)


def test_usual_numbers() -> None:
    """Three attempts, with pauses that begin with 0.2 s and end with 20 s."""
    retry = ossc.Retry()
    said = "ossc.Retry(attempts=3, backoff=0.2, max_backoff=20.0, deadline=None)"
    assert repr(retry) == said


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"attempts": 101},
        {"backoff": -0.1},
        {"backoff": float("nan")},
        {"max_backoff": float("inf")},
        {"deadline": 0},
        {"deadline": -1.0},
        {"deadline": float("nan")},
    ],
    ids=str,
)
def test_numbers_out_of_limits(wrong: dict[str, Any]) -> None:
    """A number that cannot be meant is a ParameterError that names it."""
    with pytest.raises(ossc.ParameterError, match=next(iter(wrong))):
        ossc.Retry(**wrong)


@pytest.mark.parametrize("name", ["attempts", "backoff", "max_backoff", "deadline"])
def test_other_types(name: str) -> None:
    """A text is no number."""
    with pytest.raises(TypeError, match=name):
        ossc.Retry(**{name: "3"})  # type: ignore[arg-type]


def test_it_cannot_be_changed() -> None:
    """One `Retry` may be shared by any number of clients."""
    retry = ossc.Retry()
    with pytest.raises(AttributeError, match="immutable"):
        retry.attempts = 9
    with pytest.raises(AttributeError, match="immutable"):
        del retry.attempts
    assert retry.attempts == 3


def test_equal_ones() -> None:
    """It is the numbers that count; copies are equal."""
    retry = ossc.Retry(5, 0.1, 1.0, 9.0)
    for same in (copy.deepcopy(retry), pickle.loads(pickle.dumps(retry))):
        assert same == retry
        assert hash(same) == hash(retry)
    assert retry != ossc.Retry()
    assert retry != "ossc.Retry()"


@pytest.mark.usefixtures("longest")
def test_pauses_double_up_to_the_longest() -> None:
    """The n-th pause lasts at most 2**(n-1) times the first, and never too long."""
    retry = ossc.Retry(attempts=100, backoff=0.5, max_backoff=3.0)
    assert [retry.pause(n) for n in (1, 2, 3, 4, 99)] == [0.5, 1.0, 2.0, 3.0, 3.0]


@pytest.mark.usefixtures("longest")
def test_what_the_server_asks_for_is_the_least() -> None:
    """`Retry-After` makes a pause longer, within the limit, never shorter."""
    retry = ossc.Retry(backoff=0.5, max_backoff=3.0)
    assert [retry.pause(1, asked) for asked in (0.1, 2.0, 60.0)] == [0.5, 2.0, 3.0]


def test_pauses_are_random() -> None:
    """From nothing to the most, so that clients do not come back together."""
    pauses = [ossc.Retry(backoff=1.0).pause(1) for _ in range(200)]
    assert 0 <= min(pauses) < 0.2
    assert 0.8 < max(pauses) <= 1
    assert len(set(pauses)) > 100


class Steady(ossc.Retry):
    """Waits as it is told, and knows something of its own."""

    def __init__(self, seconds: float, *labels: str) -> None:
        super().__init__(attempts=5, backoff=1.0)
        self.seconds = seconds
        self.labels = list(labels)

    def pause(self, failures: int, asked: float = 0.0) -> float:
        """As long as it is told, each time longer."""
        return self.seconds * failures + asked


class Slotted(ossc.Retry):
    """Has a slot."""

    __slots__ = ("more",)


def test_a_subclass_has_attributes() -> None:
    """Its own can be set and deleted, the numbers cannot."""
    steady = Steady(0.5)
    steady.seconds = 0.75
    assert steady.pause(2, 1.0) == 2.5
    assert repr(steady).startswith("Steady(attempts=5, backoff=1.0, ")
    with pytest.raises(AttributeError, match="immutable; attempts"):
        steady.attempts = 9
    with pytest.raises(AttributeError, match="immutable; backoff"):
        del steady.backoff
    del steady.labels
    assert not hasattr(steady, "labels")


def test_a_subclass_travels_whole() -> None:
    """Copies and pickles are of its class, with all its attributes, and equal."""
    slotted = Slotted(4)
    slotted.more = 7
    for policy in (ossc.Retry(4), Steady(0.5, "a", "b"), slotted):
        copies = [pickle.loads(pickle.dumps(policy, n)) for n in range(6)]
        for twin in (*copies, copy.copy(policy), copy.deepcopy(policy)):
            assert type(twin) is type(policy)
            assert twin == policy
            assert hash(twin) == hash(policy)
            assert repr(twin) == repr(policy)
    assert pickle.loads(pickle.dumps(slotted)).more == 7
    assert pickle.loads(pickle.dumps(Steady(0.5, "a"))).labels == ["a"]


def test_other_pauses_make_another_policy() -> None:
    """Equal ones wait equally long."""
    assert Steady(1.0) != Steady(2.0)
    assert Slotted(5) != ossc.Retry(5)
    assert ossc.Retry(5) != Slotted(5)


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_a_pause_that_is_no_time(seconds: float) -> None:
    """It is refused before it is waited for."""
    with pytest.raises(
        ossc.ParameterError, match=r"the pause of a Retry .* goes from 0"
    ):
        _retry.checked_pause(Steady(seconds), 1, 0.0)
    with pytest.raises(TypeError, match="the pause of a Retry"):
        _retry.checked_pause(Steady("ab"), 1, "c")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("3", 3.0), ("0", 0.0), ("", 0.0), ("-1", 0.0), ("1e9", 0.0), ("9" * 400, 0.0)],
)
def test_retry_after(text: str, seconds: float) -> None:
    """Whole seconds; anything else is as if it were not there."""
    error = ossc.ServiceUnavailable("busy", headers={"retry-after": text})
    assert _retry.retry_after(error) == seconds


def _answered(status: int, code: str | None = None) -> ossc.OSSError:
    return ossc.ServerError("said no", status=status, code=code)


KINDS: list[tuple[ossc.OSSError, bool, bool]] = [
    (ossc.NameResolutionFailed("x"), True, True),
    (ossc.ConnectFailed("x"), True, True),
    (ossc.TLSError("x"), False, False),
    (ossc.ConnectionLost("x"), True, False),
    (ossc.ShortBody("x"), True, False),
    (ossc.RequestTimedOut("x"), True, False),
    (ossc.ChecksumMismatch("x"), True, False),
    (ossc.MalformedResponse("x"), False, False),
    (ossc.Cancelled("x"), False, False),
    (ossc.ClientClosed("x"), False, False),
    (ossc.MemoryLimitExceeded("x"), False, False),
    (ossc.LocalFileError("x"), False, False),
    (ossc.ParameterError("x"), False, False),
    (_answered(408), True, False),
    (_answered(429), True, True),
    (_answered(500), True, False),
    (_answered(502), True, False),
    (_answered(503), True, False),
    (_answered(503, "ServiceUnavailable"), True, False),
    (_answered(503, "DownloadTrafficRateLimitExceeded"), True, True),
    (_answered(503, "SlowDown"), True, True),
    (_answered(504), True, False),
    (_answered(400, "RequestTimeout"), True, False),
    (_answered(501), False, False),
    (_answered(203, "CallbackFailed"), False, False),
    *((_answered(n), False, False) for n in (304, 400, 401, 403, 404, 409, 412, 416)),
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: repr(kind[0]))
def test_what_may_pass(kind: tuple[ossc.OSSError, bool, bool]) -> None:
    """Which failures may be gone next time, and which prove that nothing was done."""
    error, passes, refused = kind
    assert _retry.is_passing(error) is passes
    assert _retry.is_refusal(error) is refused


FORBID = {"X-OSS-Forbid-Overwrite": "True"}
ALLOW = {"x-oss-forbid-overwrite": "false"}


def test_what_does_harm_twice() -> None:
    """A call that is sent once only, and one that could meet its own object."""
    assert _retry.is_harmful(Call("AppendObject", RUN, once=True))
    assert _retry.is_harmful(Call("PutObject", RUN, headers=FORBID))
    assert not _retry.is_harmful(Call("PutObject", RUN, headers=ALLOW))
    assert not _retry.is_harmful(Call("InitiateMultipartUpload", RUN, headers=FORBID))
    assert not _retry.is_harmful(Call("GetObject", RUN))


def test_a_first_error_says_nothing_of_attempts() -> None:
    """One attempt is what one expects."""
    error = ossc.ConnectionLost("cut", operation="GetObject")
    assert (error.attempts, error.history, error.gave_up) == (1, (), "")
    assert str(error) == "cut (GetObject)"


def test_a_later_error_tells_of_the_earlier_ones() -> None:
    """In the text, in attributes, and in what another process gets of it."""
    error = ossc.ConnectionLost("cut", operation="GetObject")
    error.attempts = 3
    error.history = ("ServerError: busy", "ShortBody: short")
    error.gave_up = "because"
    said = "after 3 attempts: ServerError: busy, ShortBody: short; because"
    assert str(error) == f"cut (GetObject; {said})"
    sent = pickle.loads(pickle.dumps(error))
    assert (sent.attempts, sent.history, sent.gave_up) == (3, error.history, "because")
    assert str(sent) == str(error)


def test_a_failure_in_one_line() -> None:
    """Class, code, words, status and id; however long and broken the words are."""
    error = ossc.ServiceUnavailable(
        "line\none " + "x" * 1000, status=503, code="SlowDown", request_id="ID"
    )
    line = _attempts._line(error)
    assert line.startswith("ServiceUnavailable: SlowDown: line one xxx")
    assert line.endswith("xxx (HTTP 503; request id ID)")
    assert len(line) < 300
