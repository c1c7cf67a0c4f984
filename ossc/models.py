"""What the verbs return: frozen, slotted records with real types (see `_record`).

Times are aware `datetime` values in UTC, sizes are in bytes, ETags come without their
quotes, CRC-64 values are unsigned integers. Nothing here does I/O.
"""

from __future__ import annotations

# Not of `collections.abc`, which is the same and imports `collections` before.
from _collections_abc import Mapping

from ossc._record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from typing import Any

__all__ = [
    "AppendObjectResult",
    "BucketSummary",
    "CompleteMultipartUploadResult",
    "CopyObjectResult",
    "DeletedObject",
    "GetObjectResult",
    "Headers",
    "MultipartUpload",
    "MultipartUploadSummary",
    "ObjectInfo",
    "ObjectSummary",
    "ObjectVersion",
    "Part",
    "PutObjectResult",
    "UploadPartResult",
]


class Headers(Mapping[str, str]):
    """The headers of an answer: names in any case, the last value of a repeated one."""

    __slots__ = ("_block", "_items")

    _block: bytes
    _items: dict[str, str]

    def __init__(self, pairs: Mapping[str, str] | None = None) -> None:
        self._items = {name.lower(): value for name, value in (pairs or {}).items()}

    @classmethod
    def _of_block(cls, block: bytes) -> Headers:
        """From names and values that a NUL ends each; read when the first is asked for."""
        self = cls.__new__(cls)
        self._block = block
        return self

    def __getattr__(self, name: str) -> Any:
        """Only the pairs of a block that nobody looked at yet come here."""
        if name != "_items":
            raise AttributeError(f"'Headers' object has no attribute {name!r}")
        texts = self._block.decode("utf-8", "surrogateescape").split("\0")
        self._items = {
            name.lower(): texts[2 * index + 1]
            for index, name in enumerate(texts[:-1:2])
        }
        return self._items

    def __getitem__(self, name: str) -> str:
        """The value of a header, whatever the case of its name."""
        return self._items[name.lower()]

    def __iter__(self) -> Iterator[str]:
        """Names in lower case."""
        return iter(self._items)

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._items)

    def __hash__(self) -> int:
        """By the headers, so that the records that hold them can be hashed."""
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        """As a dictionary; an answer holds no secrets."""
        return f"Headers({self._items!r})"

    def __reduce__(self) -> tuple[type[Headers], tuple[dict[str, str]]]:
        """Pickles and copies by the headers."""
        return Headers, (self._items,)


_NO_HEADERS = Headers()


class PutObjectResult(Record, hidden=("headers",)):
    """What OSS says of a stored object.

    Attributes:
        etag: The object's ETag without quotes.
        crc64: CRC-64 of the object as OSS computed it; None when it sent none.
        request_id: OSS's id of the request.
        version_id: The new version in a versioned bucket, else None.
        callback_response: The application's answer to the upload callback; `b""` when
            no callback was asked for.
        headers: All headers of the answer.
    """

    __slots__ = ()

    etag: str
    crc64: int | None
    request_id: str
    version_id: str | None = None
    callback_response: bytes = b""
    headers: Headers = _NO_HEADERS


class AppendObjectResult(Record, hidden=("headers",)):
    """What OSS says of an appended piece.

    Attributes:
        next_position: The object's length now: where the next piece goes.
        crc64: CRC-64 of the whole object so far, or None.
        etag: The object's ETag without quotes; it changes with every append.
        request_id: OSS's id of the request.
        version_id: In a versioned bucket `"null"`, else None.
        headers: All headers of the answer.
    """

    __slots__ = ()

    next_position: int
    crc64: int | None
    etag: str
    request_id: str
    version_id: str | None = None
    headers: Headers = _NO_HEADERS


class ObjectInfo(Record, hidden=("headers",), unhashed=("metadata",)):
    """An object's properties, as a HEAD or GET request tells them.

    Attributes:
        key: The object's key.
        size: Bytes of the object (of the whole object for a ranged get).
        etag: ETag without quotes.
        last_modified: When it was last written, UTC.
        content_type: Its media type.
        crc64: CRC-64 of the whole object, or None.
        storage_class: `"Standard"`, `"IA"`, …
        object_type: `"Normal"`, `"Multipart"`, `"Appendable"` or `"Symlink"`.
        metadata: User metadata: names without `x-oss-meta-`, lower case.
        version_id: The version in a versioned bucket, else None.
        request_id: OSS's id of the request.
        headers: All headers of the answer.
    """

    __slots__ = ()

    key: str
    size: int
    etag: str
    last_modified: datetime
    content_type: str
    crc64: int | None
    storage_class: str
    object_type: str
    metadata: Mapping[str, str]
    version_id: str | None
    request_id: str
    headers: Headers


class GetObjectResult(ObjectInfo, hidden=("data",)):
    """An object with its bytes.

    Attributes:
        data: The bytes: of the whole object, or of the range that was asked for.
        content_range: First and last position of `data` in the object, both inclusive;
            None when the whole object came.
    """

    __slots__ = ()

    data: bytes = b""
    content_range: tuple[int, int] | None = None


if not TYPE_CHECKING:

    def _data(self: GetObjectResult) -> bytes:
        """The bytes alone do not make the record read its headers."""
        source = getattr(self, "_source", None)
        return self._values[12] if source is None else source[2].body

    GetObjectResult.data = property(_data)


