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
    InvalidAccessKeyId,
    InvalidArgument,
    InvalidObjectState,
    InvalidRange,
    LocalFileError,
    MalformedResponse,
    MemoryLimitExceeded,
    NameResolutionFailed,
    NoSuchBucket,
    NoSuchConfiguration,
    NoSuchKey,
    NoSuchUpload,
    NotModified,
    ObjectNotAppendable,
    OSSError,
    ParameterError,
    PositionNotEqualToLength,
    PreconditionFailed,
    RequestTimedOut,
    RequestTimeTooSkewed,
    SecurityTokenExpired,
    ServerError,
    ServiceUnavailable,
    ShortBody,
    SignatureDoesNotMatch,
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
    ObjectInfo,
    ObjectSummary,
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
    from ossc._stream import ObjectData, ObjectReader, ObjectWriter
    from ossc._timings import Timings
    from ossc.callback import Callback
    from ossc.options import ACL, Conditions, CopyOptions, ObjectOptions, StorageClass

__all__ = [
    "ACL",
    "ANONYMOUS",
    "AccessDenied",
    "AppendObjectResult",
    "Bucket",
    "BucketAlreadyExists",
    "BucketNotEmpty",
    "BucketSummary",
    "Callback",
    "CallbackFailed",
    "CancelToken",
    "Cancelled",
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
    "GetObjectResult",
    "Headers",
    "InvalidAccessKeyId",
    "InvalidArgument",
    "InvalidObjectState",
    "InvalidRange",
    "KeyResult",
    "LocalFileError",
    "MalformedResponse",
    "MemoryLimitExceeded",
    "MultipartUpload",
    "NameResolutionFailed",
    "NoSuchBucket",
    "NoSuchConfiguration",
    "NoSuchKey",
    "NoSuchUpload",
    "NotModified",
    "OSSError",
    "ObjectData",
    "ObjectInfo",
    "ObjectNotAppendable",
    "ObjectOptions",
    "ObjectReader",
    "ObjectSummary",
    "ObjectWriter",
    "ParameterError",
    "Part",
    "PositionNotEqualToLength",
    "PreconditionFailed",
    "PutObjectResult",
    "RequestTimeTooSkewed",
    "RequestTimedOut",
    "Response",
    "Retry",
    "SDKInfo",
    "SecurityTokenExpired",
    "ServerError",
    "ServiceUnavailable",
    "ShortBody",
    "SignatureDoesNotMatch",
    "StorageClass",
    "TLSError",
    "Timings",
    "TransportError",
    "UploadPartResult",
    "__version__",
    "callback",
    "sdk_info",
    "settings",
]


_LATER = {
    "ACL": "options",
    "Callback": "callback",
    "Conditions": "options",
    "CopyOptions": "options",
    "KeyResult": "_batch",
    "ObjectData": "_stream",
    "ObjectOptions": "options",
    "ObjectReader": "_stream",
    "ObjectWriter": "_stream",
    "Response": "_invoke",
    "StorageClass": "options",
    "Timings": "_timings",
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
