"""What the WSGI and the ASGI application have in common: limits and answers.

An answer is a status with a small JSON body. Nothing here does I/O.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from ossc.callback._errors import CallbackFormatError, CallbackVerificationError
from ossc.callback._keys import check_allowed
from ossc.callback._request import CallbackRequest
from ossc.callback._verify import FetchKey, verify_decoded
from ossc.errors import ParameterError

__all__ = [
    "MAX_ANSWER_BYTES",
    "MAX_BODY_BYTES",
    "Answer",
    "Checker",
    "Handler",
    "Refusal",
    "error_answer",
    "failed",
    "handled",
]

MAX_BODY_BYTES = 1 << 20
MAX_ANSWER_BYTES = 1 << 20

Handler = Callable[[CallbackRequest], object]

_LENGTH = re.compile(r"[0-9]{1,18}")
_log = logging.getLogger("ossc")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and JSON body of an answer."""

    status: HTTPStatus
    body: bytes

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The answer's headers."""
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self.body))),
        ]
        if self.status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append(("Allow", "POST"))
        return headers


class Refusal(Exception):
    """Ends the handling of a request with an answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status.phrase)
        self.answer = answer


class Checker:
    """The settings of an application, and the steps that both kinds share.

    Immutable after construction, so thread-safe.
    """

    def __init__(
        self,
        *,
        fetch_key: FetchKey | None,
        allowed_key_urls: Iterable[str],
        max_body_bytes: int,
    ) -> None:
        if max_body_bytes < 1:
            message = "max_body_bytes is at least 1"
            raise ParameterError(message)
        self._fetch_key = fetch_key
        self._allowed_key_urls = check_allowed(allowed_key_urls)
        self._max_body_bytes = max_body_bytes

    def body_length(self, method: str, length: str) -> int:
        """Return the announced length of the body.

        Raises:
            Refusal: The method is not POST, or the length missing or too great.
        """
        if method != "POST":
            raise Refusal(error_answer(HTTPStatus.METHOD_NOT_ALLOWED, "not-a-post"))
        if not length:
            raise Refusal(error_answer(HTTPStatus.LENGTH_REQUIRED, "no-length"))
        if not _LENGTH.fullmatch(length):
            raise Refusal(error_answer(HTTPStatus.BAD_REQUEST, "malformed"))
        if int(length) > self._max_body_bytes:
            too_large = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            raise Refusal(error_answer(too_large, "too-large"))
        return int(length)

    def verified(
        self, path: bytes, query: bytes, headers: dict[str, str], body: bytes
    ) -> CallbackRequest:
        """Return the verified request.

        Args:
            path: Decoded path.
            query: Query as sent, without `?`.
            headers: Headers with lower-case names.
            body: Body.

        Raises:
            Refusal: It is no callback of OSS.
        """
        try:
            return verify_decoded(
                path,
                b"?" + query if query else b"",
                headers,
                body,
                fetch_key=self._fetch_key,
                allowed_key_urls=self._allowed_key_urls,
            )
        except CallbackVerificationError as error:
            raise Refusal(refused(error)) from error


def refused(error: CallbackVerificationError) -> Answer:
    """Log why a request is refused and make the answer for it."""
    _log.warning("callback refused (%s): %s", error.reason, error)
    return error_answer(HTTPStatus(error.http_status), error.reason)


def handled(result: object) -> Answer:
    """Make the answer from what a handler returned.

    Raises:
        TypeError, ValueError: It is not JSON.
    """
    if isinstance(result, bytes | bytearray | memoryview):
        body = bytes(result)
        json.loads(body)
    else:
        value = {} if result is None else result
        body = json.dumps(value, allow_nan=False).encode("ascii")
    if len(body) > MAX_ANSWER_BYTES:
        message = f"an answer of {len(body)} bytes is longer than OSS takes"
        raise ValueError(message)
    return Answer(HTTPStatus.OK, body)


def failed(error: Exception) -> Answer:
    """Make the answer for a handler that raised, and log all but refusals."""
    if isinstance(error, CallbackFormatError):
        return refused(error)
    _log.error("the callback's handler failed", exc_info=error)
    return error_answer(HTTPStatus.INTERNAL_SERVER_ERROR, "handler-failed")


def error_answer(status: HTTPStatus, reason: str) -> Answer:
    """Make an answer that tells a fixed word for the cause, and no more."""
    return Answer(status, json.dumps({"error": reason}).encode("ascii"))
