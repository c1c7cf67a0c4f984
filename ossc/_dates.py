"""Times as OSS writes them: HTTP dates in headers, ISO 8601 in XML, both in UTC.

Written out here because the standard library's ways to do it import as much as all of
ossc does, and depend on the locale.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone

__all__ = ["http_date", "parse_http_date", "parse_iso"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)

_HTTP = re.compile(
    rf"(?:{'|'.join(_DAYS)}), ([0-9]{{2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}})"
    r" ([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT"
)
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:\.([0-9]{1,6}))?Z"
)


def http_date(moment: datetime) -> str:
    """An aware time as an HTTP date in GMT."""
    t = moment.astimezone(timezone.utc)
    return (
        f"{_DAYS[t.weekday()]}, {t.day:02} {_MONTHS[t.month - 1]} {t.year:04} "
        f"{t.hour:02}:{t.minute:02}:{t.second:02} GMT"
    )


def parse_http_date(text: str) -> datetime:
    """The aware time of an HTTP date.

    Raises:
        ValueError: It is none.
    """
    found = _HTTP.fullmatch(text)
    if found is None:
        raise ValueError("not an HTTP date")
    day, month, year, *clock = found.groups()
    hour, minute, second = map(int, clock)
    return datetime(
        int(year),
        _MONTHS.index(month) + 1,
        int(day),
        hour,
        minute,
        second,
        tzinfo=timezone.utc,
    )


def parse_iso(text: str) -> datetime:
    """The aware time of a text such as `2012-02-24T08:43:07.000Z`.

    Raises:
        ValueError: It is none.
    """
    found = _ISO.fullmatch(text)
    if found is None:
        raise ValueError("not an ISO 8601 time in UTC")
    *fields, fraction = found.groups()
    year, month, day, hour, minute, second = map(int, fields)
    micro = int((fraction or "0").ljust(6, "0"))
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=timezone.utc)
