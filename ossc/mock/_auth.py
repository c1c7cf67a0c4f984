"""Who is calling: reads the signature of a request and checks it.

The order of the checks, their codes and messages are the service's. What the caller
may then do is decided in ``_access``.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ossc.mock import _signature_v1 as v1
from ossc.mock import _signature_v4 as v4
from ossc.mock._encoding import (
    basic_stamp,
    encode_path,
    iso_date,
    parse_basic_stamp,
    parse_http_date,
    parse_number,
    to_wire,
)
from ossc.mock._errors import ServiceError, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ossc.mock._http import Request
    from ossc.mock._names import Address, Signed

__all__ = ["Authenticator", "Caller", "Credential"]

SKEW_SECONDS = 900
MAX_PRESIGN_SECONDS = 604800
_ORDINARY_KEY_ID = re.compile(r"[A-Za-z0-9._-]+")
_QUERY_SIGNATURE = (
    "Signature",
    "OSSAccessKeyId",
    "x-oss-signature-version",
    "x-oss-signature",
)
DEFAULT_ACCOUNT = "1000000000000001"


@dataclass(frozen=True)
class Credential:
    """A key that the server knows.

    Attributes:
        access_key_id: The public half.
        access_key_secret: The secret half.
        security_token: Makes the key a temporary one that needs this token.
        expires: Unix seconds after which the token is refused.
        account: Whose key it is; buckets belong to accounts.
    """

    access_key_id: str
    access_key_secret: str
    security_token: str | None = None
    expires: float | None = None
    account: str = DEFAULT_ACCOUNT


@dataclass(frozen=True)
class Caller:
    """The outcome of authentication; anonymous callers have no account."""

    account: str | None
    access_key_id: str | None = None

    @property
    def anonymous(self) -> bool:
        """Whether the request carried no signature."""
        return self.account is None


class Authenticator:
    """Checks signatures against a table of credentials."""

    def __init__(
        self,
        credentials: Iterable[Credential],
        region: str,
        cloud_box_id: str | None = None,
    ) -> None:
        self._credentials = {item.access_key_id: item for item in credentials}
        self._place = cloud_box_id or region
        self._product = "oss-cloudbox" if cloud_box_id else "oss"

    def add(self, credential: Credential) -> None:
        """Make a further key known."""
        # A new mapping: requests may be reading the old one in other threads.
        self._credentials = {
            **self._credentials,
            credential.access_key_id: credential,
        }

    def identify(self, request: Request, address: Address, now: float) -> Caller:
        """Return the caller of a request.

        Raises:
            ServiceError: The signature is refused.
        """
        sent = [value for name, value in request.headers if name == "authorization"]
        in_query = any(request.param(name) is not None for name in _QUERY_SIGNATURE)
        if len(sent) > 1 or (sent and in_query):
            message = "Only one auth mechanism allowed."
            raise invalid_argument(message, "Authorization", sent[0])
        if sent:
            return self._by_header(request, address, now, sent[0])
        if request.param("x-oss-signature-version") is not None:
            return self._by_v4_url(request, address, now)
        if address.signed is not None:
            return Caller(None)  # there is no older signature for it
        has_key = request.param("OSSAccessKeyId") is not None
        has_expires = request.param("Expires") is not None
        if has_key or (has_expires and request.param("Signature") is not None):
            return self._by_v1_url(request, address, now)
        return Caller(None)

    def _by_header(
        self, request: Request, address: Address, now: float, value: str
    ) -> Caller:
        if value.startswith(v4.ALGORITHM + " "):
            return self._by_v4_header(request, address, now, value)
        if value.startswith("OSS ") and address.signed is None:
            return self._by_v1_header(request, address, now, value[4:])
        message = "Unsupported Authorization Type"
        raise invalid_argument(message, "Authorization", value, ec="0002-00000002")

    def _by_v1_header(
        self, request: Request, address: Address, now: float, value: str
    ) -> Caller:
        key_id, _, signature = value.strip().partition(":")
        if not key_id or not signature:
            message = "Authorization header is invalid."
            ec = "0002-00000065" if key_id else None
            raise invalid_argument(message, "Authorization", value, ec=ec)
        date = v1.date_of(request.headers) or ""
        _check_skew(_parse_date(date), now)
        token = request.header("x-oss-security-token")
        credential = self.credential(key_id, token, now)
        return self._compare_v1(request, address, credential, signature, date)

    def _by_v1_url(self, request: Request, address: Address, now: float) -> Caller:
        key_id = request.param("OSSAccessKeyId")
        expires = request.param("Expires")
        signature = request.param("Signature")
        if not key_id or not expires or not signature:
            message = (
                "Query-string authentication requires the Signature, Expires and "
                "OSSAccessKeyId parameters"
            )
            raise ServiceError("AccessDenied", message)
        until = parse_number(expires)
        if until is None:
            message = "Invalid date (should be seconds since epoch)."
            raise ServiceError("AccessDenied", message, ec="0002-00000070")
        if now > until:
            raise _expired(until, now, ec="0002-00000069")
        token = request.param("security-token")
        credential = self.credential(key_id, token, now)
        return self._compare_v1(request, address, credential, signature, expires)

    def _compare_v1(
        self,
        request: Request,
        address: Address,
        credential: Credential,
        signature: str,
        date: str,
    ) -> Caller:
        whole = v1.canonical_resource(address.bucket, address.key, request.query)
        resources = [whole]
        if address.bare:
            subs = v1.sub_resources(request.query)
            resources.append(f"/{address.bucket}{subs}")
        texts = [
            v1.string_to_sign(request.method, request.headers, resource, date)
            for resource in resources
        ]
        for text in texts:
            if _same(v1.sign(credential.access_key_secret, text), signature):
                return Caller(credential.account, credential.access_key_id)
        raise _mismatch(credential, signature, texts[0])

    def _by_v4_header(
        self, request: Request, address: Address, now: float, value: str
    ) -> Caller:
        fields = v4.parse_authorization(value)
        text = fields.get("Credential", "")
        scope = self._scope(text, "0002-00000212", address)
        payload = request.header("x-oss-content-sha256")
        if payload != v4.UNSIGNED:
            message = "x-oss-content-sha256 must be UNSIGNED-PAYLOAD."
            name, ec = "x-oss-content-sha256", "0002-00000214"
            raise invalid_argument(message, name, payload or "", ec=ec)
        date = v1.date_of(request.headers) or ""
        seconds = _parse_date(date)
        _check_skew(seconds, now)
        stamp = basic_stamp(seconds)
        if stamp[:8] != scope.date:
            message = "Invalid credential date in Authorization header."
            raise invalid_argument(message, "Credential", ec="0002-00000212")
        token = request.header("x-oss-security-token")
        credential = self.credential(scope.access_key_id, token, now)
        additional = fields.get("AdditionalHeaders", "")
        signature = fields.get("Signature", "")
        proof = _Proof(credential, scope, stamp, additional, signature)
        return _compare_v4(request, address, proof)

    def _by_v4_url(self, request: Request, address: Address, now: float) -> Caller:
        version = request.param("x-oss-signature-version") or ""
        if version != v4.ALGORITHM:
            message = "Unsupported Authorization Type"
            ec = None if version == "OSS2" else "0002-00000066"
            name = "x-oss-signature-version"
            raise invalid_argument(message, name, version, ec=ec)
        text = request.param("x-oss-credential") or ""
        scope = self._scope(text, "0002-00000223", address)
        stamp = request.param("x-oss-date") or ""
        seconds = _parse_date(stamp)
        _check_lifetime(request.param("x-oss-expires"), seconds, now)
        if stamp[:8] != scope.date:
            message = "Invalid credential date in x-oss-credential."
            raise invalid_argument(
                message, "x-oss-credential", text, ec="0002-00000223"
            )
        token = request.param("x-oss-security-token")
        credential = self.credential(scope.access_key_id, token, now)
        additional = request.param("x-oss-additional-headers") or ""
        signature = request.param("x-oss-signature") or ""
        proof = _Proof(credential, scope, stamp, additional, signature)
        return _compare_v4(request, address, proof)

    def _scope(self, text: str, date_ec: str, address: Address) -> v4.Scope:
        scope = v4.Scope.parse(text)
        if scope is None:
            raise _bad_credential("Invalid credential.", text, "0002-00000213")
        if not _ORDINARY_KEY_ID.fullmatch(scope.access_key_id):
            raise _bad_credential("Invalid access key id.", text, "0002-00000206")
        if not re.fullmatch(r"\d{8}", scope.date, re.ASCII):
            raise _bad_credential("Invalid credential date.", text, date_ec)
        wrong = self.wrong_in(scope, address.signed)
        if wrong is not None:
            message = f"Invalid signing {wrong} in Authorization header."
            ec = "0002-00000226" if wrong == "region" else None
            raise _bad_credential(message, text, ec)
        return scope

    def wrong_in(self, scope: v4.Scope, signed: Signed | None = None) -> str | None:
        """Return which field of a scope names another service than this one."""
        product = self._product if signed is None else signed.product
        if scope.region != self._place:
            return "region"
        return None if scope.product == product else "product"

    def credential(self, key_id: str, token: str | None, now: float) -> Credential:
        """Return the key's record, or raise for the key or its token."""
        credential = self._credentials.get(key_id)
        if credential is None or (credential.security_token and not token):
            raise ServiceError("InvalidAccessKeyId", extra={"OSSAccessKeyId": key_id})
        if token is not None and token != credential.security_token:
            known = {item.security_token for item in self._credentials.values()}
            code = "InvalidSecurityToken"
            if token in known:
                code = "AccessKeyIdAndSecurityTokenNotMatch"
            raise ServiceError(code)
        if credential.expires is not None and now > credential.expires:
            raise ServiceError("SecurityTokenExpired")
        return credential


