"""`ossc.callback.asgi`, with the protocol driven by hand."""

from __future__ import annotations

import asyncio
import doctest
import json
import logging
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ossc.callback._asgi
from ossc.callback import CallbackRequest, asgi

from .callback_signer import Keys, signed_headers

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = "/a%20b/%E4%B8%AD?x=%2F&y"
BODY = b"key=dir%2Fname&size=5"

Messages = list[dict[str, Any]]


def scope_of(target: str, headers: dict[str, str], method: str = "POST") -> Any:
    """Make the scope of a request."""
    path, _, query = target.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in headers.items()
        ],
    }


def drive(application: Any, scope: Any, incoming: Messages) -> Messages:
    """Run an application with scripted messages; return what it sent."""
    sent: Messages = []

    async def receive() -> Any:
        return incoming.pop(0)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    asyncio.run(application(scope, receive, send))
    return sent


def ask(
    application: Any,
    target: str = TARGET,
    body: bytes = BODY,
    headers: dict[str, str | None] | None = None,
) -> tuple[int, Any]:
    """Send a signed request with some headers changed; return status and JSON."""
    signed = {name.lower(): v for name, v in signed_headers(target, body).items()}
    for name, value in (headers or {}).items():
        signed.pop(name, None)
        if value is not None:
            signed[name] = value
    start, rest = drive(
        application, scope_of(target, signed), [{"type": "http.request", "body": body}]
    )
    sent = dict(start["headers"])
    assert start["type"] == "http.response.start"
    assert rest["type"] == "http.response.body"
    assert sent[b"content-type"] == b"application/json"
    assert sent[b"content-length"] == str(len(rest["body"])).encode()
    return start["status"], json.loads(rest["body"])


def answer_key(request: CallbackRequest) -> object:
    """Answer with what the form says."""
    return {"stored": request.form()["key"]}


async def answer_key_async(request: CallbackRequest) -> object:
    """Answer the same, from a coroutine."""
    await asyncio.sleep(0)
    return answer_key(request)


class Answerer:
    """A handler that is an object with an asynchronous call."""

    async def __call__(self, request: CallbackRequest) -> object:
        """Answer the same."""
        return await answer_key_async(request)


@pytest.mark.parametrize(
    "handler",
    [answer_key, answer_key_async, Answerer()],
    ids=["def", "async", "object"],
)
def test_a_callback_is_verified_and_answered(
    handler: Callable[[CallbackRequest], object],
) -> None:
    """200 with the handler's JSON, whichever way the handler is written."""
    assert ask(asgi(handler, fetch_key=Keys())) == (200, {"stored": "dir/name"})


def test_the_handler_sees_the_request_as_it_came() -> None:
    """Path, query, body and headers arrive at the handler."""
    seen: list[CallbackRequest] = []
    assert ask(asgi(seen.append, fetch_key=Keys())) == (200, {})
    assert seen[0].path == "/a b/\u4e2d"
    assert seen[0].query == "x=%2F&y"
    assert seen[0].body == BODY
    assert seen[0].request_id == "5C3D9175B6FC201293AD1234"


def test_blocking_work_is_not_done_in_the_loop() -> None:
    """Fetching a key and a plain handler run in other threads."""
    threads: list[int] = []
    keys = Keys()

    def fetch_key(url: str) -> bytes | str:
        threads.append(threading.get_ident())
        return keys(url)

    def handler(request: CallbackRequest) -> object:
        threads.append(threading.get_ident())
        return request.bucket

    assert ask(asgi(handler, fetch_key=fetch_key)) == (200, "examplebucket")
    assert len(threads) == 2
    assert threading.get_ident() not in threads


def test_an_async_handler_runs_in_the_loop() -> None:
    """A coroutine may use the loop's own objects."""
    threads: list[int] = []

    async def handler(_: CallbackRequest) -> None:
        threads.append(threading.get_ident())
        asyncio.get_running_loop()

    assert ask(asgi(handler, fetch_key=Keys())) == (200, {})
    assert threads == [threading.get_ident()]


