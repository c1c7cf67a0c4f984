"""What the verbs return: frozen, slotted records with real types.

Times are aware `datetime` values in UTC, sizes are in bytes, ETags come without their
quotes, CRC-64 values are unsigned integers. Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = [
    "AppendObjectResult",
    "BucketSummary",
    "CompleteMultipartUploadResult",
    "CopyObjectResult",
    "GetObjectResult",
    "Headers",
    "MultipartUpload",
    "ObjectInfo",
    "ObjectSummary",
    "Part",
    "PutObjectResult",
    "UploadPartResult",
]


class Headers(Mapping[str, str]):
    """The headers of an answer: names in any case, the last value of a repeated one."""

    __slots__ = ("_items",)

    def __init__(self, pairs: Mapping[str, str] | None = None) -> None:
        self._items = {name.lower(): value for name, value in (pairs or {}).items()}

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


@dataclass(frozen=True, slots=True)
class PutObjectResult:
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

    etag: str
    crc64: int | None
    request_id: str
    version_id: str | None = None
    callback_response: bytes = b""
    headers: Headers = field(default_factory=Headers, repr=False)


@dataclass(frozen=True, slots=True)
class AppendObjectResult:
    """What OSS says of an appended piece.

    Attributes:
        next_position: The object's length now: where the next piece goes.
        crc64: CRC-64 of the whole object so far, or None.
        etag: The object's ETag without quotes; it changes with every append.
        request_id: OSS's id of the request.
        version_id: In a versioned bucket `"null"`, else None.
        headers: All headers of the answer.
    """

    next_position: int
    crc64: int | None
    etag: str
    request_id: str
    version_id: str | None = None
    headers: Headers = field(default_factory=Headers, repr=False)


@dataclass(frozen=True, slots=True)
class ObjectInfo:
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

    key: str
    size: int
    etag: str
    last_modified: datetime
    content_type: str
    crc64: int | None
    storage_class: str
    object_type: str
    metadata: Mapping[str, str] = field(hash=False)
    version_id: str | None
    request_id: str
    headers: Headers = field(repr=False)


@dataclass(frozen=True, slots=True)
class GetObjectResult(ObjectInfo):
    """An object with its bytes.

    Attributes:
        data: The bytes: of the whole object, or of the range that was asked for.
        content_range: First and last position of `data` in the object, both inclusive;
            None when the whole object came.
    """

    data: bytes = field(default=b"", repr=False)
    content_range: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CopyObjectResult:
    """What OSS says of a copy.

    Attributes:
        etag: ETag of the new object without quotes.
        last_modified: When the copy was made, UTC.
        crc64: CRC-64 of the new object, or None.
        request_id: OSS's id of the request.
        version_id: The new version in a versioned bucket, else None.
        headers: All headers of the answer.
    """

    etag: str
    last_modified: datetime
    crc64: int | None
    request_id: str
    version_id: str | None = None
    headers: Headers = field(default_factory=Headers, repr=False)


@dataclass(frozen=True, slots=True)
class MultipartUpload:
    """An open multipart upload; hand it, or its `upload_id`, to the other calls."""

    bucket: str
    key: str
    upload_id: str


@dataclass(frozen=True, slots=True)
class UploadPartResult:
    """A part that was stored.

    Attributes:
        part_number: 1 to 10,000.
        etag: The part's ETag without quotes; completing the upload needs it.
        crc64: CRC-64 of the part, or None.
        size: Bytes of the part.
        request_id: OSS's id of the request.
    """

    part_number: int
    etag: str
    crc64: int | None
    size: int
    request_id: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part as a listing shows it; it may be given to `complete_multipart_upload`."""

    part_number: int
    etag: str
    size: int
    last_modified: datetime
    crc64: int | None = None


@dataclass(frozen=True, slots=True)
class CompleteMultipartUploadResult:
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

    etag: str
    crc64: int | None
    request_id: str
    version_id: str | None = None
    callback_response: bytes = b""
    headers: Headers = field(default_factory=Headers, repr=False)


@dataclass(frozen=True, slots=True)
class ObjectSummary:
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

    key: str
    size: int = 0
    etag: str = ""
    last_modified: datetime | None = None
    storage_class: str = ""
    object_type: str = ""
    is_prefix: bool = False
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class BucketSummary:
    """One entry of a bucket listing."""

    name: str
    region: str
    location: str
    creation_date: datetime
    storage_class: str
    extranet_endpoint: str
    intranet_endpoint: str
