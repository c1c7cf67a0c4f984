"""Hints at the end of a server's error: which endpoint or region is the right one.

OSS says in an element of its own where a bucket is, and where it does not, the names of
the endpoint and the region tell that they do not belong together.
"""

from __future__ import annotations

from ossc import _xml
from ossc._endpoint import region_of_endpoint
from ossc._names import DIGITS, LETTERS, LOWER, consists_of
from ossc.errors import MalformedResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ossc.client import Client
    from ossc.errors import ServerError

__all__ = ["add_hint"]

_HOST = LETTERS + DIGITS + ".-"
_REGION = LOWER + DIGITS + "-"


def add_hint(error: ServerError, client: Client) -> None:
    """Puts a hint behind the message of an error that one is known for."""
    hint = _hint(error, client)
    if hint and not error.message.endswith(hint):
        error.message = f"{error.message.rstrip()} {hint}"
        error.args = (error.message,)


def _hint(error: ServerError, client: Client) -> str:
    if error.code == "AccessDenied" and "specified endpoint" in error.message:
        return _right_endpoint(error, client)
    if error.code == "SecondLevelDomainForbidden":
        return (
            "Hint: give addressing='auto' or 'virtual'; 'path' is not for OSS's hosts."
        )
    if client._scope[1] != "oss":
        return ""  # a cloud box: its region is not what is signed for
    if error.code == "InvalidArgument" and "signing region" in error.message:
        return _right_region(error, client)
    if error.code == "SignatureDoesNotMatch" and client._signs_v4:
        return _right_region(error, client)
    return ""


def _right_endpoint(error: ServerError, client: Client) -> str:
    """Where the bucket is, by the answer."""
    host = _element(error.body, "Endpoint")
    if not consists_of(host, _HOST, 253):
        return ""
    region = region_of_endpoint(f"https://{host}")
    scheme = client.endpoint.partition("://")[0]
    also = f" with region={region!r}" if region else ""
    bucket = f"the bucket {error.bucket!r}" if error.bucket else "the bucket"
    return (
        f"Hint: {bucket} is not at {client.endpoint}; "
        f"use endpoint='{scheme}://{host}'{also}."
    )


def _right_region(error: ServerError, client: Client) -> str:
    """Which region the request should have been signed for."""
    region = region_of_endpoint(client.endpoint) or _signed_by_server(error.body)
    if region == client.region or (region is None and "Signature" in str(error.code)):
        return ""
    if region is None:
        return (
            f"Hint: requests are signed for the region {client.region!r}, which is not "
            f"that of {client.endpoint}; give region=… of the bucket."
        )
    return (
        f"Hint: requests are signed for the region {client.region!r}, but this is "
        f"{region!r}; give region={region!r}."
    )


def _signed_by_server(body: bytes) -> str | None:
    """The region in the text that the server signed, where it quotes it."""
    for line in _element(body, "StringToSign").split("\n"):
        parts = line.strip().split("/")
        if len(parts) == 4 and parts[2:] == ["oss", "aliyun_v4_request"]:
            return parts[1] if consists_of(parts[1], _REGION, 64) else None
    return None


def _element(body: bytes, name: str) -> str:
    """The text of an element of the error's document; empty where there is none."""
    try:
        return _xml.parse(_xml.made_legal(body), "Error").get(name).strip()
    except MalformedResponse:
        return ""
