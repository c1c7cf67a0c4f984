"""From the outcome of a request to the exception that says it, or None for success."""

from __future__ import annotations

import base64
import binascii
import os

from ossc import _xml
from ossc._sdk._library import lib
from ossc._sdk._scrub import scrubber
from ossc.errors import (
    Cancelled,
    ChecksumMismatch,
    ConnectFailed,
    ConnectionLost,
    LocalFileError,
    MalformedResponse,
    MemoryLimitExceeded,
    NameResolutionFailed,
    OSSError,
    ParameterError,
    RequestTimedOut,
    ShortBody,
    SignatureDoesNotMatch,
    TLSError,
    TransportError,
    server_error_class,
)
from ossc.models import Headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.credentials import Credentials

    Scrub = Callable[[bytes], bytes]

__all__ = ["Outcome", "add_answer", "failure_of"]


class Outcome:
    """What became of a request, in plain values.

    Attributes:
        status: HTTP status, 0 when no answer came.
        code: Of the SDK's status: an HTTP status or a negative AOSE_ code.
        failure: The transport's `OSSI_FAIL_…`.
        error_code: The SDK's error code text.
        message: The SDK's error message.
        reason: The transport's words.
        os_error: errno behind a transport failure, or 0.
        sink_error: errno of the caller's file, ENOSPC of a full buffer, or 0.
        headers: Of the answer.
        body: Whole body of an answer that is not plain success.
        signed: Of a signed request that was refused: what was signed (see
            `oss_get_signed_text`); may hold a security token.
    """

    __slots__ = (
        "body",
        "code",
        "error_code",
        "failure",
        "headers",
        "message",
        "os_error",
        "reason",
        "signed",
        "sink_error",
        "status",
    )

    def __init__(
        self,
        *,
        status: int,
        code: int,
        failure: int,
        error_code: str,
        message: str,
        reason: str,
        os_error: int,
        sink_error: int,
        headers: Headers,
        body: bytes,
        signed: str = "",
    ) -> None:
        self.status = status
        self.code = code
        self.failure = failure
        self.error_code = error_code
        self.message = message
        self.reason = reason
        self.os_error = os_error
        self.sink_error = sink_error
        self.headers = headers
        self.body = body
        self.signed = signed


_TRANSPORT: dict[int, type[OSSError]] = {
    lib.OSSI_FAIL_RESOLVE: NameResolutionFailed,
    lib.OSSI_FAIL_CONNECT: ConnectFailed,
    lib.OSSI_FAIL_TLS: TLSError,
    lib.OSSI_FAIL_TIMEOUT: RequestTimedOut,
    lib.OSSI_FAIL_CONNECTION: ConnectionLost,
    lib.OSSI_FAIL_SHORT_BODY: ShortBody,
    lib.OSSI_FAIL_PROTOCOL: MalformedResponse,
    lib.OSSI_FAIL_SOURCE: LocalFileError,
    lib.OSSI_FAIL_SINK: LocalFileError,
    lib.OSSI_FAIL_TOO_BIG: MemoryLimitExceeded,
    lib.OSSI_FAIL_CANCELLED: Cancelled,
    lib.OSSI_FAIL_INVALID: ParameterError,
}

_LOCAL: dict[int, type[OSSError]] = {
    lib.AOSE_CRC_INCONSISTENT_ERROR: ChecksumMismatch,
    lib.AOSE_XML_PARSE_ERROR: MalformedResponse,
    lib.AOSE_OVER_MEMORY: MemoryLimitExceeded,
    lib.AOSE_INVALID_ARGUMENT: ParameterError,
    lib.AOSE_OPEN_FILE_ERROR: LocalFileError,
}

_HEAD_ERROR = "x-oss-err"

# Of an error's document: what has an attribute of its own, and how much else is told.
_OWN = frozenset({"Code", "Message", "RequestId", "HostId", "EC"})
_MAX_DETAILS, _MAX_NAME, _MAX_TEXT = 32, 64, 1000

_TEXTS: dict[type[OSSError], str] = {
    ChecksumMismatch: "the CRC-64 of the bytes moved differs from the server's",
    MalformedResponse: "the server's answer is not well-formed",
    ParameterError: "the C SDK refused an argument",
    LocalFileError: "a local file could not be read or written",
}


def failure_of(
    outcome: Outcome, credentials: Credentials | None, url: str | None = None
) -> OSSError | None:
    """The exception for an outcome, without secrets; None when it is a success.

    Args:
        outcome: What became of the request.
        credentials: What it was signed with; None: nothing.
        url: The signed URL that it was made by, whose secrets are hidden, too.

    Raises:
        MemoryError: The C side had no memory.
    """
    if outcome.failure == lib.OSSI_FAIL_MEMORY or outcome.code == lib.AOSE_OUT_MEMORY:
        raise MemoryError
    make = _kind(outcome)
    if make is None:
        return None
    scrub = scrubber(credentials, url)
    raw, signed = outcome.body or _head_error(outcome.headers), outcome.signed
    outcome.signed = ""
    _clean(outcome, scrub)
    error = make(outcome, scrub)
    if signed and isinstance(error, SignatureDoesNotMatch):
        # Imported here: hardly a program ever sees it.
        from ossc._sdk._explain import explain  # noqa: PLC0415

        error.explanation = explain(_error_fields(raw, outcome.headers), signed, scrub)
    return error


