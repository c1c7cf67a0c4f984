"""Connections are made as few as can be: the server counts them."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc import _sdk
from ossc._sdk._request import MAX_IDLE_LANES, MAX_OTHER_LANES, Lane
from ossc.mock import faults

from .raw_server import BUCKET, Peer, RawServer, answer, client_of

PART = 100 * 1024
DATA = bytes(range(256)) * 2000
FAST = ossc.Retry(attempts=3, backoff=0, max_backoff=0)


@pytest.fixture
def bucket(server: ossc.mock.Server) -> Iterator[ossc.Bucket]:
    """A bucket with the object `k`."""
    server.put_object(BUCKET, "k", DATA)
    with client_of(server) as client:
        yield client.bucket(BUCKET)


def _lanes() -> int:
    gc.collect()
    return sum(type(thing) is Lane for thing in gc.get_objects())


def test_one_after_the_other(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path
) -> None:
    """Whatever is asked, small or large, empty or none, into whatever."""
    for size in (0, 1, 1000, 49_152, 49_153, 500_000):
        bucket.put_object("new", DATA[:size])
        assert bucket.get_object("new").data == DATA[:size]
        assert bucket.get_object_into("new", bytearray(size + 1)) == size
        bucket.get_object_to_file("new", tmp_path / "file")
        bucket.put_object_from_file("new", tmp_path / "file")
        assert bucket.head_object("new").size == size
        bucket.delete_object("new")
    assert bucket.get_object("k", (7, 60_000)).data == DATA[7:60_001]
    assert len(list(bucket.list_objects())) == 1
    assert bucket.presign("GET", "k")
    assert server.connections == 1


MISSES: dict[str, Callable[[ossc.Bucket, Path], object]] = {
    "get": lambda b, _: b.get_object("missing"),
    "into": lambda b, _: b.get_object_into("missing", bytearray(9)),
    "file": lambda b, folder: b.get_object_to_file("missing", folder / "file"),
    "head": lambda b, _: b.head_object("missing"),
    "copy": lambda b, _: b.copy_object("missing", "k"),
    "range": lambda b, _: b.get_object("k", (10**9, None)),
    "condition": lambda b, _: b.get_object("k", if_match='"0"'),
    "unchanged": lambda b, _: b.get_object(
        "k", if_none_match=f'"{b.head_object("k").etag}"'
    ),
    "forbidden": lambda b, _: b.put_object("k", b"", forbid_overwrite=True),
}


@pytest.mark.parametrize("miss", MISSES)
def test_after_errors(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path, miss: str
) -> None:
    """An answer that says no leaves its connection as good as another; so does 304."""
    kept = []
    for _ in range(5):
        with pytest.raises(ossc.ServerError) as caught:
            MISSES[miss](bucket, tmp_path)
        kept.append(caught.value)
        assert bucket.get_object("k").data == DATA
    assert server.connections == 1
    assert len(kept) == 5


def test_after_refused_arguments(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """What is refused before it is sent costs no connection."""
    for verb in (bucket.get_object, bucket.head_object):
        with pytest.raises(ossc.ParameterError):
            verb("k", headers={"a b": "c"})
        with pytest.raises(ossc.ParameterError, match="name is empty"):
            verb("k", params={"": "x", "versionId": "1"})
    with pytest.raises(TypeError):
        bucket.get_object("k", params={1: 2})  # type: ignore[dict-item]
    bucket.get_object("k")
    assert server.connections == 1
    assert _sdk.live_requests() == 0


def test_retries_use_it_again(server: ossc.mock.Server) -> None:
    """An error that passes does not cost a connection."""
    server.put_object(BUCKET, "k", DATA)
    with client_of(server, retry=FAST) as client:
        for _ in range(5):
            server.faults.add(faults.status(503), faults.status(500))
            assert client.bucket(BUCKET).get_object("k").data == DATA
    assert server.connections == 1


def test_a_download_that_goes_on_needs_one_more(server: ossc.mock.Server) -> None:
    """A cut ends its connection; the rest, and what follows, share the next."""
    server.put_object(BUCKET, "k", DATA)
    server.faults.add(faults.cut(at=100_000))
    with client_of(server, retry=FAST) as client:
        for _ in range(5):
            assert client.bucket(BUCKET).get_object("k").data == DATA
    assert server.connections == 2


def test_views_share_them(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """Other options are other requests, not other connections."""
    wishes: list[dict[str, Any]] = [
        {},
        {"timeout": 5},
        {"timeout": 6, "retry": FAST},
        {"deadline": 5},
        {"cancel": ossc.CancelToken()},
        {"retry": ossc.Retry(2)},
    ]
    client = bucket._client
    views = [client.with_options(**wish).bucket(BUCKET) for wish in wishes]
    for _ in range(4):
        for view in views:
            assert view.get_object("k").data == DATA
            view.put_object("new", b"x")
            with pytest.raises(ossc.NoSuchKey):
                view.get_object("missing")
    assert server.connections == 1


@pytest.mark.parametrize("is_kept", [True, False])
def test_views_in_turn_set_nothing_up_again(
    bucket: ossc.Bucket, monkeypatch: pytest.MonkeyPatch, *, is_kept: bool
) -> None:
    """Two views that alternate find their memory again, also if they are made anew."""
    made = []
    begin = Lane.__init__

    def count(self: Lane, *args: Any) -> None:
        made.append(args[0])
        begin(self, *args)

    monkeypatch.setattr(Lane, "__init__", count)
    client = bucket._client
    views = [client.with_options(timeout=seconds) for seconds in (5, 6)]
    for _ in range(20):
        if not is_kept:
            views = [client.with_options(timeout=seconds) for seconds in (5, 6)]
        for view in views:
            assert view.bucket(BUCKET).get_object("k").data == DATA
        bucket.get_object("k")
    assert len(made) == 3


def test_the_memory_of_many_views_has_a_limit(bucket: ossc.Bucket) -> None:
    """Who makes views of ever other times does not keep the memory of all of them."""
    client = bucket._client
    before = _lanes()
    for number in range(100):
        client.with_options(timeout=number + 1).bucket(BUCKET).get_object("k")
    assert _lanes() <= before + MAX_OTHER_LANES + 1


def test_renewed_keys_leave_no_memory_with_the_old_ones(
    server: ossc.mock.Server,
) -> None:
    """What was signed for with keys that are no more is not kept."""
    server.put_object(BUCKET, "k", DATA)
    before = _lanes()
    keys = [server.access_key_id, server.access_key_secret]
    source = ossc.RefreshingCredentials(lambda: ossc.Credentials(*keys))
    with client_of(server, credentials=source) as client:
        for _ in range(5):
            assert client.bucket(BUCKET).get_object("k").data == DATA
            source._kept = None
        assert _lanes() == before + 1


def test_batches(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """As many as are asked at a time, for as many batches as there are."""
    keys = [f"key{n}" for n in range(300)]
    for item in bucket.put_objects(((key, b"data") for key in keys), concurrency=4):
        assert item.result.crc64
    after_one = server.connections
    assert after_one <= 4
    for _ in range(3):
        for got in bucket.get_objects(keys, concurrency=4):
            assert got.result.data == b"data"
    for got in bucket.get_objects([*keys, "missing"], concurrency=4, ordered=False):
        assert (got.error is None) == (got.key != "missing")
    assert server.connections <= 4
    before = server.connections
    for key in keys[:10]:
        bucket.get_object(key)
    assert server.connections == before


def test_downloads_in_parts(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path
) -> None:
    """They take as many as there are parts on their way, however often."""
    path = tmp_path / "file"
    for _ in range(4):
        bucket.download_file("k", path, part_size=PART, concurrency=3)
        assert path.read_bytes() == DATA
        into = bytearray(len(DATA))
        bucket.download_into("k", into, part_size=PART, concurrency=3)
        assert into == DATA
        bucket.get_object("k")
    assert server.connections <= 3


def test_uploads_in_parts(
    server: ossc.mock.Server, bucket: ossc.Bucket, tmp_path: Path
) -> None:
    """So do they; what must not be sent twice has a connection that is surely alive."""
    path = tmp_path / "file"
    path.write_bytes(DATA)
    for count in range(1, 5):
        bucket.upload_file("big", path, threshold=1, part_size=PART, concurrency=3)
        assert bucket.get_object("big").data == DATA
        assert count < server.connections <= 3 + count
    before = server.connections
    bucket.append_object("log", b"a", 0)
    assert server.connections == before + 1
    bucket.put_object("log", b"a")
    assert server.connections == before + 1


def test_clients_do_not_share_them(server: ossc.mock.Server) -> None:
    """Each has its own, and takes them along."""
    server.put_object(BUCKET, "k", DATA)
    for count in range(1, 4):
        with client_of(server) as client:
            for _ in range(3):
                client.bucket(BUCKET).get_object("k")
        assert server.connections == count


def test_closing_ends_them_whatever_is_kept() -> None:
    """An exception that somebody holds on to holds no connection."""
    replies = (
        answer(b"<Error><Code>NoSuchKey</Code></Error>", "404 Not Found"),
        answer(b"", "304 Not Modified", length=None),
    )

    def handle(peer: Peer) -> None:
        for reply in itertools.cycle(replies):
            if peer.read() is None:
                return
            peer.send(reply)

    kept: list[BaseException] = []
    with RawServer(handle) as server:
        client = server.client()
        bucket = client.bucket(BUCKET)
        wrong: list[dict[str, Any]] = [{}, {}, {"headers": {"a b": "c"}}]
        for options in wrong:
            with pytest.raises(ossc.OSSError) as caught:
                bucket.get_object("k", **options)
            kept.append(caught.value)
        client.close()
        ((thread, _),) = server._live
        thread.join(5)
        assert not thread.is_alive()
    assert [type(error) for error in kept] == [
        ossc.NoSuchKey,
        ossc.NotModified,
        ossc.ParameterError,
    ]
    assert all(error.__traceback__ is not None for error in kept)


def test_the_memory_of_idle_requests_goes_with_the_client(
    server: ossc.mock.Server,
) -> None:
    """What a session kept to be quick is freed when its client is closed."""
    server.put_object(BUCKET, "k", DATA)
    before = _lanes()
    client = client_of(server)
    view = client.with_options(timeout=3)
    for _ in range(3):
        client.bucket(BUCKET).get_object("k")
        result = view.bucket(BUCKET).get_object("k")
    assert before < _lanes() <= before + MAX_IDLE_LANES
    client.close()
    assert _lanes() == before
    assert result.size == len(DATA)
    with pytest.raises(ossc.ClientClosed):
        view.bucket(BUCKET).get_object("k")


def test_a_lane_that_failed_is_not_used_again(bucket: ossc.Bucket) -> None:
    """Whatever went wrong with it, the next request begins with a clean one."""
    for _ in range(50):
        with pytest.raises(ossc.NoSuchKey):
            bucket.get_object("missing")
        with pytest.raises(LookupError):
            bucket.get_object("k", progress=_fail)
        assert bucket.get_object("k").data == DATA
        assert bucket.put_object("new", b"").etag
    assert _sdk.live_requests() == 0


def _fail(_done: int, _total: int | None) -> None:
    raise LookupError
