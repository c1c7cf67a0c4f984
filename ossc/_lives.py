"""The verbs of LiveChannels; what they take and return is loaded by the first use."""

from __future__ import annotations

import time

from ossc._names import check_mapping, check_text, check_whole
from ossc._sdk import Answer, Call, functions
from ossc._verbs import Verbs, done
from ossc.errors import MalformedResponse, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta
    from typing import Literal

    from ossc._live import (
        CreateLiveChannelResult,
        LiveChannel,
        LiveChannelConfiguration,
        LiveChannelStat,
        LiveRecord,
    )
    from ossc._paging import Listing

__all__ = ["LiveVerbs"]

_LIVE = {"live": ""}
_MAX_PAGE = 1000


class LiveVerbs(Verbs):
    """LiveChannels: named places that a stream is pushed to by RTMP and stored as HLS."""

    __slots__ = ()

    def create_live_channel(
        self, channel: str, configuration: LiveChannelConfiguration | None = None
    ) -> CreateLiveChannelResult:
        """Creates a channel, or sets one up anew (PutLiveChannel).

        Args:
            channel: The channel's name, a key without a slash.
            configuration: How it is set up; without it, enabled, with pieces of 5 s and
                three of them in `playlist.m3u8`.

        Raises:
            ChannelStillLive: Somebody pushes to the channel.

        Example:
            >>> target = ossc.LiveTarget(playlist_name="live.m3u8")
            >>> made = bucket.create_live_channel(
            ...     "camera", ossc.LiveChannelConfiguration(target=target)
            ... )
            >>> made.play_urls[0].rpartition("/")[2]
            'live.m3u8'
        """
        # Loaded here, as below: few programs have channels.
        from ossc._live import (  # noqa: PLC0415
            CreateLiveChannelResult,
            check_channel,
            check_configuration,
        )

        return self._object(
            "PutLiveChannel",
            functions.send("PUT"),
            check_channel(channel),
            lambda answer: CreateLiveChannelResult.from_xml(answer.body),
            params=_LIVE,
            headers={"Content-Type": "application/xml"},
            body=check_configuration(configuration),
        )

    def get_live_channel_info(self, channel: str) -> LiveChannelConfiguration:
        """How a channel is set up (GetLiveChannelInfo).

        Args:
            channel: The channel's name.

        Raises:
            NoSuchLiveChannel: It does not exist.
        """
        from ossc._live import (  # noqa: PLC0415
            LiveChannelConfiguration,
            check_channel,
        )

        return self._object(
            "GetLiveChannelInfo",
            functions.send("GET"),
            check_channel(channel),
            lambda answer: LiveChannelConfiguration.from_xml(answer.body),
            params=_LIVE,
        )

    def get_live_channel_stat(self, channel: str) -> LiveChannelStat:
        """What a channel is doing (GetLiveChannelStat).

        Args:
            channel: The channel's name.

        Raises:
            NoSuchLiveChannel: It does not exist.

        Example:
            >>> made = bucket.create_live_channel("camera")
            >>> bucket.get_live_channel_stat("camera").status
            'Idle'
        """
        from ossc._live import LiveChannelStat, check_channel  # noqa: PLC0415

        return self._object(
            "GetLiveChannelStat",
            functions.send("GET"),
            check_channel(channel),
            lambda answer: LiveChannelStat.from_xml(answer.body),
            params={"live": "", "comp": "stat"},
        )

    def get_live_channel_history(self, channel: str) -> tuple[LiveRecord, ...]:
        """The last streams that were pushed to a channel (GetLiveChannelHistory).

        Args:
            channel: The channel's name.

        Returns:
            Ten at most.

        Raises:
            NoSuchLiveChannel: It does not exist.
        """
        from ossc._live import LiveChannelHistory, check_channel  # noqa: PLC0415

        return self._object(
            "GetLiveChannelHistory",
            functions.send("GET"),
            check_channel(channel),
            lambda answer: tuple(LiveChannelHistory.from_xml(answer.body).records),
            params={"live": "", "comp": "history"},
        )

    def put_live_channel_status(
        self, channel: str, status: Literal["enabled", "disabled"]
    ) -> None:
        """Enables or disables a channel (PutLiveChannelStatus).

        Who pushes to a channel that is disabled is disconnected.

        Args:
            channel: The channel's name.
            status: `"enabled"` or `"disabled"`.

        Raises:
            NoSuchLiveChannel: It does not exist.
        """
        from ossc._live import STATUSES, check_channel  # noqa: PLC0415

        if check_text("status", status) not in STATUSES:
            raise ParameterError(f"status is {status!r:.30}, not one of {STATUSES}")
        self._object(
            "PutLiveChannelStatus",
            functions.send("PUT"),
            check_channel(channel),
            done,
            params={"live": "", "status": status},
        )

    def delete_live_channel(self, channel: str) -> None:
        """Deletes a channel (DeleteLiveChannel); what it stored stays.

        Args:
            channel: The channel's name.

        Raises:
            NoSuchLiveChannel: It does not exist.
            ChannelStillLive: Somebody pushes to it.
        """
        from ossc._live import check_channel  # noqa: PLC0415

        self._object(
            "DeleteLiveChannel",
            functions.send("DELETE"),
            check_channel(channel),
            done,
            params=_LIVE,
        )

    def list_live_channels(
        self, prefix: str = "", *, page_size: int = _MAX_PAGE, resume: str | None = None
    ) -> Listing[LiveChannel]:
        """The bucket's channels by name, fetched page by page (ListLiveChannel).

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the channel at which an earlier list had this `token`.

        Example:
            >>> made = bucket.create_live_channel("camera")
            >>> [channel.name for channel in bucket.list_live_channels()]
            ['camera']
        """
        from ossc._live import Channels  # noqa: PLC0415

        check_whole("page_size", page_size, _MAX_PAGE, least=1)
        params = {"live": "", "max-keys": str(page_size)}
        if check_text("prefix", prefix):
            params["prefix"] = prefix
        run, bucket = functions.send("GET"), self._name

        def ask(following: Mapping[str, str]) -> Call:
            asked = {**params, **following}
            return Call("ListLiveChannel", run, bucket=bucket, params=asked)

        return Channels(self._client, ask, resume)

    def post_vod_playlist(
        self,
        channel: str,
        playlist: str,
        start: datetime | float,
        end: datetime | float,
    ) -> None:
        """Makes a playlist of what was pushed in a span of time (PostVodPlaylist).

        Args:
            channel: The channel's name.
            playlist: Name of the playlist, an object `channel/playlist` afterwards.
            start: When the span begins: an aware `datetime` or Unix seconds.
            end: When it ends; at most a day later.

        Raises:
            NoSuchLiveChannel: The channel does not exist.
            ServerError: Nothing was pushed then (`InvalidRequest`).
        """
        from ossc._live import (  # noqa: PLC0415
            check_channel,
            check_playlist,
            span_params,
        )

        self._object(
            "PostVodPlaylist",
            functions.send("POST"),
            f"{check_channel(channel)}/{check_playlist(playlist)}",
            done,
            params=span_params(start, end),
        )

    def get_vod_playlist(
        self, channel: str, start: datetime | float, end: datetime | float
    ) -> str:
        """A playlist of what was pushed in a span of time (GetVodPlaylist).

        Args:
            channel: The channel's name.
            start: When the span begins: an aware `datetime` or Unix seconds.
            end: When it ends; at most a day later.

        Returns:
            The text of an M3U8 file; nothing is stored.

        Raises:
            NoSuchLiveChannel: The channel does not exist.
            ServerError: Nothing was pushed then (`InvalidRequest`).
        """
        from ossc._live import check_channel, span_params  # noqa: PLC0415

        return self._object(
            "GetVodPlaylist",
            functions.send("GET"),
            check_channel(channel),
            _playlist,
            params=span_params(start, end),
        )

    def presign_rtmp(
        self,
        channel: str,
        expires: timedelta | float = 3600,
        *,
        playlist: str | None = None,
        params: Mapping[str, str] | None = None,
    ) -> str:
        """A URL that lets whoever has it push a stream to a channel.

        Nothing is sent. The URL is a secret for as long as it lives; it is signed with
        V1, which is all that RTMP has.

        Args:
            channel: The channel's name.
            expires: How long a push may begin: seconds or a `timedelta`.
            playlist: Name of the playlist instead of the channel's own.
            params: Further parameters to sign.

        Returns:
            The URL; its port, if it has one, is the endpoint's.

        Example:
            >>> url = bucket.presign_rtmp("camera", 600, playlist="playlist.m3u8")
            >>> url.partition("?")[0].rpartition("/")[2]
            'camera'
        """
        from ossc._live import check_channel, check_params, push_url  # noqa: PLC0415

        more = check_mapping("params", params)
        check_params(more)
        return push_url(
            self._client,
            self._name,
            check_channel(channel),
            time.time(),
            expires,
            playlist,
            more,
        )


def _playlist(answer: Answer) -> str:
    try:
        return answer.body.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedResponse("the playlist is not UTF-8") from None
