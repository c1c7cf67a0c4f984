"""What datasets are, and what OSS is to find out about the files in them."""

from __future__ import annotations

from collections.abc import Sequence

from ossc._model import Model, field
from ossc.settings._sparse import shown
from ossc.settings.dataset_files import DatasetFile
from ossc.settings.meta_query import MetaQuery, MetaQueryAggregation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    Flag: TypeAlias = bool
else:
    from ossc._model_text import Flag

__all__ = [
    "Dataset",
    "DatasetConfig",
    "DatasetIndex",
    "DatasetIndexStatus",
    "DatasetLabel",
    "DatasetNotification",
    "DatasetPage",
    "DatasetQuery",
    "DatasetResult",
    "WorkflowParameter",
]

_IMAGE, _VIDEO = "Insights/Image", "Insights/Video"


class WorkflowParameter(Model):
    """A switch of older programs; newer ones have a `DatasetConfig`.

    Attributes:
        name: `"ImageInsightEnable"`, `"VideoInsightEnable"`, `"UserDefinedLabelsEnable"`.
        value: `"True"` or `"False"`.
    """

    __slots__ = ()

    name: str
    value: str


class DatasetLabel(Model, root="Label"):
    """A label that OSS is to look for.

    Attributes:
        name: What files get.
        description: When they get it, in plain words.
    """

    __slots__ = ()

    name: str
    description: str | None = None


class DatasetConfig(Model):
    """What OSS is to find out about the files of a dataset. What is None is not said.

    A `Flag` is a bool.

    Attributes:
        language: Of what it writes about them: `"zh-Hans"`, `"en"`, …
        image_caption: Whether it describes pictures.
        image_caption_prompt: How.
        image_system_labels: Whether pictures get labels of OSS's own.
        image_user_labels: Whether they get those of `image_labels`.
        image_label_mode: How those are looked for.
        image_labels: The labels of your own.
        video_caption: Whether it describes videos; and so on, as with pictures.
        video_person_reference: Whether persons are told apart in that.
        video_highlight: Whether it marks what is under `video_highlight_labels`.
        video_multi_stream: Whether it looks at all streams of a video.
        reverse_image: Whether pictures can be searched for by a picture.
        reverse_video: Whether videos can.
        figure_auto_generate: Whether clusters of faces are made by themselves.
        figure_auto_clustering: Whether new faces go into clusters by themselves.
        figure_min_entity_count: How many faces make a cluster.
        figure_features: What is looked at.
    """

    __slots__ = ()

    language: str | None = field("Insights/Language", default=None)
    image_caption: Flag | None = field(f"{_IMAGE}/Caption/Enable", default=None)
    image_caption_prompt: str | None = field(f"{_IMAGE}/Caption/Prompt", default=None)
    image_system_labels: Flag | None = field(
        f"{_IMAGE}/Label/System/Enable", default=None
    )
    image_user_labels: Flag | None = field(
        f"{_IMAGE}/Label/UserDefined/Enable", default=None
    )
    image_label_mode: str | None = field(
        f"{_IMAGE}/Label/UserDefined/Mode", default=None
    )
    image_labels: Sequence[DatasetLabel] | None = field(
        f"{_IMAGE}/Label/UserDefined/Labels/Label", default=None
    )
    video_caption: Flag | None = field(f"{_VIDEO}/Caption/Enable", default=None)
    video_caption_prompt: str | None = field(f"{_VIDEO}/Caption/Prompt", default=None)
    video_person_reference: Flag | None = field(
        f"{_VIDEO}/Caption/PersonReference/Enable", default=None
    )
    video_system_labels: Flag | None = field(
        f"{_VIDEO}/Label/System/Enable", default=None
    )
    video_user_labels: Flag | None = field(
        f"{_VIDEO}/Label/UserDefined/Enable", default=None
    )
    video_label_mode: str | None = field(
        f"{_VIDEO}/Label/UserDefined/Mode", default=None
    )
    video_labels: Sequence[DatasetLabel] | None = field(
        f"{_VIDEO}/Label/UserDefined/Labels/Label", default=None
    )
    video_highlight: Flag | None = field(
        f"{_VIDEO}/Label/Highlight/Enable", default=None
    )
    video_highlight_labels: Sequence[DatasetLabel] | None = field(
        f"{_VIDEO}/Label/Highlight/Labels/Label", default=None
    )
    video_multi_stream: Flag | None = field(
        f"{_VIDEO}/MultiStream/Enable", default=None
    )
    reverse_image: Flag | None = field("ReverseImage/Image/Enable", default=None)
    reverse_video: Flag | None = field("ReverseImage/Video/Enable", default=None)
    figure_auto_generate: Flag | None = field(
        "SmartCluster/Figure/AutoGenerate", default=None
    )
    figure_auto_clustering: Flag | None = field(
        "SmartCluster/Figure/AutoClustering", default=None
    )
    figure_min_entity_count: int | None = field(
        "SmartCluster/Figure/MinEntityCount", default=None
    )
    figure_features: Sequence[str] | None = field(
        "SmartCluster/Figure/EnabledFeatures", default=None
    )

    def __repr__(self) -> str:
        """What is said."""
        return shown(self)


