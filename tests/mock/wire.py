"""A tiny OSS client for tests, written from the wire protocol, not from the server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import socket
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Mapping

    from ossc.mock import Server

BUCKET = "examplebucket"
SUB_RESOURCES = {
    "acl",
    "append",
    "bucketInfo",
    "callback",
    "callback-var",
    "continuation-token",
    "delete",
    "location",
    "objectMeta",
    "partNumber",
    "position",
    "response-content-type",
    "security-token",
    "stat",
    "symlink",
    "tagging",
    "uploadId",
    "uploads",
    "versionId",
    "x-oss-process",
    "x-oss-traffic-limit",
}


@dataclass
class Reply:
    """One answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def xml(self) -> ET.Element:
        """The body's root element."""
        return ET.fromstring(self.body)

    @property
    def code(self) -> str | None:
        """The code of an error document."""
        return self.xml.findtext("Code")

    def text(self, path: str) -> str | None:
        """The text of the first element of that path."""
        return self.xml.findtext(path)

    def texts(self, path: str) -> list[str]:
        """The texts of all elements of that path."""
        return [item.text or "" for item in self.xml.findall(path)]

    @property
    def head_error(self) -> ET.Element:
        """The error document that a HEAD answer carries in a header."""
        return ET.fromstring(base64.b64decode(self.headers["x-oss-err"]))


def http_date(seconds: float) -> str:
    """RFC 1123 in GMT, in the C locale that tests run in."""
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(seconds))


def stamp_of(seconds: float) -> str:
    """The basic ISO form that V4 uses."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def hmac_sha1(secret: str, text: str) -> str:
    """The V1 signature of a text."""
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def hmac_v4(secret: str, text: str, day: str, region: str) -> str:
    """The V4 signature of a text."""
    key = ("aliyun_v4" + secret).encode()
    for piece in (day, region, "oss", "aliyun_v4_request", text):
        key = hmac.new(key, piece.encode(), hashlib.sha256).digest()
    return key.hex()


def resource_of(
    bucket: str | None, key: str, query: Mapping[str, str], slash: str = "/"
) -> str:
    """V1's canonical resource."""
    subs = sorted(name for name in query if name in SUB_RESOURCES)
    pairs = [f"{name}={query[name]}" if query[name] else name for name in subs]
    tail = "?" + "&".join(pairs) if pairs else ""
    return ("/" if bucket is None else f"/{bucket}{slash}{key}") + tail


def v1_text(method: str, headers: Mapping[str, str], resource: str, date: str) -> str:
    """V1's string to sign."""
    low = {name.lower(): value for name, value in headers.items()}
    own = sorted(name for name in low if name.startswith("x-oss-"))
    lines = "".join(f"{name}:{low[name]}\n" for name in own)
    md5, kind = low.get("content-md5", ""), low.get("content-type", "")
    return f"{method}\n{md5}\n{kind}\n{date}\n{lines}{resource}"


def v4_request(
    method: str,
    bucket: str | None,
    key: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    slash: str = "/",
) -> str:
    """V4's canonical request, without additional headers."""
    uri = "/" if bucket is None else quote(f"/{bucket}{slash}{key}", safe="/~")
    pairs = sorted((quote(n, safe="~"), quote(v, safe="~")) for n, v in query.items())
    asked = "&".join(f"{name}={value}" if value else name for name, value in pairs)
    low = {name.lower(): value.strip() for name, value in headers.items()}
    signed = sorted(
        name
        for name in low
        if name.startswith("x-oss-") or name in {"content-type", "content-md5"}
    )
    lines = "".join(f"{name}:{low[name]}\n" for name in signed)
    return f"{method}\n{uri}\n{asked}\n{lines}\n\nUNSIGNED-PAYLOAD"


