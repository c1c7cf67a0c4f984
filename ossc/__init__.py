"""ossc: Alibaba Cloud OSS for Python at the speed of C.

Example:
    >>> with ossc.Client("https://oss-cn-hangzhou.aliyuncs.com") as client:
    ...     bucket = client.bucket("examplebucket")
    ...     r = bucket.put_object("hello.txt", b"hello")
    ...     print(bucket.get_object("hello.txt").data)
    b'hello'
"""

from __future__ import annotations

from ossc._retry import Retry
from ossc._sdk import CancelToken, SDKInfo, sdk_info
from ossc._version import __version__
from ossc.bucket import Bucket
from ossc.client import ANONYMOUS, Client
from ossc.credentials import Credentials
from ossc.errors import (
    AccessDenied,
    BucketAlreadyExists,
    BucketNotEmpty,
    CallbackFailed,
    Cancelled,
    ChecksumMismatch,
    ClientClosed,
    ConnectFailed,
    ConnectionLost,
    FileAlreadyExists,
    FileImmutable,
    InvalidAccessKeyId,
    InvalidArgument,
    InvalidObjectState,
    InvalidRange,
    LocalFileError,
    MalformedResponse,
    MemoryLimitExceeded,
    MethodNotAllowed,
    NameResolutionFailed,
    NoSuchBucket,
    NoSuchConfiguration,
    NoSuchKey,
    NoSuchUpload,
    NoSuchVersion,
    NotModified,
    ObjectNotAppendable,
    OSSError,
    ParameterError,
    PositionNotEqualToLength,
    PreconditionFailed,
    RequestTimedOut,
    RequestTimeTooSkewed,
    RestoreAlreadyInProgress,
    SecurityTokenExpired,
    ServerError,
    ServiceUnavailable,
    ShortBody,
    SignatureDoesNotMatch,
    SymlinkTargetNotExist,
    TLSError,
    TransportError,
)
from ossc.models import (
    AppendObjectResult,
    BucketSummary,
    CompleteMultipartUploadResult,
    CopyObjectResult,
    DeletedObject,
    GetObjectResult,
    Headers,
    MultipartUpload,
    MultipartUploadSummary,
    ObjectInfo,
    ObjectSummary,
    ObjectVersion,
    Part,
    PutObjectResult,
    UploadPartResult,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from ossc import callback, settings
    from ossc import mock as mock  # not of `import *`: it needs an extra
    from ossc._batch import KeyResult
    from ossc._invoke import Response
    from ossc._object_results import (
        AsyncFetchTask,
        AsyncProcessResult,
        ChangeResult,
        ObjectACL,
        ObjectMeta,
        ObjectTagging,
        ProcessResult,
        RestoreResult,
        RestoreState,
        Retention,
        SealResult,
        Symlink,
    )
    from ossc._paging import Listing
    from ossc._stream import ObjectData, ObjectReader, ObjectWriter
    from ossc.callback import Callback
    from ossc.options import ACL, Conditions, CopyOptions, ObjectOptions, StorageClass

__all__ = [
    "ACL",
    "ANONYMOUS",
    "AccessDenied",
    "AppendObjectResult",
    "AsyncFetchTask",
    "AsyncProcessResult",
    "Bucket",
    "BucketAlreadyExists",
    "BucketNotEmpty",
    "BucketSummary",
    "Callback",
    "CallbackFailed",
    "CancelToken",
    "Cancelled",
    "ChangeResult",
    "ChecksumMismatch",
    "Client",
    "ClientClosed",
    "CompleteMultipartUploadResult",
    "Conditions",
    "ConnectFailed",
    "ConnectionLost",
    "CopyObjectResult",
    "CopyOptions",
    "Credentials",
    "DeletedObject",
    "FileAlreadyExists",
    "FileImmutable",
    "GetObjectResult",
    "Headers",
    "InvalidAccessKeyId",
    "InvalidArgument",
    "InvalidObjectState",
    "InvalidRange",
    "KeyResult",
    "Listing",
    "LocalFileError",
    "MalformedResponse",
    "MemoryLimitExceeded",
    "MethodNotAllowed",
    "MultipartUpload",
    "MultipartUploadSummary",
    "NameResolutionFailed",
    "NoSuchBucket",
    "NoSuchConfiguration",
    "NoSuchKey",
    "NoSuchUpload",
    "NoSuchVersion",
    "NotModified",
    "OSSError",
    "ObjectACL",
    "ObjectData",
    "ObjectInfo",
    "ObjectMeta",
    "ObjectNotAppendable",
    "ObjectOptions",
    "ObjectReader",
    "ObjectSummary",
    "ObjectTagging",
    "ObjectVersion",
    "ObjectWriter",
    "ParameterError",
    "Part",
    "PositionNotEqualToLength",
    "PreconditionFailed",
    "ProcessResult",
    "PutObjectResult",
    "RequestTimeTooSkewed",
    "RequestTimedOut",
    "Response",
    "RestoreAlreadyInProgress",
    "RestoreResult",
    "RestoreState",
    "Retention",
    "Retry",
    "SDKInfo",
    "SealResult",
    "SecurityTokenExpired",
    "ServerError",
    "ServiceUnavailable",
    "ShortBody",
    "SignatureDoesNotMatch",
    "StorageClass",
    "Symlink",
    "SymlinkTargetNotExist",
    "TLSError",
    "TransportError",
    "UploadPartResult",
    "__version__",
    "callback",
    "sdk_info",
    "settings",
]


_LATER = {
    "ACL": "options",
    "AsyncFetchTask": "_object_results",
    "AsyncProcessResult": "_object_results",
    "Callback": "callback",
    "ChangeResult": "_object_results",
    "Conditions": "options",
    "CopyOptions": "options",
    "KeyResult": "_batch",
    "ObjectACL": "_object_results",
    "Listing": "_paging",
    "ObjectData": "_stream",
    "ObjectMeta": "_object_results",
    "ObjectOptions": "options",
    "ObjectReader": "_stream",
    "ObjectTagging": "_object_results",
    "ObjectWriter": "_stream",
    "ProcessResult": "_object_results",
    "Response": "_invoke",
    "RestoreResult": "_object_results",
    "RestoreState": "_object_results",
    "Retention": "_object_results",
    "SealResult": "_object_results",
    "StorageClass": "options",
    "Symlink": "_object_results",
}


def __getattr__(name: str) -> Any:
    """What only some programs need loads when it is first asked for."""
    from importlib import import_module  # noqa: PLC0415 - as what it loads

    if name in ("callback", "mock", "settings"):
        return import_module(f"ossc.{name}")
    if name in _LATER:
        return getattr(import_module(f"ossc.{_LATER[name]}"), name)
    raise AttributeError(f"module 'ossc' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What is there to complete; not `mock`, which an extra has to be installed for."""
    return sorted({*globals(), *__all__})
