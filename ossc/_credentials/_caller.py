"""What may be a source of credentials, and how it is asked.

That is any callable, and objects of Alibaba Cloud's other packages.
"""

from __future__ import annotations

from ossc._credentials._fields import Fields, credentials_of
from ossc.credentials import Credentials
from ossc.errors import CredentialsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from ossc._credentials._refresh import Source

__all__ = ["caller_of", "is_source"]


def is_source(thing: object) -> bool:
    """Whether credentials can be had of it."""
    return (
        isinstance(thing, Credentials)
        or callable(thing)
        or any(callable(getattr(thing, name, None)) for name in _METHODS)
    )


_METHODS = ("get_credential", "get_credentials")


class _Caller:
    """Calls a foreign thing and makes `Credentials` of what it returns."""

    __slots__ = ("_foreign", "_given", "_method", "_name")

    def __init__(
        self, given: Source, name: str, method: Callable[[], object], *, foreign: bool
    ) -> None:
        self._given = given
        self._name = name
        self._method = method
        self._foreign = foreign

    def __reduce__(self) -> tuple[Any, ...]:
        return caller_of, (self._given,)

    def __call__(self) -> Credentials:
        if not self._foreign:
            return _credentials_of(self._method(), self._name)
        said = ""
        try:
            return _credentials_of(self._method(), self._name)
        except CredentialsError:
            raise
        except Exception as error:  # noqa: BLE001 - of a package that is not known here
            # Its words may quote an answer with secrets in it.
            said = type(error).__name__
        raise CredentialsError(f"{self._name} failed with {said}")

    def __repr__(self) -> str:
        return self._name


def caller_of(source: Source) -> Callable[[], Credentials]:
    if isinstance(source, _Caller):
        return source
    if isinstance(source, Credentials):
        return _Caller(source, repr(source), lambda: source, foreign=False)
    name = type(source).__name__
    for method in _METHODS:
        found = getattr(source, method, None)
        if callable(found):
            return _Caller(source, name, found, foreign=True)
    if not callable(source):
        raise TypeError(f"{name} is no source of credentials")
    name = getattr(source, "__qualname__", name)
    return _Caller(source, name, source, foreign=False)


def _credentials_of(given: object, name: str) -> Credentials:
    """Whatever a source returned as credentials, of whichever kind.

    Raises:
        CredentialsError: It is nothing of the kind.
    """
    from collections.abc import Mapping  # noqa: PLC0415 - as the rest of this module

    if isinstance(given, Credentials):
        return given
    if isinstance(given, tuple) and 2 <= len(given) <= 4:
        fields = _text_fields(zip(_PARTS, given))  # noqa: B905 - some may be missing
    elif isinstance(given, Mapping):
        fields = _text_fields(given.items())
    else:
        fields = _text_fields((part, _part(given, part)) for part in _PARTS)
    del given
    return credentials_of(fields, name)


_PARTS = ("access_key_id", "access_key_secret", "security_token", "expiration")


def _part(thing: object, part: str) -> object:
    """A part of a foreign record: a method such as `get_security_token`, or a value."""
    getter = getattr(thing, f"get_{part}", None)
    return getter() if callable(getter) else getattr(thing, part, None)


def _text_fields(pairs: Any) -> Fields:
    return Fields(
        (name, value.isoformat() if hasattr(value, "isoformat") else value)
        for name, value in pairs
    )
