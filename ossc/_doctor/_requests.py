"""The steps that make requests: an unsigned one, the clock, a signed one, the region."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ossc import _xml
from ossc._dates import parse_http_date
from ossc._doctor._exam import Exam, skipped, words
from ossc._doctor._report import Finding
from ossc._endpoint import region_of_endpoint
from ossc.errors import (
    AccessDenied,
    ConnectionLost,
    InvalidAccessKeyId,
    MalformedResponse,
    NoSuchBucket,
    OSSError,
    RequestTimedOut,
    RequestTimeTooSkewed,
    SecurityTokenExpired,
    ServerError,
    SignatureDoesNotMatch,
    TLSError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ossc.client import Client

__all__ = ["ask_unsigned", "look_at_clock", "look_at_region", "send_signed"]

_SMALL_S = 5.0
_MOST_S = 900.0


def _ask(exam: Exam, client: Client) -> Mapping[str, str]:
    """A request that costs nothing: where the bucket is, or the first bucket's name.

    Raises:
        OSSError: It failed.
    """
    if exam.bucket is None:
        return client.invoke("GET", params={"max-keys": "1"}).headers
    found = client.invoke("GET", bucket=exam.bucket, params={"location": ""})
    try:
        location = _xml.parse(found.body, "LocationConstraint").text
    except MalformedResponse:
        location = ""
    exam.location = location.strip().removeprefix("oss-")
    return found.headers


def ask_unsigned(exam: Exam) -> Finding:
    """Whether OSS answers at all. It refuses, which is as good as anything."""
    name = "unsigned request"
    begin, error = time.time(), None
    try:
        headers = _ask(exam, exam.view(signed=False))
    except OSSError as failure:
        error, headers = failure, failure.headers
    _learn_skew(exam, headers, (begin + time.time()) / 2)
    if error is not None and not isinstance(error, ServerError):
        return Finding(name, "fail", words(error), _about_failure(exam, error))
    detail = "OSS answers" if error is None else f"OSS answers: {words(error)}"
    if headers.get("x-oss-request-id"):
        return Finding(name, "ok", detail)
    who = headers.get("server") or "that does not say its name"
    detail = f"a server answers ({who:.60}), but not as OSS does"
    if error is not None:
        detail = f"{detail}: {words(error)}"
    _, facts = exam.subject()
    if facts.proxy_host:
        return Finding(name, "fail", detail, "the proxy answers in its stead")
    return Finding(name, "fail", detail, "is the endpoint that of OSS?")


def _learn_skew(exam: Exam, headers: Mapping[str, str], now: float) -> None:
    try:
        # The header tells whole seconds.
        told = parse_http_date(headers.get("date", "")).timestamp() + 0.5
    except (ValueError, OverflowError):
        return
    exam.skew = told - now


def _about_failure(exam: Exam, error: OSSError) -> str:
    client, facts = exam.subject()
    odd = isinstance(error, ConnectionLost | MalformedResponse | RequestTimedOut)
    if odd and exam.scheme == "http" and not facts.proxy_host:
        # Imported here: plain HTTP needs none of it.
        from ossc._doctor._handshake import speaks_tls  # noqa: PLC0415

        if speaks_tls(exam):
            secure = client.endpoint.replace("http://", "https://", 1)
            return f"the server speaks TLS there: {secure}"
    if isinstance(error, TLSError):
        return "see TLS above"
    if isinstance(error, RequestTimedOut):
        return "the server was reached and does not answer in time"
    if facts.proxy_host:
        return "the proxy does not bring an answer; ask who runs it"
    return "something that is not OSS listens there, or stands in between"


def look_at_clock(exam: Exam) -> Finding:
    """This machine's clock beside the server's."""
    name = "clock"
    skew = exam.skew
    if skew is None:
        return skipped(name, "no answer told the time")
    how = "behind" if skew > 0 else "ahead of"
    detail = f"{abs(skew):.0f} s {how} the server's"
    if abs(skew) <= _SMALL_S:
        return Finding(name, "ok", "as the server's, but for some seconds at most")
    if abs(skew) < _MOST_S:
        advice = (
            "OSS bears 15 minutes; signed URLs end earlier or later than they should"
        )
        return Finding(name, "warn", detail, advice)
    advice = (
        "set it: OSS refuses what is signed more than 15 minutes off. Clients with "
        "retries correct it in requests, but not in signed URLs and forms"
    )
    return Finding(name, "fail", detail, advice)


def send_signed(exam: Exam) -> Finding:
    """Whether OSS accepts the signature."""
    name = "signed request"
    client, _ = exam.subject()
    if not client._signs:
        return skipped(name, "requests are not signed")
    if client._addressing == "cname" and exam.bucket is None:
        return skipped(name, "give bucket=…: a domain of a bucket lists no buckets")
    try:
        _ask(exam, exam.view(signed=True))
    except ServerError as error:
        exam.refusal = error
        return _refused(name, exam, error)
    except OSSError as error:
        return Finding(name, "fail", words(error), _about_failure(exam, error))
    what = f"the bucket {exam.bucket} is there" if exam.bucket else "buckets are listed"
    return Finding(name, "ok", f"the signature is accepted, {what}")


_ADVICE: tuple[tuple[type[ServerError], str], ...] = (
    (
        InvalidAccessKeyId,
        "OSS does not know this key id: is it spelt right, and enabled?",
    ),
    (SecurityTokenExpired, "get new temporary credentials"),
    (SignatureDoesNotMatch, "the secret does not belong to this key id"),
    (RequestTimeTooSkewed, "set this machine's clock"),
    (NoSuchBucket, "is the bucket's name spelt right?"),
)


def _refused(name: str, exam: Exam, error: ServerError) -> Finding:
    detail = words(error)
    if _is_of_region(error):
        return Finding(name, "fail", detail, "see the region below")
    for kind, advice in _ADVICE:
        if isinstance(error, kind):
            return Finding(name, "fail", detail, advice)
    if isinstance(error, AccessDenied) and error.code == "AccessDenied":
        what = f"ask where {exam.bucket} is" if exam.bucket else "list buckets"
        also = "" if exam.bucket else ", or give bucket=… to look at one"
        advice = f"the signature is good; this key may not {what}{also}"
        return Finding(name, "warn", detail, advice)
    return Finding(name, "fail", detail, "OSS refuses a simple request")


def _is_of_region(error: ServerError) -> bool:
    return (
        "signing region" in error.message
        or "specified endpoint" in error.message
        or "region=" in error.message
    )


def look_at_region(exam: Exam) -> Finding:
    """Whether the region is the endpoint's, and the bucket's."""
    name = "region"
    client, _ = exam.subject()
    region = client.region
    if exam.refusal is not None and _is_of_region(exam.refusal):
        _, _, hint = exam.refusal.message.partition("Hint: ")
        advice = hint or "give the region of the endpoint"
        return Finding(name, "fail", f"{region or 'none'} is not the right one", advice)
    if not region:
        return skipped(name, "none is needed: nothing is signed with V4")
    named = region_of_endpoint(client.endpoint)
    if named not in (None, region):
        detail = f"{region}, but the endpoint is one of {named}"
        return Finding(name, "fail", detail, f"give region={named!r}, or its endpoint")
    if exam.location not in ("", region):
        detail = f"{region}, but the bucket {exam.bucket} is in {exam.location}"
        return Finding(
            name, "warn", detail, "the endpoint of the bucket's region is nearer"
        )
    sure = "as OSS says" if exam.location else "as far as is known"
    return Finding(name, "ok", f"{region}, {sure}")
