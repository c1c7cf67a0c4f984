"""`Index`: the verbs on vectors."""

from __future__ import annotations

from itertools import islice
from typing import Any

from ossc._names import check_whole
from ossc._verbs import done
from ossc.errors import ParameterError
from ossc.vectors._checks import (
    check_filter,
    check_key,
    several,
    vector_document,
)
from ossc.vectors._json import to_values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import (
        Callable,
        Collection,
        Iterable,
        Iterator,
        Mapping,
        Sequence,
    )
    from typing import TypeVar

    from typing_extensions import Unpack

    from ossc._paging import Listing
    from ossc._sdk import Answer
    from ossc.options import CallOptions
    from ossc.vectors._client import Client
    from ossc.vectors._records import FusionHit, Hit, IndexInfo, Values, Vector

    T = TypeVar("T")

__all__ = ["Index"]

MAX_PUT = 500
MAX_GET = 100
MAX_DELETE = 500
MAX_TOP_K = 100
# Of one request's numbers, so that its body stays of a size that can be sent again.
MAX_NUMBERS = 500_000


class Index:
    """An index of a vector bucket. Thread-safe; made by `Bucket.index`.

    All verbs raise what those of `ossc.Bucket` raise, `NoSuchVectorIndex` where there is
    no such index, and `NoSuchBucket`.
    """

    __slots__ = ("_bucket", "_client", "_name")

    def __init__(self, client: Client, bucket: str, name: str) -> None:
        self._client = client
        self._bucket = bucket
        self._name = name

    @property
    def name(self) -> str:
        """The index's name."""
        return self._name

    @property
    def bucket_name(self) -> str:
        """The bucket's name."""
        return self._bucket

    def with_options(self, **options: Unpack[CallOptions]) -> Index:
        """The same index with verbs that are made in another way. Nothing is sent.

        Args:
            **options: As those of `ossc.Client.with_options`.
        """
        return Index(self._client.with_options(**options), self._bucket, self._name)

    def info(self) -> IndexInfo:
        """The index's properties (GetVectorIndex).

        Example:
            >>> index.info().dimension
            2
        """
        from ossc.vectors._answers import one_index  # noqa: PLC0415 - few look

        return self._send("GetVectorIndex", one_index, {})

    def put_vectors(
        self, vectors: Iterable[Vector | tuple[Any, ...]], *, batch_size: int = MAX_PUT
    ) -> None:
        """Stores any number of vectors (PutVectors, as often as they need it).

        A vector whose key is there replaces that one. They can be found a few seconds
        later. After an error those of earlier requests are stored; the same vectors may
        be given again.

        Args:
            vectors: `ossc.vectors.Vector`, or tuples of key, numbers and metadata, which
                may be left out. Numbers are a sequence, or a buffer of floats such as
                `array.array("f")` or a NumPy array of one dimension; for a fusion index
                they are a mapping of its vector fields to such. They are taken as they
                are sent.
            batch_size: Vectors a request, 1 to 500.

        Raises:
            ParameterError: A vector breaks a rule; of its request none is stored.
            InvalidArgument: The index has another dimension.

        Example:
            >>> from array import array
            >>> index.put_vectors(
            ...     [
            ...         ossc.vectors.Vector("a", [0.5, 1.0], {"kind": "even"}),
            ...         ("b", array("f", [2.0, 3.0])),
            ...     ]
            ... )
            >>> [each.key for each in index.get_vectors(["a", "b"])]
            ['a', 'b']
        """
        check_whole("batch_size", batch_size, MAX_PUT, least=1)
        some: dict[str, dict[str, Any]] = {}
        numbers = 0
        for given in vectors:
            document = vector_document(given)
            size = sum(map(len, document["data"].values()))
            # One request must not name a key twice.
            is_full = len(some) == batch_size or numbers + size > MAX_NUMBERS
            if some and (is_full or document["key"] in some):
                self._put(some)
                some, numbers = {}, 0
            some[document["key"]] = document
            numbers += size
        if some:
            self._put(some)

    def _put(self, vectors: Mapping[str, dict[str, Any]]) -> None:
        self._send("PutVectors", done, {"vectors": list(vectors.values())})

    def get_vectors(
        self,
        keys: Iterable[str],
        *,
        return_data: bool = True,
        return_metadata: bool = True,
    ) -> list[Vector]:
        """The vectors of these keys (GetVectors for each 100 of them).

        Args:
            keys: Their keys; those that are not there are left out.
            return_data: Whether to fill in `data`.
            return_metadata: Whether to fill in `metadata`.

        Example:
            >>> [(each.key, each.data) for each in index.get_vectors(["near", "-"])]
            [('near', array('f', [1.0, 1.0]))]
        """
        from ossc.vectors._answers import vectors  # noqa: PLC0415 - as above

        wish = {
            "returnData": bool(return_data),
            "returnMetadata": bool(return_metadata),
        }
        found: list[Vector] = []
        for some in _chunks(keys, MAX_GET):
            found += self._send("GetVectors", vectors, {**wish, "keys": some})
        return found

    def delete_vectors(self, keys: Iterable[str]) -> None:
        """Deletes the vectors of these keys (DeleteVectors for each 500 of them).

        Args:
            keys: Their keys; that one is not there is no error.

        Example:
            >>> index.delete_vectors(["near", "-"])
            >>> [each.key for each in index.list_vectors()]
            ['far']
        """
        for some in _chunks(keys, MAX_DELETE):
            self._send("DeleteVectors", done, {"keys": some})

    def list_vectors(
        self,
        *,
        return_data: bool = False,
        return_metadata: bool = False,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - as below
        segment: tuple[int, int] | None = None,
        page_size: int = 500,
        resume: str | None = None,
    ) -> Listing[Vector]:
        """All vectors, in the service's order (ListVectors), page by page.

        Args:
            return_data: Whether to fill in `data`.
            return_metadata: Whether to fill in `metadata`.
            filter: Only those whose metadata fits, as in `query_vectors`.
            segment: Only a part of them: `(0, 4)` is the first of four, each of which
                may be listed by a thread of its own; there are at most 16.
            page_size: Entries a request, 1 to 1,000.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Example:
            >>> sorted(each.key for each in index.list_vectors())
            ['far', 'near']
        """
        from ossc.vectors._lists import list_vectors  # noqa: PLC0415 - few list

        document: dict[str, Any] = {
            "indexName": self._name,
            "returnData": bool(return_data),
            "returnMetadata": bool(return_metadata),
        }
        if filter is not None:
            document["filter"] = check_filter(filter)
        return list_vectors(
            self._client,
            self._bucket,
            document,
            segment=segment,
            page_size=page_size,
            resume=resume,
        )

    def query_vectors(
        self,
        vector: Values,
        top_k: int = 10,
        *,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - OSS's word for it
        return_distance: bool = True,
        return_metadata: bool = True,
    ) -> list[Hit]:
        """The vectors that are nearest to one, the nearest first (QueryVectors).

        Args:
            vector: Numbers, as in `put_vectors`.
            top_k: How many, 1 to 100.
            filter: Only those whose metadata fits: `{"kind": {"$eq": "warm"}}`; `$ne`,
                `$in`, `$nin`, `$exists`, joined by `$and` and `$or`, at most 8 deep.
            return_distance: Whether to fill in `distance`.
            return_metadata: Whether to fill in `metadata`.

        Raises:
            ParameterError: An argument breaks a rule.
            InvalidArgument: The index has another dimension, or the filter is none.

        Example:
            >>> index.query_vectors([0.0, 0.0], 1, filter={"kind": {"$ne": "x"}})
            [Hit(key='near', distance=1.4142135623730951, metadata={'kind': 'a'})]
        """
        from ossc.vectors._answers import hits  # noqa: PLC0415 - as above

        document: dict[str, Any] = {
            "queryVector": {"float32": to_values("the vector", vector)},
            "topK": check_whole("top_k", top_k, MAX_TOP_K, least=1),
            "returnDistance": bool(return_distance),
            "returnMetadata": bool(return_metadata),
        }
        if filter is not None:
            document["filter"] = check_filter(filter)
        return self._send("QueryVectors", hits, document)

    def query_vectors_fusion(
        self,
        *,
        knn: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
        query: Mapping[str, Any] | None = None,
        retriever: Mapping[str, Any] | None = None,
        sort: Sequence[Mapping[str, Any]] | None = None,
        limit: int | None = None,
        partition_keys: Collection[str] | None = None,
        return_metadata: bool = True,
        return_metadata_fields: Collection[str] | None = None,
        resume: str | None = None,
    ) -> Listing[FusionHit]:
        """What a fusion index finds (QueryVectorsFusion), the best first.

        The conditions are those of OSS's reference; numbers in them may be buffers, as in
        `put_vectors`. What has further pages, which are queries without `knn` and
        `retriever`, is fetched page by page while iterating.

        Args:
            knn: Nearest neighbours of a field, `{"field": "text", "queryVector": […],
                "topK": 10}`, or several of those.
            query: A condition on fields and texts: `{"brand": {"$eq": "x"}}`,
                `{"title": {"$textMatch": "cloud storage"}}`, joined by `$and` and `$or`.
            retriever: Several queries and how they are made one: `{"rrf": …}`,
                `{"weight": …}`; alone, but for `limit` and what is returned.
            sort: The order instead: `[{"price": {"order": "asc"}}]`.
            limit: Entries a page.
            partition_keys: Only those of these partitions.
            return_metadata: Whether to fill in `metadata`.
            return_metadata_fields: Only these fields of it.
            resume: Goes on behind the entry at which an earlier list had this `token`.

        Raises:
            InvalidArgument: OSS does not take a condition.
        """
        from ossc.vectors._lists import list_hits  # noqa: PLC0415 - few have fusion

        if knn is None and query is None and retriever is None:
            raise ParameterError("a query needs knn, query or retriever")
        wish: dict[str, Any] = {
            "knn": knn,
            "query": query,
            "retriever": retriever,
            "sort": sort,
            "limit": None if limit is None else check_whole("limit", limit, 10_000, 1),
            "partitionKeys": _listed("partition_keys", partition_keys),
            "returnMetadata": bool(return_metadata),
            "returnMetadataFields": _listed(
                "return_metadata_fields", return_metadata_fields
            ),
        }
        document = {name: value for name, value in wish.items() if value is not None}
        document["indexName"] = self._name
        return list_hits(self._client, self._bucket, document, resume)

    def _send(
        self, operation: str, read: Callable[[Answer], T], document: dict[str, Any]
    ) -> T:
        """Makes a request on the index and reads its answer."""
        return self._client._send(
            operation,
            "POST",
            read,
            bucket=self._bucket,
            index=self._name,
            params={operation[0].lower() + operation[1:]: ""},
            document={"indexName": self._name, **document},
        )

    def __repr__(self) -> str:
        """The index's name, its bucket's, and its client."""
        place = f"{self._bucket!r}, {self._client!r}"
        return f"ossc.vectors.Index({self._name!r}, {place})"


def _listed(what: str, texts: Iterable[str] | None) -> list[str] | None:
    return None if texts is None else several(what, texts)


def _chunks(keys: Iterable[str], size: int) -> Iterator[list[str]]:
    """The keys, checked, each once, so many at a time."""
    if isinstance(keys, str | bytes):
        raise TypeError(f"many keys are asked for, not one {type(keys).__name__}")
    source = iter(keys)
    while some := list(islice(source, size)):
        yield list(dict.fromkeys(map(check_key, some)))
