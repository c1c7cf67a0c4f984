"""Files' modification times as user metadata of objects.

The name `mtime` and the form, seconds since 1970 with a fraction, are those of rclone;
s3fs and ossfs have times under the same name.
"""

from __future__ import annotations

import os
import re
import time
from datetime import datetime, timedelta, timezone

from ossc.errors import LocalFileError
from ossc.models import ObjectInfo

__all__ = [
    "MTIME",
    "as_text",
    "is_same",
    "moment_of",
    "nanoseconds_of",
    "restore",
    "time_of",
]

MTIME = "mtime"

_TEXT = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,9})[0-9]{0,9})?")
_SECOND = 10**9
# The year 9999 ends.
_MOST = 253_402_300_800 * _SECOND


def as_text(mtime_ns: int) -> str:
    """A file's time as metadata."""
    seconds, rest = divmod(abs(mtime_ns), _SECOND)
    sign = "-" if mtime_ns < 0 else ""
    return f"{sign}{seconds}.{rest:09d}"


def time_of(info: ObjectInfo) -> int | None:
    """The time that an object's metadata tells, in nanoseconds; None: none that is one."""
    found = _TEXT.fullmatch(info.metadata.get(MTIME, ""))
    if found is None:
        return None
    sign, seconds, fraction = found.groups()
    whole = int(seconds) * _SECOND + int((fraction or "").ljust(9, "0"))
    return None if whole >= _MOST else -whole if sign else whole


def is_same(told: int | None, mtime_ns: int) -> bool:
    """Whether a file has the time that was told, as finely as its system keeps it."""
    if told is None or told == mtime_ns:
        return told is not None
    return mtime_ns % _SECOND == 0 and told // _SECOND == mtime_ns // _SECOND


def nanoseconds_of(moment: datetime) -> int:
    """An aware time in nanoseconds since 1970."""
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86_400 + since.seconds) * _SECOND + since.microseconds * 1000


def moment_of(mtime_ns: int) -> datetime:
    """A file's time in UTC; one that no calendar has is the last or the first there is."""
    try:
        since = timedelta(microseconds=mtime_ns // 1000)
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + since
    except OverflowError:
        if mtime_ns < 0:
            return datetime.min.replace(tzinfo=timezone.utc)
        return datetime.max.replace(tzinfo=timezone.utc)


def restore(path: str, info: ObjectInfo) -> None:
    """Gives a file the time of its object: that of the metadata, or of the upload.

    Raises:
        LocalFileError: It cannot be done.
    """
    told = time_of(info)
    mtime = nanoseconds_of(info.last_modified) if told is None else told
    try:
        os.utime(path, ns=(time.time_ns(), mtime))
    except OSError as error:
        raise LocalFileError(
            f"cannot set the time of {path!r}: {error.strerror}",
            errno=error.errno,
            filename=path,
        ) from error
