"""LiveChannels: the verbs against the mock server, and URLs that a stream is pushed to."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import ossc
import ossc.mock
from ossc.mock import faults

from .raw_server import BUCKET, client_of

NOW = 1_700_000_000.0


def test_a_channel(bucket: ossc.Bucket) -> None:
    """What a channel was set up with is what it is said to be."""
    given = ossc.LiveChannelConfiguration(
        description="front <door> & 门",
        status="disabled",
        target=ossc.LiveTarget(
            frag_duration=7, frag_count=4, playlist_name="door.m3u8"
        ),
    )
    made = bucket.create_live_channel("door 1", given)
    (publish,), (play,) = made.publish_urls, made.play_urls
    assert publish == f"rtmp://{BUCKET}.oss-cn-hangzhou.aliyuncs.com/live/door%201"
    assert play.endswith("/door%201/door.m3u8")
    assert bucket.get_live_channel_info("door 1") == given
    assert bucket.get_live_channel_stat("door 1").status == "Disabled"
    bucket.put_live_channel_status("door 1", "enabled")
    stat = bucket.get_live_channel_stat("door 1")
    assert (stat.status, stat.connected_time, stat.video) == ("Idle", None, None)
    assert bucket.get_live_channel_history("door 1") == ()
    bucket.create_live_channel("door 1")
    plain = ossc.LiveChannelConfiguration()
    assert bucket.get_live_channel_info("door 1") == plain
    bucket.delete_live_channel("door 1")
    with pytest.raises(ossc.NoSuchLiveChannel) as caught:
        bucket.get_live_channel_info("door 1")
    assert isinstance(caught.value, FileNotFoundError)
    assert caught.value.operation == "GetLiveChannelInfo"


def test_lists(bucket: ossc.Bucket) -> None:
    """All channels are listed by name, whatever the pages."""
    names = sorted([f"c{n}" for n in range(7)] + ["d", "中"])
    for name in names:
        bucket.create_live_channel(name)
    bucket.put_live_channel_status("d", "disabled")
    for size in (1, 2, 3, 1000):
        found = list(bucket.list_live_channels(page_size=size))
        assert [channel.name for channel in found] == names
    assert {channel.name: channel.status for channel in found}["d"] == "disabled"
    assert found[0].publish_urls[0].endswith("/live/c0")
    assert abs(found[0].last_modified - datetime.now(timezone.utc)) < timedelta(hours=1)
    assert [c.name for c in bucket.list_live_channels("d")] == ["d"]
    assert list(bucket.list_live_channels("x")) == []
    entries = bucket.list_live_channels(page_size=3)
    taken = [next(entries).name for _ in range(4)]
    rest = bucket.list_live_channels(page_size=2, resume=entries.token)
    assert taken + [channel.name for channel in rest] == names
    assert bucket.stat().live_channel_count == 9


def test_a_stream() -> None:
    """From a signed URL to playlists: what a push does can be seen from outside."""
    clock = [NOW]
    with ossc.mock.serve(buckets=[BUCKET], clock=lambda: clock[0]) as server:
        with client_of(server, retry=ossc.Retry()) as client:
            bucket = client.bucket(BUCKET)
            bucket.create_live_channel("cam")
            url = bucket.presign_rtmp("cam", 10**8, playlist="now.m3u8")
            with server.push_live(BUCKET, url, "192.0.2.7:5000") as push:
                keys = []
                for _ in range(5):
                    keys.append(push.segment(b"ts"))
                    clock[0] += 5
                stat = bucket.get_live_channel_stat("cam")
                assert stat.status == "Live"
                assert stat.remote_addr == "192.0.2.7:5000"
                assert stat.connected_time == datetime.fromtimestamp(NOW, timezone.utc)
                assert stat.video is not None
                assert (stat.video.width, stat.video.codec) == (1280, "H264")
                assert stat.audio is not None
                assert stat.audio.sample_rate == 44100
                with pytest.raises(ossc.ChannelStillLive):
                    bucket.create_live_channel("cam")
                with pytest.raises(ossc.ChannelStillLive):
                    bucket.delete_live_channel("cam")
                with pytest.raises(PermissionError, match="ChannelStillLive"):
                    server.push_live(BUCKET, url)
            (record,) = bucket.get_live_channel_history("cam")
            assert record.remote_addr == "192.0.2.7:5000"
            assert record.end_time - record.start_time == timedelta(seconds=25)
            playlist = bucket.get_object("cam/now.m3u8").data.decode()
            assert "#EXT-X-MEDIA-SEQUENCE:2" in playlist
            assert playlist.count("#EXTINF") == 3
            assert bucket.get_object(keys[0]).data == b"ts"
            start = datetime.fromtimestamp(NOW + 5, timezone.utc)
            text = bucket.get_vod_playlist("cam", start, NOW + 15)
            assert text.endswith("#EXT-X-ENDLIST\n")
            assert [line for line in text.splitlines() if line.endswith(".ts")] == [
                key.removeprefix("cam/") for key in keys[1:3]
            ]
            bucket.post_vod_playlist("cam", "v.m3u8", start, start + timedelta(hours=1))
            vod = bucket.get_object("cam/v.m3u8").data.decode()
            assert vod.count("#EXTINF") == 4
            with pytest.raises(ossc.ServerError, match="No ts found") as caught:
                bucket.get_vod_playlist("cam", NOW + 500, NOW + 600)
            assert (caught.value.status, caught.value.code) == (400, "InvalidRequest")


def test_disabling_ends_a_stream(server: ossc.mock.Server, bucket: ossc.Bucket) -> None:
    """A channel that is disabled drops its stream and takes no other."""
    bucket.create_live_channel("cam")
    url = bucket.presign_rtmp("cam")
    with server.push_live(BUCKET, url) as push:
        push.segment(b"ts")
        bucket.put_live_channel_status("cam", "disabled")
        with pytest.raises(ConnectionAbortedError):
            push.segment(b"ts")
    assert bucket.get_live_channel_stat("cam").status == "Disabled"
    assert len(bucket.get_live_channel_history("cam")) == 1
    with pytest.raises(PermissionError, match="LiveChannelDisabled"):
        server.push_live(BUCKET, url)


def test_ten_streams_are_remembered(
    server: ossc.mock.Server, bucket: ossc.Bucket
) -> None:
    """Older ones are forgotten."""
    bucket.create_live_channel("cam")
    url = bucket.presign_rtmp("cam")
    for n in range(12):
        server.push_live(BUCKET, url, f"192.0.2.1:{n}").close()
    records = bucket.get_live_channel_history("cam")
    assert [r.remote_addr for r in records] == [f"192.0.2.1:{n}" for n in range(2, 12)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Signature=", "Signature=x", "SignatureDoesNotMatch"),
        ("Expires=", "Expires=1", "SignatureDoesNotMatch"),
        ("/live/cam", "/live/cat", "SignatureDoesNotMatch"),
        ("a.m3u8", "b.m3u8", "SignatureDoesNotMatch"),
        ("OSSAccessKeyId=", "OSSAccessKeyId=x", "InvalidAccessKeyId"),
        ("rtmp://", "http://", "no push URL"),
    ],
)
def test_changed_urls(
    server: ossc.mock.Server, bucket: ossc.Bucket, old: str, new: str, said: str
) -> None:
    """A URL with anything changed is refused."""
    bucket.create_live_channel("cam")
    url = bucket.presign_rtmp("cam", playlist="a.m3u8", params={"quality": "a b&c"})
    server.push_live(BUCKET, url).close()
    assert old in url
    with pytest.raises(PermissionError, match=said):
        server.push_live(BUCKET, url.replace(old, new))


def test_temporary_keys_and_old_urls(server: ossc.mock.Server) -> None:
    """A token is part of what is signed, and URLs grow old."""
    server.create_bucket(BUCKET)
    server.add_sts("STS.id", "sts-secret", "to+ken/=")
    keys = ossc.Credentials("STS.id", "sts-secret", "to+ken/=")
    with client_of(server, credentials=keys) as client:
        bucket = client.bucket(BUCKET)
        bucket.create_live_channel("cam")
        url = bucket.presign_rtmp("cam", timedelta(minutes=1))
        assert "security-token=to%2Bken%2F%3D" in url
        server.push_live(BUCKET, url).close()
        with pytest.raises(PermissionError):
            server.push_live(BUCKET, url.replace("to%2Bken", "other"))
        with pytest.raises(PermissionError, match="NoSuchLiveChannel"):
            server.push_live(BUCKET, bucket.presign_rtmp("other"))
    later = time.time() + 100
    with ossc.mock.serve(buckets=[BUCKET], clock=lambda: later) as elsewhere:
        with pytest.raises(PermissionError, match="expired"):
            elsewhere.push_live(BUCKET, url)


@pytest.mark.parametrize(
    ("endpoint", "addressing", "place"),
    [
        ("https://oss-x.aliyuncs.com", "auto", "b-1.oss-x.aliyuncs.com"),
        ("http://localhost:9000", "auto", "b-1.localhost:9000"),
        ("http://127.0.0.1:9000", "auto", "127.0.0.1:9000/b-1"),
        ("http://127.0.0.1", "auto", "127.0.0.1/b-1"),
        ("http://[::1]:9000", "auto", "[::1]:9000/b-1"),
        ("http://[::1]", "auto", "[::1]/b-1"),
        ("https://media.example.com", "cname", "media.example.com"),
        ("https://oss.example.com", "path", "oss.example.com/b-1"),
    ],
)
def test_places_of_urls(endpoint: str, addressing: Any, place: str) -> None:
    """The bucket is in the host, or in the path where the host cannot name it."""
    with client_of(endpoint, addressing=addressing) as client:
        url = client.bucket("b-1").presign_rtmp("c")
    assert url.startswith(f"rtmp://{place}/live/c?")


DAY = 24 * 3600
WRONG: dict[str, Callable[[ossc.Bucket], object]] = {
    "slash": lambda b: b.create_live_channel("a/b"),
    "empty": lambda b: b.get_live_channel_info(""),
    "long": lambda b: b.delete_live_channel("x" * 1024),
    "description": lambda b: b.create_live_channel(
        "c", ossc.LiveChannelConfiguration(description="x" * 129)
    ),
    "configured status": lambda b: b.create_live_channel(
        "c",
        ossc.LiveChannelConfiguration(status="on"),  # type: ignore[arg-type]
    ),
    "duration": lambda b: b.create_live_channel(
        "c", ossc.LiveChannelConfiguration(target=ossc.LiveTarget(frag_duration=0))
    ),
    "count": lambda b: b.create_live_channel(
        "c", ossc.LiveChannelConfiguration(target=ossc.LiveTarget(frag_count=101))
    ),
    "playlist": lambda b: b.create_live_channel(
        "c",
        ossc.LiveChannelConfiguration(target=ossc.LiveTarget(playlist_name="p.m3u")),
    ),
    "type": lambda b: b.create_live_channel(
        "c",
        ossc.LiveChannelConfiguration(target=ossc.LiveTarget(type="DASH")),  # type: ignore[arg-type]
    ),
    "status": lambda b: b.put_live_channel_status("c", "on"),  # type: ignore[arg-type]
    "page size": lambda b: list(b.list_live_channels(page_size=1001)),
    "vod name": lambda b: b.post_vod_playlist("c", "a/b.m3u8", 1, 2),
    "vod line": lambda b: b.post_vod_playlist("c", "a\nb.m3u8", 1, 2),
    "backwards": lambda b: b.get_vod_playlist("c", 2, 1),
    "two days": lambda b: b.get_vod_playlist("c", 1, 2 + DAY),
    "negative": lambda b: b.get_vod_playlist("c", -1, 1),
    "naive": lambda b: b.get_vod_playlist("c", datetime(2024, 1, 1), 1),  # noqa: DTZ001
    "expires": lambda b: b.presign_rtmp("c", 0),
    "own parameter": lambda b: b.presign_rtmp("c", params={"Expires": "1"}),
    "two lines": lambda b: b.presign_rtmp("c", params={"a": "1\nb:2"}),
    "colon": lambda b: b.presign_rtmp("c", params={"a:b": "1"}),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_arguments(
    bucket: ossc.Bucket, server: ossc.mock.Server, name: str
) -> None:
    """What OSS would refuse is refused before anything is sent."""
    server.reset_counts()
    with pytest.raises(ossc.ParameterError):
        WRONG[name](bucket)
    assert server.requests == []


def test_without_credentials(server: ossc.mock.Server) -> None:
    """Who has no key cannot sign."""
    with client_of(server, credentials=ossc.ANONYMOUS) as client:
        with pytest.raises(ossc.ParameterError, match="anonymous"):
            client.bucket(BUCKET).presign_rtmp("c")


@pytest.mark.parametrize(
    ("body", "call"),
    [
        (b"<LiveChannelStat/>", lambda b: b.get_live_channel_stat("c")),
        (
            b"<LiveChannelHistory><LiveRecord/></LiveChannelHistory>",
            lambda b: b.get_live_channel_history("c"),
        ),
        (b"<Other/>", lambda b: b.get_live_channel_info("c")),
        (
            b"<ListLiveChannelResult><IsTruncated>true</IsTruncated>%b"
            % b"</ListLiveChannelResult>",
            lambda b: list(b.list_live_channels()),
        ),
        (b"\xff", lambda b: b.get_vod_playlist("c", 1, 2)),
    ],
)
def test_hostile_answers(
    server: ossc.mock.Server,
    bucket: ossc.Bucket,
    body: bytes,
    call: Callable[[ossc.Bucket], object],
) -> None:
    """What is no answer of OSS is a `MalformedResponse`."""
    server.faults.add(faults.body(body) & faults.status(200))
    with pytest.raises(ossc.MalformedResponse):
        call(bucket)


def test_channels_outlive_a_server(tmp_path: Path) -> None:
    """A server with a folder remembers its channels; a stream ends with it."""
    keys = {"live-id": "live-secret"}
    with (
        ossc.mock.serve(root=tmp_path, buckets=[BUCKET], credentials=keys) as server,
        client_of(server) as client,
    ):
        bucket = client.bucket(BUCKET)
        bucket.create_live_channel("cam")
        server.push_live(BUCKET, bucket.presign_rtmp("cam")).segment(b"ts")
    with ossc.mock.serve(root=tmp_path, credentials=keys) as server:
        with client_of(server) as client:
            bucket = client.bucket(BUCKET)
            assert [c.name for c in bucket.list_live_channels()] == ["cam"]
            assert bucket.get_live_channel_stat("cam").status == "Idle"
            with pytest.raises(ossc.BucketNotEmpty):
                client.delete_bucket(BUCKET)


def test_a_push_url_by_credentials_of_a_source(server: ossc.mock.Server) -> None:
    """They are asked for as for any request, and the URL shows no signature by itself."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with client_of(server, credentials=lambda: keys) as client:
        bucket = client.bucket(BUCKET)
        bucket.create_live_channel("cam")
        url = bucket.presign_rtmp("cam")
        server.push_live(BUCKET, url).close()
    assert url.partition("&Signature=")[2] not in repr(url)
    assert "Signature=***" in repr(url)
