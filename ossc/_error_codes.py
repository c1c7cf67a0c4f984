"""Which exception stands for which of OSS's error codes, and for which status.

Loaded by the first answer that is an error: `ossc.errors.server_error_class` asks here.
"""

from __future__ import annotations

from ossc.errors import (
    AccessDenied,
    BucketAlreadyExists,
    BucketNotEmpty,
    CallbackFailed,
    ChannelStillLive,
    FileAlreadyExists,
    FileImmutable,
    InvalidAccessKeyId,
    InvalidArgument,
    InvalidObjectState,
    InvalidRange,
    MethodNotAllowed,
    NoSuchBucket,
    NoSuchConfiguration,
    NoSuchKey,
    NoSuchLiveChannel,
    NoSuchUpload,
    NoSuchVersion,
    NotModified,
    ObjectNotAppendable,
    PositionNotEqualToLength,
    PreconditionFailed,
    RequestTimeTooSkewed,
    RestoreAlreadyInProgress,
    SecurityTokenExpired,
    ServerError,
    ServiceUnavailable,
    SignatureDoesNotMatch,
    SymlinkTargetNotExist,
)

__all__ = ["BY_CODE", "BY_STATUS", "class_of"]

BY_CODE: dict[str, type[ServerError]] = {
    "AccessDenied": AccessDenied,
    "AgenticBucketNotFound": NoSuchBucket,
    "BucketAlreadyExists": BucketAlreadyExists,
    "BucketNotEmpty": BucketNotEmpty,
    "CallbackFailed": CallbackFailed,
    "ChannelStillLive": ChannelStillLive,
    "DatasetNotExist": NoSuchConfiguration,
    "FileAlreadyExists": FileAlreadyExists,
    "FileImmutable": FileImmutable,
    "InvalidAccessKeyId": InvalidAccessKeyId,
    "InvalidArgument": InvalidArgument,
    "InvalidObjectState": InvalidObjectState,
    "InvalidRange": InvalidRange,
    "InvalidSecurityToken": AccessDenied,
    "MetaQueryNotExist": NoSuchConfiguration,
    "MethodNotAllowed": MethodNotAllowed,
    "NoSuchAccessPoint": NoSuchConfiguration,
    "NoSuchAccessPointPolicy": NoSuchConfiguration,
    "NoSuchBucket": NoSuchBucket,
    "NoSuchBucketPolicy": NoSuchConfiguration,
    "NoSuchCORSConfiguration": NoSuchConfiguration,
    "NoSuchCallbackPolicy": NoSuchConfiguration,
    "NoSuchCnameToken": NoSuchConfiguration,
    "NoSuchDataPipeline": NoSuchConfiguration,
    "NoSuchInventory": NoSuchConfiguration,
    "NoSuchKey": NoSuchKey,
    "NoSuchLifecycle": NoSuchConfiguration,
    "NoSuchLiveChannel": NoSuchLiveChannel,
    "NoSuchMetaQuery": NoSuchConfiguration,
    "NoSuchPublicAccessBlockConfiguration": NoSuchConfiguration,
    "NoSuchRedundancyTransitionTask": NoSuchConfiguration,
    "NoSuchReplicationConfiguration": NoSuchConfiguration,
    "NoSuchReplicationRule": NoSuchConfiguration,
    "NoSuchRequesterQoSInfo": NoSuchConfiguration,
    "NoSuchResponseHeaderConfiguration": NoSuchConfiguration,
    "NoSuchServerSideEncryptionRule": NoSuchConfiguration,
    "NoSuchStyle": NoSuchConfiguration,
    "NoSuchTransferAccelerationConfiguration": NoSuchConfiguration,
    "NoSuchUpload": NoSuchUpload,
    "NoSuchUserDefinedLogFieldsConfig": NoSuchConfiguration,
    "NoSuchVersion": NoSuchVersion,
    "NoSuchWORMConfiguration": NoSuchConfiguration,
    "NoSuchWebsiteConfiguration": NoSuchConfiguration,
    "ObjectNotAppendable": ObjectNotAppendable,
    "PositionNotEqualToLength": PositionNotEqualToLength,
    "PreconditionFailed": PreconditionFailed,
    "RequestTimeTooSkewed": RequestTimeTooSkewed,
    "RestoreAlreadyInProgress": RestoreAlreadyInProgress,
    "SecurityTokenExpired": SecurityTokenExpired,
    "SignatureDoesNotMatch": SignatureDoesNotMatch,
    "SmartClusterNotExist": NoSuchConfiguration,
    "SymlinkTargetNotExist": SymlinkTargetNotExist,
}

# For answers whose code is unknown or missing, such as those of a proxy.
BY_STATUS: dict[int, type[ServerError]] = {
    203: CallbackFailed,
    304: NotModified,
    403: AccessDenied,
    405: MethodNotAllowed,
    412: PreconditionFailed,
    416: InvalidRange,
}


def class_of(status: int, code: str | None) -> type[ServerError]:
    """The class for an answer: by its code, else by its status."""
    if code in BY_CODE:
        return BY_CODE[code]
    if status == 404 and (code or "").startswith("NoSuch"):
        return NoSuchConfiguration
    return BY_STATUS.get(status, ServiceUnavailable if status >= 500 else ServerError)
