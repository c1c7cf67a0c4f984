"""POST policies: checking the signature fields of a form, V1 and V4."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ossc.mock import _signature_v1 as v1
from ossc.mock import _signature_v4 as v4
from ossc.mock._encoding import parse_basic_stamp, to_wire
from ossc.mock._errors import ServiceError, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ossc.mock._auth import Credential

__all__ = ["Signed", "decode_policy", "policy_signature", "verify_policy"]

AHEAD_SECONDS = 900
MAX_AGE_SECONDS = 7 * 86400
_MISSING = "The bucket POST must contain the specified field name."


@dataclass(frozen=True)
class Signed:
    """A form whose signature is right: whose key, and what it may do."""

    credential: Credential
    policy: dict[str, Any]


def policy_signature(secret: str, policy: str, scope: v4.Scope | None = None) -> str:
    """Return the signature of a base64 policy: V4 with a scope, V1 without."""
    if scope is None:
        return v1.sign(secret, policy)
    return v4.sign(secret, scope, policy)


def decode_policy(policy: str) -> dict[str, Any]:
    """Return the document of a base64 policy.

    Raises:
        ServiceError: InvalidPolicyDocument.
    """
    try:
        document = json.loads(base64.b64decode(policy, validate=True).decode("utf-8"))
    except (binascii.Error, ValueError, RecursionError):
        raise ServiceError("InvalidPolicyDocument") from None
    if not isinstance(document, dict):
        raise ServiceError("InvalidPolicyDocument")
    if not isinstance(document.get("conditions"), list):
        raise ServiceError("InvalidPolicyDocument")
    return document


def verify_policy(
    fields: Mapping[str, str],
    credential_of: Callable[[str, str | None], Credential],
    wrong_in: Callable[[v4.Scope], str | None],
    now: float,
) -> Signed | None:
    """Check the signature of a form.

    Args:
        fields: The form's fields by lower-cased name.
        credential_of: Gives the credential of a key id and a token, or raises.
        wrong_in: Says what V4 credentials name wrongly.
        now: The server's time.

    Returns:
        Who signed what, or None for an anonymous form.

    Raises:
        ServiceError: The signature is refused.
    """
    if fields.get("x-oss-signature-version") == v4.ALGORITHM:
        return _verify_v4(fields, credential_of, wrong_in, now)
    if not {"policy", "signature", "ossaccesskeyid"} & fields.keys():
        return None
    for name in ("policy", "ossaccesskeyid"):
        _required(fields, name)
    signature = _signature(fields, "signature")
    token = fields.get("x-oss-security-token")
    credential = credential_of(fields["ossaccesskeyid"], token)
    policy = fields["policy"]
    expected = policy_signature(credential.access_key_secret, policy)
    _compare(credential, expected, signature, policy)
    return Signed(credential, decode_policy(policy))


def _required(fields: Mapping[str, str], name: str) -> str:
    if not fields.get(name):
        raise invalid_argument(_MISSING, name)
    return fields[name]


def _signature(fields: Mapping[str, str], name: str) -> str:
    if name not in fields:
        raise invalid_argument(_MISSING, name, ec="0002-00000703")
    if not fields[name]:
        raise invalid_argument(_MISSING, name, ec="0002-00000704")
    return fields[name]


def _compare(credential: Credential, expected: str, sent: str, policy: str) -> None:
    if not hmac.compare_digest(to_wire(expected), to_wire(sent)):
        extra = {
            "OSSAccessKeyId": credential.access_key_id,
            "SignatureProvided": sent,
            "StringToSign": policy,
            "StringToSignBytes": to_wire(policy).hex(" ").upper(),
        }
        raise ServiceError("SignatureDoesNotMatch", extra=extra)


def _verify_v4(
    fields: Mapping[str, str],
    credential_of: Callable[[str, str | None], Credential],
    wrong_in: Callable[[v4.Scope], str | None],
    now: float,
) -> Signed:
    policy = _required(fields, "policy")
    text = _required(fields, "x-oss-credential")
    stamp = _required(fields, "x-oss-date")
    signature = _signature(fields, "x-oss-signature")
    scope = v4.Scope.parse(text)
    seconds = parse_basic_stamp(stamp)
    if scope is None or seconds is None or scope.date != stamp[:8]:
        message = "The credential date of the form is invalid."
        raise invalid_argument(message, "x-oss-credential", text, ec="0002-00000709")
    wrong = wrong_in(scope)
    if wrong is not None:
        message = f"Invalid signing {wrong} in Authorization header."
        ec = "0002-00000226" if wrong == "region" else None
        raise invalid_argument(message, "x-oss-credential", text, ec=ec)
    if not now - MAX_AGE_SECONDS <= seconds <= now + AHEAD_SECONDS:
        raise ServiceError("AccessDenied", "Request has expired.")
    token = fields.get("x-oss-security-token")
    credential = credential_of(scope.access_key_id, token)
    expected = policy_signature(credential.access_key_secret, policy, scope)
    _compare(credential, expected, signature, policy)
    document = decode_policy(policy)
    for name in ("x-oss-signature-version", "x-oss-credential", "x-oss-date"):
        _check_mentioned(document, name, fields[name])
    return Signed(credential, document)


def _check_mentioned(document: dict[str, Any], name: str, value: str) -> None:
    wanted = ({name: value}, ["eq", f"${name}", value])
    if not any(condition in wanted for condition in document["conditions"]):
        message = (
            "Invalid according to Policy: Policy Condition failed: "
            f'["eq", "${name}", "{value}"]'
        )
        raise ServiceError("AccessDenied", message)
