"""Sending a callback: a signed POST, and what counts as an answer.

One deadline holds for all URLs of a callback together. Redirects are not followed
and nothing is retried.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import ssl
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from ossc.mock._callback_key import sign, text_to_sign
from ossc.mock._encoding import http_date, parse_number

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from ossc.mock._callback_key import CallbackKey

__all__ = ["Answer", "Delivery", "Failure", "deliver"]

MAX_ANSWER_BYTES = 1024 * 1024
_MAX_HEAD_BYTES = 64 * 1024
_OK = 200
_EC_STATUS, _EC_TIME, _EC_JSON = "0007-00000203", "0007-00000202", "0007-00000205"


class Failure(Exception):
    """The application did not answer as it must."""

    def __init__(self, message: str, ec: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.ec = ec


@dataclass(frozen=True)
class Delivery:
    """A callback that is ready to be sent."""

    urls: tuple[str, ...]
    host: str
    sni: bool
    headers: dict[str, str]
    body: bytes
    key: CallbackKey
    timeout: float


@dataclass(frozen=True)
class Answer:
    """What the application said."""

    content_type: str
    body: bytes


def deliver(delivery: Delivery) -> Answer:
    """Try the URLs in order until one answers well.

    Raises:
        Failure: None did; this is the last one's.
    """
    deadline = time.monotonic() + delivery.timeout
    failure = Failure("The callback has no url.")
    for url in delivery.urls:
        outcome = _attempt(delivery, url, deadline)
        if isinstance(outcome, Answer):
            return outcome
        failure = outcome
    raise failure


def _attempt(delivery: Delivery, url: str, deadline: float) -> Answer | Failure:
    try:
        return _try_url(delivery, url, deadline)
    except Failure as failure:
        return failure
    except TimeoutError:
        return Failure("Cost too long time.", _EC_TIME)
    except (OSError, ValueError):
        message = (
            "Error status : -1.OSS can not connect to your callbackUrl, please "
            "check it."
        )
        return Failure(message, _EC_STATUS)


def _try_url(delivery: Delivery, url: str, deadline: float) -> Answer:
    parts = urlsplit(url)
    with _connect(parts, delivery, deadline) as sock:
        sock.sendall(_request(delivery, parts))
        status, headers, start = _read_head(sock, deadline)
        if status != _OK:
            message = f"Error status : {status}."
            raise Failure(message, _EC_STATUS)
        body = _read_body(sock, headers, start, deadline)
    content_type = headers.get("content-type", "application/json")
    _check_body(content_type, body)
    return Answer(content_type, body)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connect(parts: SplitResult, delivery: Delivery, deadline: float) -> socket.socket:
    secure = parts.scheme == "https"
    address = (parts.hostname or "", parts.port or (443 if secure else 80))
    sock = socket.create_connection(address, _left(deadline))
    if not secure:
        return sock
    # Without SNI the service cannot check a name, so it checks no certificate.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    sock.settimeout(_left(deadline))
    name = parts.hostname if delivery.sni else None
    return context.wrap_socket(sock, server_hostname=name)


def _request(delivery: Delivery, parts: SplitResult) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    body = delivery.body
    digest = hashlib.md5(body).digest()  # noqa: S324
    text = text_to_sign(target, body)
    headers = {
        "Host": delivery.host or parts.netloc.rpartition("@")[2],
        "Connection": "close",
        "Content-Length": str(len(body)),
        "Content-MD5": base64.b64encode(digest).decode("ascii"),
        "Date": http_date(time.time()),
        "User-Agent": "aliyun-oss-callback",
        "Authorization": sign(delivery.key.private_key, text),
        "x-oss-pub-key-url": base64.b64encode(delivery.key.url.encode()).decode(),
        **delivery.headers,
    }
    lines = [f"POST {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def _receive(sock: socket.socket, deadline: float) -> bytes:
    sock.settimeout(_left(deadline))
    return sock.recv(65536)


def _read_head(
    sock: socket.socket, deadline: float
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers, and what has come of the body."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = _receive(sock, deadline)
        if not piece or len(data) > _MAX_HEAD_BYTES:
            message = "no HTTP answer"
            raise ValueError(message)
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    version, status, *_ = [*first.split(" "), ""]
    if not version.startswith("HTTP/1.") or not status.isdigit():
        message = "no HTTP answer"
        raise ValueError(message)
    pairs = [line.partition(":")[::2] for line in lines]
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    return int(status), headers, rest


def _read_body(
    sock: socket.socket, headers: dict[str, str], body: bytes, deadline: float
) -> bytes:
    text = headers.get("content-length")
    if text is None:
        _refuse("missing content-length.")
    if not (text.isascii() and text.isdigit()):
        _refuse("return invalid conent-length value.")
    length = parse_number(text)
    if length is None or length > MAX_ANSWER_BYTES:
        _refuse("return too long content-length value.")
    while len(body) < length:
        piece = _receive(sock, deadline)
        if not piece:
            message = "the answer breaks off"
            raise ValueError(message)
        body += piece
    return body[:length]


def _refuse(what: str) -> NoReturn:
    message = f"Error Status : 400.User server {what}"
    raise Failure(message)


def _check_body(content_type: str, body: bytes) -> None:
    try:
        if content_type.partition(";")[0].strip() == "application/xml":
            ET.fromstring(body)  # noqa: S314
        else:
            json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError, ET.ParseError):
        message = "Response body is not valid json format."
        raise Failure(message, _EC_JSON) from None
