"""`ossc.callback.wsgi` under wsgiref, spoken to over a real socket."""

from __future__ import annotations

import doctest
import http.client
import io
import json
import logging
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ossc.callback._wsgi
from ossc.callback import CallbackRequest, wsgi

from .callback_signer import Keys, signed_headers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TARGET = "/a%20b/%E4%B8%AD?x=%2F&y"
BODY = b"key=dir%2Fname&size=5"


def answer_key(request: CallbackRequest) -> object:
    """Answer with what the form says."""
    return {"stored": request.form()["key"]}


class QuietHandler(WSGIRequestHandler):
    """Keeps the test's output quiet."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Write nothing."""


@contextmanager
def serving(application: Any) -> Iterator[int]:
    """Run an application on the loopback; gives the port."""
    server = make_server("127.0.0.1", 0, application, handler_class=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post(
    port: int,
    target: str,
    headers: dict[str, str],
    body: bytes,
    method: str = "POST",
) -> tuple[int, dict[str, str], bytes]:
    """Send a request with exactly these headers and return the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def test_a_callback_is_verified_and_answered() -> None:
    """Over a socket, under the WSGI validator: 200 with the handler's JSON."""
    keys = Keys()
    with serving(validator(wsgi(answer_key, fetch_key=keys))) as port:
        status, headers, body = post(port, TARGET, signed_headers(TARGET, BODY), BODY)
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert headers["Content-Length"] == str(len(body))
    assert json.loads(body) == {"stored": "dir/name"}
    assert len(keys.asked) == 1


def test_the_handler_sees_the_request_as_it_came() -> None:
    """Path, query, body and headers arrive at the handler."""
    seen: list[CallbackRequest] = []
    with serving(wsgi(seen.append, fetch_key=Keys())) as port:
        status, _, body = post(port, TARGET, signed_headers(TARGET, BODY), BODY)
    assert (status, body) == (200, b"{}")
    assert seen[0].path == "/a b/\u4e2d"
    assert seen[0].query == "x=%2F&y"
    assert seen[0].body == BODY
    assert seen[0].bucket == "examplebucket"
    assert seen[0].content_type == "application/x-www-form-urlencoded"
    assert seen[0].headers["x-oss-tag"] == "CALLBACK"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200), data=st.data())
def test_any_bytes_arrive_whole(
    echo: tuple[int, list[bytes]], body: bytes, data: st.DataObject
) -> None:
    """Bodies of any bytes and header names in any case are verified."""
    port, seen = echo
    headers = {
        "".join(data.draw(st.sampled_from((c.lower(), c.upper()))) for c in name): v
        for name, v in signed_headers("/cb", body).items()
    }
    assert post(port, "/cb", headers, body)[0] == 200
    assert seen[-1] == body


@pytest.fixture
def echo() -> Iterator[tuple[int, list[bytes]]]:
    """Serve an application that notes the bodies."""
    seen: list[bytes] = []
    application = wsgi(lambda request: seen.append(request.body), fetch_key=Keys())
    with serving(application) as port:
        yield port, seen


def change(**headers: str | None) -> Callable[[], dict[str, str]]:
    """Make signed headers with some of them changed, or left out if None."""

    def changed() -> dict[str, str]:
        signed = signed_headers(TARGET, BODY)
        for name, value in headers.items():
            signed.pop(name.replace("_", "-"), None)
            if value is not None:
                signed[name.replace("_", "-")] = value
        return signed

    return changed


