"""The mock server's LiveChannels, used by oss2; this project's client agrees with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import oss2
import oss2.exceptions
import oss2.models
import pytest

import ossc

from . import oss2_client, strangers
from .strangers import LOGINS, Login, Server, Untyped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

server = pytest.fixture(strangers.run_server, scope="module", name="server")
login = pytest.fixture(params=LOGINS, ids=str, name="login")(strangers.give_login)
bucket = pytest.fixture(oss2_client.fresh_bucket, name="bucket")


@pytest.fixture(name="ours")
def make_ours(server: Server, bucket: Untyped) -> Iterator[ossc.Bucket]:
    """This project's view of the same bucket."""
    keys = ossc.Credentials(server.access_key_id, server.access_key_secret)
    with ossc.Client(server.endpoint, region=server.region, credentials=keys) as client:
        yield client.bucket(bucket.bucket_name)


def info(**options: object) -> Untyped:
    """A configuration as oss2 has it."""
    target = oss2.models.LiveChannelInfoTarget(playlist_name="play.m3u8", **options)
    return oss2.models.LiveChannelInfo(description="a <b> & c", target=target)


def test_a_channel(bucket: Untyped, ours: ossc.Bucket) -> None:
    """What one client sets up, the other sees in the same way."""
    made = bucket.create_live_channel("ch", info(frag_duration=9, frag_count=2))
    again = ours.create_live_channel("same", ours_of())
    assert made.play_url.replace("/ch/", "/same/") == again.play_urls[0]
    assert (
        made.publish_url.rpartition("/")[0] == again.publish_urls[0].rpartition("/")[0]
    )
    for name in ("ch", "same"):
        theirs, own = bucket.get_live_channel(name), ours.get_live_channel_info(name)
        assert own == ours_of()
        assert (theirs.status, theirs.description) == (own.status, own.description)
        assert theirs.target.type == own.target.type
        assert int(theirs.target.frag_duration) == own.target.frag_duration
        assert int(theirs.target.frag_count) == own.target.frag_count
        assert theirs.target.playlist_name == own.target.playlist_name
    assert bucket.put_live_channel_status("ch", "disabled").status == 200
    assert ours.get_live_channel_stat("ch").status == "Disabled"
    assert bucket.get_live_channel_stat("ch").status == "Disabled"
    assert bucket.delete_live_channel("ch").status == 204
    with pytest.raises(oss2.exceptions.NoSuchLiveChannel):
        bucket.get_live_channel("ch")


def ours_of() -> ossc.LiveChannelConfiguration:
    """The same configuration as this project has it."""
    target = ossc.LiveTarget(frag_duration=9, frag_count=2, playlist_name="play.m3u8")
    return ossc.LiveChannelConfiguration(description="a <b> & c", target=target)


def test_lists(bucket: Untyped, ours: ossc.Bucket) -> None:
    """Both clients list the same, page by page."""
    for n in range(5):
        bucket.create_live_channel(f"c{n}", info())
    own = list(ours.list_live_channels("c", page_size=2))
    theirs = list(oss2.LiveChannelIterator(bucket, prefix="c", max_keys=2))
    assert [channel.name for channel in own] == [f"c{n}" for n in range(5)]
    for channel, other in zip(own, theirs, strict=True):
        assert (channel.name, channel.status) == (other.name, other.status)
        assert channel.description == other.description
        assert channel.last_modified.timestamp() == other.last_modified
        assert channel.publish_urls == (other.publish_url,)
        assert channel.play_urls == (other.play_url,)
    page = bucket.list_live_channel(max_keys=3)
    assert (page.is_truncated, page.next_marker, page.max_keys) == (True, "c2", 3)


def check_alike(own: object, theirs: object) -> None:
    """Holds what oss2 tells of something against this project's record of it."""
    facts = vars(theirs)
    assert len(facts) > 2
    assert {name: getattr(own, name) for name in facts} == facts


def test_a_stream(
    server: Server, login: Login, bucket: Untyped, ours: ossc.Bucket
) -> None:
    """Either client's URL is pushed to, and both see the stream in the same way."""
    bucket.create_live_channel("ch", info())
    name = bucket.bucket_name
    urls = [
        bucket.sign_rtmp_url("ch", "play.m3u8", 600),
        ours.presign_rtmp("ch", 600, playlist="play.m3u8"),
    ]
    if not login.virtual_host:
        assert urls[0].partition("?")[0] == urls[1].partition("?")[0]
    for url in urls:
        with server.push_live(name, url, "192.0.2.9:99") as push:
            push.segment(b"ts", 3)
            theirs, own = (
                bucket.get_live_channel_stat("ch"),
                ours.get_live_channel_stat("ch"),
            )
            assert own.status == theirs.status == "Live"
            assert own.remote_addr == theirs.remote_addr == "192.0.2.9:99"
            assert own.connected_time is not None
            assert own.connected_time.timestamp() == theirs.connected_time
            check_alike(own.video, theirs.video)
            check_alike(own.audio, theirs.audio)
    records = bucket.get_live_channel_history("ch").records
    for record, other in zip(ours.get_live_channel_history("ch"), records, strict=True):
        assert record.start_time.timestamp() == other.start_time
        assert record.end_time.timestamp() == other.end_time
        assert record.remote_addr == other.remote_addr
    begin = int(server.now()) - 60
    span = begin, begin + 120
    text = bucket.get_vod_playlist("ch", *span).playlist
    assert text == ours.get_vod_playlist("ch", *span)
    assert text.count(".ts") == 2
    assert bucket.post_vod_playlist("ch", "v.m3u8", *span).status == 200
    assert bucket.get_object("ch/v.m3u8").read().decode() == text


def test_failures(bucket: Untyped) -> None:
    """What cannot be done is refused with the service's codes."""
    bucket.create_live_channel("ch", info())
    wrong: list[tuple[Callable[[], object], str]] = [
        (lambda: bucket.put_live_channel_status("ch", "on"), "InvalidArgument"),
        (lambda: bucket.create_live_channel("c", info(frag_count=0)), "MalformedXML"),
        (lambda: bucket.create_live_channel("a/b", info()), "InvalidArgument"),
        (lambda: bucket.get_vod_playlist("ch", 5, 4), "InvalidArgument"),
        (lambda: bucket.get_vod_playlist("ch", 5, 6), "InvalidRequest"),
        (lambda: bucket.post_vod_playlist("ch", "v.mp4", 5, 6), "InvalidArgument"),
        (lambda: bucket.post_vod_playlist("no", "v.m3u8", 5, 6), "NoSuchLiveChannel"),
        (lambda: bucket.delete_live_channel("no"), "NoSuchLiveChannel"),
        (lambda: bucket.list_live_channel(max_keys=1001), "InvalidArgument"),
    ]
    for call, code in wrong:
        with pytest.raises(oss2.exceptions.ServerError) as caught:
            call()
        assert caught.value.code == code
