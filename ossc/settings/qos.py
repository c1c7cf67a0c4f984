"""How much buckets, accounts and resource pools may move: bandwidths and requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ossc import _xml
from ossc._model import Model, field
from ossc._names import check_whole
from ossc._sdk import Answer
from ossc.settings._setting import ReadSetting, RemovableSetting, Row
from ossc.settings._several import SeveralSettings, checked_name
from ossc.settings.responses import QosConfiguration, RequesterQos, RequesterQosInfo

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "ResourcePool",
    "ResourcePoolBucket",
    "ResourcePoolBucketPage",
    "ResourcePoolInfo",
    "ResourcePoolPage",
    "ResourcePoolRequesterPage",
    "ResourcePoolRequesterQos",
    "ResourcePools",
    "UserQos",
    "UserQosSetting",
]

_POOL = "resourcePool"
_MOST = 1000


class UserQos(QosConfiguration, root="QoSConfiguration"):
    """How much the account's buckets in a region may move in all; -1: no limit.

    Attributes:
        region: The region that is meant: `"oss-cn-hangzhou"`.
    """

    __slots__ = ()

    region: str = ""


class UserQosSetting(ReadSetting[UserQos]):
    """How much the account's buckets in the client's region may move in all."""

    __slots__ = ()

    def _read(self, answer: Answer) -> UserQos:
        # The root has had several names; what it holds has not.
        return UserQos._of(_xml.parse(answer.body, None))


class ResourcePoolInfo(Model, root="ResourcePool"):
    """A resource pool, as lists tell of it.

    Attributes:
        name: Its name.
        create_time: When it was made, as OSS writes it.
    """

    __slots__ = ()

    name: str
    create_time: str = ""


class ResourcePool(ResourcePoolInfo, root="GetResourcePoolInfoResponse"):
    """A resource pool: bandwidth that several buckets share.

    Attributes:
        region: Where it is: `"oss-cn-hangzhou"`.
        owner: Whose it is.
        qos: How much its buckets may move in all; None: not told.
    """

    __slots__ = ()

    region: str = ""
    owner: str = ""
    qos: QosConfiguration | None = field("QoSConfiguration", default=None)


class ResourcePoolPage(Model, root="ListResourcePoolsResult"):
    """A page of a list of resource pools."""

    __slots__ = ()

    region: str = ""
    owner: str = ""
    is_truncated: bool = False
    next_continuation_token: str = ""
    pools: Sequence[ResourcePoolInfo] = field("ResourcePool", default=())


class ResourcePoolBucket(Model):
    """A bucket of a resource pool.

    Attributes:
        name: Its name.
        join_time: When it came into the pool, as OSS writes it.
    """

    __slots__ = ()

    name: str
    join_time: str = ""


class ResourcePoolBucketPage(Model, root="ListResourcePoolBucketsResult"):
    """A page of a list of the buckets of a resource pool."""

    __slots__ = ()

    resource_pool: str = ""
    is_truncated: bool = False
    next_continuation_token: str = ""
    buckets: Sequence[ResourcePoolBucket] = field("ResourcePoolBucket", default=())


class ResourcePoolRequesterPage(Model, root="ListResourcePoolRequesterQoSInfosResult"):
    """A page of a list of callers."""

    __slots__ = ()

    resource_pool: str = ""
    is_truncated: bool = False
    next_continuation_token: str = ""
    infos: Sequence[RequesterQosInfo] = field("RequesterQoSInfo", default=())


class ResourcePools(SeveralSettings):
    """The account's resource pools in the client's region, which OSS makes on request.

    Example:
        >>> with ossc.Client("http://127.0.0.1:9000") as client:
        ...     names = [pool.name for pool in client.resource_pools.list()]
    """

    __slots__ = ()

    def list(self, *, page_size: int = 100) -> Iterator[ResourcePoolInfo]:
        """All pools (ListResourcePools), fetched page by page.

        Args:
            page_size: How many are fetched at once, 1 to 1000.
        """
        check_whole("page_size", page_size, _MOST, 1)
        pages = self._pages(
            ResourcePoolPage,
            "ListResourcePools",
            lambda page: page.next_continuation_token if page.is_truncated else "",
            {"max-keys": str(page_size)},
        )
        for page in pages:
            yield from page.pools

    def get(self, name: str) -> ResourcePool:
        """A pool (GetResourcePoolInfo).

        Raises:
            NoSuchConfiguration: There is none of that name.
        """
        params = {"resourcePoolInfo": "", _POOL: checked_name("name", name)}
        return self._ask(ResourcePool, "GetResourcePoolInfo", params)

    def buckets(
        self, name: str, *, page_size: int = 100
    ) -> Iterator[ResourcePoolBucket]:
        """The buckets of a pool (ListResourcePoolBuckets), fetched page by page.

        Args:
            name: The pool's name.
            page_size: How many are fetched at once, 1 to 1000.

        Raises:
            NoSuchConfiguration: There is no pool of that name.
        """
        check_whole("page_size", page_size, _MOST, 1)
        pages = self._pages(
            ResourcePoolBucketPage,
            "ListResourcePoolBuckets",
            lambda page: page.next_continuation_token if page.is_truncated else "",
            {
                "resourcePoolBuckets": "",
                _POOL: checked_name("name", name),
                "max-keys": str(page_size),
            },
        )
        for page in pages:
            yield from page.buckets

    def requester_qos(self, name: str) -> ResourcePoolRequesterQos:
        """How much each caller may move of a pool. Nothing is sent."""
        return ResourcePoolRequesterQos(self, name)


class ResourcePoolRequesterQos(RequesterQos):
    """How much each caller may move of a resource pool, by the caller's id."""

    __slots__ = ("_pool",)

    def __init__(self, pools: ResourcePools, name: str) -> None:
        super().__init__(_REQUESTER_QOS, pools._client, None)
        self._pool = checked_name("name", name)

    def list(self, *, page_size: int = 100) -> Iterator[RequesterQosInfo]:
        """All callers (ListResourcePoolRequesterQoSInfos), fetched page by page."""
        check_whole("page_size", page_size, _MOST, 1)
        pages = self._pages(
            ResourcePoolRequesterPage,
            f"List{self._row.noun}s",
            lambda page: page.next_continuation_token if page.is_truncated else "",
            {_POOL: self._pool, "max-keys": str(page_size)},
        )
        for page in pages:
            yield from page.infos

    def _named(self, requester: str) -> dict[str, str]:
        return {**super()._named(requester), _POOL: self._pool}

    def __repr__(self) -> str:
        """What it is, and of which pool."""
        return f"<{self._row.noun} of {self._pool!r}>"


_REQUESTER_QOS: Row[Any] = Row(
    ResourcePoolRequesterQos,
    "ResourcePoolRequesterQoSInfo",
    "requesterQosInfo",
    RequesterQosInfo,
)
BUCKET_QOS = Row(RemovableSetting, "BucketQoSInfo", "qosInfo", QosConfiguration)
USER_QOS = Row(UserQosSetting, "UserQoSInfo", "qosInfo", UserQos)
RESOURCE_POOLS = Row(ResourcePools, "ResourcePool", _POOL, ResourcePool)