@dataclass(frozen=True)
class _Proof:
    credential: Credential
    scope: v4.Scope
    stamp: str
    additional: str
    signature: str


def _compare_v4(request: Request, address: Address, proof: _Proof) -> Caller:
    if address.signed is not None:
        uris = [address.signed.uri]
    else:
        uris = [v4.canonical_uri(address.bucket, address.key)]
    if address.bare:
        uris.append(encode_path(f"/{address.bucket}"))
    names = [name.strip() for name in proof.additional.split(";")]
    texts = []
    secret = proof.credential.access_key_secret
    for uri in uris:
        canonical = v4.canonical_request(
            request.method, uri, request.query, request.headers, names
        )
        text = v4.string_to_sign(proof.stamp, proof.scope, canonical)
        texts.append((canonical, text))
        if _same(v4.sign(secret, proof.scope, text), proof.signature):
            return Caller(proof.credential.account, proof.credential.access_key_id)
    canonical, text = texts[0]
    raise _mismatch(proof.credential, proof.signature, text, canonical)


def _same(calculated: str, provided: str) -> bool:
    return hmac.compare_digest(to_wire(calculated), to_wire(provided))


def _bad_credential(message: str, text: str, ec: str | None) -> ServiceError:
    return invalid_argument(message, "Credential", text, ec=ec)


