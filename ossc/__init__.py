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
    ChannelStillLive,
    ChecksumMismatch,
    ClientClosed,
    ConnectFailed,
    ConnectionLost,
    CredentialsError,
    CredentialsNotFound,
    DecryptionError,
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
    NoSuchLiveChannel,
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

    from ossc import aio as aio  # not of `import *`: it loads asyncio
    from ossc import arrow as arrow  # not of `import *`: it needs an extra
    from ossc import callback, settings
    from ossc import crypto as crypto  # the same
    from ossc import fsspec as fsspec  # the same
    from ossc import mock as mock  # the same
    from ossc import tables as tables  # not of `import *`: few programs have any
    from ossc import vectors as vectors  # not of `import *`: few programs have any
    from ossc._batch import KeyResult
    from ossc._by_url import SignedURLs
    from ossc._connection import ConnectionOptions
    from ossc._credentials import (
        AssumeRoleCredentials,
        CLICredentials,
        CredentialsChain,
        ECSRoleCredentials,
        EnvironmentCredentials,
        IniCredentials,
        OIDCCredentials,
        OssutilCredentials,
        ProcessCredentials,
        RefreshingCredentials,
        URICredentials,
        default_chain,
    )
    from ossc._doctor import Diagnosis, Finding, doctor
    from ossc._folder._result import FileResult, LocalEntry
    from ossc._invoke import Response
    from ossc._live import (
        CreateLiveChannelResult,
        LiveAudio,
        LiveChannel,
        LiveChannelConfiguration,
        LiveChannelStat,
        LiveRecord,
        LiveTarget,
        LiveVideo,
    )
    from ossc._object_results import (
        AsyncFetchTask,
        AsyncProcessResult,
        ChangeResult,
        DeleteDirectoryResult,
        ObjectACL,
        ObjectMeta,
        ObjectTagging,
        PreflightResult,
        ProcessResult,
        RestoreResult,
        RestoreState,
        Retention,
        SealResult,
        Symlink,
    )
    from ossc._observe import RequestRecord
    from ossc._paging import Listing
    from ossc._post_form import PostForm
    from ossc._select import (
        CSVInput,
        CSVOutput,
        JSONInput,
        JSONOutput,
        SelectMeta,
        SelectResult,
        SelectStats,
    )
    from ossc._signed_url import PresignedURL
    from ossc._stream import ObjectData, ObjectReader, ObjectWriter
    from ossc._timings import Timings
    from ossc.callback import Callback
    from ossc.options import (
        ACL,
        Conditions,
        CopyOptions,
        ObjectOptions,
        ResponseOverrides,
        StorageClass,
        UploadOptions,
    )

__all__ = [
    "ACL",
    "ANONYMOUS",
    "AccessDenied",
    "AppendObjectResult",
    "AssumeRoleCredentials",
    "AsyncFetchTask",
    "AsyncProcessResult",
    "Bucket",
    "BucketAlreadyExists",
    "BucketNotEmpty",
    "BucketSummary",
    "CLICredentials",
    "CSVInput",
    "CSVOutput",
    "Callback",
    "CallbackFailed",
    "CancelToken",
    "Cancelled",
    "ChangeResult",
    "ChannelStillLive",
    "ChecksumMismatch",
    "Client",
    "ClientClosed",
    "CompleteMultipartUploadResult",
    "Conditions",
    "ConnectFailed",
    "ConnectionLost",
    "ConnectionOptions",
    "CopyObjectResult",
    "CopyOptions",
    "CreateLiveChannelResult",
    "Credentials",
    "CredentialsChain",
    "CredentialsError",
    "CredentialsNotFound",
    "DecryptionError",
    "DeleteDirectoryResult",
    "DeletedObject",
    "Diagnosis",
    "ECSRoleCredentials",
    "EnvironmentCredentials",
    "FileAlreadyExists",
    "FileImmutable",
    "FileResult",
    "Finding",
    "GetObjectResult",
    "Headers",
    "IniCredentials",
    "InvalidAccessKeyId",
    "InvalidArgument",
    "InvalidObjectState",
    "InvalidRange",
    "JSONInput",
    "JSONOutput",
    "KeyResult",
    "Listing",
    "LiveAudio",
    "LiveChannel",
    "LiveChannelConfiguration",
    "LiveChannelStat",
    "LiveRecord",
    "LiveTarget",
    "LiveVideo",
    "LocalEntry",
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
    "NoSuchLiveChannel",
    "NoSuchUpload",
    "NoSuchVersion",
    "NotModified",
    "OIDCCredentials",
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
    "OssutilCredentials",
    "ParameterError",
    "Part",
    "PositionNotEqualToLength",
    "PostForm",
    "PreconditionFailed",
    "PreflightResult",
    "PresignedURL",
    "ProcessCredentials",
    "ProcessResult",
    "PutObjectResult",
    "RefreshingCredentials",
    "RequestRecord",
    "RequestTimeTooSkewed",
    "RequestTimedOut",
    "Response",
    "ResponseOverrides",
    "RestoreAlreadyInProgress",
    "RestoreResult",
    "RestoreState",
    "Retention",
    "Retry",
    "SDKInfo",
    "SealResult",
    "SecurityTokenExpired",
    "SelectMeta",
    "SelectResult",
    "SelectStats",
    "ServerError",
    "ServiceUnavailable",
    "ShortBody",
    "SignatureDoesNotMatch",
    "SignedURLs",
    "StorageClass",
    "Symlink",
    "SymlinkTargetNotExist",
    "TLSError",
    "Timings",
    "TransportError",
    "URICredentials",
    "UploadOptions",
    "UploadPartResult",
    "__version__",
    "callback",
    "default_chain",
    "doctor",
    "sdk_info",
    "settings",
]


