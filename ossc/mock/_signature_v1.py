"""Signature V1: the texts to sign, for headers, presigned URLs and RTMP URLs."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from ossc.mock._encoding import to_wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "SUB_RESOURCES",
    "canonical_resource",
    "date_of",
    "rtmp_string_to_sign",
    "sign",
    "string_to_sign",
    "sub_resources",
]

_SUB_RESOURCE_NAMES = """
MetaQuery accessPoint accessPointPolicy acl action append asyncFetch
bucketArchiveDirectRead bucketInfo callback callback-var cleanRestoredObject cloudboxes
cname comp continuation-token cors dataPipeline delete encryption endTime group
httpsConfig img inventory inventoryId legalHold lifecycle link live location logging
metaQuery metadataConfiguration metadataInventoryTable metadataJournalTable objectInfo
objectMeta objectWorm overwriteConfig partNumber policy policyStatus position
publicAccessBlock qos qosInfo qosRequester quota redundancyTransition referer regionList
replication replicationLocation replicationProgress requestPayment requesterQosInfo
resourceGroup resourcePool resourcePoolBuckets resourcePoolInfo response-cache-control
response-content-disposition response-content-encoding response-content-language
response-content-type response-expires responseHeader restore retention rtc seal
security-token sequential startTime stat status style styleName symlink tagging
transferAcceleration udf udfApplication udfApplicationLog udfId udfImage udfImageDesc
udfName uploadId uploads userDefinedLogFieldsConfig versionId versioning versions vod
website withHashContext worm wormExtend wormId x-oss-ac-forward-allow x-oss-ac-source-ip
x-oss-ac-subnet-mask x-oss-ac-vpc-id x-oss-access-point-name x-oss-async-process
x-oss-enable-md5 x-oss-enable-sha1 x-oss-enable-sha256 x-oss-hash-ctx x-oss-md5-ctx
x-oss-process x-oss-redundancy-transition-taskid x-oss-request-payer
x-oss-sign-origin-only x-oss-target-redundancy-type x-oss-traffic-limit
x-oss-write-get-object-response
"""

SUB_RESOURCES = frozenset(_SUB_RESOURCE_NAMES.split())


def sign(secret: str, text: str) -> str:
    """Return base64(HMAC-SHA1(secret, text))."""
    digest = hmac.new(to_wire(secret), to_wire(text), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")


def canonical_resource(
    bucket: str | None, key: str | None, query: Iterable[tuple[str, str]]
) -> str:
    """Return the resource with the sub-resources of the query, all decoded."""
    resource = "/" if bucket is None else f"/{bucket}/{key or ''}"
    return resource + sub_resources(query)


def sub_resources(query: Iterable[tuple[str, str]]) -> str:
    """Return ``?name=value&…`` of the sub-resources, or nothing."""
    signed: dict[str, str] = {}
    for name, value in query:
        if name in SUB_RESOURCES:
            signed.setdefault(name, value)
    parts = [
        f"{name}={signed[name]}" if signed[name] else name
        for name in sorted(signed, key=to_wire)
    ]
    return "?" + "&".join(parts) if parts else ""


def date_of(headers: Iterable[tuple[str, str]]) -> str | None:
    """Return ``x-oss-date`` if there is one, else ``Date``, else None."""
    dates = {name: value for name, value in headers if name in {"date", "x-oss-date"}}
    return dates.get("x-oss-date", dates.get("date"))


def string_to_sign(
    method: str, headers: Sequence[tuple[str, str]], resource: str, date: str
) -> str:
    """Return the text that V1 signs; ``date`` is Expires for presigned URLs.

    Args:
        method: The HTTP verb.
        headers: Lower-cased names with values as received.
        resource: From ``canonical_resource``.
        date: The date line.
    """
    plain = dict(reversed([(name, value.strip()) for name, value in headers]))
    merged: dict[str, list[str]] = {}
    for name, value in headers:
        if name.startswith("x-oss-"):
            merged.setdefault(name, []).append(value.strip(" \t"))
    lines = [
        f"{name}:{','.join(merged[name])}\n" for name in sorted(merged, key=to_wire)
    ]
    md5, kind = plain.get("content-md5", ""), plain.get("content-type", "")
    return f"{method}\n{md5}\n{kind}\n{date}\n{''.join(lines)}{resource}"


def rtmp_string_to_sign(
    bucket: str, channel: str, query: Iterable[tuple[str, str]]
) -> str:
    """Return the text that an RTMP push URL signs."""
    own = {"OSSAccessKeyId", "Expires", "Signature"}
    pairs = list(query)
    expires = next((value for name, value in pairs if name == "Expires"), "")
    others = sorted((name, value) for name, value in pairs if name not in own)
    lines = "".join(f"{name}:{value}\n" for name, value in others)
    return f"{expires}\n{lines}/{bucket}/{channel}"
