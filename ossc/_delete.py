"""The verbs that delete objects: one, or any number."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from urllib.parse import unquote

from ossc import _xml
from ossc._names import check_mapping, encode_key, merge_headers
from ossc._record import Record
from ossc._sdk import Answer, Call, functions
from ossc._verbs import Verbs, done
from ossc.errors import MalformedResponse

__all__ = ["DeleteVerbs", "DeletedObject"]

MAX_KEYS = 1000
MAX_BODY = 1_900_000

# What XML 1.0 has no way to say, not even as a reference.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# What a reader of XML may change if it stands there as it is.
_BLANKS = {character: f"&#{character};" for character in (9, 10, 13)}


class DeletedObject(Record):
    """What OSS says of a key that `delete_objects` named.

    Attributes:
        key: The key, whether there was such an object or not.
        delete_marker: Whether there is a delete marker instead of the object now, as in
            a versioned bucket.
        delete_marker_version_id: The version id of that marker, or None.
        version_id: The version that was deleted, or None.
    """

    __slots__ = ()

    key: str
    delete_marker: bool = False
    delete_marker_version_id: str | None = None
    version_id: str | None = None


class DeleteVerbs(Verbs):
    """Delete."""

    __slots__ = ()

    def delete_object(
        self,
        key: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Deletes an object (DeleteObject). A key that does not exist is no error.

        Args:
            key: The object's key.
            params: Further query parameters, such as `versionId`.
            headers: Further request headers.
        """
        self._object(
            "DeleteObject",
            functions.send("DELETE"),
            key,
            done,
            params=params or {},
            headers=check_mapping("headers", headers),
        )

    def delete_objects(
        self, keys: Iterable[str], *, headers: Mapping[str, str] | None = None
    ) -> list[DeletedObject]:
        """Deletes any number of objects (DeleteMultipleObjects for each 1,000 of them).

        Keys that do not exist are no error. A key that XML cannot hold, because of a
        control character, is deleted by a request of its own. After an error the objects
        of earlier requests are deleted; the same keys may be given again.

        Args:
            keys: The objects' keys; taken 1,000 at a time.
            headers: Further request headers.

        Returns:
            What OSS says of each key, in the order of the keys.

        Raises:
            ParameterError: No object can have that key; of its 1,000 none is deleted.
            MalformedResponse: The answer does not tell of all keys.

        Example:
            >>> r = bucket.put_object("a", b"1")
            >>> [item.key for item in bucket.delete_objects(["a", "not-there"])]
            ['a', 'not-there']
        """
        if isinstance(keys, str | bytes):
            raise TypeError(f"many keys are asked for, not one {type(keys).__name__}")
        given = check_mapping("headers", headers)
        source, deleted = iter(keys), list[DeletedObject]()
        while some := list(islice(source, MAX_KEYS)):
            deleted.extend(self._delete_some(some, given))
        return deleted

    def _delete_some(
        self, keys: list[str], headers: Mapping[str, str]
    ) -> Iterator[DeletedObject]:
        for key in keys:
            encode_key(key)
        told: dict[str, DeletedObject] = {}
        objects: list[str] = []
        size = 0
        for key in keys:
            if _UNSPEAKABLE.search(key) is None:
                text = (
                    f"<Object><Key>{_xml.escape(key).translate(_BLANKS)}</Key></Object>"
                )
                length = len(text.encode())
                if size + length > MAX_BODY:
                    told |= self._delete_together(objects, headers)
                    objects, size = [], 0
                objects.append(text)
                size += length
        if objects:
            told |= self._delete_together(objects, headers)
        for key in keys:
            found = told.get(key)
            if found is None and _UNSPEAKABLE.search(key) is None:
                raise MalformedResponse(
                    f"the answer does not tell of the key {key!r:.100}",
                    operation="DeleteMultipleObjects",
                    bucket=self._name,
                )
            if found is None:
                found = self._delete_alone(key, headers)
            yield found

    def _delete_alone(self, key: str, headers: Mapping[str, str]) -> DeletedObject:
        def read(answer: Answer) -> DeletedObject:
            version = answer.headers.get("x-oss-version-id")
            marker = answer.headers.get("x-oss-delete-marker") == "true"
            return DeletedObject(key, marker, version if marker else None)

        run = functions.send("DELETE")
        return self._object("DeleteObject", run, key, read, headers=headers)

    def _delete_together(
        self, objects: list[str], headers: Mapping[str, str]
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
            bucket=self._name,
            headers=merge_headers(headers, own),
            params={"delete": "", "encoding-type": "url"},
            body=body,
        )
        return self._client._perform(call, _told)


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
