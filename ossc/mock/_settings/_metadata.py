"""Tables of a bucket's objects: made at once, and as empty as nobody can look into them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ossc.mock._errors import ServiceError
from ossc.mock._http import Response, drain
from ossc.mock._schema import choice, malformed, maybe, one, shape, text, whole
from ossc.mock._settings._action import Action, document_of
from ossc.mock._settings._setting import rendered, xml_answer
from ossc.mock._xml import leaf, node, text_of

if TYPE_CHECKING:
    from ossc.mock._call import Call

__all__ = ["METADATA"]

_KEY = "metadataConfiguration"
_NOUN = "BucketMetadataConfiguration"
_JOURNAL, _INVENTORY = "JournalTableConfiguration", "InventoryTableConfiguration"
_MISSING = f"NoSuch{_NOUN}"
_STATES = ("ENABLED", "DISABLED")
_LEAST_DAYS, _MOST_DAYS = 7, 2**31 - 1


def _check_encryption(tree: ET.Element) -> None:
    shape(
        {
            "SseAlgorithm": one(choice("AES256", "oss:kms")),
            "KmsKeyArn": maybe(text(least=1)),
        }
    )(tree)
    if tree.find("KmsKeyArn") is not None and text_of(tree, "SseAlgorithm") == "AES256":
        raise malformed("only oss:kms has a key")


def _check_expiration(tree: ET.Element) -> None:
    shape(
        {
            "Expiration": one(choice(*_STATES)),
            "Days": maybe(whole(_LEAST_DAYS, _MOST_DAYS)),
        }
    )(tree)
    if (text_of(tree, "Expiration") == "ENABLED") != (tree.find("Days") is not None):
        raise malformed("Days are for records that expire")


_JOURNAL_CHECK = shape(
    {
        "RecordExpiration": maybe(_check_expiration),
        "EncryptionConfiguration": maybe(_check_encryption),
    }
)
_INVENTORY_CHECK = shape(
    {
        "ConfigurationState": one(choice(*_STATES)),
        "EncryptionConfiguration": maybe(_check_encryption),
    }
)
_CHECK = shape({_JOURNAL: maybe(_JOURNAL_CHECK), _INVENTORY: maybe(_INVENTORY_CHECK)})


def _create(call: Call) -> Response:
    tree = document_of(call, "MetadataConfiguration", _CHECK)
    if not len(tree):
        raise malformed("MetadataConfiguration names no table")
    with call.store.lock:
        if _KEY in call.bucket.settings:
            extra = {"BucketName": call.bucket_name}
            raise ServiceError(f"{_NOUN}AlreadyExist", extra=extra)
        _keep(call, rendered(tree))
    return Response(200)


def _keep(call: Call, text: str | None) -> None:
    call.store.check_bucket(call.bucket)
    call.bucket.settings.pop(_KEY, None)
    if text is not None:
        call.bucket.settings[_KEY] = text
    call.store.add_bucket(call.bucket)


def _found(call: Call) -> ET.Element:
    kept = call.bucket.settings.get(_KEY)
    if kept is None:
        raise ServiceError(_MISSING, extra={"BucketName": call.bucket_name})
    return ET.fromstring(kept)  # noqa: S314 - our own


def _update_journal(call: Call) -> Response:
    return _update(call, document_of(call, _JOURNAL, _JOURNAL_CHECK))


def _update_inventory(call: Call) -> Response:
    return _update(call, document_of(call, _INVENTORY, _INVENTORY_CHECK))


def _update(call: Call, table: ET.Element) -> Response:
    with call.store.lock:
        tree = _found(call)
        for old in tree.findall(table.tag):
            # What is not said of the encryption stays as it was.
            kept = old.find("EncryptionConfiguration")
            if kept is not None and table.find(kept.tag) is None:
                table.append(kept)
            tree.remove(old)
        tree.append(table)
        _keep(call, rendered(tree))
    return Response(200)


def _get(call: Call) -> Response:
    with call.store.lock:
        tree = _found(call)
    home = f"acs:osstables:{call.context.region}:{call.bucket.account}:bucket/oss"
    parts = [
        node(
            "DestinationResult",
            leaf("TableBucketType", "oss"),
            leaf("TableBucketArn", home),
            leaf("TableNamespace", f"b_{call.bucket_name}"),
        )
    ]
    for tag, name in ((_JOURNAL, "journal"), (_INVENTORY, "inventory")):
        table = tree.find(tag)
        if table is not None:
            parts.append(_result(table, name, home))
    root = node("MetadataConfigurationResult", *parts)
    return xml_answer(node(f"Get{_NOUN}Result", root))


def _result(table: ET.Element, name: str, home: str) -> str:
    """A table as it is; one that is disabled is none."""
    if text_of(table, "ConfigurationState") == "DISABLED":
        state = leaf("ConfigurationState", "DISABLED")
        return node(f"{table.tag}Result", state)
    facts = [
        leaf("TableStatus", "ACTIVE"),
        leaf("TableName", name),
        leaf("TableArn", f"{home}/table/{name}"),
    ]
    said = [rendered(each) for each in table]
    return node(f"{table.tag}Result", *said, *facts)


def _delete(call: Call) -> Response:
    drain(call.request.body)
    with call.store.lock:
        _keep(call, None)
    return Response(204)


METADATA = (
    Action(f"Create{_NOUN}", "POST", _KEY, _create),
    Action(f"Get{_NOUN}", "GET", _KEY, _get),
    Action(f"Delete{_NOUN}", "DELETE", _KEY, _delete),
    Action(
        "UpdateBucketMetadataJournalTableConfiguration",
        "PUT",
        "metadataJournalTable",
        _update_journal,
    ),
    Action(
        "UpdateBucketMetadataInventoryTableConfiguration",
        "PUT",
        "metadataInventoryTable",
        _update_inventory,
    ),
)
