"""What OSS knows of the streams of videos and sounds in a dataset."""

from __future__ import annotations

from ossc._model import Model

__all__ = ["FileAudioStream", "FileSubtitle", "FileVideoStream"]


class FileVideoStream(Model, root="VideoStream"):
    """A stream of a video."""

    __slots__ = ()

    index: int | None = None
    language: str | None = None
    codec_name: str | None = None
    codec_long_name: str | None = None
    profile: str | None = None
    codec_time_base: str | None = None
    codec_tag_string: str | None = None
    codec_tag: str | None = None
    width: int | None = None
    height: int | None = None
    has_b_frames: int | None = None
    sample_aspect_ratio: str | None = None
    display_aspect_ratio: str | None = None
    pixel_format: str | None = None
    level: int | None = None
    frame_rate: str | None = None
    average_frame_rate: str | None = None
    time_base: str | None = None
    start_time: float | None = None
    duration: float | None = None
    bitrate: int | None = None
    frame_count: int | None = None
    rotate: str | None = None
    bit_depth: int | None = None
    color_space: str | None = None
    color_range: str | None = None
    color_transfer: str | None = None
    color_primaries: str | None = None


class FileAudioStream(Model, root="AudioStream"):
    """A stream of a sound."""

    __slots__ = ()

    index: int | None = None
    language: str | None = None
    codec_name: str | None = None
    codec_long_name: str | None = None
    codec_time_base: str | None = None
    codec_tag_string: str | None = None
    codec_tag: str | None = None
    time_base: str | None = None
    start_time: float | None = None
    duration: float | None = None
    bitrate: int | None = None
    frame_count: int | None = None
    lyric: str | None = None
    sample_format: str | None = None
    sample_rate: int | None = None
    channels: int | None = None
    channel_layout: str | None = None


class FileSubtitle(Model, root="Subtitle"):
    """A stream of subtitles."""

    __slots__ = ()

    index: int | None = None
    language: str | None = None
    codec_name: str | None = None
    codec_long_name: str | None = None
    codec_tag_string: str | None = None
    codec_tag: str | None = None
    start_time: float | None = None
    duration: float | None = None
    bitrate: int | None = None
    content: str | None = None
    width: int | None = None
    height: int | None = None
