"""The options of requests: declared once with their meaning.

Verbs that create objects take `ObjectOptions` as keyword arguments; verbs that read take
`Conditions`. Headers that are not listed here can be given in `headers`. `_option_headers`
turns them into headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from ossc._arguments import Anonymous, Observer
    from ossc._connection import ConnectionOptions
    from ossc._credentials._refresh import Source
    from ossc._retry import Retry
    from ossc._sdk import CancelToken
    from ossc.credentials import Credentials

__all__ = [
    "ACL",
    "CallOptions",
    "ClientOptions",
    "Conditions",
    "CopyOptions",
    "DataRedundancy",
    "ObjectOptions",
    "ResponseOverrides",
    "StorageClass",
    "UploadOptions",
]

ACL = Literal["default", "private", "public-read", "public-read-write"]
"""Who may read and write; `"default"` is for objects and means the bucket's."""

StorageClass = Literal["Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"]
"""How objects are kept, from the quickest to get at to the cheapest."""


DataRedundancy = Literal["LRS", "ZRS"]
"""Whether a bucket's data is kept in one zone of the region, or in several."""


class UploadOptions(TypedDict, total=False):
    """What a signed URL creates an object with. All are optional.

    Attributes:
        metadata: User metadata, names without `x-oss-meta-`. Names are kept in lower
            case; names and values together hold at most 8 KB.
        content_type: Media type. Default: by the ending of the key or file name.
        cache_control: `Cache-Control` of later downloads.
        content_disposition: `Content-Disposition` of later downloads.
        content_encoding: `Content-Encoding` of the stored bytes.
        content_language: `Content-Language` of the content.
        storage_class: `"Standard"`, `"IA"`, `"Archive"`, `"ColdArchive"` or
            `"DeepColdArchive"`. Default: the bucket's.
        acl: `"default"` (the bucket's), `"private"`, `"public-read"` or
            `"public-read-write"`.
        tags: At most 10 object tags.
        forbid_overwrite: True: fail with `FileAlreadyExists` if the key exists.
        server_side_encryption: `"AES256"`, `"KMS"` or `"SM4"`.
        sse_key_id: The KMS key, with `server_side_encryption="KMS"`.
        sse_data_encryption: `"SM4"`: what KMS encrypts with, instead of AES-256.
        content_md5: MD5 that OSS checks the body against: 16 raw bytes, or their base64.
        traffic_limit: Bits per second, 819,200 to 838,860,800.
        request_payer: True: the caller pays, where the bucket asks for that.
        retain_until: Nobody can delete or overwrite the object before this time (aware
            `datetime`); for buckets with object-level retention.
        retention_mode: `"COMPLIANCE"` (the default) or `"GOVERNANCE"`.
        legal_hold: True: the object stays until the hold is ended.
        headers: Any other request headers; they win over the options above.
    """

    metadata: Mapping[str, str]
    content_type: str
    cache_control: str
    content_disposition: str
    content_encoding: str
    content_language: str
    storage_class: StorageClass
    acl: ACL
    tags: Mapping[str, str]
    forbid_overwrite: bool
    server_side_encryption: str
    sse_key_id: str
    sse_data_encryption: str
    content_md5: str | bytes
    traffic_limit: int
    request_payer: bool
    retain_until: datetime
    retention_mode: Literal["COMPLIANCE", "GOVERNANCE"]
    legal_hold: bool
    headers: Mapping[str, str]


class ObjectOptions(UploadOptions, total=False):
    """What an object is created with: `UploadOptions`, and when copies of it get stale.

    Attributes:
        expires: `Expires` of later downloads; an aware `datetime`, or the header's text.
    """

    expires: datetime | str


class Conditions(TypedDict, total=False):
    """When a read is to answer with the object, and how fast. All are optional.

    Attributes:
        if_match: Only if the ETag is this one, else `PreconditionFailed`.
        if_none_match: Only if the ETag is another, else `NotModified`.
        if_modified_since: Only if written later (aware `datetime`), else `NotModified`.
        if_unmodified_since: Only if not written later, else `PreconditionFailed`.
        traffic_limit: Bits per second, 819,200 to 838,860,800.
        request_payer: True: the caller pays, where the bucket asks for that.
        headers: Any other request headers; they win over the options above.
    """

    if_match: str
    if_none_match: str
    if_modified_since: datetime
    if_unmodified_since: datetime
    traffic_limit: int
    request_payer: bool
    headers: Mapping[str, str]


class ResponseOverrides(TypedDict, total=False):
    """Headers that the answer to a signed read is to have, in place of the object's.

    Attributes:
        response_content_type: `Content-Type`.
        response_content_language: `Content-Language`.
        response_expires: `Expires`.
        response_cache_control: `Cache-Control`.
        response_content_disposition: `Content-Disposition`, such as
            `'attachment; filename="report.pdf"'`.
        response_content_encoding: `Content-Encoding`.
    """

    response_content_type: str
    response_content_language: str
    response_expires: str
    response_cache_control: str
    response_content_disposition: str
    response_content_encoding: str


class CopyOptions(ObjectOptions, total=False):
    """What a copy is made with: `ObjectOptions` for the target, conditions on the source.

    Giving any of the content headers or `metadata` replaces the source's metadata;
    giving `tags` replaces its tags.

    Attributes:
        if_match: Copy only if the source's ETag is this one.
        if_none_match: Copy only if the source's ETag is another.
        if_modified_since: Copy only if the source was written later.
        if_unmodified_since: Copy only if the source was not written later.
    """

    if_match: str
    if_none_match: str
    if_modified_since: datetime
    if_unmodified_since: datetime


class CallOptions(TypedDict, total=False):
    """How the calls of a view are made. All are optional; `Client.with_options` has them.

    Attributes:
        retry: Which failures are repeated.
        timeout: Seconds that one attempt may take.
        deadline: Seconds that a call may take with all its requests and attempts.
        cancel: Ends the calls.
        additional_headers: Names of headers that signature V4 covers too.
        max_bandwidth: Bytes a second.
        on_request: Told of each attempt.
    """

    retry: Retry | None
    timeout: float | None
    deadline: float | None
    cancel: CancelToken | None
    additional_headers: Iterable[str]
    max_bandwidth: int | None
    on_request: Observer | None


class ClientOptions(TypedDict, total=False):
    """What the clients of OSS's other products have in common with `ossc.Client`.

    All are optional, and mean the same as there.

    Attributes:
        credentials: Keys, a source of them, or `ossc.ANONYMOUS`.
        connect_timeout: Seconds to connect in.
        read_timeout: Seconds without a byte.
        timeout: Seconds that one attempt may take.
        retry: Which failures are repeated.
        proxy: Through which connections are made.
        no_proxy: Hosts that the proxy is not for.
        verify: How the server's certificate is checked.
        connection: How connections are made and kept.
        max_idle_connections: Connections kept open for reuse.
        max_connections: Requests that are under way at a time.
        max_memory: Bytes of the largest answer.
        max_bandwidth: Bytes a second.
        user_agent: Text appended to the `User-Agent` header.
        additional_headers: Names of headers that signature V4 covers too.
        on_request: Told of each attempt.
    """

    credentials: Credentials | Anonymous | Source | None
    connect_timeout: float
    read_timeout: float
    timeout: float | None
    retry: Retry | None
    proxy: str | None
    no_proxy: str | Iterable[str] | None
    verify: bool | str | os.PathLike[str]
    connection: ConnectionOptions | None
    max_idle_connections: int
    max_connections: int | None
    max_memory: int | None
    max_bandwidth: int | None
    user_agent: str | None
    additional_headers: Iterable[str]
    on_request: Observer | None
