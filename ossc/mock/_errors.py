"""Errors: the catalogue of codes, and the document that carries one.

Handlers raise ``ServiceError``; the service turns it into a response.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CATALOGUE", "EC_URL", "ServiceError", "invalid_argument"]

EC_URL = "https://api.aliyun.com/troubleshoot?q="

_GROUPS: dict[int, dict[str, str]] = {
    400: {
        "InvalidBucketName": "The specified bucket is not valid.",
        "InvalidObjectName": "The specified object is not valid.",
        "TooManyBuckets": "You have attempted to create more buckets than allowed.",
        "InvalidArgument": "The argument is invalid.",
        "MissingArgument": "Missing Some Required Arguments.",
        "NotImplemented": (
            "A header you provided implies functionality that is not implemented."
        ),
        "InvalidDigest": "The Content-MD5 you specified was invalid.",
        "InvalidCRC64": (
            "The x-oss-hash-crc64ecma you specified does not match what we calculated."
        ),
        "IncompleteBody": (
            "You did not provide the number of bytes specified by the "
            "Content-Length HTTP header."
        ),
        "EntityTooLarge": "Your proposed upload exceeds the maximum allowed size.",
        "EntityTooSmall": (
            "Your proposed upload smaller than the minimum allowed size."
        ),
        "MalformedXML": (
            "The XML you provided was not well-formed or did not validate against "
            "our published schema."
        ),
        "InvalidPart": (
            "One or more of the specified parts could not be found or the specified "
            "entity tag might not have matched the part's entity tag."
        ),
        "InvalidPartOrder": "The list of parts was not in ascending order.",
        "InvalidEncryptionAlgorithmError": (
            "The encryption algorithm specified is not valid."
        ),
        "InvalidTargetType": "The symbolic's target file type is invalid.",
        "NotSymlink": "The object is not symlink.",
        "OperationNotSupported": ("The operation is not supported for this resource."),
        "InvalidTag": "The tag you provided is not valid.",
        "RepeatedTags": "Tag keys must be unique.",
        "TooManyTags": "The bucket tags num is beyond limit.",
        "ImageTooLarge": "The image is too large to be processed.",
        "InvalidRequest": "The request is not valid.",
        "InvalidPolicyDocument": "The policy document is not valid.",
        "InvalidTargetBucketForLogging": (
            "The target bucket for logging does not exist or is not owned by you."
        ),
        "CORSRuleBeyondLimit": "The number of CORS rules is beyond the limit of 10.",
        "BucketReplicationAlreadyExist": (
            "There is a replication rule for the target bucket."
        ),
        "InvalidWORMConfiguration": "The WORM Configuration is not valid.",
        "InventoryExceedLimit": "The number of inventories exceeds the limit.",
        "ResourceAlreadyExists": "There is a dataset of that name.",
        "TooManyAccessPoints": "The number of access points exceeds the limit.",
        "TooManyReplicationRules": "The number of rules exceeds the limit.",
        "TooManyStyles": "The number of styles exceeds the limit.",
        "BadRequest": "The request could not be understood.",
        "MalformedPOSTRequest": (
            "The body of your POST request is not well-formed multipart/form-data."
        ),
        "RequestIsNotMultiPartContent": (
            "Bucket POST must be of the enclosure-type multipart/form-data."
        ),
        "IncorrectNumberOfFilesInPOSTRequest": (
            "POST requires exactly one file upload per request."
        ),
        "FieldItemTooLong": "Your name of form field is too long.",
        "MaxPOSTPreDataLengthExceededError": (
            "Your POST request fields preceding the upload file were too large."
        ),
        "RequestTimeout": (
            "Your socket connection to the server was not read from or written to "
            "within the timeout period. Idle connections will be closed."
        ),
    },
    403: {
        "AccessDenied": "AccessDenied",
        "SignatureDoesNotMatch": (
            "The request signature we calculated does not match the signature you "
            "provided. Check your key and signing method."
        ),
        "InvalidAccessKeyId": (
            "The OSS Access Key Id you provided does not exist in our records."
        ),
        "InvalidSecurityToken": "The security token you provided is invalid.",
        "AccessKeyIdAndSecurityTokenNotMatch": (
            "The access key id and the security token do not belong together."
        ),
        "SecurityTokenExpired": "The security token you provided has expired.",
        "RequestTimeTooSkewed": (
            "The difference between the request time and the current time is too large."
        ),
        "InvalidObjectState": "The operation is not valid for the object's state.",
        "NonStandardHostForbidden": (
            "The host is neither an endpoint of this server nor bound to a bucket."
        ),
        "WORMConfigurationLocked": "The WORM Configuration is locked.",
        "NeedVerifyDomainOwnership": (
            "The ownership of the domain has to be verified by a token."
        ),
        "AccessForbidden": "CORSResponse: this request is not allowed.",
    },
    404: {
        "NoSuchBucket": "The specified bucket does not exist.",
        "AgenticBucketNotFound": "The agentic bucket does not exist.",
        "DatasetNotExist": "The dataset does not exist.",
        "MetaQueryNotExist": "The bucket has no index for meta queries.",
        "NoSuchDataPipeline": "The data pipeline does not exist.",
        "SmartClusterNotExist": "The smart cluster does not exist.",
        "NoSuchKey": "The specified key does not exist.",
        "NoSuchLiveChannel": "The specified live channel does not exist.",
        "NoSuchUpload": (
            "The specified upload does not exist. The upload ID may be invalid, or "
            "the upload may have been aborted or completed."
        ),
        "NoSuchVersion": "The specified version does not exist.",
        "NoSuchAccessPoint": "The access point does not exist.",
        "NoSuchAccessPointPolicy": "The access point has no policy.",
        "NoSuchBucketMetadataConfiguration": "The bucket has no metadata tables.",
        "NoSuchBucketObjectWormConfiguration": (
            "The bucket's objects have no retentions of their own."
        ),
        "NoSuchBucketOverwriteConfig": "The bucket has no overwrite configuration.",
        "NoSuchBucketStorageQuota": "The bucket has no storage quota.",
        "NoSuchCallbackPolicy": "The bucket has no callback policy.",
        "NoSuchCnameToken": "The token of the domain does not exist.",
        "NoSuchInventory": "The inventory does not exist.",
        "NoSuchMetaQuery": "The bucket has no index for meta queries.",
        "NoSuchRedundancyTransitionTask": "The task does not exist.",
        "NoSuchReplicationConfiguration": (
            "The bucket you specified does not have replication configuration."
        ),
        "NoSuchReplicationRule": "The replication rule does not exist.",
        "NoSuchRequesterQoSInfo": "Nothing is configured for the requester.",
        "NoSuchResourcePool": "The resource pool does not exist.",
        "NoSuchResponseHeaderConfiguration": (
            "The bucket has no configuration of response headers."
        ),
        "NoSuchStyle": "The style does not exist.",
        "NoSuchWORMConfiguration": "The WORM Configuration does not exist.",
        "NoSuchLifecycle": "No Row found in Lifecycle Table.",
        "NoSuchCORSConfiguration": "The CORS Configuration does not exist.",
        "NoSuchWebsiteConfiguration": (
            "The specified bucket does not have a website configuration."
        ),
        "NoSuchBucketPolicy": "The specified bucket policy does not exist.",
        "NoSuchTransferAccelerationConfiguration": (
            "The transfer acceleration configuration was not found."
        ),
        "NoSuchUserDefinedLogFieldsConfig": (
            "The user defined log fields configuration was not found."
        ),
        "NoSuchServerSideEncryptionRule": (
            "The server side encryption configuration was not found."
        ),
        "NoSuchObjectRetention": "The object has no retention of its own.",
        "NoSuchTask": "The specified task does not exist.",
        "SymlinkTargetNotExist": "The symlink target object does not exist.",
    },
    405: {
        "MethodNotAllowed": (
            "The specified method is not allowed against this resource."
        ),
    },
    409: {
        "BucketAlreadyExists": (
            "The requested bucket name is not available. The bucket namespace is "
            "shared by all users of the system. Please select a different name and "
            "try again."
        ),
        "AgenticBucketNotDisabled": "The agentic bucket has to be disabled first.",
        "AgenticBucketNotEmpty": "The agentic bucket has bucket spaces.",
        "DataPipelineAlreadyExists": "There is a data pipeline of that name.",
        "SmartClusterAlreadyExist": "There is a smart cluster of that name.",
        "StatusConflict": "The operation is not possible in the present state.",
        "AccessPointAlreadyExists": "There is an access point of that name.",
        "CnameAlreadyExists": "The domain is bound to another bucket.",
        "InventoryAlreadyExist": "There is an inventory of that id.",
        "MetaQueryAlreadyExist": "The bucket has an index for meta queries.",
        "ReplicationRuleAlreadyExists": "There is a rule of that id.",
        "ChannelStillLive": "Somebody is still pushing to the live channel.",
        "LiveChannelDisabled": "The live channel is disabled.",
        "BucketMetadataConfigurationAlreadyExist": "The bucket has metadata tables.",
        "QuotaExceeded": "The bucket has no room for more.",
        "DirectoryNotEmpty": "The directory you tried to delete is not empty.",
        "BucketNotEmpty": "The bucket you tried to delete is not empty.",
        "ArchiveRestoreFileStale": "The archive file or restore info stale",
        "ArchiveRestoreNotFinished": "The archive file's restore is not finished.",
        "FileImmutable": (
            "The object is protected by its retention or a legal hold; it cannot be "
            "deleted or overwritten."
        ),
        "PositionNotEqualToLength": "Position is not equal to file length.",
        "ObjectNotAppendable": "The object is not appendable.",
        "FileAlreadyExists": (
            "The object you specified already exists and can not be overwritten."
        ),
        "RestoreAlreadyInProgress": "The restore operation is in progress.",
    },
    411: {"MissingContentLength": "You must provide the Content-Length HTTP header."},
    412: {
        "PreconditionFailed": (
            "At least one of the pre-conditions you specified did not hold."
        ),
    },
    416: {"InvalidRange": "The requested range cannot be satisfied."},
    500: {
        "InternalError": (
            "Please contact the server administrator, oss@service.aliyun.com."
        ),
    },
    503: {"ServiceUnavailable": "Please reduce your request rate."},
}

CATALOGUE: dict[str, tuple[int, str]] = {
    code: (status, message)
    for status, group in _GROUPS.items()
    for code, message in group.items()
}

_DEFAULT_EC = {
    "NoSuchBucket": "0015-00000101",
    "NoSuchKey": "0026-00000001",
    "BucketNotEmpty": "0015-00000301",
    "InvalidAccessKeyId": "0002-00000902",
    "SignatureDoesNotMatch": "0002-00000040",
    "RequestTimeTooSkewed": "0002-00000504",
    "PositionNotEqualToLength": "0026-00000016",
    "ArchiveRestoreFileStale": "0016-00000718",
    "ArchiveRestoreNotFinished": "0016-00000719",
}


class ServiceError(Exception):
    """An answer outside 2xx: a code of the catalogue with its particulars.

    Args:
        code: The service's code; status and message default to the catalogue's.
        message: Replaces the catalogue's text.
        status: Replaces the catalogue's status.
        ec: The finer code; some codes have a default one.
        extra: Elements between HostId and EC, in order.
        headers: Further response headers.
    """

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        status: int | None = None,
        ec: str | None = None,
        extra: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        known_status, known_message = CATALOGUE.get(code, (400, code))
        self.code = code
        self.message = known_message if message is None else message
        self.status = known_status if status is None else status
        self.ec = ec or _DEFAULT_EC.get(code)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        super().__init__(f"{self.status} {code}: {self.message}")


def invalid_argument(
    message: str, name: str | None = None, value: str = "", *, ec: str | None = None
) -> ServiceError:
    """Return an InvalidArgument that names the argument."""
    extra = {} if name is None else {"ArgumentName": name, "ArgumentValue": value}
    return ServiceError("InvalidArgument", message, ec=ec, extra=extra)
