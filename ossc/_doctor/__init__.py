"""`ossc.doctor`: walks from the configuration to a signed request, and says what is wrong.

The steps are in the modules here: `_settings`, `_network`, `_handshake`, `_requests`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc._doctor._exam import Exam, Overdue, skipped, within
from ossc._doctor._handshake import shake_hands
from ossc._doctor._network import connect, resolve
from ossc._doctor._report import Diagnosis, Finding
from ossc._doctor._requests import (
    ask_unsigned,
    look_at_clock,
    look_at_region,
    send_signed,
)
from ossc._doctor._settings import (
    ask_credentials,
    configure,
    look_at_endpoint,
    look_at_libraries,
    look_at_proxy,
)
from ossc._names import check_seconds, check_text
from ossc.client import Client
from ossc.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Step: TypeAlias = Callable[[Exam], Finding]

__all__ = ["Diagnosis", "Finding", "doctor"]

_MOST_S = 60.0
# A step may be several connections, a request two attempts.
_TIMES = 3

# Each with the steps that must not have failed.
_STEPS: tuple[tuple[str, Step, tuple[str, ...]], ...] = (
    ("endpoint", look_at_endpoint, ()),
    ("proxy", look_at_proxy, ("endpoint",)),
    ("name resolution", resolve, ("endpoint",)),
    ("connection", connect, ("name resolution",)),
    ("TLS", shake_hands, ("connection",)),
    ("unsigned request", ask_unsigned, ("connection",)),
    ("clock", look_at_clock, ("connection",)),
    ("credentials", ask_credentials, ("configuration",)),
    ("signed request", send_signed, ("unsigned request", "credentials")),
    ("region", look_at_region, ("configuration",)),
    ("libraries", look_at_libraries, ()),
)


def doctor(
    endpoint: str | Client | None = None,
    *,
    bucket: str | None = None,
    step_timeout: float = 5.0,
    **options: Any,
) -> Diagnosis:
    """Examines what a client needs: from its configuration to a signed request.

    Twelve steps: configuration, endpoint, proxy, name resolution, connection, TLS, an
    unsigned request, the clock, the credentials, a signed request, the region, libraries.
    What is wrong is in the result and not raised. Nothing is changed, and a request lists
    one bucket or asks where the bucket is. No secret is shown: of the key id some
    characters are.

    Args:
        endpoint: As for `Client`, like all other options; or a client.
        bucket: A bucket to look at; a key that may not list buckets needs one.
        step_timeout: Seconds that a connection or a request may take, at most 60; a step
            with several of them may take three times as long.
        **options: Those of `Client`.

    Raises:
        TypeError: There is no such option, or it is of another type.
        ParameterError: `step_timeout` is no such time.

    Example:
        >>> diagnosis = ossc.doctor("http://127.0.0.1:9000", bucket="examplebucket")
        >>> diagnosis.ok
        True
        >>> diagnosis["connection"].result
        'ok'
    """
    if not 0 < check_seconds("step_timeout", step_timeout) <= _MOST_S:
        raise ParameterError(
            f"step_timeout is {step_timeout} s, not more than 0 and 60"
        )
    if bucket is not None:
        check_text("bucket", bucket)
    if isinstance(endpoint, Client):
        if options:
            raise TypeError("a client has its options already")
        return _examine(Exam(endpoint, None, bucket, step_timeout))
    exam = Exam(None, {"endpoint": endpoint, **options}, bucket, step_timeout)
    try:
        return _examine(exam)
    finally:
        if exam.client is not None:
            exam.client.close()


def _examine(exam: Exam) -> Diagnosis:
    found = [configure(exam)]
    gone = {each.name for each in found if each.result == "fail"}
    if exam.client is None:
        gone.add("endpoint")
    for name, step, needed in _STEPS:
        if name in gone or gone.intersection(needed):
            found.append(skipped(name, "an earlier step failed"))
            gone.add(name)
            continue
        found.append(_take(exam, name, step))
        if found[-1].result == "fail":
            gone.add(name)
    return Diagnosis(tuple(found))


def _take(exam: Exam, name: str, step: Step) -> Finding:
    """Makes a step; whatever becomes of it, others follow."""
    try:
        return within(_TIMES * exam.limit, lambda: step(exam))
    except Overdue:
        return Finding(name, "fail", f"not done within {_TIMES * exam.limit:g} s")
    except Exception as error:  # noqa: BLE001 - what is found so far is worth more
        return Finding(name, "fail", f"cannot be examined: {type(error).__name__}")
