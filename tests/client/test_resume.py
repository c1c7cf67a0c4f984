"""Downloads that break and go on from there: never a wrong byte, never a silent mix."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc.mock import faults

from .downloads import DATA, FAST, HALF, SIZE, VERBS
from .raw_server import BUCKET, client_of

SMALL = 40_000
OTHER = random.Random(46).randbytes(SIZE)
TWICE = ossc.Retry(attempts=2, backoff=0.001)


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """Whatever happens, no request's memory is left behind."""
    before = _sdk.live_requests()
    yield
    assert _sdk.live_requests() == before


@pytest.fixture
def bucket(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """A bucket with `k`, of a client that repeats at once and waits for nothing long."""
    server.put_object(BUCKET, "k", DATA)
    with client_of(server, retry=FAST, read_timeout=0.3) as client:
        yield client.bucket(BUCKET)


def _asked(
    server: ossc.mock.Server, since: int = 0
) -> list[tuple[str | None, str | None]]:
    """Range and If-Match of each request, but for the first ones."""
    heads = [dict(request.headers) for request in server.requests[since:]]
    return [(head.get("range"), head.get("if-match")) for head in heads]


@pytest.mark.parametrize("kind", [faults.cut, faults.stall], ids=["cut", "stall"])
@pytest.mark.parametrize("at", [1, 49_152, HALF, SIZE - 1])
@pytest.mark.parametrize("verb", VERBS)
def test_it_goes_on_where_it_broke(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    tmp_path: Path,
    verb: str,
    at: int,
    kind: Callable[..., faults.Fault],
) -> None:
    """Only the rest is asked for, of the same object; the result is the whole one's."""
    call = VERBS[verb]
    whole = call(bucket, tmp_path)
    assert whole[0] == DATA
    etag = f'"{bucket.head_object("k").etag}"'
    server.faults.add(kind(at=at))
    assert call(bucket, tmp_path) == whole
    assert _asked(server, 2) == [(None, None), (f"bytes={at}-{SIZE - 1}", etag)]
    asked = dict(server.requests[-1].headers)
    assert asked["x-oss-range-behavior"] == "standard"


@pytest.mark.parametrize("at", [2_000, HALF, SIZE])
@pytest.mark.parametrize("verb", VERBS)
def test_a_reset_takes_bytes_with_it(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    tmp_path: Path,
    verb: str,
    at: int,
) -> None:
    """However many of them arrived before the reset, all are there in the end."""
    server.faults.add(faults.stall(0.02, at=at // 2) & faults.reset(at=at))
    assert VERBS[verb](bucket, tmp_path)[0] == DATA
    (_, _), (span, etag) = _asked(server)
    assert (span is None) == (etag is None)
    if span is not None:
        begin, _, end = span.removeprefix("bytes=").partition("-")
        assert 0 < int(begin) <= at
        assert end == str(SIZE - 1)


@pytest.mark.parametrize("verb", VERBS)
def test_it_may_break_several_times(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, verb: str
) -> None:
    """Each attempt adds what it brought, an error in between adds nothing."""
    server.faults.add(
        faults.cut(at=60_000),
        faults.stall(at=1),
        faults.status(500),
        faults.cut(at=100_000),
    )
    assert VERBS[verb](bucket, tmp_path)[0] == DATA
    begins = [None, 60_000, 60_001, 60_001, 160_001]
    wanted = [None if b is None else f"bytes={b}-{SIZE - 1}" for b in begins]
    assert [span for span, _ in _asked(server)] == wanted


@pytest.mark.parametrize(
    "fault",
    [faults.cut(at=0), faults.stall(at=0), faults.cut(head=60), faults.reset(at=9)],
    ids=str,
)
@pytest.mark.parametrize("verb", VERBS)
def test_before_the_first_byte_there_is_nothing_to_go_on_from(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    tmp_path: Path,
    verb: str,
    fault: faults.Fault,
) -> None:
    """The whole object is asked for once more."""
    server.faults.add(fault)
    assert VERBS[verb](bucket, tmp_path)[0] == DATA
    assert _asked(server) == [(None, None)] * 2


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_comes_of_an_attempt_on_the_rest(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, verb: str
) -> None:
    """What is there stays, and the same rest is asked for again."""
    rest = f"bytes={HALF}-{SIZE - 1}"
    script = (faults.cut(at=0), faults.cut(head=20), faults.reset("after"))
    server.faults.add(faults.cut(at=HALF), *script)
    assert VERBS[verb](bucket, tmp_path)[0] == DATA
    assert [span for span, _ in _asked(server)] == [None] + [rest] * 4


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ((1_000, 150_999), 1_000, 150_999),
        ((1_000, None), 1_000, SIZE - 1),
        ((None, 150_000), SIZE - 150_000, SIZE - 1),
        ((None, SIZE * 9), 0, SIZE - 1),
        ((5, 10**12), 5, SIZE - 1),
        (range(7, 150_007), 7, 150_006),
        ("bytes=0-199999", 0, SIZE - 1),
    ],
    ids=str,
)
@pytest.mark.parametrize("verb", VERBS)
def test_a_range_goes_on(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    tmp_path: Path,
    verb: str,
    span: ossc.ByteRange,
    first: int,
    last: int,
) -> None:
    """The rest of a range is a range, too; the answer tells of the one asked for."""
    call = VERBS[verb]
    whole = call(bucket, tmp_path, range=span)
    assert whole[0] == DATA[first : last + 1]
    if verb == "get":
        assert whole[1]["content_range"] == (first, last)
    server.faults.add(faults.cut(at=70_000), faults.cut(at=3))
    assert call(bucket, tmp_path, range=span) == whole
    begins = [span for span, _ in _asked(server, 2)]
    assert begins == [f"bytes={first + n}-{last}" for n in (70_000, 70_003)]


def test_conditions_stay(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """What the caller asked for is asked for each time."""
    server.faults.add(faults.cut(at=HALF))
    result = bucket.get_object(
        "k",
        if_none_match='"0"',
        headers={"x-oss-test": "1"},
        params={"response-content-language": "tlh"},
    )
    assert (result.data, result.headers["content-language"]) == (DATA, "tlh")
    for request in server.requests:
        head = dict(request.headers)
        assert (head["if-none-match"], head["x-oss-test"]) == ('"0"', "1")
        assert request.query == [("response-content-language", "tlh")]


@pytest.mark.parametrize("at", [1, SMALL - 1])
def test_a_small_body_is_asked_for_anew(
    server: ossc.mock.Server, bucket: ossc.Bucket, at: int
) -> None:
    """What fits into a request's own memory is not worth a range."""
    server.put_object(BUCKET, "k", DATA[:SMALL])
    server.faults.add(faults.cut(at=at), times=3)
    assert bucket.get_object("k").data == DATA[:SMALL]
    assert _asked(server) == [(None, None)] * 4


@pytest.mark.parametrize("flipped", [0, 50, HALF - 1])
@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_byte_in_the_rest(
    server: ossc.mock.Server, tmp_path: Path, verb: str, flipped: int
) -> None:
    """The CRC-64 is that of the joined bytes."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.cut(at=HALF), faults.flip(flipped))
    with client_of(server, retry=TWICE) as client:
        with pytest.raises(ossc.ChecksumMismatch) as caught:
            VERBS[verb](client.bucket(BUCKET), tmp_path)
    assert caught.value.attempts == 2
    assert caught.value.request_id
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("verb", VERBS)
def test_a_wrong_byte_in_the_beginning(
    server: ossc.mock.Server, tmp_path: Path, verb: str
) -> None:
    """It is found at the end, however right the rest is."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.cut(at=HALF) & faults.flip(9))
    with client_of(server, retry=TWICE) as client:
        with pytest.raises(ossc.ChecksumMismatch):
            VERBS[verb](client.bucket(BUCKET), tmp_path)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("verb", ["get", "into"])
def test_after_a_wrong_byte_it_begins_at_the_beginning(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, verb: str
) -> None:
    """Nobody knows which bytes are wrong, so none is kept; that attempt may break, too."""
    server.faults.add(faults.cut(at=HALF), faults.flip(1), faults.cut(at=60_000))
    assert VERBS[verb](bucket, tmp_path)[0] == DATA
    spans = [None, f"bytes={HALF}-{SIZE - 1}", None, f"bytes=60000-{SIZE - 1}"]
    assert [span for span, _ in _asked(server)] == spans


def test_a_file_with_a_wrong_byte_is_written_anew(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path
) -> None:
    """From its beginning; what an earlier attempt left behind the end is cut off."""
    server.faults.add(faults.cut(at=HALF), faults.flip(1))
    bucket.get_object_to_file("k", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == DATA
    assert [r.status for r in server.requests[-3:]] == [200, 206, 200]
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("data", [OTHER, DATA[:HALF], DATA * 2], ids=len)
@pytest.mark.parametrize("verb", VERBS)
def test_the_object_is_replaced_meanwhile(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    tmp_path: Path,
    verb: str,
    data: bytes,
) -> None:
    """The bytes of two objects are never mixed: the error says what happened."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    server.faults.add(faults.stall(at=HALF))

    def replace(_done: int, _total: int | None) -> None:
        server.put_object(BUCKET, "k", data)

    with pytest.raises(ossc.PreconditionFailed) as caught:
        VERBS[verb](bucket, tmp_path, progress=replace)
    error = caught.value
    assert (error.status, error.attempts, error.key) == (412, 2, "k")
    assert error.history[0].startswith("RequestTimedOut")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("verb", VERBS)
def test_the_object_is_deleted_meanwhile(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, verb: str
) -> None:
    """There is no rest to ask for."""
    server.faults.add(faults.stall(at=HALF))
    with client_of(server) as other:

        def delete(_done: int, _total: int | None) -> None:
            other.bucket(BUCKET).delete_object("k")

        with pytest.raises(ossc.NoSuchKey) as caught:
            VERBS[verb](bucket, tmp_path, progress=delete)
    assert caught.value.attempts == 2
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("verb", VERBS)
def test_no_attempt_is_left(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, verb: str
) -> None:
    """The last error tells of those before it, and nothing half is left."""
    server.faults.add(faults.cut(at=20_000), times=5)
    with pytest.raises(ossc.ShortBody) as caught:
        VERBS[verb](bucket, tmp_path)
    error = caught.value
    assert (error.attempts, len(error.history)) == (5, 4)
    assert "after 5 attempts" in str(error)
    assert _asked(server)[-1][0] == f"bytes=80000-{SIZE - 1}"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_goes_on_without_leave(
    server: ossc.mock.Server, tmp_path: Path, verb: str
) -> None:
    """Without retries a broken download is an error, and the next call a new one."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.cut(at=HALF))
    with client_of(server) as client:
        bucket = client.bucket(BUCKET)
        with pytest.raises(ossc.ShortBody):
            VERBS[verb](bucket, tmp_path)
        assert VERBS[verb](bucket, tmp_path)[0] == DATA
    assert _asked(server) == [(None, None)] * 2


def test_an_encoded_object_begins_anew(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """A server may encode on the fly, and differently each time."""
    bucket.put_object("k", DATA, content_encoding="zstd")
    server.faults.add(faults.cut(at=HALF))
    assert bucket.get_object("k").data == DATA
    assert _asked(server, 1) == [(None, None)] * 2


def test_progress_never_goes_back(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """It counts what came before, out of the whole."""
    seen: list[tuple[int, int | None]] = []
    server.faults.add(
        faults.stall(at=60_000), faults.stall(at=50_000), faults.stall(0.25, at=10)
    )

    def tell(done: int, total: int | None) -> None:
        seen.append((done, total))

    assert bucket.get_object("k", progress=tell).data == DATA
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert {60_000, 110_000, 110_010} < {done for done, _ in seen}
    assert {total for done, total in seen if done >= 60_000} == {SIZE}
    assert seen[-1] == (SIZE, SIZE)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("error", [KeyboardInterrupt(), LookupError("mine")], ids=str)
def test_what_progress_raises_ends_the_rest_too(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    tmp_path: Path,
    verb: str,
    error: BaseException,
) -> None:
    """It comes out as it is; nothing is asked for any more."""
    server.faults.add(faults.cut(at=HALF), faults.stall(at=5))

    def fail(_done: int, _total: int | None) -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        VERBS[verb](bucket, tmp_path, progress=fail)
    assert caught.value is error
    assert len(server.requests) == 2
    assert os.listdir(tmp_path) == []
    assert bucket.get_object("k").data == DATA


def test_a_token_ends_the_rest(server: ossc.mock.Server) -> None:
    """Cancelling during a later attempt ends it."""
    server.put_object(BUCKET, "k", DATA)
    token = ossc.CancelToken()
    server.faults.add(faults.cut(at=HALF), faults.stall(at=5))
    with client_of(server, retry=FAST) as client:
        bucket = client.with_options(cancel=token).bucket(BUCKET)
        with pytest.raises(ossc.Cancelled):
            bucket.get_object("k", progress=lambda *_: token.cancel())
    assert len(server.requests) == 2


def test_the_bytes_are_nobody_elses(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """What a broken download leaves is not what another one gets."""
    server.put_object(BUCKET, "other", OTHER)
    server.faults.add(faults.cut(at=HALF), key="k")
    first = bucket.get_object("k").data
    kept = bytes(bytearray(first))
    assert bucket.get_object("other").data == OTHER
    assert bucket.get_object("k").data == first == kept == DATA


@pytest.mark.parametrize("size", [1, 2, 49_151, 49_152, 49_153])
def test_at_the_edge_of_what_is_small(
    server: ossc.mock.Server, bucket: ossc.Bucket, size: int
) -> None:
    """One byte more or less makes no difference to what comes out."""
    server.put_object(BUCKET, "k", DATA[:size])
    server.faults.add(faults.cut(at=size // 2))
    assert bucket.get_object("k").data == DATA[:size]
    is_small = size <= 49_152
    span = None if is_small else f"bytes={size // 2}-{size - 1}"
    assert [span for span, _ in _asked(server)] == [None, span]
