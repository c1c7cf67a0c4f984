"""Vector buckets as wholes, and their settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ossc.mock._encoding import iso_date, parse_number
from ossc.mock._errors import ServiceError, invalid_argument
from ossc.mock._http import Response
from ossc.mock._policy import check_policy
from ossc.mock._vectors._request import answer, nothing
from ossc.mock._vectors._state import VectorBucket

if TYPE_CHECKING:
    from ossc.mock._vectors._request import Work

__all__ = [
    "delete_logging",
    "delete_policy",
    "delete_vector_bucket",
    "get_logging",
    "get_policy",
    "get_vector_bucket",
    "list_vector_buckets",
    "put_logging",
    "put_policy",
    "put_vector_bucket",
]

MAX_BUCKETS = 100
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,30})[a-z0-9]")
_GROUP = "x-oss-resource-group-id"
_DEFAULT_GROUP = "rg-acfmxmock0000000"
_DOMAIN = "oss-vectors.aliyuncs.com"
_LOGGING = ("TargetBucket", "TargetPrefix", "LoggingRole")


def put_vector_bucket(work: Work) -> Response:
    """PutVectorBucket."""
    if not _NAME.fullmatch(work.name):
        message = "The specified vector bucket name is not valid."
        extra = {"BucketName": work.name}
        raise ServiceError("InvalidVectorBucketName", message, extra=extra)
    if (work.account, work.name) in work.buckets:
        extra = {"BucketName": work.name}
        raise ServiceError("BucketAlreadyExists", extra=extra)
    if len(_owned(work)) >= MAX_BUCKETS:
        raise ServiceError("TooManyBuckets")
    request = work.call.request
    work.buckets[work.account, work.name] = VectorBucket(
        work.name,
        work.account,
        work.call.now,
        request.header(_GROUP) or _DEFAULT_GROUP,
        request.header("x-oss-bucket-tagging") or "",
    )
    return Response(200, {"Location": f"/{work.name}"})


def delete_vector_bucket(work: Work) -> Response:
    """DeleteVectorBucket."""
    if work.bucket.indexes:
        raise ServiceError("BucketNotEmpty", extra={"BucketName": work.name})
    del work.buckets[work.account, work.name]
    return nothing(204)


def get_vector_bucket(work: Work) -> Response:
    """GetVectorBucket."""
    return answer({"BucketInfo": _properties(work.bucket, work.region)})


def list_vector_buckets(work: Work) -> Response:
    """ListVectorBuckets."""
    request = work.call.request
    prefix, marker = request.param("prefix") or "", request.param("marker") or ""
    most = _max_keys(request.param("max-keys"))
    group = request.header(_GROUP)
    found = [
        bucket
        for name, bucket in sorted(_owned(work).items())
        if name.startswith(prefix)
        and name > marker
        and group in {None, bucket.resource_group_id}
    ]
    shown = found[:most]
    result: dict[str, Any] = {
        "Prefix": prefix,
        "Marker": marker,
        "MaxKeys": most,
        "IsTruncated": len(found) > most,
        "Buckets": [_properties(bucket, work.region) for bucket in shown],
    }
    if len(found) > most:
        result["NextMarker"] = shown[-1].name
    return answer({"ListAllMyBucketsResult": result})


def _max_keys(text: str | None) -> int:
    most = 100 if text is None else parse_number(text)
    if most is None or not 1 <= most <= 1000:
        message = "Argument max-keys must be an integer between 1 and 1000."
        raise invalid_argument(message, "max-keys", text or "")
    return most


def _owned(work: Work) -> dict[str, VectorBucket]:
    return {
        name: bucket
        for (account, name), bucket in work.buckets.items()
        if account == work.account
    }


def _properties(bucket: VectorBucket, region: str) -> dict[str, str]:
    return {
        "CreationDate": iso_date(bucket.created),
        "ExtranetEndpoint": f"{region}.{_DOMAIN}",
        "IntranetEndpoint": f"{region}-internal.{_DOMAIN}",
        "Location": f"oss-{region}",
        "Name": bucket.name,
        "Region": region,
        "ResourceGroupId": bucket.resource_group_id,
    }


# --- settings ---


def put_policy(work: Work) -> Response:
    """PutBucketPolicy."""
    resource = rf"acs:ossvector:[^:]*:[^:]*:{re.escape(work.name)}(/.*)?"
    work.bucket.policy = check_policy(work.body, work.name, resource)
    return nothing()


def get_policy(work: Work) -> Response:
    """GetBucketPolicy."""
    if work.bucket.policy is None:
        message = "The bucket policy does not exist."
        raise ServiceError("NoSuchBucketPolicy", message, status=404)
    body = work.bucket.policy.encode()
    return Response(200, {"Content-Type": "application/json"}, body)


def delete_policy(work: Work) -> Response:
    """DeleteBucketPolicy."""
    work.bucket.policy = None
    return nothing(204)


def put_logging(work: Work) -> Response:
    """PutBucketLogging."""
    status = work.document().get("BucketLoggingStatus")
    enabled = status.get("LoggingEnabled", {}) if isinstance(status, dict) else None
    if not isinstance(enabled, dict) or not all(
        name in _LOGGING and isinstance(text, str) for name, text in enabled.items()
    ):
        raise ServiceError("MalformedJson", "BucketLoggingStatus is not valid.")
    target = enabled.get("TargetBucket")
    if enabled:
        store = work.call.store
        with store.lock:
            found = store.buckets.get(target or "")
        if found is None or found.account != work.account:
            raise ServiceError("InvalidTargetBucketForLogging")
    work.bucket.logging = enabled or None
    return nothing()


def get_logging(work: Work) -> Response:
    """GetBucketLogging."""
    kept = work.bucket.logging
    status = {} if kept is None else {"LoggingEnabled": kept}
    return answer({"BucketLoggingStatus": status})


def delete_logging(work: Work) -> Response:
    """DeleteBucketLogging."""
    work.bucket.logging = None
    return nothing(204)
