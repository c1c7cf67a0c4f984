"""Broken downloads from servers that send something else than the rest, or no parts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import ossc
from ossc import _sdk

from .downloads import DATA, FAST, HALF, SIZE, VERBS
from .raw_server import BUCKET, Handler, Peer, RawServer, answer, object_answer

CRC = str(_sdk.crc64(DATA))
TWICE = ossc.Retry(attempts=2, backoff=0.001)
ETAG = '"5B3C1A2E053D763E1B002CC607C5A0FE"'


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Whatever happens, no request's memory is left behind."""
    before = _sdk.live_requests()
    yield
    assert _sdk.live_requests() == before


def _head(length: int, span: str = "", etag: str = ETAG) -> bytes:
    status = "206 Partial Content" if span else "200 OK"
    headers = {"Content_Range": f"bytes {span}/{SIZE}"} if span else {}
    headers |= {"ETag": etag, "Last_Modified": "Fri, 24 Feb 2012 06:07:48 GMT"}
    return answer(b"", status, length=length, x_oss_hash_crc64ecma=CRC, **headers)


REST = f"{HALF}-{SIZE - 1}"
BROKEN = _head(SIZE) + DATA[:HALF]
GOOD = _head(HALF, REST) + DATA[HALF:]

NOT_THE_REST: dict[str, bytes] = {
    "all of it": _head(SIZE) + DATA,
    "all of it, cut": _head(SIZE) + DATA[: HALF + 9],
    "another range": _head(HALF, f"0-{HALF - 1}") + DATA[:HALF],
    "another range, cut": _head(HALF, f"0-{HALF - 1}") + DATA[: HALF - 1],
    "a shorter range": _head(10, f"{HALF}-{HALF + 9}") + DATA[HALF : HALF + 10],
    "a longer length": _head(SIZE, REST) + DATA,
    "a longer length, cut": _head(SIZE, REST) + DATA[HALF:] + b"more",
    "a shorter length": _head(HALF - 1, REST) + DATA[HALF:-1],
    "no range": _head(HALF, " ") + DATA[HALF:],
    "another object": _head(HALF, REST, '"OTHER"') + DATA[HALF:],
    "another object, cut": _head(HALF, REST, '"OTHER"') + DATA[HALF:-1],
    "no object": _head(HALF, REST).replace(b"ETag", b"Tag") + DATA[HALF:],
    "nothing": answer(b"", "204 No Content", length=None, ETag=ETAG),
}


@pytest.mark.parametrize("kind", NOT_THE_REST)
@pytest.mark.parametrize("verb", VERBS)
def test_a_server_that_sends_something_else(
    verb: str, kind: str, tmp_path: Path
) -> None:
    """Nothing is joined but the rest that was asked for, and nothing written behind it."""
    with RawServer(BROKEN, NOT_THE_REST[kind], GOOD) as server:
        with server.client(retry=FAST) as client:
            with pytest.raises(ossc.OSSError) as caught:
                VERBS[verb](client.bucket(BUCKET), tmp_path)
    assert len(server.received) == 2
    assert server.received[1].headers["range"] == f"bytes={REST}"
    assert os.listdir(tmp_path) == []
    if verb != "into":
        assert type(caught.value) is ossc.MalformedResponse
        assert caught.value.attempts == 2


@pytest.mark.parametrize("verb", VERBS)
def test_that_server_if_it_does_as_it_is_told(verb: str, tmp_path: Path) -> None:
    """The rest that was asked for is taken, from whichever connection."""
    with RawServer(BROKEN, GOOD) as server, server.client(retry=FAST) as client:
        assert VERBS[verb](client.bucket(BUCKET), tmp_path)[0] == DATA


BROKEN_RANGES = [
    "0-",
    "x-5",
    f"{'9' * 5000}-{'9' * 5000}",
    f"-{SIZE - 1}",
]


@pytest.mark.parametrize("span", BROKEN_RANGES, ids=lambda text: text[:8])
def test_a_first_answer_whose_range_is_none(span: str) -> None:
    """Numbers of a server's are not trusted, however long they are."""
    reply = _head(SIZE, span) + DATA[:HALF]
    with RawServer(reply) as server, server.client(retry=TWICE) as client:
        with pytest.raises(ossc.OSSError):
            client.bucket(BUCKET).get_object("k", range=(0, None))


@pytest.mark.parametrize(
    ("lines", "params"),
    [
        ({"ETag": ""}, {}),
        ({"ETag": '"a\x7f"'}, {}),
        ({"Content_Encoding": "br"}, {}),
        ({}, {"x-oss-process": "image/resize,w_9"}),
    ],
    ids=["no ETag", "odd ETag", "encoded", "processed"],
)
def test_what_has_no_parts_begins_anew(
    lines: dict[str, str], params: dict[str, str]
) -> None:
    """What cannot be named, or is made for each request, is asked for as a whole."""
    reply = object_answer(DATA, **lines)
    handlers: tuple[Handler, ...] = (reply[:-HALF], reply)
    with RawServer(*handlers) as server, server.client(retry=FAST) as client:
        got = client.bucket(BUCKET).get_object("k", params=params)
    assert got.data == DATA
    assert [r.headers.get("range") for r in server.received] == [None, None]


def test_an_answer_without_a_length_begins_anew(tmp_path: Path) -> None:
    """A chunked body that breaks off has no known rest."""
    chunked = object_answer().replace(
        b"Content-Length: 0", b"Transfer-Encoding: chunked"
    )
    piece = b"%x\r\n%b\r\n" % (SIZE, DATA)
    handlers = (chunked + piece, chunked + piece + b"0\r\n\r\n")
    with RawServer(*handlers) as server, server.client(retry=FAST) as client:
        assert client.bucket(BUCKET).get_object("k").data == DATA
    shorter = chunked + b"5\r\nshort\r\n0\r\n\r\n"
    with RawServer(handlers[0], shorter) as server:
        with server.client(retry=FAST) as client:
            client.bucket(BUCKET).get_object_to_file("k", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == b"short"
    assert os.listdir(tmp_path) == ["file"]


def test_a_buffer_that_is_too_small_for_the_rest() -> None:
    """The first answer says so already; nothing is asked for again."""
    reply = object_answer(DATA)
    with RawServer(reply) as server, server.client(retry=FAST) as client:
        with pytest.raises(ossc.ParameterError, match="does not fit"):
            client.bucket(BUCKET).get_object_into("k", bytearray(HALF))
    assert len(server.received) == 1


def test_a_peer_that_closes_between_answers(tmp_path: Path) -> None:
    """A rest that comes over a kept connection is no different."""

    def handle(peer: Peer) -> None:
        peer.read()
        peer.send(answer(b"<Error/>", "503 Busy"))
        peer.read()
        peer.send(BROKEN)

    def go_on(peer: Peer) -> None:
        peer.read()
        peer.send(answer(b"<Error/>", "503 Busy"))
        peer.read()
        peer.send(GOOD)

    for verb in VERBS.values():
        with RawServer(handle, go_on) as server, server.client(retry=FAST) as client:
            assert verb(client.bucket(BUCKET), tmp_path)[0] == DATA
        assert (server.connections, len(server.received)) == (2, 4)