def add_answer(
    error: OSSError,
    outcome: Outcome,
    credentials: Credentials | None,
    url: str | None = None,
) -> None:
    """Tells an error that was found while the answer came what its head said."""
    _clean(outcome, scrubber(credentials, url))
    error.status = outcome.status or None
    error.request_id = outcome.headers.get("x-oss-request-id")
    error.headers = outcome.headers


def _kind(outcome: Outcome) -> Callable[[Outcome, Scrub], OSSError] | None:
    if outcome.failure != lib.OSSI_FAIL_NONE:
        return _transport_error
    if outcome.status and (outcome.status // 100 != 2 or outcome.status == 203):
        return _server_error
    return None if outcome.code // 100 == 2 else _local_error


def _cleaned(text: str, scrub: Scrub) -> str:
    raw = text.encode("utf-8", "surrogateescape")
    return scrub(raw).decode("utf-8", "surrogateescape")


def _clean(outcome: Outcome, scrub: Scrub) -> None:
    outcome.body = scrub(outcome.body)
    outcome.message = _cleaned(outcome.message, scrub)
    outcome.reason = _cleaned(outcome.reason, scrub)
    headers = {name: _cleaned(value, scrub) for name, value in outcome.headers.items()}
    if _HEAD_ERROR in headers:
        document = scrub(_head_error(outcome.headers))
        headers[_HEAD_ERROR] = base64.b64encode(document).decode("ascii")
    outcome.headers = Headers(headers)


def _transport_error(outcome: Outcome, _scrub: Scrub) -> OSSError:
    cls = _TRANSPORT.get(outcome.failure, TransportError)
    number = outcome.sink_error or outcome.os_error
    message = outcome.reason or "the transfer failed"
    if issubclass(cls, LocalFileError):
        said = os.strerror(number) if number else message
        return cls(
            f"{_TEXTS[LocalFileError]}: {said}",
            errno=number or None,
            status=outcome.status or None,
        )
    return cls(
        message,
        status=outcome.status or None,
        request_id=outcome.headers.get("x-oss-request-id"),
        headers=outcome.headers,
    )


def _local_error(outcome: Outcome, _scrub: Scrub) -> OSSError:
    cls = _LOCAL.get(outcome.code, OSSError)
    text = _TEXTS.get(cls, "the C SDK failed")
    said = outcome.message or outcome.reason or outcome.error_code
    return cls(
        f"{text}: {said}" if said else text,
        status=outcome.status or None,
        request_id=outcome.headers.get("x-oss-request-id"),
        headers=outcome.headers,
    )


def _server_error(outcome: Outcome, scrub: Scrub) -> OSSError:
    raw = outcome.body or _head_error(outcome.headers)
    # Once more: what was written with escapes is read without.
    fields = {
        name: _cleaned(text, scrub)
        for name, text in _error_fields(raw, outcome.headers).items()
    }
    code = fields.get("Code") or None
    message = fields.get("Message") or _first_words(raw)
    return server_error_class(outcome.status, code)(
        message or f"the server answered with HTTP status {outcome.status}",
        status=outcome.status,
        code=code,
        request_id=outcome.headers.get("x-oss-request-id") or fields.get("RequestId"),
        host_id=fields.get("HostId"),
        ec=outcome.headers.get("x-oss-ec") or fields.get("EC"),
        body=raw,
        headers=outcome.headers,
        details=_details(fields),
    )


def _details(fields: dict[str, str]) -> dict[str, str]:
    """What has no attribute of its own, in bounds."""
    told: dict[str, str] = {}
    for name, text in fields.items():
        if name in _OWN or len(name) > _MAX_NAME or not text.strip():
            continue
        if len(told) == _MAX_DETAILS:
            break
        told[name] = text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "…"
    return told


def _head_error(headers: Headers) -> bytes:
    """A HEAD answer has no body: the XML stands in a header, as base64."""
    try:
        return base64.b64decode(headers.get(_HEAD_ERROR, ""), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _error_fields(raw: bytes, headers: Headers) -> dict[str, str]:
    if raw[:1] == b"{":
        # Imported here: OSS itself answers in XML.
        from ossc._sdk._json_errors import json_error_fields  # noqa: PLC0415

        return json_error_fields(raw, headers)
    # An error names its key as it is, even where XML cannot hold its characters.
    try:
        root = _xml.parse(_xml.made_legal(raw), "Error")
    except MalformedResponse:
        return {}
    return {child.name: child.text for child in root.children}


def _first_words(raw: bytes) -> str:
    """What a proxy's page begins with, made printable."""
    text = raw[:200].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else " " for c in text).strip()
