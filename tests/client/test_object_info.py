"""Light heads, whether an object is there, and many ranges of one object."""

from __future__ import annotations

from datetime import timezone
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc._many_ranges import plan

from .raw_server import RawServer

DATA = bytes(range(256)) * 40


def test_the_light_head(bucket: ossc.Bucket) -> None:
    """It tells size, ETag and time, which are those of a full head."""
    put = bucket.put_object("k", DATA)
    meta = bucket.get_object_meta("k")
    info = bucket.head_object("k")
    assert (meta.key, meta.size, meta.etag) == ("k", len(DATA), put.etag)
    assert meta.last_modified == info.last_modified
    assert meta.last_modified.tzinfo is timezone.utc
    assert (meta.crc64, meta.last_access_time, meta.version_id) == (None, None, None)
    assert len(meta.request_id) == 24
    assert bucket.get_object_meta("k", version_id="null").size == len(DATA)


def test_the_light_head_of_a_symlink_is_its_own(bucket: ossc.Bucket) -> None:
    """It is not followed, so a link that leads nowhere has one."""
    bucket.put_symlink("link", "nowhere")
    assert bucket.get_object_meta("link").size == 0
    assert bucket.object_exists("link")
    with pytest.raises(ossc.SymlinkTargetNotExist):
        bucket.head_object("link")


def test_what_is_not_there(bucket: ossc.Bucket, client: ossc.Client) -> None:
    """Only that OSS says so is a no."""
    assert not bucket.object_exists("missing")
    bucket.put_object("k", b"")
    assert bucket.object_exists("k")
    assert not bucket.object_exists("k", version_id="never-was")
    with pytest.raises(ossc.NoSuchBucket):
        client.bucket("missing-bucket").object_exists("k")
    with pytest.raises(ossc.NoSuchKey):
        bucket.get_object_meta("missing")


def test_a_refusal_is_not_a_no(server: ossc.mock.Server) -> None:
    """Who may not look does not know."""
    with ossc.Client(
        server.endpoint, region=server.region, credentials=ossc.ANONYMOUS
    ) as stranger:
        with pytest.raises(ossc.AccessDenied):
            stranger.bucket("examplebucket").object_exists("k")


def test_access_time_and_crc_are_read(bucket: ossc.Bucket) -> None:
    """Where OSS sends them they are there, with their types."""
    answer = (
        b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: "AB"\r\n'
        b"Last-Modified: Thu, 17 Nov 2005 18:49:58 GMT\r\n"
        b"x-oss-last-access-time: Fri, 18 Nov 2005 18:49:58 GMT\r\n"
        b"x-oss-hash-crc64ecma: 17\r\nx-oss-version-id: v1\r\n"
        b"x-oss-request-id: 1\r\n\r\n"
    )
    with RawServer(answer) as server, server.client() as client:
        meta = client.bucket("examplebucket").get_object_meta("k")
    assert (meta.size, meta.etag, meta.crc64, meta.version_id) == (5, "AB", 17, "v1")
    assert meta.last_access_time is not None
    assert meta.last_access_time.day == 18


RANGES = [(0, 0), (10, 19), (200, 299), (5000, 5009), (5005, 5100), (10_000, None)]