class CopyObjectResult(Record, hidden=("headers",)):
    """What OSS says of a copy.

    Attributes:
        etag: ETag of the new object without quotes.
        last_modified: When the copy was made, UTC.
        crc64: CRC-64 of the new object, or None.
        request_id: OSS's id of the request.
        version_id: The new version in a versioned bucket, else None.
        headers: All headers of the answer.
        source_version_id: The version that was copied, of a versioned bucket, else None.
    """

    __slots__ = ()

    etag: str
    last_modified: datetime
    crc64: int | None
    request_id: str
    version_id: str | None = None
    headers: Headers = _NO_HEADERS
    source_version_id: str | None = None


class MultipartUpload(Record):
    """An open multipart upload; hand it, or its `upload_id`, to the other calls."""

    __slots__ = ()

    bucket: str
    key: str
    upload_id: str


class MultipartUploadSummary(MultipartUpload):
    """One entry of a list of open multipart uploads.

    Attributes:
        initiated: When it was opened, UTC; None for a prefix.
        storage_class: What the object will have; `""` for a prefix.
        is_prefix: True for the common prefix that a delimiter folds keys into; `key` is
            that prefix.
    """

    __slots__ = ()

    initiated: datetime | None = None
    storage_class: str = ""
    is_prefix: bool = False


class UploadPartResult(Record):
    """A part that was stored.

    Attributes:
        part_number: 1 to 10,000.
        etag: The part's ETag without quotes; completing the upload needs it.
        crc64: CRC-64 of the part, or None.
        size: Bytes of the part.
        request_id: OSS's id of the request.
    """

    __slots__ = ()

    part_number: int
    etag: str
    crc64: int | None
    size: int
    request_id: str


class Part(Record):
    """A part as a listing shows it; it may be given to `complete_multipart_upload`."""

    __slots__ = ()

    part_number: int
    etag: str
    size: int
    last_modified: datetime
    crc64: int | None = None


class CompleteMultipartUploadResult(Record, hidden=("headers",)):
    """The object that a multipart upload became.

    Attributes:
        etag: ETag without quotes; it ends in `-` and the number of parts.
        crc64: CRC-64 of the whole object, or None.
        request_id: OSS's id of the request.
        version_id: The new version in a versioned bucket, else None.
        callback_response: The application's answer to the upload callback; `b""` when
            no callback was asked for.
        headers: All headers of the answer.
    """

    __slots__ = ()

    etag: str
    crc64: int | None
    request_id: str
    version_id: str | None = None
    callback_response: bytes = b""
    headers: Headers = _NO_HEADERS


class ObjectSummary(Record):
    """One entry of an object listing.

    Attributes:
        key: The key; for a common prefix, the prefix with its delimiter.
        size: Bytes; 0 for a prefix.
        etag: ETag without quotes; `""` for a prefix.
        last_modified: UTC; None for a prefix.
        storage_class: `"Standard"`, `"IA"`, …; `""` for a prefix.
        object_type: `"Normal"`, `"Multipart"`, …; `""` for a prefix.
        is_prefix: True for the common prefix that a delimiter folds keys into.
        owner_id: The owner's account, where it was fetched.
    """

    __slots__ = ()

    key: str
    size: int = 0
    etag: str = ""
    last_modified: datetime | None = None
    storage_class: str = ""
    object_type: str = ""
    is_prefix: bool = False
    owner_id: str | None = None


class ObjectVersion(Record):
    """One entry of a list of versions.

    Attributes:
        key: The key; for a common prefix, the prefix with its delimiter.
        version_id: The version's id; `"null"` for what was written while the bucket
            kept no versions; `""` for a prefix.
        is_latest: Whether the key stands for this version now.
        is_delete_marker: True for what a deletion leaves: no object, with no size.
        size: Bytes.
        etag: ETag without quotes; `""` for a delete marker or prefix.
        last_modified: UTC; None for a prefix.
        storage_class: `"Standard"`, `"IA"`, …
        object_type: `"Normal"`, `"Multipart"`, …
        is_prefix: True for the common prefix that a delimiter folds keys into.
        owner_id: The owner's account.
    """

    __slots__ = ()

    key: str
    version_id: str = ""
    is_latest: bool = False
    is_delete_marker: bool = False
    size: int = 0
    etag: str = ""
    last_modified: datetime | None = None
    storage_class: str = ""
    object_type: str = ""
    is_prefix: bool = False
    owner_id: str | None = None


class BucketSummary(Record):
    """One entry of a bucket listing."""

    __slots__ = ()

    name: str
    region: str
    location: str
    creation_date: datetime
    storage_class: str
    extranet_endpoint: str
    intranet_endpoint: str
    resource_group_id: str = ""


class DeletedObject(Record):
    """What OSS says of an object that was deleted.

    Attributes:
        key: The key, whether there was such an object or not.
        delete_marker: Whether a delete marker hides the object now, as in a versioned
            bucket; or, where `version_id` is set, whether that version was a marker.
        delete_marker_version_id: The version id of that marker, or None.
        version_id: The version that was deleted for good, or None.
    """

    __slots__ = ()

    key: str
    delete_marker: bool = False
    delete_marker_version_id: str | None = None
    version_id: str | None = None
