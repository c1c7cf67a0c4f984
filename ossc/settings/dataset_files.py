"""What OSS knows of a file in a dataset: its own metadata, and what is seen in it.

Names and values are OSS's; what it does not tell is None. Times are as OSS writes them,
sizes of pictures in pixels, times within sounds and videos in milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence

from ossc._model import Model, field
from ossc.settings._sparse import shown
from ossc.settings.dataset_streams import (
    FileAudioStream,
    FileSubtitle,
    FileVideoStream,
)
from ossc.settings.meta_query import MetaQueryFile
from ossc.settings.website import NamedText

__all__ = [
    "DatasetFile",
    "FileAddress",
    "FileBoundary",
    "FileCaption",
    "FileClip",
    "FileCrop",
    "FileElement",
    "FileElementContent",
    "FileElementRelation",
    "FileFigure",
    "FileImage",
    "FileInsight",
    "FileLabel",
    "FilePoint",
    "FileScene",
    "FileText",
]


class FilePoint(Model, root="PointInt64"):
    """A point in a picture."""

    __slots__ = ()

    x: int | None = None
    y: int | None = None


class FileBoundary(Model, root="Boundary"):
    """Where something is in a picture."""

    __slots__ = ()

    width: int | None = None
    height: int | None = None
    left: int | None = None
    top: int | None = None
    polygon: Sequence[FilePoint] | None = field("Polygon/PointInt64", default=None)


class FileAddress(Model, root="Address"):
    """Where a file was made, in one language."""

    __slots__ = ()

    language: str | None = None
    address_line: str | None = None
    country: str | None = None
    province: str | None = None
    city: str | None = None
    district: str | None = None
    township: str | None = None


class FileClip(Model, root="Clip"):
    """A piece of a video.

    Attributes:
        time_range: Its beginning and its end.
    """

    __slots__ = ()

    time_range: Sequence[int] = field("TimeRange", default=())


class FileLabel(Model, root="Label"):
    """Something that is seen in a file."""

    __slots__ = ()

    label_name: str | None = None
    language: str | None = None
    label_level: int | None = None
    label_confidence: float | None = None
    parent_label_name: str | None = None
    centric_score: float | None = None
    label_alias: str | None = None
    clips: Sequence[FileClip] | None = field("Clips/Clip", default=None)


class FileFigure(Model, root="Figure"):
    """A face."""

    __slots__ = ()

    figure_id: str | None = None
    figure_confidence: float | None = None
    figure_cluster_id: str | None = None
    figure_cluster_confidence: float | None = None
    figure_type: str | None = None
    age: int | None = None
    age_sd: float | None = field("AgeSD", default=None)
    gender: str | None = None
    gender_confidence: float | None = None
    emotion: str | None = None
    emotion_confidence: float | None = None
    face_quality: float | None = None
    boundary: FileBoundary | None = None
    mouth: str | None = None
    mouth_confidence: float | None = None
    beard: str | None = None
    beard_confidence: float | None = None
    hat: str | None = None
    hat_confidence: float | None = None
    mask: str | None = None
    mask_confidence: float | None = None
    glasses: str | None = None
    glasses_confidence: float | None = None
    sharpness: float | None = None
    attractive: float | None = None
    head_pitch: float | None = field("HeadPose/Pitch", default=None)
    head_roll: float | None = field("HeadPose/Roll", default=None)
    head_yaw: float | None = field("HeadPose/Yaw", default=None)


class FileCrop(Model, root="CroppingSuggestion"):
    """How a picture could be cropped."""

    __slots__ = ()

    aspect_ratio: str | None = None
    confidence: float | None = None
    boundary: FileBoundary | None = None


class FileText(Model, root="OCRContents"):
    """A text that is read in a picture."""

    __slots__ = ()

    contents: str | None = None
    language: str | None = None
    confidence: float | None = None
    boundary: FileBoundary | None = None


class FileImage(Model, root="Image"):
    """A picture that is in a file, such as the cover of a sound.

    Attributes:
        image_score: How good it is.
    """

    __slots__ = ()

    image_width: int | None = None
    image_height: int | None = None
    exif: str | None = field("EXIF", default=None)
    image_score: float | None = field("ImageScore/OverallQualityScore", default=None)
    cropping_suggestions: Sequence[FileCrop] | None = field(
        "CroppingSuggestions/CroppingSuggestion", default=None
    )
    ocr_contents: Sequence[FileText] | None = field(
        "OCRContents/OCRContents", default=None
    )


class FileElementContent(Model, root="ElementContent"):
    """What an element holds."""

    __slots__ = ()

    type: str | None = None
    content: str | None = None
    url: str | None = None
    time_range: Sequence[int] = field("TimeRange", default=())


class FileElementRelation(Model, root="ElementRelation"):
    """What an element has to do with another one."""

    __slots__ = ()

    type: str | None = None
    object_id: str | None = None


class FileElement(Model, root="Element"):
    """A part of a file that a search by meaning found."""

    __slots__ = ()

    object_id: str | None = None
    element_type: str | None = None
    semantic_similarity: float | None = None
    element_contents: Sequence[FileElementContent] | None = field(
        "ElementContents/ElementContent", default=None
    )
    element_relations: Sequence[FileElementRelation] | None = field(
        "ElementRelations/ElementRelation", default=None
    )


class FileScene(Model, root="SceneElement"):
    """A scene of a video."""

    __slots__ = ()

    time_range: Sequence[int] = field("TimeRange", default=())
    frame_times: Sequence[int] = field("FrameTimes", default=())
    video_stream_index: int | None = None
    labels: Sequence[FileLabel] | None = field("Labels/Label", default=None)


class FileCaption(Model, root="Content"):
    """What OSS wrote about a file, in one language."""

    __slots__ = ()

    language: str | None = None
    caption: str | None = None
    description: str | None = None


class FileInsight(Model):
    """What OSS wrote about a file."""

    __slots__ = ()

    caption: str | None = None
    description: str | None = None
    multilingual_content: Sequence[FileCaption] | None = field(
        "MultilingualContent/Content", default=None
    )


class DatasetFile(MetaQueryFile, root="File"):
    """A file that was found. What a search does not ask for is None, or empty.

    Attributes:
        filename: Its key.
        uri: `oss://BUCKET/KEY`.
        dataset_name: The dataset that it is in.
        insight: What OSS wrote about a picture.
        video_insight: What it wrote about a video.

    The others have the names that OSS gives them.
    """

    __slots__ = ()

    filename: str = ""
    owner_id: str | None = None
    dataset_name: str | None = None
    object_type: str | None = None
    object_id: str | None = None
    object_status: str | None = None
    reason: str | None = None
    create_time: str | None = None
    update_time: str | None = None
    oss_uri: str | None = field("OSSURI", default=None)
    file_hash: str | None = None
    content_md5: str | None = field("ContentMd5", default=None)
    oss_version_id: str | None = field("OSSVersionId", default=None)
    oss_delete_marker: str | None = field("OSSDeleteMarker", default=None)
    custom_id: str | None = None
    custom_labels: Sequence[NamedText] | None = field("CustomLabels/Item", default=None)
    timezone: str | None = None
    addresses: Sequence[FileAddress] | None = field("Addresses/Address", default=None)
    travel_cluster_id: str | None = None
    orientation: int | None = None
    figures: Sequence[FileFigure] | None = field("Figures/Figure", default=None)
    figure_count: int | None = None
    labels: Sequence[FileLabel] | None = field("Labels/Label", default=None)
    exif: str | None = field("EXIF", default=None)
    image_score: float | None = field("ImageScore/OverallQualityScore", default=None)
    cropping_suggestions: Sequence[FileCrop] | None = field(
        "CroppingSuggestions/CroppingSuggestion", default=None
    )
    ocr_contents: Sequence[FileText] | None = field(
        "OCRContents/OCRContents", default=None
    )
    ocr_texts: str | None = field("OCRTexts", default=None)
    video_streams: Sequence[FileVideoStream] | None = field(
        "VideoStreams/VideoStream", default=None
    )
    subtitles: Sequence[FileSubtitle] | None = field("Subtitles/Subtitle", default=None)
    audio_streams: Sequence[FileAudioStream] | None = field(
        "AudioStreams/AudioStream", default=None
    )
    audio_covers: Sequence[FileImage] | None = field(
        "AudioCovers/AudioCover", default=None
    )
    language: str | None = None
    page_count: int | None = None
    stream_count: int | None = None
    program_count: int | None = None
    format_name: str | None = None
    format_long_name: str | None = None
    start_time: float | None = None
    semantic_types: Sequence[str] | None = field(
        "SemanticTypes/SemanticType", default=None
    )
    elements: Sequence[FileElement] | None = field("Elements/Element", default=None)
    scene_elements: Sequence[FileScene] | None = field(
        "SceneElements/SceneElement", default=None
    )
    insight: FileInsight | None = field("Insights/Image", default=None)
    video_insight: FileInsight | None = field("Insights/Video", default=None)

    def __repr__(self) -> str:
        """What is said."""
        return shown(self)
