"""LiveChannels: the requests that set them up, look at them, and make playlists."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ossc.mock._blobs import Segment as BlobSegment
from ossc.mock._encoding import encode_component, iso_date, parse_number, to_wire
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._handlers._intake import receive_small
from ossc.mock._handlers._paging import limit_of, paginate, short_param
from ossc.mock._http import Response, drain
from ossc.mock._live import Channel, end_push, playlist_of
from ossc.mock._records import ObjectRecord, Properties
from ossc.mock._schema import choice, malformed, maybe, one, shape, text, whole
from ossc.mock._xml import document, leaf, node, parse

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from ossc.mock._call import Call
    from ossc.mock._live import Segment

__all__ = [
    "delete_live_channel",
    "get_live_channel_history",
    "get_live_channel_info",
    "get_live_channel_stat",
    "get_vod_playlist",
    "list_live_channel",
    "post_vod_playlist",
    "put_live_channel",
    "put_live_channel_status",
]

_MAX_DOCUMENT_BYTES = 64 * 1024
_MAX_TEXT_BYTES = 128
_MIN_PLAYLIST_BYTES = 6
_DAY = 24 * 3600
_STATUSES = ("enabled", "disabled")
_M3U8 = "application/x-mpegURL"
_VIDEO: dict[str, str | int] = {
    "Width": 1280,
    "Height": 536,
    "FrameRate": 24,
    "Bandwidth": 0,
    "Codec": "H264",
}
_AUDIO: dict[str, str | int] = {"Bandwidth": 0, "SampleRate": 44100, "Codec": "AAC"}

_TARGET = shape(
    {
        "Type": one(choice("HLS")),
        "FragDuration": maybe(whole(1, 100)),
        "FragCount": maybe(whole(1, 100)),
        "PlaylistName": maybe(text(least=_MIN_PLAYLIST_BYTES, most=_MAX_TEXT_BYTES)),
    }
)
_CONFIGURATION = shape(
    {
        "Description": maybe(text(most=_MAX_TEXT_BYTES)),
        "Status": maybe(choice(*_STATUSES)),
        "Target": one(_TARGET),
    }
)


def _answer(root: str) -> Response:
    return Response(200, {"Content-Type": "application/xml"}, document(root))


def _channel(call: Call, name: str | None = None) -> Channel:
    """Return the channel that a request means; the caller holds the lock."""
    channel = call.bucket.channels.get(call.key if name is None else name)
    if channel is None:
        raise ServiceError("NoSuchLiveChannel")
    return channel


def put_live_channel(call: Call) -> Response:
    """Create a channel or set one up anew."""
    if "/" in call.key:
        message = "The name of a live channel has no slash."
        raise invalid_argument(message, "ChannelName", call.key)
    data = receive_small(call, _MAX_DOCUMENT_BYTES)
    tree = parse(data, "LiveChannelConfiguration")
    _CONFIGURATION(tree)
    playlist = _text(tree, "Target/PlaylistName", "playlist.m3u8")
    if not playlist.endswith(".m3u8") or "/" in playlist:
        raise malformed("PlaylistName must end in .m3u8 and have no slash")
    with call.store.lock:
        call.store.check_bucket(call.bucket)
        if call.key in call.bucket.pushes:
            raise ServiceError("ChannelStillLive")
        old = call.bucket.channels.get(call.key)
        call.bucket.channels[call.key] = Channel(
            description=_text(tree, "Description", ""),
            status=_text(tree, "Status", "enabled"),
            frag_duration=int(_text(tree, "Target/FragDuration", "5")),
            frag_count=int(_text(tree, "Target/FragCount", "3")),
            playlist_name=playlist,
            modified=call.now,
            history=[] if old is None else old["history"],
            segments=[] if old is None else old["segments"],
        )
        call.store.add_bucket(call.bucket)
    return _answer(node("CreateLiveChannelResult", *_urls(call, call.key, playlist)))


def _text(tree: Element, path: str, default: str) -> str:
    return (tree.findtext(path) or "").strip() or default


def _urls(call: Call, name: str, playlist: str) -> list[str]:
    """Return where a channel is pushed to and played, rendered."""
    bucket = call.bucket_name
    host = call.request.host
    if not host.startswith(f"{bucket}."):
        # An address has no names below it; the region's endpoint stands in.
        host = f"{bucket}.oss-{call.context.region}.aliyuncs.com"
    path = encode_component(name)
    return [
        node("PublishUrls", leaf("Url", f"rtmp://{host}/live/{path}")),
        node("PlayUrls", leaf("Url", f"http://{host}/{path}/{playlist}")),
    ]


def get_live_channel_info(call: Call) -> Response:
    """Send how a channel is set up."""
    with call.store.lock:
        channel = _channel(call)
    target = node(
        "Target",
        leaf("Type", "HLS"),
        leaf("FragDuration", channel["frag_duration"]),
        leaf("FragCount", channel["frag_count"]),
        leaf("PlaylistName", channel["playlist_name"]),
    )
    return _answer(
        node(
            "LiveChannelConfiguration",
            leaf("Description", channel["description"]),
            leaf("Status", channel["status"]),
            target,
        )
    )


def get_live_channel_stat(call: Call) -> Response:
    """Send what a channel is doing."""
    with call.store.lock:
        channel = _channel(call)
        push = call.bucket.pushes.get(call.key)
    if push is None:
        status = "Disabled" if channel["status"] == "disabled" else "Idle"
        return _answer(node("LiveChannelStat", leaf("Status", status)))
    return _answer(
        node(
            "LiveChannelStat",
            leaf("Status", "Live"),
            leaf("ConnectedTime", iso_date(push.start)),
            leaf("RemoteAddr", push.remote_addr),
            node("Video", *(leaf(name, value) for name, value in _VIDEO.items())),
            node("Audio", *(leaf(name, value) for name, value in _AUDIO.items())),
        )
    )


def get_live_channel_history(call: Call) -> Response:
    """Send the last streams of a channel."""
    with call.store.lock:
        streams = list(_channel(call)["history"])
    records = [
        node(
            "LiveRecord",
            leaf("StartTime", iso_date(stream["start"])),
            leaf("EndTime", iso_date(stream["end"])),
            leaf("RemoteAddr", stream["remote_addr"]),
        )
        for stream in streams
    ]
    return _answer(node("LiveChannelHistory", *records))


def put_live_channel_status(call: Call) -> Response:
    """Enable or disable a channel; a stream to one that is disabled ends."""
    drain(call.request.body)
    status = call.request.param("status") or ""
    if status not in _STATUSES:
        message = "The status must be enabled or disabled."
        raise invalid_argument(message, "status", status)
    with call.store.lock:
        channel = _channel(call)
        if status == "disabled":
            end_push(call.bucket, call.key, call.now)
        channel["status"] = status
        call.store.add_bucket(call.bucket)
    return Response(200)


def delete_live_channel(call: Call) -> Response:
    """Remove a channel; what it stored stays."""
    with call.store.lock:
        _channel(call)
        if call.key in call.bucket.pushes:
            raise ServiceError("ChannelStillLive")
        del call.bucket.channels[call.key]
        call.store.add_bucket(call.bucket)
    return Response(204)


def list_live_channel(call: Call) -> Response:
    """Send a page of the bucket's channels."""
    prefix = short_param(call.request, "prefix")
    marker = short_param(call.request, "marker")
    limit = limit_of(call.request, "max-keys", 100)
    with call.store.lock:
        channels = dict(call.bucket.channels)
    names = sorted(channels, key=to_wire)
    page = paginate(names, prefix=prefix, delimiter="", marker=marker, limit=limit)
    parts = [
        leaf("Prefix", prefix),
        leaf("Marker", marker),
        leaf("MaxKeys", limit),
        leaf("IsTruncated", page.truncated),
        leaf("NextMarker", page.last if page.truncated else ""),
    ]
    for name in page.names:
        channel = channels[name]
        inner = [
            leaf("Name", name),
            leaf("Description", channel["description"]),
            leaf("Status", channel["status"]),
            leaf("LastModified", iso_date(channel["modified"])),
            *_urls(call, name, channel["playlist_name"]),
        ]
        parts.append(node("LiveChannel", *inner))
    return _answer(node("ListLiveChannelResult", *parts))


