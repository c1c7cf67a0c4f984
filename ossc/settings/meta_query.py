"""Searching a bucket's objects by their metadata: MetaQuery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from ossc._model import Model, field
from ossc._names import check_whole, encode_text
from ossc._verbs import done
from ossc.errors import MalformedResponse, ParameterError
from ossc.settings._setting import Row
from ossc.settings._several import SeveralSettings, checked_name
from ossc.settings.website import NamedText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "MetaQueries",
    "MetaQuery",
    "MetaQueryAggregation",
    "MetaQueryFile",
    "MetaQueryGroup",
    "MetaQueryResult",
    "MetaQueryStatus",
    "MetaQueryWish",
]

Order = Literal["asc", "desc"]


class MetaQueryStatus(Model):
    """How far OSS has come with the index of a bucket.

    Attributes:
        state: `"Ready"`, `"Running"`, `"Stop"`, `"Failed"`, `"Deleted"`, …
        phase: `"FullScanning"`: of what was there; `"IncrementalScanning"`.
        create_time: When the index was begun, as OSS writes it.
        update_time: When it changed, as OSS writes it.
        mode: `"basic"` or `"semantic"`; None: not told.
    """

    __slots__ = ()

    state: str = ""
    phase: str = ""
    create_time: str = ""
    update_time: str = ""
    mode: str | None = field("MetaQueryMode", default=None)


class MetaQueryWish(Model, root="Aggregation"):
    """What is to be counted over all objects that are found.

    Attributes:
        name: A field of the objects: `"Size"`, `"OSSStorageClass"`, …
        operation: `"min"`, `"max"`, `"average"`, `"sum"`, `"count"`, `"distinct"`,
            `"group"`.
    """

    __slots__ = ()

    name: str = field("Field")
    operation: str


class MetaQueryGroup(Model, root="Group"):
    """A value that objects have, and how many have it."""

    __slots__ = ()

    value: str = ""
    count: int = 0


class MetaQueryAggregation(Model, root="Aggregation"):
    """What was counted.

    Attributes:
        name: The field.
        operation: What was done with it.
        value: What came out; None for groups.
        groups: The values of the objects and how many have each; None: not asked for.
    """

    __slots__ = ()

    name: str = field("Field")
    operation: str
    value: float | None = None
    groups: Sequence[MetaQueryGroup] | None = field("Groups/Group", default=None)


class MetaQueryFile(Model, root="File"):
    """An object that was found. What OSS does not tell is None, or empty.

    Attributes:
        filename: Its key.
        size: In bytes.
        etag: Its ETag.
        file_modified_time: When it was last written, as OSS writes it.
        tags: Its tags.
        user_meta: Its user metadata.

    The others have the names that OSS gives them.
    """

    __slots__ = ()

    filename: str
    size: int = 0
    file_modified_time: str = ""
    file_create_time: str | None = None
    file_access_time: str | None = None
    etag: str = field("ETag", default="")
    oss_object_type: str = field("OSSObjectType", default="")
    oss_storage_class: str = field("OSSStorageClass", default="")
    object_acl: str | None = field("ObjectACL", default=None)
    oss_crc64: str | None = field("OSSCRC64", default=None)
    oss_tagging_count: int = field("OSSTaggingCount", default=0)
    tags: Sequence[NamedText] | None = field("OSSTagging/Tagging", default=None)
    user_meta: Sequence[NamedText] | None = field("OSSUserMeta/UserMeta", default=None)
    oss_expiration: str | None = field("OSSExpiration", default=None)
    server_side_encryption: str | None = None
    server_side_encryption_key_id: str | None = None
    server_side_encryption_customer_algorithm: str | None = None
    server_side_data_encryption: str | None = None
    cache_control: str | None = None
    content_disposition: str | None = None
    content_encoding: str | None = None
    content_language: str | None = None
    content_type: str | None = None
    access_control_allow_origin: str | None = None
    access_control_request_method: str | None = None
    uri: str | None = field("URI", default=None)
    media_type: str | None = None
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    album_artist: str | None = None
    composer: str | None = None
    performer: str | None = None
    produce_time: str | None = None
    lat_long: str | None = None
    image_width: int | None = None
    image_height: int | None = None
    video_width: int | None = None
    video_height: int | None = None
    bitrate: int | None = None
    duration: float | None = None


class MetaQuery(Model):
    """A search, as it is sent."""

    __slots__ = ()

    next_token: str | None = None
    max_results: int | None = None
    query: str | None = None
    sort: str | None = None
    order: Order | None = None
    aggregations: Sequence[MetaQueryWish] | None = field(
        "Aggregations/Aggregation", default=None
    )
    media_types: Sequence[str] | None = field("MediaTypes/MediaType", default=None)
    simple_query: str | None = None


class MetaQueryResult(Model, root="MetaQuery"):
    """A page of what was found.

    Attributes:
        files: Objects.
        aggregations: What was counted.
        next_token: Where the next page begins; empty: there is none.
    """

    __slots__ = ()

    next_token: str = ""
    files: Sequence[MetaQueryFile] = field("Files/File", default=())
    aggregations: Sequence[MetaQueryAggregation] = field(
        "Aggregations/Aggregation", default=()
    )


class MetaQueries(SeveralSettings):
    """Searches of a bucket's objects, once it has an index.

    Example:
        >>> bucket.meta_query.open()
        >>> large = {"Field": "Size", "Value": "3", "Operation": "gt"}
        >>> [each.filename for each in bucket.meta_query.search(large)]
        ['greeting.txt']
        >>> bucket.meta_query.close()
    """

    __slots__ = ()

    def open(self, *, mode: str | None = None) -> None:
        """Has OSS make an index of the bucket (OpenMetaQuery).

        Args:
            mode: `"basic"`, which is OSS's default, or `"semantic"`.

        Raises:
            ServerError: There is an index.
        """
        self._send("POST", done, operation="OpenMetaQuery", params=_about("add", mode))

    def get(self) -> MetaQueryStatus:
        """How far OSS has come with the index (GetMetaQueryStatus).

        Raises:
            NoSuchConfiguration: There is none.
        """
        return self._ask(MetaQueryStatus, "GetMetaQueryStatus")

    def close(self) -> None:
        """Has OSS forget the index (CloseMetaQuery)."""
        self._send("POST", done, operation="CloseMetaQuery", params=_about("delete"))

    def do(self, query: MetaQuery, *, mode: str | None = None) -> MetaQueryResult:
        """One page of a search as it stands (DoMetaQuery).

        Args:
            query: The search.
            mode: `"basic"` or `"semantic"`.

        Raises:
            NoSuchConfiguration: There is no index.
            ServerError: OSS does not understand the search.
        """
        if not isinstance(query, MetaQuery):
            raise TypeError(f"do() takes a MetaQuery, not {type(query).__name__}")
        return self._ask(
            MetaQueryResult,
            "DoMetaQuery",
            _about("query", mode),
            method="POST",
            body=query.to_xml(),
        )

    def search(
        self,
        query: Mapping[str, Any] | str,
        *,
        sort: str | None = None,
        order: Order | None = None,
        page_size: int = 100,
    ) -> Iterator[MetaQueryFile]:
        """The objects that a search finds (DoMetaQuery), fetched page by page.

        Args:
            query: A condition in OSS's form, or its JSON:
                `{"Field": "Size", "Value": "1048576", "Operation": "gt"}`; conditions
                are joined as `{"Operation": "and", "SubQueries": […]}`.
            sort: The field by which they are in order.
            order: `"asc"`, or `"desc"`, which is OSS's default.
            page_size: How many are fetched at once, 1 to 100.
        """
        check_whole("page_size", page_size, 100, 1)
        wish = MetaQuery(
            max_results=page_size, query=_json(query), sort=sort, order=order
        )
        while True:
            page = self.do(wish)
            yield from page.files
            if not page.next_token:
                return
            if page.next_token == wish.next_token:
                raise MalformedResponse(
                    "the next page of a search is the same as this one",
                    operation="DoMetaQuery",
                )
            wish = wish.replace(next_token=page.next_token)

    def aggregate(
        self, query: Mapping[str, Any] | str, *wishes: tuple[str, str]
    ) -> tuple[MetaQueryAggregation, ...]:
        """What is counted over the objects that a search finds (DoMetaQuery).

        Args:
            query: As in `search`.
            *wishes: Fields and what is done with each: `("Size", "sum")`.

        Example:
            >>> bucket.meta_query.open()
            >>> everything = {"Field": "Size", "Value": "0", "Operation": "gte"}
            >>> (total,) = bucket.meta_query.aggregate(everything, ("Size", "sum"))
            >>> total.value
            5.0
        """
        if not wishes:
            raise ParameterError("there is nothing to count")
        asked = [MetaQueryWish(name=name, operation=what) for name, what in wishes]
        wish = MetaQuery(query=_json(query), aggregations=asked)
        return tuple(self.do(wish).aggregations)


def _about(what: str, mode: str | None = None) -> dict[str, str]:
    params = {"metaQuery": "", "comp": what}
    if mode is not None:
        params["mode"] = checked_name("mode", mode)
    return params


def _json(query: Mapping[str, Any] | str) -> str:
    import json  # noqa: PLC0415 - only searches and policies are JSON

    text = query if isinstance(query, str) else json.dumps(query)
    encode_text("query", text)
    return text


META_QUERY = Row(MetaQueries, "MetaQuery", "metaQuery", MetaQueryStatus)
