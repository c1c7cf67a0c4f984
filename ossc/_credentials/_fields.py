"""Named values from outside: JSON answers, sections of files. They print as nothing.

Errors and logs show the values of variables; these hold secrets, so they are kept in an
object that does not show them and are taken out where they are used.
"""

from __future__ import annotations

from ossc._names import DIGITS, LETTERS, consists_of
from ossc.credentials import Credentials
from ossc.errors import CredentialsError, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = ["VISIBLE", "Fields", "code_of", "credentials_of", "moment", "parse_json"]

VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
_CODE = LETTERS + DIGITS + "._-"
_LAST_SECOND = 253_402_300_799


class Fields:
    """Values by name; case, hyphens and underscores of names do not matter."""

    __slots__ = ("_values",)

    def __init__(self, pairs: Iterable[tuple[object, object]]) -> None:
        self._values = {_plain(name): value for name, value in pairs}

    def text(self, *names: str) -> str:
        """The first text that is there and not empty, under one of the names."""
        for name in names:
            value = self._values.get(_plain(name))
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
            if isinstance(value, str) and value.strip():
                return value.strip()
        return ""

    def within(self, name: str) -> Fields:
        """The values of a value; none where it has none."""
        value = self._values.get(_plain(name))
        return Fields(value.items() if isinstance(value, dict) else ())

    def each(self, name: str) -> list[Fields]:
        """The values of each thing in a list; none where there is no list."""
        value = self._values.get(_plain(name))
        things = value if isinstance(value, list) else []
        return [Fields(thing.items()) for thing in things if isinstance(thing, dict)]

    def is_called(self, name: str) -> bool:
        """Whether the value `name` is this."""
        return self.text("name") == name.strip()

    def __bool__(self) -> bool:
        return bool(self._values)


def _plain(name: object) -> str:
    return str(name).replace("-", "").replace("_", "").lower()


def parse_json(raw: bytes, what: str) -> Fields:
    """The JSON object that a source answered with.

    Args:
        raw: What came; bounded already.
        what: The source, for the error.

    Raises:
        CredentialsError: It is none.
    """
    import json  # noqa: PLC0415 - few programs need it

    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict):
        return Fields(value.items())
    # Out here, and without it: tracebacks show variables, and errors hang on to errors.
    del raw, value
    raise CredentialsError(f"{what} answered with something that is no JSON object")


def credentials_of(fields: Fields, what: str) -> Credentials:
    """The credentials among the values, under any of their usual names.

    Args:
        fields: The values.
        what: Where they are from, for the error.

    Raises:
        CredentialsError: There is no pair, a part is no key, or the time is none.
    """
    expiration = moment(fields.text("Expiration", "sts_expiration"), what)
    if not (fields.text("AccessKeyId") and fields.text("AccessKeySecret")):
        raise CredentialsError(f"{what}: there is no access key pair")
    try:
        return Credentials(
            fields.text("AccessKeyId"),
            fields.text("AccessKeySecret"),
            fields.text("SecurityToken", "sts_token") or None,
            expiration=expiration,
        )
    except ParameterError as error:
        reason = error.message
    raise CredentialsError(f"{what}: {reason}")


def moment(text: str, what: str) -> datetime | None:
    """A time as ISO 8601 or in Unix seconds or milliseconds; None for no text.

    Raises:
        CredentialsError: It is no time in a time zone.
    """
    if not text:
        return None
    from datetime import datetime, timezone  # noqa: PLC0415 - as in ossc._dates

    try:
        if consists_of(text, DIGITS, 16):
            seconds = int(text) if int(text) <= _LAST_SECOND else int(text) // 1000
            return datetime.fromtimestamp(seconds, timezone.utc) if seconds else None
        ends = text[:-1] + "+00:00" if text[-1] in "Zz" else text
        found = datetime.fromisoformat(ends[:40])
        if found.tzinfo is not None:
            return found.astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        pass
    raise CredentialsError(f"{what}: the expiration is no time")


def code_of(fields: Fields) -> str:
    """The code of a service's error, fit to be shown; empty where there is none."""
    code = fields.text("Code")
    return code if consists_of(code, _CODE, 80) else ""
