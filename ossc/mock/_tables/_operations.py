"""The operations on tables."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from ossc.mock._tables._policies import check_policy
from ossc.mock._tables._records import Namespace, Table, new_token, stamp
from ossc.mock._tables._rules import (
    TABLE_MAINTENANCE,
    bad_request,
    check_encryption,
    check_location,
    check_maintenance,
    check_metadata,
    check_table_name,
    conflict,
    defaults_of,
    not_found,
)
from ossc.mock._tables._task import answer, done

if TYPE_CHECKING:
    from ossc.mock._http import Response
    from ossc.mock._tables._task import Task

__all__ = ["OPERATIONS"]

_BY_NAME = ("tableBucketARN", "namespace", "name")


def _summary(task: Task, namespace: Namespace, table: Table) -> dict[str, Any]:
    return {
        "namespace": [namespace.name],
        "name": table.name,
        "type": "customer",
        "tableARN": task.arn_of(table),
        "createdAt": stamp(table.created),
        "modifiedAt": stamp(table.modified),
    }


def _create(task: Task) -> Response:
    namespace, body = task.namespace(), task.body
    name = check_table_name(body.get("name"))
    if body.get("format") != "ICEBERG":
        raise bad_request("The format must be ICEBERG.")
    metadata, encryption = body.get("metadata"), task.bucket().encryption
    if metadata is not None:
        check_metadata(metadata)
    if body.get("encryptionConfiguration") is not None:
        encryption = check_encryption(body["encryptionConfiguration"])
    if name in namespace.tables:
        raise conflict("The table that you tried to create already exists.")
    table = Table(
        name,
        *(task.now, task.account, task.now, task.account),
        format="ICEBERG",
        encryption=encryption,
        maintenance=defaults_of(TABLE_MAINTENANCE),
    )
    table.warehouse = f"oss://{task.bucket().name}/{table.table_id}"
    if metadata is not None:
        first = f"00000-{uuid.uuid4()}.metadata.json"
        table.metadata_location = f"{table.warehouse}/metadata/{first}"
    namespace.tables[name] = table
    return answer({"tableARN": task.arn_of(table), "versionToken": table.token})


def _list(task: Task) -> Response:
    prefix, wanted = task.param("prefix") or "", task.param("namespace")
    places = list(task.bucket().namespaces.values())
    if wanted is not None:
        places = [task.namespace(wanted)]
    found = {
        f"{namespace.name}/{name}": (namespace, table)
        for namespace in places
        for name, table in namespace.tables.items()
        if name.startswith(prefix)
    }
    return task.page(found, "maxTables", "tables", lambda pair: _summary(task, *pair))


def _get(task: Task) -> Response:
    namespace, table = _asked_for(task)
    return answer(
        {
            **_summary(task, namespace, table),
            "namespaceId": namespace.namespace_id,
            "format": table.format,
            "versionToken": table.token,
            "metadataLocation": table.metadata_location,
            "warehouseLocation": table.warehouse,
            "createdBy": table.created_by,
            "modifiedBy": table.modified_by,
            "ownerAccountId": task.bucket().account,
            "tableBucketId": task.bucket().bucket_id,
        }
    )


def _asked_for(task: Task) -> tuple[Namespace, Table]:
    """The table that GetTable is asked for, by its name or by its ARN."""
    arn = task.param("tableArn")
    if arn is None:
        bucket_arn, namespace, name = (task.param(each) for each in _BY_NAME)
        if bucket_arn is None or namespace is None or name is None:
            raise bad_request("The table must be named, or its ARN be given.")
        task.steps = namespace, name
        return task.namespace(), task.table()
    if any(task.param(each) is not None for each in _BY_NAME):
        raise bad_request("Either the table's name or its ARN must be given.")
    for namespace_ in task.bucket().namespaces.values():
        for table in namespace_.tables.values():
            if task.arn_of(table) == arn:
                return namespace_, table
    raise not_found("table")


def _delete(task: Task) -> Response:
    table = task.table()
    task.check_token(table, task.param("versionToken"))
    del task.namespace().tables[table.name]
    return done()


def _changed(task: Task, table: Table) -> None:
    table.token = new_token()
    table.modified, table.modified_by = task.now, task.account


def _rename(task: Task) -> Response:
    table, old, body = task.table(), task.namespace(), task.body
    name, place = body.get("newName"), body.get("newNamespaceName")
    if name is None and place is None:
        raise bad_request("A newName or a newNamespaceName must be given.")
    name = check_table_name(table.name if name is None else name)
    new = old if place is None else task.namespace(str(place))
    task.check_token(table, body.get("versionToken"))
    if name in new.tables:
        raise conflict("There is a table of the new name already.")
    del old.tables[table.name]
    table.name = name
    new.tables[name] = table
    _changed(task, table)
    return done()


def _get_encryption(task: Task) -> Response:
    return answer({"encryptionConfiguration": task.table().encryption})


def _get_maintenance(task: Task) -> Response:
    table = task.table()
    return answer({"tableARN": task.arn_of(table), "configuration": table.maintenance})


def _put_maintenance(task: Task) -> Response:
    table, kind = task.table(), task.steps[3]
    value = check_maintenance(TABLE_MAINTENANCE, kind, task.body.get("value"))
    table.maintenance[kind] = value
    return done()


def _get_jobs(task: Task) -> Response:
    table = task.table()
    arn, told = task.arn_of(table), task.call.request.header("x-oss-table-arn")
    if told not in {None, arn}:
        raise bad_request("The x-oss-table-arn is that of another table.")
    maintained = {**table.maintenance, **task.bucket().maintenance}
    status = {
        kind: {"status": "Not_Yet_Run" if said["status"] == "enabled" else "Disabled"}
        for kind, said in maintained.items()
    }
    return answer({"tableARN": arn, "status": status})


def _get_location(task: Task) -> Response:
    table = task.table()
    return answer(
        {
            "versionToken": table.token,
            "metadataLocation": table.metadata_location,
            "warehouseLocation": table.warehouse,
        }
    )


def _update_location(task: Task) -> Response:
    table, token = task.table(), task.body.get("versionToken")
    location = check_location(task.body.get("metadataLocation"))
    if not isinstance(token, str) or not token:
        raise bad_request("The versionToken is missing.")
    task.check_token(table, token)
    table.metadata_location = location
    _changed(task, table)
    return answer(
        {
            "name": table.name,
            "namespace": [task.namespace().name],
            "tableARN": task.arn_of(table),
            "versionToken": table.token,
            "metadataLocation": location,
        }
    )


def _get_policy(task: Task) -> Response:
    policy = task.table().policy
    if policy is None:
        raise not_found("table policy")
    return answer({"resourcePolicy": policy})


def _put_policy(task: Task) -> Response:
    table = task.table()
    table.policy = check_policy(task.body.get("resourcePolicy"), task.arn_of(table))
    return done()


def _delete_policy(task: Task) -> Response:
    task.table().policy = None
    return done()


_ONE = "tables/*/*/*"

OPERATIONS = {
    "CreateTable": ("PUT", "tables/*/*", _create),
    "ListTables": ("GET", "tables/*", _list),
    "GetTable": ("GET", "get-table", _get),
    "DeleteTable": ("DELETE", _ONE, _delete),
    "RenameTable": ("PUT", f"{_ONE}/rename", _rename),
    "GetTableEncryption": ("GET", f"{_ONE}/encryption", _get_encryption),
    "GetTableMaintenanceConfiguration": (
        "GET",
        f"{_ONE}/maintenance",
        _get_maintenance,
    ),
    "PutTableMaintenanceConfiguration": (
        "PUT",
        f"{_ONE}/maintenance/*",
        _put_maintenance,
    ),
    "GetTableMaintenanceJobStatus": (
        "GET",
        f"{_ONE}/maintenance-job-status",
        _get_jobs,
    ),
    "GetTableMetadataLocation": ("GET", f"{_ONE}/metadata-location", _get_location),
    "UpdateTableMetadataLocation": (
        "PUT",
        f"{_ONE}/metadata-location",
        _update_location,
    ),
    "GetTablePolicy": ("GET", f"{_ONE}/policy", _get_policy),
    "PutTablePolicy": ("PUT", f"{_ONE}/policy", _put_policy),
    "DeleteTablePolicy": ("DELETE", f"{_ONE}/policy", _delete_policy),
}
"""Method, path and handler of each operation; a star is any step of the path."""
