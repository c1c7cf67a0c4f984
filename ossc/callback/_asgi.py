"""`asgi`: an ASGI application that verifies callbacks and calls a handler."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

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

__all__ = ["asgi"]

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]


class _Gone(Exception):
    """The client went away before its body was complete."""


def asgi(
    handler: Handler,
    *,
    fetch_key: FetchKey | None = None,
    allowed_key_urls: Iterable[str] = OSS_KEY_URLS,
    max_body_bytes: int = MAX_BODY_BYTES,
) -> Application:
    """Make an ASGI application that answers the callbacks of OSS.

    It answers as `wsgi` does. Verification, which may fetch a key, and a handler
    that is a plain function run in threads of the running asyncio loop, so
    neither holds up other requests.

    Args:
        handler: Plain or `async` function, called with the verified request.
            Returns what can become JSON, bytes that are JSON already, or None
            for `{}`.
        fetch_key: As in `verify`.
        allowed_key_urls: As in `verify`.
        max_body_bytes: The longest body that is read.

    Example:
        >>> async def uploaded(request):
        ...     return {"stored": request.form()["key"]}
        >>> application = asgi(uploaded)  # run it with any ASGI server
    """
    checker = Checker(
        fetch_key=fetch_key,
        allowed_key_urls=allowed_key_urls,
        max_body_bytes=max_body_bytes,
    )

    async def application(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif scope["type"] == "http":
            await _http(checker, handler, scope, receive, send)
        else:
            message = f"unknown kind of ASGI connection: {scope['type']!r}"
            raise ValueError(message)

    return application


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _http(
    checker: Checker, handler: Handler, scope: Message, receive: Receive, send: Send
) -> None:
    try:
        answer = await _answer(checker, handler, scope, receive)
    except _Gone:
        return
    headers = [
        (name.lower().encode("ascii"), value.encode("ascii"))
        for name, value in answer.headers
    ]
    status = answer.status.value
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})


async def _answer(
    checker: Checker, handler: Handler, scope: Message, receive: Receive
) -> Answer:
    try:
        headers = _headers(scope)
        length = checker.body_length(scope["method"], headers.get("content-length", ""))
        body = await _read(receive, length)
        path, query = _path(scope), scope.get("query_string") or b""
        request = await asyncio.to_thread(checker.verified, path, query, headers, body)
    except Refusal as refusal:
        return refusal.answer
    try:
        if inspect.iscoroutinefunction(handler):
            return handled(await handler(request))
        result = await asyncio.to_thread(handler, request)
        return handled(await result if inspect.isawaitable(result) else result)
    except Exception as error:  # noqa: BLE001 - a handler may raise anything
        return failed(error)


def _headers(scope: Message) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name = raw_name.decode("latin-1").lower()
        value = raw_value.decode("latin-1").strip(" \t")
        # A repeated header is joined, as HTTP allows; no signature survives that.
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def _path(scope: Message) -> bytes:
    raw = scope.get("raw_path")
    if raw is None:
        return str(scope["path"]).encode("utf-8", "surrogateescape")
    return unquote_to_bytes(bytes(raw).partition(b"?")[0])


async def _read(receive: Receive, length: int) -> bytes:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body += message.get("body", b"")
        more = message.get("more_body", False) and len(body) <= length
    if len(body) != length:
        raise Refusal(error_answer(HTTPStatus.BAD_REQUEST, "malformed"))
    return bytes(body)
