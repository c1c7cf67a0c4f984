"""Access keys: the record that holds them, and the sources that they come from.

The record is here, and the keys of the environment; all other sources are in
`ossc._credentials`, which is loaded when one is asked for.
"""

from __future__ import annotations

import os

from ossc._record import Record
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Any

    from ossc._credentials import (
        AssumeRoleCredentials,
        CLICredentials,
        CredentialsChain,
        CredentialsProvider,
        ECSRoleCredentials,
        EnvironmentCredentials,
        IniCredentials,
        OIDCCredentials,
        OssutilCredentials,
        ProcessCredentials,
        RefreshingCredentials,
        URICredentials,
        default_chain,
    )

__all__ = [
    "AssumeRoleCredentials",
    "CLICredentials",
    "Credentials",
    "CredentialsChain",
    "CredentialsProvider",
    "ECSRoleCredentials",
    "EnvironmentCredentials",
    "IniCredentials",
    "OIDCCredentials",
    "OssutilCredentials",
    "ProcessCredentials",
    "RefreshingCredentials",
    "URICredentials",
    "credentials_from_environment",
    "default_chain",
]


class Credentials(Record):
    """An access key pair, with a token when it is a temporary one.

    Args:
        access_key_id: The id; it is not secret.
        access_key_secret: The secret. It appears in no repr, log or error.
        security_token: The token of temporary (STS) credentials.
        expiration: Until when they are good, as an aware `datetime`; None: not known,
            or for ever.

    Raises:
        ParameterError: A part is empty or holds characters no key has, or the expiration
            is in no time zone.

    Example:
        >>> Credentials("LTAI5tExample", "secret")
        Credentials(access_key_id='LTAI5tExample', access_key_secret=***)
    """

    __slots__ = ()

    access_key_id: str
    access_key_secret: str
    security_token: str | None = None
    expiration: datetime | None = None

    def __init__(
        self,
        access_key_id: str,
        access_key_secret: str,
        security_token: str | None = None,
        *,
        expiration: datetime | None = None,
    ) -> None:
        """Refuses what could not be sent in a header."""
        super().__init__(access_key_id, access_key_secret, security_token, expiration)
        _check("access_key_id", self.access_key_id)
        _check("access_key_secret", self.access_key_secret)
        if self.security_token is not None:
            _check("security_token", self.security_token)
        if expiration is not None and getattr(expiration, "tzinfo", None) is None:
            raise ParameterError("expiration is no datetime with a time zone")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickles and copies by the parts."""
        return _again, self._values

    def __repr__(self) -> str:
        """Shows that there are secrets, not what they are."""
        token = ", security_token=***" if self.security_token else ""
        ends = f", expiration={self.expiration!r}" if self.expiration else ""
        return (
            f"Credentials(access_key_id={self.access_key_id!r}, "
            f"access_key_secret=***{token}{ends})"
        )


def _again(
    key_id: str, secret: str, token: str | None, expiration: datetime | None
) -> Credentials:
    return Credentials(key_id, secret, token, expiration=expiration)


def _check(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ParameterError(f"{name} is empty or has characters that no key has")


_VARIABLES = (
    ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"),
    (
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
    ),
)


def credentials_from_environment(
    environ: Mapping[str, str] | None = None,
) -> Credentials | None:
    """The key pair of the environment, None when it names none.

    Reads `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and `OSS_SESSION_TOKEN`, else
    `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET` and
    `ALIBABA_CLOUD_SECURITY_TOKEN`. What is empty counts as not there.

    Raises:
        ParameterError: There is one half of a pair, or a part that no key can be.
    """
    source = os.environ if environ is None else environ
    for key_id, secret, token in _VARIABLES:
        if source.get(key_id) and source.get(secret):
            return Credentials(
                source[key_id], source[secret], source.get(token) or None
            )
        if source.get(key_id) or source.get(secret):
            there, missing = (
                (key_id, secret) if source.get(key_id) else (secret, key_id)
            )
            raise ParameterError(
                f"half of the credentials: {there} is set and {missing} is not"
            )
    return None


def __getattr__(name: str) -> Any:
    """The sources are loaded when one is first asked for."""
    if name in __all__:
        from ossc import _credentials  # noqa: PLC0415 - few programs need them

        return getattr(_credentials, name)
    raise AttributeError(f"module 'ossc.credentials' has no attribute {name!r}")
