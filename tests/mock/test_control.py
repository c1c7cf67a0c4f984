"""The control port: faults, resets and recorded requests for tests in any language."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

import ossc.mock
from ossc.mock import faults
from ossc.mock._control import MAX_BODY_BYTES, Control
from ossc.mock._control_text import faults_of

from .wire import BUCKET, Wire, presign_v1, presign_v4

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def control(server: ossc.mock.Server) -> Iterator[Control]:
    """The control port of the server."""
    made = Control(server, "127.0.0.1", 0)
    yield made
    made.close()


def ask(
    control: Control,
    method: str,
    path: str,
    body: str | bytes | None = None,
    **headers: str,
) -> tuple[int, dict[str, Any]]:
    """Send one request to the control port; return status and answer."""
    port = int(control.endpoint.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        data = reply.read()
        assert reply.headers["Content-Type"] == "application/json"
        return reply.status, json.loads(data)
    finally:
        connection.close()


def test_health(server: ossc.mock.Server, control: Control) -> None:
    """It says that the server is there, and where."""
    told = {"status": "ok", "endpoint": server.endpoint, "region": server.region}
    assert ask(control, "GET", "/health") == (200, told)


def test_state(server: ossc.mock.Server, control: Control) -> None:
    """It says what is stored, without the secret."""
    wire = Wire(server)
    wire("PUT", "k", body=b"data")
    wire("POST", "mp", query={"uploads": ""})
    status, state = ask(control, "GET", "/state")
    assert status == 200
    assert state == {
        "endpoint": server.endpoint,
        "region": server.region,
        "access_key_id": server.access_key_id,
        "account_id": server.account_id,
        "data": "memory (gone when the server ends)",
        "connections": 2,
        "requests": 2,
        "faults": 0,
        "buckets": [
            {
                "name": BUCKET,
                "acl": "private",
                "versioning": None,
                "objects": 1,
                "bytes": 4,
                "uploads": 1,
            }
        ],
    }
    assert server.access_key_secret not in json.dumps(state)


@pytest.mark.parametrize(
    "body",
    [
        "status=503,times=2,method=PUT",
        '{"kind": "status", "value": 503, "times": 2, "method": "PUT"}',
        "\n status=503,method=PUT \n\nstatus=503,method=PUT\n",
        '[{"kind":"status","value":"503","key":"k"},{"kind":"status","value":503,"key":"k"}]',
    ],
)
def test_faults(server: ossc.mock.Server, control: Control, body: str) -> None:
    """They are scripted by the command line's text or JSON, and the next ones meet them."""
    status, _ = ask(control, "POST", "/faults", body)
    assert status == 200
    wire = Wire(server)
    assert wire("GET").status == 200
    assert [wire("PUT", "k", body=b"x").status for _ in range(3)] == [503, 503, 200]
    assert ask(control, "GET", "/faults") == (200, {"faults": []})


def test_faults_are_told_and_forgotten(
    server: ossc.mock.Server, control: Control
) -> None:
    """What is left is listed, and told once more when it is cleared."""
    server.faults.add(
        faults.stall(1.5, at=3) & faults.header("x-a", "b"), method="GET", times=2
    )
    server.faults.add(faults.garbage(b"\xff\x00"), key="k")
    told = {
        "faults": [
            {
                "effects": {
                    "stall": {"seconds": 1.5, "at": 3},
                    "headers": {"x-a": "b"},
                },
                "times": 2,
                "method": "GET",
                "operation": None,
                "key": None,
            },
            {
                "effects": {"raw": "\xff\x00"},
                "times": 1,
                "method": None,
                "operation": None,
                "key": "k",
            },
        ]
    }
    assert ask(control, "GET", "/faults") == (200, told)
    assert ask(control, "DELETE", "/faults") == (200, told)
    assert server.faults.unused == []