def _parse_date(text: str) -> int:
    seconds = parse_basic_stamp(text)
    if seconds is None:
        seconds = parse_http_date(text)
    if seconds is None:
        message = "OSS authentication requires a valid Date."
        raise ServiceError("AccessDenied", message, ec="0002-00000503")
    return seconds


def _check_skew(seconds: int, now: float) -> None:
    if abs(seconds - now) > SKEW_SECONDS:
        extra = {
            "MaxAllowedSkewMilliseconds": str(SKEW_SECONDS * 1000),
            "RequestTime": iso_date(seconds),
            "ServerTime": iso_date(now),
        }
        raise ServiceError("RequestTimeTooSkewed", extra=extra)


def _check_lifetime(expires: str | None, start: int, now: float) -> None:
    name = "x-oss-expires"
    if not expires:
        message = "x-oss-expires is missing."
        raise invalid_argument(message, name, ec="0002-00000215")
    valid = re.fullmatch(r"\d{1,9}", expires, re.ASCII)
    if not valid or not 1 <= int(expires) <= MAX_PRESIGN_SECONDS:
        message = "x-oss-expires should be between 1 and 604800."
        raise invalid_argument(message, name, expires, ec="0002-00000232")
    if start > now + SKEW_SECONDS:
        message = "Request is not valid yet."
        raise ServiceError("AccessDenied", message, ec="0002-00000235")
    if now > start + int(expires):
        raise _expired(start + int(expires), now)


def _expired(expires: int, now: float, *, ec: str | None = None) -> ServiceError:
    extra = {"Expires": iso_date(expires), "ServerTime": iso_date(now)}
    return ServiceError("AccessDenied", "Request has expired.", extra=extra, ec=ec)


def _mismatch(
    credential: Credential, provided: str, text: str, canonical: str | None = None
) -> ServiceError:
    extra = {
        "OSSAccessKeyId": credential.access_key_id,
        "SignatureProvided": provided,
        "StringToSign": text,
        "StringToSignBytes": to_wire(text).hex(" ").upper(),
    }
    if canonical is not None:
        extra["CanonicalRequest"] = canonical
    return ServiceError("SignatureDoesNotMatch", extra=extra)