def test_ranges_come_in_their_order(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """Each is what a get of it alone brings; near ones are one request."""
    bucket.put_object("k", DATA)
    server.reset_counts()
    wanted: list[Any] = [*RANGES, (None, 7), range(3, 5), "bytes=9000-9001"]
    got = bucket.get_ranges("k", reversed(wanted), gap=200)
    asked = [r for r in server.requests if r.operation == "GetObject"]
    assert len(asked) == 5
    for span, view in zip(reversed(wanted), got, strict=True):
        assert isinstance(view, memoryview)
        assert view == bucket.get_object("k", span).data


def test_later_requests_insist_on_the_first_ones_object(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """All but the first have If-Match; with one given, that has it, too."""
    etag = bucket.put_object("k", DATA).etag
    server.reset_counts()
    bucket.get_ranges("k", [(0, 9), (5000, 5009), (9000, 9009)], gap=0)
    matched = [dict(r.headers).get("if-match") for r in server.requests]
    assert matched == [None, f'"{etag}"', f'"{etag}"']
    server.reset_counts()
    bucket.get_ranges("k", [(0, 9), (9000, 9009)], gap=0, if_match=etag)
    matched = [dict(r.headers).get("if-match") for r in server.requests]
    assert matched == [f'"{etag}"'] * 2


def test_an_object_that_is_replaced_meanwhile_is_noticed(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """Bytes of two objects are never mixed."""
    bucket.put_object("k", DATA)

    def spans() -> Any:
        yield (0, 9)
        yield (5000, 5009)

    old = bucket.get_object_meta("k").etag
    bucket.put_object("k", DATA[::-1])
    with pytest.raises(ossc.PreconditionFailed, match="replaced") as caught:
        bucket.get_ranges("k", spans(), gap=0, if_match=old)
    assert caught.value.key == "k"


def test_the_end_of_the_object(bucket: ossc.Bucket) -> None:
    """What goes past it is cut; what begins there is an error, joined or alone."""
    bucket.put_object("k", b"0123456789")
    inside, cut = bucket.get_ranges("k", [(0, 3), (8, 20)])
    assert (bytes(inside), bytes(cut)) == (b"0123", b"89")
    with pytest.raises(ossc.InvalidRange, match="outside"):
        bucket.get_ranges("k", [(0, 3), (10, 12)])
    with pytest.raises(ossc.InvalidRange):
        bucket.get_ranges("k", [(0, 3), (10, 12)], gap=0)


def test_no_ranges_are_no_request(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """An empty list brings an empty list."""
    assert bucket.get_ranges("missing", []) == []
    assert server.requests == []


@pytest.mark.parametrize(
    ("ranges", "options", "error"),
    [
        ("bytes=0-1", {}, TypeError),
        (range(5), {}, TypeError),
        ([(3, 1)], {}, ossc.ParameterError),
        ([(0, 1)], {"gap": -1}, ossc.ParameterError),
        ([(0, 1)], {"concurrency": 0}, ossc.ParameterError),
        ([(0, 1)], {"threads": 1}, TypeError),
    ],
)
def test_what_is_not_asked_for_right(
    bucket: ossc.Bucket, server: ossc.mock.Server, ranges: Any, options: Any, error: Any
) -> None:
    """It is refused before anything is sent."""
    with pytest.raises(error):
        bucket.get_ranges("k", ranges, **options)
    assert server.requests == []


def test_a_missing_object_and_one_request_that_fails(
    bucket: ossc.Bucket, server: ossc.mock.Server
) -> None:
    """The first failure comes out; what may pass is repeated."""
    with pytest.raises(ossc.NoSuchKey):
        bucket.get_ranges("missing", [(0, 1)])
    bucket.put_object("k", DATA)
    server.faults.add(ossc.mock.faults.status(503, times=1))
    assert bytes(bucket.get_ranges("k", [(0, 3)])[0]) == DATA[:4]


def test_a_cancelled_call_ends(bucket: ossc.Bucket) -> None:
    """The view's token counts for all requests."""
    bucket.put_object("k", DATA)
    token = ossc.CancelToken()
    token.cancel()
    with pytest.raises(ossc.Cancelled):
        bucket.with_options(cancel=token).get_ranges("k", [(0, 1), (9000, 9001)], gap=0)


@pytest.mark.parametrize(
    ("spans", "gap", "most", "expected"),
    [
        ([(0, 9), (10, 19)], 0, 100, [((0, 19), [0, 1])]),
        ([(0, 9), (11, 19)], 0, 100, [((0, 9), [0]), ((11, 19), [1])]),
        ([(11, 19), (0, 9)], 1, 100, [((0, 19), [1, 0])]),
        ([(0, 99), (5, 6)], 0, 10, [((0, 99), [0, 1])]),
        ([(0, 9), (5, 14)], 0, 10, [((0, 9), [0]), ((5, 14), [1])]),
        ([(0, 9), (20, 29)], 50, 20, [((0, 9), [0]), ((20, 29), [1])]),
        (
            [(None, 5), (7, None), (0, 1)],
            99,
            99,
            [((0, 1), [2]), ((None, 5), [0]), ((7, None), [1])],
        ),
    ],
)
def test_plans(spans: Any, gap: int, most: int, expected: Any) -> None:
    """Near ones go together, up to a size; those with an open end go alone."""
    assert [(f.span, f.members) for f in plan(spans, gap, most)] == expected
