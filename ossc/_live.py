"""What is said of LiveChannels, and how a URL to push to is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from ossc._model import Model, field
from ossc._names import (
    DIGITS,
    check_seconds,
    check_text,
    consists_of,
    encode_key,
    encode_text,
)
from ossc._paging import Listing
from ossc._sdk import Answer, base64_encode, hmac_sha1
from ossc.errors import MalformedResponse, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc.client import Client

__all__ = [
    "Channels",
    "CreateLiveChannelResult",
    "LiveAudio",
    "LiveChannel",
    "LiveChannelConfiguration",
    "LiveChannelHistory",
    "LiveChannelPage",
    "LiveChannelStat",
    "LiveRecord",
    "LiveTarget",
    "LiveVideo",
    "check_channel",
    "check_configuration",
    "check_params",
    "check_playlist",
    "push_url",
    "span_params",
]

STATUSES = ("enabled", "disabled")

_MAX_SECONDS = 2**31
_MAX_DAY = 24 * 3600
_MAX_TEXT = 128


class LiveTarget(Model):
    """What a channel stores.

    Attributes:
        type: `"HLS"`, the only one there is.
        frag_duration: Seconds that a piece of the stream is to have, 1 to 100.
        frag_count: Pieces that the playlist names, 1 to 100.
        playlist_name: The playlist's name; it ends in `.m3u8`.
    """

    __slots__ = ()

    type: Literal["HLS"] = "HLS"
    frag_duration: int = 5
    frag_count: int = 3
    playlist_name: str = "playlist.m3u8"


class LiveChannelConfiguration(Model):
    """How a channel is set up.

    Attributes:
        description: A description, 128 bytes at most.
        status: `"enabled"`, or `"disabled"`: nothing can be pushed to it.
        target: What it stores.
    """

    __slots__ = ()

    description: str = ""
    status: Literal["enabled", "disabled"] = "enabled"
    target: LiveTarget = LiveTarget()


class CreateLiveChannelResult(Model):
    """Where a channel is pushed to and played.

    Attributes:
        publish_urls: Where the stream is pushed to; in a private bucket such a URL has to
            be signed (`Bucket.presign_rtmp`).
        play_urls: Where the playlist is.
    """

    __slots__ = ()

    publish_urls: Sequence[str] = field("PublishUrls/Url", default=())
    play_urls: Sequence[str] = field("PlayUrls/Url", default=())


class LiveVideo(Model):
    """The picture of a stream.

    Attributes:
        width: In pixels.
        height: In pixels.
        frame_rate: Frames a second.
        bandwidth: Bits a second.
        codec: Such as `"H264"`.
    """

    __slots__ = ()

    width: int = 0
    height: int = 0
    frame_rate: int = 0
    bandwidth: int = 0
    codec: str = ""


class LiveAudio(Model):
    """The sound of a stream.

    Attributes:
        bandwidth: Bits a second.
        sample_rate: Samples a second.
        codec: Such as `"AAC"`.
    """

    __slots__ = ()

    bandwidth: int = 0
    sample_rate: int = 0
    codec: str = ""


class LiveChannelStat(Model):
    """What a channel is doing.

    Attributes:
        status: `"Disabled"`, `"Idle"`: enabled, but nobody pushes; or `"Live"`.
        connected_time: Since when somebody pushes, UTC; None: nobody does, as below.
        remote_addr: Who pushes, `address:port`.
        video: The picture.
        audio: The sound.
    """

    __slots__ = ()

    status: Literal["Disabled", "Idle", "Live"]
    connected_time: datetime | None = None
    remote_addr: str | None = None
    video: LiveVideo | None = None
    audio: LiveAudio | None = None


class LiveRecord(Model):
    """A stream that was pushed.

    Attributes:
        start_time: When it began, UTC.
        end_time: When it ended, UTC.
        remote_addr: Who pushed it, `address:port`.
    """

    __slots__ = ()

    start_time: datetime
    end_time: datetime
    remote_addr: str = ""


class LiveChannelHistory(Model):
    """The last streams of a channel, ten at most.

    Attributes:
        records: The streams.
    """

    __slots__ = ()

    records: Sequence[LiveRecord] = field("LiveRecord", default=())


class LiveChannel(Model):
    """A channel as a list names it.

    Attributes:
        name: The channel's name.
        description: Its description.
        status: `"enabled"` or `"disabled"`; some regions answer `"live"` and `"idle"`.
        last_modified: When it was set up last, UTC.
        publish_urls: Where it is pushed to.
        play_urls: Where its playlist is.
    """

    __slots__ = ()

    name: str
    description: str = ""
    status: str = ""
    last_modified: datetime
    publish_urls: Sequence[str] = field("PublishUrls/Url", default=())
    play_urls: Sequence[str] = field("PlayUrls/Url", default=())


class LiveChannelPage(Model, root="ListLiveChannelResult"):
    """A page of a list.

    Attributes:
        is_truncated: Whether there are more.
        next_marker: Where the next page goes on.
        channels: The channels.
    """

    __slots__ = ()

    is_truncated: bool = False
    next_marker: str = ""
    channels: Sequence[LiveChannel] = field("LiveChannel", default=())


class Channels(Listing[LiveChannel]):
    """ListLiveChannel."""

    __slots__ = ()
    _kind = "channels"

    def _read(
        self, answer: Answer
    ) -> tuple[list[LiveChannel], Mapping[str, str] | None]:
        page = LiveChannelPage.from_xml(answer.body)
        if not page.is_truncated:
            return list(page.channels), None
        if not page.next_marker:
            raise MalformedResponse("a truncated list of channels names no next page")
        return list(page.channels), self._behind((page.next_marker,))

    def _place_of(self, entry: LiveChannel) -> tuple[str, ...]:
        return (entry.name,)

    def _behind(self, place: tuple[str, ...]) -> Mapping[str, str]:
        return {"marker": place[0]}


def check_channel(channel: str) -> str:
    """A legal channel name: a key without a slash."""
    encode_key(channel)
    if "/" in channel:
        raise ParameterError(f"the channel name {channel!r:.100} has a slash")
    return channel


def check_playlist(name: str) -> str:
    """A legal playlist name."""
    raw = encode_text("the playlist's name", name)
    is_plain = name.endswith(".m3u8") and "/" not in name and name.isprintable()
    if not is_plain or not 6 <= len(raw) <= _MAX_TEXT:
        raise ParameterError(
            f"the playlist's name is {name!r:.100}; it ends in .m3u8, has no slash and "
            f"6 to {_MAX_TEXT} bytes"
        )
    return name


def check_configuration(given: LiveChannelConfiguration | None) -> bytes:
    """The document of a configuration that OSS takes."""
    if given is None:
        given = LiveChannelConfiguration()
    if not isinstance(given, LiveChannelConfiguration):
        kind = type(given).__name__
        raise TypeError(f"a LiveChannelConfiguration is asked for, not {kind}")
    if given.status not in STATUSES:
        raise ParameterError(f"status is {given.status!r:.30}, not one of {STATUSES}")
    if len(given.description.encode()) > _MAX_TEXT:
        raise ParameterError(f"the description has more than {_MAX_TEXT} bytes")
    target = given.target
    if target.type != "HLS":
        raise ParameterError(f"the target's type is {target.type!r:.30}, not 'HLS'")
    for name in ("frag_duration", "frag_count"):
        if not 1 <= getattr(target, name) <= 100:
            raise ParameterError(
                f"{name} is {getattr(target, name)}; it goes from 1 to 100"
            )
    check_playlist(target.playlist_name)
    return given.to_xml()


def span_params(start: datetime | float, end: datetime | float) -> dict[str, str]:
    """The query parameters of a playlist for a span of time."""
    first, last = _unix("start", start), _unix("end", end)
    if not first < last <= first + _MAX_DAY:
        raise ParameterError("the end lies behind the start, at most a day")
    return {"vod": "", "startTime": str(first), "endTime": str(last)}


def _unix(what: str, moment: datetime | float) -> int:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise ParameterError(f"{what} must be an aware datetime, with a time zone")
        moment = moment.timestamp()
    if not 0 <= check_seconds(what, moment) < 2**40:
        raise ParameterError(f"{what} is no time")
    return int(moment)


def push_url(
    client: Client,
    bucket: str,
    channel: str,
    now: float,
    expires: timedelta | float,
    playlist: str | None,
    params: Mapping[str, str],
) -> str:
    """The signed URL of `Bucket.presign_rtmp`."""
    from urllib.parse import quote  # noqa: PLC0415 - the models do without

    from ossc._signed_url import Given  # noqa: PLC0415 - as above

    credentials = client._keys()
    if credentials is None:
        raise ParameterError("an anonymous client cannot sign a URL")
    signed = dict(params)
    if playlist is not None:
        signed["playlistName"] = check_playlist(playlist)
    if credentials.security_token is not None:
        signed["security-token"] = credentials.security_token
    until = str(int(now) + _lifetime(expires))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    text = f"{until}\n{lines}/{bucket}/{channel}"
    digest = hmac_sha1(credentials.access_key_secret.encode(), text.encode())
    signed["OSSAccessKeyId"] = credentials.access_key_id
    signed["Expires"] = until
    signed["Signature"] = base64_encode(digest)
    query = "&".join(
        f"{quote(name, safe='')}={quote(text, safe='')}"
        for name, text in signed.items()
    )
    place = _place(client, bucket)
    return Given(f"rtmp://{place}/live/{quote(channel, safe='')}?{query}")


def _place(client: Client, bucket: str) -> str:
    """Where the bucket is reached: a host, with a path where the host names none."""
    host = client._endpoint.partition("://")[2]
    # What is in brackets has colons of its own.
    bare = host if host.endswith("]") else host.rpartition(":")[0] or host
    if client._addressing == "cname":
        return host
    is_address = bare[:1] == "[" or consists_of(bare, DIGITS + ".")
    if is_address or client._addressing == "path":
        return f"{host}/{bucket}"
    return f"{bucket}.{host}"


def check_params(params: Mapping[str, str]) -> None:
    """Refuses parameters that are the signature's own, or could pretend to be lines."""
    for name, text in params.items():
        if name in ("OSSAccessKeyId", "Expires", "Signature", "security-token"):
            raise ParameterError(f"the parameter {name} is the signature's own")
        if any(c in check_text(name, text) + name for c in "\r\n") or ":" in name:
            raise ParameterError(f"the parameter {name!r:.60} cannot be signed")


def _lifetime(expires: timedelta | float) -> int:
    seconds = expires.total_seconds() if isinstance(expires, timedelta) else expires
    if not 1 <= check_seconds("expires", seconds) < _MAX_SECONDS:
        raise ParameterError(f"expires is {seconds} s; it must be at least 1 second")
    return int(seconds)