@settings(max_examples=25)
@given(pieces=st.lists(st.binary(max_size=50), min_size=1, max_size=5))
def test_a_body_may_come_in_pieces(pieces: list[bytes]) -> None:
    """Messages are joined until the last one, empty ones included."""
    seen: list[bytes] = []
    body = b"".join(pieces)
    application = asgi(lambda request: seen.append(request.body), fetch_key=Keys())
    messages: Messages = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
    ]
    messages.append({"type": "http.request"})
    start, _ = drive(application, scope_of("/", signed_headers("/", body)), messages)
    assert start["status"] == 200
    assert seen == [body]


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        ({"authorization": None}, 403, "unsigned"),
        ({"x-oss-pub-key-url": None}, 403, "unsigned"),
        ({"authorization": "YQ=="}, 403, "wrong-signature"),
        ({"authorization": "not base64"}, 400, "malformed"),
        ({"x-oss-pub-key-url": "aHR0cDovL2V2aWwv"}, 403, "foreign-key"),
        ({"content-length": None}, 411, "no-length"),
        ({"content-length": "x"}, 400, "malformed"),
        ({"content-length": "1048577"}, 413, "too-large"),
        ({"content-length": "3"}, 400, "malformed"),
        ({"content-length": "99"}, 400, "malformed"),
    ],
)
def test_other_requests_are_refused(
    headers: dict[str, str | None], status: int, reason: str
) -> None:
    """The handler is not called, and the answer says one word."""

    def handler(request: CallbackRequest) -> object:
        pytest.fail(f"called with {request}")

    application = asgi(handler, fetch_key=Keys())
    assert ask(application, headers=headers) == (status, {"error": reason})


def test_a_body_longer_than_announced_is_not_collected() -> None:
    """Reading stops as soon as there is more than was announced."""
    messages: Messages = [
        {"type": "http.request", "body": BODY, "more_body": True},
        {"type": "http.request", "body": b"x", "more_body": True},
        {"type": "http.request", "body": b"not read", "more_body": True},
    ]
    application = asgi(answer_key, fetch_key=Keys())
    start, _ = drive(application, scope_of("/", signed_headers("/", BODY)), messages)
    assert start["status"] == 400
    assert len(messages) == 1


def test_a_second_signature_is_refused() -> None:
    """Two signatures are malformed, even if one of them is right."""
    scope = scope_of("/", signed_headers("/", BODY))
    scope["headers"].append((b"authorization", b"YQ=="))
    start, _ = drive(
        asgi(answer_key, fetch_key=Keys()),
        scope,
        [{"type": "http.request", "body": BODY}],
    )
    assert start["status"] == 400


def test_only_post_is_taken() -> None:
    """405 names the method that is allowed."""
    start, body = drive(asgi(answer_key), scope_of("/", {}, "GET"), [])
    assert start["status"] == 405
    assert (b"allow", b"POST") in start["headers"]
    assert json.loads(body["body"]) == {"error": "not-a-post"}


def test_a_failing_handler_is_a_500_without_details(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The cause is in the log under `ossc` and not in the answer."""

    async def handler(request: CallbackRequest) -> object:
        message = f"secret of {request.bucket}"
        raise RuntimeError(message)

    with caplog.at_level(logging.ERROR, "ossc"):
        answer = ask(asgi(handler, fetch_key=Keys()))
    assert answer == (500, {"error": "handler-failed"})
    (record,) = [record for record in caplog.records if record.name == "ossc"]
    assert record.exc_info
    assert "secret of examplebucket" in str(record.exc_info[1])


def test_a_client_that_left_gets_no_answer() -> None:
    """A disconnection before the end of the body ends the work."""
    messages: Messages = [
        {"type": "http.request", "body": BODY[:3], "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = scope_of("/", signed_headers("/", BODY))
    assert drive(asgi(answer_key, fetch_key=Keys()), scope, messages) == []


def test_servers_without_a_raw_path_are_served() -> None:
    """`raw_path` is optional; the decoded path does as well."""
    scope = scope_of(TARGET, signed_headers(TARGET, BODY))
    del scope["raw_path"]
    start, _ = drive(
        asgi(answer_key, fetch_key=Keys()),
        scope,
        [{"type": "http.request", "body": BODY}],
    )
    assert start["status"] == 200


def test_lifespan_is_followed() -> None:
    """A server that announces start and stop gets its confirmations."""
    sent = drive(
        asgi(answer_key),
        {"type": "lifespan"},
        [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}],
    )
    assert [message["type"] for message in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]


def test_a_websocket_is_closed() -> None:
    """A callback is no websocket."""
    sent = drive(
        asgi(answer_key), {"type": "websocket"}, [{"type": "websocket.connect"}]
    )
    assert sent == [{"type": "websocket.close", "code": 1000}]


def test_unknown_connections_are_an_error() -> None:
    """What the application does not know it does not guess at."""
    with pytest.raises(ValueError, match="unknown kind of ASGI connection"):
        drive(asgi(answer_key), {"type": "smoke"}, [])


def test_the_documented_examples_run() -> None:
    """Examples in the docstrings do what they say."""
    result = doctest.testmod(ossc.callback._asgi)
    assert result.attempted > 0
    assert result.failed == 0
