"""The errors of upload callbacks: a bad definition, and a request to refuse.

Used by every other callback module; the names are public in `ossc.callback`.
"""

from __future__ import annotations

from typing import ClassVar

from ossc.errors import OSSError

__all__ = [
    "CallbackError",
    "CallbackFormatError",
    "CallbackKeyError",
    "CallbackKeyURLError",
    "CallbackSignatureError",
    "CallbackUnsignedError",
    "CallbackVerificationError",
]


class CallbackError(OSSError, ValueError):
    """A callback definition that the service would refuse."""


class CallbackVerificationError(CallbackError):
    """A request that is not, or cannot be shown to be, a callback of OSS.

    Attributes:
        reason: A short fixed word for the cause, fit for logs and answers.
        http_status: The status an application server should answer with.
    """

    reason: ClassVar[str] = "refused"
    http_status: ClassVar[int] = 403


class CallbackFormatError(CallbackVerificationError):
    """The request or its body does not have the form of a callback."""

    reason = "malformed"
    http_status = 400


class CallbackUnsignedError(CallbackVerificationError):
    """The request has no signature, or does not name the key for it."""

    reason = "unsigned"


class CallbackKeyURLError(CallbackVerificationError):
    """The request names a public key that is not one of the service's own."""

    reason = "foreign-key"


class CallbackKeyError(CallbackVerificationError):
    """The public key could not be fetched or used, so nothing was checked."""

    reason = "key-unavailable"
    http_status = 503


class CallbackSignatureError(CallbackVerificationError):
    """The signature does not belong to this request."""

    reason = "wrong-signature"


def _invalid(message: str) -> CallbackError:
    """Make the error for a callback definition that cannot work."""
    return CallbackError(message)
