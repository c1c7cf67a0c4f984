"""LivePush: what a stream that is pushed by RTMP does to its channel."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ossc.mock import _signature_v1 as v1
from ossc.mock._encoding import parse_number, parse_query
from ossc.mock._errors import ServiceError
from ossc.mock._live import Push, Segment, end_push, playlist_of

if TYPE_CHECKING:
    from types import TracebackType

    from ossc.mock._live import Channel
    from ossc.mock._records import Bucket
    from ossc.mock._server import Server

__all__ = ["LivePush"]


class LivePush:
    """A stream under way; made by ``Server.push_live``, a context manager.

    There is no RTMP: ``segment`` stores what a server of RTMP would have cut out of the
    stream.

    Attributes:
        channel: The channel's name.
    """

    def __init__(self, server: Server, bucket: str, url: str, remote_addr: str) -> None:
        self._server = server
        self._bucket = bucket
        parts = urlsplit(url)
        # A host that is an address has the bucket in the path.
        path = parts.path.removeprefix(f"/{bucket}")
        if parts.scheme != "rtmp" or not path.startswith("/live/"):
            message = "this is no push URL"
            raise PermissionError(message)
        self.channel = unquote(path.removeprefix("/live/"))
        query = parse_query(parts.query)
        try:
            self._check(query)
            self._push = self._begin(remote_addr, dict(query).get("playlistName"))
        except ServiceError as error:
            raise PermissionError(str(error)) from None

    def _check(self, query: list[tuple[str, str]]) -> None:
        """Check the signature of the URL."""
        given, now = dict(query), self._server.now()
        expires = parse_number(given.get("Expires", ""))
        if expires is None or expires < now:
            raise ServiceError("AccessDenied", "Request has expired.")
        credential = self._server._context.authenticator.credential(
            given.get("OSSAccessKeyId", ""), given.get("security-token"), now
        )
        text = v1.rtmp_string_to_sign(self._bucket, self.channel, query)
        right = v1.sign(credential.access_key_secret, text)
        sent = given.get("Signature", "")
        if not hmac.compare_digest(right.encode(), sent.encode()):
            raise ServiceError("SignatureDoesNotMatch")

    def _begin(self, remote_addr: str, playlist: str | None) -> Push:
        with self._server._context.store.lock:
            bucket = self._server._context.store.buckets[self._bucket]
            channel = self._known(bucket)
            if channel["status"] == "disabled":
                raise ServiceError("LiveChannelDisabled")
            if self.channel in bucket.pushes:
                raise ServiceError("ChannelStillLive")
            name = playlist or channel["playlist_name"]
            push = Push(self._server.now(), remote_addr, name)
            bucket.pushes[self.channel] = push
            return push

    def _known(self, bucket: Bucket) -> Channel:
        channel = bucket.channels.get(self.channel)
        if channel is None:
            raise ServiceError("NoSuchLiveChannel")
        return channel

    def segment(self, data: bytes, seconds: float | None = None) -> str:
        """Store a piece of the stream and name it in the playlist.

        Args:
            data: The piece.
            seconds: How long it is; without it, as long as the channel wants.

        Returns:
            The key of the object.

        Raises:
            ConnectionAbortedError: The channel was disabled meanwhile.
        """
        store, now = self._server._context.store, self._server.now()
        with store.lock:
            bucket = store.buckets[self._bucket]
            if bucket.pushes.get(self.channel) is not self._push:
                message = "the channel takes no stream any more"
                raise ConnectionAbortedError(message)
            channel = bucket.channels[self.channel]
            pieces = channel["segments"]
            length = channel["frag_duration"] if seconds is None else seconds
            key = f"{self.channel}/{int(now)}-{len(pieces):06}.ts"
            pieces.append(Segment(key=key, start=now, seconds=length))
            count = channel["frag_count"]
            first = max(0, len(pieces) - count)
            text = playlist_of(self.channel, pieces[first:], first=first, ended=False)
            store.add_bucket(bucket)
        playlist = f"{self.channel}/{self._push.playlist_name}"
        self._server.put_object(self._bucket, key, data, content_type="video/mp2t")
        self._server.put_object(
            self._bucket, playlist, text, content_type="application/x-mpegURL"
        )
        return key

    def close(self) -> None:
        """End the stream. The second time does nothing."""
        store = self._server._context.store
        with store.lock:
            bucket = store.buckets.get(self._bucket)
            if bucket is not None and bucket.pushes.get(self.channel) is self._push:
                end_push(bucket, self.channel, self._server.now())
                store.add_bucket(bucket)

    def __enter__(self) -> LivePush:  # noqa: PYI034
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the stream."""
        self.close()