class Wire:
    """Sends signed requests to a server, path style."""

    def __init__(
        self,
        server: Server,
        *,
        scheme: str = "v4",
        key_id: str | None = None,
        secret: str | None = None,
        token: str | None = None,
        now: float | None = None,
        tls: ssl.SSLContext | None = None,
        bucket_slash: str = "/",
    ) -> None:
        self.server = server
        self.scheme = scheme
        self.key_id = key_id or server.access_key_id
        self.secret = secret or server.access_key_secret
        self.token = token
        self.now = now
        self.tls = tls
        self.bucket_slash = bucket_slash

    def __call__(
        self,
        method: str,
        key: str = "",
        *,
        bucket: str | None = BUCKET,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Reply:
        """Send one request on a connection of its own and read the answer."""
        asked = dict(query or {})
        sent = dict(headers or {})
        if method in {"PUT", "POST"} or body:
            sent.setdefault("Content-Length", str(len(body)))
        self.sign(method, bucket, key, asked, sent)
        return self.send(method, target(bucket, key, asked), sent, body)

    def sign(
        self,
        method: str,
        bucket: str | None,
        key: str,
        query: Mapping[str, str],
        headers: dict[str, str],
    ) -> None:
        """Add the headers that carry the signature."""
        now = time.time() if self.now is None else self.now
        if self.token is not None:
            headers["x-oss-security-token"] = self.token
        if self.scheme == "v1":
            headers.setdefault("Date", http_date(now))
            resource = resource_of(bucket, key, query, self.bucket_slash)
            text = v1_text(method, headers, resource, headers["Date"])
            signature = hmac_sha1(self.secret, text)
            headers["Authorization"] = f"OSS {self.key_id}:{signature}"
        elif self.scheme == "v4":
            stamp = stamp_of(now)
            headers["x-oss-date"] = stamp
            headers.setdefault("x-oss-content-sha256", "UNSIGNED-PAYLOAD")
            request = v4_request(method, bucket, key, query, headers, self.bucket_slash)
            headers["Authorization"] = self._v4_value(request, stamp)

    def _v4_value(self, request: str, stamp: str) -> str:
        day, region = stamp[:8], self.server.region
        scope = f"{day}/{region}/oss/aliyun_v4_request"
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"OSS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
        signature = hmac_v4(self.secret, text, day, region)
        credential = f"{self.key_id}/{scope}"
        return f"OSS4-HMAC-SHA256 Credential={credential},Signature={signature}"

    def send(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Reply:
        """Send a request as it is and read the answer."""
        if self.tls is None:
            plain = http.client.HTTPConnection(
                "127.0.0.1", self.server.port, timeout=10
            )
        else:
            plain = http.client.HTTPSConnection(
                "127.0.0.1", self.server.port, timeout=10, context=self.tls
            )
        try:
            plain.putrequest(
                method,
                path,
                skip_host="Host" in headers,
                skip_accept_encoding=True,
            )
            for name, value in headers.items():
                plain.putheader(name, value.encode())
            plain.endheaders(body)
            answer = plain.getresponse()
            data = answer.read()
            low = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, low, data)
        finally:
            plain.close()


def target(bucket: str | None, key: str, query: Mapping[str, str]) -> str:
    """The request target of path style."""
    path = "/" if bucket is None else quote(f"/{bucket}/{key}", safe="/~")
    asked = "&".join(
        quote(name, safe="~") + "=" + quote(value, safe="~")
        for name, value in query.items()
    )
    return f"{path}?{asked}" if asked else path


def presign_v1(
    wire: Wire,
    method: str,
    key: str,
    expires: int,
    query: Mapping[str, str] | None = None,
) -> str:
    """The target of a V1 presigned URL."""
    asked = dict(query or {})
    text = v1_text(method, {}, resource_of(BUCKET, key, asked), str(expires))
    asked["OSSAccessKeyId"] = wire.key_id
    asked["Expires"] = str(expires)
    asked["Signature"] = hmac_sha1(wire.secret, text)
    return target(BUCKET, key, asked)


def presign_v4(
    wire: Wire,
    method: str,
    key: str,
    start: float,
    lifetime: str,
    query: Mapping[str, str] | None = None,
) -> str:
    """The target of a V4 presigned URL."""
    stamp = stamp_of(start)
    scope = f"{stamp[:8]}/{wire.server.region}/oss/aliyun_v4_request"
    asked = {
        **(query or {}),
        "x-oss-signature-version": "OSS4-HMAC-SHA256",
        "x-oss-credential": f"{wire.key_id}/{scope}",
        "x-oss-date": stamp,
        "x-oss-expires": lifetime,
    }
    request = v4_request(method, BUCKET, key, asked, {})
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"OSS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    region = wire.server.region
    asked["x-oss-signature"] = hmac_v4(wire.secret, text, stamp[:8], region)
    return target(BUCKET, key, asked)


def raw(
    server: Server, data: bytes | Iterable[bytes], *, half_close: bool = True
) -> bytes:
    """Send bytes on one connection and return everything that comes back."""
    pieces = [data] if isinstance(data, bytes) else data
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as sock:
        for piece in pieces:
            sock.sendall(piece)
        if half_close:
            sock.shutdown(socket.SHUT_WR)
        return read_all(sock)


def read_all(sock: socket.socket) -> bytes:
    """Everything until the other side closes."""
    received = b""
    while True:
        piece = sock.recv(65536)
        if not piece:
            return received
        received += piece


def signed_head(
    wire: Wire,
    method: str,
    key: str,
    headers: Mapping[str, str],
    *,
    query: Mapping[str, str] | None = None,
    path: str | None = None,
) -> bytes:
    """The bytes of a signed request's head."""
    sent = {"Host": f"127.0.0.1:{wire.server.port}", **headers}
    wire.sign(method, BUCKET, key, dict(query or {}), sent)
    lines = [f"{method} {path or target(BUCKET, key, dict(query or {}))} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in sent.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def split_replies(data: bytes) -> list[Reply]:
    """The answers, one after the other, that each have a Content-Length."""
    replies = []
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        pairs = [line.partition(": ")[::2] for line in lines]
        headers = {name.lower(): value for name, value in pairs}
        length = int(headers.get("content-length", "0"))
        replies.append(Reply(int(first.split(" ")[1]), headers, data[:length]))
        data = data[length:]
    return replies
