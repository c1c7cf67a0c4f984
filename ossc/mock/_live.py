"""LiveChannels: what the server remembers of them, and their playlists."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ossc.mock._records import Bucket

__all__ = ["MAX_RECORDS", "Channel", "Push", "Segment", "end_push", "playlist_of"]

MAX_RECORDS = 10


class Segment(TypedDict):
    """A piece of a stream, stored as an object."""

    key: str
    start: float
    seconds: float


class Stream(TypedDict):
    """A stream that was pushed."""

    start: float
    end: float
    remote_addr: str


class Channel(TypedDict):
    """A channel; plain values only, as it is kept in files as it is."""

    description: str
    status: str
    frag_duration: int
    frag_count: int
    playlist_name: str
    modified: float
    history: list[Stream]
    segments: list[Segment]


@dataclass(eq=False)
class Push:
    """A stream under way."""

    start: float
    remote_addr: str
    playlist_name: str


def end_push(bucket: Bucket, name: str, now: float) -> None:
    """End the stream of a channel, if there is one, and remember it."""
    push = bucket.pushes.pop(name, None)
    channel = bucket.channels.get(name)
    if push is None or channel is None:
        return
    stream = Stream(start=push.start, end=now, remote_addr=push.remote_addr)
    channel["history"] = [*channel["history"], stream][-MAX_RECORDS:]


def playlist_of(
    name: str, segments: Sequence[Segment], *, first: int = 0, ended: bool
) -> bytes:
    """Return an M3U8 file that names pieces of a channel.

    Args:
        name: The channel.
        segments: The pieces.
        first: The first one's number.
        ended: Whether no more will come.
    """
    longest = max((math.ceil(piece["seconds"]) for piece in segments), default=1)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{longest}",
        f"#EXT-X-MEDIA-SEQUENCE:{first}",
    ]
    for piece in segments:
        lines.append(f"#EXTINF:{piece['seconds']:.3f},")
        lines.append(piece["key"].removeprefix(f"{name}/"))
    lines += ["#EXT-X-ENDLIST"] * ended
    return "".join(f"{line}\n" for line in lines).encode()
