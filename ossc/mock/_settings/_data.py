"""Settings of what a bucket keeps: versions, encryption, tags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ossc.mock._errors import ServiceError
from ossc.mock._handlers._properties import ENCRYPTIONS
from ossc.mock._http import Response, drain
from ossc.mock._retention import has_object_worm
from ossc.mock._schema import choice, malformed, maybe, one, several, shape, text
from ossc.mock._settings._setting import Setting, keep, received, xml_answer
from ossc.mock._xml import children, leaf, node, text_of

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from ossc.mock._call import Call
    from ossc.mock._records import Bucket

__all__ = ["ENCRYPTION", "TAGGING", "VERSIONING", "tags_of"]

_MAX_TAGS, _MAX_KEY, _MAX_VALUE = 20, 64, 128
_RESERVED = ("http://", "https://", "Aliyun")


def _get_versioning(call: Call) -> Response:
    status = call.bucket.versioning
    inner = "" if status is None else leaf("Status", status)
    return xml_answer(node(VERSIONING.root, inner))


def _put_versioning(call: Call) -> Response:
    tree = received(VERSIONING, call)
    with call.store.lock:
        call.store.check_bucket(call.bucket)
        status = text_of(tree, "Status")
        if status == "Suspended" and has_object_worm(call.bucket):
            message = "A bucket whose objects have retentions keeps versions."
            raise ServiceError("OperationNotSupported", message)
        call.bucket.versioning = status
        call.store.add_bucket(call.bucket)
    return Response(200)


VERSIONING = Setting(
    "BucketVersioning",
    "versioning",
    "VersioningConfiguration",
    shape({"Status": one(choice("Enabled", "Suspended"))}),
    get=_get_versioning,
    put=_put_versioning,
)


def _accept_encryption(_call: Call, tree: ET.Element) -> None:
    rule = tree[0]
    if text_of(rule, "SSEAlgorithm") not in ENCRYPTIONS:
        raise ServiceError("InvalidEncryptionAlgorithmError")
    if text_of(rule, "SSEAlgorithm") != "KMS" and (
        text_of(rule, "KMSMasterKeyID") or text_of(rule, "KMSDataEncryption")
    ):
        raise malformed("only KMS has a key and an algorithm for data")


ENCRYPTION = Setting(
    "BucketEncryption",
    "encryption",
    "ServerSideEncryptionRule",
    shape(
        {
            "ApplyServerSideEncryptionByDefault": one(
                shape(
                    {
                        "SSEAlgorithm": one(text(least=1)),
                        "KMSMasterKeyID": maybe(text()),
                        "KMSDataEncryption": maybe(choice("", "SM4")),
                    }
                )
            )
        }
    ),
    missing="NoSuchServerSideEncryptionRule",
    removable=True,
    accept=_accept_encryption,
)


def _accept_tags(_call: Call, tree: ET.Element) -> None:
    keys = [text_of(tag, "Key") or "" for tag in children(tree[0], "Tag")]
    if len(set(keys)) < len(keys):
        raise ServiceError("RepeatedTags")
    if any(key.startswith(_RESERVED) for key in keys):
        raise ServiceError("InvalidTag")


def _delete_tags(call: Call) -> Response:
    """Remove all tags, or those whose keys are named."""
    drain(call.request.body)
    named = [key for key in (call.request.param("tagging") or "").split(",") if key]
    with call.store.lock:
        kept = [item for item in tags_of(call.bucket).items() if item[0] not in named]
        rendered = (node("Tag", leaf("Key", k), leaf("Value", v)) for k, v in kept)
        text = node("Tagging", node("TagSet", *rendered))
        keep(TAGGING, call, text if named and kept else None)
    return Response(204)


TAGGING = Setting(
    "BucketTags",
    "tagging",
    "Tagging",
    shape(
        {
            "TagSet": one(
                shape(
                    {
                        "Tag": several(
                            shape(
                                {
                                    "Key": one(text(least=1, most=_MAX_KEY)),
                                    "Value": maybe(text(most=_MAX_VALUE)),
                                }
                            ),
                            most=_MAX_TAGS,
                            code="TooManyTags",
                        )
                    }
                )
            )
        }
    ),
    default=node("TagSet"),
    removable=True,
    accept=_accept_tags,
    delete=_delete_tags,
)


def tags_of(bucket: Bucket) -> dict[str, str]:
    """Return a bucket's tags."""
    tree = TAGGING.of(bucket)
    tags = [] if tree is None else tree.findall("TagSet/Tag")
    return {text_of(tag, "Key") or "": text_of(tag, "Value") or "" for tag in tags}
