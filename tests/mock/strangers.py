"""What the tests with strangers' clients share: logins, odd keys, an application.

The clients are the vendor's own two Python SDKs, which know nothing of this project;
it is the mock server that is tested by them.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import itertools
import json
import threading
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote_to_bytes, urlsplit, urlunsplit

import crcmod
import requests.adapters
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ossc.mock import Server, serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

__all__ = [
    "CALLBACK_BODY",
    "LOGINS",
    "ODD_KEYS",
    "PART",
    "REGION",
    "STS",
    "VENDOR_HOST",
    "Answer",
    "Application",
    "Login",
    "LoopbackAdapter",
    "Server",
    "Untyped",
    "callback_of",
    "check_called",
    "close_adapters",
    "crc64",
    "encoded",
    "fetch",
    "give_login",
    "md5_etag",
    "multipart_etag",
    "new_bucket",
    "pattern",
    "port_of",
    "run_application",
    "run_server",
    "stored",
]

Untyped: TypeAlias = Any
"""What comes from a library that has no types."""

REGION = "cn-hangzhou"
VENDOR_HOST = f"oss-{REGION}.aliyuncs.com"
PART = 102_400
STS = ("STS.temporary", "temporary-secret", "temporary/token+with=signs")

ODD_KEYS = [
    "plain.txt",
    "dir/sub/name",
    "with space and  two",
    "plus+and%percent%2F%",
    "\u4e2d\u6587/\u00fcml\u00e4ut/\U0001f600.bin",
    "a//double//slash",
    "dots/./and/../up",
    "trailing/",
    "quotes'\"<&>",
    "query?a=b&c=d#hash",
    "semi;colon:at@eq=",
    "tilde~bang!(star)*",
    "control\x01\x1f\x7fend",
    "line\nfeed\ttab",
]

_names = itertools.count(1)
_CRC64 = crcmod.mkCrcFun(0x142F0E1EBA9EA3693, initCrc=0, xorOut=2**64 - 1, rev=True)


@dataclass(frozen=True)
class Login:
    """One way to sign and address requests."""

    version: str
    temporary: bool = False
    virtual_host: bool = False

    def __str__(self) -> str:
        """Return the test's id."""
        marks = ["sts"] * self.temporary + ["vhost"] * self.virtual_host
        return "-".join([self.version, *marks])

    def keys(self, server: Server) -> tuple[str, str, str | None]:
        """Return id, secret and token to use with a server."""
        if self.temporary:
            return STS
        return server.access_key_id, server.access_key_secret, None


LOGINS = [
    Login("v1"),
    Login("v4"),
    Login("v1", temporary=True),
    Login("v4", temporary=True),
    Login("v1", virtual_host=True),
    Login("v4", virtual_host=True),
]


def give_login(request: pytest.FixtureRequest) -> Iterator[Login]:
    """Give a test one of the logins that its fixture is parametrised with."""
    assert isinstance(request.param, Login)
    yield request.param
    close_adapters()


def run_server() -> Iterator[Server]:
    """Serve the mock, with one temporary key, while tests of a module run."""
    with serve(port=0, region=REGION) as server:
        server.add_sts(*STS)
        yield server


def new_bucket(server: Server) -> str:
    """Create a bucket that no other test uses and return its name."""
    name = f"bucket-{next(_names)}"
    server.create_bucket(name)
    return name


def port_of(server: Server) -> int:
    """Return the server's port."""
    port = urlsplit(server.endpoint).port
    assert port is not None
    return port


def stored(server: Server, bucket: str, key: str) -> bytes:
    """Return what the server has stored, asked past its HTTP side."""
    return bytes(server.get_object(bucket, key))


def md5_etag(data: bytes) -> str:
    """Return the ETag of an object that was put in one piece, without quotes."""
    return hashlib.md5(data).hexdigest().upper()


def multipart_etag(etags: list[str]) -> str:
    """Return the ETag of a multipart object, made from those of its parts."""
    digests = b"".join(bytes.fromhex(etag.strip('"')) for etag in etags)
    return f"{md5_etag(digests)}-{len(etags)}"


def crc64(data: bytes) -> int:
    """Return the CRC-64 that OSS gives for data."""
    return int(_CRC64(data))


