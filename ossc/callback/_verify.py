"""`verify`: finds out whether an HTTP request is a callback that OSS made.

Knows the signature's text and the order of the checks. Keys come from
`_keys`, the RSA operation from the C side; the ready-made servers are
`_wsgi` and `_asgi`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from urllib.parse import unquote_to_bytes

from ossc.callback._errors import (
    CallbackFormatError,
    CallbackKeyError,
    CallbackSignatureError,
    CallbackUnsignedError,
    CallbackVerificationError,
)
from ossc.callback._keys import (
    OSS_KEY_URLS,
    check_allowed,
    check_key_url,
    fetch_public_key,
)
from ossc.callback._request import CallbackRequest

__all__ = ["verify"]

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
FetchKey = Callable[[str], "bytes | str"]
Buffer = bytes | bytearray | memoryview

_SIGNED_BY = ("authorization", "x-oss-pub-key-url")


def verify(
    method: str,
    path_and_query: str | bytes,
    headers: Headers,
    body: Buffer,
    *,
    fetch_key: FetchKey | None = None,
    allowed_key_urls: Iterable[str] = OSS_KEY_URLS,
) -> CallbackRequest:
    """Check that a request is a callback made by OSS, and take it apart.

    Thread-safe. The signature has no time in it, so a callback that somebody
    saw can be sent again: make your handling of an upload repeatable.

    Args:
        method: Method of the request.
        path_and_query: Request target as it arrived, still percent-encoded.
        headers: Headers as a mapping or as pairs; the case of names is free.
        body: The whole body as it arrived.
        fetch_key: Gets the PEM text of a public key for its URL. By default it
            is fetched over HTTP and remembered for a day.
        allowed_key_urls: Where public keys may come from: URLs that end in `/`
            admit all below them, others only themselves.

    Raises:
        CallbackFormatError: The request does not look like a callback.
        CallbackUnsignedError: It has no signature or does not name its key.
        CallbackKeyURLError: Its key is not the service's own.
        CallbackKeyError: The key could not be fetched or used.
        CallbackSignatureError: The signature is wrong.

    Example:
        >>> try:
        ...     verify("POST", "/uploaded", {"Content-Length": "0"}, b"")
        ... except CallbackVerificationError as error:
        ...     print(error.http_status, error.reason)
        403 unsigned
    """
    if method != "POST":
        message = f"a callback is a POST, not {method!r}"
        raise CallbackFormatError(message)
    if not isinstance(body, bytes | bytearray | memoryview):
        message = f"the body must be bytes-like, not {type(body).__name__}"
        raise TypeError(message)
    if isinstance(path_and_query, str):
        path_and_query = path_and_query.encode("utf-8", "surrogateescape")
    path, mark, query = path_and_query.partition(b"?")
    return verify_decoded(
        unquote_to_bytes(path),
        mark + query,
        _collect(headers),
        bytes(body),
        fetch_key=fetch_key,
        allowed_key_urls=allowed_key_urls,
    )


def verify_decoded(
    path: bytes,
    query: bytes,
    headers: Mapping[str, str],
    body: bytes,
    *,
    fetch_key: FetchKey | None,
    allowed_key_urls: Iterable[str],
) -> CallbackRequest:
    """Do the work of `verify` for a server that has decoded the path already.

    Args:
        path: Decoded path.
        query: Query as sent, with its `?`, or nothing.
        headers: Headers with lower-case names.
        body: Body.
        fetch_key: As in `verify`.
        allowed_key_urls: As in `verify`.
    """
    if not path.startswith(b"/"):
        message = "a callback's request target is a path"
        raise CallbackFormatError(message)
    if b"?" in path or b"\n" in path:
        # Decoded into the signed text, either would move a border between its parts.
        message = "a callback's path has no encoded question mark or line feed"
        raise CallbackFormatError(message)
    for name in _SIGNED_BY:
        if not headers.get(name):
            message = f"the callback has no {name} header"
            raise CallbackUnsignedError(message)
    signature = _decode(headers["authorization"], "signature")
    key_url = _decode(headers["x-oss-pub-key-url"], "key URL").decode("latin-1")
    check_key_url(key_url, check_allowed(allowed_key_urls))
    pem = _get_key(key_url, fetch_key or fetch_public_key)
    _check_signature(pem, signature, path + query + b"\n" + body)
    return CallbackRequest(
        path=path.decode("utf-8", "replace"),
        query=query[1:].decode("latin-1"),
        body=body,
        content_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
        bucket=headers.get("x-oss-bucket", ""),
        request_id=headers.get("x-oss-request-id", ""),
        owner=headers.get("x-oss-owner", ""),
        requester=headers.get("x-oss-requester", ""),
        key_url=key_url,
        headers=MappingProxyType(dict(headers)),
    )


def _collect(headers: Headers) -> dict[str, str]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    collected: dict[str, str] = {}
    for name, value in pairs:
        lower = name.lower()
        if lower in collected and lower in _SIGNED_BY:
            message = f"the callback has two {lower} headers"
            raise CallbackFormatError(message)
        collected.setdefault(lower, value.strip(" \t"))
    return collected


def _decode(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        message = f"the callback's {what} is not base64"
        raise CallbackFormatError(message) from error


def _get_key(url: str, fetch_key: FetchKey) -> bytes:
    try:
        pem = fetch_key(url)
        return (
            pem.encode("utf-8") if isinstance(pem, str) else memoryview(pem).tobytes()
        )
    except CallbackVerificationError:
        raise
    except Exception as error:
        message = f"the callback's public key could not be fetched: {error}"
        raise CallbackKeyError(message) from error


def _check_signature(pem: bytes, signature: bytes, text: bytes) -> None:
    from ossc._sdk import rsa_md5_verify  # noqa: PLC0415 - loads the extension

    try:
        right = rsa_md5_verify(pem, signature, text)
    except ValueError as error:
        message = f"the callback's public key cannot be used: {error}"
        raise CallbackKeyError(message) from error
    if not right:
        message = "the callback's signature is wrong"
        raise CallbackSignatureError(message)
