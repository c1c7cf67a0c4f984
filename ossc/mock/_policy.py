"""Bucket policies: which documents are taken, and what they allow and deny to others."""

from __future__ import annotations

import ipaddress
import json
import re
from typing import TYPE_CHECKING, Any

from ossc.mock._errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ossc.mock._http import Request
    from ossc.mock._records import Bucket

__all__ = ["KEY", "check_policy", "decision", "is_public"]

KEY = "policy"
"""What a bucket keeps its policy under."""

_MAX_BYTES = 16 * 1024
_ACTIONS = {
    "AppendObject": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateDirectory": "PutObject",
    "DeleteDirectory": "DeleteObject",
    "DeleteMultipleObjects": "DeleteObject",
    "GetBucketTags": "GetBucketTagging",
    "GetObjectACL": "GetObjectAcl",
    "GetObjectMeta": "GetObject",
    "GetSymlink": "GetObject",
    "HeadBucket": "ListObjects",
    "HeadObject": "GetObject",
    "InitiateMultipartUpload": "PutObject",
    "ListObjectsV2": "ListObjects",
    "PostObject": "PutObject",
    "PutBucketTags": "PutBucketTagging",
    "PutObjectACL": "PutObjectAcl",
    "PutSymlink": "PutObject",
    "Rename": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    **dict.fromkeys(
        (
            *("OpenMetaQueryV2", "GetMetaQueryStatusV2", "CloseMetaQueryV2"),
            *("CreateDataset", "GetDataset", "UpdateDataset", "DeleteDataset"),
            *("ListDatasets", "DeleteFileMeta", "DoMetaQueryV2", "SimpleQuery"),
            *("SemanticQuery", "CreateSmartCluster", "GetSmartCluster"),
            *("UpdateSmartCluster", "DeleteSmartCluster", "ListSmartClusters"),
        ),
        "MetaQuery",
    ),
}


def check_policy(data: bytes, bucket: str, resource: str | None = None) -> str:
    """Return a policy's text.

    Args:
        data: What was put.
        bucket: The bucket.
        resource: The pattern of resources; by default that of buckets of objects.

    Raises:
        ServiceError: InvalidPolicyDocument.
    """
    if len(data) > _MAX_BYTES:
        raise _invalid("it is larger than 16 KB")
    try:
        policy = json.loads(data)
    except (ValueError, RecursionError):
        raise _invalid("it is not JSON") from None
    if not isinstance(policy, dict) or policy.get("Version") != "1":
        raise _invalid("its Version must be 1")
    statements = policy.get("Statement")
    if not isinstance(statements, list) or not statements:
        raise _invalid("it has no Statement")
    own = resource or rf"acs:oss:[^:]*:[^:]*:{re.escape(bucket)}(/.*)?"
    for statement in statements:
        _check_statement(statement, re.compile(own, re.DOTALL))
    return data.decode()


def _invalid(reason: str) -> ServiceError:
    return ServiceError("InvalidPolicyDocument", f"The policy is not valid: {reason}.")


def _check_statement(statement: Any, own: re.Pattern[str]) -> None:
    if not isinstance(statement, dict):
        raise _invalid("a statement must be an object")
    if statement.get("Effect") not in {"Allow", "Deny"}:
        raise _invalid("Effect must be Allow or Deny")
    for name in ("Principal", "Action", "Resource"):
        texts = _texts(statement.get(name))
        if not texts or not all(isinstance(text, str) for text in texts):
            raise _invalid(f"{name} must be a text or a list of texts")
    if not all(text.startswith("oss:") for text in _texts(statement["Action"])):
        raise _invalid("an Action must begin with oss:")
    if not all(own.fullmatch(text) for text in _texts(statement["Resource"])):
        raise _invalid("a Resource must be of the bucket")
    condition = statement.get("Condition", {})
    if not isinstance(condition, dict) or not condition.keys() <= _OPERATORS.keys():
        raise _invalid("Condition has an operator that there is not")
    for keys in condition.values():
        _check_operands(keys)


