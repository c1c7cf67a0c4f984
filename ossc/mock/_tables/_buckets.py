"""The operations on table buckets and namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ossc.mock._tables._policies import check_policy
from ossc.mock._tables._records import Namespace, TableBucket, stamp
from ossc.mock._tables._rules import (
    BUCKET_MAINTENANCE,
    bad_request,
    check_bucket_name,
    check_encryption,
    check_maintenance,
    check_namespace_name,
    conflict,
    defaults_of,
    not_found,
)
from ossc.mock._tables._task import answer, done

if TYPE_CHECKING:
    from ossc.mock._http import Response
    from ossc.mock._tables._task import Task

__all__ = ["OPERATIONS", "no_encryption"]

_MOST_BUCKETS = 10


def no_encryption() -> dict[str, str]:
    """Return the configuration of what is not encrypted."""
    return {"sseAlgorithm": "", "kmsKeyArn": ""}


def _describe(bucket: TableBucket) -> dict[str, Any]:
    return {
        "arn": bucket.arn,
        "name": bucket.name,
        "ownerAccountId": bucket.account,
        "createdAt": stamp(bucket.created),
        "tableBucketId": bucket.bucket_id,
        "type": "customer",
    }


def _own(task: Task) -> dict[str, TableBucket]:
    """The caller's table buckets by name."""
    every = task.catalogue.buckets.values()
    return {each.name: each for each in every if each.account == task.account}


def _create(task: Task) -> Response:
    name = check_bucket_name(task.body.get("name"))
    said, encryption = task.body.get("encryptionConfiguration"), no_encryption()
    if said is not None:
        encryption = check_encryption(said)
    own = _own(task)
    if name in own:
        raise conflict("The table bucket that you tried to create already exists.")
    if len(own) >= _MOST_BUCKETS:
        raise bad_request("The number of table buckets exceeds the limit of 10.")
    arn = f"acs:osstables:{task.region}:{task.account}:bucket/{name}"
    maintenance = defaults_of(BUCKET_MAINTENANCE)
    task.catalogue.buckets[arn] = TableBucket(
        name, arn, task.account, task.now, encryption, maintenance
    )
    return answer({"arn": arn})


def _list(task: Task) -> Response:
    prefix = task.param("prefix") or ""
    found = {name: each for name, each in _own(task).items() if name.startswith(prefix)}
    return task.page(found, "maxBuckets", "tableBuckets", _describe)


def _get(task: Task) -> Response:
    return answer(_describe(task.bucket()))


def _delete(task: Task) -> Response:
    bucket = task.bucket()
    if bucket.namespaces:
        raise conflict("The table bucket that you tried to delete is not empty.")
    del task.catalogue.buckets[bucket.arn]
    return done()


def _get_encryption(task: Task) -> Response:
    return answer({"encryptionConfiguration": task.bucket().encryption})


def _put_encryption(task: Task) -> Response:
    said = check_encryption(task.body.get("encryptionConfiguration"))
    task.bucket().encryption = said
    return done()


def _delete_encryption(task: Task) -> Response:
    task.bucket().encryption = no_encryption()
    return done()


def _get_maintenance(task: Task) -> Response:
    bucket = task.bucket()
    return answer({"tableBucketARN": bucket.arn, "configuration": bucket.maintenance})


def _put_maintenance(task: Task) -> Response:
    kind = task.steps[1]
    value = check_maintenance(BUCKET_MAINTENANCE, kind, task.body.get("value"))
    task.bucket().maintenance[kind] = value
    return done()


def _get_policy(task: Task) -> Response:
    policy = task.bucket().policy
    if policy is None:
        raise not_found("table bucket policy")
    return answer({"resourcePolicy": policy})


def _put_policy(task: Task) -> Response:
    bucket = task.bucket()
    bucket.policy = check_policy(task.body.get("resourcePolicy"), bucket.arn)
    return done()


def _delete_policy(task: Task) -> Response:
    task.bucket().policy = None
    return done()


def _describe_namespace(namespace: Namespace, bucket: TableBucket) -> dict[str, Any]:
    return {
        "namespace": [namespace.name],
        "createdAt": stamp(namespace.created),
        "createdBy": namespace.created_by,
        "ownerAccountId": bucket.account,
        "namespaceId": namespace.namespace_id,
        "tableBucketId": bucket.bucket_id,
    }


def _create_namespace(task: Task) -> Response:
    bucket, names = task.bucket(), task.body.get("namespace")
    if not isinstance(names, list) or len(names) != 1:
        raise bad_request("The namespace must be a list of one name.")
    name = check_namespace_name(names[0])
    if name in bucket.namespaces:
        raise conflict("The namespace that you tried to create already exists.")
    bucket.namespaces[name] = Namespace(name, task.now, task.account)
    return answer({"tableBucketARN": bucket.arn, "namespace": [name]})


def _list_namespaces(task: Task) -> Response:
    bucket, prefix = task.bucket(), task.param("prefix") or ""
    found = {n: each for n, each in bucket.namespaces.items() if n.startswith(prefix)}

    def describe(namespace: Namespace) -> dict[str, Any]:
        return _describe_namespace(namespace, bucket)

    return task.page(found, "maxNamespaces", "namespaces", describe)


def _get_namespace(task: Task) -> Response:
    return answer(_describe_namespace(task.namespace(), task.bucket()))


def _delete_namespace(task: Task) -> Response:
    namespace = task.namespace()
    if namespace.tables:
        raise conflict("The namespace that you tried to delete is not empty.")
    del task.bucket().namespaces[namespace.name]
    return done()


OPERATIONS = {
    "CreateTableBucket": ("PUT", "buckets", _create),
    "ListTableBuckets": ("GET", "buckets", _list),
    "GetTableBucket": ("GET", "buckets/*", _get),
    "DeleteTableBucket": ("DELETE", "buckets/*", _delete),
    "GetTableBucketEncryption": ("GET", "buckets/*/encryption", _get_encryption),
    "PutTableBucketEncryption": ("PUT", "buckets/*/encryption", _put_encryption),
    "DeleteTableBucketEncryption": (
        "DELETE",
        "buckets/*/encryption",
        _delete_encryption,
    ),
    "GetTableBucketMaintenanceConfiguration": (
        "GET",
        "buckets/*/maintenance",
        _get_maintenance,
    ),
    "PutTableBucketMaintenanceConfiguration": (
        "PUT",
        "buckets/*/maintenance/*",
        _put_maintenance,
    ),
    "GetTableBucketPolicy": ("GET", "buckets/*/policy", _get_policy),
    "PutTableBucketPolicy": ("PUT", "buckets/*/policy", _put_policy),
    "DeleteTableBucketPolicy": ("DELETE", "buckets/*/policy", _delete_policy),
    "CreateNamespace": ("PUT", "namespaces/*", _create_namespace),
    "ListNamespaces": ("GET", "namespaces/*", _list_namespaces),
    "GetNamespace": ("GET", "namespaces/*/*", _get_namespace),
    "DeleteNamespace": ("DELETE", "namespaces/*/*", _delete_namespace),
}
"""Method, path and handler of each operation; a star is any step of the path."""
