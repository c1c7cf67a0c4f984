"""A server that sends more than a range holds, or for ever: an error, not a full disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ossc

from .raw_server import BUCKET, Peer, RawServer, object_answer

CHUNK = b"10000\r\n" + b"z" * 65536 + b"\r\n"
WHOLE = 1 << 30
ENDLESS = {
    "the range": ("206 Partial Content", f"bytes 100-199/{WHOLE}"),
    "a longer range": ("206 Partial Content", f"bytes 100-1099511627775/{1 << 50}"),
    "the whole": ("200 OK", None),
}


def _pour(kind: str) -> Callable[[Peer], None]:
    """Chunks without end, whatever the head says."""
    status, said = ENDLESS[kind]
    headers = {} if said is None else {"Content_Range": said}
    head = object_answer(b"", status=status, **headers).replace(
        b"Content-Length: 0", b"Transfer-Encoding: chunked"
    )

    def handle(peer: Peer) -> None:
        peer.read()
        peer.send(head)
        peer.forever(CHUNK)

    return handle


def _url(bucket: ossc.Bucket) -> Any:
    return bucket.presign_get("k", expires=60)


SINKS: dict[str, Callable[[ossc.Bucket, Any, Path], object]] = {
    "memory": lambda b, span, _: b.get_object("k", span),
    "buffer": lambda b, span, _: b.get_object_into("k", bytearray(200), span),
    "file": lambda b, span, path: b.get_object_to_file("k", path, span),
    "ranges": lambda b, span, _: b.get_ranges("k", [span]),
    "stream": lambda b, span, _: b"".join(b.stream_object("k", span)),
}

BY_URL: dict[str, Callable[[ossc.SignedURLs, Any], object]] = {
    "memory": lambda urls, url: urls.get(url, (100, 199)),
    "buffer": lambda urls, url: urls.get_into(url, bytearray(200), (100, 199)),
}


@pytest.mark.parametrize("sink", SINKS)
@pytest.mark.parametrize("kind", ENDLESS)
def test_more_than_the_range_is_refused(kind: str, sink: str, tmp_path: Path) -> None:
    """What the range cannot hold ends the download, wherever it goes."""
    path = tmp_path / "file"
    with RawServer(_pour(kind)) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse) as caught:
            SINKS[sink](client.bucket(BUCKET), (100, 199), path)
    assert caught.value.operation == "GetObject"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("sink", ["memory", "file"])
def test_the_last_bytes_have_a_limit_too(sink: str, tmp_path: Path) -> None:
    """The last n bytes are n at most."""
    with RawServer(_pour("a longer range")) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse, match="100 bytes"):
            SINKS[sink](client.bucket(BUCKET), (None, 100), tmp_path / "file")


@pytest.mark.parametrize("sink", SINKS)
def test_an_open_end_is_what_the_answer_says(sink: str, tmp_path: Path) -> None:
    """Where the range has no end of its own, that of the answer is one."""
    with RawServer(_pour("the range")) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse):
            SINKS[sink](client.bucket(BUCKET), (100, None), tmp_path / "file")
    assert not list(tmp_path.iterdir())


def test_an_announced_length_is_refused_at_once() -> None:
    """No memory is asked for that no range has use for."""
    body = b"x" * 100_000
    reply = object_answer(body, length=1 << 45).replace(b"200 OK", b"206 Partial")
    with RawServer(reply) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse, match="100 bytes") as caught:
            client.bucket(BUCKET).get_object("k", (100, 199))
    assert caught.value.status == 206
    assert caught.value.request_id == "5C06A3B67B8B5A3DA422299D"


@pytest.mark.parametrize("sink", BY_URL)
def test_a_url_whose_range_is_outside(sink: str) -> None:
    """By a URL, OSS answers a range outside the object with all of it."""
    with RawServer(_pour("the whole")) as server, server.client() as client:
        url = _url(client.bucket(BUCKET))
        with ossc.SignedURLs(retry=None) as urls, pytest.raises(ossc.InvalidRange):
            BY_URL[sink](urls, url)


def test_a_part_of_a_download_has_a_limit(tmp_path: Path) -> None:
    """A part that does not end spoils neither the disk nor the old file."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    size = 1 << 20
    head = object_answer(length=size, x_oss_hash_crc64ecma="1")

    def handle(peer: Peer) -> None:
        request = peer.read()
        while request is not None and request.line.startswith("HEAD"):
            peer.send(head)
            request = peer.read()
        if request is not None:
            span = request.headers["range"].replace("=", " ")
            reply = object_answer(status="206 P", Content_Range=f"{span}/{size}")
            peer.send(
                reply.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
            )
            peer.forever(CHUNK)

    with RawServer(handle) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse):
            client.bucket(BUCKET).download_file("k", path, part_size=100 * 1024)
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_a_range_that_ends_in_time_is_fine() -> None:
    """As many bytes as were asked for, in chunks and with a pause, are no error."""

    def drip(peer: Peer) -> None:
        peer.read()
        head = object_answer(status="206 P", Content_Range="bytes 100-104/1000")
        head = head.replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
        peer.send(head + b"3\r\nabc\r\n")
        peer.stall(0.25)
        peer.send(b"2\r\nde\r\n0\r\n\r\n")

    with RawServer(drip) as server, server.client() as client:
        assert client.bucket(BUCKET).get_object("k", (100, 104)).data == b"abcde"


def test_nothing_is_taken_of_what_is_too_long() -> None:
    """Whose length exceeds the range that it names is refused by its head."""

    def handle(peer: Peer) -> None:
        while peer.read() is not None:
            fields = {"Content-Range": "bytes 0-9/100", "Content-Length": "20"}
            head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
            peer.send(f"HTTP/1.1 206 Partial Content\r\n{head}\r\n".encode())
            peer.send(b"x" * 20)

    buffer = bytearray(20)
    with RawServer(handle) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse, match="longer than the range"):
            client.bucket(BUCKET).get_object_into("k", buffer, (0, None))
    assert buffer == bytes(20)
