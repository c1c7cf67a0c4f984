"""DeleteMultipleObjects, as often as the keys need it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from urllib.parse import unquote

from ossc import _xml
from ossc._names import encode_key, merge_headers
from ossc._sdk import Answer, Call, functions
from ossc._verbs import Verbs
from ossc.errors import MalformedResponse
from ossc.models import DeletedObject

__all__ = ["delete_many"]

MAX_KEYS = 1000
MAX_BODY = 1_900_000

# What XML 1.0 has no way to say, not even as a reference.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# What a reader of XML may change if it stands there as it is.
_BLANKS = {character: f"&#{character};" for character in (9, 10, 13)}


def delete_many(
    verbs: Verbs, keys: Iterable[str], headers: Mapping[str, str]
) -> list[DeletedObject]:
    """`DeleteVerbs.delete_objects`."""
    source, deleted = iter(keys), list[DeletedObject]()
    while some := list(islice(source, MAX_KEYS)):
        deleted.extend(_delete_some(verbs, some, headers))
    return deleted


def _delete_some(
    verbs: Verbs, keys: list[str], headers: Mapping[str, str]
) -> Iterator[DeletedObject]:
    for key in keys:
        encode_key(key)
    told: dict[str, DeletedObject] = {}
    objects: list[str] = []
    size = 0
    for key in keys:
        if _UNSPEAKABLE.search(key) is None:
            text = f"<Object><Key>{_xml.escape(key).translate(_BLANKS)}</Key></Object>"
            length = len(text.encode())
            if size + length > MAX_BODY:
                told |= _delete_together(verbs, objects, headers)
                objects, size = [], 0
            objects.append(text)
            size += length
    if objects:
        told |= _delete_together(verbs, objects, headers)
    for key in keys:
        found = told.get(key)
        if found is None and _UNSPEAKABLE.search(key) is None:
            raise MalformedResponse(
                f"the answer does not tell of the key {key!r:.100}",
                operation="DeleteMultipleObjects",
                bucket=verbs.name,
            )
        if found is None:
            found = _delete_alone(verbs, key, headers)
        yield found


def _delete_alone(verbs: Verbs, key: str, headers: Mapping[str, str]) -> DeletedObject:
    def read(answer: Answer) -> DeletedObject:
        version = answer.headers.get("x-oss-version-id")
        marker = answer.headers.get("x-oss-delete-marker") == "true"
        return DeletedObject(key, marker, version if marker else None)

    run = functions.send("DELETE")
    return verbs._object("DeleteObject", run, key, read, headers=headers)


def _delete_together(
    verbs: Verbs, objects: list[str], headers: Mapping[str, str]
) -> dict[str, DeletedObject]:
    # Imported here: it loads OpenSSL, and only few programs need it.
    import hashlib  # noqa: PLC0415

    body = f"<Delete><Quiet>false</Quiet>{''.join(objects)}</Delete>".encode()
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    own = {
        "Content-MD5": base64.b64encode(digest).decode("ascii"),
        "Content-Type": "application/xml",
    }

    call = Call(
        "DeleteMultipleObjects",
        functions.send("POST"),
        bucket=verbs.name,
        headers=merge_headers(headers, own),
        params={"delete": "", "encoding-type": "url"},
        body=body,
    )
    return verbs._client._perform(call, _told)


def _told(answer: Answer) -> dict[str, DeletedObject]:
    """What is said of each key."""
    root = _xml.parse(answer.body, "DeleteResult")
    decode = unquote if root.get("EncodingType") == "url" else str
    found = (
        DeletedObject(
            decode(element.get("Key")),
            element.get("DeleteMarker") == "true",
            element.get("DeleteMarkerVersionId") or None,
            element.get("VersionId") or None,
        )
        for element in root.all("Deleted")
    )
    return {deleted.key: deleted for deleted in found}
