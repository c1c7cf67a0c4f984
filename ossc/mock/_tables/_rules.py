"""The service's rules: names, encryption, maintenance, schemas. And its errors."""

from __future__ import annotations

import re
from typing import Any

from ossc.mock._errors import ServiceError

__all__ = [
    "BUCKET_MAINTENANCE",
    "TABLE_MAINTENANCE",
    "bad_request",
    "check_bucket_name",
    "check_encryption",
    "check_location",
    "check_maintenance",
    "check_metadata",
    "check_namespace_name",
    "check_table_name",
    "conflict",
    "defaults_of",
    "forbidden",
    "not_found",
]

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,30}[a-z0-9]")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_]{0,253}[a-z0-9])?")
_RESERVED = ("oss", "acs", "aliyun", "alibaba", "aws")
_MOST = 2**31 - 1
_TYPE = re.compile(
    r"boolean|int|long|float|double|date|time|timestamp|timestamptz|string|uuid|binary"
    r"|decimal\(\d{1,2}, ?\d{1,2}\)|fixed\[\d{1,9}\]"
)
_LOCATION = re.compile(r"oss://[a-z0-9-]+/.+\.metadata\.json")

_STRATEGIES = ("auto", "binpack", "sort", "z-order")

BUCKET_MAINTENANCE: dict[str, dict[str, Any]] = {
    "icebergUnreferencedFileRemoval": {"unreferencedDays": 3, "nonCurrentDays": 10},
}
"""What is maintained in table buckets, with the settings that new ones have."""

TABLE_MAINTENANCE: dict[str, dict[str, Any]] = {
    "icebergCompaction": {"targetFileSizeMB": 512, "strategy": "auto"},
    "icebergSnapshotManagement": {"minSnapshotsToKeep": 1, "maxSnapshotAgeHours": 120},
}
"""The same of tables."""


def bad_request(message: str) -> ServiceError:
    """Return the error for what the service does not take."""
    return ServiceError("BadRequestException", message, status=400)


def forbidden() -> ServiceError:
    """Return the error for what the caller may not do."""
    message = "The caller is not authorized to make the request."
    return ServiceError("ForbiddenException", message, status=403)


def not_found(what: str) -> ServiceError:
    """Return the error for what is not there."""
    message = f"The specified {what} does not exist."
    return ServiceError("NotFoundException", message, status=404)


def conflict(message: str) -> ServiceError:
    """Return the error for what an earlier write stands against."""
    return ServiceError("ConflictException", message, status=409)


def check_bucket_name(name: object) -> str:
    """Return the name of a new table bucket."""
    if not isinstance(name, str) or not _BUCKET.fullmatch(name):
        raise bad_request("The specified table bucket name is not valid.")
    return _free(name)


def check_namespace_name(name: object) -> str:
    """Return the name of a new namespace."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise bad_request("The specified namespace name is not valid.")
    return _free(name)


def check_table_name(name: object) -> str:
    """Return the name that a table is given."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise bad_request("The specified table name is not valid.")
    return name


def _free(name: str) -> str:
    if name.startswith(_RESERVED):
        raise bad_request(f"The name must not begin with {', '.join(_RESERVED)}.")
    return name


def check_encryption(found: object) -> dict[str, str]:
    """Return an encryption configuration as it is kept."""
    if not isinstance(found, dict) or found.get("sseAlgorithm") != "AES256":
        raise bad_request("The sseAlgorithm must be AES256.")
    if found.get("kmsKeyArn"):
        raise bad_request("A kmsKeyArn is not supported.")
    return {**found, "kmsKeyArn": ""}


def defaults_of(kinds: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the maintenance of something new."""
    return {
        kind: {"status": "enabled", "settings": {kind: dict(settings)}}
        for kind, settings in kinds.items()
    }


def check_maintenance(
    kinds: dict[str, dict[str, Any]], kind: str, found: object
) -> dict[str, Any]:
    """Return one kind of maintenance as it is kept; what is not said is the default."""
    if kind not in kinds:
        raise bad_request(f"The maintenance type {kind} is not valid.")
    if not isinstance(found, dict):
        raise bad_request("The value of the maintenance configuration is missing.")
    status = found.get("status", "enabled")
    if status not in {"enabled", "disabled"}:
        raise bad_request("The status must be enabled or disabled.")
    settings = found.get("settings") or {}
    said = settings.get(kind) if isinstance(settings, dict) else None
    if settings and (not isinstance(said, dict) or len(settings) > 1):
        raise bad_request(f"The settings must be those of {kind}.")
    for name, default in kinds[kind].items():
        _check_setting(name, (said or {}).get(name, default))
    kept = {**kinds[kind], **(said or {})}
    return {**found, "status": status, "settings": {kind: kept}}


def _check_setting(name: str, value: object) -> None:
    if name == "strategy":
        if value not in _STRATEGIES:
            raise bad_request(f"The strategy must be one of {', '.join(_STRATEGIES)}.")
    elif (
        not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST
    ):
        raise bad_request(f"{name} must be an integer between 1 and {_MOST}.")


def check_location(found: object) -> str:
    """Return the place of a metadata file."""
    if not isinstance(found, str) or not _LOCATION.fullmatch(found):
        raise bad_request("The metadataLocation is not that of a metadata file.")
    return found


def check_metadata(found: object) -> None:
    """Refuse what no table can begin with."""
    iceberg = found.get("iceberg") if isinstance(found, dict) else None
    if not isinstance(iceberg, dict):
        raise bad_request("The metadata must be that of an Iceberg table.")
    schemas = [name for name in ("schema", "schemaV2") if iceberg.get(name) is not None]
    if len(schemas) != 1:
        raise bad_request("The metadata must have either a schema or a schemaV2.")
    schema = iceberg[schemas[0]]
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not fields:
        raise bad_request("The schema must have fields.")
    for each in fields:
        _check_field(each, simple=schemas[0] == "schema")
    names = [each["name"] for each in fields]
    if len(set(names)) < len(names):
        raise bad_request("The names of the fields must differ.")
    ids = [each["id"] for each in fields if each.get("id") is not None]
    if ids != sorted(set(ids)) or len(ids) not in {0, len(fields)}:
        raise bad_request("The ids of the fields must grow.")
    _check_columns(iceberg, set(ids) or set(range(1, len(fields) + 1)))


def _check_field(found: object, *, simple: bool) -> None:
    if not isinstance(found, dict) or not isinstance(found.get("name"), str):
        raise bad_request("A field of the schema must have a name.")
    kind = found.get("type")
    if isinstance(kind, dict) and not simple:
        return
    if not isinstance(kind, str) or not _TYPE.fullmatch(kind):
        raise bad_request(f"The type of the field {found['name']} is not valid.")
    if not isinstance(found.get("required", False), bool):
        raise bad_request("The required of a field must be a boolean.")


def _check_columns(iceberg: dict[str, Any], known: set[int]) -> None:
    """Partitions and orders must be by columns that there are."""
    for name in ("partitionSpec", "sortOrder"):
        part = iceberg.get(name)
        if part is None:
            continue
        fields = part.get("fields") if isinstance(part, dict) else None
        if not isinstance(fields, list) or not all(
            isinstance(each, dict) and each.get("sourceId") in known for each in fields
        ):
            raise bad_request(f"The {name} must be by fields of the schema.")
