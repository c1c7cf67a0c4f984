"""What the verbs on an object's sub-resources have in common: one way to ask."""

from __future__ import annotations

from ossc._names import check_mapping, check_text, merge_headers
from ossc._sdk import Answer, base64_encode, functions
from ossc._verbs import Verbs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    T = TypeVar("T")

__all__ = ["ObjectVerbs", "document_headers"]


class ObjectVerbs(Verbs):
    """Base of the groups of verbs on sub-resources of objects."""

    __slots__ = ()

    def _ask(
        self,
        operation: str,
        method: str,
        key: str,
        read: Callable[[Answer], T],
        *,
        query: Mapping[str, str],
        version_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        own: Mapping[str, str] | None = None,
        document: bytes | None = None,
        once: bool = False,
    ) -> T:
        """Makes a request on a sub-resource.

        Args:
            operation: The OSS operation.
            method: GET, HEAD, PUT, POST or DELETE.
            key: The object's key.
            read: Reads the answer.
            query: The query that names the sub-resource.
            version_id: Which version of the object.
            headers: The caller's headers; they win over `own`.
            params: The caller's query parameters.
            own: Headers of the verb.
            document: The body; it goes with its MD5.
            once: Whether a repetition could do harm.
        """
        named = dict(query)
        if version_id is not None:
            named["versionId"] = check_text("version_id", version_id)
        mine = dict(own or {})
        if document is not None:
            mine |= document_headers(document)
        return self._object(
            operation,
            functions.send(method),
            key,
            read,
            params={**check_mapping("params", params), **named},
            headers=merge_headers(mine, check_mapping("headers", headers)),
            body=document,
            once=once,
        )


def document_headers(document: bytes) -> dict[str, str]:
    """The headers of a request whose body is XML."""
    # Imported here: it loads OpenSSL, and only few programs need it.
    import hashlib  # noqa: PLC0415

    digest = hashlib.md5(document, usedforsecurity=False).digest()
    return {"Content-MD5": base64_encode(digest), "Content-Type": "application/xml"}