def pattern(size: int, seed: int = 0) -> bytes:
    """Return bytes without short repetitions."""
    block = hashlib.sha256(str(seed).encode()).digest()
    blocks = [block]
    for _ in range(size // len(block)):
        block = hashlib.sha256(block).digest()
        blocks.append(block)
    return b"".join(blocks)[:size]


class LoopbackAdapter(requests.adapters.HTTPAdapter):
    """Sends every request to the loopback, whatever host its URL names.

    Names below `localhost` or of the vendor do not resolve to it everywhere; the
    `Host` header stays what the client wanted. `close_adapters` closes what the
    clients leave open.
    """

    def __init__(self) -> None:
        super().__init__()
        self._responses: list[requests.Response] = []
        _adapters.append(self)

    def send(self, request: Untyped, *args: Untyped, **kwargs: Untyped) -> Untyped:
        """Send a request to its port on the loopback."""
        parts = urlsplit(request.url)
        request.headers["Host"] = parts.netloc
        request.url = urlunsplit(parts._replace(netloc=f"127.0.0.1:{parts.port}"))
        response = super().send(request, *args, **kwargs)
        self._responses.append(response)
        return response

    def close(self) -> None:
        """Close the connections, those of unread responses, too."""
        while self._responses:
            self._responses.pop().close()
        super().close()


_adapters: list[LoopbackAdapter] = []


def close_adapters() -> None:
    """Close the connections of all clients that were made so far."""
    while _adapters:
        _adapters.pop().close()


@dataclass(frozen=True)
class Answer:
    """A response as a plain HTTP client sees it."""

    status: int
    headers: dict[str, str]
    body: bytes


def fetch(
    method: str,
    url: str,
    *,
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """Use a URL with nothing but http.client, on the loopback."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=10)
    target = parts.path + ("?" + parts.query if parts.query else "")
    try:
        connection.request(
            method, target, body=body, headers={"Host": parts.netloc} | (headers or {})
        )
        response = connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())
    finally:
        connection.close()


@dataclass
class Application:
    """An application server that checks callbacks by itself.

    Attributes:
        url: Where it listens, without a path.
        pem: The only public key that it believes.
        calls: Targets, headers and bodies of the genuine callbacks so far.
        forged: What was wrong with the others.
        status: Status of its answers.
        answer: Body of its answers.
    """

    pem: str
    url: str = ""
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    status: int = 200
    answer: bytes = b'{"Status":"OK"}'

    def check(self, target: str, headers: dict[str, str], body: bytes) -> None:
        """Verify a callback with nothing of this project."""
        key_url = base64.b64decode(headers["x-oss-pub-key-url"]).decode("ascii")
        with urllib.request.urlopen(key_url, timeout=5) as response:
            pem = response.read()
        if pem.decode("ascii") != self.pem:
            self.forged.append("another key")
            return
        key = serialization.load_pem_public_key(pem)
        assert isinstance(key, rsa.RSAPublicKey)
        path, mark, query = target.partition("?")
        text = unquote_to_bytes(path) + (mark + query).encode() + b"\n" + body
        signature = base64.b64decode(headers["authorization"], validate=True)
        digest = hashes.MD5()
        try:
            key.verify(signature, text, padding.PKCS1v15(), digest)
        except InvalidSignature:
            self.forged.append("wrong signature")
            return
        self.calls.append((target, headers, body))

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """Return the request handler class."""
        application = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {n.lower(): v for n, v in self.headers.items()}
                application.check(self.path, headers, body)
                self.send_response(application.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(application.answer)))
                self.end_headers()
                self.wfile.write(application.answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep the test's output quiet."""

        return Handler


def run_application(server: Server) -> Iterator[Application]:
    """Run an application that believes the callbacks of one mock server."""
    result = Application(server.callback_public_key_pem)
    listener = ThreadingHTTPServer(("127.0.0.1", 0), result.handler())
    result.url = f"http://127.0.0.1:{listener.server_address[1]}"
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield result
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
    assert result.forged == []


def callback_of(app: Application, path: str = "/cb%20x?a=1") -> dict[str, Any]:
    """Return the callback document that the tests use."""
    return {"callbackUrl": app.url + path, "callbackBody": CALLBACK_BODY}


def check_called(app: Application, expected: dict[str, str]) -> None:
    """Check the one genuine callback that the application got.

    Args:
        app: The application.
        expected: The variables that the body is to show, as they are.
    """
    ((target, headers, body),) = app.calls
    assert target == "/cb%20x?a=1"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["x-oss-bucket"] == expected["bucket"]
    pairs = [pair.split("=") for pair in body.decode("ascii").split("&")]
    values = {name: unquote_to_bytes(value).decode() for name, value in pairs}
    assert values == expected | {"req": headers["x-oss-request-id"], "none": ""}
    assert "+" not in body.decode()


def encoded(document: dict[str, Any]) -> str:
    """Return a document as callback headers carry it."""
    return base64.b64encode(json.dumps(document).encode()).decode()


CALLBACK_BODY = (
    "bucket=${bucket}&object=${object}&etag=${etag}&size=${size}&type=${mimeType}"
    "&crc=${crc64}&op=${operation}&req=${reqId}&uid=${x:uid}&none=${x:none}"
)
