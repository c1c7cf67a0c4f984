"""Keeps requests away from the official SDK's fixed-size buffers.

Linked with the official aliyun-oss-c-sdk, a long key or parameter whose escapes do not fit
into its stack buffers would overrun them while it signs. Such requests are refused here,
before they reach it. The bundled SDK has no such buffers and no such limit.
"""

from __future__ import annotations

from ossc._sdk._library import ffi, lib
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OFFICIAL", "check_fits"]

OFFICIAL = ffi.string(lib.ossc_provider()) == b"official"

MAX_RESOURCE = 2047
MAX_NAME = 1023
MAX_VALUE = 2047

# What percent-encoding leaves as it is; all else has three bytes for one.
_KEPT = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"


def check_fits(
    bucket: str | None, key: bytes | None, params: Mapping[str, str]
) -> None:
    """Refuses what the official SDK cannot sign without overrunning a buffer.

    Raises:
        ParameterError: The key or a query parameter is too long once it is encoded.
    """
    resource = b"/".join((b"", (bucket or "").encode(), key or b""))
    _check("the object's path", resource, MAX_RESOURCE)
    for name, value in params.items():
        _check(f"the name of the parameter {name:.40}", name.encode(), MAX_NAME)
        _check(f"the parameter {name:.40}", value.encode(), MAX_VALUE)


def _check(what: str, raw: bytes, most: int) -> None:
    size = len(raw) + 2 * len(raw.translate(None, _KEPT))
    if size > most:
        raise ParameterError(
            f"{what} has {size} bytes once it is percent-encoded; the official C SDK, "
            f"which this build links, holds {most}"
        )
