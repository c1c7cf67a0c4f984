"""The seam between Python and C: everything above it is plain Python.

Only this package touches the compiled module. `perform` makes a request, a `Call` says
which; the functions of the SDK are in `functions`.
"""

from __future__ import annotations

from ossc._sdk import _functions as functions
from ossc._sdk._cancel import CancelToken, LinkedToken
from ossc._sdk._perform import KEPT, RESENT, STORED, WHOLE, Answer, perform
from ossc._sdk._request import Call, PartETag, Progress, Session, Settings
from ossc._sdk._tools import (
    SDKInfo,
    additional_headers_can_be_signed,
    base64_encode,
    crc64,
    crc64_combine,
    hmac_sha1,
    live_requests,
    presign_url,
    products_can_be_signed_for,
    rsa_md5_verify,
    sdk_info,
    signing_time_can_be_given,
)

__all__ = [
    "KEPT",
    "RESENT",
    "STORED",
    "WHOLE",
    "Answer",
    "Call",
    "CancelToken",
    "LinkedToken",
    "PartETag",
    "Progress",
    "SDKInfo",
    "Session",
    "Settings",
    "additional_headers_can_be_signed",
    "base64_encode",
    "crc64",
    "crc64_combine",
    "functions",
    "hmac_sha1",
    "live_requests",
    "perform",
    "presign_url",
    "products_can_be_signed_for",
    "rsa_md5_verify",
    "sdk_info",
    "signing_time_can_be_given",
]
