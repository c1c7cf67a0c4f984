"""The rules for bucket names, keys, headers, and whatever else is text.

Checked before anything is sent, so that a mistake is told in words and nothing odd
reaches the C side. The rules are those of the OSS API.
"""

from __future__ import annotations

import os

from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ADDRESS",
    "DIGITS",
    "LETTERS",
    "LOWER",
    "check_body_size",
    "check_bucket",
    "check_callable",
    "check_header",
    "check_mapping",
    "check_path",
    "check_seconds",
    "check_text",
    "check_version",
    "check_whole",
    "consists_of",
    "encode_key",
    "encode_text",
    "merge_headers",
    "version_params",
]

MAX_BODY_BYTES = 5 * 1024**3
MAX_KEY_BYTES = 1023
MAX_VERSION_BYTES = 1024

LOWER = "abcdefghijklmnopqrstuvwxyz"
LETTERS = LOWER + LOWER.upper()
DIGITS = "0123456789"
ADDRESS = DIGITS + "abcdefABCDEF:."
_BUCKET = LOWER + DIGITS + "-"
_TOKEN = LOWER + DIGITS + "-" + LOWER.upper() + "!#$%&'*+.^_`|~"


def consists_of(text: str, characters: str, most: int = 1 << 30) -> bool:
    """Whether a text has only these characters, at least one and not too many.

    Instead of regular expressions, whose compiler costs a third of what the import of
    this package may, and which take no less time.
    """
    return 0 < len(text) <= most and not text.strip(characters)


def check_bucket(name: str) -> str:
    """Returns a legal bucket name: 3 to 63 of `a-z`, `0-9` and `-`, none at the ends."""
    if not isinstance(name, str):
        raise TypeError(f"a bucket name must be a str, not {type(name).__name__}")
    if len(name) < 3 or not consists_of(name, _BUCKET, 63) or "-" in name[0] + name[-1]:
        raise ParameterError(
            "a bucket name has 3 to 63 lower-case letters, digits and hyphens, "
            f"with no hyphen at either end; this one is {name!r:.100}",
            bucket=name,
        )
    return name


def encode_key(key: str) -> bytes:
    """A legal object key as UTF-8: 1 to 1,023 bytes, not starting with a slash."""
    if not isinstance(key, str):
        raise TypeError(f"an object key must be a str, not {type(key).__name__}")
    try:
        raw = key.encode()
    except UnicodeEncodeError:
        raise ParameterError(
            "the object key is not valid Unicode (lone surrogate)"
        ) from None
    if b"\0" in raw:
        raise ParameterError("the object key contains a NUL character")
    if not raw:
        raise ParameterError("the object key is empty")
    if len(raw) > MAX_KEY_BYTES:
        raise ParameterError(
            f"the object key has {len(raw)} bytes in UTF-8; the most is "
            f"{MAX_KEY_BYTES}",
            key=key,
        )
    if raw[:1] in (b"/", b"\\"):
        raise ParameterError("an object key must not start with / or \\", key=key)
    return raw


def encode_text(what: str, text: str) -> bytes:
    """UTF-8 of a text without NUL; `what` names it in the error."""
    try:
        raw = check_text(what, text).encode("utf-8")
    except UnicodeEncodeError:
        raise ParameterError(f"{what} is not valid Unicode (lone surrogate)") from None
    if b"\0" in raw:
        raise ParameterError(f"{what} contains a NUL character")
    return raw


def check_text(what: str, text: object) -> str:
    """The text, or a TypeError that names it."""
    if not isinstance(text, str):
        raise TypeError(f"{what} must be a str, not {type(text).__name__}")
    return text


def check_mapping(what: str, pairs: Mapping[str, str] | None) -> Mapping[str, str]:
    """A mapping of texts to texts that UTF-8 can hold; empty for None."""
    if pairs is None:
        return {}
    if not isinstance(pairs, dict):
        # Imported here: nearly everybody gives a dictionary.
        from collections.abc import Mapping  # noqa: PLC0415

        if not isinstance(pairs, Mapping):
            raise TypeError(f"{what} must be a mapping, not {type(pairs).__name__}")
    for name, value in pairs.items():
        encode_text(f"a name in {what}", name)
        encode_text(f"a value in {what}", value)
    return pairs


def check_version(version_id: str) -> str:
    """A version id: opaque, but never empty, and of printable characters."""
    raw = encode_text("the version id", version_id)
    if not raw or len(raw) > MAX_VERSION_BYTES or not version_id.isprintable():
        raise ParameterError(f"not a version id: {version_id!r:.100}")
    return version_id


def version_params(
    params: Mapping[str, str] | None, version_id: str | None
) -> Mapping[str, str]:
    """The query parameters of a request on an object, or on this version of it."""
    given = check_mapping("params", params)
    if version_id is None:
        return given
    if "versionId" in given:
        raise ParameterError("the version is given twice: in params, and by itself")
    return {**given, "versionId": check_version(version_id)}


def merge_headers(
    headers: Mapping[str, str], over: Mapping[str, str]
) -> dict[str, str]:
    """Both in one; those of `over` replace headers of the same name in any case."""
    if not headers or not over:
        return {**headers, **over}
    taken = {name.lower() for name in over}
    kept = {name: text for name, text in headers.items() if name.lower() not in taken}
    return {**kept, **over}


def check_whole(what: str, value: int, most: int, least: int = 0) -> int:
    """A whole number within its limits."""
    if not isinstance(value, int):
        raise TypeError(f"{what} must be an int, not {type(value).__name__}")
    if not least <= value <= most:
        raise ParameterError(f"{what} is {value}; it goes from {least} to {most}")
    return value


def check_seconds(what: str, seconds: float) -> float:
    """A number of seconds, whatever its size."""
    if isinstance(seconds, int | float):
        return seconds
    raise TypeError(f"{what} must be a number of seconds, not {type(seconds).__name__}")


def check_callable(what: str, thing: object) -> None:
    """Refuses what is there and cannot be called, before anything has happened."""
    if thing is not None and not callable(thing):
        raise TypeError(f"{what} must be callable, not {type(thing).__name__}")


def check_body_size(size: int, what: str, instead: str = "") -> None:
    """Refuses what OSS would refuse only after it was sent, or not even read."""
    if size > MAX_BODY_BYTES:
        raise ParameterError(
            f"{what} of {size} bytes is more than the 5 GB that OSS takes{instead}"
        )


def check_path(path: str | os.PathLike[str]) -> str:
    """A path of the file system as text."""
    text = os.fsdecode(path)
    try:
        raw = os.fsencode(text)
    except UnicodeEncodeError:
        raise ParameterError("the path is not valid Unicode (lone surrogate)") from None
    if b"\0" in raw:
        raise ParameterError("the path contains a NUL character")
    return text


def check_header(name: str, value: str) -> tuple[bytes, bytes]:
    """A header as bytes: the name a token, the value one line without outer blanks."""
    if not isinstance(name, str) or not isinstance(value, str):
        raise TypeError("header names and values must be str")
    if not consists_of(name, _TOKEN):
        raise ParameterError(f"not a header name: {name!r:.100}")
    if not value.isprintable() and any(map(_is_control, value)):
        raise ParameterError(
            f"the value of header {name} contains a control character "
            "(CR, LF, NUL or the like)"
        )
    return name.encode("ascii"), encode_text(
        f"the value of header {name}", value.strip(" \t")
    )


def _is_control(character: str) -> bool:
    return (character < " " and character != "\t") or character == "\x7f"
