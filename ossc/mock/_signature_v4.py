"""Signature V4: canonical request, string to sign and key derivation."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ossc.mock._encoding import encode_component, encode_path, to_wire

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = [
    "ALGORITHM",
    "Scope",
    "canonical_query",
    "canonical_request",
    "canonical_uri",
    "parse_authorization",
    "sign",
    "signing_key",
    "string_to_sign",
]

ALGORITHM = "OSS4-HMAC-SHA256"
TERMINATOR = "aliyun_v4_request"
UNSIGNED = "UNSIGNED-PAYLOAD"
_ALWAYS_SIGNED = {"content-type", "content-md5"}
_FIELD = re.compile(r"([A-Za-z]+)=(.*)")


@dataclass(frozen=True)
class Scope:
    """The fields of a V4 credential."""

    access_key_id: str
    date: str
    region: str
    product: str
    terminator: str = TERMINATOR

    @classmethod
    def parse(cls, text: str) -> Scope | None:
        """Return the scope of ``AK/DATE/REGION/PRODUCT/aliyun_v4_request``."""
        fields = text.split("/")
        if len(fields) != 5 or fields[4] != TERMINATOR:
            return None
        return cls(*fields)

    @property
    def text(self) -> str:
        """The scope line of the string to sign."""
        return f"{self.date}/{self.region}/{self.product}/{self.terminator}"


def canonical_uri(bucket: str | None, key: str | None) -> str:
    """Return the path-encoded resource, with the bucket in any addressing style."""
    return "/" if bucket is None else encode_path(f"/{bucket}/{key or ''}")


def canonical_query(query: Iterable[tuple[str, str]]) -> str:
    """Return all parameters but the signature, re-encoded and sorted."""
    encoded = sorted(
        (encode_component(name), encode_component(value))
        for name, value in query
        if name != "x-oss-signature"
    )
    return "&".join(f"{name}={value}" if value else name for name, value in encoded)


def canonical_request(
    method: str,
    uri: str,
    query: Iterable[tuple[str, str]],
    headers: Sequence[tuple[str, str]],
    additional: Collection[str] = (),
) -> str:
    """Return the canonical request.

    Args:
        method: The HTTP verb.
        uri: From ``canonical_uri``.
        query: Decoded pairs.
        headers: Lower-cased names with values as received.
        additional: Names asked to be signed too; absent ones and those that are
            signed anyway are left out.
    """
    asked = {name.lower() for name in additional}
    merged: dict[str, list[str]] = {}
    for name, value in headers:
        if _signed_anyway(name) or name in asked:
            merged.setdefault(name, []).append(value.strip(" \t"))
    names = sorted(merged, key=to_wire)
    lines = "".join(f"{name}:{','.join(merged[name])}\n" for name in names)
    extra = ";".join(name for name in names if not _signed_anyway(name))
    payload = merged.get("x-oss-content-sha256", [UNSIGNED])[0]
    return "\n".join((method, uri, canonical_query(query), lines, extra, payload))


def _signed_anyway(name: str) -> bool:
    return name.startswith("x-oss-") or name in _ALWAYS_SIGNED


def string_to_sign(stamp: str, scope: Scope, request: str) -> str:
    """Return the text whose HMAC is the signature."""
    digest = hashlib.sha256(to_wire(request)).hexdigest()
    return f"{ALGORITHM}\n{stamp}\n{scope.text}\n{digest}"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, to_wire(text), hashlib.sha256).digest()


def signing_key(secret: str, scope: Scope) -> bytes:
    """Return the key derived from the secret for one day, region and product."""
    key = to_wire("aliyun_v4" + secret)
    for text in (scope.date, scope.region, scope.product, TERMINATOR):
        key = _hmac(key, text)
    return key


def sign(secret: str, scope: Scope, text: str) -> str:
    """Return the lower-case hex signature of a string to sign."""
    return _hmac(signing_key(secret, scope), text).hex()


def parse_authorization(value: str) -> dict[str, str]:
    """Return the fields after the algorithm, whatever their order and blanks."""
    fields = {}
    for piece in value.partition(" ")[2].split(","):
        match = _FIELD.fullmatch(piece.strip())
        if match:
            fields[match[1]] = match[2]
    return fields
