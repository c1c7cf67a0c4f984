"""XML of a hostile server: cut, huge, deep, with entities, without an end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import ossc
from ossc import _sdk

from .raw_server import (
    BUCKET,
    Peer,
    RawServer,
    answer,
    keep_alive,
)


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """No memory of a request is kept."""
    yield
    assert _sdk.live_requests() == 0


XML = {
    "empty": b"",
    "cut": b"<ListBucketResult><Contents><Key>a</Key>",
    "another root": b"<Something/>",
    "not UTF-8": b"<ListBucketResult><Prefix>\xff\xfe</Prefix></ListBucketResult>",
    "codec": b'<?xml version="1.0" encoding="hex"?><ListBucketResult/>\xff',
    "control character": b"<ListBucketResult>\x01</ListBucketResult>",
    "two roots": b"<ListBucketResult/><ListBucketResult/>",
    "doctype": b"<!DOCTYPE ListBucketResult []><ListBucketResult/>",
    "entities": (
        b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
        b"<ListBucketResult><Prefix>&b;</Prefix></ListBucketResult>"
    ),
    "external entity": (
        b'<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b"<ListBucketResult><Prefix>&a;</Prefix></ListBucketResult>"
    ),
    "undefined entity": b"<ListBucketResult>&nope;</ListBucketResult>",
    "deep": b"<ListBucketResult>" + b"<a>" * 100_000,
    "deep and closed": b"<ListBucketResult>%b%b</ListBucketResult>"
    % (b"<a>" * 40, b"</a>" * 40),
    "long text": b"<ListBucketResult><Prefix>%b</Prefix></ListBucketResult>"
    % (b"a" * 70_000),
    "many elements": b"<ListBucketResult>%b</ListBucketResult>" % (b"<a/>" * 300_000),
    "huge": b"<ListBucketResult>%b</ListBucketResult>" % (b" " * (17 << 20)),
    "no size": b"<ListBucketResult><Contents><Key>a</Key></Contents></ListBucketResult>",
    "junk size": (
        b"<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents>"
        b"</ListBucketResult>"
    ),
    "junk time": (
        b"<ListBucketResult><Contents><Key>a</Key><Size>1</Size>"
        b"<LastModified>yesterday</LastModified></Contents></ListBucketResult>"
    ),
    "truncated without a token": (
        b"<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"
    ),
}


@pytest.mark.parametrize("kind", XML)
def test_bad_xml(kind: str) -> None:
    """A listing that cannot be trusted is a MalformedResponse."""
    with RawServer(answer(XML[kind])) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse):
            list(client.bucket(BUCKET).list_objects())


@pytest.mark.parametrize("encoding", ["bogus", "hex", "utf-7", "gb2312", "idna"])
def test_xml_is_utf_8_whatever_it_says(encoding: str) -> None:
    """No codec is looked up for a server."""
    document = f'<?xml version="1.0" encoding="{encoding}"?><ListBucketResult/>'
    with RawServer(answer(document.encode())) as server, server.client() as client:
        assert list(client.bucket(BUCKET).list_objects()) == []


@pytest.mark.parametrize("kind", [name for name in XML if name != "huge"])
def test_bad_xml_of_an_error(kind: str) -> None:
    """An error whose document cannot be read is told by its status."""
    document = XML[kind].replace(b"ListBucketResult", b"Error")
    with RawServer(answer(document, "404 Not Found")) as server:
        with server.client() as client, pytest.raises(ossc.ServerError) as caught:
            client.bucket(BUCKET).get_object("k")
    assert caught.value.status == 404
    assert caught.value.code is None


def _page(token: str) -> bytes:
    return answer(
        b"<ListBucketResult><IsTruncated>true</IsTruncated>"
        b"<NextContinuationToken>%b</NextContinuationToken></ListBucketResult>"
        % token.encode()
    )


@pytest.mark.parametrize("tokens", [["A"], ["A", "B"], ["A", "B", "C", "D", "E"]])
def test_listings_that_go_round_in_circles(tokens: list[str]) -> None:
    """Pages that come back to a token that was there are noticed."""

    def handle(peer: Peer) -> None:
        count = 0
        while peer.read() is not None:
            peer.send(_page(tokens[count % len(tokens)]))
            count += 1

    with RawServer(handle) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse, match="next page"):
            list(client.bucket(BUCKET).list_objects())
    assert len(server.received) < 4 * len(tokens) + 2


def test_a_listing_of_buckets_that_never_ends() -> None:
    """The same marker again is an error."""
    page = answer(
        b"<ListAllMyBucketsResult><IsTruncated>true</IsTruncated>"
        b"<NextMarker>same</NextMarker></ListAllMyBucketsResult>"
    )
    with RawServer(keep_alive(page)) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse, match="next page"):
            list(client.list_buckets())
    assert len(server.received) == 2


@pytest.mark.parametrize("marker", ["5", "0", "", "junk"])
def test_a_listing_of_parts_that_never_ends(marker: str) -> None:
    """A marker that does not go on is an error."""
    page = answer(
        b"<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>"
        b"%b</NextPartNumberMarker></ListPartsResult>" % marker.encode()
    )
    with RawServer(keep_alive(page)) as server, server.client() as client:
        with pytest.raises(ossc.MalformedResponse):
            list(client.bucket(BUCKET).list_parts("k", "U"))
    assert len(server.received) <= 2


@pytest.mark.parametrize(
    "document",
    [
        b"<InitiateMultipartUploadResult/>",
        b"<InitiateMultipartUploadResult><UploadId/></InitiateMultipartUploadResult>",
        b"<Other><UploadId>U</UploadId></Other>",
        b"",
    ],
)
def test_an_upload_without_an_id(document: bytes) -> None:
    """An upload that nobody can name was not opened."""
    with pytest.raises(ossc.MalformedResponse):
        with RawServer(answer(document)) as server, server.client() as client:
            client.bucket(BUCKET).init_multipart_upload("k")


def test_a_deep_element_is_not_taken_for_a_shallow_one() -> None:
    """Only the element at its own place counts."""
    document = (
        b"<ListBucketResult><Other><Contents><Key>a</Key></Contents></Other>"
        b"<IsTruncated>false</IsTruncated></ListBucketResult>"
    )
    with RawServer(answer(document)) as server, server.client() as client:
        assert list(client.bucket(BUCKET).list_objects()) == []


@pytest.mark.parametrize(
    "head", ["Content-Length: 1000000000", "Transfer-Encoding: chunked"]
)
@pytest.mark.parametrize(
    "ask",
    [
        lambda b: list(b.list_objects()),
        lambda b: b.put_object("k", b"data"),
        lambda b: b.init_multipart_upload("k"),
        lambda b: b.tagging.get(),
    ],
    ids=["list", "put", "init", "setting"],
)
def test_an_answer_without_end(head: str, ask: Callable[[ossc.Bucket], Any]) -> None:
    """Is given up before it takes all memory, also where nobody has set a limit."""
    piece = b"10000\r\n" + b"<a>" + bytes(65_533) + b"\r\n"
    sent: list[int] = []

    def handle(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 OK\r\nETag: x\r\n" + head.encode() + b"\r\n\r\n")
        while len(sent) < 8000:
            peer.send(piece)
            sent.append(len(piece))

    with RawServer(handle) as server, server.client(retry=None) as client:
        with pytest.raises(ossc.MalformedResponse, match="larger than any"):
            ask(client.bucket(BUCKET))
    assert len(sent) < 8000


def test_objects_may_be_of_any_size() -> None:
    """Also where they are read by a request that ossc has no verb for."""
    size = 80 << 20

    def handle(peer: Peer) -> None:
        while peer.read() is not None:
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
            peer.send(bytes(size - 1))
            peer.stall(0.3)  # so that somebody looks at how much it is
            peer.send(b"\0")

    with RawServer(handle) as server, server.client(retry=None) as client:
        got = client.invoke("GET", bucket=BUCKET, key="k")
        assert len(got.body) == size
        with ossc.SignedURLs(retry=None) as urls:
            _, _, body = urls.request("GET", f"{server.endpoint}/k")
            assert len(body) == size