def test_json_says_what_text_cannot() -> None:
    """Values may have commas and equals signs."""
    body = {"kind": "status", "value": 503, "message": "a, b=c", "code": "X"}
    assert faults_of(json.dumps(body)) == [faults.status(503, "X", "a, b=c")]
    body = {"kind": "drip", "interval": 0.5, "chunk": 2}
    assert faults_of(json.dumps(body)) == [faults.drip(interval=0.5, chunk=2)]


@pytest.mark.parametrize(
    "body",
    [
        "",
        " \n",
        "[]",
        "explode",
        "status=503\nexplode",
        "status=503,times=0",
        "stall=nan",
        "stall=1e300",
        "drip,interval=inf",
        "clock=-inf",
        "{",
        '{"kind": 1}',
        '{"value": 503}',
        '{"kind": "status"}',
        '{"kind": "status", "value": true}',
        '{"kind": "status", "value": null}',
        '{"kind": "status", "value": [503]}',
        '{"kind": "status", "value": 503, "when": "now"}',
        '{"kind": "stall", "value": NaN}',
        "[1]",
        "[[]]",
        "[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_fault(
    server: ossc.mock.Server, control: Control, body: str | bytes
) -> None:
    """It is refused with a reason, and nothing of the body is scripted."""
    status, answer = ask(control, "POST", "/faults", body)
    assert status == 400
    assert answer["error"]
    assert server.faults.unused == []


def test_reset(server: ossc.mock.Server, control: Control) -> None:
    """All that earlier tests have left is gone."""
    wire = Wire(server)
    wire("PUT", "k", body=b"x")
    wire("PUT", bucket="another-bucket")
    server.faults.add(faults.status(503))
    status, state = ask(control, "POST", "/reset")
    assert status == 200
    assert [(each["name"], each["objects"]) for each in state["buckets"]] == [
        (BUCKET, 0)
    ]
    assert (state["faults"], state["requests"], state["connections"]) == (0, 0, 0)
    assert wire("GET", "k").status == 404


def test_requests(server: ossc.mock.Server, control: Control) -> None:
    """They are listed, all or some, and forgotten."""
    wire = Wire(server)
    wire("PUT", "a", body=b"x", headers={"x-oss-meta-note": "n"})
    wire("GET", "a")
    wire("GET", "gone")
    _, told = ask(control, "GET", "/requests")
    shown = [
        (each["method"], each["key"], each["operation"], each["status"])
        for each in told["requests"]
    ]
    assert shown == [
        ("PUT", "a", "PutObject", 200),
        ("GET", "a", "GetObject", 200),
        ("GET", "gone", "GetObject", 404),
    ]
    first = told["requests"][0]
    assert first["request_id"] == server.requests[0].request_id
    assert first["bucket"] == BUCKET
    assert ["x-oss-meta-note", "n"] in first["headers"]
    _, some = ask(control, "GET", "/requests?operation=GetObject&key=a")
    assert some["requests"] == [told["requests"][1]]
    status, wrong = ask(control, "GET", "/requests?verb=GET")
    assert (status, "verb" in wrong["error"]) == (400, True)
    assert ask(control, "DELETE", "/requests") == (200, {"requests": []})
    assert server.requests == []


def test_requests_without_secrets(server: ossc.mock.Server, control: Control) -> None:
    """Signatures and tokens are stars, wherever they stand."""
    token = "temporary/token"
    server.add_sts("STS.id", "temporary-secret", token)
    temporary = {"key_id": "STS.id", "secret": "temporary-secret", "token": token}
    for scheme in ("v1", "v4"):
        Wire(server, scheme=scheme, **temporary)("GET")  # type: ignore[arg-type]
    wire = Wire(server)
    old = presign_v1(wire, "GET", "k", 2**31, {"security-token": token})
    new = presign_v4(wire, "GET", "k", 1.7e9, "60", {"x-oss-security-token": token})
    listed = "/?continuation-token=mark&list-type=2"
    for path in (old, new, listed):
        wire.send("GET", path, {"Cookie": "session=1"})
    _, told = ask(control, "GET", "/requests")
    text = json.dumps(told)
    signatures = [
        value
        for request in server.requests
        for name, value in (*request.query, *request.headers)
        if name in {"authorization", "Signature", "x-oss-signature"}
    ]
    assert len(signatures) == 4
    for secret in (*signatures, token, "session=1"):
        assert secret not in text
    assert text.count('"***"') == 2 + 2 + 4 + 3
    for plain in ("OSS4-HMAC-SHA256", "mark", "x-oss-date"):
        assert f'"{plain}"' in text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/healthy", 404),
        ("GET", "//[", 404),
        ("POST", "/health", 405),
        ("PUT", "/faults", 405),
        ("GET", "/reset", 405),
        ("PATCH", "/faults", 501),
    ],
)
def test_what_there_is_not(
    control: Control, method: str, path: str, status: int
) -> None:
    """Errors say so, in JSON."""
    found, answer = ask(control, method, path)
    assert found == status
    assert answer["error"]


