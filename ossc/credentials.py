"""Access keys: the record that holds them and where they come from by default."""

from __future__ import annotations

import os

from ossc._record import Record
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Credentials", "credentials_from_environment"]


class Credentials(Record):
    """An access key pair, with a token when it is a temporary one.

    Args:
        access_key_id: The id; it is not secret.
        access_key_secret: The secret. It appears in no repr, log or error.
        security_token: The token of temporary (STS) credentials.

    Raises:
        ParameterError: A part is empty or holds characters no key has.

    Example:
        >>> Credentials("LTAI5tExample", "secret")
        Credentials(access_key_id='LTAI5tExample', access_key_secret=***)
    """

    __slots__ = ()

    access_key_id: str
    access_key_secret: str
    security_token: str | None = None

    def __init__(
        self,
        access_key_id: str,
        access_key_secret: str,
        security_token: str | None = None,
    ) -> None:
        """Refuses what could not be sent in a header."""
        super().__init__(access_key_id, access_key_secret, security_token)
        _check("access_key_id", self.access_key_id)
        _check("access_key_secret", self.access_key_secret)
        if self.security_token is not None:
            _check("security_token", self.security_token)

    def __repr__(self) -> str:
        """Shows that there are secrets, not what they are."""
        token = ", security_token=***" if self.security_token else ""
        return (
            f"Credentials(access_key_id={self.access_key_id!r}, "
            f"access_key_secret=***{token})"
        )


def _check(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ParameterError(f"{name} is empty or has characters that no key has")


def credentials_from_environment(
    environ: Mapping[str, str] | None = None,
) -> Credentials | None:
    """The key pair of the environment, None when it names none.

    Reads `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and `OSS_SESSION_TOKEN`.
    """
    source = os.environ if environ is None else environ
    key_id = source.get("OSS_ACCESS_KEY_ID")
    secret = source.get("OSS_ACCESS_KEY_SECRET")
    if not key_id or not secret:
        return None
    return Credentials(key_id, secret, source.get("OSS_SESSION_TOKEN") or None)
