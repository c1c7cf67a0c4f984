"""`wsgi`: a WSGI application that verifies callbacks and calls a handler."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from ossc.callback._keys import OSS_KEY_URLS
from ossc.callback._server import (
    MAX_BODY_BYTES,
    Answer,
    Checker,
    Handler,
    Refusal,
    error_answer,
    failed,
    handled,
)

if TYPE_CHECKING:
    from ossc.callback._verify import FetchKey

__all__ = ["wsgi"]

Environ = dict[str, Any]
StartResponse = Callable[..., object]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


class _Input(Protocol):
    def read(self, size: int, /) -> bytes: ...


def wsgi(
    handler: Handler,
    *,
    fetch_key: FetchKey | None = None,
    allowed_key_urls: Iterable[str] = OSS_KEY_URLS,
    max_body_bytes: int = MAX_BODY_BYTES,
) -> Application:
    """Make a WSGI application that answers the callbacks of OSS.

    Each request is verified before `handler` sees it. The answer is 200 with the
    handler's result; 403 for a request that OSS did not sign, 400 for a malformed
    one, 411 and 413 for a body of unknown or too great length, 405 for what is no
    POST, 503 if the public key cannot be had, and 500 if the handler raises
    (logged under `ossc`, nothing of it in the answer). For OSS, each of them but
    200 is a failed callback. The application is as thread-safe as the handler.

    The path has to arrive as OSS sent it: a proxy that rewrites it breaks the
    signature, and so does a callback URL that ends in a bare `?`, which WSGI does
    not show. Under Apache's mod_wsgi switch `WSGIPassAuthorization` on.

    Args:
        handler: Called with the verified request. Returns what can become JSON,
            bytes that are JSON already, or None for `{}`.
        fetch_key: As in `verify`.
        allowed_key_urls: As in `verify`.
        max_body_bytes: The longest body that is read.

    Example:
        >>> def uploaded(request):
        ...     return {"stored": request.form()["key"]}
        >>> application = wsgi(uploaded)
        >>> from wsgiref.util import setup_testing_defaults
        >>> environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "0"}
        >>> setup_testing_defaults(environ)
        >>> application(environ, lambda status, headers: print(status))
        403 Forbidden
        [b'{"error": "unsigned"}']
    """
    checker = Checker(
        fetch_key=fetch_key,
        allowed_key_urls=allowed_key_urls,
        max_body_bytes=max_body_bytes,
    )

    def application(environ: Environ, start_response: StartResponse) -> list[bytes]:
        answer = _answer(checker, handler, environ)
        status = f"{answer.status.value} {answer.status.phrase}"
        start_response(status, answer.headers)
        return [answer.body]

    return application


def _answer(checker: Checker, handler: Handler, environ: Environ) -> Answer:
    try:
        length = checker.body_length(
            environ["REQUEST_METHOD"], environ.get("CONTENT_LENGTH", "")
        )
        body = _read(environ["wsgi.input"], length)
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        request = checker.verified(
            path.encode("latin-1"),
            environ.get("QUERY_STRING", "").encode("latin-1"),
            _headers(environ),
            body,
        )
    except Refusal as refusal:
        return refusal.answer
    try:
        return handled(handler(request))
    except Exception as error:  # noqa: BLE001 - a handler may raise anything
        return failed(error)


def _read(stream: _Input, length: int) -> bytes:
    body = bytearray()
    while len(body) < length:
        piece = stream.read(length - len(body))
        if not piece:
            raise Refusal(error_answer(HTTPStatus.BAD_REQUEST, "malformed"))
        body += piece
    return bytes(body)


def _headers(environ: Environ) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value.strip(" \t")
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return headers