def test_head(control: Control) -> None:
    """An answer to HEAD has no body."""
    port = int(control.endpoint.rpartition(":")[2])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("HEAD", "/health")
    reply = connection.getresponse()
    assert (reply.status, reply.read()) == (405, b"")
    connection.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Host": "rebound.example.com"},
        {"Host": "rebound.example.com:80"},
        {"Host": "10.0.0.1"},
        {"Host": "[x"},
        {"Host": ""},
    ],
)
def test_web_pages_are_refused(
    server: ossc.mock.Server, control: Control, headers: dict[str, str]
) -> None:
    """A page in a browser can neither read nor change anything."""
    status, _ = ask(control, "POST", "/faults", "status=503", **headers)
    assert status == 403
    assert server.faults.unused == []


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:80", "LOCALHOST"])
def test_names_of_the_loopback(control: Control, host: str) -> None:
    """It answers to all of them."""
    status, _ = ask(control, "GET", "/health", Host=host)
    assert status == 200


def test_beyond_the_loopback(server: ossc.mock.Server) -> None:
    """Where it is told to listen to others, it answers to the names they have for it."""
    control = Control(server, "0.0.0.0", 0)
    try:
        assert ask(control, "GET", "/health", Host="oss-for-tests:9001")[0] == 200
    finally:
        control.close()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Content-Length: x\r\n", 400),
        (b"Content-Length: -1\r\n", 400),
        (b"Content-Length: 9999999999999999999\r\n", 400),
        (b"Content-Length: %d\r\n" % (MAX_BODY_BYTES + 1), 413),
        (b"Transfer-Encoding: chunked\r\n", 411),
        (b"Content-Length: 10\r\n", 400),
        (b"X: y\r\n" * 200, 431),
    ],
)
def test_bad_requests(control: Control, head: bytes, status: int) -> None:
    """They are refused before their body is taken in."""
    port = int(control.endpoint.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(b"POST /faults HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n")
        sock.shutdown(socket.SHUT_WR)
        assert sock.recv(12) == b"HTTP/1.0 %d" % status


def test_a_large_body_gets_its_answer(control: Control) -> None:
    """Who sends too much is told, not cut off."""
    status, answer = ask(control, "POST", "/faults", b"x" * (MAX_BODY_BYTES * 4))
    assert (status, str(MAX_BODY_BYTES) in answer["error"]) == (413, True)


def test_a_client_that_goes_away(
    control: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    """It leaves nothing behind, and the next one is served."""
    port = int(control.endpoint.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(b"POST /faults HTTP/1.1\r\nContent-Length: 5\r\n\r\nab")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert ask(control, "GET", "/health")[0] == 200
    assert capsys.readouterr().err == ""


def test_closing(server: ossc.mock.Server) -> None:
    """The port is free again, and its thread has ended."""
    before = threading.active_count()
    control = Control(server, "127.0.0.1", 0)
    port = int(control.endpoint.rpartition(":")[2])
    control.close()
    assert threading.active_count() == before
    again = Control(server, "127.0.0.1", port)
    again.close()
