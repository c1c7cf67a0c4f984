"""What the verbs on vector buckets take and return."""

from __future__ import annotations

from ossc._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any, TypeAlias

    from typing_extensions import Buffer

    Values: TypeAlias = Sequence[float] | Buffer
    Metadata: TypeAlias = Mapping[str, Any]

__all__ = [
    "BucketInfo",
    "BucketSummary",
    "FusionHit",
    "Hit",
    "IndexInfo",
    "Logging",
    "Vector",
]


class BucketInfo(Record):
    """A vector bucket's properties.

    Attributes:
        name: Its name.
        region: Region id.
        location: The region as OSS calls it, such as `"oss-cn-hangzhou"`.
        creation_date: When it was made.
        extranet_endpoint: The host that it is at.
        intranet_endpoint: The one inside the cloud.
        resource_group_id: The resource group that it belongs to.
    """

    __slots__ = ()

    name: str
    region: str
    location: str
    creation_date: datetime | None
    extranet_endpoint: str
    intranet_endpoint: str
    resource_group_id: str = ""


class BucketSummary(BucketInfo):
    """An entry of a list of vector buckets; it has all that `BucketInfo` has."""

    __slots__ = ()


class IndexInfo(Record, unhashed=("schema",)):
    """A vector index's properties.

    Attributes:
        name: Its name.
        dimension: How many numbers its vectors have; None: see the schema.
        distance_metric: `"euclidean"` or `"cosine"`; empty: see the schema.
        data_type: What the numbers are: `"float32"`.
        status: `"creating"`, `"enable"` or `"deleting"`.
        creation_date: When it was made.
        non_filterable_metadata_keys: Metadata that no filter can name.
        mode: `"fusion"`, or empty.
        schema: The fields of a fusion index, as it was made with.
    """

    __slots__ = ()

    name: str
    dimension: int | None
    distance_metric: str
    data_type: str
    status: str
    creation_date: datetime | None
    non_filterable_metadata_keys: tuple[str, ...] = ()
    mode: str = ""
    schema: tuple[Mapping[str, Any], ...] = ()


class Vector(Record, unhashed=("data", "metadata")):
    """A vector, to be put or as it was got.

    Attributes:
        key: Its name in the index: 1 to 1,024 characters.
        data: Its numbers: a sequence, a buffer of floats such as a NumPy array, or a
            mapping of the vector fields of a fusion index to such. Got: an
            `array.array("f")`, or a dict of those; None where it was not asked for.
        metadata: What is known of it: texts, and lists of texts, by name; fusion indexes
            take numbers and truths, too. None where it was not asked for.
    """

    __slots__ = ()

    key: str
    data: Values | Mapping[str, Values] | array[float] | dict[str, Any] | None = None
    metadata: Metadata | None = None


class Hit(Record, unhashed=("metadata",)):
    """A vector that was found.

    Attributes:
        key: Its key.
        distance: How far it is from what was asked for; None where that was not wanted.
        metadata: What is known of it; None where that was not wanted.
    """

    __slots__ = ()

    key: str
    distance: float | None = None
    metadata: Metadata | None = None


class FusionHit(Record, unhashed=("metadata",)):
    """A vector that a query of a fusion index found.

    Attributes:
        key: Its key.
        score: How well it fits; the larger, the better. None where nothing was scored.
        metadata: What is known of it; None where that was not wanted.
    """

    __slots__ = ()

    key: str
    score: float | None = None
    metadata: Metadata | None = None


class Logging(Record):
    """Where a vector bucket's access logs go.

    Attributes:
        target_bucket: The bucket of objects that they are written into; None: there are
            no logs.
        target_prefix: What their keys begin with.
        logging_role: The role that OSS writes them as.
    """

    __slots__ = ()

    target_bucket: str | None = None
    target_prefix: str | None = None
    logging_role: str | None = None
