"""DeleteMultipleObjects, as often as the keys need it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from urllib.parse import unquote

from ossc import _xml
from ossc._delete import DeleteVerbs
from ossc._names import check_version, encode_key, merge_headers
from ossc._sdk import Answer, Call, functions
from ossc.errors import MalformedResponse, ParameterError
from ossc.models import DeletedObject, ObjectVersion

__all__ = ["Named", "delete_many"]

_Pair = tuple[str, str | None]

MAX_KEYS = 1000
MAX_BODY = 1_900_000

# What XML 1.0 has no way to say, not even as a reference.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# What a reader of XML may change if it stands there as it is.
_BLANKS = {character: f"&#{character};" for character in (9, 10, 13)}


Named = str | tuple[str, str | None] | ObjectVersion
"""An object that is to be deleted: its key, or one of its versions."""


def delete_many(
    verbs: DeleteVerbs,
    keys: Iterable[Named],
    headers: Mapping[str, str],
    *,
    quiet: bool,
) -> list[DeletedObject]:
    """`DeleteVerbs.delete_objects`."""
    verbs = verbs._running()
    source, deleted = iter(keys), list[DeletedObject]()
    while some := list(islice(source, MAX_KEYS)):
        pairs = [_pair(each) for each in some]
        told = _delete_some(verbs, pairs, headers, quiet=quiet)
        if not quiet:
            deleted.extend(_in_order(verbs, pairs, told))
    return deleted


def _pair(named: Named) -> _Pair:
    """Key and version id of an object, both fit to be sent."""
    pair: tuple[str, str | None]
    if isinstance(named, ObjectVersion):
        if named.is_prefix:
            raise ParameterError(f"{named.key!r:.100} is a prefix, not an object")
        pair = named.key, named.version_id
    elif isinstance(named, tuple):
        if len(named) != 2:
            raise TypeError(
                f"a pair is a key and a version id, not {len(named)} things"
            )
        pair = named
    else:
        pair = named, None
    encode_key(pair[0])
    if pair[1] is not None:
        check_version(pair[1])
    return pair


def _delete_some(
    verbs: DeleteVerbs, pairs: list[_Pair], headers: Mapping[str, str], *, quiet: bool
) -> dict[_Pair, DeletedObject]:
    """Deletes at most 1,000 objects in as many requests as it takes."""
    told: dict[_Pair, DeletedObject] = {}
    objects: list[str] = []
    size = 0
    for key, version_id in pairs:
        if _UNSPEAKABLE.search(key) is not None:
            continue
        text = _object(key, version_id)
        length = len(text.encode())
        if size + length > MAX_BODY:
            told |= _delete_together(verbs, objects, headers, quiet=quiet)
            objects, size = [], 0
        objects.append(text)
        size += length
    if objects:
        told |= _delete_together(verbs, objects, headers, quiet=quiet)
    for key, version_id in pairs:
        if _UNSPEAKABLE.search(key) is not None:
            told[key, version_id] = verbs.delete_object(
                key, version_id=version_id, headers=headers
            )
    return told


def _object(key: str, version_id: str | None) -> str:
    inner = f"<Key>{_xml.escape(key).translate(_BLANKS)}</Key>"
    if version_id is not None:
        inner += f"<VersionId>{_xml.escape(version_id)}</VersionId>"
    return f"<Object>{inner}</Object>"


def _in_order(
    verbs: DeleteVerbs, pairs: list[_Pair], told: dict[_Pair, DeletedObject]
) -> Iterator[DeletedObject]:
    for pair in pairs:
        found = told.get(pair)
        if found is None:
            raise MalformedResponse(
                f"the answer does not tell of the key {pair[0]!r:.100}",
                operation="DeleteMultipleObjects",
                bucket=verbs.name,
            )
        yield found


def _delete_together(
    verbs: DeleteVerbs, objects: list[str], headers: Mapping[str, str], *, quiet: bool
) -> dict[_Pair, DeletedObject]:
    # Imported here: it loads OpenSSL, and only few programs need it.
    import hashlib  # noqa: PLC0415

    said = str(quiet).lower()
    body = f"<Delete><Quiet>{said}</Quiet>{''.join(objects)}</Delete>".encode()
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
    return verbs._client._perform(call, _nothing if quiet else _told)


def _nothing(_answer: Answer) -> dict[_Pair, DeletedObject]:
    """Reads the answer to a quiet request, which has no document."""
    return {}


def _told(answer: Answer) -> dict[_Pair, DeletedObject]:
    """What is said of each key or version."""
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
    return {(deleted.key, deleted.version_id): deleted for deleted in found}