class Dataset(Model):
    """A group of a bucket's files whose metadata is searched on its own.

    Attributes:
        dataset_name: Its name.
        description: What somebody wrote about it.
        create_time: When it was made, as OSS writes it.
        update_time: When it was changed, as OSS writes it.
        workflow_parameters: Switches of older programs; None: none are set.
        config: What OSS finds out about its files; None: nothing is set.
        file_count: How many files it has; None: not asked for.
        total_file_size: Their bytes; None: not asked for.

    The limits (`dataset_max_…`) have the names that OSS gives them.
    """

    __slots__ = ()

    dataset_name: str
    description: str | None = None
    create_time: str = ""
    update_time: str = ""
    workflow_parameters: Sequence[WorkflowParameter] | None = field(
        "WorkflowParameters/WorkflowParameter", default=None
    )
    config: DatasetConfig | None = field("DatasetConfig", default=None)
    dataset_max_bind_count: int | None = None
    dataset_max_entity_count: int | None = None
    dataset_max_file_count: int | None = None
    dataset_max_relation_count: int | None = None
    dataset_max_total_file_size: int | None = None
    file_count: int | None = None
    total_file_size: int | None = None


class DatasetPage(Model, root="ListDatasetsResponse"):
    """A page of a list of datasets."""

    __slots__ = ()

    datasets: Sequence[Dataset] = field("Datasets/Dataset", default=())
    next_token: str = ""


class DatasetNotification(Model, root="Notification"):
    """Who is told of what OSS has found out.

    Attributes:
        mns: A topic of the message service.
    """

    __slots__ = ()

    mns: str | None = field("MNS", default=None)


class DatasetIndex(Model, root="MetaQuery"):
    """How OSS is to make the index of a bucket. What is None is not said.

    Attributes:
        filters: Which files go into it: `"Size > 1024,FileModifiedTime > 2025-…"`.
        notifications: Who is told of files that are in it.
        notification_fields: Of what.
        config: What OSS finds out about files of datasets that do not say so.
        workflow_parameters: Switches of older programs.
        ignore_object_delete: Whether the metadata of an object outlives it.
        ignore_events: Events that change nothing in the index.
        route_type: How files get into datasets.
        route_tag_key: The key of the objects' tag whose value is the dataset's name;
            None: there is one dataset for all.
        auto_create_dataset: Whether a dataset is made when a tag first names it.
    """

    __slots__ = ()

    workflow_parameters: Sequence[WorkflowParameter] | None = field(
        "WorkflowParameters/WorkflowParameter", default=None
    )
    filters: Sequence[str] | None = field("Filters/Filter", default=None)
    notifications: Sequence[DatasetNotification] | None = field(
        "NotificationAttributes/Notifications/Notification", default=None
    )
    notification_fields: Sequence[str] | None = field(
        "NotificationAttributes/WithFields/WithField", default=None
    )
    config: DatasetConfig | None = field("DatasetConfig", default=None)
    ignore_object_delete: Flag | None = field(
        "IndexOptions/IgnoreObjectDelete", default=None
    )
    ignore_events: Sequence[str] | None = field(
        "IndexOptions/IgnoreEvents/IgnoreEvent", default=None
    )
    route_type: str | None = field("RouteRule/Type", default=None)
    auto_create_dataset: Flag | None = field(
        "RouteRule/AutoCreateDataset", default=None
    )
    route_tag_key: str | None = field("RouteRule/OSSTagKey", default=None)


class DatasetIndexStatus(DatasetIndex, root="MetaQueryStatus"):
    """How far OSS has come with an index, and how it makes it.

    Attributes:
        state: `"Ready"`: it begins; `"Running"`, `"Stop"`, `"Retrying"`, `"Failed"`,
            `"Deleted"`.
        phase: `"FullScanning"`: of what was there; `"IncrementalScanning"`.
        create_time: When the index was begun, as OSS writes it.
        update_time: When it changed, as OSS writes it.
        mode: `"basic"` or `"semantic"`.
    """

    __slots__ = ()

    state: str = ""
    phase: str = ""
    create_time: str = ""
    update_time: str = ""
    mode: str | None = field("MetaQueryMode", default=None)


class DatasetQuery(MetaQuery, root="MetaQuery"):
    """A search over all of a bucket, as it is sent.

    Attributes:
        with_fields: What is told of each file; None: everything.
        without_total_hits: Whether OSS need not count what it finds.
        source_uri: The picture to find others by.
        smart_cluster_ids: Only files of these clusters.

    The others are those of `MetaQuery`.
    """

    __slots__ = ()

    with_fields: Sequence[str] | None = field("WithFields/WithField", default=None)
    without_total_hits: Flag | None = None
    source_uri: str | None = field("SourceURI", default=None)
    smart_cluster_ids: Sequence[str] | None = field(
        "SmartClusterIds/SmartClusterId", default=None
    )


class DatasetResult(Model, root="MetaQuery"):
    """A page of what was found.

    Attributes:
        files: Files.
        aggregations: What was counted.
        next_token: Where the next page begins; empty: there is none.
        total_hits: How many files there are on all pages; None: not told.
    """

    __slots__ = ()

    next_token: str = ""
    total_hits: int | None = None
    files: Sequence[DatasetFile] = field("Files/File", default=())
    aggregations: Sequence[MetaQueryAggregation] = field(
        "Aggregations/Aggregation", default=()
    )