_LATER = {
    "ACL": "options",
    "AssumeRoleCredentials": "_credentials",
    "AsyncFetchTask": "_object_results",
    "AsyncProcessResult": "_object_results",
    "CLICredentials": "_credentials",
    "CSVInput": "_select",
    "CSVOutput": "_select",
    "Callback": "callback",
    "ChangeResult": "_object_results",
    "Conditions": "options",
    "ConnectionOptions": "_connection",
    "CopyOptions": "options",
    "CreateLiveChannelResult": "_live",
    "CredentialsChain": "_credentials",
    "DeleteDirectoryResult": "_object_results",
    "Diagnosis": "_doctor",
    "ECSRoleCredentials": "_credentials",
    "EnvironmentCredentials": "_credentials",
    "FileResult": "_folder._result",
    "Finding": "_doctor",
    "IniCredentials": "_credentials",
    "JSONInput": "_select",
    "JSONOutput": "_select",
    "KeyResult": "_batch",
    "Listing": "_paging",
    "LiveAudio": "_live",
    "LiveChannel": "_live",
    "LiveChannelConfiguration": "_live",
    "LiveChannelStat": "_live",
    "LiveRecord": "_live",
    "LiveTarget": "_live",
    "LiveVideo": "_live",
    "LocalEntry": "_folder._result",
    "OIDCCredentials": "_credentials",
    "ObjectACL": "_object_results",
    "ObjectData": "_stream",
    "ObjectMeta": "_object_results",
    "ObjectOptions": "options",
    "ObjectReader": "_stream",
    "ObjectTagging": "_object_results",
    "ObjectWriter": "_stream",
    "OssutilCredentials": "_credentials",
    "PostForm": "_post_form",
    "PreflightResult": "_object_results",
    "PresignedURL": "_signed_url",
    "ProcessCredentials": "_credentials",
    "ProcessResult": "_object_results",
    "RefreshingCredentials": "_credentials",
    "RequestRecord": "_observe",
    "Response": "_invoke",
    "ResponseOverrides": "options",
    "RestoreResult": "_object_results",
    "RestoreState": "_object_results",
    "Retention": "_object_results",
    "SealResult": "_object_results",
    "SelectMeta": "_select",
    "SelectResult": "_select",
    "SelectStats": "_select",
    "SignedURLs": "_by_url",
    "StorageClass": "options",
    "Symlink": "_object_results",
    "Timings": "_timings",
    "URICredentials": "_credentials",
    "UploadOptions": "options",
    "default_chain": "_credentials",
    "doctor": "_doctor",
}


_MODULES = frozenset(
    {
        "aio",
        "arrow",
        "callback",
        "crypto",
        "fsspec",
        "mock",
        "settings",
        "tables",
        "vectors",
    }
)


def __getattr__(name: str) -> Any:
    """What only some programs need loads when it is first asked for."""
    from importlib import import_module  # noqa: PLC0415 - as what it loads

    if name in _MODULES:
        return import_module(f"ossc.{name}")
    if name in _LATER:
        return getattr(import_module(f"ossc.{_LATER[name]}"), name)
    raise AttributeError(f"module 'ossc' has no attribute {name!r}")


def __dir__() -> list[str]:
    """What is there to complete; not what an extra has to be installed for."""
    return sorted({*globals(), *__all__})