@pytest.mark.parametrize(
    ("headers", "status", "reason"),
    [
        (change(Authorization=None), 403, "unsigned"),
        (change(x_oss_pub_key_url=None), 403, "unsigned"),
        (change(Authorization="YQ=="), 403, "wrong-signature"),
        (change(Authorization="not base64"), 400, "malformed"),
        (change(x_oss_pub_key_url="aHR0cDovL2V2aWwv"), 403, "foreign-key"),
        (change(Content_Length=None), 411, "no-length"),
        (change(Content_Length="x"), 400, "malformed"),
        (change(Content_Length="-1"), 400, "malformed"),
        (change(Content_Length="1048577"), 413, "too-large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_requests_are_refused(
    headers: Callable[[], dict[str, str]],
    status: int,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The handler is not called, and the answer says one word."""

    def handler(request: CallbackRequest) -> object:
        pytest.fail(f"called with {request}")

    with (
        caplog.at_level(logging.WARNING, "ossc"),
        serving(wsgi(handler, fetch_key=Keys())) as port,
    ):
        got, _, body = post(port, TARGET, headers(), b"" if status > 403 else BODY)
    assert (got, json.loads(body)) == (status, {"error": reason})
    assert (status == 403) <= any("callback refused" in m for m in caplog.messages)


def test_only_post_is_taken() -> None:
    """405 names the method that is allowed."""
    with serving(wsgi(answer_key, fetch_key=Keys())) as port:
        status, headers, body = post(port, "/", {"Host": "h"}, b"", "GET")
    assert (status, headers["Allow"]) == (405, "POST")
    assert json.loads(body) == {"error": "not-a-post"}


def test_the_limit_of_the_body_can_be_set() -> None:
    """A body at the limit passes, one byte more does not."""
    application = wsgi(answer_key, fetch_key=Keys(), max_body_bytes=len(BODY))
    with serving(application) as port:
        assert post(port, "/", signed_headers("/", BODY), BODY)[0] == 200
        longer = BODY + b"x"
        assert post(port, "/", signed_headers("/", longer), longer)[0] == 413


@pytest.mark.parametrize("limit", [0, -1])
def test_a_senseless_limit_is_refused(limit: int) -> None:
    """A limit that lets nothing pass is a mistake."""
    with pytest.raises(ValueError, match="at least 1"):
        wsgi(answer_key, max_body_bytes=limit)


def test_a_body_that_ends_early_is_malformed() -> None:
    """Fewer bytes than announced are refused, not waited for."""
    with serving(wsgi(answer_key, fetch_key=Keys())) as port:
        lines = [f"{n}: {v}" for n, v in signed_headers("/", BODY).items()]
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            request = "\r\n".join(["POST / HTTP/1.1", *lines, "", ""])
            connection.sendall(request.encode() + BODY[:-1])
            connection.shutdown(socket.SHUT_WR)
            answer = connection.makefile("rb").read()
    assert b" 400 Bad Request\r\n" in answer
    assert answer.endswith(b'{"error": "malformed"}')


def raising(request: CallbackRequest) -> object:
    """Fail with a text that nobody outside may see."""
    message = f"secret of {request.bucket}"
    raise RuntimeError(message)


@pytest.mark.parametrize(
    "handler",
    [
        raising,
        lambda _: object(),
        lambda _: float("nan"),
        lambda _: b"not json",
        lambda _: "x" * (1 << 20),
        lambda request: request.form()["absent"],
    ],
    ids=["raises", "object", "nan", "bytes", "long", "missing field"],
)
def test_a_failing_handler_is_a_500_without_details(
    handler: Callable[[CallbackRequest], object], caplog: pytest.LogCaptureFixture
) -> None:
    """The cause is in the log under `ossc` and not in the answer."""
    with (
        caplog.at_level(logging.ERROR, "ossc"),
        serving(wsgi(handler, fetch_key=Keys())) as port,
    ):
        status, _, body = post(port, "/", signed_headers("/", BODY), BODY)
    assert (status, body) == (500, b'{"error": "handler-failed"}')
    (record,) = caplog.records
    assert record.name == "ossc"
    assert record.exc_info


def test_a_body_the_handler_cannot_read_is_malformed() -> None:
    """JSON that is none is the sender's fault: 400, not 500."""
    application = wsgi(lambda request: request.json(), fetch_key=Keys())
    with serving(application) as port:
        status, _, body = post(port, "/", signed_headers("/", BODY), BODY)
    assert (status, body) == (400, b'{"error": "malformed"}')


@pytest.mark.parametrize(
    ("result", "body"),
    [
        (None, b"{}"),
        ({"a": "\u4e2d"}, b'{"a": "\\u4e2d"}'),
        ([1, None, "x"], b'[1, null, "x"]'),
        (b'{"raw":true}', b'{"raw":true}'),
        (bytearray(b"[]"), b"[]"),
        (memoryview(b"1"), b"1"),
    ],
)
def test_what_a_handler_may_return(result: object, body: bytes) -> None:
    """Values become JSON, bytes that are JSON pass as they are."""
    with serving(wsgi(lambda _: result, fetch_key=Keys())) as port:
        assert post(port, "/", signed_headers("/", BODY), BODY)[::2] == (200, body)


def test_an_unavailable_key_is_a_503() -> None:
    """Without the key nothing can be said about the request."""

    def fetch_key(url: str) -> bytes:
        raise OSError(url)

    with serving(wsgi(answer_key, fetch_key=fetch_key)) as port:
        status, _, body = post(port, "/", signed_headers("/", BODY), BODY)
    assert (status, body) == (503, b'{"error": "key-unavailable"}')


def test_other_key_servers_can_be_allowed() -> None:
    """A test's own key server is taken when it is allowed, and only then."""
    url = "http://127.0.0.1:1/key.pem"
    headers = signed_headers("/", BODY, key_url=url)
    for allowed in (url, [url]):
        application = wsgi(answer_key, fetch_key=Keys(), allowed_key_urls=allowed)
        with serving(application) as port:
            assert post(port, "/", headers, BODY)[0] == 200


def test_a_mounted_application_verifies_the_whole_path() -> None:
    """`SCRIPT_NAME` is part of what was signed, and short reads are joined."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            assert size is not None
            return super().read(min(size, 3))

    signed = signed_headers("/mount/cb?q", BODY)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "/mount",
        "PATH_INFO": "/cb",
        "QUERY_STRING": "q",
        "CONTENT_LENGTH": signed.pop("Content-Length"),
        "CONTENT_TYPE": signed.pop("Content-Type"),
        "wsgi.input": Slow(BODY),
    }
    for name, value in signed.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    setup_testing_defaults(environ)
    started: list[str] = []
    application = wsgi(answer_key, fetch_key=Keys())
    (body,) = application(environ, lambda status, _: started.append(status))
    assert (started, body) == (["200 OK"], b'{"stored": "dir/name"}')


def test_the_documented_examples_run() -> None:
    """Examples in the docstrings do what they say."""
    result = doctest.testmod(ossc.callback._wsgi)
    assert result.attempted > 0
    assert result.failed == 0
