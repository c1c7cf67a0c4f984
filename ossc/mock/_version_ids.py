"""Version ids: what the service makes up, and what it takes for one.

They are opaque to clients. Ours carry the order of the version, so that a listing can go
on behind a version that was deleted meanwhile.
"""

from __future__ import annotations

import base64
import re
import secrets

from ossc.mock._errors import invalid_argument

__all__ = ["check_version_id", "new_version_id", "order_of"]

_PREFIX = b"\x08\x01\x10"
_ORDER_BYTES = 8
_RANDOM_BYTES = 13
_FORM = re.compile(r"[A-Za-z0-9+/=_.~-]{1,1024}")


def new_version_id(order: int) -> str:
    """Return the id of a new version."""
    # Little-endian, so that nobody takes the order of ids for that of versions.
    raw = order.to_bytes(_ORDER_BYTES, "little") + secrets.token_bytes(_RANDOM_BYTES)
    return base64.urlsafe_b64encode(_PREFIX + raw).decode("ascii")


def order_of(version_id: str) -> int | None:
    """Return the order of the version that has, or had, an id; None if it is no id."""
    try:
        raw = base64.urlsafe_b64decode(version_id.encode("ascii"))
    except ValueError:
        return None
    start = len(_PREFIX)
    size = start + _ORDER_BYTES + _RANDOM_BYTES
    if len(raw) != size or not raw.startswith(_PREFIX):
        return None
    return int.from_bytes(raw[start : start + _ORDER_BYTES], "little")


def check_version_id(text: str, name: str = "versionId") -> str:
    """Return an id that is well-formed, whether there is such a version or not.

    Raises:
        ServiceError: InvalidArgument, naming the argument.
    """
    if not text:
        raise invalid_argument("Version id can not be the empty string.", name, text)
    if not _FORM.fullmatch(text):
        raise invalid_argument("Invalid version id specified.", name, text)
    return text