def _span(call: Call) -> tuple[int, int]:
    """Return the time that a playlist is asked for."""
    found = []
    for name in ("startTime", "endTime"):
        value = call.request.param(name) or ""
        seconds = parse_number(value)
        if seconds is None:
            raise invalid_argument(f"{name} must be a Unix time.", name, value)
        found.append(seconds)
    start, end = found
    if not start < end <= start + _DAY:
        message = "endTime must be greater than startTime, by a day at most."
        raise invalid_argument(message, "endTime", str(end))
    return start, end


def _pieces(call: Call, channel: Channel) -> list[Segment]:
    """Return the pieces of a time that are still there; the caller holds the lock."""
    start, end = _span(call)
    found = [
        piece
        for piece in channel["segments"]
        if start <= piece["start"] < end and piece["key"] in call.bucket.objects
    ]
    if not found:
        raise ServiceError("InvalidRequest", "No ts found in the playlist.")
    return found


def post_vod_playlist(call: Call) -> Response:
    """Store a playlist of what was pushed in some time."""
    drain(call.request.body)
    name, _, playlist = call.key.partition("/")
    if not playlist.endswith(".m3u8") or "/" in playlist:
        message = "The playlist's name must end in .m3u8."
        raise invalid_argument(message, "PlaylistName", playlist)
    writer = call.store.writer()
    with call.store.lock:
        data = playlist_of(name, _pieces(call, _channel(call, name)), ended=True)
        writer.write(data)
        blob = writer.finish()
        record = ObjectRecord(
            call.key,
            (BlobSegment(blob, 0, blob.size),),
            hashlib.md5(data).hexdigest().upper(),  # noqa: S324
            writer.crc64,
            call.now,
            properties=Properties(
                {"content-type": _M3U8}, storage_class=call.bucket.storage_class
            ),
        )
        call.store.put_object(call.bucket, record)
    return Response(200)


def get_vod_playlist(call: Call) -> Response:
    """Send a playlist of what was pushed in some time."""
    with call.store.lock:
        pieces = _pieces(call, _channel(call))
    body = playlist_of(call.key, pieces, ended=True)
    return Response(200, {"Content-Type": _M3U8}, body)
