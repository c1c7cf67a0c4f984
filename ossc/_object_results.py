"""What the less usual verbs on objects return: records as in `ossc.models`.

Loaded by the first of these verbs that is used. Nothing here does I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ossc._record import Record
from ossc.models import Headers

__all__ = [
    "AsyncFetchTask",
    "AsyncProcessResult",
    "ChangeResult",
    "DeleteDirectoryResult",
    "ObjectACL",
    "ObjectMeta",
    "ObjectTagging",
    "PreflightResult",
    "ProcessResult",
    "RestoreResult",
    "RestoreState",
    "Retention",
    "SealResult",
    "Symlink",
]

_NO_HEADERS = Headers()


class ChangeResult(Record, hidden=("headers",)):
    """What OSS says of a change that has nothing else to tell.

    Attributes:
        request_id: OSS's id of the request.
        version_id: The version that was changed, in a versioned bucket, else None.
        headers: All headers of the answer.
    """

    __slots__ = ()

    request_id: str
    version_id: str | None = None
    headers: Headers = _NO_HEADERS


class ObjectMeta(Record, hidden=("headers",)):
    """The few properties that `get_object_meta` tells.

    Attributes:
        key: The object's key.
        size: Bytes; of a symlink itself, not of its target.
        etag: ETag without quotes.
        last_modified: When it was last written, UTC.
        crc64: CRC-64 of the object; None where OSS does not send it here.
        last_access_time: When it was last read, UTC, where the bucket tracks that.
        version_id: The version in a versioned bucket, else None.
        request_id: OSS's id of the request.
        headers: All headers of the answer.
    """

    __slots__ = ()

    key: str
    size: int
    etag: str
    last_modified: datetime
    crc64: int | None
    last_access_time: datetime | None
    version_id: str | None
    request_id: str
    headers: Headers = _NO_HEADERS


class SealResult(Record, hidden=("headers",)):
    """An Appendable object that was sealed.

    Attributes:
        sealed_time: When it was sealed for the first time, UTC.
        request_id: OSS's id of the request.
        headers: All headers of the answer.
    """

    __slots__ = ()

    sealed_time: datetime
    request_id: str
    headers: Headers = _NO_HEADERS


class Symlink(Record, hidden=("headers",), unhashed=("metadata",)):
    """A symlink and where it leads.

    Attributes:
        key: The link's own key.
        target: The key it leads to, in the same bucket.
        etag: ETag of the link, without quotes.
        last_modified: When the link was made, UTC; None where OSS does not say.
        metadata: User metadata of the link.
        version_id: The link's version in a versioned bucket, else None.
        request_id: OSS's id of the request.
        headers: All headers of the answer.
    """

    __slots__ = ()

    key: str
    target: str
    etag: str
    last_modified: datetime | None
    metadata: Mapping[str, str]
    version_id: str | None
    request_id: str
    headers: Headers = _NO_HEADERS


class RestoreResult(Record, hidden=("headers",)):
    """What became of a wish to restore an object.

    Attributes:
        is_restored: True: it was restored before, and stays readable for longer; False:
            the restore has begun.
        priority: How quickly OSS restores a cold object, or None.
        version_id: The version in a versioned bucket, else None.
        request_id: OSS's id of the request.
        headers: All headers of the answer.
    """

    __slots__ = ()

    is_restored: bool
    priority: str | None
    version_id: str | None
    request_id: str
    headers: Headers = _NO_HEADERS


class RestoreState(Record):
    """Whether an object can be read, and if it is archived, for how long.

    Attributes:
        storage_class: `"Standard"`, `"Archive"`, …
        is_readable: Whether a get would succeed.
        is_ongoing: Whether a restore is under way.
        expires: Until when a restored object stays readable, UTC; None where it is not
            archived, or not restored.
    """

    __slots__ = ()

    storage_class: str
    is_readable: bool
    is_ongoing: bool
    expires: datetime | None = None


class ObjectTagging(Record, unhashed=("tags",)):
    """The tags of an object.

    Attributes:
        tags: Values by key, as OSS lists them.
        version_id: The version in a versioned bucket, else None.
        request_id: OSS's id of the request.
    """

    __slots__ = ()

    tags: Mapping[str, str]
    version_id: str | None
    request_id: str


class ObjectACL(Record):
    """The access rule of an object.

    Attributes:
        acl: `"default"` (the bucket's), `"private"`, `"public-read"` or
            `"public-read-write"`.
        owner_id: The owner's account.
        owner_name: What the owner is called; OSS repeats the account.
        version_id: The version in a versioned bucket, else None.
        request_id: OSS's id of the request.
    """

    __slots__ = ()

    acl: str
    owner_id: str
    owner_name: str
    version_id: str | None
    request_id: str


class ProcessResult(Record):
    """The object that the result of processing was saved as.

    Attributes:
        bucket: Its bucket; `""` where OSS does not say.
        key: Its key; `""` where OSS does not say.
        size: Its bytes, or None.
        status: `"OK"`.
        request_id: OSS's id of the request.
        body: The whole answer, for kinds of processing that tell more.
    """

    __slots__ = ()

    bucket: str
    key: str
    size: int | None
    status: str
    request_id: str
    body: bytes


class AsyncProcessResult(Record):
    """Processing that OSS has begun.

    Attributes:
        event_id: Id of the event that tells the end.
        task_id: Id of the task.
        process_request_id: Id under which the processing service knows the request.
        request_id: OSS's id of the request.
        body: The whole answer.
    """

    __slots__ = ()

    event_id: str
    task_id: str
    process_request_id: str
    request_id: str
    body: bytes


class AsyncFetchTask(Record):
    """A task to fetch an object from a URL, and how far OSS has come.

    Attributes:
        task_id: Its id.
        state: `"Running"`, `"Retry"`, `"Success"`, `"Failed"` or
            `"FetchSuccessCallbackFailed"`.
        error: What went wrong; `""` where nothing did.
        url: Where the object comes from.
        key: What it becomes.
        host: The `Host` that OSS asks with; `""`: the URL's.
        content_md5: Base64 of the MD5 that it must have; `""`: any.
        callback: Base64 of the callback; `""`: none.
        ignore_same_key: True: an object that is there already stays as it is.
        request_id: OSS's id of the request.
    """

    __slots__ = ()

    task_id: str
    state: str
    error: str
    url: str
    key: str
    host: str
    content_md5: str
    callback: str
    ignore_same_key: bool
    request_id: str


class Retention(Record):
    """Until when an object can be neither deleted nor overwritten.

    Attributes:
        mode: `"COMPLIANCE"`, which nobody can shorten, or `"GOVERNANCE"`.
        retain_until: The end, UTC.
    """

    __slots__ = ()

    mode: str
    retain_until: datetime


class PreflightResult(Record, hidden=("headers",)):
    """What a page of another origin may do with an object, as OSS tells browsers.

    Attributes:
        allow_origin: Whose pages may: the origin that was asked for, or `"*"`.
        allow_methods: The methods that they may use.
        allow_headers: The headers that they may send, of those that were asked for.
        expose_headers: The headers of answers that they may read.
        max_age_seconds: How long a browser may remember that; None: not told.
        request_id: OSS's id of the request.
        headers: All headers of the answer.
    """

    __slots__ = ()

    allow_origin: str
    allow_methods: tuple[str, ...]
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age_seconds: int | None = None
    request_id: str = ""
    headers: Headers = _NO_HEADERS


class DeleteDirectoryResult(Record):
    """What `delete_directory` did.

    Attributes:
        directory: The directory's name.
        deleted: How many objects and directories are gone, itself among them.
    """

    __slots__ = ()

    directory: str
    deleted: int
