"""`Bucket`: a vector bucket, and the verbs on its indexes."""

from __future__ import annotations

from ossc._verbs import done
from ossc.vectors._checks import (
    check_dimension,
    check_index,
    check_metric,
    hidden_keys,
)
from ossc.vectors._index import Index
from ossc.vectors._settings import LoggingSetting, PolicySetting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal

    from typing_extensions import Unpack

    from ossc._paging import Listing
    from ossc.options import CallOptions
    from ossc.vectors._client import Client
    from ossc.vectors._records import BucketInfo, IndexInfo

__all__ = ["Bucket"]


class Bucket:
    """A vector bucket of a client. Thread-safe; made by `Client.bucket`.

    All verbs raise what those of `ossc.Bucket` raise.
    """

    __slots__ = ("_client", "_name")

    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name

    @property
    def name(self) -> str:
        """The bucket's name."""
        return self._name

    @property
    def policy(self) -> PolicySetting:
        """Who may do what: `get`, `put`, `delete`."""
        return PolicySetting(self._client, self._name)

    @property
    def logging(self) -> LoggingSetting:
        """Where access logs go: `get`, `put`, `delete`."""
        return LoggingSetting(self._client, self._name)

    def index(self, name: str) -> Index:
        """The index of that name. Nothing is sent.

        Args:
            name: A letter and at most 62 further letters and digits.

        Raises:
            ParameterError: No index can have that name.
        """
        return Index(self._client, self._name, check_index(name))

    def with_options(self, **options: Unpack[CallOptions]) -> Bucket:
        """The same bucket with verbs that are made in another way. Nothing is sent.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """
        return Bucket(self._client.with_options(**options), self._name)

    def info(self) -> BucketInfo:
        """The bucket's properties (GetVectorBucket).

        Raises:
            NoSuchBucket: It does not exist.

        Example:
            >>> vectors.bucket("vectors").info().region
            'cn-hangzhou'
        """
        from ossc.vectors._answers import bucket_info  # noqa: PLC0415 - few look

        return self._client._send(
            "GetVectorBucket",
            "GET",
            bucket_info,
            bucket=self._name,
            params={"bucketInfo": ""},
        )

    def create_index(
        self,
        name: str,
        *,
        dimension: int,
        distance_metric: Literal["euclidean", "cosine"] = "euclidean",
        non_filterable_metadata_keys: Iterable[str] = (),
    ) -> Index:
        """Creates an index (PutVectorIndex).

        In its first half minute, queries may miss some of what is in it.

        Args:
            name: A letter and at most 62 further letters and digits.
            dimension: How many numbers its vectors have, 1 to 4,096.
            distance_metric: `"euclidean"` or `"cosine"`, for which no vector may consist
                of zeros.
            non_filterable_metadata_keys: Names of metadata that no filter will name, at
                most 10.

        Raises:
            VectorIndexAlreadyExists: There is such an index.
            NoSuchBucket: The bucket does not exist.
            ServerError: With the code `VectorBucketIndexExceedLimit`: the bucket has its
                number.

        Example:
            >>> index = vectors.bucket("vectors").create_index("words", dimension=4)
            >>> index.info().distance_metric
            'euclidean'
        """
        document: dict[str, Any] = {
            "indexName": check_index(name),
            "dataType": "float32",
            "dimension": check_dimension(dimension),
            "distanceMetric": check_metric(distance_metric),
        }
        hidden = hidden_keys(non_filterable_metadata_keys)
        if hidden:
            document["metadata"] = {"nonFilterableMetadataKeys": hidden}
        self._on_indexes("PutVectorIndex", name, document, once=True)
        return self.index(name)

    def create_fusion_index(
        self, name: str, fields: Iterable[Mapping[str, Any]]
    ) -> Index:
        """Creates an index with several fields (PutVectorIndexFusion).

        Its vectors have numbers for each vector field; what stands in the other fields
        is their metadata. It is asked with `Index.query_vectors_fusion`.

        Args:
            name: A letter and at most 62 further letters and digits.
            fields: At most 100, as OSS's reference has them: a vector field is
                `{"name": "text", "type": "vector", "dimension": 768}`, with
                `"distanceMetric"`; others have the type `"string"`, `"double"`, `"bool"`,
                …, a text to search in has `"text": {"enabled": True}`.

        Raises:
            VectorIndexAlreadyExists: There is such an index.
            NoSuchBucket: The bucket does not exist.
            InvalidArgument: OSS does not take the fields.
        """
        listed = [dict(field) for field in fields]
        document = {
            "indexName": check_index(name),
            "mode": "fusion",
            "schemaConfiguration": {"fields": listed},
        }
        self._on_indexes("PutVectorIndexFusion", name, document, once=True)
        return self.index(name)

    def delete_index(self, name: str) -> None:
        """Deletes an index and all that is in it (DeleteVectorIndex).

        Args:
            name: Its name.

        Raises:
            NoSuchVectorIndex: It does not exist.
            NoSuchBucket: The bucket does not exist.
        """
        document = {"indexName": check_index(name)}
        self._on_indexes("DeleteVectorIndex", name, document)

    def list_indexes(
        self, prefix: str = "", *, page_size: int = 500, resume: str | None = None
    ) -> Listing[IndexInfo]:
        """The bucket's indexes by name (ListVectorIndexes), page by page.

        Args:
            prefix: Only names that begin so.
            page_size: Entries a request, 1 to 500.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            NoSuchBucket: The bucket does not exist.

        Example:
            >>> [each.name for each in vectors.bucket("vectors").list_indexes()]
            ['index1']
        """
        from ossc.vectors._lists import list_indexes  # noqa: PLC0415 - few list

        return list_indexes(self._client, self._name, prefix, page_size, resume)

    def _on_indexes(
        self,
        operation: str,
        index: str,
        document: Mapping[str, Any],
        *,
        once: bool = False,
    ) -> None:
        self._client._send(
            operation,
            "POST",
            done,
            bucket=self._name,
            index=index,
            params={operation[0].lower() + operation[1:]: ""},
            document=document,
            once=once,
        )

    def __repr__(self) -> str:
        """The bucket's name and its client."""
        return f"ossc.vectors.Bucket({self._name!r}, {self._client!r})"
