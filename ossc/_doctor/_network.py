"""The steps down to the server's door: name resolution, connection, TLS."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import time
from typing import TYPE_CHECKING

from ossc._doctor._exam import Exam, Overdue, skipped, within
from ossc._doctor._report import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NoTunnel", "connect", "no_tls", "open_connection", "resolve"]

_MOST_ADDRESSES = 4
_MOST_HEAD = 16_384


class NoTunnel(OSError):
    """The proxy does not let connections through to the server."""


def resolve(exam: Exam) -> Finding:
    """Looks the host up, or the proxy, as libcurl will."""
    name = "name resolution"
    host, port = exam.place()
    begin = time.monotonic()
    try:
        found = within(
            exam.limit,
            lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM),
        )
    except Overdue:
        detail = f"no answer about {host} for {exam.limit:g} s"
        return Finding(name, "fail", detail, "look at the machine's name servers")
    except (OSError, UnicodeError) as error:
        said = getattr(error, "strerror", None) or type(error).__name__
        return Finding(name, "fail", f"{host}: {said}", _about_name(exam))
    took = time.monotonic() - begin
    exam.addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if host in exam.addresses:
        return Finding(name, "ok", f"{host} is an address")
    listed = ", ".join(exam.addresses[:_MOST_ADDRESSES])
    return Finding(name, "ok", f"{host} is {listed} ({took * 1000:.0f} ms)")


def _about_name(exam: Exam) -> str:
    client, facts = exam.subject()
    if facts.proxy_host:
        return "is the proxy's name spelt right?"
    if "-internal." in exam.host:
        return "names of internal endpoints are known inside the cloud only"
    if exam.bucket and exam.host.startswith(f"{exam.bucket}."):
        return (
            "does the endpoint's name resolve without the bucket? Then give "
            "addressing='path', if it is no endpoint of OSS's own"
        )
    return f"is {client.endpoint} spelt right? Is there a network?"


def connect(exam: Exam) -> Finding:
    """Connects to each address, and through the proxy."""
    name = "connection"
    host, port = exam.place()
    tried = exam.addresses[:_MOST_ADDRESSES]
    good, bad, told = [], [], []
    for address in tried:
        begin = time.monotonic()
        try:
            place = address, port
            socket.create_connection(place, exam.limit / len(tried)).close()
        except OSError as error:
            bad.append(address)
            told.append(f"{address} port {port}: {_said(error)}")
        else:
            good.append(address)
            took = (time.monotonic() - begin) * 1000
            told.append(f"{address} port {port} in {took:.1f} ms")
    detail = "; ".join(told)
    if not good:
        return Finding(name, "fail", detail, _about_port(exam, host, port))
    exam.addresses = good
    refused = _try_tunnel(exam)
    if refused is not None:
        return Finding(name, "fail", f"{detail}; {refused}", _about_tunnel(refused))
    if bad:
        advice = "some addresses are not reachable; connecting may take longer"
        return Finding(name, "warn", detail, advice)
    return Finding(name, "ok", detail)


def _said(error: OSError) -> str:
    if isinstance(error, TimeoutError):
        return "no answer"
    return os.strerror(error.errno) if error.errno else str(error)


def _about_port(exam: Exam, host: str, port: int) -> str:
    _, facts = exam.subject()
    if facts.proxy_host:
        return f"is there a proxy at {host}:{port}?"
    if "-internal." in exam.host:
        return "internal endpoints are reachable inside the cloud only"
    return (
        f"does something listen at {host}:{port}, does a firewall stand between, or "
        "is a proxy needed (proxy=…)?"
    )


def _try_tunnel(exam: Exam) -> str | None:
    """What the proxy said to a tunnel, where it refused one."""
    _, facts = exam.subject()
    if not facts.proxy_host or exam.scheme != "https":
        return None
    try:
        with open_connection(exam):
            return None
    except OSError as error:
        return f"the proxy made no tunnel: {_said(error)}"


def _about_tunnel(said: str) -> str:
    if " 407" in said:
        return (
            "the proxy wants a user and a password, or others: proxy='http://user:…@…'"
        )
    return "the proxy does not let this host and port through; ask who runs it"


@contextlib.contextmanager
def open_connection(exam: Exam) -> Iterator[socket.socket]:
    """A connection to the server, through the proxy if there is one.

    Raises:
        OSError: There is none.
    """
    _, facts = exam.subject()
    _, port = exam.place()
    with socket.create_connection((exam.addresses[0], port), exam.limit) as sock:
        if facts.proxy_host and exam.scheme == "https":
            _make_tunnel(exam, sock)
        yield sock


def _make_tunnel(exam: Exam, sock: socket.socket) -> None:
    _, facts = exam.subject()
    place = f"{exam.host}:{exam.port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if facts.proxy_auth:
        packed = base64.b64encode(facts.proxy_auth.encode()).decode("ascii")
        lines.append(f"Proxy-Authorization: Basic {packed}")
    sock.sendall("\r\n".join([*lines, "", ""]).encode())
    head, until = b"", time.monotonic() + exam.limit
    while b"\r\n\r\n" not in head and len(head) < _MOST_HEAD:
        sock.settimeout(max(0.001, until - time.monotonic()))
        piece = sock.recv(4096)
        if not piece:
            break
        head += piece
    sock.settimeout(exam.limit)
    first = head.partition(b"\r\n")[0].decode("latin-1")[:100]
    said = "".join(c if c.isprintable() else " " for c in first)
    parts = said.split(" ")
    if not said.startswith("HTTP/") or len(parts) < 2 or parts[1][:1] != "2":
        raise NoTunnel(f"it answered {said!r}" if said else "it hung up")


def no_tls(name: str) -> Finding:
    """The endpoint is plain HTTP."""
    return skipped(name, "the endpoint is plain HTTP: nothing is encrypted")
