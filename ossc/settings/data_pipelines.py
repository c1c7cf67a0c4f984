"""Data pipelines: rules by which OSS turns the objects of buckets into vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ossc._model import Model, field
from ossc._names import check_bucket, check_text, check_whole
from ossc._sdk import Answer
from ossc._verbs import done
from ossc.settings._actions import ActionSettings
from ossc.settings._pages import TokenListing
from ossc.settings._setting import Row
from ossc.settings._several import checked_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc._paging import Listing
    from ossc._sdk import Call

__all__ = [
    "DataPipeline",
    "DataPipelineDestination",
    "DataPipelineEmbedding",
    "DataPipelinePage",
    "DataPipelineSource",
    "DataPipelineTarget",
    "DataPipelines",
]

_MOST = 100
_INSIGHTS = "DataPipelineDataProcessConfiguration/Insights"


class DataPipelineSource(Model, root="Sources"):
    """Which objects go into a pipeline.

    Attributes:
        input_bucket: Those of this bucket.
        input_data_scope: `"All"`, or only those that are new.
        ignore_delete: Whether vectors outlive their objects.
        prefixes: Only keys that begin so; None: all.
        media_types: Only `"text"`, `"image"`, `"video"`, …; None: all.
    """

    __slots__ = ()

    input_bucket: str
    input_data_scope: str | None = None
    ignore_delete: bool | None = None
    prefixes: Sequence[str] | None = field(
        "FilterConfiguration/PrefixSet", default=None
    )
    media_types: Sequence[str] | None = field(
        "FilterConfiguration/ObjectMediaTypes", default=None
    )


class DataPipelineEmbedding(Model, root="DataPipelineEmbeddingConfiguration"):
    """What turns objects into vectors.

    Attributes:
        embedding_provider: `"bailian"`.
        api_key: Your key there. It is secret: it is not in what is printed of this, and
            OSS tells no more of it than `"sk-****"`.
        model: The provider's model.
        fps: How many pictures of a second of video are looked at.
    """

    __slots__ = ()

    embedding_provider: str | None = None
    api_key: str | None = None
    model: str | None = None
    fps: float | None = field("FPS", default=None)

    def __repr__(self) -> str:
        """All but the secret."""
        return (
            f"DataPipelineEmbedding(embedding_provider={self.embedding_provider!r}, "
            f"model={self.model!r}, fps={self.fps!r})"
        )


class DataPipelineTarget(Model):
    """Where vectors of one kind go.

    Attributes:
        bucket: A bucket of vectors.
        index_name: An index in it.
        prefix: What the vectors' keys begin with.
    """

    __slots__ = ()

    bucket: str | None = None
    index_name: str | None = None
    prefix: str | None = None


class DataPipelineDestination(Model, root="Destination"):
    """Where vectors go.

    Attributes:
        vector_bucket_name: A bucket of vectors in the same region.
        vector_index_names: Indexes in it; OSS takes one.
        vector_key_prefix: What the vectors' keys begin with.
        object_tag_to_metadata: Keys of tags that become metadata of the vectors.
        usermeta_to_metadata: Names of user metadata that do.
        image: Where vectors of pictures go, where it is elsewhere.
        image_text: Those of texts about pictures.
        video_frame: Those of pictures of videos.
        video_text: Those of texts about videos.
        document_chunk: Those of pieces of documents.
    """

    __slots__ = ()

    vector_bucket_name: str | None = None
    vector_key_prefix: str | None = None
    vector_index_names: Sequence[str] = ()
    object_tag_to_metadata: Sequence[str] = ()
    usermeta_to_metadata: Sequence[str] = ()
    image: DataPipelineTarget | None = field("ImageEmbedding", default=None)
    image_text: DataPipelineTarget | None = field("ImageTextEmbedding", default=None)
    video_frame: DataPipelineTarget | None = field("VideoFrameEmbedding", default=None)
    video_text: DataPipelineTarget | None = field("VideoTextEmbedding", default=None)
    document_chunk: DataPipelineTarget | None = field(
        "DocumentChunkEmbedding", default=None
    )


class DataPipeline(Model, root="DataPipelineConfiguration"):
    """A pipeline.

    Attributes:
        sources: Which objects go in.
        destination: Where vectors go.
        embedding: What turns the ones into the others.
        description: What somebody wrote about it.
        error_mode: `"abort"`: an error pauses it; else it goes on.
        error_bucket: Where it writes down what it could not do.
        error_prefix: What the keys of that begin with.
        model_tier: `"standard"`.
        search_mode: `"fast"` or `"balanced"`.
        image_caption_prompt: How pictures are described.
        video_caption_prompt: How videos are.
        video_snapshot_mode: Which pictures of videos are looked at: `"interval"` or
            `"dhash"`.
        video_snapshot_interval: Seconds between two.
        video_snapshot_number: How many at the most.
        name: Its name; OSS says it, and what follows.
        role: The role that OSS works as.
        status: `"Ready"`, `"Running"`, `"Paused"`, `"Failed"`, …
        phase: How far it is.
        create_time: When it was made, as OSS writes it.
    """

    __slots__ = ()

    name: str | None = field("DataPipelineName", default=None)
    description: str | None = field("DataPipelineDescription", default=None)
    role: str | None = field("DataPipelineRole", default=None)
    status: str | None = None
    phase: str | None = None
    create_time: str | None = None
    sources: Sequence[DataPipelineSource] = ()
    embedding: DataPipelineEmbedding | None = field(
        "DataPipelineEmbeddingConfiguration", default=None
    )
    destination: DataPipelineDestination | None = None
    error_mode: str | None = field("DataPipelineError/ErrorMode", default=None)
    error_bucket: str | None = field("DataPipelineError/ErrorBucket", default=None)
    error_prefix: str | None = field("DataPipelineError/ErrorPrefix", default=None)
    model_tier: str | None = None
    search_mode: str | None = field(
        "DataPipelineDataProcessConfiguration/SearchMode", default=None
    )
    image_caption_prompt: str | None = field(
        f"{_INSIGHTS}/Image/Caption/Prompt", default=None
    )
    video_caption_prompt: str | None = field(
        f"{_INSIGHTS}/Video/Caption/Prompt", default=None
    )
    video_snapshot_mode: str | None = field(
        f"{_INSIGHTS}/Video/FrameEmbedding/Snapshot/Mode", default=None
    )
    video_snapshot_interval: float | None = field(
        f"{_INSIGHTS}/Video/FrameEmbedding/Snapshot/Interval", default=None
    )
    video_snapshot_number: int | None = field(
        f"{_INSIGHTS}/Video/FrameEmbedding/Snapshot/Number", default=None
    )


class DataPipelinePage(Model, root="ListDataPipelineConfigurationsResult"):
    """A page of a list of pipelines."""

    __slots__ = ()

    pipelines: Sequence[DataPipeline] = field(
        "DataPipelineConfigurations/DataPipelineConfiguration", default=()
    )
    next_token: str = ""


class _List(TokenListing[DataPipeline]):
    """ListDataPipelineConfigurations."""

    __slots__ = ()
    _kind = "pipelines"

    def _read(
        self, answer: Answer
    ) -> tuple[list[DataPipeline], Mapping[str, str] | None]:
        page = DataPipelinePage.from_xml(answer.body)
        return list(page.pipelines), self._ahead(page.next_token)


class DataPipelines(ActionSettings):
    """The account's data pipelines in the region, by their names."""

    __slots__ = ()

    def put(self, name: str, pipeline: DataPipeline, *, role: str) -> None:
        """Makes a pipeline (PutDataPipelineConfiguration).

        Args:
            name: At most 64 letters, digits, hyphens and underscores.
            pipeline: What it does.
            role: The role that OSS works as: `"acs:ram::ACCOUNT:role/NAME"`.

        Raises:
            ServerError: There is one of that name, or OSS refuses it.
        """
        if not isinstance(pipeline, DataPipeline):
            kind = type(pipeline).__name__
            raise TypeError(f"put() takes a DataPipeline, not {kind}")
        params = {**_named(name), "role": checked_name("role", role)}
        body = pipeline.to_xml()
        self._act("putDataPipelineConfiguration", done, params, body=body)

    def get(self, name: str) -> DataPipeline:
        """A pipeline (GetDataPipelineConfiguration).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """
        return self._act(
            "getDataPipelineConfiguration",
            lambda answer: DataPipeline.from_xml(answer.body),
            _named(name),
            reads=True,
        )

    def delete(self, name: str) -> None:
        """Deletes a pipeline (DeleteDataPipelineConfiguration). Vectors stay.

        Raises:
            NoSuchConfiguration: There is none of that name.
        """
        self._act("deleteDataPipelineConfiguration", done, _named(name))

    def pause(self, name: str) -> None:
        """Has a pipeline rest (PauseDataPipeline).

        Raises:
            NoSuchConfiguration: There is none of that name.
            ServerError: It is not at work.
        """
        self._act("pauseDataPipeline", done, _named(name))

    def restart(self, name: str) -> None:
        """Has a pipeline that rests go on (RestartDataPipeline).

        Raises:
            NoSuchConfiguration: There is none of that name.
            ServerError: It does not rest.
        """
        self._act("restartDataPipeline", done, _named(name))

    def list(
        self,
        prefix: str = "",
        *,
        input_bucket: str | None = None,
        page_size: int = 100,
        resume: str | None = None,
    ) -> Listing[DataPipeline]:
        """The pipelines by name (ListDataPipelineConfigurations), fetched page by page.

        Args:
            prefix: Only names that begin so.
            input_bucket: Only those that objects of this bucket go into.
            page_size: How many are fetched at once, 1 to 100.
            resume: Goes on behind the pipeline at which an earlier list had this
                `token`.
        """
        params = {"maxResults": str(check_whole("page_size", page_size, _MOST, 1))}
        if check_text("prefix", prefix):
            params["prefix"] = prefix
        if input_bucket is not None:
            params["inputBucket"] = check_bucket(input_bucket)

        def ask(following: Mapping[str, str]) -> Call:
            asked = {**params, **following}
            return self._acting("listDataPipelineConfigurations", asked, reads=True)

        return _List(self._client, ask, resume)


def _named(name: str) -> dict[str, str]:
    return {"dataPipelineName": checked_name("name", name)}


DATA_PIPELINES = Row(DataPipelines, "DataPipeline", "dataPipeline", DataPipeline)
