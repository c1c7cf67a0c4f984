"""URL encoding and dates: the text forms that every other module shares.

All text taken off the wire is UTF-8 decoded with ``surrogateescape``, so that
encoding it again gives back exactly the bytes that arrived.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone
from email.utils import formatdate
from urllib.parse import quote, unquote_to_bytes

__all__ = [
    "basic_stamp",
    "decode_path",
    "encode_component",
    "encode_path",
    "from_wire",
    "http_date",
    "iso_date",
    "parse_basic_stamp",
    "parse_http_date",
    "parse_number",
    "parse_query",
    "percent_decode",
    "to_wire",
]

_MONTH_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
_MONTHS = _MONTH_NAMES.split()
_HTTP_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) "
    r"(\d\d):(\d\d):(\d\d) GMT",
    re.ASCII,
)
_BASIC_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,20}")


def from_wire(data: bytes) -> str:
    """Return wire bytes as text that remembers invalid bytes."""
    return data.decode("utf-8", "surrogateescape")


def to_wire(text: str) -> bytes:
    """Return the bytes that ``from_wire`` made the text of."""
    return text.encode("utf-8", "surrogateescape")


def encode_component(text: str) -> str:
    """Percent-encode everything but the unreserved set."""
    return quote(to_wire(text), safe="")


def encode_path(text: str) -> str:
    """Percent-encode everything but the unreserved set and ``/``."""
    return quote(to_wire(text), safe="/")


def percent_decode(text: str) -> str:
    """Undo percent escapes once; ``+`` stays a plus."""
    return from_wire(unquote_to_bytes(to_wire(text)))


def decode_path(text: str) -> str:
    """Decode a request path once, as strict UTF-8.

    Raises:
        UnicodeDecodeError: The decoded bytes are not UTF-8.
    """
    return unquote_to_bytes(to_wire(text)).decode("utf-8")


def parse_query(text: str) -> list[tuple[str, str]]:
    """Split a raw query string into decoded pairs; ``k`` and ``k=`` are the same."""
    pairs = []
    for piece in text.split("&"):
        if piece:
            name, _, value = piece.partition("=")
            pairs.append((_decode_form(name), _decode_form(value)))
    return pairs


def _decode_form(text: str) -> str:
    return percent_decode(text.replace("+", " "))


def parse_number(text: str) -> int | None:
    """Return a decimal number of at most 20 digits that has no sign, or None."""
    return int(text) if _NUMBER.fullmatch(text) else None


def http_date(seconds: float) -> str:
    """Format Unix seconds as RFC 1123 in GMT."""
    return formatdate(int(seconds), usegmt=True)


def iso_date(seconds: float) -> str:
    """Format Unix seconds as ISO 8601 UTC; the milliseconds are always zero."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(int(seconds)))


def basic_stamp(seconds: float) -> str:
    """Format Unix seconds as ``YYYYMMDDTHHMMSSZ``."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(int(seconds)))


def parse_http_date(text: str) -> int | None:
    """Return the Unix seconds of an RFC 1123 date, or None."""
    match = _HTTP_DATE.fullmatch(text)
    if match is None or match[2] not in _MONTHS:
        return None
    month = _MONTHS.index(match[2]) + 1
    return _seconds(int(match[3]), month, match[1], *match.group(4, 5, 6))


def parse_basic_stamp(text: str) -> int | None:
    """Return the Unix seconds of ``YYYYMMDDTHHMMSSZ``, or None."""
    match = _BASIC_STAMP.fullmatch(text)
    if match is None:
        return None
    return _seconds(int(match[1]), int(match[2]), *match.group(3, 4, 5, 6))


def _seconds(year: int, month: int, *rest: str) -> int | None:
    day, hour, minute, second = (int(text) for text in rest)
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None
    return int(moment.timestamp())