def _check_operands(keys: Any) -> None:
    if not isinstance(keys, dict) or not all(
        isinstance(text, str) for value in keys.values() for text in _texts(value)
    ):
        raise _invalid("Condition must compare keys with texts")


def _texts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _statements(bucket: Bucket) -> list[dict[str, Any]]:
    kept = bucket.settings.get(KEY)
    statements: list[dict[str, Any]] = json.loads(kept)["Statement"] if kept else []
    return statements


def is_public(policy: str) -> bool:
    """Whether a policy lets everybody in, without a condition."""
    return any(
        statement["Effect"] == "Allow"
        and "*" in _texts(statement["Principal"])
        and not statement.get("Condition")
        for statement in json.loads(policy)["Statement"]
    )


def decision(
    bucket: Bucket,
    account: str | None,
    operation: str,
    key: str | None,
    request: Request,
) -> bool | None:
    """Return whether the policy allows something; None when it says nothing of it."""
    action = "oss:" + _ACTIONS.get(operation, operation)
    # Deleting many names its keys in the body: whoever may, may delete any.
    inside = "*" if operation in {"DeleteMultipleObjects", "PostObject"} else key
    resource = bucket.name if inside is None else f"{bucket.name}/{inside}"
    effects = {
        statement["Effect"]
        for statement in _statements(bucket)
        if _names(statement["Principal"], account or "*")
        and _names(statement["Action"], action)
        and any(
            _like(text.split(":", 4)[4], resource)
            for text in _texts(statement["Resource"])
        )
        and _holds(statement.get("Condition", {}), request)
    }
    return "Deny" not in effects if effects else None


def _names(patterns: Any, text: str) -> bool:
    return any(_like(pattern, text) for pattern in _texts(patterns))


def _like(pattern: str, text: str) -> bool:
    """Whether a text is as a pattern says, in which * and ? stand for others."""
    wild = {"*": ".*", "?": "."}
    expression = "".join(wild.get(char) or re.escape(char) for char in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def _holds(condition: dict[str, dict[str, Any]], request: Request) -> bool:
    return all(
        _OPERATORS[operator](_fact(key, request), _texts(value))
        for operator, keys in condition.items()
        for key, value in keys.items()
    )


def _fact(key: str, request: Request) -> str | None:
    """Return what a key of a condition stands for."""
    if key == "acs:SourceIp":
        return request.client_ip
    if key == "acs:SecureTransport":
        return "true" if request.secure else "false"
    if key == "acs:UserAgent":
        return request.header("user-agent")
    prefix, _, name = key.partition(":")
    return request.param(name.lower()) if prefix == "oss" else None


def _in_network(fact: str | None, networks: list[str]) -> bool:
    try:
        address = ipaddress.ip_address(fact or "")
        return any(
            address in ipaddress.ip_network(each, strict=False) for each in networks
        )
    except ValueError:
        return False


def _equals(fact: str | None, texts: list[str]) -> bool:
    return fact in texts


def _equals_any_case(fact: str | None, texts: list[str]) -> bool:
    return fact is not None and fact.lower() in [text.lower() for text in texts]


def _matches(fact: str | None, patterns: list[str]) -> bool:
    return fact is not None and _names(patterns, fact)


def _not(
    operator: Callable[[str | None, list[str]], bool],
) -> Callable[[str | None, list[str]], bool]:
    return lambda fact, texts: not operator(fact, texts)


_OPERATORS: dict[str, Callable[[str | None, list[str]], bool]] = {
    "Bool": _equals_any_case,
    "IpAddress": _in_network,
    "NotIpAddress": _not(_in_network),
    "StringEquals": _equals,
    "StringEqualsIgnoreCase": _equals_any_case,
    "StringLike": _matches,
    "StringNotEquals": _not(_equals),
    "StringNotEqualsIgnoreCase": _not(_equals_any_case),
    "StringNotLike": _not(_matches),
}
