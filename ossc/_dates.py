"""Times as OSS writes them: HTTP dates in headers, ISO 8601 in XML, both in UTC.

Written out here because the standard library's ways to do it import as much as all of
ossc does, and depend on the locale. `datetime` itself is imported by the first time that
somebody looks at.
"""

from __future__ import annotations

from ossc._names import DIGITS, consists_of
from ossc.errors import ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["http_date", "in_utc", "parse_http_date", "parse_iso"]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def in_utc(moment: datetime) -> datetime:
    """An aware time, in UTC.

    Raises:
        ParameterError: There it lies before the year 1 or after the year 9999.
    """
    from datetime import timezone  # noqa: PLC0415 - see the top

    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        raise ParameterError(f"the time {moment} has no date in UTC") from None


def http_date(moment: datetime) -> str:
    """An aware time as an HTTP date in GMT."""
    t = in_utc(moment)
    return (
        f"{_DAYS[t.weekday()]}, {t.day:02} {_MONTHS[t.month - 1]} {t.year:04} "
        f"{t.hour:02}:{t.minute:02}:{t.second:02} GMT"
    )


def parse_http_date(text: str) -> datetime:
    """The aware time of an HTTP date.

    Raises:
        ValueError: It is none.
    """
    from datetime import datetime, timezone  # noqa: PLC0415 - see the top

    weekday, day, month, year = text[:3], text[5:7], text[8:11], text[12:16]
    hour, minute, second = text[17:19], text[20:22], text[23:25]
    if (
        text != f"{weekday}, {day} {month} {year} {hour}:{minute}:{second} GMT"
        or weekday not in _DAYS
        or month not in _MONTHS
        or not consists_of(day + year + hour + minute + second, DIGITS)
    ):
        raise ValueError("not an HTTP date")
    return datetime(
        int(year),
        _MONTHS.index(month) + 1,
        int(day),
        int(hour),
        int(minute),
        int(second),
        tzinfo=timezone.utc,
    )


def parse_iso(text: str) -> datetime:
    """The aware time of a text such as `2012-02-24T08:43:07.000Z`.

    Raises:
        ValueError: It is none.
    """
    from datetime import datetime, timezone  # noqa: PLC0415 - see the top

    date, clock, fraction = text[:10], text[11:19], text[20:-1] or "0"
    parts = (*date.split("-"), *clock.split(":"))
    if (
        text not in (f"{date}T{clock}Z", f"{date}T{clock}.{fraction}Z")
        or tuple(map(len, parts)) != (4, 2, 2, 2, 2, 2)
        or not consists_of("".join(parts), DIGITS)
        or not consists_of(fraction, DIGITS, 6)
    ):
        raise ValueError("not an ISO 8601 time in UTC")
    year, month, day, hour, minute, second = map(int, parts)
    micro = int(fraction.ljust(6, "0"))
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=timezone.utc)
